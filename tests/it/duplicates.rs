//! Promise 3: however often a callback comes, also at once, it is one inbox item and one effect, and always 200.

use crate::harness::{ALL, Kaibo, fixture};
use crate::vendors::{NOW, Said, deliver, fresh, open, say, seen};
use kaibo::live::time::UnixMs;
use kaibo::simulator::kinds;
use kaibo::store::Store;
use std::sync::Arc;

#[tokio::test]
async fn each_kind_thirteen_times_and_sixteen_at_once_is_one_item_and_one_effect() {
    let config = fixture();
    let store = Store::open(&config.store, None).await.unwrap();
    let kaibo = Arc::new(Kaibo::start_on(store, UnixMs::from_seconds(NOW), config).await);
    for kind in kinds::ALL {
        let (once, often) = (fresh(), fresh());
        for n in [once, often] {
            open(&kaibo, kind.provider.word(), n).await;
        }
        say(&kaibo, &Said::at(kind.word, once, 5)).await;
        let prepared = Said::at(kind.word, often, 5).prepared();
        let mut racing = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (kaibo, prepared) = (kaibo.clone(), prepared.clone());
            racing.spawn(async move { deliver(&kaibo, &prepared).await.status });
        }
        assert_eq!(racing.join_all().await, [200; 16], "{}", kind.word);
        for _ in 0..13 {
            assert_eq!(deliver(&kaibo, &prepared).await.status, 200, "{}", kind.word);
        }
        assert_eq!(seen(&kaibo, often).await, seen(&kaibo, once).await, "{}", kind.word);
        // Every kind names the room, the stream or the recording somewhere; the key does in any case.
        let event = Said::at(kind.word, often, 5).event();
        let inbox = kaibo.get(&format!("/v1/callbacks?vendor={}&limit=100", kind.provider.word()), Some(ALL)).await.json();
        let items: Vec<_> =
            inbox["items"].as_array().unwrap().iter().filter(|item| item["event_key"] == event.key.as_str()).collect();
        assert_eq!(items.len(), 1, "{}: {inbox}", kind.word);
        assert_eq!(items[0]["deliveries"], 29, "{}", kind.word);
    }
}
