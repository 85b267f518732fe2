//! Promise 14: what the store is asked for holds on a second implementation of DynamoDB too. `KAIBO_SECOND_STORE` is its address;
//! or `KAIBO_MINISTACK` is the program `ministack`, which is then started on loopback. With CI set, one of them must be there.

use crate::harness::{ALL, Kaibo, fixture};
use crate::order::model_and_table_agree;
use crate::vendors::{PROVIDERS, Said, at, deliver, form, fresh, lifecycle, open, orders, say, seen};
use kaibo::config::StoreConfig;
use kaibo::live::inbox::{InboxEntry, Verdict, callback_id};
use kaibo::live::time::UnixMs;
use kaibo::store::item::{Read, n as number, row, s};
use kaibo::store::{Store, Update, Written, keys};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// The second implementation, ended with the test if it was started here.
struct Second {
    url: String,
    child: Option<Child>,
}

impl Drop for Second {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn second() -> Option<Second> {
    if let Ok(url) = std::env::var("KAIBO_SECOND_STORE") {
        return Some(Second { url, child: None });
    }
    let Ok(program) = std::env::var("KAIBO_MINISTACK") else {
        assert!(std::env::var("CI").is_err(), "CI needs KAIBO_SECOND_STORE or KAIBO_MINISTACK");
        eprintln!("skipped: neither KAIBO_SECOND_STORE nor KAIBO_MINISTACK is set");
        return None;
    };
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // It listens on all interfaces unless told otherwise.
    let child = Command::new(program)
        .env("BIND_HOST", "127.0.0.1")
        .env("GATEWAY_PORT", port.to_string())
        .env("SERVICES", "dynamodb")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Some(Second { url: format!("http://127.0.0.1:{port}"), child: Some(child) })
}

/// A table of its own; waits for the server.
async fn table(url: &str) -> Store {
    let name = format!("kaibo-{}-{}", std::process::id(), fresh());
    let config = StoreConfig { endpoint: url.into(), table: name, ..StoreConfig::default() };
    let store = Store::open(&config, None).await.unwrap();
    for _ in 0..100 {
        if store.make_table().await.is_ok() {
            return store;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the second store did not answer at {url}");
}

async fn primitives(store: &Store) {
    let key = keys::room("suite");
    let mut first = row(&key);
    first.insert("title".into(), s("one"));
    first.insert("count".into(), number(1));
    assert!(store.put_new(first.clone(), at(0)).await.unwrap().done());
    match store.put_new(first.clone(), at(0)).await.unwrap() {
        Written::Refused(Some(old)) => assert_eq!(old.text("title"), Some("one")),
        other => panic!("a refused put answers what stood in the way: {other:?}"),
    }
    // What is past its time does not stand in the way, whether it was deleted yet or not.
    let mut gone = row(&keys::room("gone"));
    gone.insert("ttl".into(), number(at(0).seconds()));
    store.put_new(gone.clone(), UnixMs(0)).await.unwrap();
    assert!(store.put_new(gone, at(1)).await.unwrap().done());
    let update = |text: &str| Update::new(text).value(":by", number(2)).value(":limit", number(3));
    match store.update(&key, update("ADD #count :by").when("#count < :limit")).await.unwrap() {
        Written::Done(row) => assert_eq!(row.number("count"), Some(3)),
        other => panic!("{other:?}"),
    }
    match store.update(&key, update("ADD #count :by").when("#count < :limit")).await.unwrap() {
        Written::Refused(Some(old)) => assert_eq!(old.number("count"), Some(3)),
        other => panic!("a refused update answers what stood in the way: {other:?}"),
    }
    // 39 digits are more than a number holds; no store may round them.
    let mut long = row(&keys::room("long"));
    long.insert("count".into(), number("123456789012345678901234567890123456789"));
    assert!(store.put_new(long, at(0)).await.is_err());
}

async fn inbox(store: &Store) {
    let event = Said::at("css.stream.begin", fresh(), 1).event();
    let entry = |verdict| InboxEntry {
        callback_id: callback_id(&event),
        verdict,
        received_at: at(2),
        deliveries: 1,
        record_id: None,
        event: event.clone(),
    };
    assert_eq!(store.inbox(&event, at(2)).await.unwrap(), None);
    store.put_inbox(&entry(Verdict::Failed), None).await.unwrap();
    assert_eq!(store.due("inbox", at(3), 10).await.unwrap().len(), 1);
    store.put_inbox(&entry(Verdict::Applied), None).await.unwrap();
    assert!(store.due("inbox", at(3), 10).await.unwrap().is_empty());
    store.put_inbox(&entry(Verdict::Failed), None).await.unwrap();
    assert_eq!(store.inbox(&event, at(2)).await.unwrap(), Some(Verdict::Applied));
}

/// The whole suite on one store.
async fn suite(store: Store) {
    primitives(&store).await;
    inbox(&store).await;
    model_and_table_agree(&store, form(3, 40)).await;
    let kaibo = Arc::new(Kaibo::start_on(store, at(0), fixture()).await);
    for provider in PROVIDERS {
        let mut want = None;
        for order in orders(6).iter().step_by(form(97, 13)) {
            let n = fresh();
            open(&kaibo, provider, n).await;
            let life = lifecycle(provider, n);
            for i in order {
                say(&kaibo, &life[*i]).await;
            }
            let got = seen(&kaibo, n).await;
            assert_eq!(&got, want.get_or_insert_with(|| got.clone()), "{provider} {order:?}");
        }
    }
    let prepared = Said::at("zego.stream.begin", fresh(), 1).prepared();
    let mut racing = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (kaibo, prepared) = (kaibo.clone(), prepared.clone());
        racing.spawn(async move { deliver(&kaibo, &prepared).await.status });
    }
    assert_eq!(racing.join_all().await, [200; 16]);
    let listed = kaibo.get("/v1/rooms?limit=100", Some(ALL)).await.expect(200).json();
    assert!(listed["items"].as_array().unwrap().len() > 3, "{listed}");
}

#[tokio::test]
async fn the_store_suite_passes_on_the_embedded_engine() {
    suite(Store::open(&fixture().store, None).await.unwrap()).await;
}

#[tokio::test]
async fn the_store_suite_passes_on_a_second_implementation() {
    let Some(second) = second() else { return };
    suite(table(&second.url).await).await;
}
