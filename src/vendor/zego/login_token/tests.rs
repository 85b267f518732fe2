use super::super::vectors::{Noise, of_kind, text};
use super::*;
use serde_json::json;

const KEY: &str = "afd202a59d72f56fe09b585c76886826";

fn key() -> AppKey {
    AppKey::clean(KEY).unwrap()
}

fn app_id(input: &Value) -> u32 {
    u32::try_from(input["app_id"].as_u64().unwrap()).unwrap()
}

fn issue(input: &Value) -> String {
    let key = AppKey::clean(text(input, "app_key")).unwrap();
    login_token(&key, app_id(input), text(input, "id_name"), text(input, "nonce"), input["expired"].as_i64().unwrap())
}

fn hash_in(token: &str) -> String {
    read(token).unwrap().hash
}

#[test]
fn tokens_equal_the_vendors() {
    for kind in ["zego_login_token_v1", "zego_login_token_v1_case"] {
        for vector in of_kind(kind) {
            let (input, expected) = (&vector["input"], &vector["expected"]);
            let token = issue(input);
            assert_eq!(token, text(expected, "token"), "{}", vector["id"]);
            assert_eq!(hash_in(&token), text(expected, "hash"), "{}", vector["id"]);
            if let Some(json) = expected["json"].as_str() {
                assert_eq!(STANDARD.decode(&token).unwrap(), json.as_bytes());
            }
        }
    }
}

#[test]
fn white_space_and_capital_prefixes_do_not_change_the_hash() {
    for vector in of_kind("zego_login_token_v1_whitespace") {
        assert_eq!(issue(&vector["input"]), text(&vector["expected_recommended"], "token"), "{}", vector["id"]);
    }
    for vector in of_kind("zego_login_token_v1_prefix") {
        assert_eq!(hash_in(&issue(&vector["input"])), text(&vector["expected_any"][0], "hash"), "{}", vector["id"]);
    }
}

#[test]
fn a_hash_shared_by_two_users_is_accepted_for_neither_odd_length() {
    for vector in of_kind("zego_login_token_v1_ambiguity") {
        let input = &vector["input"];
        let (key, expired) = (AppKey::clean(text(input, "app_key")).unwrap(), input["expired"].as_i64().unwrap());
        let judged: Vec<_> = input["pairs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| {
                let token = login_token(&key, app_id(input), text(pair, "id_name"), text(pair, "nonce"), expired);
                assert_eq!(hash_in(&token), text(&vector["expected"], "hash"));
                verify_login_token(&token, &[&key], app_id(input), text(pair, "id_name"), expired - 1)
            })
            .collect();
        assert!(judged[0].valid());
        assert_eq!(judged[1].faults[0].field(), "nonce");
    }
}

#[test]
fn verdicts_equal_the_vendors() {
    for vector in of_kind("zego_login_token_v1_verify") {
        let input = &vector["input"];
        let key = AppKey::clean(text(input, "app_key")).unwrap();
        for case in vector["cases"].as_array().unwrap() {
            let now = case["now"].as_i64().unwrap();
            let verdict = verify_login_token(text(case, "token"), &[&key], app_id(input), text(input, "id_name"), now);
            let wanted = match text(case, "expected") {
                "valid" => None,
                "expired" => Some("expired"),
                "hash mismatch" => Some("bad_signature"),
                "unsupported version" => Some("unsupported_version"),
                "malformed" => Some("malformed"),
                other => panic!("unknown verdict {other}"),
            };
            assert_eq!(verdict.faults.first().map(Fault::code), wanted, "{case}");
            assert!(verdict.faults.len() <= 1 && verdict.valid() == wanted.is_none());
        }
    }
}

#[test]
fn odd_nonce_lengths_of_the_vendors_samples_are_warnings() {
    for (nonce, warned) in [("5f3c1b2a4d6e7", true), ("0cc175b9c0f1b6a831c399e269772661", true), ("9f86d081884c7d65", false)] {
        let token = login_token(&key(), 1, "u", nonce, 2_000);
        let verdict = verify_login_token(&token, &[&key()], 1, "u", 1_000);
        assert!(verdict.valid());
        assert_eq!(!verdict.warnings.is_empty(), warned);
    }
}

#[test]
fn faults_name_their_cause() {
    let token = login_token(&key(), 1, "u", "9f86d081884c7d65", 1_531_393_997_000);
    assert_eq!(verify_login_token(&token, &[&key()], 1, "u", 1_000).faults[0].code(), "milliseconds");
    assert_eq!(verify_login_token(&token, &[], 1, "u", 1_000).faults[0].code(), "key_unknown");
    assert_eq!(verify_login_token("-_-_", &[&key()], 1, "u", 1_000).faults[0].code(), "wrong_alphabet");
    let typed = STANDARD.encode(json!({"ver": 1, "hash": "", "nonce": 5, "expired": 1}).to_string());
    assert_eq!(verify_login_token(&typed, &[&key()], 1, "u", 1).faults[0].field(), "nonce");
}

#[test]
fn a_token_of_the_old_key_stays_valid_beside_the_new_one() {
    let new = AppKey::clean(&"0".repeat(32)).unwrap();
    let token = login_token(&key(), 1, "u", "9f86d081884c7d65", 2_000);
    assert!(verify_login_token(&token, &[&new, &key()], 1, "u", 1_000).valid());
    assert!(!verify_login_token(&token, &[&new], 1, "u", 1_000).valid());
}

/// Every member that matters is hashed or judged, so no bit of a canonical token can change unseen.
#[test]
fn no_changed_bit_is_accepted() {
    let mut noise = Noise(2);
    for _ in 0..4_000 {
        let token = login_token(&key(), 1_739_272_706, "xcxU1", &nonce_from(noise.bytes()), 1_531_393_997);
        let mut bytes = token.into_bytes();
        let at = noise.below(bytes.len());
        bytes[at] ^= 1 << noise.below(8);
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        assert!(!verify_login_token(&changed, &[&key()], 1_739_272_706, "xcxU1", 1_531_393_996).valid(), "{changed}");
    }
}
