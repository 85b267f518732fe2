//! The story of an evening, as `docs/rooms.md` tells it: a host opens, two guests come on stage and leave, a viewer is put
//! out, the host reconnects and closes, and the replay is found.

use crate::harness::Kaibo;
use crate::rooms::{DOOR, NOW, zego};
use kaibo::live::time::UnixMs;
use serde_json::{Value, json};

const SESSION: &str = "6085791336856668982";

/// One evening in room `show`.
struct Evening {
    kaibo: Kaibo,
    streams: std::cell::Cell<u32>,
}

impl Evening {
    async fn phone(&self, user: &str, call: &str, body: Value) -> Value {
        let path = if call.is_empty() { "/v1/rooms".to_owned() } else { format!("/v1/rooms/show/{call}") };
        let answer = self.kaibo.post(&path, Some(&self.kaibo.session(user)), body).await;
        assert!(answer.status < 300, "{user} {call}: {}", answer.text());
        answer.json()
    }

    async fn ask(&self, user: &str, path: &str) -> Value {
        let ask = self.kaibo.request("GET", &format!("/v1/rooms/show{path}")).bearer(Some(&self.kaibo.session(user)));
        ask.header("accept-language", "zh-CN").send().await.expect(200).json()
    }

    async fn vendor(&self, event: Value) {
        assert_eq!(self.kaibo.post(DOOR, None, zego(event)).await.expect(200).text(), r#"{"code":0}"#);
    }

    /// ZEGO tells that a user's stream began or, with a close type, ended.
    async fn stream(&self, user: &str, second: i64, ended: Option<&str>) {
        self.streams.set(self.streams.get() + 1);
        let mut event = json!({ "event": "stream_create", "room_id": "show", "room_session_id": SESSION, "user_id": user,
            "stream_id": format!("show_{user}"), "stream_seq": self.streams.get().to_string(),
            "create_time_ms": format!("{}000", NOW + second) });
        if let Some(close_type) = ended {
            event["event"] = "stream_close".into();
            event["type"] = close_type.into();
            event["destroy_timemillis"] = format!("{}000", NOW + second).into();
        }
        self.vendor(event).await;
    }

    fn wait(&self, seconds: i64) {
        self.kaibo.clock.as_ref().unwrap().advance_ms(seconds * 1000);
    }
}

fn live_ids(whole: &Value) -> Vec<&str> {
    let streams = whole["streams"].as_array().unwrap().iter();
    let mut ids: Vec<_> = streams.filter(|s| s["status"] == "live").map(|s| s["stream_id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn an_evening_from_open_to_replay() {
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |_| {}).await;
    let evening = Evening { kaibo, streams: std::cell::Cell::new(0) };

    // The host opens and pushes.
    let room =
        evening.phone("anchor", "", json!({ "provider": "zego", "room_id": "show", "capacity": 20, "record": true })).await;
    let record_id = room["record_id"].as_str().unwrap().to_owned();
    let before = evening.ask("fan", "/live").await;
    assert_eq!((before["live"].as_bool(), before["end_reason"].clone()), (Some(false), Value::Null));
    let ticket = evening.phone("anchor", "tickets", json!({ "role": "host", "nickname": "主播" })).await;
    assert_eq!(ticket["zego"]["client"]["publishStreamId"], "show_anchor");
    evening.phone("fan", "tickets", json!({ "role": "viewer" })).await;
    evening.stream("anchor", 1, None).await;
    assert_eq!(evening.ask("fan", "/live").await["live"], true);

    // One guest asks, another is invited; both come on stage.
    evening.phone("guest_a", "seats", json!({ "kind": "request" })).await;
    let news = evening.phone("anchor", "heartbeat", json!({})).await;
    assert_eq!(
        (news["seats"][0]["seat_id"].as_str(), news["seats"][0]["status"].as_str()),
        (Some("guest_a-1"), Some("requested"))
    );
    assert_eq!(evening.phone("anchor", "seats/guest_a-1/accept", json!({})).await.get("ticket"), None, "the host needs none");
    let ticket = evening.phone("guest_a", "tickets", json!({ "role": "cohost" })).await;
    assert_eq!(ticket["zego"]["client"]["publishStreamId"], "show_guest_a");
    evening.phone("anchor", "seats", json!({ "kind": "invite", "user_id": "guest_b" })).await;
    let news = evening.phone("guest_b", "heartbeat", json!({})).await;
    assert_eq!(news["seats"][0]["status"], "invited");
    let seat = evening.phone("guest_b", "seats/guest_b-1/accept", json!({})).await;
    assert_eq!((seat["status"].as_str(), seat["ticket"]["role"].as_str()), (Some("accepted"), Some("cohost")));
    assert_eq!(seat["ticket"]["zego"]["client"]["publishStreamId"], "show_guest_b");
    evening.stream("guest_a", 3, None).await;
    evening.stream("guest_b", 4, None).await;

    // The host mixes the three; somebody without a seat pushes too and is flagged.
    let plan = evening.phone("anchor", "mix-plan", json!({ "width": 360, "height": 640 })).await;
    let mixed: Vec<_> =
        plan["update_mix_stream"]["streamList"].as_array().unwrap().iter().map(|s| s["streamId"].clone()).collect();
    assert_eq!(mixed, ["show_anchor", "show_guest_a", "show_guest_b"]);
    assert_eq!(plan["missing_streams"], json!([]));
    evening.stream("troll", 5, None).await;
    let whole = evening.ask("fan", "").await;
    assert_eq!(live_ids(&whole), ["show_anchor", "show_guest_a", "show_guest_b", "show_troll"]);
    let flagged: Vec<_> = whole["streams"].as_array().unwrap().iter().filter(|s| s["flagged"] == "no_seat").collect();
    assert_eq!((flagged.len(), &flagged[0]["stream_id"]), (1, &json!("show_troll")));

    // The troll is put out, here at once and at ZEGO within a minute.
    evening.phone("troll", "heartbeat", json!({})).await;
    assert_eq!(evening.phone("anchor", "kick", json!({ "user_id": "troll" })).await["enforced"], "vendor_pending");
    assert_eq!(evening.phone("troll", "heartbeat", json!({})).await["removed"], true);
    let again =
        evening.kaibo.post("/v1/rooms/show/tickets", Some(&evening.kaibo.session("troll")), json!({ "role": "viewer" })).await;
    assert_eq!(again.expect(403).code(), "banned");
    evening.stream("troll", 9, Some("100")).await;

    // The guests leave the stage: one by itself, one because the host ends it.
    evening.phone("guest_a", "leave", json!({})).await;
    evening.stream("guest_a", 20, Some("0")).await;
    evening.phone("anchor", "seats/guest_b-1/end", json!({})).await;
    evening.stream("guest_b", 21, Some("0")).await;
    let whole = evening.ask("fan", "").await;
    assert_eq!(live_ids(&whole), ["show_anchor"]);
    assert!(whole["seats"].as_array().unwrap().iter().all(|seat| seat["status"] == "ended"));
    let of_a = whole["streams"].as_array().unwrap().iter().find(|s| s["stream_id"] == "show_guest_a").unwrap();
    assert_eq!((of_a["end_reason"].as_str(), of_a["flagged"].clone()), (Some("client_end"), Value::Null));

    // The host's network breaks; the page learns why, and the host comes back to the same opening.
    evening.stream("anchor", 30, Some("1")).await;
    let gone = evening.ask("fan", "/live").await;
    assert_eq!((gone["live"].as_bool(), gone["room_status"].as_str()), (Some(false), Some("open")));
    assert_eq!(gone["end_reason"], "heartbeat_timeout");
    assert!(gone["end_detail"].as_str().unwrap().contains("没有响应"), "{gone}");
    evening.wait(40);
    let again = evening.phone("anchor", "", json!({ "provider": "zego", "room_id": "show" })).await;
    assert_eq!(again["opening_id"], room["opening_id"]);
    evening.phone("anchor", "tickets", json!({ "role": "host" })).await;
    evening.stream("anchor", 40, None).await;
    assert_eq!(evening.ask("fan", "/live").await["live"], true);

    // The host closes; ZEGO is asked to end its room; the replay comes.
    evening.stream("anchor", 60, Some("0")).await;
    let closed = evening.phone("anchor", "close", json!({})).await;
    assert_eq!((closed["status"].as_str(), closed["enforced"].as_str()), (Some("closed"), Some("vendor_pending")));
    let replay = json!({ "event": "record", "stream_alias": "show_anchor", "replay_url": "https://vod.example.test/show.mp4",
        "begin_time": (NOW + 2).to_string(), "end_time": (NOW + 60).to_string(), "extra_params": "{\"FileID\":\"f-1\"}" });
    evening.vendor(replay).await;
    let recordings = evening.ask("fan", "/recordings").await;
    assert_eq!(
        (recordings["items"][0]["record_id"].as_str(), recordings["items"][0]["status"].as_str()),
        (Some(record_id.as_str()), Some("ready"))
    );
    assert_eq!(recordings["items"][0]["files"][0]["url"], "https://vod.example.test/show.mp4");
    let over = evening.phone("fan", "heartbeat", json!({})).await;
    assert_eq!((over["room_status"].as_str(), over["lease_expires_at"].clone()), (Some("closed"), Value::Null));
}

#[tokio::test]
async fn a_mix_plan_is_for_the_host_of_a_zego_room_and_names_what_is_missing() {
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |_| {}).await;
    let host = kaibo.session("anchor");
    for (provider, room_id) in [("zego", "show"), ("css", "css-show")] {
        kaibo.post("/v1/rooms", Some(&host), json!({ "provider": provider, "room_id": room_id })).await.expect(201);
    }
    let size = json!({ "width": 361, "height": 640 });
    let of = |streams: &[&str]| json!({ "width": 361, "height": 640, "streams": streams });
    let ask = async |who: &str, body: Value| kaibo.post("/v1/rooms/show/mix-plan", Some(who), body).await;
    assert_eq!(ask(&kaibo.session("fan"), size.clone()).await.expect(403).code(), "role_not_allowed");
    assert_eq!(ask(crate::harness::READ, size.clone()).await.expect(403).code(), "scope_missing");
    assert_eq!(ask(&host, size.clone()).await.expect(400).fields(), ["streams"], "nothing is live");
    assert_eq!(ask(&host, json!({})).await.expect(400).fields(), ["width", "height"]);
    assert_eq!(ask(&host, of(&["a", "b", "c", "d"])).await.expect(400).code(), "layout_full");
    assert_eq!(ask(&host, of(&["a", "a"])).await.expect(400).fields(), ["streams"]);
    for who in [host.as_str(), crate::harness::ISSUE, crate::harness::WRITE] {
        let plan = ask(who, of(&["a", "b"])).await.expect(200).json();
        assert_eq!(plan["missing_streams"], json!(["a", "b"]));
        assert_eq!(
            (&plan["stop_mix_stream"]["outputStreamId"], &plan["start_mix"]["MixOutput"][0]["Width"]),
            (&json!("mix-a"), &json!(360))
        );
        assert_eq!(plan["stop_mix"]["TaskId"], plan["start_mix"]["TaskId"]);
    }
    let css = kaibo.post("/v1/rooms/css-show/mix-plan", Some(&host), size).await.expect(400);
    assert!(css.json()["detail"].as_str().unwrap().contains("ZEGO"));
}
