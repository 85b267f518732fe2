//! ZEGO's tokens, server API and callbacks, against MD5, SHA-1 and AES of our own and the `aes-gcm` crate.

use super::Noise;
use super::reference::{Aes256, md5, sha1};
use aes_gcm::aead::{Aead, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibo::secret::Secret;
use kaibo::vendor::zego::app_key::AppKey;
use kaibo::vendor::zego::login_token::{login_token, nonce_from, verify_login_token};
use kaibo::vendor::zego::sealed_token::{Wanted, verify};
use kaibo::vendor::zego::server_secret::ServerSecret;
use kaibo::vendor::zego::token03::{self, Claims03};
use kaibo::vendor::zego::token04::{Claims04, issue_cbc, issue_gcm};
use kaibo::vendor::zego::{callback, server_api};
use serde_json::{Value, json};

/// zego.md section 2: the hash is over app id, the first 32 digits of the key, id name, nonce and expiry.
pub fn login_token_agrees(noise: &mut Noise) {
    let digits = hex::encode(noise.bytes::<32>());
    let (app_id, user, nonce, expired) = (noise.next() as u32, noise.text(40), nonce_from(noise.bytes()), noise.moment());
    let hash = md5(format!("{app_id}{}{user}{nonce}{expired}", &digits[..32]).as_bytes());
    let theirs = json!({ "ver": 1, "hash": hash, "nonce": nonce, "expired": expired }).to_string();
    let key = AppKey::clean(&digits).unwrap();
    assert_eq!(login_token(&key, app_id, &user, &nonce, expired), STANDARD.encode(theirs));
}

pub fn login_token_accepts(noise: &mut Noise) -> bool {
    let key = AppKey::clean(&hex::encode(noise.bytes::<32>())).unwrap();
    let (app_id, user, expired) = (noise.next() as u32, noise.id(), noise.moment());
    let token = login_token(&key, app_id, &user, &nonce_from(noise.bytes()), expired);
    let valid = |token: &str| verify_login_token(token, &[&key], app_id, &user, expired - 1).valid();
    assert!(valid(&token));
    noise.flipped_text(&token).is_some_and(|changed| valid(&changed))
}

/// zego.md section 3: expiry, then IV and sealed text behind their lengths; GCM has one byte more.
fn packed(version: &str, expires: i64, iv: &[u8], sealed: &[u8], mode: &[u8]) -> String {
    let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_be_bytes();
    let packed = [&expires.to_be_bytes(), length(iv).as_slice(), iv, &length(sealed), sealed, mode].concat();
    format!("{version}{}", STANDARD.encode(packed))
}

/// What a token is made of.
struct Case {
    key: [u8; 32],
    app_id: u32,
    user: String,
    room: String,
    payload: String,
    created: i64,
    expires: i64,
    nonce: i32,
}

impl Case {
    fn new(noise: &mut Noise) -> Self {
        let (key, created) = (noise.bytes(), noise.moment());
        Self {
            key,
            app_id: 1_000_000_000 | noise.next() as u32 >> 2,
            user: noise.text(32),
            room: noise.text(32),
            payload: noise.text(200),
            created,
            expires: created + 1 + noise.below(86_400) as i64,
            nonce: noise.next() as i32,
        }
    }

    fn secret(&self) -> ServerSecret {
        ServerSecret::new(&Secret::new(self.key)).unwrap()
    }

    fn claims04(&self) -> Claims04<'_> {
        let Self { app_id, created, expires, nonce, .. } = *self;
        Claims04 { app_id, user_id: &self.user, created, expires, nonce, payload: &self.payload }
    }

    fn json04(&self) -> Value {
        json!({ "app_id": self.app_id, "user_id": self.user, "ctime": self.created, "expire": self.expires, "nonce": self.nonce,
            "payload": self.payload })
    }

    fn claims03(&self) -> Claims03<'_> {
        let (login, publish) = (self.nonce & 1 == 1, self.nonce & 2 == 2);
        let Self { app_id, created, expires, .. } = *self;
        Claims03 { app_id, room_id: &self.room, user_id: &self.user, login, publish, created, expires, nonce: self.nonce.into() }
    }

    /// One bit of a right token's text, or of the bytes beneath it, is changed: is it still taken?
    fn accepts(&self, noise: &mut Noise, token: &str, room: Option<&str>) -> bool {
        let wanted = Wanted { app_id: self.app_id, user_id: Some(&self.user), room_id: room };
        let valid = |token: &str| verify(token, &[&self.secret()], &wanted, self.created).valid();
        assert!(valid(token), "{token}");
        let changed = match noise.below(2) {
            0 => noise.flipped_text(token),
            _ => {
                let beneath = STANDARD.decode(&token[2..]).unwrap();
                Some(format!("{}{}", &token[..2], STANDARD.encode(noise.flipped(beneath))))
            }
        };
        changed.is_some_and(|changed| valid(&changed))
    }
}

pub fn token03_agrees(noise: &mut Noise) {
    let (case, iv) = (Case::new(noise), noise.bytes());
    let claims = case.claims03();
    let json = json!({ "app_id": case.app_id, "room_id": case.room, "user_id": case.user,
        "privilege": { "1": i32::from(claims.login), "2": i32::from(claims.publish) }, "create_time": case.created,
        "expire_time": case.expires, "nonce": case.nonce });
    let sealed = Aes256::new(&case.key).cbc(iv, json.to_string().as_bytes());
    assert_eq!(token03::issue(&case.secret(), &claims, &iv).unwrap(), packed("03", case.expires, &iv, &sealed, &[]));
}

pub fn token03_accepts(noise: &mut Noise) -> bool {
    let case = Case::new(noise);
    let token = token03::issue(&case.secret(), &case.claims03(), &noise.bytes()).unwrap();
    case.accepts(noise, &token, Some(&case.room))
}

pub fn token04_cbc_agrees(noise: &mut Noise) {
    let (case, iv) = (Case::new(noise), noise.bytes());
    let sealed = Aes256::new(&case.key).cbc(iv, case.json04().to_string().as_bytes());
    let ours = issue_cbc(&case.secret(), &case.claims04(), &iv).unwrap();
    assert_eq!(ours, packed("04", case.expires, &iv, &sealed, &[]));
}

pub fn token04_cbc_accepts(noise: &mut Noise) -> bool {
    let case = Case::new(noise);
    let token = issue_cbc(&case.secret(), &case.claims04(), &noise.bytes()).unwrap();
    case.accepts(noise, &token, None)
}

pub fn token04_gcm_agrees(noise: &mut Noise) {
    let (case, nonce) = (Case::new(noise), noise.bytes::<12>());
    let gcm = aes_gcm::Aes256Gcm::new(&case.key.into());
    let sealed = gcm.encrypt(&nonce.into(), case.json04().to_string().as_bytes()).unwrap();
    let ours = issue_gcm(&case.secret(), &case.claims04(), &nonce).unwrap();
    assert_eq!(ours, packed("04", case.expires, &nonce, &sealed, &[1]));
}

pub fn token04_gcm_accepts(noise: &mut Noise) -> bool {
    let case = Case::new(noise);
    let token = issue_gcm(&case.secret(), &case.claims04(), &noise.bytes()).unwrap();
    case.accepts(noise, &token, None)
}

pub fn server_api_agrees(noise: &mut Noise) {
    let (app_id, nonce, secret, time) = (noise.next() as u32, nonce_from(noise.bytes()), noise.id(), noise.moment());
    let theirs = md5(format!("{app_id}{nonce}{secret}{time}").as_bytes());
    assert_eq!(server_api::signature(app_id, &nonce, &Secret::from(secret.as_str()), time), theirs);
}

pub fn server_api_accepts(noise: &mut Noise) -> bool {
    let (mut app_id, mut nonce, mut time) = (noise.next() as u32, nonce_from(noise.bytes()), noise.moment());
    let secret = Secret::from(noise.id().as_str());
    let mut claimed = server_api::signature(app_id, &nonce, &secret, time);
    match noise.below(4) {
        0 => app_id ^= 1 << noise.below(32),
        1 => time ^= 1 << noise.below(40),
        2 => nonce = String::from_utf8_lossy(&noise.flipped(nonce)).into_owned(),
        _ => claimed = String::from_utf8_lossy(&noise.flipped(claimed)).into_owned(),
    }
    server_api::signature_holds(&claimed, app_id, &nonce, &secret, time)
}

/// zego.md section 5.2: secret, timestamp and nonce are sorted as text and joined.
pub fn callback_agrees(noise: &mut Noise) {
    let (secret, nonce, time) = (noise.id(), noise.next().to_string(), noise.moment().to_string());
    let mut parts = [secret.clone(), time.clone(), nonce.clone()];
    parts.sort();
    let signature = sha1(parts.concat().as_bytes());
    let secret = Secret::from(secret.as_str());
    assert_eq!(callback::sign(&secret, &time, &nonce), signature);
    let body = json!({ "event": "x", "appid": 7, "timestamp": time, "nonce": nonce, "signature": signature }).to_string();
    assert!(callback::verify(body.as_bytes(), None, &[&secret], 7, time.parse().unwrap(), 600).is_ok());
}

pub fn callback_accepts(noise: &mut Noise) -> bool {
    let (secret, now) = (Secret::from(noise.id().as_str()), noise.moment());
    let (time, nonce) = (now.to_string(), noise.next().to_string());
    let signature = callback::sign(&secret, &time, &nonce);
    let mut fields = [("timestamp", time), ("nonce", nonce), ("signature", signature)];
    let which = noise.below(3);
    let Some(changed) = noise.flipped_text(&fields[which].1) else { return false };
    fields[which].1 = changed;
    let mut body = json!({ "event": "x", "appid": 7 });
    fields.iter().for_each(|(name, value)| body[*name] = json!(value));
    callback::verify(body.to_string().as_bytes(), None, &[&secret], 7, now, 600).is_ok()
}
