use super::*;
use crate::clock::{ManualClock, SeededRandom};
use crate::config::{Config, StoreConfig};
use crate::store::Store;
use p256::pkcs8::EncodePublicKey;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;
use std::sync::Arc;

const NOW: i64 = 1_800_000_000;

fn with_issuer(issuer: config::Issuer) -> Result<App, crate::app::StartError> {
    let mut config = Config::default();
    config.access.issuers = vec![issuer];
    let memory = StoreConfig { endpoint: "memory".into(), ..StoreConfig::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = runtime.block_on(Store::open(&memory, None)).unwrap();
    let clock = ManualClock::at(UnixMs::from_seconds(NOW));
    App::new(config, store, Arc::new(clock), Arc::new(SeededRandom::new(1)))
}

fn hs256(extra: &str) -> App {
    let text = format!("issuer = 'https://id.example'\nalgorithms = ['HS256']\nsecret = 'shared'\n{extra}");
    with_issuer(toml::from_str(&text).unwrap()).unwrap()
}

fn token(header: Value, claims: Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

fn hmac(key: &'static [u8]) -> impl FnOnce(&[u8]) -> Vec<u8> {
    move |message| ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key), message).as_ref().to_vec()
}

fn verdict(app: &App, text: &str) -> Result<String, &'static str> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(app.verify_jwt(text)).map_err(|fault| fault.code)
}

fn claims(sub: &str, exp: i64) -> Value {
    json!({ "iss": "https://id.example", "sub": sub, "exp": exp })
}

#[test]
fn a_shared_secret_proves_the_subject() {
    let app = hs256("");
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    assert_eq!(verdict(&app, &token(header.clone(), claims("user-1", NOW + 1), hmac(b"shared"))), Ok("user-1".into()));
    assert_eq!(verdict(&app, &token(header.clone(), claims("user-1", NOW), hmac(b"shared"))), Err("session_expired"));
    assert_eq!(verdict(&app, &token(header.clone(), claims("user-1", NOW + 1), hmac(b"other"))), Err("session_invalid"));
    let mapped = verdict(&app, &token(header, claims("auth0|0123456789", NOW + 1), hmac(b"shared"))).unwrap();
    assert_eq!(mapped, user_id::of_subject("https://id.example", "auth0|0123456789"));
}

#[test]
fn what_the_claims_lack_is_refused() {
    let app = hs256("audience = 'kaibo'");
    let ask = |claims: Value| verdict(&app, &token(json!({ "alg": "HS256" }), claims, hmac(b"shared")));
    let iss = "https://id.example";
    assert_eq!(ask(json!({ "iss": iss, "sub": "u", "exp": NOW + 9, "aud": ["x", "kaibo"] })), Ok("u".into()));
    for wrong in [
        json!({ "iss": iss, "sub": "u", "exp": NOW + 9, "aud": "x" }),
        json!({ "iss": iss, "sub": "u", "exp": NOW + 9 }),
        json!({ "iss": iss, "sub": "u", "aud": "kaibo" }),
        json!({ "iss": iss, "sub": "", "exp": NOW + 9, "aud": "kaibo" }),
        json!({ "iss": iss, "exp": NOW + 9, "aud": "kaibo" }),
        json!({ "iss": "https://other.example", "sub": "u", "exp": NOW + 9, "aud": "kaibo" }),
        json!({ "iss": iss, "sub": "u", "exp": NOW + 9, "aud": "kaibo", "nbf": NOW + 61 }),
        json!({ "iss": iss, "sub": "u", "exp": "never", "aud": "kaibo" }),
    ] {
        assert_eq!(ask(wrong.clone()), Err("session_invalid"), "{wrong}");
    }
}

#[test]
fn a_token_cannot_choose_its_algorithm() {
    let key = p256_key();
    let pem = public_pem(&key);
    let text = format!("issuer = 'https://id.example'\nalgorithms = ['ES256']\npublic_key = '''{pem}'''");
    let app = with_issuer(toml::from_str(&text).unwrap()).unwrap();
    let random = ring::rand::SystemRandom::new();
    let good = token(json!({ "alg": "ES256" }), claims("user-1", NOW + 1), |m| key.sign(&random, m).unwrap().as_ref().to_vec());
    assert_eq!(verdict(&app, &good), Ok("user-1".into()));
    // The public key is no secret: it must not work as one.
    let pem: &'static [u8] = Box::leak(pem.into_bytes().into_boxed_slice());
    for (alg, key) in [("HS256", pem), ("none", b"" as &[u8]), ("es256", pem)] {
        assert_eq!(verdict(&app, &token(json!({ "alg": alg }), claims("user-1", NOW + 1), hmac(key))), Err("session_invalid"));
    }
    assert_eq!(verdict(&app, &token(json!({ "alg": "none" }), claims("user-1", NOW + 1), |_| vec![])), Err("session_invalid"));
}

#[test]
fn an_entry_that_cannot_work_stops_the_start_by_name() {
    for (entry, says) in [
        ("algorithms = ['ES256']\nsecret = 'canary'", "algorithms does not fit its key"),
        ("algorithms = ['HS512']\nsecret = 'canary'", "algorithms may hold"),
        ("algorithms = ['RS256']\npublic_key = 'canary'", "public_key: must be a PEM key"),
        ("algorithms = ['HS256']", "needs one of"),
        ("algorithms = []\nsecret = 'canary'", "needs issuer and algorithms"),
    ] {
        let text = format!("issuer = 'https://id.example'\n{entry}");
        let error = with_issuer(toml::from_str(&text).unwrap()).err().unwrap().to_string();
        assert!(error.contains("access.issuers[0]") && error.contains(says) && !error.contains("canary"), "{error}");
    }
}

fn p256_key() -> EcdsaKeyPair {
    let random = ring::rand::SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap()
}

fn public_pem(key: &EcdsaKeyPair) -> String {
    let public = p256::PublicKey::from_sec1_bytes(key.public_key().as_ref()).unwrap();
    public.to_public_key_pem(Default::default()).unwrap()
}

/// Made and signed once by OpenSSL; the private key is gone.
const RSA_SPKI: &str = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2v7sVjlZY0JNt7bygkfL\noXoDOjT1Ste2QJmQRrxvChHwl6VbEj+IBDrEMr2abiclHsWG4pd8mzwCyjSI6vxx\nkz/BBTDBH6ZemY+v/TgkzXQrI6ggYRwoeKFRUPot3VWN6Eadee4aAeU5NPrce0Xo\nWLE/mLQLWeaicor7JXeEREir5r5LO/cA9CuIVSbuPiRQYFBvHr/XlxC6b58PQWBH\nPLXgW5sRTbtfx6JNYsv3uSvUyXG4z/FIL0agTbZbj2+9FeXDu0ot879d6kmT4aIO\nN1bqQ9Z5+bzMgy9urFAFmA+Ti9mtZTryFWbVjDcUnHJZ1PdMew6AlOTGtICqW6od\nhQIDAQAB\n-----END PUBLIC KEY-----";
const RSA_PKCS1: &str = "-----BEGIN RSA PUBLIC KEY-----\nMIIBCgKCAQEA2v7sVjlZY0JNt7bygkfLoXoDOjT1Ste2QJmQRrxvChHwl6VbEj+I\nBDrEMr2abiclHsWG4pd8mzwCyjSI6vxxkz/BBTDBH6ZemY+v/TgkzXQrI6ggYRwo\neKFRUPot3VWN6Eadee4aAeU5NPrce0XoWLE/mLQLWeaicor7JXeEREir5r5LO/cA\n9CuIVSbuPiRQYFBvHr/XlxC6b58PQWBHPLXgW5sRTbtfx6JNYsv3uSvUyXG4z/FI\nL0agTbZbj2+9FeXDu0ot879d6kmT4aION1bqQ9Z5+bzMgy9urFAFmA+Ti9mtZTry\nFWbVjDcUnHJZ1PdMew6AlOTGtICqW6odhQIDAQAB\n-----END RSA PUBLIC KEY-----";
const RSA_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiJ1c2VyLTEiLCJleHAiOjE4MDAwMDAwNjB9.Fn7HRJSWZzjwaXjEzhcRmvcFFznOxSW20ElWGzmaSvxGyBFnSQE1c_YsXfq2FQTJUVD1nB-dOoMjfopb1o9FNqo3GFIke8nb8WvBICHKgWJZk824ltFvPqyQ0I7a2rtUTEoZAiTK3raXT5IFZkR0Yl37FJgQYsCOqWqKMfrWjY29tmg6qCKMYpuYCj0b_Kn2G-dpojkv0rSPk5HKhQyaI-Nwb5CS7MrhuR3FouhTWGgou0Be39-u4ViD1SQGJ8HGGeVB8-EeGuDI0qANc1fZ-FSpgn1vOd9xlr79iWrBlrkotpLY_6WToltK623vR6V3gT6F9DtxI2eJeujsQO_9dg";

#[test]
fn an_rsa_key_is_read_in_both_forms() {
    for pem in [RSA_SPKI, RSA_PKCS1, &RSA_SPKI.replace('\n', "\\n")] {
        let issuer = config::Issuer {
            issuer: "https://id.example".into(),
            algorithms: vec!["RS256".into()],
            public_key: Some(Keys::one(pem.into())),
            ..config::Issuer::default()
        };
        let app = with_issuer(issuer).unwrap();
        assert_eq!(verdict(&app, RSA_TOKEN), Ok("user-1".into()));
        let changed = RSA_TOKEN.replacen(".eyJ", ".eyK", 1);
        assert_eq!(verdict(&app, &changed), Err("session_invalid"));
    }
}

#[tokio::test]
async fn a_key_set_is_fetched_kept_and_looked_at_again_for_a_new_key() {
    let (first, second) = (p256_key(), p256_key());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    let served = Arc::new(std::sync::Mutex::new((json!({ "keys": [jwk("a", &first), rsa_jwk()] }), 0)));
    let state = served.clone();
    let answer = move || {
        let mut state = state.lock().unwrap();
        state.1 += 1;
        let body = state.0.to_string();
        async move { body }
    };
    let server = axum::Router::new().route("/keys", axum::routing::get(answer));
    tokio::spawn(async move { axum::serve(listener, server).await });

    let clock = Arc::new(ManualClock::at(UnixMs::from_seconds(NOW)));
    let mut config = Config::default();
    let entry = format!("issuer = 'https://id.example'\nalgorithms = ['ES256', 'RS256']\njwks_url = '{url}'");
    config.access.issuers = vec![toml::from_str(&entry).unwrap()];
    let memory = StoreConfig { endpoint: "memory".into(), ..StoreConfig::default() };
    let store = Store::open(&memory, None).await.unwrap();
    let app = App::new(config, store, clock.clone(), Arc::new(SeededRandom::new(1))).unwrap();
    let random = ring::rand::SystemRandom::new();
    let signed = |kid: &str, key: &EcdsaKeyPair| {
        token(json!({ "alg": "ES256", "kid": kid }), claims("user-1", NOW + 900), |m| {
            key.sign(&random, m).unwrap().as_ref().to_vec()
        })
    };
    for _ in 0..3 {
        assert_eq!(app.verify_jwt(&signed("a", &first)).await.unwrap(), "user-1");
    }
    assert_eq!(app.verify_jwt(RSA_TOKEN).await.unwrap(), "user-1");
    assert_eq!(served.lock().unwrap().1, 1, "kept");
    // A new key: not looked for within the pause, found after it.
    served.lock().unwrap().0 = json!({ "keys": [jwk("b", &second)] });
    assert_eq!(app.verify_jwt(&signed("b", &second)).await.unwrap_err().code, "session_invalid");
    clock.advance_ms(30_000);
    assert_eq!(app.verify_jwt(&signed("b", &second)).await.unwrap(), "user-1");
    assert_eq!(app.verify_jwt(&signed("b", &first)).await.unwrap_err().code, "session_invalid");
    assert_eq!(served.lock().unwrap().1, 2);
    // An issuer that answers nonsense leaves the keys as they were.
    served.lock().unwrap().0 = json!("down");
    clock.advance_ms(600_000);
    assert_eq!(app.verify_jwt(&signed("b", &second)).await.unwrap(), "user-1");
}

#[test]
fn an_issuer_that_never_answered_is_a_fault_of_the_upstream() {
    let entry = "issuer = 'https://id.example'\nalgorithms = ['ES256']\njwks_url = 'http://127.0.0.1:9/keys'";
    let app = with_issuer(toml::from_str(entry).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let text = token(json!({ "alg": "ES256" }), claims("user-1", NOW + 1), |_| vec![0; 64]);
    assert_eq!(runtime.block_on(app.verify_jwt(&text)).unwrap_err().code, "issuer_unreachable");
}

fn jwk(kid: &str, key: &EcdsaKeyPair) -> Value {
    let point = key.public_key().as_ref();
    let part = |from: usize| URL_SAFE_NO_PAD.encode(&point[from..from + 32]);
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": part(1), "y": part(33) })
}

/// `RSA_SPKI` as its numbers: the modulus is the 256 bytes before the exponent.
fn rsa_jwk() -> Value {
    use base64::engine::general_purpose::STANDARD;
    let body: String = RSA_SPKI.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body).unwrap();
    let end = der.len() - 5;
    json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode(&der[end - 256..end]), "e": "AQAB" })
}
