//! What a kick and a close come to at the vendors: who is asked within the minute, for what, and once.

use crate::harness::{ALL, Kaibo};
use crate::vendors::{Said, at, fresh, open, say};
use axum::body::Bytes;
use axum::extract::Request;
use axum::{Json, Router};
use kaibo::app::jobs;
use kaibo::config::TencentApi;
use kaibo::config::keys::Keys;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// ZEGO's and Tencent's APIs: they do as asked, and keep what was asked as `(action, arguments)`.
#[derive(Clone, Default)]
struct Vendors(Arc<Mutex<Vec<(String, Value)>>>);

impl Vendors {
    async fn start(&self) -> String {
        let asked = self.0.clone();
        let answer = move |request: Request| {
            let asked = asked.clone();
            async move {
                let (parts, body) = request.into_parts();
                let body: Bytes = axum::body::to_bytes(body, 65_536).await.unwrap();
                let said = match parts.headers.get("x-tc-action") {
                    Some(action) => (action.to_str().unwrap().to_owned(), serde_json::from_slice(&body).unwrap()),
                    None => {
                        let pairs = form_urlencoded::parse(parts.uri.query().unwrap().as_bytes()).into_owned();
                        let pairs: HashMap<String, String> = pairs.collect();
                        (pairs["Action"].clone(), json!(pairs))
                    }
                };
                asked.lock().unwrap().push(said);
                Json(json!({ "Code": 0, "Message": "success", "RequestId": "1", "Data": {}, "Response": { "RequestId": "1" } }))
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
        format!("http://{address}")
    }

    fn take(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

async fn start(vendors: &Vendors) -> Kaibo {
    let base = vendors.start().await;
    Kaibo::start_at(at(0), |config| {
        config.zego[0].api_base = Some(base.clone());
        config.tencent_api = Some(TencentApi {
            secret_id: Some(Keys::one("fixture-id".into())),
            secret_key: Some(Keys::one("fixture-secret".into())),
            region: None,
            api_base: Some(base),
        });
    })
    .await
}

async fn told(kaibo: &Kaibo, n: u32, what: &str, body: Value) -> Value {
    let answer = kaibo.post(&format!("/v1/rooms/{n}/{what}"), Some(ALL), body).await.expect(200).json();
    answer["enforced"].clone()
}

#[tokio::test]
async fn on_css_the_live_push_of_who_is_put_out_is_dropped_and_a_close_drops_every_push() {
    let vendors = Vendors::default();
    let kaibo = start(&vendors).await;
    let n = fresh();
    open(&kaibo, "css", n).await;
    say(&kaibo, &Said::at("css.stream.begin", n, 3)).await;
    let guest = format!("{n}_guest1");
    say(&kaibo, &Said::at("css.stream.begin", n, 4).with(|ask| ask.stream = Some(guest.clone()))).await;
    assert_eq!(
        told(&kaibo, n, "kick", json!({ "user_id": "someone" })).await,
        "next_login",
        "who pushes nothing is kept out by the ban"
    );
    jobs::run(&kaibo.app).await;
    assert_eq!(vendors.take(), []);

    let drop = |stream: &str| {
        let place = json!({ "DomainName": "push.example.com", "AppName": "live", "StreamName": stream });
        ("DropLiveStream".to_owned(), place)
    };
    assert_eq!(told(&kaibo, n, "kick", json!({ "user_id": "guest1" })).await, "vendor_pending");
    jobs::run(&kaibo.app).await;
    assert_eq!(vendors.take(), [drop(&guest)]);
    jobs::run(&kaibo.app).await;
    assert_eq!(vendors.take(), [], "once");

    say(&kaibo, &Said::at("css.stream.end", n, 9).with(|ask| (ask.stream, ask.began_at) = (Some(guest), Some(at(4))))).await;
    assert_eq!(told(&kaibo, n, "close", json!({})).await, "vendor_pending");
    jobs::run(&kaibo.app).await;
    assert_eq!(vendors.take(), [drop(&format!("{n}_host1"))], "the push that still runs");

    let silent = fresh();
    open(&kaibo, "css", silent).await;
    assert_eq!(told(&kaibo, silent, "close", json!({})).await, "next_login", "nothing runs that could be dropped");
}

#[tokio::test]
async fn on_zego_and_trtc_the_user_is_removed_and_the_room_is_ended() {
    let vendors = Vendors::default();
    let kaibo = start(&vendors).await;
    for (provider, remove, end) in [("zego", "KickoutUser", "CloseRoom"), ("trtc", "RemoveUser", "DismissRoom")] {
        let n = fresh();
        open(&kaibo, provider, n).await;
        assert_eq!(told(&kaibo, n, "kick", json!({ "user_id": "troll" })).await, "vendor_pending");
        jobs::run(&kaibo.app).await;
        let asked = vendors.take();
        assert_eq!(asked.iter().map(|(action, _)| action.as_str()).collect::<Vec<_>>(), [remove]);
        let arguments = asked[0].1.to_string();
        assert!(arguments.contains("troll") && arguments.contains(&n.to_string()), "{arguments}");
        assert_eq!(told(&kaibo, n, "close", json!({})).await, "vendor_pending");
        kaibo.clock.as_ref().unwrap().advance_ms(60_000);
        jobs::run(&kaibo.app).await;
        let asked = vendors.take();
        assert_eq!(asked.iter().map(|(action, _)| action.as_str()).collect::<Vec<_>>(), [end]);
        assert!(asked[0].1.to_string().contains(&n.to_string()), "{asked:?}");
    }
}
