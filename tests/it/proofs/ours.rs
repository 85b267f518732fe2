//! Our own proofs of who calls: login sessions and JWTs, made by the `hmac` and `p256` crates.

use super::Noise;
use super::wechat::hmac_sha256;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
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
use sha2::{Digest, Sha256};
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
         [[access.issuers]]\nissuer = 'RS256'\nalgorithms = ['RS256']\npublic_key = '''{SIGNER_KEY}'''\n\
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
            "RS256" => rsa_signature(text.as_bytes()),
            _ => {
                let signature: p256::ecdsa::Signature = self.key.sign(text.as_bytes());
                signature.to_bytes().to_vec()
            }
        };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

pub fn jwt_agrees(noise: &mut Noise) {
    let user = noise.id();
    for algorithm in ["HS256", "ES256", "RS256"] {
        assert_eq!(BELIEVER.user_of(&BELIEVER.jwt(algorithm, &user)).as_ref(), Some(&user), "{algorithm}");
    }
}

pub fn jwt_accepts(noise: &mut Noise) -> bool {
    let jwt = match noise.below(3) {
        0 => BELIEVER.jwt("HS256", &noise.id()),
        1 => BELIEVER.jwt("ES256", &noise.id()),
        // A signature of its own each time would take most of the time of this proof.
        _ => RSA_TOKEN.to_owned(),
    };
    noise.flipped_text(&jwt).is_some_and(|changed| BELIEVER.user_of(&changed).is_some())
}

/// RSASSA-PKCS1-v1_5 with SHA-256 as RFC 8017 sections 8.2.1 and 9.2 have it, by plain arithmetic: the padded digest to the
/// power of the private exponent.
fn rsa_signature(text: &[u8]) -> Vec<u8> {
    const DIGEST_INFO: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
    let tail = [&[0], DIGEST_INFO, Sha256::digest(text).as_slice()].concat();
    let mut padded = [0xff; 256];
    padded[..2].copy_from_slice(&[0, 1]);
    padded[256 - tail.len()..].copy_from_slice(&tail);
    let number = |hex| BoxedUint::from_be_hex(hex, 2048).unwrap();
    let modulus = BoxedMontyParams::new_vartime(Odd::new(number(SIGNER_MODULUS)).unwrap());
    let message = BoxedUint::from_be_slice(&padded, 2048).unwrap();
    BoxedMontyForm::new(message, &modulus).pow(&number(SIGNER_EXPONENT)).retrieve().to_be_bytes().to_vec()
}

/// A key made for this file alone.
const SIGNER_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAv+dqlHTiB4BakZBgOAkC\nouD/zSNcKZGO2rwrlEf3FRoTR2ATHsxn91ZLHVcon+llF5qQegqnCN43xH80WTyy\n0j8omraQtVjvcxeeERx9C6t/ws6HRIWu2khI+BU6Q+UIDZEDqkmqZkp/G9roK0tY\nQwlGyKhQG9st1d+uHEfisEcuyErtAQXB/u92SnKfHt4wap4HHlacFfcktkIajBdc\n6lftTmfWR+dUIyEWbZ0WYfFLT2bR9WxSv8irp4/fNcT+F2ZTcCH/FCt+LDyl8Q+m\nLDrS0YikQR0JbXJ4e+8oOad4us4T7osNEYCY/GY6AFAazyeEiVR9Xq9ky6NRMovc\nhQIDAQAB\n-----END PUBLIC KEY-----";
const SIGNER_MODULUS: &str = "bfe76a9474e207805a919060380902a2e0ffcd235c29918edabc2b9447f7151a134760131ecc67f7564b1d57289fe965179a907a0aa708de37c47f34\
    593cb2d23f289ab690b558ef73179e111c7d0bab7fc2ce874485aeda4848f8153a43e5080d9103aa49aa664a7f1bdae82b4b58430946c8a8501bdb2d\
    d5dfae1c47e2b0472ec84aed0105c1feef764a729f1ede306a9e071e569c15f724b6421a8c175cea57ed4e67d647e7542321166d9d1661f14b4f66d1\
    f56c52bfc8aba78fdf35c4fe1766537021ff142b7e2c3ca5f10fa62c3ad2d188a4411d096d72787bef2839a778bace13ee8b0d118098fc663a00501a\
    cf278489547d5eaf64cba351328bdc85";
const SIGNER_EXPONENT: &str = "004e306ca1c0094cb4e6860180d6ffe7eec58c51ab333f7f7825d140af5d80a4a3de83719458c85afb199ab6ca634e78053c521774c499c08eb32a30\
    b1a39365f87d54864dd0e1724234affa097cdc893e7f40735c24223ce0b718c6e101aca4528ea34fd16fd2ce1bb65a6f84b67ad8219a89557964c717\
    2ccd2372b0a82e71ec4ccf88ffc65b99237857674891f0feab5df6c1f1ab9f79525207d126550a5734ddc2ae3b03a042bd7b89f4f84ab1af1ff8d7a8\
    7557daeeffe1c6ab17da6e01f3f92c49e4187af5b2d9bf906d314b639c1bf49e32ef28c93ce6a224139c8c1deff1b4209cc132852240e6647645cea7\
    a9f3cbdfcd94956b962773eb5b0bf931";

#[test]
fn the_rsa_token_that_openssl_signed_is_believed_unchanged() {
    assert_eq!(BELIEVER.user_of(RSA_TOKEN).as_deref(), Some("user-1"));
}

/// Made and signed once by OpenSSL; the private key is gone.
const RSA_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2v7sVjlZY0JNt7bygkfL\noXoDOjT1Ste2QJmQRrxvChHwl6VbEj+IBDrEMr2abiclHsWG4pd8mzwCyjSI6vxx\nkz/BBTDBH6ZemY+v/TgkzXQrI6ggYRwoeKFRUPot3VWN6Eadee4aAeU5NPrce0Xo\nWLE/mLQLWeaicor7JXeEREir5r5LO/cA9CuIVSbuPiRQYFBvHr/XlxC6b58PQWBH\nPLXgW5sRTbtfx6JNYsv3uSvUyXG4z/FIL0agTbZbj2+9FeXDu0ot879d6kmT4aIO\nN1bqQ9Z5+bzMgy9urFAFmA+Ti9mtZTryFWbVjDcUnHJZ1PdMew6AlOTGtICqW6od\nhQIDAQAB\n-----END PUBLIC KEY-----";
const RSA_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiJ1c2VyLTEiLCJleHAiOjE4MDAwMDAwNjB9.Fn7HRJSWZzjwaXjEzhcRmvcFFznOxSW20ElWGzmaSvxGyBFnSQE1c_YsXfq2FQTJUVD1nB-dOoMjfopb1o9FNqo3GFIke8nb8WvBICHKgWJZk824ltFvPqyQ0I7a2rtUTEoZAiTK3raXT5IFZkR0Yl37FJgQYsCOqWqKMfrWjY29tmg6qCKMYpuYCj0b_Kn2G-dpojkv0rSPk5HKhQyaI-Nwb5CS7MrhuR3FouhTWGgou0Be39-u4ViD1SQGJ8HGGeVB8-EeGuDI0qANc1fZ-FSpgn1vOd9xlr79iWrBlrkotpLY_6WToltK623vR6V3gT6F9DtxI2eJeujsQO_9dg";
