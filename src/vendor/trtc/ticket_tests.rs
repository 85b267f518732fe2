use super::*;
use crate::clock::signing_nonces;
use crate::secret::Secret;
use crate::vendor::trtc::keys::{EcdsaKey, HmacKey, TicketKey};
use crate::vendor::trtc::private_map_key::private_map_key;
use crate::vendor::trtc::tests::{pem, text, vectors};
use crate::vendor::trtc::user_sig::user_sig;
use crate::vendor::zlib;
use proptest::prelude::*;
use serde_json::{Value, json};

fn vector_ticket(kind: &str, id: &str) -> String {
    let vectors = vectors(kind);
    text(vectors.iter().find(|vector| vector["id"] == id).unwrap(), "ticket").to_owned()
}

fn wrapped(json: &str) -> String {
    alphabet::encode(&zlib::deflate(json.as_bytes(), &[]))
}

fn fault(json: &Value) -> Option<Fault> {
    Ticket::open(&wrapped(&json.to_string())).err()
}

fn version_2() -> Value {
    json!({"TLS.ver": "2.0", "TLS.identifier": "u", "TLS.sdkappid": 1, "TLS.time": 2, "TLS.expire": 3, "TLS.sig": "AA=="})
}

fn version_1() -> Value {
    json!({"TLS.account_type": "0", "TLS.identifier": "u", "TLS.sdk_appid": "1", "TLS.time": "2", "TLS.expire_after": "3",
        "TLS.sig": "AA=="})
}

#[test]
fn what_a_ticket_says_is_shown_without_its_signature() {
    let key = TicketKey::Hmac(HmacKey::new(&Secret::from("canary")).unwrap());
    let room = Room::Text("class".to_owned());
    let ticket = private_map_key(&key, 7, "u", &room, Privileges::VIEWER, 1_569_292_704, 300).unwrap();
    let shown = serde_json::to_value(Ticket::open(&ticket).ok().unwrap().decoded()).unwrap();
    let expected = json!({
        "kind": "private_map_key", "version": "2", "identifier": "u", "sdkappid": 7,
        "issued_at": "2019-09-24T02:38:24Z", "expires_at": "2019-09-24T02:43:24Z",
        "has_userbuf": true, "room": "class", "privileges": 42,
    });
    assert_eq!(shown, expected);
    let key = TicketKey::Ecdsa(EcdsaKey::from_pem(pem("p256", "sec1"), signing_nonces()).unwrap());
    let decoded = Ticket::open(&user_sig(&key, 7, "u", 1, 2).unwrap()).ok().unwrap().decoded();
    assert_eq!((decoded.kind, decoded.version, decoded.room), (Kind::UserSig, Version::One, None));
}

#[test]
fn a_missing_or_mistyped_field_makes_a_ticket_malformed() {
    for whole in [version_1(), version_2()] {
        assert_eq!(fault(&whole), None);
        for name in whole.as_object().unwrap().keys().filter(|name| *name != "TLS.ver") {
            let mut without = whole.clone();
            without.as_object_mut().unwrap().remove(name);
            assert_eq!(fault(&without), Some(Fault::Malformed), "without {name}");
            for value in [json!(true), json!(-1), json!(1.5), json!({"a": 1}), json!("a\nTLS.time:9")] {
                let mut other = whole.clone();
                other[name] = value;
                assert_eq!(fault(&other), Some(Fault::Malformed), "{other}");
            }
        }
    }
    let mut old = version_1();
    old["TLS.time"] = json!("2014-09-24T02:38:24-08:00");
    assert_eq!(fault(&old), Some(Fault::Malformed));
    let mut large = version_1();
    large["TLS.sdk_appid"] = json!("4294967296");
    assert_eq!(fault(&large), Some(Fault::Malformed));
}

#[test]
fn another_version_is_named_and_a_field_that_comes_twice_is_refused() {
    let mut newer = version_2();
    newer["TLS.ver"] = json!("3.0");
    assert_eq!(fault(&newer), Some(Fault::UnsupportedVersion));
    let twice = version_2().to_string().replacen('{', r#"{"TLS.identifier":"v","#, 1);
    assert_eq!(Ticket::open(&wrapped(&twice)).err(), Some(Fault::Malformed));
}

#[test]
fn a_zip_bomb_is_malformed() {
    let mut large = version_2();
    large["more"] = json!(" ".repeat(JSON_CAP));
    assert_eq!(fault(&large), Some(Fault::Malformed));
}

#[test]
fn the_diagnosis_names_what_happened_to_the_text() {
    let whole = vector_ticket("tls_v1_verify", "v1-php-p256");
    let clean = Diagnosis { version: Some(Version::One), ..Diagnosis::default() };
    assert_eq!(diagnose(&whole), clean);
    assert_eq!(diagnose(&vector_ticket("tls_v2_usersig", "v2-node-usersig")).version, Some(Version::Two));

    let standard = vector_ticket("tls_v1_verify", "v1-webrtcsigapi-node-stdb64");
    assert_eq!(diagnose(&standard), Diagnosis { standard_base64: true, ..clean });
    let mangled = diagnose(&standard.replacen('+', " ", 1));
    assert_eq!((mangled.plus_became_space, mangled.version), (standard.contains('+'), Some(Version::One)));

    for end in 8..whole.len() - 12 {
        assert_eq!(diagnose(&whole[..end]), Diagnosis { truncated: true, ..Diagnosis::default() }, "cut at {end}");
    }
    assert_eq!(diagnose("bm90IHpsaWI_"), Diagnosis::default());
}

#[test]
fn a_plus_that_became_a_space_is_seen() {
    let key = TicketKey::Hmac(HmacKey::new(&Secret::from("secret")).unwrap());
    let with_plus =
        (0..).map(|now| user_sig(&key, 1, "u", now, 1).unwrap()).find(|text| text.trim_end_matches('*').contains('*'));
    let mangled = with_plus.unwrap().replace('*', " ");
    assert_eq!(Ticket::open(&mangled).err(), Some(Fault::Malformed));
    let diagnosis = diagnose(&mangled);
    assert!(diagnosis.plus_became_space && diagnosis.standard_base64 && diagnosis.version == Some(Version::Two));
}

proptest! {
    #[test]
    fn any_text_is_opened_or_refused_without_a_panic(text in any::<String>(), json in "\\PC{0,80}") {
        let _ = (Ticket::open(&text).err(), diagnose(&text), Ticket::open(&wrapped(&json)).err());
    }

    #[test]
    fn any_cut_of_a_ticket_is_refused(end in 0_usize..300) {
        let whole = vector_ticket("tls_v1_verify", "v1-php-p256");
        prop_assume!(end + 12 < whole.len());
        prop_assert_eq!(Ticket::open(&whole[..end]).err(), Some(Fault::Malformed));
    }
}
