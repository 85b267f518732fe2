//! The schedule: abandoned rooms close, lost endings are found out from the vendor, failed callbacks come into effect.

use crate::harness::Kaibo;
use crate::rooms::{DOOR, NOW, zego};
use axum::extract::Query;
use axum::routing::get;
use axum::{Json, Router};
use kaibo::app::jobs;
use kaibo::live::time::UnixMs;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// ZEGO's server API, as far as the jobs ask it: what is live and how many are inside, and which calls came.
#[derive(Clone, Default)]
struct Vendor {
    live: Arc<Mutex<Vec<String>>>,
    people: Arc<Mutex<u64>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Vendor {
    async fn start(&self) -> String {
        let vendor = self.clone();
        let answer = move |Query(query): Query<HashMap<String, String>>| {
            let vendor = vendor.clone();
            async move {
                let action = query["Action"].clone();
                vendor.asked.lock().unwrap().push(action.clone());
                let data = match action.as_str() {
                    "DescribeSimpleStreamList" => {
                        let live: Vec<Value> =
                            vendor.live.lock().unwrap().iter().map(|id| json!({ "StreamId": id, "UserId": "u" })).collect();
                        json!({ "StreamList": live })
                    }
                    _ => json!({ "UserCountList": [{ "RoomId": "room_1", "UserCount": *vendor.people.lock().unwrap() }] }),
                };
                Json(json!({ "Code": 0, "Message": "success", "RequestId": "1", "Data": data }))
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(get(answer))).await });
        format!("http://{address}")
    }
}

async fn start(vendor: &Vendor) -> (Kaibo, String) {
    let base = vendor.start().await;
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |config| config.zego[0].api_base = Some(base)).await;
    let host = kaibo.session("anchor_1");
    kaibo.post("/v1/rooms", Some(&host), json!({ "provider": "zego", "room_id": "room_1" })).await.expect(201);
    (kaibo, host)
}

impl Kaibo {
    fn later(&self, seconds: i64) {
        self.clock.as_ref().unwrap().advance_ms(seconds * 1000);
    }

    async fn room_1(&self) -> Value {
        self.get("/v1/rooms/room_1", Some(crate::harness::READ)).await.expect(200).json()
    }
}

fn begin() -> Value {
    zego(json!({ "event": "stream_create", "room_id": "room_1", "room_session_id": "7", "user_id": "anchor_1",
        "stream_id": "room_1_anchor_1", "stream_seq": "1", "create_time_ms": format!("{NOW}000") }))
}

#[tokio::test]
async fn a_room_that_nobody_ever_entered_closes_after_the_idle_time() {
    let vendor = Vendor::default();
    let (kaibo, _) = start(&vendor).await;
    kaibo.later(3500);
    assert_eq!(jobs::run(&kaibo.app).await.closed, 0);
    kaibo.later(160);
    assert_eq!(jobs::run(&kaibo.app).await.closed, 1);
    assert_eq!(kaibo.room_1().await["status"], "closed");
}

#[tokio::test]
async fn a_room_whose_host_is_gone_closes_unless_the_vendor_still_sees_people() {
    let vendor = Vendor::default();
    *vendor.people.lock().unwrap() = 3;
    let (kaibo, host) = start(&vendor).await;
    kaibo.post("/v1/rooms/room_1/tickets", Some(&host), json!({ "role": "host" })).await.expect(200);
    kaibo.later(3700);
    assert_eq!(jobs::run(&kaibo.app).await.closed, 0, "people are inside");
    *vendor.people.lock().unwrap() = 0;
    kaibo.later(301);
    assert_eq!(jobs::run(&kaibo.app).await.closed, 1);
    assert!(vendor.asked.lock().unwrap().iter().any(|action| action == "DescribeUserNum"));
}

#[tokio::test]
async fn a_stream_whose_end_was_lost_is_ended_by_what_the_vendor_says() {
    let vendor = Vendor::default();
    vendor.live.lock().unwrap().push("room_1_anchor_1".into());
    let (kaibo, host) = start(&vendor).await;
    kaibo.post("/v1/rooms/room_1/tickets", Some(&host), json!({ "role": "host" })).await.expect(200);
    kaibo.post(DOOR, None, begin()).await.expect(200);
    kaibo.later(3700);
    assert_eq!(jobs::run(&kaibo.app).await.repaired, 0, "the vendor still has it");
    assert_eq!(kaibo.room_1().await["live"], true);
    vendor.live.lock().unwrap().clear();
    kaibo.later(301);
    assert_eq!(jobs::run(&kaibo.app).await.repaired, 1);
    let room = kaibo.room_1().await;
    assert_eq!((&room["live"], &room["streams"][0]["status"]), (&json!(false), &json!("ended")), "{room}");
    assert!(kaibo.get("/v1/rooms?live=true", Some(crate::harness::READ)).await.json()["items"].as_array().unwrap().is_empty());
}
