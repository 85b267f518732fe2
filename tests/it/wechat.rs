//! Login and voip rooms, against a WeChat played by the test.

use crate::harness::{self, Kaibo};
use axum::extract::{Query, State};
use axum::routing::{get, post};
use kaibo::live::time::UnixMs;
use kaibo::secret::Secret;
use kaibo::vendor::wechat::voip;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const NOW: UnixMs = UnixMs(1_800_000_000_000);
const SESSION_KEY: &str = "canarySessionKey0123456=";

/// What the fake WeChat saw, and what it answers a code with.
#[derive(Clone, Default)]
struct Fake {
    calls: Arc<Mutex<Vec<String>>>,
    refuse_tokens: Arc<Mutex<usize>>,
}

async fn jscode2session(State(fake): State<Fake>, Query(query): Query<HashMap<String, String>>) -> String {
    assert_eq!(query["grant_type"], "authorization_code");
    assert_eq!(query["secret"], "fixture0123456789abcdef01234567");
    fake.calls.lock().unwrap().push(query["js_code"].clone());
    match query["js_code"].strip_prefix("error") {
        Some("text") => "<html>".to_owned(),
        Some(errcode) => json!({ "errcode": errcode.parse::<i64>().unwrap(), "errmsg": "canary" }).to_string(),
        None => json!({ "openid": format!("o-{}", query["js_code"]), "session_key": SESSION_KEY }).to_string(),
    }
}

async fn fake_wechat() -> (Fake, String) {
    let fake = Fake::default();
    let server = axum::Router::new()
        .route("/sns/jscode2session", get(jscode2session))
        .route(
            "/cgi-bin/stable_token",
            post(async |State(fake): State<Fake>| {
                let mut calls = fake.calls.lock().unwrap();
                calls.push("token".into());
                json!({ "access_token": format!("t{}", calls.len()), "expires_in": 7200 }).to_string()
            }),
        )
        .route(
            "/wxa/getvoipsign",
            post(async |State(fake): State<Fake>, body: String| {
                let body: Value = serde_json::from_str(&body).unwrap();
                fake.calls.lock().unwrap().push("sign".into());
                let mut refuse = fake.refuse_tokens.lock().unwrap();
                if *refuse > 0 {
                    *refuse -= 1;
                    return json!({ "errcode": 40001 }).to_string();
                }
                json!({ "errcode": 0, "signature": format!("{}_cAm38Yw", body["group_id"].as_str().unwrap()) }).to_string()
            }),
        )
        .with_state(fake.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, server).await });
    (fake, base)
}

async fn with(base: &str, voip: &str) -> Kaibo {
    Kaibo::start_at(NOW, |config| {
        let wechat = config.wechat.as_mut().unwrap();
        wechat.api_base = base.into();
        wechat.voip = voip.into();
    })
    .await
}

async fn log_in(kaibo: &Kaibo, code: &str) -> (String, String) {
    let answer = kaibo.post("/v1/sessions", None, json!({ "code": code })).await.expect(201).json();
    (answer["session_token"].as_str().unwrap().into(), answer["user_id"].as_str().unwrap().into())
}

#[tokio::test]
async fn a_code_becomes_a_user_and_a_session_that_proves_it() {
    let (fake, base) = fake_wechat().await;
    let kaibo = with(&base, "local").await;
    let answer = kaibo.post("/v1/sessions", None, json!({ "code": "c1", "nickname": "小明" })).await.expect(201);
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-store"));
    assert_eq!(answer.json()["expires_at"], "2027-01-15T20:00:00Z");
    assert!(!answer.text().contains("canary") && !answer.text().contains("o-c1"));
    let user_id = kaibo::live::user_id::of_wechat("wx0123456789abcdef", "o-c1");
    assert_eq!(answer.json()["user_id"], user_id.as_str());
    let session = answer.json()["session_token"].as_str().unwrap().to_owned();
    let sig = kaibo.post("/v1/trtc/user-sig", Some(&session), json!({})).await.expect(200).json();
    assert_eq!(sig["user_id"], user_id.as_str());
    kaibo.clock.as_ref().unwrap().advance_ms(12 * 3_600_000);
    assert_eq!(kaibo.post("/v1/trtc/user-sig", Some(&session), json!({})).await.expect(401).code(), "session_expired");
    assert_eq!(*fake.calls.lock().unwrap(), ["c1"]);
}

#[tokio::test]
async fn the_session_key_is_sealed_in_the_store() {
    let (_, base) = fake_wechat().await;
    let kaibo = with(&base, "local").await;
    log_in(&kaibo, "c1").await;
    let database = kaibo.app.store.engine().unwrap().database();
    let rows = database.scan(serde_json::from_value(json!({ "TableName": "kaibo" })).unwrap()).unwrap();
    let rows = serde_json::to_string(&rows).unwrap();
    assert!(rows.contains("sealed") && !rows.contains("canary") && !rows.contains("o-c1"));
}

#[tokio::test]
async fn what_wechat_refuses_is_told_in_our_words_and_a_code_is_sent_once() {
    let (fake, base) = fake_wechat().await;
    let kaibo = with(&base, "local").await;
    let table = [
        ("40029", 401, "code_invalid", None),
        ("40163", 401, "code_used", None),
        ("45011", 429, "wechat_rate_limited", Some("60")),
        ("40226", 403, "user_blocked", None),
        ("40125", 502, "wechat_misconfigured", None),
        ("-1", 503, "wechat_busy", Some("1")),
        ("12345", 502, "wechat_error", None),
        ("text", 502, "wechat_error", None),
    ];
    for (error, status, code, retry_after) in table {
        let answer = kaibo.post("/v1/sessions", None, json!({ "code": format!("error{error}") })).await.expect(status);
        assert_eq!((answer.code().as_str(), answer.header("retry-after").as_deref()), (code, retry_after));
        assert!(!answer.text().contains("canary"));
    }
    assert_eq!(fake.calls.lock().unwrap().len(), table.len());
    let nobody = with("http://127.0.0.1:9", "local").await;
    assert_eq!(nobody.post("/v1/sessions", None, json!({ "code": "c1" })).await.expect(503).code(), "wechat_busy");
    let off = Kaibo::start(|config| config.wechat = None).await;
    assert_eq!(off.post("/v1/sessions", None, json!({ "code": "c1" })).await.expect(404).code(), "provider_off");
    assert_eq!(kaibo.post("/v1/sessions", None, json!({})).await.expect(400).fields(), ["code"]);
}

#[tokio::test]
async fn a_voip_join_is_signed_with_the_text_of_the_users_session_key() {
    let (_, base) = fake_wechat().await;
    let kaibo = with(&base, "local").await;
    let (session, _) = log_in(&kaibo, "c1").await;
    // A caller's time and nonce are ignored.
    let ask = json!({ "group_id": "g1", "room_type": "video", "time_stamp": 1, "nonce_str": "mine" });
    let answer = kaibo.post("/v1/wechat/voip-signature", Some(&session), ask).await.expect(200);
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-store"));
    let given = answer.json();
    assert_eq!((&given["app_id"], &given["time_stamp"]), (&json!("wx0123456789abcdef"), &json!(NOW.seconds())));
    let (nonce, signature) = (given["nonce_str"].as_str().unwrap(), given["signature"].as_str().unwrap());
    let time = NOW.seconds().to_string();
    let key = Secret::from(SESSION_KEY);
    assert_eq!(voip::verify(&key, "wx0123456789abcdef", "g1", nonce, &time, signature), Ok(()));
    let join =
        json!({ "roomType": "video", "signature": signature, "nonceStr": nonce, "timeStamp": NOW.seconds(), "groupId": "g1" });
    assert_eq!(given["client"], json!({ "joinVoIPChat": join, "selfOpenId": "o-c1" }));
}

#[tokio::test]
async fn without_a_known_session_key_one_must_log_in() {
    let (_, base) = fake_wechat().await;
    let kaibo = with(&base, "local").await;
    let session = kaibo.session("user_1");
    let ask = json!({ "group_id": "g1" });
    assert_eq!(kaibo.post("/v1/wechat/voip-signature", Some(&session), ask.clone()).await.expect(409).code(), "login_needed");
    assert_eq!(kaibo.post("/v1/wechat/voip-signature", None, ask).await.expect(401).code(), "proof_missing");
    let bad = kaibo.post("/v1/wechat/voip-signature", Some(&session), json!({ "group_id": "g 1", "room_type": "x" })).await;
    assert_eq!(bad.expect(400).fields(), ["group_id", "room_type"]);
}

#[tokio::test]
async fn wechats_own_signature_is_passed_on_and_a_refused_token_is_replaced_once() {
    let (fake, base) = fake_wechat().await;
    let kaibo = with(&base, "wechat").await;
    let (session, user_id) = log_in(&kaibo, "c1").await;
    let ask = json!({ "group_id": "g1" });
    for bearer in [session.as_str(), session.as_str()] {
        let given = kaibo.post("/v1/wechat/voip-signature", Some(bearer), ask.clone()).await.expect(200).json();
        assert_eq!(given["signature"], "g1_cAm38Yw");
    }
    assert_eq!(*fake.calls.lock().unwrap(), ["c1", "token", "sign", "sign"]);
    *fake.refuse_tokens.lock().unwrap() = 1;
    let named = json!({ "group_id": "g2", "user_id": user_id });
    kaibo.post("/v1/wechat/voip-signature", Some(harness::ISSUE), named.clone()).await.expect(200);
    assert_eq!(fake.calls.lock().unwrap()[4..], ["sign", "token", "sign"]);
    *fake.refuse_tokens.lock().unwrap() = 2;
    assert_eq!(kaibo.post("/v1/wechat/voip-signature", Some(harness::ISSUE), named).await.expect(502).code(), "wechat_error");
    kaibo.clock.as_ref().unwrap().advance_ms(7_200_000);
    kaibo.post("/v1/wechat/voip-signature", Some(&session), ask).await.expect(200);
    assert_eq!(fake.calls.lock().unwrap().iter().filter(|call| *call == "token").count(), 4);
}

#[tokio::test]
async fn a_simulated_wechat_lets_any_code_in_and_a_phone_stays_the_same_user() {
    let kaibo = with("simulated", "wechat").await;
    let phone = "0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P";
    let (session, user_id) = log_in(&kaibo, phone).await;
    assert_eq!(log_in(&kaibo, &phone.to_lowercase()).await.1, user_id);
    assert_eq!(log_in(&kaibo, "alice").await.1, log_in(&kaibo, "alice").await.1);
    assert_ne!(log_in(&kaibo, "alice").await.1, log_in(&kaibo, "bob").await.1);
    let given = kaibo.post("/v1/wechat/voip-signature", Some(&session), json!({ "group_id": "g1" })).await.expect(200).json();
    assert_eq!(given["signature"].as_str().unwrap().len(), 64);
}
