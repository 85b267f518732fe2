//! Promise 10: while a secret changes, what was made with the old one counts and the new one signs; after the end nothing made
//! with the old one counts, and nothing is a 5xx.

mod every_key;
mod pairs;

use crate::contract::concrete;
use crate::harness::{Answer, Kaibo, fixture};
use crate::issued::{CALLS, Call, open_rooms};
use axum::extract::Query;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kaibo::config::Config;
use kaibo::config::keys::Keys;
use kaibo::http::routes::{ROUTES, Who};
use kaibo::live::time::UnixMs;
use kaibo::secret::Secret;
use kaibo::vendor::{css, trtc, zego};
use ring::hmac;
use serde_json::{Value, json};
use std::collections::HashMap;

/// The new key is valid from here on.
const BEGIN: UnixMs = UnixMs(1_800_000_000_000);
/// The old key is valid until here.
const END: UnixMs = BEGIN.plus_seconds(1000);

/// Before, within and after the overlap, to the millisecond, with what counts then.
const MOMENTS: [(UnixMs, bool, bool); 5] = [
    (UnixMs(BEGIN.0 - 1), true, false),
    (BEGIN, true, true),
    (UnixMs(BEGIN.0 + 500_000), true, true),
    (UnixMs(END.0 - 1), true, true),
    (END, false, true),
];

/// As a document has it: the new one first, so that it signs as soon as it is valid.
fn turn(old: &str, new: &str) -> Option<Keys> {
    let keys = json!([
        { "value": new, "not_before": BEGIN.rfc3339() },
        { "value": old, "not_after": END.rfc3339() },
    ]);
    Some(serde_json::from_value(keys).unwrap())
}

fn old_only(old: &str) -> Option<Keys> {
    Some(serde_json::from_value(json!([{ "value": old, "not_after": END.rfc3339() }])).unwrap())
}

async fn start(tweak: impl FnOnce(&mut Config)) -> Kaibo {
    Kaibo::start_at(UnixMs(BEGIN.0 - 60_000), tweak).await
}

fn go(kaibo: &Kaibo, to: UnixMs) -> i64 {
    kaibo.clock.as_ref().unwrap().set(to);
    to.seconds()
}

fn said(answer: &Answer) -> String {
    if answer.status < 300 { answer.status.to_string() } else { format!("{} {}", answer.status, answer.code()) }
}

fn first(keys: &Option<Keys>) -> String {
    keys.as_ref().unwrap().all()[0].value.reveal_text().to_owned()
}

#[tokio::test]
async fn a_login_session_of_the_old_key_counts_until_its_end_and_then_nowhere() {
    let (old, new) = ("old-session-key-0123456789abcdefgh", "new-session-key-0123456789abcdefgh");
    let kaibo = start(|config| {
        config.access.session_keys = turn(old, new);
        config.access.session_hours = 720;
    })
    .await;
    let log_in = async || {
        let answer = kaibo.post("/v1/sessions", None, json!({ "code": "alice" })).await.expect(201).json();
        answer["session_token"].as_str().unwrap().to_owned()
    };
    let of_old = log_in().await;
    go(&kaibo, BEGIN);
    let of_new = log_in().await;
    for (moment, old_counts, new_counts) in MOMENTS {
        go(&kaibo, moment);
        for (session, counts) in [(&of_old, old_counts), (&of_new, new_counts)] {
            let answer = kaibo.post("/v1/trtc/user-sig", Some(session), json!({})).await;
            assert_eq!(said(&answer), if counts { "200" } else { "401 session_invalid" }, "{moment:?}");
        }
    }
    for route in ROUTES.iter().filter(|route| !matches!(route.who, Who::Anyone | Who::RtcRoom | Who::Vendor)) {
        let answer = kaibo.request(route.method, &concrete(route.path)).bearer(Some(&of_old)).send().await;
        assert_eq!(said(&answer), "401 session_invalid", "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn an_operator_key_counts_in_its_time_and_then_nowhere() {
    let (old, new) = ("old-operator-key-01", "new-operator-key-01");
    let kaibo = start(|config| config.access.operators[0].key = turn(old, new)).await;
    for (moment, old_counts, new_counts) in MOMENTS {
        go(&kaibo, moment);
        for (key, counts) in [(old, old_counts), (new, new_counts)] {
            for route in ROUTES.iter().filter(|route| !matches!(route.who, Who::Anyone | Who::RtcRoom | Who::Vendor)) {
                let answer = kaibo.request(route.method, &concrete(route.path)).bearer(Some(key)).send().await;
                let refused = answer.status == 401 && answer.code() == "key_invalid";
                assert!(refused != counts && answer.status < 500, "{} at {moment:?}: {}", route.path, answer.status);
            }
        }
    }
}

fn jwt(secret: &str) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({ "iss": "https://id.example.com", "aud": "kaibo", "sub": "user_1", "exp": END.seconds() + 9000 });
    let text = format!("{}.{}", part(json!({ "alg": "HS256" })), part(claims));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag))
}

#[tokio::test]
async fn the_host_apps_jwt_counts_by_the_keys_of_the_moment() {
    let (old, new) = ("old-jwt-secret-0123456789abcdefgh", "new-jwt-secret-0123456789abcdefgh");
    let kaibo = start(|config| config.access.issuers[0].secret = turn(old, new)).await;
    for (moment, old_counts, new_counts) in MOMENTS {
        go(&kaibo, moment);
        for (secret, counts) in [(old, old_counts), (new, new_counts)] {
            let answer = kaibo.post("/v1/trtc/user-sig", Some(&jwt(secret)), json!({})).await;
            assert_eq!(said(&answer), if counts { "200" } else { "401 session_invalid" }, "{moment:?}");
        }
    }
}

/// Puts both keys of a call's kind into a document; the places are `[[zego]]`, `[[trtc]]` and `[[css]]`.
fn keys_of(call: Call, config: &mut Config) -> &mut Option<Keys> {
    match call {
        Call::LoginToken | Call::Token("01") => &mut config.zego[0].app_key,
        Call::Token(_) => &mut config.zego[0].server_secret,
        Call::UserSig | Call::MapKey => &mut config.trtc[0].secret_key,
        Call::Push => &mut config.css[0].push_key,
        Call::Play => &mut config.css[0].play_key,
    }
}

fn another(call: Call, old: &str) -> String {
    // A vendor's new key has the form of the old one.
    if matches!(call, Call::LoginToken | Call::Token("01")) {
        old.replacen("0x01", "0xfe", 1)
    } else {
        old.replace('5', "a").replacen('0', "1", 1)
    }
}

#[tokio::test]
async fn every_credential_is_signed_by_the_first_key_that_is_valid() {
    for call in CALLS {
        let old = first(keys_of(call, &mut fixture()));
        let new = another(call, &old);
        assert_ne!(old, new);
        let kaibo = start(|config| *keys_of(call, config) = turn(&old, &new)).await;
        let session = kaibo.session("user_1");
        open_rooms(&kaibo, &session).await;
        for (moment, _, new_signs) in MOMENTS {
            let now = go(&kaibo, moment);
            let answer = call.ask(&kaibo, Some(&session), "user_1", json!({})).await.expect(200);
            let (signer, other) = if new_signs { (&new, &old) } else { (&old, &new) };
            assert!(call.ends(&answer, "user_1", signer, now).is_some(), "{call:?} at {moment:?}");
            assert!(call.ends(&answer, "user_1", other, now).is_none(), "{call:?} at {moment:?}");
        }
    }
}

#[tokio::test]
async fn a_backup_push_key_signs_when_the_primary_one_has_ended() {
    let old = first(&fixture().css[0].push_key);
    let kaibo = start(|config| {
        config.css[0].push_key = old_only(&old);
        config.css[0].push_key_backup = Some(Keys::one(Secret::from("backup-push-key")));
    })
    .await;
    let session = kaibo.session("user_1");
    open_rooms(&kaibo, &session).await;
    for (moment, old_signs, _) in MOMENTS {
        let now = go(&kaibo, moment);
        let answer = Call::Push.ask(&kaibo, Some(&session), "user_1", json!({})).await.expect(200);
        let signer = if old_signs { &old } else { "backup-push-key" };
        assert!(Call::Push.ends(&answer, "user_1", signer, now).is_some(), "{moment:?}");
    }
}

#[tokio::test]
async fn where_the_only_key_has_ended_the_call_says_so_and_does_not_break() {
    for call in CALLS {
        let old = first(keys_of(call, &mut fixture()));
        let kaibo = start(|config| *keys_of(call, config) = old_only(&old)).await;
        let session = kaibo.session("user_1");
        open_rooms(&kaibo, &session).await;
        go(&kaibo, END);
        let answer = call.ask(&kaibo, Some(&session), "user_1", json!({})).await;
        if call == Call::Push {
            let urls = answer.expect(200).json();
            assert_eq!((&urls["push"], &urls["push_reason"]), (&Value::Null, &json!("provider_off")));
        } else {
            assert_eq!(said(&answer), "404 provider_off", "{call:?}");
        }
        let host = kaibo.post("/v1/rooms/show/tickets", Some(&session), json!({ "role": "host" })).await;
        assert!(host.status < 500, "{call:?}: {}", host.text());
    }
    let kaibo = start(|config| config.access.session_keys = old_only("old-session-key-0123456789abcdefgh")).await;
    go(&kaibo, END);
    assert_eq!(said(&kaibo.post("/v1/sessions", None, json!({ "code": "alice" })).await), "404 provider_off");
}

/// A callback as each vendor sends one; `n` makes it another event.
fn callback(kaibo: &Kaibo, vendor: &str, key: &str, path_token: &str, now: i64, n: usize) -> crate::harness::Request {
    let secret = Secret::from(key);
    match vendor {
        "zego" => {
            let (time, nonce) = (now.to_string(), format!("n{n}"));
            let event = json!({ "event": "room_create", "appid": "1739272706", "room_id": format!("v{n}"),
                "room_session_id": n.to_string(), "room_create_time": format!("{now}000"), "timestamp": time, "nonce": nonce,
                "signature": zego::callback::sign(&secret, &time, &nonce) });
            kaibo.request("POST", &format!("/callbacks/zego/1739272706/{path_token}")).json(&event)
        }
        "css" => {
            let t = now + 600;
            let event = json!({ "event_type": 1, "app": "push.example.com", "appname": "live", "stream_id": format!("v{n}"),
                "channel_id": format!("v{n}"), "sequence": n.to_string(), "event_time": now, "t": t,
                "sign": css::callback::sign(&secret, &t.to_string()) });
            kaibo.request("POST", &format!("/callbacks/css/main/{path_token}")).json(&event)
        }
        _ => {
            let event = json!({ "EventGroupId": 1, "EventType": 101, "CallbackTs": now * 1000,
                "EventInfo": { "RoomId": n, "EventTs": now, "EventMsTs": now * 1000, "UserId": "user_1" } });
            let sign = trtc::callback::sign(&secret, event.to_string().as_bytes());
            let request = kaibo.request("POST", &format!("/callbacks/trtc/1400087915/{path_token}"));
            request.header("sign", sign).header("sdkappid", "1400087915").json(&event)
        }
    }
}

const PATH_TOKEN: &str = "fixture-path-token-0123456789";

#[tokio::test]
async fn a_callback_counts_by_the_keys_of_the_moment() {
    let (old, new) = ("old-callback-key-0123456789abcde", "new-callback-key-0123456789abcde");
    let kaibo = start(|config| {
        config.zego[0].callback_secret = turn(old, new);
        config.css[0].callback_key = turn(old, new);
        config.trtc[0].callback_key = turn(old, new);
    })
    .await;
    let mut n = 1;
    for (moment, old_counts, new_counts) in MOMENTS {
        let now = go(&kaibo, moment);
        for vendor in ["zego", "css", "trtc"] {
            for (key, counts) in [(old, old_counts), (new, new_counts)] {
                n += 1;
                let answer = callback(&kaibo, vendor, key, PATH_TOKEN, now, n).send().await;
                assert_eq!(said(&answer), if counts { "200" } else { "401 callback_unsigned" }, "{vendor} at {moment:?}");
            }
        }
    }
}

#[tokio::test]
async fn callback_addresses_change_with_their_path_token() {
    let (old, new) = ("old-path-token-01", "new-path-token-01");
    let kaibo = start(|config| config.callbacks.path_token = turn(old, new)).await;
    let document = fixture();
    let keys = [
        ("zego", first(&document.zego[0].callback_secret)),
        ("css", first(&document.css[0].callback_key)),
        ("trtc", first(&document.trtc[0].callback_key)),
    ];
    let mut n = 1;
    for (moment, old_counts, new_counts) in MOMENTS {
        let now = go(&kaibo, moment);
        for (vendor, key) in &keys {
            for (token, counts) in [(old, old_counts), (new, new_counts)] {
                n += 1;
                let answer = callback(&kaibo, vendor, key, token, now, n).send().await;
                let wanted = if counts { "200" } else { "404 callback_app_unknown" };
                assert_eq!(said(&answer), wanted, "{vendor} at {moment:?}");
            }
        }
        let told = kaibo::http::routes::callback_addresses(&kaibo.app.config, moment);
        assert!(told.iter().all(|(_, address)| address.ends_with(if new_counts { new } else { old })), "{told:?}");
    }
}

#[tokio::test]
async fn a_session_key_sealed_with_the_old_key_opens_until_its_end() {
    let kaibo =
        start(|config| config.wechat.as_mut().unwrap().session_key_key = turn("old-sealing-key", "new-sealing-key")).await;
    let log_in = async |code: &str| {
        let answer = kaibo.post("/v1/sessions", None, json!({ "code": code })).await.expect(201).json();
        answer["session_token"].as_str().unwrap().to_owned()
    };
    let sealed_old = log_in("alice").await;
    go(&kaibo, BEGIN);
    let sealed_new = log_in("bob").await;
    for (moment, old_counts, new_counts) in MOMENTS {
        go(&kaibo, moment);
        for (session, counts) in [(&sealed_old, old_counts), (&sealed_new, new_counts)] {
            let answer = kaibo.post("/v1/wechat/voip-signature", Some(session), json!({ "group_id": "g1" })).await;
            assert_eq!(said(&answer), if counts { "200" } else { "409 login_needed" }, "{moment:?}");
        }
    }
}

#[tokio::test]
async fn wechat_is_asked_with_the_secret_of_the_moment() {
    // A WeChat that tells which secret it was asked with.
    let answer = async |Query(query): Query<HashMap<String, String>>| {
        json!({ "openid": query["secret"], "session_key": "c2Vzc2lvbl9rZXlfMDEyMw==" }).to_string()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let wechat = axum::Router::new().route("/sns/jscode2session", get(answer));
    tokio::spawn(async move { axum::serve(listener, wechat).await });
    let kaibo = start(|config| {
        let wechat = config.wechat.as_mut().unwrap();
        wechat.api_base = base;
        wechat.app_secret = turn("old-app-secret", "new-app-secret");
    })
    .await;
    for (moment, _, new_signs) in MOMENTS {
        go(&kaibo, moment);
        let user = kaibo.post("/v1/sessions", None, json!({ "code": "c" })).await.expect(201).json()["user_id"].clone();
        let secret = if new_signs { "new-app-secret" } else { "old-app-secret" };
        assert_eq!(user, kaibo::live::user_id::of_wechat("wx0123456789abcdef", secret));
    }
}
