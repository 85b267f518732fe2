//! Callbacks that were caught or logged.

use super::*;
use crate::vectors::{of_kind, text};
use kaibo::vendor::css::callback as css_callback;
use kaibo::vendor::trtc::callback as trtc_callback;
use kaibo::vendor::zego::callback as zego_callback;

#[tokio::test]
async fn callbacks_are_judged_where_their_keys_are_held() {
    let kaibo = start().await;
    let zego = |secret: &str, at: i64, app: u32| {
        let sign = zego_callback::sign(&Secret::from(secret), &at.to_string(), "123412");
        json!({ "event": "room_create", "appid": app.to_string(), "room_id": "r1", "room_session_id": "9", "room_create_time": "1",
            "id_name": "u1", "timestamp": at, "nonce": "123412", "signature": sign })
        .to_string()
    };
    let secret = "fedcba9876543210fedcba9876543210";
    let cases: [(String, Value, &[&str], &str); 7] = [
        (zego(secret, SECONDS, ZEGO), json!({}), &[], ""),
        (
            zego(secret, SECONDS, ZEGO),
            json!({ "path": format!("/callbacks/zego/{ZEGO}/fixture-path-token-0123456789") }),
            &[],
            "",
        ),
        (
            zego(secret, SECONDS, ZEGO),
            json!({ "path": format!("/callbacks/zego/{ZEGO}/guessed") }),
            &["bad_signature"],
            "path_token",
        ),
        (zego(secret, SECONDS - 3600, ZEGO), json!({}), &["expired"], "1 h 0 min ago"),
        (zego("other-callback", SECONDS, ZEGO), json!({}), &["bad_signature"], "callback_secret of app 7"),
        (zego(secret, SECONDS, 9), json!({}), &["key_unknown"], "callback"),
        (zego(secret, SECONDS, 9), json!({ "app_id": ZEGO }), &["app_id_mismatch"], "another app"),
    ];
    for (body, mut ask, want, says) in cases {
        ask["text"] = body.into();
        assert_found(&judge(&kaibo, ask).await, "zego_callback", want, says);
    }
    let css = |key: &str, t: i64, domain: &str| {
        let sign = css_callback::sign(&Secret::from(key), &t.to_string());
        json!({ "event_type": 1, "appid": 1, "app": domain, "appname": "live", "stream_id": "r1_u1", "sequence": "5", "event_time": SECONDS,
            "t": t, "sign": sign })
        .to_string()
    };
    let cases: [(String, &[&str], &str); 5] = [
        (css("fixture-css-callback", SECONDS + 600, "push.example.com"), &[], ""),
        (css("fixture-css-callback", SECONDS - 60, "push.example.com"), &[], "is past"),
        (css("fixture-css-callback", SECONDS - 3600, "push.example.com"), &["expired"], "1 h 0 min"),
        (css("fedcba9876543210", SECONDS + 600, "push.example.com"), &["bad_signature"], "play_key of css main"),
        (css("fixture-css-callback", SECONDS + 600, "push.example.org"), &["app_id_mismatch"], "css.domains"),
    ];
    for (body, want, says) in cases {
        assert_found(&judge(&kaibo, json!({ "text": body })).await, "css_callback", want, says);
    }
    let body = json!({ "EventGroupId": 1, "EventType": 103, "CallbackTs": SECONDS * 1000, "EventInfo": { "RoomId": 12,
        "EventTs": SECONDS, "EventMsTs": SECONDS * 1000, "UserId": "u1", "Role": 20 } });
    let sign = trtc_callback::sign(&Secret::from("fixture-trtc-callback"), body.to_string().as_bytes());
    let ask =
        |text: String, sign: &str, app: u32| json!({ "text": text, "headers": { "Sign": sign, "SdkAppId": app.to_string() } });
    let ok = judge(&kaibo, ask(body.to_string(), &sign, TRTC)).await;
    assert_found(&ok, "trtc_callback", &[], "");
    assert_eq!((&ok["decoded"]["room_id"], &ok["decoded"]["user_id"]), (&json!("12"), &json!("u1")));
    let pasted = judge(&kaibo, ask(format!("{body}\n"), &sign, TRTC)).await;
    assert_found(&pasted, "trtc_callback", &[], "White space");
    let pretty = judge(&kaibo, ask(format!("{body:#}"), &sign, TRTC)).await;
    assert_found(&pretty, "trtc_callback", &["bad_signature"], "written again");
    assert_found(&judge(&kaibo, json!({ "text": body.to_string() })).await, "trtc_callback", &["malformed"], "headers");
    let wrong = judge(&kaibo, ask(body.to_string(), "AAAA", TRTC)).await;
    assert_found(&wrong, "trtc_callback", &["bad_signature"], "callback key");
    let mut elsewhere = ask(body.to_string(), &sign, 5);
    elsewhere["path"] = format!("/callbacks/trtc/{TRTC}/fixture-path-token-0123456789").into();
    assert_found(&judge(&kaibo, elsewhere).await, "trtc_callback", &["sdkappid_mismatch"], "another SDKAppID");
    let none = Kaibo::start_at(NOW, |config| config.trtc[0].callback_key = None).await;
    assert_found(&judge(&none, ask(body.to_string(), &sign, TRTC)).await, "trtc_callback", &["key_unknown"], "callback");
}

#[tokio::test]
async fn every_callback_vector_is_judged_as_it_says() {
    for vector in of_kind("tencent", "trtc_callback_sign") {
        let kaibo = Kaibo::start_at(NOW, |config| config.trtc[0].callback_key = vector["key"].as_str().and_then(key)).await;
        let json = judge(&kaibo, json!({ "text": vector["body_text"], "headers": vector["headers"] })).await;
        let fits = text(&vector, "expect") == "valid";
        assert_eq!(json["valid"], fits, "{} {json:#}", vector["id"]);
    }
    for vector in of_kind("tencent", "css_callback_sign") {
        let kaibo = Kaibo::start_at(NOW, |config| {
            config.css[0].callback_key = vector["key"].as_str().and_then(key);
            config.callbacks.css_late_seconds = 0;
        })
        .await;
        let body = json!({ "event_type": 1, "app": "push.example.com", "appname": "live", "stream_id": "s", "sequence": "5",
            "t": vector["t"], "sign": vector["sign"] });
        let at = UnixMs::from_seconds(vector["now"].as_i64().unwrap()).rfc3339();
        let json = judge(&kaibo, json!({ "text": body.to_string(), "at": at })).await;
        assert_eq!(json["valid"], text(&vector, "expect").starts_with("valid"), "{vector} {json:#}");
    }
    for vector in of_kind("zego", "zego_callback_signature") {
        let input = &vector["input"];
        // The seed's smallest example has no real time in it.
        let Some(at) = text(input, "timestamp").parse().ok().filter(|at| *at > 9_999_999) else { continue };
        let kaibo =
            Kaibo::start_at(NOW, |config| config.zego[0].callback_secret = input["callback_secret"].as_str().and_then(key)).await;
        let body = json!({ "event": "x", "appid": ZEGO, "timestamp": input["timestamp"], "nonce": input["nonce"],
            "signature": vector["expected"]["signature"] });
        let json = judge(&kaibo, json!({ "text": body.to_string(), "at": UnixMs::from_seconds(at).rfc3339() })).await;
        assert_found(&json, "zego_callback", &[], "");
    }
}
