//! The evening of `evening.rs` told to the four real binaries on one store, with the machine's clock, and with ZEGO's server
//! API played by the test: fn_jobs asks it to put the troll out and to end the room.

use crate::functions::{Lent, body, lend, sample, start_with};
use crate::functions_stories::{by_phone, on_every_stage};
use crate::runtime::{Function, Stage};
use crate::samples::{Call, OPERATOR};
use axum::extract::RawQuery;
use axum::routing::get;
use axum::{Json, Router};
use kaibo::clock::{Clock, SystemClock};
use kaibo::config::sections::Holder;
use kaibo::live::time::UnixMs;
use kaibo::vendor::zego::{callback, server_api};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SESSION: &str = "6085791336856668982";
/// The shortest lease that a document may ask for: the host is away for more than two thirds of it, as in the HTTP story.
const LEASE_SECONDS: u64 = 15;
const AWAY: Duration = Duration::from_secs(11);

fn now() -> UnixMs {
    SystemClock.now()
}

/// ZEGO's server API, as far as the evening needs it: it refuses what is not signed and keeps what it was asked.
#[derive(Clone)]
struct Zego {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Zego {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let zego = Self { base: format!("http://{}", listener.local_addr().unwrap()), asked: Arc::default() };
        let own = zego.clone();
        let answer = async move |RawQuery(query): RawQuery| Json(own.answer(&query.unwrap_or_default()));
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(get(answer))).await });
        zego
    }

    fn answer(&self, query: &str) -> Value {
        let query: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let of = |name: &str| query.get(name).cloned().unwrap_or_default();
        let secret = "0123456789abcdef0123456789abcdef".into();
        let at = of("Timestamp").parse().unwrap();
        if !server_api::signature_holds(&of("Signature"), 1_739_272_706, &of("SignatureNonce"), &secret, at) {
            return json!({ "Code": 100_000_004, "Message": "signature", "RequestId": "1" });
        }
        self.asked.lock().unwrap().push(format!("{} {} {}", of("Action"), of("RoomId"), of("UserId[]")).trim_end().to_owned());
        json!({ "Code": 0, "Message": "success", "RequestId": "1", "Data": {} })
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// One evening in room `show`.
struct Evening {
    client: Function,
    callbacks: Function,
    operator: Function,
    jobs: Function,
    zego: Zego,
    said: u32,
    began: HashMap<String, UnixMs>,
    _lent: Lent,
}

impl Evening {
    async fn start(stage: Stage) -> Self {
        let (lent, zego) = (lend().await, Zego::start().await);
        let log_url = "log_url = \"https://weblogger.example.com/log\"";
        let edit = |document: &str| {
            let with_api = document.replace(log_url, &format!("{log_url}\napi_base = \"{}\"", zego.base));
            assert_ne!(with_api, document);
            format!("{with_api}\n[policy]\nlease_seconds = {LEASE_SECONDS}\n")
        };
        Self {
            client: start_with(stage, Holder::Client, &lent, edit).await,
            callbacks: start_with(stage, Holder::Callbacks, &lent, edit).await,
            operator: start_with(stage, Holder::Operator, &lent, edit).await,
            jobs: start_with(stage, Holder::Jobs, &lent, edit).await,
            zego,
            said: 0,
            began: HashMap::new(),
            _lent: lent,
        }
    }

    async fn ask_client(&mut self, user: &str, method: &str, path: &str, data: Value) -> (u64, Value) {
        let header = json!({ "x-user-id": user, "accept-language": "zh-CN" });
        let options = json!({ "url": path, "method": method, "header": header, "data": data });
        let answer = self.client.invoke(&by_phone(&options).event(false)).await;
        let status = answer["statusCode"].as_u64().unwrap();
        (status, body(&answer, status.try_into().unwrap()))
    }

    async fn phone(&mut self, user: &str, call: &str, data: Value) -> Value {
        let path = if call.is_empty() { "/v1/rooms".to_owned() } else { format!("/v1/rooms/show/{call}") };
        let (status, answer) = self.ask_client(user, "POST", &path, data).await;
        assert!(status < 300, "{user} {call}: {answer}");
        answer
    }

    async fn ask(&mut self, user: &str, path: &str) -> Value {
        let (status, answer) = self.ask_client(user, "GET", &format!("/v1/rooms/show{path}"), Value::Null).await;
        assert_eq!(status, 200, "{user} {path}: {answer}");
        answer
    }

    async fn operator(&mut self, path: &str) -> Value {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let call = Call { method: "GET", path: path.into(), query: query.into(), headers: Vec::new(), body: Vec::new() };
        let call = call.with("authorization", &format!("Bearer {OPERATOR}"));
        body(&self.operator.invoke(&call.event(false)).await, 200)
    }

    /// A minute's work of fn_jobs; answers what it asked of ZEGO.
    async fn minute(&mut self) -> Vec<String> {
        let schedule = json!({ "version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {} });
        assert_eq!(self.jobs.invoke(&schedule).await["failing"], 0);
        self.zego.asked()
    }

    /// ZEGO tells something, signed now.
    async fn vendor(&mut self, mut event: Value) {
        self.said += 1;
        let (at, nonce) = (now().seconds().to_string(), format!("evening-{}", self.said));
        let secret = "fedcba9876543210fedcba9876543210".into();
        event["signature"] = callback::sign(&secret, &at, &nonce).into();
        (event["appid"], event["timestamp"], event["nonce"]) = ("1739272706".into(), at.into(), nonce.into());
        let mut call = sample("POST", "/callbacks/zego/{app_id}/{path_token}");
        call.body = event.to_string().into_bytes();
        assert_eq!(body(&self.callbacks.invoke(&call.event(false)).await, 200), json!({ "code": 0 }), "{event}");
    }

    /// ZEGO tells that a user's stream begins now or, with a close type, ends now.
    async fn stream(&mut self, user: &str, ended: Option<&str>) {
        let at = now();
        let began = if ended.is_none() { at } else { self.began[user] };
        self.began.insert(user.to_owned(), began);
        let mut event = json!({ "event": "stream_create", "room_id": "show", "room_session_id": SESSION, "user_id": user,
            "stream_id": format!("show_{user}"), "stream_seq": (self.said + 1).to_string(),
            "create_time_ms": began.0.to_string() });
        if let Some(close_type) = ended {
            event["event"] = "stream_close".into();
            event["type"] = close_type.into();
            event["destroy_timemillis"] = at.0.to_string().into();
        }
        self.vendor(event).await;
    }
}

fn live_ids(whole: &Value) -> Vec<&str> {
    let streams = whole["streams"].as_array().unwrap().iter();
    let mut ids: Vec<_> = streams.filter(|s| s["status"] == "live").map(|s| s["stream_id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

/// The host opens and pushes; answers the room.
async fn the_host_opens(evening: &mut Evening) -> Value {
    let ask = json!({ "provider": "zego", "room_id": "show", "capacity": 20, "record": true });
    let room = evening.phone("anchor", "", ask).await;
    assert_eq!(evening.ask("fan", "/live").await["live"], false);
    let ticket = evening.phone("anchor", "tickets", json!({ "role": "host", "nickname": "主播" })).await;
    assert_eq!(ticket["zego"]["client"]["publishStreamId"], "show_anchor");
    evening.phone("fan", "tickets", json!({ "role": "viewer" })).await;
    evening.stream("anchor", None).await;
    assert_eq!(evening.ask("fan", "/live").await["live"], true);
    room
}

/// One guest asks, another is invited; both come on stage and are mixed.
async fn two_guests_come(evening: &mut Evening) {
    evening.phone("guest_a", "seats", json!({ "kind": "request" })).await;
    let news = evening.phone("anchor", "heartbeat", json!({})).await;
    assert_eq!((&news["seats"][0]["seat_id"], &news["seats"][0]["status"]), (&json!("guest_a-1"), &json!("requested")));
    evening.phone("anchor", "seats/guest_a-1/accept", json!({})).await;
    let ticket = evening.phone("guest_a", "tickets", json!({ "role": "cohost" })).await;
    assert_eq!(ticket["zego"]["client"]["publishStreamId"], "show_guest_a");
    evening.phone("anchor", "seats", json!({ "kind": "invite", "user_id": "guest_b" })).await;
    assert_eq!(evening.phone("guest_b", "heartbeat", json!({})).await["seats"][0]["status"], "invited");
    let seat = evening.phone("guest_b", "seats/guest_b-1/accept", json!({})).await;
    assert_eq!((&seat["status"], &seat["ticket"]["role"]), (&json!("accepted"), &json!("cohost")));
    evening.stream("guest_a", None).await;
    evening.stream("guest_b", None).await;
    let plan = evening.phone("anchor", "mix-plan", json!({ "width": 360, "height": 640 })).await;
    assert_eq!((plan["update_mix_stream"]["streamList"].as_array().unwrap().len(), &plan["missing_streams"]), (3, &json!([])));
}

/// A viewer without a seat pushes, is flagged and put out: here at once, at ZEGO with the next minute.
async fn the_troll_is_kicked(evening: &mut Evening) {
    evening.stream("troll", None).await;
    let whole = evening.ask("fan", "").await;
    assert_eq!(live_ids(&whole), ["show_anchor", "show_guest_a", "show_guest_b", "show_troll"]);
    let flagged: Vec<_> = whole["streams"].as_array().unwrap().iter().filter(|s| s["flagged"] == "no_seat").collect();
    assert_eq!((flagged.len(), &flagged[0]["stream_id"]), (1, &json!("show_troll")));
    evening.phone("troll", "heartbeat", json!({})).await;
    assert_eq!(evening.minute().await, Vec::<String>::new());
    assert_eq!(evening.phone("anchor", "kick", json!({ "user_id": "troll" })).await["enforced"], "vendor_pending");
    assert_eq!(evening.phone("troll", "heartbeat", json!({})).await["removed"], true);
    let (status, again) = evening.ask_client("troll", "POST", "/v1/rooms/show/tickets", json!({ "role": "viewer" })).await;
    assert_eq!((status, &again["code"]), (403, &json!("banned")));
    assert_eq!(evening.minute().await, ["KickoutUser show troll"]);
    assert_eq!(evening.minute().await, Vec::<String>::new(), "once is enough");
    evening.stream("troll", Some("100")).await;
}

/// One guest leaves by itself, one because the host ends its seat.
async fn the_guests_leave(evening: &mut Evening) {
    evening.phone("guest_a", "leave", json!({})).await;
    evening.stream("guest_a", Some("0")).await;
    evening.phone("anchor", "seats/guest_b-1/end", json!({})).await;
    evening.stream("guest_b", Some("0")).await;
    let whole = evening.ask("fan", "").await;
    assert_eq!(live_ids(&whole), ["show_anchor"]);
    assert!(whole["seats"].as_array().unwrap().iter().all(|seat| seat["status"] == "ended"));
}

/// The host's network breaks; the page learns why, and the host comes back to the same opening before its lease ends.
async fn the_host_reconnects(evening: &mut Evening, room: &Value) {
    let lease = |beat: &Value| UnixMs::parse_rfc3339(beat["lease_expires_at"].as_str().unwrap()).unwrap();
    let before = lease(&evening.phone("anchor", "heartbeat", json!({})).await);
    evening.stream("anchor", Some("1")).await;
    let gone = evening.ask("fan", "/live").await;
    assert_eq!((gone["live"].as_bool(), &gone["end_reason"]), (Some(false), &json!("heartbeat_timeout")));
    assert!(gone["end_detail"].as_str().unwrap().contains("没有响应"), "{gone}");
    tokio::time::sleep(AWAY).await;
    let again = evening.phone("anchor", "", json!({ "provider": "zego", "room_id": "show" })).await;
    assert_eq!(again["opening_id"], room["opening_id"]);
    evening.phone("anchor", "tickets", json!({ "role": "host" })).await;
    evening.stream("anchor", None).await;
    assert_eq!(evening.ask("fan", "/live").await["live"], true);
    let after = lease(&evening.phone("anchor", "heartbeat", json!({})).await);
    assert!(after.0 - before.0 >= 9_000, "the place is kept from now on");
}

/// The host closes, ZEGO is asked to end its room, the replay comes and is found by a viewer and by the operator.
async fn the_replay_is_found(evening: &mut Evening, room: &Value, from: UnixMs) {
    evening.stream("anchor", Some("0")).await;
    let closed = evening.phone("anchor", "close", json!({})).await;
    assert_eq!((&closed["status"], &closed["enforced"]), (&json!("closed"), &json!("vendor_pending")));
    assert_eq!(evening.minute().await, ["CloseRoom show"]);
    let replay = json!({ "event": "record", "stream_alias": "show_anchor", "replay_url": "https://vod.example.test/show.mp4",
        "begin_time": from.seconds().to_string(), "end_time": now().seconds().to_string(), "extra_params": "{\"FileID\":\"f-1\"}" });
    evening.vendor(replay).await;
    let record_id = room["record_id"].as_str().unwrap();
    for recordings in [evening.ask("fan", "/recordings").await, evening.operator("/v1/recordings?room_id=show").await] {
        let found = &recordings["items"][0];
        assert_eq!((&found["record_id"], &found["status"]), (&json!(record_id), &json!("ready")), "{recordings}");
        assert_eq!(found["files"][0]["url"], "https://vod.example.test/show.mp4");
    }
    let inbox = evening.operator(&format!("/v1/callbacks?record_id={record_id}")).await;
    assert_eq!(
        (&inbox["items"][0]["kind"], &inbox["items"][0]["verdict"]),
        (&json!("zego.record"), &json!("applied")),
        "{inbox}"
    );
    let over = evening.phone("fan", "heartbeat", json!({})).await;
    assert_eq!((&over["room_status"], &over["lease_expires_at"]), (&json!("closed"), &Value::Null));
}

async fn an_evening(stage: Stage) {
    let mut evening = Evening::start(stage).await;
    let room = the_host_opens(&mut evening).await;
    let from = evening.began["anchor"];
    two_guests_come(&mut evening).await;
    the_troll_is_kicked(&mut evening).await;
    the_guests_leave(&mut evening).await;
    the_host_reconnects(&mut evening, &room).await;
    the_replay_is_found(&mut evening, &room, from).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evening_from_open_to_replay_through_the_four_functions() {
    on_every_stage(an_evening).await;
}
