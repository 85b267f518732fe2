use super::*;
use crate::clock::signing_nonces;
use crate::secret::Secret;
use crate::vendor::trtc::keys::{EcdsaKey, HmacKey};
use crate::vendor::trtc::tests::{Numbers, json_of, number, pem, text, ticket_key, vectors};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::signature::Verifier;
use p256::pkcs8::{DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use serde_json::Value;

fn document(ticket: &str) -> Value {
    serde_json::from_str(&json_of(ticket)).unwrap()
}

/// The text of vendor page section 1.1, put together anew.
fn version_1_text(document: &Value) -> String {
    ["appid_at_3rd", "account_type", "identifier", "sdk_appid", "time", "expire_after"]
        .iter()
        .map(|name| format!("TLS.{name}:{}\n", document[format!("TLS.{name}")].as_str().unwrap()))
        .collect()
}

#[test]
fn every_version_2_vector_is_written_field_by_field() {
    let vectors = vectors("tls_v2_usersig");
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        let ours = user_sig(
            &ticket_key(&vector),
            number(&vector, "sdkappid") as u32,
            text(&vector, "userid"),
            number(&vector, "time"),
            number(&vector, "expire") as u32,
        )
        .unwrap();
        let theirs: Value = serde_json::from_str(text(&vector, "json_text")).unwrap();
        assert_eq!(document(&ours), theirs, "{}", vector["id"]);
        assert_eq!(document(&ours)["TLS.sig"], vector["hmac_base64"]);
        if vector["id"] == "v2-node-usersig" {
            assert_eq!(json_of(&ours), text(&vector, "json_text"), "the order of the Node port");
            assert!(ours.len() <= 210, "{} characters", ours.len());
        }
    }
}

#[test]
fn a_version_1_document_has_the_recommended_fields_in_order() {
    let key = EcdsaKey::from_pem(pem("p256", "pkcs8"), signing_nonces()).unwrap();
    let ticket = user_sig(&TicketKey::Ecdsa(key), 1_400_087_915, "xiaoming", 1_569_292_704, 86_400).unwrap();
    let json = json_of(&ticket);
    let before_signature = concat!(
        r#"{"TLS.account_type":"0","TLS.identifier":"xiaoming","TLS.appid_at_3rd":"0","TLS.sdk_appid":"1400087915","#,
        r#""TLS.expire_after":"86400","TLS.version":"201512300000","TLS.time":"1569292704","TLS.sig":""#
    );
    assert!(json.starts_with(before_signature) && json.ends_with("\"}"), "{json}");
    assert!((290..=400).contains(&ticket.len()), "{} characters", ticket.len());
}

#[test]
fn the_account_type_of_an_old_application_is_written_and_signed() {
    let key = EcdsaKey::from_pem(pem("k256", "sec1"), signing_nonces()).unwrap().with_account_type("12354").unwrap();
    let public = key.public().clone();
    let document = document(&user_sig(&TicketKey::Ecdsa(key), 1, "u", 1, 1).unwrap());
    assert_eq!(document["TLS.account_type"], "12354");
    let signature = STANDARD.decode(document["TLS.sig"].as_str().unwrap()).unwrap();
    assert!(public.verifies(version_1_text(&document).as_bytes(), &signature));
    let key = EcdsaKey::from_pem(pem("k256", "sec1"), signing_nonces()).unwrap();
    assert_eq!(key.with_account_type("0\nTLS.identifier:x").unwrap_err().code(), "account_type_unfit");
}

#[test]
fn a_user_id_cannot_bring_in_fields_of_its_own() {
    for (key, field) in [
        (TicketKey::Hmac(HmacKey::new(&Secret::from("secret")).unwrap()), "TLS.sdkappid"),
        (TicketKey::Ecdsa(EcdsaKey::from_pem(pem("p256", "pkcs8"), signing_nonces()).unwrap()), "TLS.sdk_appid"),
    ] {
        let hostile = format!(r#"x","{field}":"7","a":"\"#);
        let document = document(&user_sig(&key, 1, &hostile, 1, 1).unwrap());
        assert_eq!(document["TLS.identifier"], hostile.as_str());
        assert!(document[field] == 1 || document[field] == "1");
        for unfit in ["", "x\nTLS.sdkappid:7", "x\0"] {
            assert_eq!(user_sig(&key, 1, unfit, 1, 1).map_err(SignError::code), Err("user_id_unfit"));
        }
    }
}

#[test]
fn a_thousand_hmac_tickets_equal_an_independent_implementation() {
    let mut numbers = Numbers(1);
    for _ in 0..1_000 {
        let (secret, user_id) = (hex::encode(numbers.bytes()), numbers.user_id());
        let (app, now, life) = (numbers.next() as u32, (numbers.next() % (1 << 33)) as i64, numbers.next() as u32);
        let key = TicketKey::Hmac(HmacKey::new(&Secret::from(secret.as_str())).unwrap());
        let text = format!("TLS.identifier:{user_id}\nTLS.sdkappid:{app}\nTLS.time:{now}\nTLS.expire:{life}\n");
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        let expected = serde_json::json!({
            "TLS.ver": "2.0", "TLS.identifier": user_id, "TLS.sdkappid": app, "TLS.time": now, "TLS.expire": life,
            "TLS.sig": STANDARD.encode(mac.finalize().into_bytes()),
        });
        assert_eq!(document(&user_sig(&key, app, &user_id, now, life).unwrap()), expected);
    }
}

/// A thousand random tickets, with a fresh key for every twenty; `accepts` takes the public PEM, the text and the signature.
fn a_thousand_ecdsa_tickets(seed: u64, pems: impl Fn(&[u8]) -> (String, String), accepts: impl Fn(&str, &str, &[u8]) -> bool) {
    let mut numbers = Numbers(seed);
    for _ in 0..50 {
        let (private, public) = pems(&numbers.bytes());
        let key = TicketKey::Ecdsa(EcdsaKey::from_pem(&private, signing_nonces()).unwrap());
        for _ in 0..20 {
            let (user_id, app) = (numbers.user_id(), numbers.next() as u32);
            let (now, life) = ((numbers.next() % (1 << 33)) as i64, numbers.next() as u32);
            let document = document(&user_sig(&key, app, &user_id, now, life).unwrap());
            let text = format!(
                "TLS.appid_at_3rd:0\nTLS.account_type:0\nTLS.identifier:{user_id}\nTLS.sdk_appid:{app}\n\
                 TLS.time:{now}\nTLS.expire_after:{life}\n"
            );
            assert_eq!(version_1_text(&document), text);
            let signature = STANDARD.decode(document["TLS.sig"].as_str().unwrap()).unwrap();
            assert!(accepts(&public, &text, &signature));
        }
    }
}

#[test]
fn a_thousand_p256_tickets_of_ring_are_accepted_by_p256() {
    let pems = |scalar: &[u8]| {
        let secret = p256::SecretKey::from_slice(scalar).unwrap();
        let public = secret.public_key().to_public_key_pem(Default::default()).unwrap();
        (secret.to_pkcs8_pem(Default::default()).unwrap().to_string(), public)
    };
    a_thousand_ecdsa_tickets(2, pems, |public, text, der| {
        let key = p256::ecdsa::VerifyingKey::from_public_key_pem(public).unwrap();
        key.verify(text.as_bytes(), &p256::ecdsa::Signature::from_der(der).unwrap()).is_ok()
    });
}

#[test]
fn a_thousand_k256_tickets_satisfy_the_equation_of_ecdsa() {
    use k256::elliptic_curve::{PrimeField, point::AffineCoordinates};
    use sha2::Digest;
    let pems = |scalar: &[u8]| {
        let secret = k256::SecretKey::from_slice(scalar).unwrap();
        let public = secret.public_key().to_public_key_pem(Default::default()).unwrap();
        (secret.to_sec1_pem(Default::default()).unwrap().to_string(), public)
    };
    // SEC 1 section 4.1.4 by hand: x of (e/s)G + (r/s)Q is r.
    a_thousand_ecdsa_tickets(3, pems, |public, text, der| {
        let point = k256::PublicKey::from_public_key_pem(public).unwrap().to_projective();
        let (r, s) = k256::ecdsa::Signature::from_der(der).unwrap().split_scalars();
        let digest: [u8; 32] = sha2::Sha256::digest(text.as_bytes()).into();
        // A digest above the order would need a reduction; its chance is 2^-128.
        let e = k256::Scalar::from_repr(digest.into()).unwrap();
        let inverse = s.invert().unwrap();
        let sum = k256::ProjectivePoint::GENERATOR * (e * inverse) + point * (*r * inverse);
        sum.to_affine().x() == r.to_repr()
    });
}
