//! Rooms over HTTP: opened once, listed newest first, told by vendors.

use crate::harness::{self, Kaibo};
use kaibo::live::time::UnixMs;
use kaibo::vendor::zego::callback::sign;
use serde_json::{Value, json};

pub const NOW: i64 = 1_760_000_000;

/// A ZEGO event, signed as ZEGO does at `NOW`.
pub fn zego(mut event: Value) -> Value {
    let secret = "fedcba9876543210fedcba9876543210".into();
    event["appid"] = "1739272706".into();
    event["timestamp"] = NOW.to_string().into();
    event["nonce"] = format!("{:x}", md5_of(&event)).into();
    event["signature"] = sign(&secret, &NOW.to_string(), event["nonce"].as_str().unwrap()).into();
    event
}

fn md5_of(event: &Value) -> u64 {
    event.to_string().bytes().fold(7, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))
}

/// Where ZEGO calls.
pub const DOOR: &str = "/callbacks/zego/1739272706/fixture-path-token-0123456789";

#[tokio::test]
async fn a_zego_broadcast_is_seen_from_open_to_replay() {
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |_| {}).await;
    let host = kaibo.session("anchor_1");
    let room = kaibo
        .post("/v1/rooms", Some(&host), json!({ "provider": "zego", "room_id": "room_1", "title": "Evening", "record": true }))
        .await;
    assert_eq!(room.status, 201, "{}", room.text());
    let record_id = room.json()["record_id"].as_str().unwrap().to_owned();
    let again = kaibo.post("/v1/rooms", Some(&host), json!({ "provider": "zego", "room_id": "room_1" })).await;
    assert_eq!((again.status, again.json()["opening_id"].clone()), (200, room.json()["opening_id"].clone()));
    let other = kaibo.session("someone");
    let taken = kaibo.post("/v1/rooms", Some(&other), json!({ "provider": "zego", "room_id": "room_1" })).await;
    assert_eq!((taken.status, taken.code().as_str()), (409, "room_taken"));

    let live = kaibo.get("/v1/rooms/room_1/live", Some(&other)).await.json();
    assert_eq!(live["live"], false);
    let create = zego(
        json!({ "event": "stream_create", "room_id": "room_1", "room_session_id": "6085791336856668982", "user_id": "anchor_1",
        "stream_id": "room_1_anchor_1", "stream_seq": "1", "create_time_ms": format!("{NOW}500") }),
    );
    for _ in 0..3 {
        let answer = kaibo.post(DOOR, None, create.clone()).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"code":0}"#));
    }
    let live = kaibo.get("/v1/rooms/room_1/live", Some(&other)).await.json();
    assert_eq!((live["live"].clone(), live["live_since"].clone()), (true.into(), "2025-10-09T08:53:20.5Z".into()));
    let listed = kaibo.get("/v1/rooms?live=true", Some(&other)).await.json();
    assert_eq!(listed["items"][0]["room_id"], "room_1");

    let file =
        zego(json!({ "event": "record", "stream_alias": "room_1_anchor_1", "replay_url": "https://vod.example.test/a.mp4",
        "begin_time": (NOW + 2).to_string(), "end_time": (NOW + 60).to_string(), "extra_params": "{\"FileID\":\"f-1\"}" }));
    assert_eq!(kaibo.post(DOOR, None, file).await.status, 200);
    let close = zego(
        json!({ "event": "stream_close", "room_id": "room_1", "room_session_id": "6085791336856668982", "user_id": "anchor_1",
        "stream_id": "room_1_anchor_1", "stream_seq": "2", "type": "0", "create_time_ms": format!("{NOW}500"), "destroy_timemillis": format!("{}000", NOW + 61) }),
    );
    assert_eq!(kaibo.post(DOOR, None, close).await.status, 200);
    let recording = kaibo.get(&format!("/v1/recordings/{record_id}"), Some(&host)).await.json();
    assert_eq!((recording["status"].as_str(), recording["room_id"].as_str()), (Some("ready"), Some("room_1")), "{recording}");
    assert_eq!(recording["files"][0]["url"], "https://vod.example.test/a.mp4");
    let stream = kaibo.get("/v1/streams/room_1_anchor_1", Some(&host)).await.json();
    assert_eq!((stream["status"].as_str(), stream["end_reason"].as_str()), (Some("ended"), Some("client_end")), "{stream}");

    let inbox = kaibo.get("/v1/callbacks?room_id=room_1", Some(harness::READ)).await.json();
    let of_create = inbox["items"].as_array().unwrap().iter().find(|i| i["kind"] == "zego.stream_create").unwrap();
    assert_eq!((of_create["deliveries"].as_i64(), of_create["verdict"].as_str()), (Some(3), Some("applied")));
    let by_record = kaibo.get(&format!("/v1/callbacks?record_id={record_id}"), Some(harness::READ)).await.json();
    assert_eq!(by_record["items"][0]["kind"], "zego.record", "{by_record}");
    let whole = kaibo.get("/v1/rooms/room_1", Some(&other)).await.json();
    assert_eq!(whole["recordings"][0]["files"][0]["file_id"], "f-1", "{whole}");
    let closed = kaibo.post("/v1/rooms/room_1/close", Some(&host), json!({})).await.json();
    assert_eq!((closed["status"].as_str(), closed["enforced"].as_str()), (Some("closed"), Some("vendor_pending")));
}
