//! The credential calls: what they give, to whom, how long, and at what cost.

use crate::counted::counted;
use crate::harness::{self, Answer, Kaibo, fixture};
use crate::wire::data;
use crate::wx::wx_request;
use kaibo::live::time::UnixMs;
use kaibo::secret::Secret;
use kaibo::vendor::trtc::keys::{HmacKey, TicketKey};
use kaibo::vendor::zego::app_key::AppKey;
use kaibo::vendor::zego::login_token::verify_login_token;
use kaibo::vendor::zego::sealed_token::{self, Wanted};
use kaibo::vendor::zego::server_secret::ServerSecret;
use serde_json::{Value, json};

const NOW: UnixMs = UnixMs(1_800_000_000_000);
const CALLS: [(&str, &str); 4] = [
    ("/v1/zego/tokens", r#"{"version":"04"}"#),
    ("/v1/trtc/user-sig", "{}"),
    ("/v1/trtc/private-map-key", r#"{"room_id":12345,"role":"viewer"}"#),
    ("/v1/css/urls", r#"{"stream_id":"r1_user_1"}"#),
];

fn body(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn said(answer: &Answer) -> String {
    if answer.status < 300 { answer.status.to_string() } else { format!("{} {}", answer.status, answer.code()) }
}

#[tokio::test]
async fn the_vendors_demo_gets_a_bare_token_that_proves_itself() {
    let kaibo = Kaibo::start_at(NOW, |config| config.access.open_identity = true).await;
    let options = json!({ "url": "/v1/zego/login-token", "header": { "content-type": "text/plain" },
        "data": { "app_id": 1_739_272_706, "id_name": "用户 + 1", "cgi_token": null } });
    let answer = wx_request(&kaibo, &options).await.expect(200);
    assert_eq!(answer.header("content-type").as_deref(), Some("text/plain; charset=utf-8"));
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-store"));
    assert_eq!(answer.header("x-kaibo-open-identity").as_deref(), Some("true"));
    let token = data(&answer.text(), "json").as_str().unwrap().to_owned();
    let key = AppKey::clean(fixture().zego[0].app_key.as_ref().unwrap().all()[0].value.reveal_text()).unwrap();
    let verdict = verify_login_token(&token, &[&key], 1_739_272_706, "用户 + 1", NOW.seconds());
    assert!(verdict.valid(), "{verdict:?}");
    assert_eq!(verdict.decoded.unwrap().expired, NOW.seconds() + 1800);
    let again = wx_request(&kaibo, &options).await.expect(200).text();
    assert_ne!(again, token, "a token is never given twice");
}

#[tokio::test]
async fn the_same_token_is_given_as_json_when_asked() {
    let kaibo = Kaibo::start_at(NOW, |_| {}).await;
    let session = kaibo.session("user_1");
    let answer = kaibo.get("/v1/zego/login-token?format=json&ttl_seconds=60", Some(&session)).await.expect(200).json();
    assert_eq!((&answer["app_id"], &answer["id_name"]), (&json!(1_739_272_706), &json!("user_1")));
    assert_eq!(answer["expires_at"], "2027-01-15T08:01:00Z");
}

#[tokio::test]
async fn zego_tokens_say_what_was_asked() {
    let kaibo = Kaibo::start_at(NOW, |config| config.access.open_identity = true).await;
    let secret = ServerSecret::new(&Secret::from("0123456789abcdef0123456789abcdef")).unwrap();
    for version in ["03", "04", "04-gcm"] {
        let ask = json!({ "version": version, "user_id": "user_1", "room_id": "r1", "ttl_seconds": 120,
            "privileges": ["login", "publish"] });
        let answer = kaibo.post("/v1/zego/tokens", None, ask).await.expect(200).json();
        assert_eq!(answer["version"], version);
        let wanted = Wanted { app_id: 1_739_272_706, user_id: Some("user_1"), room_id: None };
        let verdict = sealed_token::verify(answer["token"].as_str().unwrap(), &[&secret], &wanted, NOW.seconds() + 119);
        assert!(verdict.valid(), "{version}: {verdict:?}");
        let late = sealed_token::verify(answer["token"].as_str().unwrap(), &[&secret], &wanted, NOW.seconds() + 121);
        assert!(!late.valid());
    }
    let plain = kaibo.post("/v1/zego/tokens", None, json!({ "version": "01", "id_name": "user_1" })).await.expect(200);
    assert_eq!(plain.json()["expires_at"], "2027-01-15T08:30:00Z");
}

#[tokio::test]
async fn tencent_credentials_say_what_was_asked() {
    let kaibo = Kaibo::start_at(NOW, |config| config.access.open_identity = true).await;
    let sig = kaibo.post("/v1/trtc/user-sig", None, json!({ "user_id": "user_1" })).await.expect(200).json();
    assert_eq!(sig["algorithm"], "hmac-sha256");
    assert_eq!(sig["expires_at"], "2027-01-16T08:00:00Z");
    let secret = fixture().trtc[0].secret_key.as_ref().unwrap().all()[0].value.clone();
    let key = TicketKey::Hmac(HmacKey::new(&secret).unwrap());
    let expected = kaibo::vendor::trtc::user_sig::user_sig(&key, 1_400_087_915, "user_1", NOW.seconds(), 86_400).unwrap();
    assert_eq!(sig["user_sig"], expected);
    let ask = |powers: Value| {
        let mut body = json!({ "user_id": "user_1", "room_id": 4_294_967_295_u32 });
        body.as_object_mut().unwrap().extend(powers.as_object().unwrap().clone());
        kaibo.post("/v1/trtc/private-map-key", None, body)
    };
    for (powers, bits) in [
        (json!({ "role": "host" }), 255),
        (json!({ "role": "cohost" }), 62),
        (json!({ "role": "viewer" }), 42),
        (json!({ "privileges": 170 }), 170),
    ] {
        let answer = ask(powers).await.expect(200).json();
        assert_eq!((&answer["privileges"], &answer["room_id"]), (&json!(bits), &json!(4_294_967_295_u32)));
        assert_eq!(answer["expires_at"], "2027-01-15T14:00:00Z");
    }
    let text = json!({ "user_id": "user_1", "room_name": "evening-show", "role": "viewer" });
    assert_eq!(kaibo.post("/v1/trtc/private-map-key", None, text).await.expect(200).json()["room_name"], "evening-show");
}

#[tokio::test]
async fn css_addresses_are_signed_each_with_its_own_key() {
    let kaibo = Kaibo::start_at(NOW, |config| config.access.open_identity = true).await;
    let ask = json!({ "user_id": "user_1", "stream_id": "any", "expires_at": "2027-01-15T09:00:00Z" });
    let urls = kaibo.post("/v1/css/urls", None, ask).await.expect(200).json();
    // MD5 of key, stream and txTime, computed apart.
    let push = "rtmp://push.example.com/live/any?txSecret=918f2904528d08d3561fe23fc2d12d16&txTime=6B49E010";
    let play = "https://play.example.com/live/any.m3u8?txSecret=6dbea28bb141ea4c0d1578d85b3a830b&txTime=6B49E010";
    assert_eq!((&urls["push"]["rtmp"], &urls["play"]["hls"]), (&json!(push), &json!(play)));
    assert_eq!((&urls["push_reason"], &urls["expires_at"]), (&Value::Null, &json!("2027-01-15T09:00:00Z")));
}

#[tokio::test]
async fn only_proven_callers_get_credentials_and_only_their_own() {
    let kaibo = Kaibo::start(|_| {}).await;
    let session = kaibo.session("user_1");
    let login = |query: &str| format!("/v1/zego/login-token{query}");
    for (bearer, own, other) in [
        (None, "401 proof_missing", "401 proof_missing"),
        (Some(session.as_str()), "200", "403 not_yourself"),
        (Some(harness::ISSUE), "400 field_missing", "200"),
        (Some(harness::READ), "403 scope_missing", "403 scope_missing"),
        (Some(harness::WRITE), "403 scope_missing", "403 scope_missing"),
        (Some(harness::INSPECT), "403 scope_missing", "403 scope_missing"),
        (Some("no-such-key"), "401 key_invalid", "401 key_invalid"),
    ] {
        assert_eq!(said(&kaibo.get(&login(""), bearer).await), own, "{bearer:?}");
        assert_eq!(said(&kaibo.get(&login("?id_name=user_2"), bearer).await), other, "{bearer:?}");
        for (path, text) in CALLS {
            assert_eq!(said(&kaibo.post(path, bearer, body(text)).await), own, "{path} {bearer:?}");
            let mut named = body(text);
            named["user_id"] = json!("user_2");
            assert_eq!(said(&kaibo.post(path, bearer, named).await), other, "{path} {bearer:?}");
        }
    }
}

#[tokio::test]
async fn powers_follow_the_room() {
    let kaibo = Kaibo::start(|_| {}).await;
    let (owner, viewer) = (kaibo.session("owner"), kaibo.session("viewer"));
    let publish = json!({ "version": "04", "room_id": "r1", "privileges": ["login", "publish"] });
    let host = json!({ "room_id": 77, "role": "host" });
    let urls = json!({ "stream_id": "show_owner" });
    let before = kaibo.post("/v1/zego/tokens", Some(&owner), publish.clone()).await.expect(403);
    assert_eq!(before.code(), "role_not_allowed");
    assert!(before.json()["detail"].as_str().unwrap().contains("POST /v1/rooms"));
    for (provider, room_id) in [("zego", "r1"), ("trtc", "77"), ("css", "show")] {
        let room = json!({ "provider": provider, "room_id": room_id });
        kaibo.post("/v1/rooms", Some(&owner), room).await.expect(201);
    }
    for (bearer, status, reason) in [(&owner, 200, Value::Null), (&viewer, 403, json!("role_not_allowed"))] {
        kaibo.post("/v1/zego/tokens", Some(bearer), publish.clone()).await.expect(status);
        kaibo.post("/v1/trtc/private-map-key", Some(bearer), host.clone()).await.expect(status);
        let given = kaibo.post("/v1/css/urls", Some(bearer), urls.clone()).await.expect(200).json();
        assert_eq!((&given["push_reason"], given["push"].is_null()), (&reason, !reason.is_null()));
        assert!(given["play"]["flv"].is_string());
    }
    // Another user's stream in one's own room is not one's own.
    let other = kaibo.post("/v1/css/urls", Some(&owner), json!({ "stream_id": "show_viewer" })).await.expect(200).json();
    assert_eq!(other["push_reason"], "role_not_allowed");
    // A key for everyone to look on; bits that send are for those who may.
    kaibo.post("/v1/trtc/private-map-key", Some(&viewer), json!({ "room_id": 77, "privileges": 170 })).await.expect(200);
    kaibo.post("/v1/trtc/private-map-key", Some(&viewer), json!({ "room_id": 77, "privileges": 46 })).await.expect(403);
}

#[tokio::test]
async fn lives_out_of_bounds_are_refused_with_the_bounds() {
    let kaibo = Kaibo::start(|_| {}).await;
    let session = kaibo.session("user_1");
    for (path, text, max) in [
        (CALLS[0].0, CALLS[0].1, 86_400),
        (CALLS[1].0, CALLS[1].1, 604_800),
        (CALLS[2].0, CALLS[2].1, 86_400),
        (CALLS[3].0, CALLS[3].1, 604_800),
    ] {
        for (ttl, status) in [(59, 400), (60, 200), (max, 200), (max + 1, 400), (-1, 400), (i64::MAX, 400)] {
            let mut ask = body(text);
            ask["ttl_seconds"] = json!(ttl);
            let answer = kaibo.post(path, Some(&session), ask).await.expect(status);
            if status == 400 {
                assert_eq!((answer.code().as_str(), answer.fields()), ("ttl_out_of_range", vec!["ttl_seconds".to_owned()]));
                assert!(answer.json()["detail"].as_str().unwrap().contains(&format!("60 to {max}")));
            }
        }
    }
}

#[tokio::test]
async fn wrong_requests_name_their_fields_in_the_callers_language() {
    let kaibo = Kaibo::start(|_| {}).await;
    let session = kaibo.session("user_1");
    for (path, ask, fields) in [
        ("/v1/zego/tokens", json!({}), vec!["version"]),
        ("/v1/zego/tokens", json!({ "version": "02", "room_id": 5.5 }), vec!["version", "room_id"]),
        ("/v1/zego/tokens", json!({ "version": "03" }), vec!["room_id"]),
        ("/v1/zego/tokens", json!({ "version": "04", "privileges": ["all"] }), vec!["privileges[0]"]),
        ("/v1/zego/tokens", json!({ "version": "01", "privileges": ["login"] }), vec!["privileges"]),
        ("/v1/trtc/private-map-key", json!({}), vec!["room_id", "role"]),
        ("/v1/trtc/private-map-key", json!({ "room_id": 0, "privileges": 256 }), vec!["room_id", "privileges"]),
        ("/v1/trtc/private-map-key", json!({ "room_name": "12", "role": "viewer" }), vec!["room_name"]),
        ("/v1/css/urls", json!({ "stream_id": "a/b" }), vec!["stream_id"]),
        (
            "/v1/css/urls",
            json!({ "stream_id": "a", "ttl_seconds": 60, "expires_at": "2030-01-01T00:00:00Z" }),
            vec!["expires_at"],
        ),
    ] {
        for language in ["zh", "en"] {
            let request = kaibo.request("POST", path).bearer(Some(&session)).header("accept-language", language).json(&ask);
            let answer = request.send().await.expect(400);
            assert_eq!(answer.fields(), fields, "{path} {ask}");
            let chinese = answer.json()["detail"].as_str().unwrap().starts_with("请求有误");
            assert_eq!(chinese, language == "zh");
        }
    }
}

#[tokio::test]
async fn apps_are_named_when_there_are_several_and_refused_when_there_are_none() {
    let none = Kaibo::start(|config| (config.zego, config.trtc, config.css) = Default::default()).await;
    let session = none.session("user_1");
    for (path, text) in CALLS {
        assert_eq!(said(&none.post(path, Some(&session), body(text)).await), "404 provider_off");
    }
    let two = Kaibo::start(|config| {
        config.zego.push(kaibo::config::Zego { app_id: 2, ..config.zego[0].clone() });
    })
    .await;
    let session = two.session("user_1");
    let answer = two.get("/v1/zego/login-token", Some(&session)).await.expect(400);
    assert_eq!((answer.code().as_str(), answer.fields()), ("app_required", vec!["app_id".to_owned()]));
    two.get("/v1/zego/login-token?app_id=2", Some(&session)).await.expect(200);
    assert_eq!(said(&two.get("/v1/zego/login-token?app_id=3", Some(&session)).await), "404 app_unknown");
}

#[tokio::test]
async fn credentials_without_a_room_touch_no_store() {
    let (kaibo, calls) = counted(NOW, |_| {}).await;
    let session = kaibo.session("user_1");
    kaibo.get("/v1/zego/login-token", Some(&session)).await.expect(200);
    for (path, ask) in [
        ("/v1/zego/tokens", json!({ "version": "01", "room_id": "r1" })),
        ("/v1/zego/tokens", json!({ "version": "04" })),
        ("/v1/zego/tokens", json!({ "version": "04-gcm", "privileges": ["login"] })),
        ("/v1/trtc/user-sig", json!({})),
        ("/v1/css/urls", json!({ "stream_id": "plain" })),
    ] {
        kaibo.post(path, Some(&session), ask).await.expect(200);
    }
    assert_eq!(calls.all(), 0);
}

#[tokio::test]
async fn credentials_of_a_room_read_one_item() {
    let (kaibo, calls) = counted(NOW, |_| {}).await;
    let session = kaibo.session("user_1");
    for (path, ask) in [
        ("/v1/zego/tokens", json!({ "version": "04", "room_id": "r1" })),
        ("/v1/trtc/private-map-key", json!({ "room_id": 5, "role": "viewer" })),
        ("/v1/css/urls", json!({ "stream_id": "r1_user_1" })),
    ] {
        calls.take();
        kaibo.post(path, Some(&session), ask).await.expect(200);
        assert_eq!(calls.all(), 1, "{path}");
    }
}

#[tokio::test]
async fn a_quota_grants_exactly_its_number_however_many_ask_at_once() {
    let (kaibo, _) = counted(NOW, |config| config.policy.quota.per_user_per_minute = Some(10)).await;
    let session = kaibo.session("user_1");
    let asks: Vec<_> = (0..64)
        .map(|_| tokio::spawn(kaibo.request("POST", "/v1/trtc/user-sig").bearer(Some(&session)).json(&json!({})).send()))
        .collect();
    let mut granted = 0;
    for ask in asks {
        let answer = ask.await.unwrap();
        match answer.status {
            200 => granted += 1,
            _ => {
                assert_eq!(said(&answer), "429 quota_exceeded");
                assert_eq!(answer.header("retry-after").as_deref(), Some("60"));
            }
        }
    }
    assert_eq!(granted, 10);
    // Another user has a count of its own, and the next minute a new one.
    kaibo.post("/v1/trtc/user-sig", Some(&kaibo.session("user_2")), json!({})).await.expect(200);
    kaibo.clock.as_ref().unwrap().advance_ms(60_000);
    kaibo.post("/v1/trtc/user-sig", Some(&session), json!({})).await.expect(200);
}

#[tokio::test]
async fn a_quota_of_a_room_counts_everyone_in_it() {
    let (kaibo, _) = counted(NOW, |config| config.policy.quota.per_room_per_minute = Some(1)).await;
    let ask = |user: &str, room: u32| {
        let session = kaibo.session(user);
        let body = json!({ "room_id": room, "role": "viewer" });
        let request = kaibo.request("POST", "/v1/trtc/private-map-key").bearer(Some(&session)).json(&body);
        request.send()
    };
    ask("user_1", 1).await.expect(200);
    ask("user_2", 1).await.expect(429);
    ask("user_2", 2).await.expect(200);
}

#[tokio::test]
async fn the_ledger_in_the_table_knows_everything_but_the_credential() {
    let (kaibo, calls) = counted(NOW, |config| config.policy.ledger = "table".into()).await;
    let sig = kaibo.post("/v1/trtc/user-sig", Some(harness::ISSUE), json!({ "user_id": "user_1" })).await.expect(200).json();
    assert_eq!(calls.all(), 1);
    let database = kaibo.app.store.engine().unwrap().database();
    let ask = serde_json::from_value(json!({ "TableName": "kaibo" })).unwrap();
    let rows = serde_json::to_value(database.scan(ask).unwrap()).unwrap();
    assert_eq!(rows["Count"], 1);
    let row = rows["Items"][0].clone();
    for (name, value) in [("kind", "user-sig"), ("user_id", "user_1"), ("issued_by", "issue"), ("operator", "issuer")] {
        assert_eq!(row[name]["S"], value);
    }
    assert_eq!(row["key_place"]["S"], "trtc[0].secret_key");
    assert_eq!(row["ttl"]["N"], (NOW.seconds() + 180 * 86_400).to_string());
    assert!(!rows.to_string().contains(sig["user_sig"].as_str().unwrap()));
    let listed = kaibo.get("/v1/ledger?user_id=user_1", Some(harness::READ)).await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let entry = &listed["items"][0];
    assert_eq!((&entry["app"], &entry["issued_at"]), (&json!(1_400_087_915), &json!("2027-01-15T08:00:00Z")));
    assert_eq!(kaibo.get("/v1/ledger?user_id=user_2", Some(harness::READ)).await.expect(200).json()["items"], json!([]));
}
