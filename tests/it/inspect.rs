//! The inspector: what was pasted, whether it holds, and the usual mistakes by name.

mod callbacks;
mod tencent;
mod wechat;
mod zego;

use crate::harness::{self, Answer, Kaibo, fixture};
use kaibo::config::keys::Keys;
use kaibo::config::{Config, Trtc, Zego};
use kaibo::live::time::UnixMs;
use kaibo::secret::Secret;
use kaibo::vendor::trtc::user_sig::user_sig;
use serde_json::{Value, json};
use tencent::hmac;
use zego::{app_key, zego_01, zego_04};

const NOW: UnixMs = UnixMs(1_800_000_000_000);
const SECONDS: i64 = 1_800_000_000;
const ZEGO: u32 = 1_739_272_706;
const TRTC: u32 = 1_400_087_915;

fn key(text: &str) -> Option<Keys> {
    Some(Keys::one(Secret::from(text)))
}

/// The fixture with a second app of each vendor.
fn two_apps(config: &mut Config) {
    let hex = "f0e1d2c3b4a5968778695a4b3c2d1e0ff0e1d2c3b4a5968778695a4b3c2d1e0f";
    config.zego.push(Zego {
        app_id: 7,
        app_key: key(hex),
        server_secret: key(&hex[..32]),
        callback_secret: key("other-callback"),
        ..Zego::default()
    });
    config.trtc.push(Trtc { sdk_app_id: 1_400_000_001, secret_key: key(&hex.replace('f', "e")), ..Trtc::default() });
}

async fn start() -> Kaibo {
    Kaibo::start_at(NOW, two_apps).await
}

async fn judge(kaibo: &Kaibo, body: Value) -> Value {
    let answer = kaibo.post("/v1/inspect", Some(harness::INSPECT), body).await.expect(200);
    let json = answer.json();
    for secret in [
        "0102030405060708090a0b0c0d0e0f10",
        "0123456789abcdef0123456789abcdef",
        "fedcba9876543210",
        "5bd2850fff3ecb11",
        "fixture-",
    ] {
        assert!(!answer.text().contains(secret), "a key is in an answer: {}", answer.text());
    }
    assert_eq!(json["valid"], json["faults"].as_array().unwrap().is_empty(), "{json}");
    for found in json["faults"].as_array().unwrap().iter().chain(json["warnings"].as_array().unwrap()) {
        assert!(["field", "code", "detail"].iter().all(|name| !found[name].as_str().unwrap().is_empty()), "{found}");
        let code = found["code"].as_str().unwrap();
        assert!(kaibo::live::codes::lookup("kaibo", code).is_some(), "{code} is not in the dictionary");
    }
    json
}

fn codes(json: &Value) -> Vec<&str> {
    json["faults"].as_array().unwrap().iter().map(|fault| fault["code"].as_str().unwrap()).collect()
}

/// Kind, codes of the faults, and whether the first detail says `says`.
#[track_caller]
fn assert_found(json: &Value, kind: &str, want: &[&str], says: &str) {
    assert_eq!((json["kind"].as_str().unwrap(), codes(json)), (kind, want.to_vec()), "{json:#}");
    let first = json["faults"].get(0).or(json["warnings"].get(0)).map_or("", |found| found["detail"].as_str().unwrap());
    assert!(first.contains(says), "{says:?} is not in {first:?}");
}

#[tokio::test]
async fn login_sessions_and_jwts_are_judged_too() {
    let kaibo = start().await;
    let session = kaibo.session("u1");
    assert_found(&judge(&kaibo, json!({ "text": session, "user_id": "u1" })).await, "login_session", &[], "");
    assert_found(
        &judge(&kaibo, json!({ "text": session, "user_id": "u2" })).await,
        "login_session",
        &["identifier_mismatch"],
        "u1",
    );
    let at = NOW.plus_seconds(7200).rfc3339();
    assert_found(&judge(&kaibo, json!({ "text": session, "at": at })).await, "login_session", &["expired"], "1 h 0 min ago");
    let changed = format!("{}A", &session[..session.len() - 1]);
    let changed = if changed == session { format!("{}B", &session[..session.len() - 1]) } else { changed };
    assert_eq!(judge(&kaibo, json!({ "text": changed })).await["valid"], false);
    assert_found(&judge(&kaibo, json!({ "text": &session[..20] })).await, "login_session", &["malformed"], "cut short");
    let jwt = |claims: Value, secret: &str| {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
        let signed = format!("{}.{}", B64.encode(r#"{"alg":"HS256"}"#), B64.encode(claims.to_string()));
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
        format!("{signed}.{}", B64.encode(ring::hmac::sign(&key, signed.as_bytes())))
    };
    let claims = |exp: i64| json!({ "iss": "https://id.example.com", "aud": "kaibo", "sub": "u1", "exp": exp });
    let secret = "fixture-jwt-secret-0123456789abcdef";
    assert_found(&judge(&kaibo, json!({ "text": jwt(claims(SECONDS + 60), secret) })).await, "jwt", &[], "");
    assert_found(&judge(&kaibo, json!({ "text": jwt(claims(SECONDS - 60), secret) })).await, "jwt", &["expired"], "1 min");
    assert_found(&judge(&kaibo, json!({ "text": jwt(claims(SECONDS * 1000), secret) })).await, "jwt", &["milliseconds"], "exp");
    assert_found(
        &judge(&kaibo, json!({ "text": jwt(claims(SECONDS + 60), "other") })).await,
        "jwt",
        &["bad_signature"],
        "signature",
    );
    let foreign = jwt(json!({ "iss": "x", "exp": 1 }), secret);
    assert_found(&judge(&kaibo, json!({ "text": foreign })).await, "jwt", &["key_unknown"], "iss");
}

#[tokio::test]
async fn only_an_operator_with_the_scope_may_inspect_also_where_identity_is_open() {
    let said =
        |answer: &Answer| if answer.status == 200 { "200".to_owned() } else { format!("{} {}", answer.status, answer.code()) };
    let open = Kaibo::start_at(NOW, |config| config.access.open_identity = true).await;
    let session = open.session("u1");
    for (bearer, want) in [
        (None, "401 proof_missing"),
        (Some(session.as_str()), "403 scope_missing"),
        (Some(harness::READ), "403 scope_missing"),
        (Some(harness::ISSUE), "403 scope_missing"),
        (Some(harness::INSPECT), "200"),
        (Some(harness::ALL), "200"),
    ] {
        assert_eq!(said(&open.post("/v1/inspect", bearer, json!({ "text": "x", "user_id": "u1" })).await), want);
    }
    let missing = open.post("/v1/inspect", Some(harness::INSPECT), json!({ "at": "soon", "headers": [] })).await.expect(400);
    assert_eq!(missing.fields(), ["text", "at", "headers"]);
}

#[tokio::test]
async fn sentences_are_in_the_callers_language_and_never_hold_a_key() {
    let kaibo = start().await;
    let token = zego_01(&app_key(), ZEGO, "u1", SECONDS + 60);
    let ask = kaibo.request("POST", "/v1/inspect").bearer(Some(harness::INSPECT)).header("accept-language", "zh-CN");
    let zh = ask.json(&json!({ "text": token, "user_id": "u2" })).send().await.expect(200);
    let detail = zh.json()["faults"][0]["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("核对"), "{detail}");
    assert_eq!(zh.json()["decoded"]["app_id"], Value::Null, "an unproven app is not told");
}

/// Random texts, and every known form with something broken in it.
#[tokio::test]
async fn whatever_is_pasted_the_answer_is_a_verdict() {
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let kaibo = start().await;
    let unknown = json!({ "text": "直播 hello" });
    assert_found(&judge(&kaibo, unknown).await, "unknown", &["malformed"], "no known credential");
    let seeds = [
        zego_01(&app_key(), ZEGO, "u1", SECONDS + 60),
        zego_04("0123456789abcdef0123456789abcdef", ZEGO, "u1", SECONDS + 60, ""),
        user_sig(&hmac("k"), TRTC, "u1", SECONDS, 60).unwrap(),
        kaibo.session("u1"),
        "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tIn0.AAAA".to_owned(),
        "rtmp://push.example.com/live/r1_u1?txSecret=00&txTime=5D8AD320".to_owned(),
        "srt://push.example.com:9000?streamid=#!::h=push.example.com,r=live/r1_u1,txSecret=00,txTime=5D8AD320".to_owned(),
        "room://cloud.tencent.com?sdkappid=1&roomid=2&userid=3&roomsig=%7B%7D&bizbuf=%7B".to_owned(),
        "https://yun.tim.qq.com/v4/openim/jsonvideoapp?sdkappid=1&identifier=2&usersig=3".to_owned(),
        r#"{"groupId":"g","nonceStr":"n","timeStamp":1,"signature":"00","sessionKey":"x"}"#.to_owned(),
        r#"{"EventGroupId":1,"EventType":103}"#.to_owned(),
        r#"{"event":"x","appid":1739272706,"timestamp":1800000000,"nonce":1,"signature":"s"}"#.to_owned(),
        r#"{"event_type":1,"t":1800000000,"sign":"00","stream_id":"s"}"#.to_owned(),
        "timestamp=1&nonce=2&signature=3&appid=1739272706".to_owned(),
        "%7B%22t%22%3A1%2C%22sign%22%3A2%7D".to_owned(),
    ];
    let mut runner = TestRunner::deterministic();
    let broken = (0..seeds.len(), any::<prop::sample::Index>(), "\\PC{0,8}", any::<u8>()).prop_map({
        let seeds = seeds.clone();
        move |(which, at, insert, how)| {
            let seed: Vec<char> = seeds[which].chars().collect();
            let at = at.index(seed.len());
            let rest: String = seed[at..].iter().skip(usize::from(how % 5)).collect();
            let head: String = seed[..at].iter().collect();
            if how % 7 == 0 { format!("{head}{insert}") } else { format!("{head}{insert}{rest}") }
        }
    });
    let texts = prop_oneof![4 => broken, 1 => "\\PC{1,200}", 1 => "[ -~]{1,200}", 1 => "[A-Za-z0-9+/=*_ -]{1,300}", 1 => "(e[JN]|03|04|eyJ|ks1\\.|room://|srt://|%7B|\\{)\\PC{0,60}"];
    let paths = prop::option::weighted(0.2, "(/callbacks/(zego|css|trtc|x)/(1739272706|main|\\PC{0,4})(/\\PC{0,8})?|\\PC{1,20})");
    let all = (texts, paths, any::<bool>());
    for _ in 0..1500 {
        let (text, path, sign) = all.new_tree(&mut runner).unwrap().current();
        if text.is_empty() {
            continue;
        }
        let mut question = kaibo::app::inspect::Question {
            text,
            path,
            user_id: Some("u1".into()),
            room_id: Some("r1".into()),
            ..Default::default()
        };
        if sign {
            question.headers.insert("sign".into(), "x".into());
        }
        let report = kaibo::app::inspect::inspect(&kaibo.app, &question).await;
        assert!(report.kind != "unknown" || !report.valid());
    }
    // The same through the door, for a few.
    for _ in 0..100 {
        let (text, path, _) = all.new_tree(&mut runner).unwrap().current();
        if !text.is_empty() && path.as_deref() != Some("") {
            judge(&kaibo, json!({ "text": text, "path": path })).await;
        }
    }
}
