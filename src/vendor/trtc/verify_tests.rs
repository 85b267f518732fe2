use super::*;
use crate::clock::signing_nonces;
use crate::secret::Secret;
use crate::vendor::trtc::alphabet;
use crate::vendor::trtc::keys::{EcdsaKey, TicketKey};
use crate::vendor::trtc::private_map_key::private_map_key;
use crate::vendor::trtc::tests::{Numbers, json_of, number, pem, room, text, vectors};
use crate::vendor::trtc::user_sig::user_sig;
use crate::vendor::trtc::userbuf::Privileges;
use crate::vendor::zlib;
use serde_json::Value;

const APP: u32 = 1_400_087_915;
const NOW: i64 = 1_569_292_704;

fn hmac_key() -> HmacKey {
    HmacKey::new(&Secret::from("8f0c3a7d5b1e4962a0d8f7c6b5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2")).unwrap()
}

fn public(name: &str) -> EcdsaPublicKey {
    EcdsaPublicKey::from_pem(pem(name, "pub")).unwrap()
}

fn private(name: &str) -> TicketKey {
    TicketKey::Ecdsa(EcdsaKey::from_pem(pem(name, "pkcs8"), signing_nonces()).unwrap())
}

/// Judges a vector's ticket with the vector's key and expectations at one moment; "valid" or the code.
fn verdict(vector: &Value, kind: Option<Kind>, now_seconds: i64) -> &'static str {
    let hmac = vector["secret_key"].as_str().map(|secret| HmacKey::new(&Secret::from(secret)).unwrap());
    let ecdsa = vector["key"].as_str().map(public);
    let (hmac, ecdsa) = (hmac.as_ref(), ecdsa.as_ref());
    let room = vector.get("userbuf").map(room);
    let expected = Expectations {
        kind,
        user_id: Some(text(vector, "userid")),
        sdk_app_id: Some(number(vector, "sdkappid") as u32),
        room: room.as_ref(),
        hmac: hmac.as_slice(),
        ecdsa: ecdsa.as_slice(),
        now_seconds,
    };
    verify(text(vector, "ticket"), &expected).map(|_| "valid").unwrap_or_else(Fault::code)
}

#[test]
fn every_ticket_of_every_official_port_is_judged_as_documented() {
    let kinds = [
        ("tls_v1_verify", 14, Kind::UserSig),
        ("tls_v1_private_map_key_verify", 6, Kind::PrivateMapKey),
        ("tls_v2_usersig", 6, Kind::UserSig),
        ("tls_v2_private_map_key", 6, Kind::PrivateMapKey),
    ];
    for (name, count, kind) in kinds {
        let vectors = vectors(name);
        assert_eq!(vectors.len(), count);
        for vector in vectors {
            for expect in vector["expect"].as_array().unwrap() {
                let verdict = verdict(&vector, Some(kind), number(expect, "now"));
                assert_eq!(verdict, text(expect, "result"), "{} at {}", vector["id"], expect["now"]);
            }
            let ticket = Ticket::open(text(&vector, "ticket")).ok().unwrap();
            assert_eq!(ticket.text, text(&vector, "signed_text").as_bytes(), "{}", vector["id"]);
            assert_eq!(json_of(text(&vector, "ticket")), text(&vector, "json_text"), "{}", vector["id"]);
        }
    }
}

#[test]
fn every_bad_ticket_gets_its_documented_fault() {
    for (name, count) in [("tls_v1_reject", 9), ("tls_v2_reject", 6)] {
        let vectors = vectors(name);
        assert_eq!(vectors.len(), count);
        for vector in vectors {
            assert_eq!(verdict(&vector, None, number(&vector, "now")), text(&vector, "expect"), "{}", vector["id"]);
        }
    }
}

#[test]
fn one_kind_of_ticket_does_not_pass_for_the_other() {
    let room = Room::Number(7);
    let (hmac, k256) = (hmac_key(), public("k256"));
    for key in [TicketKey::Hmac(hmac_key()), private("k256")] {
        let user_sig = user_sig(&key, APP, "u", NOW, 60).unwrap();
        let room_key = private_map_key(&key, APP, "u", &room, Privileges::VIEWER, NOW, 60).unwrap();
        let judge = |text: &str, kind| {
            let expected =
                Expectations { kind: Some(kind), hmac: &[&hmac], ecdsa: &[&k256], now_seconds: NOW, ..Default::default() };
            verify(text, &expected).map(|decoded| decoded.kind)
        };
        assert_eq!(judge(&user_sig, Kind::UserSig), Ok(Kind::UserSig));
        assert_eq!(judge(&room_key, Kind::PrivateMapKey), Ok(Kind::PrivateMapKey));
        assert_eq!(judge(&room_key, Kind::UserSig), Err(Fault::WrongKind));
        assert_eq!(judge(&user_sig, Kind::PrivateMapKey), Err(Fault::WrongKind));
    }
}

#[test]
fn a_room_key_opens_its_own_room_only() {
    let (key, hmac) = (TicketKey::Hmac(hmac_key()), hmac_key());
    let text = private_map_key(&key, APP, "u", &Room::Number(12), Privileges::VIEWER, NOW, 60).unwrap();
    let judge = |room: &Room| {
        let expected = Expectations { room: Some(room), hmac: &[&hmac], now_seconds: NOW, ..Default::default() };
        verify(&text, &expected).map(|decoded| decoded.privileges)
    };
    assert_eq!(judge(&Room::Number(12)), Ok(Some(Privileges::VIEWER)));
    assert_eq!(judge(&Room::Number(13)), Err(Fault::RoomMismatch));
    assert_eq!(judge(&Room::Text("12".to_owned())), Err(Fault::RoomMismatch));
}

#[test]
fn in_a_rotation_either_key_verifies_and_without_keys_nothing_does() {
    let (old, new) = (public("p256"), public("p256other"));
    let text = user_sig(&private("p256"), APP, "u", NOW, 60).unwrap();
    let judge = |ecdsa: &[&EcdsaPublicKey], hmac: &[&HmacKey]| {
        verify(&text, &Expectations { ecdsa, hmac, now_seconds: NOW, ..Default::default() }).map(|_| ())
    };
    assert_eq!(judge(&[&new, &old], &[]), Ok(()));
    assert_eq!(judge(&[&new], &[]), Err(Fault::BadSignature));
    assert_eq!(judge(&[], &[&hmac_key()]), Err(Fault::UnsupportedVersion));
    assert_eq!(judge(&[], &[]), Err(Fault::KeyUnknown));
}

#[test]
fn a_rightly_signed_userbuf_of_another_user_or_application_or_of_no_known_form_is_refused() {
    let hmac = hmac_key();
    let forged = |userbuf: &[u8]| {
        use base64::Engine as _;
        let userbuf = base64::engine::general_purpose::STANDARD.encode(userbuf);
        let text = format!("TLS.identifier:u\nTLS.sdkappid:{APP}\nTLS.time:{NOW}\nTLS.expire:60\nTLS.userbuf:{userbuf}\n");
        let sig = base64::engine::general_purpose::STANDARD.encode(ring::hmac::sign(&hmac_key().0, text.as_bytes()));
        let json = serde_json::json!({"TLS.ver": "2.0", "TLS.identifier": "u", "TLS.sdkappid": APP, "TLS.time": NOW,
            "TLS.expire": 60, "TLS.userbuf": userbuf, "TLS.sig": sig});
        let ticket = alphabet::encode(&zlib::deflate(json.to_string().as_bytes(), &[]));
        let expected = Expectations { hmac: &[&hmac], now_seconds: NOW, ..Default::default() };
        verify(&ticket, &expected).map(|_| ())
    };
    let layout = |account: &str, app: u32, expires: i64| {
        crate::vendor::trtc::userbuf::layout(account, app, &Room::Number(1), expires as u32, Privileges::HOST, 0).unwrap()
    };
    assert_eq!(forged(&layout("u", APP, NOW + 60)), Ok(()));
    assert_eq!(forged(&layout("v", APP, NOW + 60)), Err(Fault::IdentifierMismatch));
    assert_eq!(forged(&layout("u", APP + 1, NOW + 60)), Err(Fault::SdkappidMismatch));
    assert_eq!(forged(&layout("u", APP, NOW - 1)), Err(Fault::Expired));
    assert_eq!(forged(b"abc"), Err(Fault::Malformed));
}

#[test]
fn a_room_key_outlives_the_wrap_of_its_32_bit_end() {
    let (key, hmac) = (TicketKey::Hmac(hmac_key()), hmac_key());
    let now = i64::from(u32::MAX) - 10;
    let text = private_map_key(&key, APP, "u", &Room::Number(1), Privileges::HOST, now, 60).unwrap();
    let judge = |now_seconds| verify(&text, &Expectations { hmac: &[&hmac], now_seconds, ..Default::default() }).err();
    assert_eq!((judge(now + 60), judge(now + 61)), (None, Some(Fault::Expired)));
}

/// Every value of these fields is signed, or is the signature.
const SIGNED: [&str; 10] = [
    "TLS.account_type",
    "TLS.identifier",
    "TLS.appid_at_3rd",
    "TLS.sdk_appid",
    "TLS.sdkappid",
    "TLS.expire_after",
    "TLS.expire",
    "TLS.time",
    "TLS.userbuf",
    "TLS.sig",
];

/// Where in the JSON the signed values stand, without their quotes.
fn signed_bytes(json: &str) -> Vec<usize> {
    let place = |name: &&str| {
        let start = json.find(&format!("\"{name}\":"))? + name.len() + 3;
        let end = start + json[start..].find([',', '}'])?;
        Some((start..end).filter(|&at| json.as_bytes()[at] != b'"'))
    };
    SIGNED.iter().filter_map(place).flatten().collect()
}

/// Flips single bits at random places of the signed values and the signature; gives how many were accepted.
fn accepted_flips(key: &TicketKey, flips: usize, seed: u64) -> usize {
    let (hmac, p256, k256) = (hmac_key(), public("p256"), public("k256"));
    let expected = Expectations { hmac: &[&hmac], ecdsa: &[&p256, &k256], now_seconds: NOW, ..Default::default() };
    let tickets = [
        user_sig(key, APP, "user_0a1b2c3d_4e5f", NOW, 86_400).unwrap(),
        private_map_key(key, APP, "xiaoming", &Room::Number(12_345), Privileges::HOST, NOW, 300).unwrap(),
        private_map_key(key, APP, "webrtc98", &Room::Text("class-2019".to_owned()), Privileges::VIEWER, NOW, 300).unwrap(),
    ];
    let mut numbers = Numbers(seed);
    let judged = tickets.iter().cycle().take(flips).filter(|ticket| {
        let mut json = json_of(ticket).into_bytes();
        let places = signed_bytes(std::str::from_utf8(&json).unwrap());
        let place = places[numbers.below(places.len())];
        json[place] ^= 1 << numbers.below(8);
        verify(&alphabet::encode(&zlib::deflate(&json, &[])), &expected).is_ok()
    });
    let accepted = judged.count();
    assert!(tickets.iter().all(|ticket| verify(ticket, &expected).is_ok()), "unchanged they are accepted");
    accepted
}

#[test]
fn of_8000_one_bit_changes_to_hmac_tickets_none_is_accepted() {
    assert_eq!(accepted_flips(&TicketKey::Hmac(hmac_key()), 8_000, 5), 0);
}

#[test]
fn of_1000_one_bit_changes_to_p256_tickets_none_is_accepted() {
    assert_eq!(accepted_flips(&private("p256"), 1_000, 6), 0);
}

#[test]
fn of_1000_one_bit_changes_to_k256_tickets_none_is_accepted() {
    assert_eq!(accepted_flips(&private("k256"), 1_000, 7), 0);
}

#[test]
fn every_fault_has_its_own_word_and_sentence() {
    use Fault::*;
    let all = [
        Malformed,
        UnsupportedVersion,
        WrongKind,
        IdentifierMismatch,
        SdkappidMismatch,
        KeyUnknown,
        BadSignature,
        Expired,
        RoomMismatch,
    ];
    let different = |of: fn(&Fault) -> String| all.iter().map(of).collect::<std::collections::HashSet<_>>().len();
    assert_eq!((different(|fault| fault.code().to_owned()), different(Fault::to_string)), (all.len(), all.len()));
}
