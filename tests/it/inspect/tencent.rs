//! Tencent's tickets, css addresses and roomsig requests.

use super::*;
use crate::vectors::{load, of_kind, text};
use kaibo::vendor::trtc::keys::{HmacKey, TicketKey};
use kaibo::vendor::trtc::private_map_key::private_map_key;
use kaibo::vendor::trtc::user_sig::user_sig;
use kaibo::vendor::trtc::userbuf::{Privileges, Room};

pub(super) fn hmac(text: &str) -> TicketKey {
    TicketKey::Hmac(HmacKey::new(&Secret::from(text)).unwrap())
}

#[tokio::test]
async fn a_ticket_of_tencent_is_proven_and_every_slip_is_named() {
    let kaibo = start().await;
    let secret = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
    let sig = |key: &TicketKey, at: i64| user_sig(key, TRTC, "u1", at, 86_400).unwrap();
    let right = hmac(secret);
    let decoded = TicketKey::Hmac(HmacKey::new(&Secret::new(hex::decode(secret).unwrap())).unwrap());
    let other = hmac(&"f0e1d2c3b4a5968778695a4b3c2d1e0ff0e1d2c3b4a5968778695a4b3c2d1e0f".replace('f', "e"));
    let good = sig(&right, SECONDS);
    let cases: [(String, Value, &[&str], &str); 12] = [
        (good.clone(), json!({ "user_id": "u1", "sdk_app_id": TRTC }), &[], ""),
        (good.clone(), json!({ "user_id": "u2" }), &["identifier_mismatch"], "another user"),
        (good.clone(), json!({ "sdk_app_id": 1_400_000_001 }), &["sdkappid_mismatch"], "SDKAppID"),
        (good[..good.len() / 2].to_owned(), json!({}), &["malformed"], "cut short"),
        (sig(&decoded, SECONDS), json!({}), &["bad_signature"], "hex-decoded"),
        (sig(&other, SECONDS), json!({}), &["bad_signature"], "SDKAppID 1400000001"),
        (sig(&hmac("fixture-trtc-callback"), SECONDS), json!({}), &["bad_signature"], "callback key"),
        (sig(&hmac("nobody's"), SECONDS), json!({}), &["bad_signature"], "another app or outdated"),
        (sig(&right, SECONDS - 90_000), json!({}), &["expired"], "1 h 0 min ago"),
        (sig(&right, SECONDS * 1000), json!({}), &["milliseconds"], "TLS.time"),
        (sig(&right, SECONDS + 28_800), json!({}), &[], "Beijing"),
        (format!("Bearer {good}"), json!({}), &[], ""),
    ];
    for (ticket, mut body, want, says) in cases {
        body["text"] = ticket.into();
        assert_found(&judge(&kaibo, body).await, "user_sig", want, says);
    }
    // A ticket whose base64 has a plus in it.
    let plus = (0..).map(|i| sig(&right, SECONDS - i)).find(|ticket| ticket.contains('*')).unwrap();
    let standard = plus.replace('*', "+").replace('-', "/").replace('_', "=");
    let json = judge(&kaibo, json!({ "text": standard })).await;
    assert_found(&json, "user_sig", &[], "Standard base64");
    let json = judge(&kaibo, json!({ "text": standard.replace('+', " ") })).await;
    assert_found(&json, "user_sig", &["wrong_alphabet"], "blank");
    let unknown = user_sig(&right, 1_400_000_002, "u1", SECONDS, 60).unwrap();
    assert_found(&judge(&kaibo, json!({ "text": unknown })).await, "user_sig", &["key_unknown"], "No key");
    let room = Room::Number(12);
    let pmk = private_map_key(&right, TRTC, "u1", &room, Privileges::VIEWER, SECONDS, 60).unwrap();
    let ok = judge(&kaibo, json!({ "text": pmk, "room_id": 12, "user_id": "u1" })).await;
    assert_found(&ok, "private_map_key", &[], "");
    assert_eq!(ok["decoded"]["room"], 12);
    assert_eq!(ok["decoded"]["privilege_words"], json!(["enter_room", "receive_audio", "receive_video"]));
    let named = judge(&kaibo, json!({ "text": pmk, "room_name": "12" })).await;
    assert_found(&named, "private_map_key", &["room_mismatch"], "two rooms");
}

#[tokio::test]
async fn every_ticket_vector_is_judged_as_it_says() {
    let all = load("tencent");
    let mut judged = 0;
    for vector in all["vectors"].as_array().unwrap() {
        let kind = text(vector, "kind");
        let ticket = [
            "tls_v1_verify",
            "tls_v1_reject",
            "tls_v2_reject",
            "tls_v1_private_map_key_verify",
            "tls_v2_usersig",
            "tls_v2_private_map_key",
        ];
        if !ticket.contains(&kind) {
            continue;
        }
        let kaibo = Kaibo::start_at(NOW, |config| {
            config.trtc[0].sdk_app_id = vector["sdkappid"].as_u64().unwrap() as u32;
            config.trtc[0].secret_key = vector["secret_key"].as_str().and_then(key);
            let pem = vector["key"].as_str().and_then(|name| all["keys"][name]["pkcs8"].as_str());
            config.trtc[0].private_key = pem.and_then(key);
        })
        .await;
        let pasted = vector["ticket"].as_str().unwrap();
        let single = json!([{ "now": vector["now"], "result": vector["expect"] }]);
        for expect in vector["expect"].as_array().or(single.as_array()).unwrap() {
            let at = UnixMs::from_seconds(expect["now"].as_i64().unwrap()).rfc3339();
            let ask = json!({ "text": pasted, "user_id": vector["userid"], "sdk_app_id": vector["sdkappid"], "at": at });
            let json = judge(&kaibo, ask).await;
            let want: &[&str] = if expect["result"] == "valid" { &[] } else { &[text(expect, "result")] };
            assert_eq!(codes(&json), want, "{} {json:#}", vector["id"]);
        }
        judged += 1;
    }
    assert!(judged >= 40, "{judged}");
}

#[tokio::test]
async fn css_addresses_of_every_form_are_judged_by_the_key_of_their_domain() {
    for vector in of_kind("tencent", "css_tx_secret") {
        let kaibo = Kaibo::start_at(NOW, |config| {
            config.css[0].push_key = key(text(&vector, "push_key"));
            config.css[0].play_key = key(text(&vector, "play_key"));
        })
        .await;
        let expire = vector["expire_at"].as_i64().unwrap();
        for (name, url) in vector["urls"].as_object().into_iter().flatten() {
            let ask = |at: i64| json!({ "text": url, "at": UnixMs::from_seconds(at).rfc3339() });
            let json = judge(&kaibo, ask(expire)).await;
            assert_found(&json, "css_url", &[], if json["warnings"][0].is_null() { "" } else { "txTime" });
            assert_eq!(json["decoded"]["use"], if name.ends_with("push") { "push" } else { "play" });
            assert_found(&judge(&kaibo, ask(expire + 1)).await, "css_url", &["expired"], "1 s ago");
            let wrong = url
                .as_str()
                .unwrap()
                .replace("push.example.com", "swap")
                .replace("play.example.com", "push.example.com")
                .replace("swap", "play.example.com");
            let wrong = judge(&kaibo, json!({ "text": wrong, "at": UnixMs::from_seconds(expire).rfc3339() })).await;
            assert_found(&wrong, "css_url", &["bad_signature"], "push and play have a key each");
        }
    }
}

#[tokio::test]
async fn a_css_address_is_compared_with_room_and_user() {
    let kaibo = start().await;
    let session = kaibo.session("u1");
    kaibo.post("/v1/rooms", Some(&session), json!({ "provider": "css", "room_id": "r1" })).await.expect(201);
    let urls = kaibo.post("/v1/css/urls", Some(&session), json!({ "stream_id": "r1_u1" })).await.expect(200).json();
    let push = &urls["push"]["rtmp"];
    assert_found(&judge(&kaibo, json!({ "text": push, "room_id": "r1", "user_id": "u1" })).await, "css_url", &[], "");
    assert_found(&judge(&kaibo, json!({ "text": push, "room_id": "r2" })).await, "css_url", &["room_mismatch"], "r1");
    assert_found(&judge(&kaibo, json!({ "text": push, "user_id": "u2" })).await, "css_url", &["identifier_mismatch"], "u1");
    let elsewhere = push.as_str().unwrap().replace("push.example.com", "push.example.org");
    assert_found(&judge(&kaibo, json!({ "text": elsewhere })).await, "css_url", &["key_unknown"], "push.example.org");
    let unsigned = json!({ "text": "rtmp://push.example.com/live/r1_u1" });
    assert_found(&judge(&kaibo, unsigned).await, "css_url", &["malformed"], "txSecret is missing");
}

#[tokio::test]
async fn a_roomsig_request_and_the_address_made_of_it_are_read() {
    for vector in of_kind("tencent", "roomsig_request") {
        let pems = load("tencent");
        let kaibo = Kaibo::start_at(NOW, |config| {
            config.trtc[0].secret_key = None;
            config.trtc[0].private_key = pems["keys"]["p256"]["pkcs8"].as_str().and_then(key);
        })
        .await;
        let request = json!({ "url": vector["request"]["url"], "method": "POST", "data": vector["request"]["body"] });
        let at = "2019-09-24T02:38:25Z";
        let json = judge(&kaibo, json!({ "text": request.to_string(), "at": at })).await;
        assert_eq!(json["kind"], "room_url");
        assert_eq!(json["decoded"]["user_sig"]["identifier"], vector["input"]["userID"], "{json:#}");
        let json = judge(&kaibo, json!({ "text": vector["push_url"], "user_id": vector["input"]["userID"] })).await;
        assert_found(&json, "room_url", &[], "only Tencent");
        let json = judge(&kaibo, json!({ "text": vector["push_url"], "user_id": "someone_else" })).await;
        assert_found(&json, "room_url", &["identifier_mismatch"], "user");
        let json = judge(&kaibo, json!({ "text": vector["push_url"], "room_id": 99_999 })).await;
        assert_found(&json, "room_url", &["room_mismatch"], "room");
    }
}
