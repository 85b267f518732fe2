//! Promise 17: a process that stays warm for 26 hours gives right expiries, ends sessions when they end, and sees no row whose time
//! has passed, though DynamoDB deletes late.

use crate::harness::{self, Kaibo, fixture};
use crate::issued::{CALLS, Call, open_rooms};
use crate::rooms::{DOOR, NOW, zego};
use kaibo::live::time::UnixMs;
use serde_json::{Value, json};

const HOUR: i64 = 3600;
const STEP: i64 = HOUR / 2;
const STEPS: i64 = 52;

/// The life a call gives when none is asked for, and the key it signs with.
fn defaults(call: Call) -> (i64, String) {
    let config = fixture();
    let (life, keys) = match call {
        Call::LoginToken | Call::Token("01") => (1800, &config.zego[0].app_key),
        Call::Token(_) => (3600, &config.zego[0].server_secret),
        Call::UserSig => (86_400, &config.trtc[0].secret_key),
        Call::MapKey => (21_600, &config.trtc[0].secret_key),
        Call::Push => (86_400, &config.css[0].push_key),
        Call::Play => (86_400, &config.css[0].play_key),
    };
    (life, keys.as_ref().unwrap().all()[0].value.reveal_text().to_owned())
}

async fn start(tweak: impl FnOnce(&mut kaibo::config::Config)) -> Kaibo {
    Kaibo::start_at(UnixMs::from_seconds(NOW), tweak).await
}

fn wait(kaibo: &Kaibo, seconds: i64) {
    kaibo.clock.as_ref().unwrap().advance_ms(seconds * 1000);
}

async fn log_in(kaibo: &Kaibo) -> (String, String) {
    let answer = kaibo.post("/v1/sessions", None, json!({ "code": "alice" })).await.expect(201).json();
    let expires_at = kaibo.app.now().plus_seconds(12 * HOUR).rfc3339();
    assert_eq!(answer["expires_at"], expires_at.as_str());
    (answer["session_token"].as_str().unwrap().into(), answer["user_id"].as_str().unwrap().into())
}

#[tokio::test]
async fn after_26_hours_every_credential_still_ends_when_it_should() {
    let kaibo = start(|_| {}).await;
    let (mut session, user) = log_in(&kaibo).await;
    let mut logged_in = NOW;
    open_rooms(&kaibo, &session).await;
    for step in 0..=STEPS {
        let now = kaibo.app.now().seconds();
        assert_eq!(now, NOW + step * STEP);
        if now - logged_in == 12 * HOUR {
            let refused = Call::UserSig.ask(&kaibo, Some(&session), &user, json!({})).await.expect(401);
            assert_eq!(refused.code(), "session_expired");
            (session, logged_in) = (log_in(&kaibo).await.0, now);
        }
        for call in CALLS {
            let (life, key) = defaults(call);
            let answer = call.ask(&kaibo, Some(&session), &user, json!({})).await.expect(200);
            let at = |moment| call.ends(&answer, &user, &key, moment);
            assert_eq!((at(now), at(now + life - 1)), (Some(now + life), Some(now + life)), "{call:?} at step {step}");
            assert_eq!(at(now + life + 1), None, "{call:?} at step {step}");
            if call != Call::LoginToken {
                let told = UnixMs::from_seconds(now + life).rfc3339();
                assert_eq!(answer.json()["expires_at"], told.as_str(), "{call:?} at step {step}");
            }
        }
        let voip = kaibo.post("/v1/wechat/voip-signature", Some(&session), json!({ "group_id": "g1" })).await.expect(200);
        assert_eq!(voip.json()["time_stamp"], now);
        wait(&kaibo, STEP);
    }
}

#[tokio::test]
async fn a_ticket_taken_after_26_hours_is_as_fresh_as_the_first() {
    let kaibo = start(|_| {}).await;
    open_rooms(&kaibo, &kaibo.session("user_1")).await;
    let ticket = async || {
        let session = kaibo.session("user_1");
        kaibo.post("/v1/rooms/r1/tickets", Some(&session), json!({ "role": "host" })).await.expect(200).json()
    };
    let first = ticket().await;
    wait(&kaibo, 26 * HOUR);
    let later = ticket().await;
    let seconds = |ticket: &Value| UnixMs::parse_rfc3339(ticket["expires_at"].as_str().unwrap()).unwrap().seconds();
    assert_eq!(seconds(&later) - seconds(&first), 26 * HOUR);
    assert_eq!(later["refresh_after_seconds"], first["refresh_after_seconds"]);
    assert_ne!(later["zego"]["token"], first["zego"]["token"]);
}

#[tokio::test]
async fn what_is_kept_for_a_day_is_seen_for_a_day_and_not_longer() {
    let kaibo = start(|config| {
        config.retention = kaibo::config::Retention { inbox_days: 1, ledger_days: 1, rooms_days: 1, recordings_days: 1 };
        config.policy.ledger = "table".into();
    })
    .await;
    let room = json!({ "provider": "zego", "room_id": "show", "record": true });
    // Half a second into a second: a time to live is in whole seconds.
    kaibo.clock.as_ref().unwrap().advance_ms(500);
    let opened = kaibo.post("/v1/rooms", Some(&kaibo.session("anchor")), room.clone()).await.expect(201).json();
    let begin = json!({ "event": "stream_create", "room_id": "show", "room_session_id": "7", "user_id": "anchor",
        "stream_id": "show_anchor", "stream_seq": "1", "create_time_ms": format!("{NOW}000") });
    kaibo.post(DOOR, None, zego(begin)).await.expect(200);
    kaibo.post("/v1/trtc/user-sig", Some(&kaibo.session("anchor")), json!({})).await.expect(200);
    let recording = format!("/v1/recordings/{}", opened["record_id"].as_str().unwrap());
    let one = ["/v1/rooms/show", "/v1/streams/show_anchor", recording.as_str()];
    let lists = ["/v1/rooms", "/v1/recordings", "/v1/callbacks", "/v1/ledger"];
    let seen = async || {
        let mut seen = Vec::new();
        for path in one {
            seen.push(kaibo.get(path, Some(harness::READ)).await.status == 200);
        }
        for path in lists {
            let items = kaibo.get(path, Some(harness::READ)).await.expect(200).json()["items"].clone();
            seen.push(!items.as_array().unwrap().is_empty());
        }
        seen
    };
    assert_eq!(seen().await, [true; 7]);
    wait(&kaibo, 24 * HOUR - 1);
    assert_eq!(seen().await, [true; 7]);
    kaibo.clock.as_ref().unwrap().advance_ms(500);
    assert_eq!(seen().await, [false; 7]);
    wait(&kaibo, 2 * HOUR);
    assert_eq!(seen().await, [false; 7]);
    // The name is free again, and what happens in it is new.
    let again = kaibo.post("/v1/rooms", Some(&kaibo.session("someone")), room).await.expect(201).json();
    assert_ne!(again["opening_id"], opened["opening_id"]);
    let live = kaibo.get("/v1/rooms/show/live", Some(harness::READ)).await.expect(200).json();
    assert_eq!((&live["live"], &live["end_reason"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn a_session_key_is_forgotten_after_30_days() {
    let kaibo = start(|_| {}).await;
    let (_, user) = log_in(&kaibo).await;
    let ask = async || {
        let session = kaibo.session(&user);
        kaibo.post("/v1/wechat/voip-signature", Some(&session), json!({ "group_id": "g1" })).await
    };
    wait(&kaibo, 30 * 24 * HOUR - 1);
    ask().await.expect(200);
    wait(&kaibo, 1);
    assert_eq!(ask().await.expect(409).code(), "login_needed");
}
