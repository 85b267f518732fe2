//! Vendors as the proofs play them: what they send, and what a caller sees afterwards.

use crate::harness::{ALL, Answer, Kaibo};
use kaibo::live::event::{Event, Provider};
use kaibo::live::time::UnixMs;
use kaibo::simulator::{Ask, Prepared, prepare};
use kaibo::vendor;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// When all of it happens, in Unix seconds; a Thursday morning, far from midnight.
pub const NOW: i64 = 1_760_000_000;

/// True when the long form of a proof is asked for.
pub fn full() -> bool {
    std::env::var("KAIBO_PROOF").is_ok_and(|form| form == "full")
}

/// The number of the short or the long form.
pub fn form<T>(short: T, long: T) -> T {
    if full() { long } else { short }
}

/// Seconds after the start.
pub fn at(seconds: i64) -> UnixMs {
    UnixMs::from_seconds(NOW + seconds)
}

/// A room number that no other part of the test uses; it is also the record id and part of every vendor's id, so that what a
/// caller sees can be compared between two rooms by replacing it.
pub fn fresh() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(7_000_001);
    NEXT.fetch_add(1, Ordering::SeqCst)
}

/// About room `n`, a second after the start.
pub fn about(n: u32) -> Ask {
    Ask {
        room: Some(n.to_string()),
        session: Some(format!("88{n}")),
        file: Some(format!("f{n}")),
        at: at(1),
        began_at: Some(at(1)),
        sent_at: at(0),
        ..Ask::default()
    }
}

/// One thing a vendor says, with a nonce of its own.
#[derive(Clone, Debug)]
pub struct Said(pub &'static str, pub Ask);

impl Said {
    /// At so many seconds after the start.
    pub fn at(word: &'static str, n: u32, seconds: i64) -> Self {
        Self(word, Ask { at: at(seconds), ..about(n) })
    }

    /// Changes what it is about.
    pub fn with(mut self, change: impl FnOnce(&mut Ask)) -> Self {
        change(&mut self.1);
        self
    }

    /// Signed, with a nonce that goes with what it says: a repetition is the same to the byte.
    pub fn prepared(&self) -> Prepared {
        let all = format!("{self:?}");
        let nonce = all.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(131).wrapping_add(u64::from(byte)));
        prepare(&crate::harness::fixture(), self.0, &Ask { nonce, ..self.1.clone() }).unwrap()
    }

    /// As the door reads it.
    pub fn event(&self) -> Event {
        let prepared = self.prepared();
        let header = |name: &str| prepared.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str());
        match kaibo::simulator::kinds::find(self.0).unwrap().provider {
            Provider::Zego => {
                let key = "fedcba9876543210fedcba9876543210".into();
                let signed = vendor::zego::callback::verify(&prepared.body, None, &[&key], 1_739_272_706, NOW, 600);
                vendor::zego::callback::parse(&signed.unwrap())
            }
            Provider::Css => {
                let key = "fixture-css-callback".into();
                let signed = vendor::css::callback::verify(&prepared.body, None, &[&key], false, NOW, 900);
                vendor::css::callback::parse(&signed.unwrap(), "main")
            }
            _ => {
                let key = "fixture-trtc-callback".into();
                let (sign, app) = (header("sign"), header("sdkappid"));
                let signed = vendor::trtc::callback::verify(&prepared.body, sign, app, &[&key], false, 1_400_087_915);
                vendor::trtc::callback::parse(&signed.unwrap(), 1_400_087_915)
            }
        }
    }
}

/// Sends it to the door.
pub async fn deliver(kaibo: &Kaibo, prepared: &Prepared) -> Answer {
    let mut request = kaibo.request("POST", &prepared.path).body(&prepared.body);
    for (name, value) in &prepared.headers {
        request = request.header(name, value);
    }
    request.send().await
}

/// Sends it; it must be taken.
pub async fn say(kaibo: &Kaibo, said: &Said) {
    let answer = deliver(kaibo, &said.prepared()).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"code":0}"#), "{}", said.0);
}

/// Opens room `n` through the API for `host1`, with its number as the record id.
pub async fn open(kaibo: &Kaibo, provider: &str, n: u32) {
    open_with(kaibo, json!({ "provider": provider, "room_id": n.to_string(), "record_id": n.to_string() })).await;
}

/// Opens a room as asked, for `host1`.
pub async fn open_with(kaibo: &Kaibo, mut ask: Value) -> Value {
    ask["user_id"] = json!("host1");
    let answer = kaibo.post("/v1/rooms", Some(ALL), ask).await;
    assert!(answer.status < 300, "{}", answer.text());
    answer.json()
}

/// Closes it.
pub async fn close(kaibo: &Kaibo, room: &str) {
    kaibo.post(&format!("/v1/rooms/{room}/close"), Some(ALL), json!({})).await.expect(200);
}

/// All that a caller can see of room `n` and its recording, without what differs between two rooms; and what lists show.
pub async fn seen(kaibo: &Kaibo, n: u32) -> String {
    let mut all = json!({});
    for (name, target) in [
        ("room", format!("/v1/rooms/{n}")),
        ("recordings", format!("/v1/rooms/{n}/recordings")),
        ("recording", format!("/v1/recordings/{n}")),
        ("stream", format!("/v1/streams/{n}_host1")),
    ] {
        let answer = kaibo.get(&target, Some(ALL)).await;
        assert!(answer.status < 500, "{}", answer.text());
        all[name] = if answer.status == 200 { answer.json() } else { json!(answer.status) };
    }
    let row = kaibo.app.store.room(&n.to_string(), kaibo.app.now()).await.unwrap();
    let opening = row.as_ref().map_or("no opening".to_owned(), |room| room.opening_id.clone());
    all["listed"] = json!(row.map(|room| format!(
        "{:?} {} {:?} {:?} {:?} {:?}",
        room.status, room.live, room.live_since, room.last_live_at, room.opened_at, room.closed_at
    )));
    let head = kaibo.app.store.recording_head(&n.to_string(), kaibo.app.now()).await.unwrap();
    all["recording listed"] = json!(head.map(|head| head.listed));
    strip(&mut all);
    serde_json::to_string_pretty(&all).unwrap().replace(&opening, "OPENING").replace(&n.to_string(), "N")
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !["opening_id", "created_at", "instance"].contains(&name.as_str()));
            members.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Numbers that look random and are the same at every run.
pub struct Dice(pub u64);

impl Dice {
    /// Below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    /// Another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }
}

/// All orders of `length` things.
pub fn orders(length: usize) -> Vec<Vec<usize>> {
    if length == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for shorter in orders(length - 1) {
        for place in 0..length {
            let mut order = shorter.clone();
            order.insert(place, length - 1);
            all.push(order);
        }
    }
    all
}

/// A broadcast's life, six events, per provider: what promise 4 is about.
pub fn lifecycle(provider: &str, n: u32) -> Vec<Said> {
    let say = |word, seconds| Said::at(word, n, seconds);
    match provider {
        "zego" => vec![
            say("zego.room.begin", 1),
            say("zego.room.enter", 2),
            say("zego.stream.begin", 3),
            say("zego.stream.end", 60).with(|ask| ask.began_at = Some(at(3))),
            say("zego.recording.ready", 61).with(|ask| ask.began_at = Some(at(4))),
            say("zego.room.end", 90),
        ],
        "css" => vec![
            say("css.stream.begin", 3).with(|ask| ask.record = Some(n.to_string())),
            say("css.recording.started", 4).with(|ask| ask.record = Some(n.to_string())),
            say("css.recording.error", 59).with(|ask| ask.record = Some(n.to_string())),
            say("css.stream.end", 60).with(|ask| (ask.began_at, ask.record) = (Some(at(3)), Some(n.to_string()))),
            say("css.recording.ready", 61).with(|ask| (ask.began_at, ask.record) = (Some(at(4)), Some(n.to_string()))),
            say("css.recording.ended", 61).with(|ask| ask.record = Some(n.to_string())),
        ],
        _ => vec![
            say("trtc.video.begin", 3),
            say("trtc.recording.started", 4),
            say("trtc.room.leave", 60),
            say("trtc.recording.ended", 61),
            say("trtc.recording.ready", 70).with(|ask| ask.began_at = Some(at(4))),
            say("trtc.recording.finished", 71),
        ],
    }
}

/// The three providers that call back.
pub const PROVIDERS: [&str; 3] = ["zego", "css", "trtc"];
