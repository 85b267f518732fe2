//! ZEGO tokens of all generations.

use super::*;
use crate::vectors::{of_kind, text};
use kaibo::vendor::zego::app_key::AppKey;
use kaibo::vendor::zego::login_token::login_token;
use kaibo::vendor::zego::server_secret::ServerSecret;
use kaibo::vendor::zego::token04::{Claims04, issue_cbc};

pub(super) fn app_key() -> AppKey {
    AppKey::clean(fixture().zego[0].app_key.as_ref().unwrap().all()[0].value.reveal_text()).unwrap()
}

pub(super) fn zego_01(key: &AppKey, app_id: u32, user: &str, expires: i64) -> String {
    login_token(key, app_id, user, "0123456789abcdef", expires)
}

#[tokio::test]
async fn a_token_01_is_proven_with_its_user_and_every_slip_is_named() {
    let kaibo = start().await;
    let end = SECONDS + 1800;
    let right = app_key();
    let other = AppKey::clean("f0e1d2c3b4a5968778695a4b3c2d1e0f").unwrap();
    let blanks = AppKey::slips(&"0102030405060708090a0b0c0d0e0f10".repeat(2)).remove(0);
    let secret = AppKey::clean("0123456789abcdef0123456789abcdef").unwrap();
    let cases: [(String, Value, &[&str], &str); 13] = [
        (zego_01(&right, ZEGO, "u1", end), json!({ "user_id": "u1" }), &[], ""),
        (zego_01(&right, ZEGO, "u1", end), json!({ "user_id": "u1", "app_id": ZEGO }), &[], ""),
        (zego_01(&right, ZEGO, "u1", end), json!({ "user_id": "u1", "app_id": 7 }), &["app_id_mismatch"], "1739272706"),
        (zego_01(&right, ZEGO, "u1", end), json!({ "user_id": "u1", "app_id": 8 }), &["app_id_mismatch"], "1739272706"),
        (zego_01(&right, ZEGO, "u1", end), json!({ "user_id": "u1 " }), &["identifier_mismatch"], "letter for letter"),
        (zego_01(&right, ZEGO, "u1", end), json!({}), &["identifier_mismatch"], "give the user_id"),
        (zego_01(&right, ZEGO, "u1", end), json!({ "user_id": "u2" }), &["bad_signature"], "user id"),
        (zego_01(&other, ZEGO, "u1", end), json!({ "user_id": "u1", "app_id": ZEGO }), &["bad_signature"], "key of app 7"),
        (zego_01(&blanks.1, ZEGO, "u1", end), json!({ "user_id": "u1" }), &["bad_signature"], "cleaned wrongly"),
        (zego_01(&secret, ZEGO, "u1", end), json!({ "user_id": "u1" }), &["bad_signature"], "ServerSecret"),
        (zego_01(&right, ZEGO, "u1", SECONDS - 7200), json!({ "user_id": "u1" }), &["expired"], "2 h 0 min ago"),
        (zego_01(&right, ZEGO, "u1", end * 1000), json!({ "user_id": "u1" }), &["milliseconds"], "Date.now()"),
        (zego_01(&right, ZEGO, "u1", end)[..90].to_owned(), json!({ "user_id": "u1" }), &["malformed"], "cut short"),
    ];
    for (token, mut body, want, says) in cases {
        body["text"] = token.into();
        assert_found(&judge(&kaibo, body).await, "zego_token_01", want, says);
    }
    let at = json!({ "text": zego_01(&right, ZEGO, "u1", end), "user_id": "u1", "at": "2027-01-15T12:00:00Z" });
    assert_found(&judge(&kaibo, at).await, "zego_token_01", &["expired"], "expired");
    let bare = json!({ "text": "{\"ver\":1,\"hash\":\"00\",\"nonce\":\"1\",\"expired\":1}", "user_id": "u1" });
    assert_found(&judge(&kaibo, bare).await, "zego_token_01", &["malformed"], "1011");
}

pub(super) fn zego_04(secret: &str, app_id: u32, user: &str, expires: i64, payload: &str) -> String {
    let claims = Claims04 { app_id, user_id: user, created: expires - 3600, expires, nonce: 5, payload };
    issue_cbc(&ServerSecret::new(&Secret::from(secret)).unwrap(), &claims, &[7; 16]).unwrap()
}

#[tokio::test]
async fn a_token_04_is_opened_and_compared() {
    let kaibo = start().await;
    let secret = "0123456789abcdef0123456789abcdef";
    let end = SECONDS + 3600;
    let payload = r#"{"room_id":"r1","privilege":{"1":1,"2":0},"stream_id_list":null}"#;
    let good = zego_04(secret, ZEGO, "u1", end, payload);
    let cases: [(String, Value, &[&str], &str); 11] = [
        (good.clone(), json!({ "user_id": "u1", "room_id": "r1" }), &[], ""),
        (format!("\"{}\n{}\"", &good[..40], &good[40..]), json!({}), &[], "Quotes"),
        (good.clone(), json!({ "user_id": "u2" }), &["identifier_mismatch"], "u1"),
        (good.clone(), json!({ "room_id": "r2" }), &["room_mismatch"], "r1"),
        (good.clone(), json!({ "app_id": 7 }), &["app_id_mismatch"], "1739272706"),
        (good[..good.len() - 9].to_owned(), json!({}), &["malformed"], "cut short"),
        (format!("02{}", &good[2..]), json!({}), &["unsupported_version"], "02"),
        (zego_04(secret, ZEGO, "u1", SECONDS - 60, ""), json!({}), &["expired"], "1 min 0 s ago"),
        (zego_04(secret, ZEGO, "u1", end * 1000, ""), json!({}), &["milliseconds"], "milliseconds"),
        (zego_04("0102030405060708090a0b0c0d0e0f10", ZEGO, "u1", end, ""), json!({}), &["bad_signature"], "AppKey"),
        (zego_04("ffffffffffffffffffffffffffffffff", ZEGO, "u1", end, ""), json!({}), &["bad_signature"], "does not open"),
    ];
    for (token, mut body, want, says) in cases {
        body["text"] = token.into();
        assert_found(&judge(&kaibo, body).await, "zego_token_04", want, says);
    }
    let spaced = good.replace('+', " ");
    assert_ne!(spaced, good, "the token has a plus in it");
    assert_found(&judge(&kaibo, json!({ "text": spaced })).await, "zego_token_04", &["wrong_alphabet"], "blank");
    let url_safe = good.replace('+', "-").replace('/', "_");
    assert_found(&judge(&kaibo, json!({ "text": url_safe })).await, "zego_token_04", &["wrong_alphabet"], "URL-safe");
}

#[tokio::test]
async fn the_wrong_generation_is_named() {
    let only_01 = Kaibo::start_at(NOW, |config| config.zego[0].server_secret = None).await;
    let token = zego_04("0123456789abcdef0123456789abcdef", ZEGO, "u1", SECONDS + 60, "");
    let body = json!({ "text": token, "app_id": ZEGO });
    assert_found(&judge(&only_01, body.clone()).await, "zego_token_04", &["unsupported_version"], "only an app_key");
    let both = Kaibo::start_at(NOW, |config| config.zego[0].token = Some("01".into())).await;
    let json = judge(&both, body).await;
    assert_found(&json, "zego_token_04", &[], "jZego takes 01");
    assert_eq!(json["warnings"][0]["code"], "unsupported_version");
}

#[tokio::test]
async fn every_login_token_vector_is_judged_as_it_says() {
    for vector in of_kind("zego", "zego_login_token_v1_verify") {
        let kaibo = Kaibo::start_at(NOW, |config| config.zego[0].app_key = key(text(&vector["input"], "app_key"))).await;
        for case in vector["cases"].as_array().unwrap() {
            let want = match text(case, "expected") {
                "valid" => vec![],
                "expired" => vec!["expired"],
                "hash mismatch" => vec!["bad_signature"],
                "unsupported version" => vec!["unsupported_version"],
                "malformed" => vec!["malformed"],
                other => panic!("{other}"),
            };
            let at = UnixMs::from_seconds(case["now"].as_i64().unwrap()).rfc3339();
            let json = judge(&kaibo, json!({ "text": case["token"], "user_id": vector["input"]["id_name"], "at": at })).await;
            assert_eq!(codes(&json), want, "{case} {json:#}");
        }
    }
    // Made by the seed with a key it did not clean: the slip is named.
    for kind in ["zego_login_token_v1_whitespace", "zego_login_token_v1_prefix"] {
        for vector in of_kind("zego", kind) {
            let input = &vector["input"];
            let kaibo = Kaibo::start_at(NOW, |config| config.zego[0].app_key = key(text(input, "app_key"))).await;
            let inside = format!(
                r#"{{"ver":1,"hash":"{}","nonce":"{}","expired":{}}}"#,
                text(&vector["literal_reference"], "hash"),
                text(input, "nonce"),
                input["expired"]
            );
            let token = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, inside);
            let json = judge(&kaibo, json!({ "text": token, "user_id": input["id_name"], "at": "2018-07-12T00:00:00Z" })).await;
            assert_found(&json, "zego_token_01", &["bad_signature"], "cleaned wrongly");
        }
    }
}
