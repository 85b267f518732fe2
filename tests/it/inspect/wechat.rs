//! The signature of a voip join.

use super::*;
use crate::vectors::{load, text};
use kaibo::vendor::wechat::voip;

#[tokio::test]
async fn every_voip_vector_is_judged_as_it_says() {
    let kaibo = start().await;
    let all = load("wechat");
    for vector in all["voip"].as_array().unwrap() {
        let kaibo = Kaibo::start_at(NOW, |config| config.wechat.as_mut().unwrap().app_id = text(vector, "appId").into()).await;
        let milliseconds = vector["timeStamp"].as_i64().is_some_and(|t| t > 99_999_999_999);
        let want: &[&str] = if milliseconds { &["milliseconds"] } else { &[] };
        for (member, want, says) in [
            ("signature", want, ""),
            (
                "wrong_if_key_is_base64_decoded",
                if milliseconds { want } else { &["bad_signature"] },
                if milliseconds { "" } else { "base64-decoded" },
            ),
            (
                "wrong_if_not_sorted",
                if milliseconds { want } else { &["bad_signature"] },
                if milliseconds { "" } else { "sort the values" },
            ),
        ] {
            let mut inputs = json!({});
            for name in ["appId", "groupId", "nonceStr", "timeStamp", "sessionKey"] {
                inputs[name] = vector[name].clone();
            }
            inputs["signature"] = vector[member].clone();
            assert_found(&judge(&kaibo, json!({ "text": inputs.to_string() })).await, "voip_signature", want, says);
        }
    }
    for vector in all["voip_reject"].as_array().unwrap() {
        let (code, field) = match text(vector, "reason") {
            "timestamp_not_seconds" => ("milliseconds", "time_stamp"),
            "timestamp_invalid" => ("malformed", "time_stamp"),
            "nonce_too_long" | "nonce_empty" => ("malformed", "nonce_str"),
            "group_empty" => ("malformed", "group_id"),
            "session_missing" => ("key_unknown", "session_key"),
            other => panic!("{other}"),
        };
        let mut inputs = vector["input"].clone();
        inputs["signature"] = "0".repeat(64).into();
        let json = judge(&kaibo, json!({ "text": inputs.to_string() })).await;
        assert_found(&json, "voip_signature", &[code], "");
        assert_eq!(json["faults"][0]["field"], field);
    }
}

#[tokio::test]
async fn a_voip_signature_is_judged_by_the_key_of_the_last_login() {
    let kaibo = start().await;
    let login = kaibo.post("/v1/sessions", None, json!({ "code": "anna" })).await.expect(201).json();
    let session = login["session_token"].as_str().unwrap();
    let signed = kaibo.post("/v1/wechat/voip-signature", Some(session), json!({ "group_id": "g1" })).await.expect(200).json();
    let ask = |user: Value, text: String| json!({ "text": text, "user_id": user });
    let ok = judge(&kaibo, ask(login["user_id"].clone(), signed.to_string())).await;
    assert_found(&ok, "voip_signature", &[], "");
    let query = format!(
        "groupId=g1&nonceStr={}&timeStamp={}&signature={}",
        text(&signed, "nonce_str"),
        signed["time_stamp"],
        text(&signed, "signature")
    );
    assert_found(&judge(&kaibo, ask(login["user_id"].clone(), query.clone())).await, "voip_signature", &[], "");
    let other = kaibo.post("/v1/sessions", None, json!({ "code": "ben" })).await.expect(201).json();
    let json = judge(&kaibo, ask(other["user_id"].clone(), query.clone())).await;
    assert_found(&json, "voip_signature", &["bad_signature"], "session key");
    assert_found(&judge(&kaibo, json!({ "text": query })).await, "voip_signature", &["key_unknown"], "user_id");
    let wechats = query.replace("signature=", &format!("signature={}_cAm38Yw&x=", "0".repeat(64)));
    let json = judge(&kaibo, ask(login["user_id"].clone(), wechats)).await;
    assert_found(&json, "voip_signature", &["key_unknown"], "getvoipsign");
    // Signed as the vendor's page says, for a moment eight hours ahead.
    let key = "ICjHriwWCa6GvXlLJWXd9w==";
    let ahead = (SECONDS + 28_800).to_string();
    let made = voip::signature(key.as_bytes(), ["wx0123456789abcdef", "g1", "n", &ahead]);
    let inputs = json!({ "group_id": "g1", "nonce_str": "n", "time_stamp": ahead, "signature": made, "session_key": key });
    assert_found(&judge(&kaibo, json!({ "text": inputs.to_string() })).await, "voip_signature", &[], "Beijing");
}
