use super::*;
use crate::clock::signing_nonces;
use crate::vendor::trtc::tests::pem;

fn signature(key: &EcdsaKey, message: &[u8]) -> Vec<u8> {
    let mut der = Vec::new();
    assert!(key.sign(message, |signature| der.extend_from_slice(signature)));
    der
}

#[test]
fn every_pem_form_of_every_key_is_read_and_signs_for_its_public_key() {
    for (name, curve) in [("p256", Curve::Prime256v1), ("p256other", Curve::Prime256v1), ("k256", Curve::Secp256k1)] {
        let public = EcdsaPublicKey::from_pem(pem(name, "pub")).unwrap();
        assert_eq!(public.curve(), curve);
        for form in ["pkcs8", "sec1", "sec1params"] {
            let plain = pem(name, form);
            let mangled =
                [plain.to_owned(), plain.replace('\n', "\r\n"), plain.replace('\n', "\\n"), plain.trim_end().to_owned()];
            for text in mangled {
                let key = EcdsaKey::from_pem(&text, signing_nonces()).unwrap();
                assert_eq!(key.belongs_to(&public), Ok(()));
                assert!(public.verifies(b"text", &signature(&key, b"text")));
                assert!(!public.verifies(b"texu", &signature(&key, b"text")));
            }
        }
    }
}

#[test]
fn keys_of_two_pairs_are_told_apart() {
    let key = EcdsaKey::from_pem(pem("p256", "pkcs8"), signing_nonces()).unwrap();
    for other in ["p256other", "k256"] {
        let other = EcdsaPublicKey::from_pem(pem(other, "pub")).unwrap();
        assert_eq!(key.belongs_to(&other), Err(KeyError::DoNotMatch));
        assert!(!other.verifies(b"text", &signature(&key, b"text")));
    }
}

#[test]
fn a_high_s_is_accepted_on_both_curves() {
    for name in ["p256", "k256"] {
        let key = EcdsaKey::from_pem(pem(name, "pkcs8"), signing_nonces()).unwrap();
        let der = signature(&key, b"text");
        let other_half = if name == "p256" {
            let low = p256::ecdsa::Signature::from_der(&der).unwrap();
            p256::ecdsa::Signature::from_scalars(low.r(), -low.s()).unwrap().to_der().to_bytes()
        } else {
            let low = k256::ecdsa::Signature::from_der(&der).unwrap();
            k256::ecdsa::Signature::from_scalars(low.r(), -low.s()).unwrap().to_der().to_bytes()
        };
        assert_ne!(der.as_slice(), &other_half[..]);
        assert!(key.public().verifies(b"text", &other_half));
    }
}

#[test]
fn what_cannot_be_read_says_why_by_a_stable_word() {
    let private = pem("p256", "pkcs8");
    let code = |text: &str| EcdsaKey::from_pem(text, signing_nonces()).map(|_| "read").unwrap_or_else(KeyError::code);
    assert_eq!(code(""), "key_pem_unreadable");
    assert_eq!(code(pem("p256", "pub")), "key_pem_unreadable");
    assert_eq!(code(&private[..100]), "key_pem_unreadable");
    assert_eq!(code(&private.replace("MIGH", "MIG!")), "key_pem_unreadable");
    assert_eq!(code(&private.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")), "key_encrypted");
    assert_eq!(code(&private.replace("PRIVATE KEY", "RSA PRIVATE KEY")), "key_curve_unsupported");
    let proc_type = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAEC\n-----END EC PRIVATE KEY-----";
    assert_eq!(code(proc_type), "key_encrypted");
    // prime256v1 written as prime239v1 in the DER: an EC key on another curve.
    let other_curve = private.replace("CCqGSM49AwEHBG0w", "CCqGSM49AwEEBG0w");
    assert_ne!(other_curve, private);
    assert_eq!(code(&other_curve), "key_curve_unsupported");
    assert_eq!(EcdsaPublicKey::from_pem(private).map_err(KeyError::code).unwrap_err(), "key_pem_unreadable");
    assert_eq!(HmacKey::new(&Secret::from(" \n")).map_err(KeyError::code).unwrap_err(), "key_empty");
}

#[test]
fn a_sec1_key_without_a_named_curve_takes_it_from_the_parameters_block_or_its_public_half() {
    for name in ["p256", "k256"] {
        let whole = blocks(pem(name, "sec1")).remove(0).der;
        // SEQUENCE { 1, OCTET STRING } alone: version and scalar, 37 bytes behind a new header.
        let bare: Vec<u8> = [0x30, 37].into_iter().chain(whole[2..39].iter().copied()).collect();
        use base64::Engine as _;
        let body = base64::engine::general_purpose::STANDARD.encode(bare);
        let parameters = pem(name, "sec1params").split_once("-----BEGIN EC PRIVATE").unwrap().0;
        let text = format!("{parameters}-----BEGIN EC PRIVATE KEY-----\n{body}\n-----END EC PRIVATE KEY-----");
        let public = EcdsaPublicKey::from_pem(pem(name, "pub")).unwrap();
        assert_eq!(EcdsaKey::from_pem(&text, signing_nonces()).unwrap().belongs_to(&public), Ok(()));
    }
}

#[test]
fn no_key_prints_itself() {
    let key = TicketKey::Ecdsa(EcdsaKey::from_pem(pem("p256", "sec1"), signing_nonces()).unwrap());
    assert_eq!(format!("{key:?}"), "Ecdsa(EcdsaKey(Prime256v1, …))");
    assert_eq!(key.algorithm(), "ecdsa-sha256");
    let key = TicketKey::Hmac(HmacKey::new(&Secret::from("canary")).unwrap());
    assert_eq!(format!("{key:?}"), "Hmac(HmacKey(…))");
    assert_eq!(key.algorithm(), "hmac-sha256");
}
