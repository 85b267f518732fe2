//! Our own proofs of who calls: login sessions and JWTs, made by the `hmac` and `p256` crates.

use super::Noise;
use super::wechat::hmac_sha256;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kaibo::app::App;
use kaibo::app::access::sessions;
use kaibo::clock::{ManualClock, SystemRandom};
use kaibo::config::keys::Keys;
use kaibo::config::{Config, StoreConfig};
use kaibo::live::time::UnixMs;
use kaibo::secret::Secret;
use kaibo::store::Store;
use p256::ecdsa::signature::Signer;
use p256::pkcs8::EncodePublicKey;
use serde_json::json;
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;

pub fn session_agrees(noise: &mut Noise) {
    let (key, user, expires) = (noise.id(), noise.id(), noise.moment());
    let text = format!("ks1.{}", URL_SAFE_NO_PAD.encode(json!({ "u": user, "x": expires }).to_string()));
    let theirs = format!("{text}.{}", URL_SAFE_NO_PAD.encode(hmac_sha256(key.as_bytes(), text.as_bytes())));
    let (keys, now) = (Keys::one(Secret::from(key.as_str())), UnixMs::from_seconds(expires - 1));
    let ours = sessions::issue(Some(&keys), &user, UnixMs::from_seconds(expires), now).unwrap();
    assert_eq!(ours, theirs);
    assert_eq!(sessions::verify(Some(&keys), &theirs, now).unwrap(), user);
}

pub fn session_accepts(noise: &mut Noise) -> bool {
    let (keys, user, expires) = (Keys::one(Secret::from(noise.id().as_str())), noise.id(), noise.moment());
    let now = UnixMs::from_seconds(expires - 1);
    let session = sessions::issue(Some(&keys), &user, UnixMs::from_seconds(expires), now).unwrap();
    noise.flipped_text(&session).is_some_and(|changed| sessions::verify(Some(&keys), &changed, now).is_ok())
}

const NOW: i64 = 1_800_000_000;
const SHARED: &str = "a-shared-secret-of-the-host-app-0123456789";

/// A kaibo that believes one issuer for each algorithm, and the issuer's key for ES256.
struct Believer {
    app: App,
    runtime: Runtime,
    key: p256::ecdsa::SigningKey,
}

static BELIEVER: LazyLock<Believer> = LazyLock::new(|| {
    let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    let pem = key.verifying_key().to_public_key_pem(Default::default()).unwrap();
    let text = format!(
        "[[access.issuers]]\nissuer = 'HS256'\nalgorithms = ['HS256']\nsecret = '{SHARED}'\n\
         [[access.issuers]]\nissuer = 'ES256'\nalgorithms = ['ES256']\npublic_key = '''{pem}'''\n\
         [[access.issuers]]\nissuer = 'https://id.example'\nalgorithms = ['RS256']\npublic_key = '''{RSA_KEY}'''\n"
    );
    let config: Config = toml::from_str(&text).unwrap();
    let runtime = Runtime::new().unwrap();
    let memory = StoreConfig { endpoint: "memory".into(), ..StoreConfig::default() };
    let store = runtime.block_on(Store::open(&memory, None)).unwrap();
    let clock = Arc::new(ManualClock::at(UnixMs::from_seconds(NOW)));
    let app = App::new(config, store, clock, Arc::new(SystemRandom::default())).unwrap();
    Believer { app, runtime, key }
});

impl Believer {
    fn user_of(&self, jwt: &str) -> Option<String> {
        self.runtime.block_on(self.app.judge_jwt(jwt, UnixMs::from_seconds(NOW))).ok()
    }

    /// RFC 7515 appendix A.1 and A.3.
    fn jwt(&self, algorithm: &str, user: &str) -> String {
        let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let claims = json!({ "iss": algorithm, "sub": user, "exp": NOW + 60 });
        let text = format!("{}.{}", part(json!({ "alg": algorithm, "typ": "JWT" })), part(claims));
        let signature = match algorithm {
            "HS256" => hmac_sha256(SHARED.as_bytes(), text.as_bytes()),
            _ => {
                let signature: p256::ecdsa::Signature = self.key.sign(text.as_bytes());
                signature.to_bytes().to_vec()
            }
        };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// RS256 is proved by a token that OpenSSL signed, below: no other signer of RSA is at hand.
pub fn jwt_agrees(noise: &mut Noise) {
    let user = noise.id();
    for algorithm in ["HS256", "ES256"] {
        assert_eq!(BELIEVER.user_of(&BELIEVER.jwt(algorithm, &user)).as_ref(), Some(&user), "{algorithm}");
    }
}

pub fn jwt_accepts(noise: &mut Noise) -> bool {
    let jwt = match noise.below(3) {
        0 => BELIEVER.jwt("HS256", &noise.id()),
        1 => BELIEVER.jwt("ES256", &noise.id()),
        _ => RSA_TOKEN.to_owned(),
    };
    noise.flipped_text(&jwt).is_some_and(|changed| BELIEVER.user_of(&changed).is_some())
}

#[test]
fn the_rsa_token_that_openssl_signed_is_believed_unchanged() {
    assert_eq!(BELIEVER.user_of(RSA_TOKEN).as_deref(), Some("user-1"));
}

/// Made and signed once by OpenSSL; the private key is gone.
const RSA_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2v7sVjlZY0JNt7bygkfL\noXoDOjT1Ste2QJmQRrxvChHwl6VbEj+IBDrEMr2abiclHsWG4pd8mzwCyjSI6vxx\nkz/BBTDBH6ZemY+v/TgkzXQrI6ggYRwoeKFRUPot3VWN6Eadee4aAeU5NPrce0Xo\nWLE/mLQLWeaicor7JXeEREir5r5LO/cA9CuIVSbuPiRQYFBvHr/XlxC6b58PQWBH\nPLXgW5sRTbtfx6JNYsv3uSvUyXG4z/FIL0agTbZbj2+9FeXDu0ot879d6kmT4aIO\nN1bqQ9Z5+bzMgy9urFAFmA+Ti9mtZTryFWbVjDcUnHJZ1PdMew6AlOTGtICqW6od\nhQIDAQAB\n-----END PUBLIC KEY-----";
const RSA_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiJ1c2VyLTEiLCJleHAiOjE4MDAwMDAwNjB9.Fn7HRJSWZzjwaXjEzhcRmvcFFznOxSW20ElWGzmaSvxGyBFnSQE1c_YsXfq2FQTJUVD1nB-dOoMjfopb1o9FNqo3GFIke8nb8WvBICHKgWJZk824ltFvPqyQ0I7a2rtUTEoZAiTK3raXT5IFZkR0Yl37FJgQYsCOqWqKMfrWjY29tmg6qCKMYpuYCj0b_Kn2G-dpojkv0rSPk5HKhQyaI-Nwb5CS7MrhuR3FouhTWGgou0Be39-u4ViD1SQGJ8HGGeVB8-EeGuDI0qANc1fZ-FSpgn1vOd9xlr79iWrBlrkotpLY_6WToltK623vR6V3gT6F9DtxI2eJeujsQO_9dg";
