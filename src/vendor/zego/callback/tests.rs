use super::super::vectors::{Noise, of_kind, text};
use super::*;
use crate::live::event::{Event, RunPhase, What};
use crate::live::time::UnixMs;
use serde_json::json;

mod events;

const SECRET: &str = "5f1c9a7e3b2d4860a1b2c3d4e5f60718";
const APP: u32 = 1_739_272_706;

fn samples() -> impl Iterator<Item = Value> {
    include_str!("samples.jsonl").lines().map(|line| serde_json::from_str(line).unwrap())
}

/// The sample of one event; cloud recording is `""`.
fn sample(event: &str) -> Value {
    samples().find(|s| s["event"].as_str().unwrap_or_default() == event).unwrap()
}

fn take(body: &[u8], now: i64) -> Result<Signed, Refused> {
    verify(body, None, &[&Secret::from(SECRET)], APP, now, 600)
}

/// Signs members afresh, as a redelivery may, and takes them.
fn signed(mut members: Value, timestamp: i64, nonce: &str) -> Signed {
    for name in ["timestamp", "nonce", "signature"] {
        members.as_object_mut().unwrap().remove(name);
    }
    members["timestamp"] = json!(timestamp.to_string());
    members["nonce"] = json!(nonce);
    members["signature"] = json!(sign(&Secret::from(SECRET), &timestamp.to_string(), nonce));
    take(members.to_string().as_bytes(), timestamp).unwrap()
}

fn told(members: Value) -> Event {
    parse(&signed(members, 1_760_000_500, "77"))
}

fn timestamp(sample: &Value) -> i64 {
    sample["timestamp"].as_i64().unwrap_or_else(|| text(sample, "timestamp").parse().unwrap())
}

#[test]
fn signatures_equal_the_vendors() {
    for vector in of_kind("zego_callback_signature") {
        let input = &vector["input"];
        let made = sign(&Secret::from(text(input, "callback_secret")), text(input, "timestamp"), text(input, "nonce"));
        assert_eq!(made, text(&vector["expected"], "signature"), "{}", vector["id"]);
    }
}

#[test]
fn the_vendors_samples_are_taken_and_read() {
    for sample in samples() {
        let event = parse(&take(sample.to_string().as_bytes(), timestamp(&sample)).unwrap());
        assert!(!matches!(event.what, What::Unreadable { .. } | What::UnknownKind), "{event:?}");
        assert_eq!(event.app, APP.to_string());
    }
}

#[test]
fn json_percent_encoded_json_and_forms_say_the_same() {
    let sample = sample("stream_create");
    let now = timestamp(&sample);
    let plain = parse(&take(format!("\n {sample}").as_bytes(), now).unwrap());
    let encoded: String = form_urlencoded::byte_serialize(sample.to_string().as_bytes()).collect();
    assert_eq!(parse(&take(encoded.replace('+', "%20").as_bytes(), now).unwrap()), plain);
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in sample.as_object().unwrap() {
        match value {
            Value::Array(items) => items.iter().for_each(|item| {
                form.append_pair(&format!("{name}[]"), item.as_str().unwrap());
            }),
            value => {
                form.append_pair(name, value.as_str().unwrap());
            }
        }
    }
    let form = form.finish();
    let typed = Some("application/x-www-form-urlencoded; charset=utf-8");
    let taken = verify(form.as_bytes(), typed, &[&Secret::from(SECRET)], APP, now, 600).unwrap();
    assert_eq!(taken.members()["rtmp_url"], sample["rtmp_url"]);
    assert_eq!(parse(&taken), plain);
    assert_eq!(take(form.as_bytes(), now).unwrap_err().code(), "not_signed");
}

#[test]
fn what_is_not_provably_signed_for_this_app_now_is_refused() {
    let sample = sample("room_login");
    let now = timestamp(&sample);
    let body = sample.to_string();
    let code =
        |body: &str, secrets: &[&Secret], app, now| verify(body.as_bytes(), None, secrets, app, now, 600).unwrap_err().code();
    let secret = Secret::from(SECRET);
    assert_eq!(code(&body, &[&Secret::from("other")], APP, now), "bad_signature");
    assert_eq!(code(&body, &[], APP, now), "bad_signature");
    assert_eq!(code(&body, &[&secret], APP, now + 601), "stale");
    assert_eq!(code(&body, &[&secret], APP, now - 601), "stale");
    assert_eq!(code(&body, &[&secret], 1, now), "other_app");
    for body in ["", "{", "[]", "null", "hello", "{}", r#"{"timestamp":1760000000,"nonce":"1"}"#, "%7B%FF"] {
        assert_eq!(code(body, &[&secret], APP, now), "not_signed", "{body}");
    }
    assert!(verify(body.as_bytes(), None, &[&Secret::from("new"), &secret], APP, now + 600, 600).is_ok());
}

/// The SHA-1 of timestamp and nonce alone can be made by anyone.
#[test]
fn an_empty_secret_signs_nothing() {
    let forged = sign(&Secret::from(""), "1760000000", "1");
    let body = json!({"event": "x", "appid": APP, "timestamp": 1_760_000_000, "nonce": 1, "signature": forged}).to_string();
    let refused = verify(body.as_bytes(), None, &[&Secret::from("")], APP, 1_760_000_000, 600);
    assert_eq!(refused.unwrap_err(), Refused::BadSignature);
}

/// Joined text has no separators, so digits moved between nonce and timestamp keep the signature.
#[test]
fn a_signature_cannot_be_used_again_by_moving_digits_into_the_timestamp() {
    let secret = Secret::from(SECRET);
    for (timestamp, nonce, moved) in [
        ("1760000000", "481516", [("1760000000481", "516"), ("17600000004", "81516"), ("176000000", "0481516")]),
        ("1760000000", "1760", [("01760000000", "176"), ("176000000", "17600"), ("01760000000", "1760")]),
    ] {
        let signature = sign(&secret, timestamp, nonce);
        for (timestamp, nonce) in moved {
            let body = json!({"event": "x", "appid": APP, "timestamp": timestamp, "nonce": nonce, "signature": signature});
            assert!(take(body.to_string().as_bytes(), 1_760_000_000).is_err(), "{timestamp} {nonce}");
        }
    }
}

#[test]
fn timestamps_have_8_to_13_digits() {
    for (digits, fits) in
        [("1234567", false), ("12345678", true), ("1234567890123", true), ("12345678901234", false), ("1e9", false)]
    {
        assert_eq!(seconds(digits).is_some(), fits, "{digits}");
    }
}

#[test]
fn no_changed_bit_of_a_signed_field_is_accepted() {
    let mut noise = Noise(9);
    let all: Vec<Value> = samples().collect();
    for _ in 0..2_000 {
        let sample = &all[noise.below(all.len())];
        let field = ["timestamp", "nonce", "signature"][noise.below(3)];
        let mut bytes = fields::scalar(sample.as_object().unwrap(), field).unwrap().into_bytes();
        let at = noise.below(bytes.len());
        bytes[at] ^= 1 << noise.below(7);
        let mut changed = sample.clone();
        changed[field] = json!(String::from_utf8(bytes).unwrap());
        assert!(take(changed.to_string().as_bytes(), timestamp(sample)).is_err(), "{changed}");
    }
}

#[test]
fn the_replay_triple_is_told_apart_whatever_the_nonce_holds() {
    let sample = sample("record");
    let triple = |nonce: &str| signed(sample.clone(), 1_760_000_500, nonce).replay_triple();
    assert_ne!(triple("1/2"), triple("1%2F2"));
    assert!(triple("158").starts_with("1760000500/158/"));
    assert!(!format!("{:?}", signed(sample.clone(), 1_760_000_500, "158")).contains("room_1001"));
}
