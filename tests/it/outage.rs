//! Promise 8: two hours in which nothing is taken and no job runs, in simulated time. Within ten minutes after the return every
//! room and every recording is closed, repaired or flagged with a reason.

use crate::harness::{ALL, Kaibo};
use crate::vendors::{Said, at, fresh, open, say};
use axum::extract::Request;
use axum::{Json, Router};
use kaibo::app::jobs;
use kaibo::config::TencentApi;
use kaibo::live::event::Provider;
use serde_json::{Value, json};

/// ZEGO's and Tencent's APIs after the outage: nobody is inside, nothing is live.
async fn silent_vendors() -> String {
    let answer = async |request: Request| {
        Json(if request.uri().query().is_some_and(|query| query.contains("Action=")) {
            json!({ "Code": 0, "Message": "success", "RequestId": "1",
                "Data": { "StreamList": [], "UserCountList": [] } })
        } else {
            json!({ "Response": { "StreamState": "inactive", "RequestId": "1" } })
        })
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    format!("http://{address}")
}

#[tokio::test]
async fn two_hours_of_lost_callbacks_are_repaired_or_flagged_within_ten_minutes() {
    let base = silent_vendors().await;
    let kaibo = Kaibo::start_at(at(0), |config| {
        config.zego[0].api_base = Some(base.clone());
        config.tencent_api = Some(TencentApi {
            secret_id: Some(kaibo::config::keys::Keys::one("fixture-id".into())),
            secret_key: Some(kaibo::config::keys::Keys::one("fixture-secret".into())),
            region: None,
            api_base: Some(base.clone()),
        });
    })
    .await;
    let clock = kaibo.clock.clone().unwrap();
    let mut rooms = Vec::new();
    for provider in [Provider::Zego, Provider::Css] {
        for told in 0..4 {
            let n = fresh();
            open(&kaibo, provider.word(), n).await;
            let host = kaibo.session("host1");
            kaibo.post(&format!("/v1/rooms/{n}/tickets"), Some(&host), json!({ "role": "host" })).await.expect(200);
            let life: &[(&str, i64)] = match provider {
                Provider::Zego => &[("zego.room.begin", 1), ("zego.room.enter", 2), ("zego.stream.begin", 3)],
                _ => &[("css.stream.begin", 3), ("css.recording.started", 4), ("css.recording.paused", 5)],
            };
            for (word, seconds) in life.iter().take(told) {
                let word = kaibo::simulator::kinds::find(word).unwrap().word;
                say(&kaibo, &Said::at(word, n, *seconds).with(|ask| ask.record = Some(n.to_string()))).await;
            }
            rooms.push(n);
        }
    }
    // Rooms that only the vendor made known, one of them live.
    for told in [1, 3] {
        let n = fresh();
        for word in ["zego.room.begin", "zego.room.enter", "zego.stream.begin"].into_iter().take(told) {
            say(&kaibo, &Said::at(word, n, 3)).await;
        }
        rooms.push(n);
    }
    // What ended meanwhile was told to nobody, and no job ran.
    clock.set(at(2 * 3600));
    for _ in 0..10 {
        jobs::run(&kaibo.app).await;
        clock.advance_ms(60_000);
    }
    for n in rooms {
        let room = kaibo.get(&format!("/v1/rooms/{n}"), Some(ALL)).await.expect(200).json();
        assert_eq!(room["live"], false, "{room}");
        let repaired = room["streams"].as_array().unwrap().iter().any(|stream| stream["end_reason"].is_string());
        assert!(room["status"] == "closed" || repaired, "{room}");
        let row = kaibo.app.store.room(&n.to_string(), kaibo.app.now()).await.unwrap().unwrap();
        assert!(!row.live, "lists say so too: {row:?}");
        for recording in room["recordings"].as_array().unwrap() {
            assert!(recording["reason"].is_string(), "{recording}");
        }
        let recording = kaibo.get(&format!("/v1/recordings/{n}"), Some(ALL)).await;
        if recording.status == 200 {
            let recording: Value = recording.json();
            assert!(recording["reason"].is_string() || recording["status"] == "ready", "{recording}");
        }
    }
}
