use super::*;
use crate::clock::signing_nonces;
use crate::secret::Secret;
use crate::vendor::trtc::keys::{EcdsaKey, HmacKey};
use crate::vendor::trtc::tests::{Numbers, json_of, number, pem, room, text, ticket_key, vectors};
use crate::vendor::trtc::userbuf::Userbuf;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;

fn document(ticket: &str) -> Value {
    serde_json::from_str(&json_of(ticket)).unwrap()
}

#[test]
fn every_version_2_vector_is_written_field_by_field() {
    let vectors = vectors("tls_v2_private_map_key");
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        let userbuf = &vector["userbuf"];
        let privileges = Privileges::from_bits(number(userbuf, "privilege_map") as u32).unwrap();
        let ours = private_map_key(
            &ticket_key(&vector),
            number(&vector, "sdkappid") as u32,
            text(&vector, "userid"),
            &room(userbuf),
            privileges,
            number(&vector, "time"),
            number(&vector, "expire") as u32,
        )
        .unwrap();
        let theirs: Value = serde_json::from_str(text(&vector, "json_text")).unwrap();
        assert_eq!(document(&ours), theirs, "{}", vector["id"]);
        assert_eq!(document(&ours)["TLS.userbuf"], vector["userbuf_base64"]);
        assert_eq!(document(&ours)["TLS.sig"], vector["hmac_base64"]);
    }
}

#[test]
fn every_version_1_vector_has_the_userbuf_that_we_write() {
    let vectors = vectors("tls_v1_private_map_key_verify");
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        let userbuf = &vector["userbuf"];
        let key = ticket_key(&vector);
        let ours = private_map_key(
            &key,
            number(&vector, "sdkappid") as u32,
            text(&vector, "userid"),
            &room(userbuf),
            Privileges::from_bits(number(userbuf, "privilege_map") as u32).unwrap(),
            number(&vector, "issued_at"),
            number(&vector, "expire_after") as u32,
        )
        .unwrap();
        let (ours, theirs) = (document(&ours), serde_json::from_str::<Value>(text(&vector, "json_text")).unwrap());
        for (name, value) in theirs.as_object().unwrap() {
            if !["TLS.sig", "TLS.version"].contains(&name.as_str()) {
                assert_eq!(&ours[name], value, "{name} of {}", vector["id"]);
            }
        }
        let bytes = STANDARD.decode(ours["TLS.userbuf"].as_str().unwrap()).unwrap();
        assert_eq!(hex::encode(bytes), text(&vector, "userbuf_hex"));
        let TicketKey::Ecdsa(key) = key else { panic!("a version 1 vector has an ECDSA key") };
        let signature = STANDARD.decode(ours["TLS.sig"].as_str().unwrap()).unwrap();
        assert!(key.public().verifies(text(&vector, "signed_text").as_bytes(), &signature));
    }
}

#[test]
fn a_thousand_hmac_tickets_equal_an_independent_implementation() {
    let mut numbers = Numbers(4);
    for case in 0..1_000 {
        let (secret, user_id) = (hex::encode(numbers.bytes()), numbers.user_id());
        let (app, now, life) = (numbers.next() as u32, (numbers.next() >> 33) as i64, numbers.next() as u32 >> 2);
        let room = if case % 2 == 0 { Room::Number(numbers.next() as u32 | 1) } else { Room::Text(numbers.user_id()) };
        let privileges = Privileges::from_bits(1 + numbers.below(255) as u32).unwrap();
        let expires = (now as u64 + u64::from(life)) as u32;
        let mut bytes = vec![u8::from(case % 2 == 1), 0, user_id.len() as u8];
        bytes.extend(user_id.bytes());
        let number = if let Room::Number(number) = room { number } else { 0 };
        bytes.extend([app, number, expires, privileges.bits(), 0].iter().flat_map(|word| word.to_be_bytes()));
        if let Room::Text(name) = &room {
            bytes.extend([0, name.len() as u8]);
            bytes.extend(name.bytes());
        }
        let userbuf = STANDARD.encode(&bytes);
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("TLS.identifier:{user_id}\nTLS.sdkappid:{app}\nTLS.time:{now}\n").as_bytes());
        mac.update(format!("TLS.expire:{life}\nTLS.userbuf:{userbuf}\n").as_bytes());
        let key = TicketKey::Hmac(HmacKey::new(&Secret::from(secret.as_str())).unwrap());
        let document = document(&private_map_key(&key, app, &user_id, &room, privileges, now, life).unwrap());
        assert_eq!(document["TLS.userbuf"], userbuf.as_str());
        assert_eq!(document["TLS.sig"], STANDARD.encode(mac.finalize().into_bytes()));
        assert_eq!(Userbuf::parse(&bytes).map(|userbuf| userbuf.room), Some(room));
    }
}

#[test]
fn what_cannot_be_written_is_refused_by_a_stable_word() {
    let key = TicketKey::Ecdsa(EcdsaKey::from_pem(pem("p256", "pkcs8"), signing_nonces()).unwrap());
    let code = |user_id: &str, room: Room| {
        private_map_key(&key, 1, user_id, &room, Privileges::VIEWER, 1, 1).map(|_| "written").unwrap_or_else(SignError::code)
    };
    assert_eq!(code("u", Room::Number(1)), "written");
    assert_eq!(code("u", Room::Text("class".to_owned())), "written");
    assert_eq!(code("u", Room::Number(0)), "room_unfit");
    assert_eq!(code("u", Room::Text(String::new())), "room_unfit");
    assert_eq!(code("", Room::Number(1)), "user_id_unfit");
    assert_eq!(code("a\nb", Room::Number(1)), "user_id_unfit");
    assert_eq!(code(&"u".repeat(65_536), Room::Number(1)), "user_id_unfit");
}
