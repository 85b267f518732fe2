//! Rotation of keys that have two halves: Tencent's ECDSA keys, hashed operator keys, JWT public keys and key sets, and the keys
//! of Tencent's cloud API.

use super::{BEGIN, END, MOMENTS, go, said, start, turn};
use crate::harness::{INSPECT, Kaibo};
use crate::vectors;
use axum::Router;
use axum::http::HeaderMap;
use axum::routing::{any, get};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kaibo::config::TencentApi;
use kaibo::http::routes::{ROUTES, Who};
use kaibo::vendor::trtc::keys::EcdsaPublicKey;
use kaibo::vendor::trtc::verify::{Expectations, verify};
use p256::pkcs8::EncodePublicKey;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A key of the vectors as PEM: `pkcs8`, `sec1` or `pub`.
fn pem(name: &str, form: &str) -> String {
    vectors::load("tencent")["keys"][name][form].as_str().unwrap().to_owned()
}

#[tokio::test]
pub(super) async fn an_old_applications_pem_key_signs_in_its_time_and_verifies_in_its_time() {
    for (old, new) in [("p256", "p256other"), ("k256", "p256")] {
        let kaibo = start(|config| {
            config.trtc[0].secret_key = None;
            config.trtc[0].private_key = turn(&pem(old, "pkcs8"), &pem(new, "pkcs8"));
        })
        .await;
        let session = kaibo.session("user_1");
        crate::issued::open_rooms(&kaibo, &session).await;
        let mut made = Vec::new();
        for (moment, old_counts, new_counts) in MOMENTS {
            let now = go(&kaibo, moment);
            let signer = if new_counts { new } else { old };
            let user_sig = kaibo.post("/v1/trtc/user-sig", Some(&session), json!({})).await.expect(200).json();
            assert_eq!(user_sig["algorithm"], "ecdsa-sha256");
            let ask = json!({ "room_id": 77, "role": "viewer" });
            let room_key = kaibo.post("/v1/trtc/private-map-key", Some(&session), ask).await.expect(200).json();
            for text in [&user_sig["user_sig"], &room_key["private_map_key"]] {
                let text = text.as_str().unwrap();
                for name in [old, new] {
                    let public = EcdsaPublicKey::from_pem(&pem(name, "pub")).unwrap();
                    let expected = Expectations { ecdsa: &[&public], now_seconds: now, ..Expectations::default() };
                    assert_eq!(verify(text, &expected).is_ok(), name == signer, "{name} at {moment:?}");
                }
                made.push((signer, text.to_owned()));
            }
            // What was made before is judged by the keys of now; the inspector shows it.
            for (name, text) in &made {
                let report = kaibo.post("/v1/inspect", Some(INSPECT), json!({ "text": text })).await.expect(200).json();
                let counts = if *name == old { old_counts } else { new_counts };
                assert_eq!(report["valid"], counts, "{name} at {moment:?}: {report}");
                assert!(counts || report["faults"][0]["code"] == "bad_signature", "{report}");
            }
        }
    }
}

#[tokio::test]
pub(super) async fn a_public_key_outlives_its_private_half_until_its_own_end() {
    let kaibo = start(|config| {
        config.trtc[0].secret_key = None;
        config.trtc[0].private_key = super::old_only(&pem("p256", "sec1"));
        config.trtc[0].public_key = turn(&pem("p256", "pub"), &pem("p256other", "pub"));
    })
    .await;
    let session = kaibo.session("user_1");
    let sig = kaibo.post("/v1/trtc/user-sig", Some(&session), json!({})).await.expect(200).json()["user_sig"].clone();
    for (moment, old_counts, _) in MOMENTS {
        go(&kaibo, moment);
        let report = kaibo.post("/v1/inspect", Some(INSPECT), json!({ "text": sig })).await.expect(200).json();
        assert_eq!(report["valid"], old_counts, "{moment:?}: {report}");
    }
}

#[tokio::test]
pub(super) async fn a_hashed_operator_key_counts_in_its_time_and_then_nowhere() {
    let (old, new) = ("old-operator-key-02", "new-operator-key-02");
    let hash = |key: &str| hex::encode(ring::digest::digest(&ring::digest::SHA256, key.as_bytes()));
    let kaibo = start(|config| {
        config.access.operators[0].key = None;
        config.access.operators[0].key_sha256 = turn(&hash(old), &hash(new));
    })
    .await;
    let operator = |route: &&kaibo::http::routes::Route| !matches!(route.who, Who::Anyone | Who::RtcRoom | Who::Vendor);
    for (moment, old_counts, new_counts) in MOMENTS {
        go(&kaibo, moment);
        for (key, counts) in [(old, old_counts), (new, new_counts)] {
            for route in ROUTES.iter().filter(operator) {
                let answer = kaibo.request(route.method, &crate::contract::concrete(route.path)).bearer(Some(key)).send().await;
                let refused = answer.status == 401 && answer.code() == "key_invalid";
                assert!(refused != counts && answer.status < 500, "{} at {moment:?}: {}", route.path, answer.status);
            }
        }
    }
}

/// A key of an issuer, and its JWTs.
struct Issuer(EcdsaKeyPair);

impl Issuer {
    fn new() -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap())
    }

    fn pem(&self) -> String {
        let public = p256::PublicKey::from_sec1_bytes(self.0.public_key().as_ref()).unwrap();
        public.to_public_key_pem(Default::default()).unwrap()
    }

    fn jwk(&self, kid: &str) -> Value {
        let point = self.0.public_key().as_ref();
        let part = |from: usize| URL_SAFE_NO_PAD.encode(&point[from..from + 32]);
        json!({ "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": part(1), "y": part(33) })
    }

    fn jwt(&self, kid: &str) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({ "iss": "https://id.example.com", "aud": "kaibo", "sub": "user_1", "exp": END.seconds() + 9000 });
        let text = format!("{}.{}", part(json!({ "alg": "ES256", "kid": kid })), part(claims));
        let tag = self.0.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag))
    }
}

async fn by_jwt(kaibo: &Kaibo, jwt: &str) -> String {
    said(&kaibo.post("/v1/trtc/user-sig", Some(jwt), json!({})).await)
}

#[tokio::test]
pub(super) async fn the_host_apps_public_key_counts_in_its_time() {
    let (old, new) = (Issuer::new(), Issuer::new());
    let kaibo = start(|config| {
        let issuer = &mut config.access.issuers[0];
        issuer.secret = None;
        issuer.algorithms = vec!["ES256".into()];
        issuer.public_key = turn(&old.pem(), &new.pem());
    })
    .await;
    for (moment, old_counts, new_counts) in MOMENTS {
        go(&kaibo, moment);
        for (issuer, counts) in [(&old, old_counts), (&new, new_counts)] {
            let wanted = if counts { "200" } else { "401 session_invalid" };
            assert_eq!(by_jwt(&kaibo, &issuer.jwt("any")).await, wanted, "{moment:?}");
        }
    }
}

/// An issuer's address: what it tells, and how often it was asked.
async fn key_set() -> (String, Arc<Mutex<(Vec<Value>, usize)>>) {
    let told = Arc::new(Mutex::new((Vec::new(), 0)));
    let state = told.clone();
    let answer = async move || {
        let mut state = state.lock().unwrap();
        state.1 += 1;
        json!({ "keys": state.0 }).to_string()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/keys", get(answer))).await });
    (url, told)
}

/// The issuer publishes the new key beside the old one, signs with it, and takes the old one down: nobody is locked out, and
/// five minutes later at the latest the old one counts no more.
#[tokio::test]
pub(super) async fn an_issuer_that_changes_its_published_keys_locks_nobody_out() {
    let (old, new) = (Issuer::new(), Issuer::new());
    let (url, told) = key_set().await;
    told.lock().unwrap().0 = vec![old.jwk("old")];
    let kaibo = start(|config| {
        let issuer = &mut config.access.issuers[0];
        issuer.secret = None;
        issuer.algorithms = vec!["ES256".into()];
        issuer.jwks_url = Some(url);
    })
    .await;
    let (of_old, of_new) = (old.jwt("old"), new.jwt("new"));
    let asked = || told.lock().unwrap().1;
    let at = |seconds: i64| go(&kaibo, BEGIN.plus_seconds(seconds));

    at(0);
    for _ in 0..20 {
        assert_eq!(by_jwt(&kaibo, &of_old).await, "200");
    }
    assert_eq!(asked(), 1, "the set is kept");
    assert_eq!(by_jwt(&kaibo, &of_new).await, "401 session_invalid");

    told.lock().unwrap().0 = vec![old.jwk("old"), new.jwk("new")];
    at(30);
    // A key id that is not known is looked for, and both count.
    assert_eq!((by_jwt(&kaibo, &of_new).await.as_str(), asked()), ("200", 2));
    assert_eq!((by_jwt(&kaibo, &of_old).await.as_str(), asked()), ("200", 2));

    told.lock().unwrap().0 = vec![new.jwk("new")];
    at(329);
    assert_eq!((by_jwt(&kaibo, &of_old).await.as_str(), asked()), ("200", 2));
    at(330);
    assert_eq!((by_jwt(&kaibo, &of_old).await.as_str(), asked()), ("401 session_invalid", 3));
    assert_eq!((by_jwt(&kaibo, &of_new).await.as_str(), asked()), ("200", 3));

    // Invented key ids make no more than two requests a minute.
    for second in 331..391 {
        at(second);
        assert_eq!(by_jwt(&kaibo, &new.jwt(&format!("invented-{second}"))).await, "401 session_invalid");
    }
    assert_eq!(asked(), 5);
    // A key under another's id is still another key.
    assert_eq!(by_jwt(&kaibo, &old.jwt("new")).await, "401 session_invalid");

    // An issuer that is down changes nothing.
    told.lock().unwrap().0 = vec![json!("nonsense")];
    at(9000);
    assert_eq!(by_jwt(&kaibo, &of_new).await, "200");
}

#[tokio::test]
pub(super) async fn tencents_api_is_asked_with_the_pair_of_the_moment() {
    // A Tencent that notes whose secret id signed.
    let ids = Arc::new(Mutex::new(Vec::<String>::new()));
    let seen = ids.clone();
    let answer = async move |headers: HeaderMap| {
        let signed = headers["authorization"].to_str().unwrap().to_owned();
        let id = signed.split("Credential=").nth(1).unwrap().split('/').next().unwrap().to_owned();
        seen.lock().unwrap().push(id);
        json!({ "Response": { "StreamState": "active", "RequestId": "1" } }).to_string()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(any(answer))).await });
    let kaibo = start(|config| {
        config.tencent_api = Some(TencentApi {
            secret_id: turn("old-id", "new-id"),
            secret_key: turn("old-key", "new-key"),
            region: None,
            api_base: Some(base),
        });
    })
    .await;
    for (moment, _, new_signs) in MOMENTS {
        go(&kaibo, moment);
        assert!(kaibo.app.css_stream_is_live("main", "s").await.unwrap());
        assert_eq!(ids.lock().unwrap().pop().as_deref(), Some(if new_signs { "new-id" } else { "old-id" }), "{moment:?}");
    }
}
