//! Tencent's tickets, addresses and callbacks, against the `hmac` and `p256` crates, MD5 and secp256k1 of our own, and flate2 and
//! serde_json as the readers and writers of what stands around the signatures.

use super::Noise;
use super::reference::{md5, secp256k1_verifies};
use super::wechat::hmac_sha256;
use crate::vectors;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibo::clock::signing_nonces;
use kaibo::secret::Secret;
use kaibo::vendor::css::name::Place;
use kaibo::vendor::css::play_url::play_urls;
use kaibo::vendor::css::push_url::push_urls;
use kaibo::vendor::css::{callback as css_callback, signed_url};
use kaibo::vendor::trtc::callback as trtc_callback;
use kaibo::vendor::trtc::keys::{EcdsaKey, EcdsaPublicKey, HmacKey, TicketKey};
use kaibo::vendor::trtc::private_map_key::private_map_key;
use kaibo::vendor::trtc::user_sig::user_sig;
use kaibo::vendor::trtc::userbuf::{Privileges, Room};
use kaibo::vendor::trtc::verify::{Expectations, verify};
use p256::ecdsa::signature::{Signer, Verifier};
use p256::pkcs8::{DecodePrivateKey, DecodePublicKey};
use serde_json::{Value, json};
use sha2::Digest;
use std::io::{Read, Write};
use std::sync::LazyLock;

/// A PEM of the vectors.
fn pem(name: &str, form: &str) -> String {
    vectors::load("tencent")["keys"][name][form].as_str().unwrap().to_owned()
}

/// A ticket's document, read with flate2.
fn opened(ticket: &str) -> Value {
    let zipped = STANDARD.decode(ticket.replace('*', "+").replace('-', "/").replace('_', "=")).unwrap();
    let mut json = String::new();
    flate2::read::ZlibDecoder::new(zipped.as_slice()).read_to_string(&mut json).unwrap();
    serde_json::from_str(&json).unwrap()
}

/// A document's ticket, written with flate2.
fn closed(document: &[u8]) -> String {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    zlib.write_all(document).unwrap();
    STANDARD.encode(zlib.finish().unwrap()).replace('+', "*").replace('/', "-").replace('=', "_")
}

struct Case {
    app: u32,
    user: String,
    now: i64,
    life: u32,
    room: Option<(Room, Privileges)>,
}

impl Case {
    fn user_sig(noise: &mut Noise) -> Self {
        let (app, user, now, life) = (noise.next() as u32, noise.id(), noise.moment(), 1 + noise.next() as u32 / 4);
        Self { app, user, now, life, room: None }
    }

    fn map_key(noise: &mut Noise) -> Self {
        let room = if noise.below(2) == 0 { Room::Number(noise.next() as u32 | 1) } else { Room::Text(noise.id()) };
        let privileges = Privileges::from_bits(1 + noise.below(255) as u32).unwrap();
        Self { room: Some((room, privileges)), ..Self::user_sig(noise) }
    }

    fn issue(&self, key: &TicketKey) -> String {
        let Self { app, now, life, .. } = *self;
        match &self.room {
            None => user_sig(key, app, &self.user, now, life).unwrap(),
            Some((room, privileges)) => private_map_key(key, app, &self.user, room, *privileges, now, life).unwrap(),
        }
    }

    /// tencent.md section 3.1, in base64.
    fn userbuf(&self) -> Option<String> {
        let (room, privileges) = self.room.as_ref()?;
        let (number, name) = match room {
            Room::Number(number) => (*number, None),
            Room::Text(name) => (0, Some(name)),
        };
        let mut bytes = vec![u8::from(name.is_some()), 0, self.user.len() as u8];
        bytes.extend(self.user.bytes());
        let ends = (self.now + i64::from(self.life)) as u32;
        bytes.extend([self.app, number, ends, privileges.bits(), 0].map(u32::to_be_bytes).concat());
        if let Some(name) = name {
            bytes.extend([0, name.len() as u8]);
            bytes.extend(name.bytes());
        }
        Some(STANDARD.encode(bytes))
    }

    /// tencent.md sections 1.1 and 2.1: what the signature covers.
    fn signed(&self, version: u8) -> String {
        let Self { app, user, now, life, .. } = self;
        let mut text = match version {
            1 => format!(
                "TLS.appid_at_3rd:0\nTLS.account_type:0\nTLS.identifier:{user}\nTLS.sdk_appid:{app}\nTLS.time:{now}\n\
                 TLS.expire_after:{life}\n"
            ),
            _ => format!("TLS.identifier:{user}\nTLS.sdkappid:{app}\nTLS.time:{now}\nTLS.expire:{life}\n"),
        };
        if let Some(userbuf) = self.userbuf() {
            text.push_str(&format!("TLS.userbuf:{userbuf}\n"));
        }
        text
    }

    /// tencent.md sections 1.2 and 2.2.
    fn document(&self, version: u8, signature: &[u8]) -> Value {
        let Self { app, user, now, life, .. } = self;
        let mut document = match version {
            1 => {
                json!({ "TLS.account_type": "0", "TLS.identifier": user, "TLS.appid_at_3rd": "0", "TLS.sdk_appid": app.to_string(),
                "TLS.expire_after": life.to_string(), "TLS.version": "201512300000", "TLS.time": now.to_string() })
            }
            _ => json!({ "TLS.ver": "2.0", "TLS.identifier": user, "TLS.sdkappid": app, "TLS.time": now, "TLS.expire": life }),
        };
        if let Some(userbuf) = self.userbuf() {
            document["TLS.userbuf"] = json!(userbuf);
        }
        document["TLS.sig"] = json!(STANDARD.encode(signature));
        document
    }

    /// One bit of the signed values or the signature is changed: is the ticket still taken?
    fn accepts(&self, noise: &mut Noise, ticket: &str, expected: Expectations<'_>) -> bool {
        let expected = Expectations { now_seconds: self.now, ..expected };
        assert!(verify(ticket, &expected).is_ok(), "{ticket}");
        let document = opened(ticket);
        // TLS.version is a constant that no reader looks at and no signature covers.
        let names: Vec<&String> = document.as_object().unwrap().keys().filter(|name| *name != "TLS.version").collect();
        let name = names[noise.below(names.len())];
        let was = document[name].as_str().map_or_else(|| document[name].to_string(), str::to_owned);
        let json = document.to_string().into_bytes();
        let value =
            json.windows(name.len() + 2).position(|window| window == format!("\"{name}\"").as_bytes()).unwrap() + name.len();
        let start = value + json[value..].windows(was.len()).position(|window| window == was.as_bytes()).unwrap();
        let mut changed = json;
        changed[start + noise.below(was.len())] ^= 1 << noise.below(8);
        verify(&closed(&changed), &expected).is_ok()
    }
}

static P256: LazyLock<(TicketKey, EcdsaPublicKey, p256::ecdsa::SigningKey)> = LazyLock::new(|| {
    let private = pem("p256", "pkcs8");
    let key = TicketKey::Ecdsa(EcdsaKey::from_pem(&private, signing_nonces()).unwrap());
    let public = EcdsaPublicKey::from_pem(&pem("p256", "pub")).unwrap();
    (key, public, p256::ecdsa::SigningKey::from_pkcs8_pem(&private).unwrap())
});

static K256: LazyLock<(TicketKey, EcdsaPublicKey, [u8; 64])> = LazyLock::new(|| {
    let public = pem("k256", "pub");
    let body: String = public.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(body).unwrap();
    // A public key in DER ends with its uncompressed point.
    let point = der[der.len() - 64..].try_into().unwrap();
    let key = TicketKey::Ecdsa(EcdsaKey::from_pem(&pem("k256", "pkcs8"), signing_nonces()).unwrap());
    (key, EcdsaPublicKey::from_pem(&public).unwrap(), point)
});

fn signature(document: &Value) -> Vec<u8> {
    STANDARD.decode(document["TLS.sig"].as_str().unwrap()).unwrap()
}

/// p256 takes what ring signed, and kaibo takes what p256 signed.
fn p256_agrees(case: &Case) {
    let (key, public, theirs) = &*P256;
    let document = opened(&case.issue(key));
    let der = signature(&document);
    assert_eq!(document, case.document(1, &der));
    let verifier = p256::ecdsa::VerifyingKey::from_public_key_pem(&pem("p256", "pub")).unwrap();
    let read = p256::ecdsa::Signature::from_der(&der).unwrap();
    assert!(verifier.verify(case.signed(1).as_bytes(), &read).is_ok());
    let made: p256::ecdsa::Signature = theirs.sign(case.signed(1).as_bytes());
    let ticket = closed(case.document(1, made.to_der().as_bytes()).to_string().as_bytes());
    let expected = Expectations { ecdsa: &[public], user_id: Some(&case.user), now_seconds: case.now, ..Expectations::default() };
    assert!(verify(&ticket, &expected).is_ok());
}

pub fn user_sig_p256_agrees(noise: &mut Noise) {
    p256_agrees(&Case::user_sig(noise));
}

pub fn map_key_v1_agrees(noise: &mut Noise) {
    p256_agrees(&Case::map_key(noise));
}

fn p256_accepts(noise: &mut Noise, case: &Case) -> bool {
    case.accepts(noise, &case.issue(&P256.0), Expectations { ecdsa: &[&P256.1], ..Expectations::default() })
}

pub fn user_sig_p256_accepts(noise: &mut Noise) -> bool {
    let case = Case::user_sig(noise);
    p256_accepts(noise, &case)
}

pub fn map_key_v1_accepts(noise: &mut Noise) -> bool {
    let case = Case::map_key(noise);
    p256_accepts(noise, &case)
}

/// From DER: a SEQUENCE of two INTEGERs, each with a leading zero where its first bit is set.
fn r_and_s(der: &[u8]) -> ([u8; 32], [u8; 32]) {
    let integer = |at: usize| {
        let digits = &der[at + 2..at + 2 + usize::from(der[at + 1])];
        let digits = digits.strip_prefix(&[0]).unwrap_or(digits);
        let mut whole = [0; 32];
        whole[32 - digits.len()..].copy_from_slice(digits);
        whole
    };
    (integer(2), integer(4 + usize::from(der[3])))
}

pub fn user_sig_k256_agrees(noise: &mut Noise) {
    let (case, (key, _, point)) = (Case::user_sig(noise), &*K256);
    let document = opened(&case.issue(key));
    let der = signature(&document);
    assert_eq!(document, case.document(1, &der));
    let (r, s) = r_and_s(&der);
    let hash = sha2::Sha256::digest(case.signed(1)).into();
    assert!(secp256k1_verifies(point, &hash, &r, &s));
}

pub fn user_sig_k256_accepts(noise: &mut Noise) -> bool {
    let case = Case::user_sig(noise);
    case.accepts(noise, &case.issue(&K256.0), Expectations { ecdsa: &[&K256.1], ..Expectations::default() })
}

fn hmac_agrees(noise: &mut Noise, case: &Case) {
    let secret = hex::encode(noise.bytes::<32>());
    let key = || HmacKey::new(&Secret::from(secret.as_str())).unwrap();
    let document = case.document(2, &hmac_sha256(secret.as_bytes(), case.signed(2).as_bytes()));
    assert_eq!(opened(&case.issue(&TicketKey::Hmac(key()))), document);
    let expected = Expectations { hmac: &[&key()], user_id: Some(&case.user), now_seconds: case.now, ..Expectations::default() };
    assert!(verify(&closed(document.to_string().as_bytes()), &expected).is_ok());
}

pub fn user_sig_v2_agrees(noise: &mut Noise) {
    let case = Case::user_sig(noise);
    hmac_agrees(noise, &case);
}

pub fn map_key_v2_agrees(noise: &mut Noise) {
    let case = Case::map_key(noise);
    hmac_agrees(noise, &case);
}

fn hmac_accepts(noise: &mut Noise, case: &Case) -> bool {
    let key = HmacKey::new(&Secret::new(noise.bytes::<32>().map(|byte| byte | 0x40))).unwrap();
    let ticket = case.issue(&TicketKey::Hmac(key.clone()));
    case.accepts(noise, &ticket, Expectations { hmac: &[&key], ..Expectations::default() })
}

pub fn user_sig_v2_accepts(noise: &mut Noise) -> bool {
    let case = Case::user_sig(noise);
    hmac_accepts(noise, &case)
}

pub fn map_key_v2_accepts(noise: &mut Noise) -> bool {
    let case = Case::map_key(noise);
    hmac_accepts(noise, &case)
}

/// tencent.md section 7: MD5 of key, stream name and the expiry in upper-case hex.
pub fn css_agrees(noise: &mut Noise) {
    let (key, stream, expires) = (noise.id(), noise.id(), noise.moment());
    let query = format!("txSecret={}&txTime={expires:X}", md5(format!("{key}{stream}{expires:X}").as_bytes()));
    let secret = Secret::from(key.as_str());
    let push = push_urls(&secret, Place::new("push.example.com", "live", &stream).unwrap(), expires, &[]).unwrap();
    assert_eq!(push.rtmp, format!("rtmp://push.example.com/live/{stream}?{query}"));
    assert_eq!(push.webrtc, format!("webrtc://push.example.com/live/{stream}?{query}"));
    let srt = format!("srt://push.example.com:9000?streamid=#!::h=push.example.com,r=live/{stream},{}", query.replace('&', ","));
    assert_eq!(push.srt, srt);
    let play = play_urls(Some(&secret), Place::new("play.example.com", "live", &stream).unwrap(), expires).unwrap();
    assert_eq!(play.flv, format!("https://play.example.com/live/{stream}.flv?{query}"));
    assert_eq!(play.hls, format!("https://play.example.com/live/{stream}.m3u8?{query}"));
}

pub fn css_accepts(noise: &mut Noise) -> bool {
    let (key, stream, expires) = (Secret::from(noise.id().as_str()), noise.id(), noise.moment());
    let place = Place::new("push.example.com", "live", &stream).unwrap();
    let push = push_urls(&key, place, expires, &[]).unwrap();
    let play = play_urls(Some(&key), place, expires).unwrap();
    let forms = [push.rtmp, push.webrtc, push.srt, play.rtmp, play.flv, play.hls, play.webrtc];
    let good = &forms[noise.below(forms.len())];
    // An address that lost its signature is read without complaint, but a domain that asks for one refuses it.
    let valid = |address: &str| {
        let verdict = signed_url::inspect(address, &[&key], expires - 1);
        verdict.faults.is_empty() && verdict.decoded.is_some_and(|url| url.tx_secret.is_some())
    };
    assert!(valid(good), "{good}");
    let from = good.find(&format!("/{stream}")).unwrap() + 1;
    noise.flipped_text(&good[from..]).is_some_and(|changed| valid(&format!("{}{changed}", &good[..from])))
}

/// tencent.md section 8: MD5 of key and t.
pub fn css_callback_agrees(noise: &mut Noise) {
    let (key, t) = (noise.id(), noise.moment());
    let sign = md5(format!("{key}{t}").as_bytes());
    let secret = Secret::from(key.as_str());
    assert_eq!(css_callback::sign(&secret, &t.to_string()), sign);
    let body = json!({ "event_type": 1, "t": t, "sign": sign }).to_string();
    assert!(css_callback::verify(body.as_bytes(), None, &[&secret], false, t, 0).is_ok());
}

pub fn css_callback_accepts(noise: &mut Noise) -> bool {
    let (key, t) = (Secret::from(noise.id().as_str()), noise.moment().to_string());
    let mut fields = [("t", t.clone()), ("sign", css_callback::sign(&key, &t))];
    let which = noise.below(2);
    let Some(changed) = noise.flipped_text(&fields[which].1) else { return false };
    fields[which].1 = changed;
    let body = json!({ "event_type": 1, fields[0].0: fields[0].1, fields[1].0: fields[1].1 }).to_string();
    css_callback::verify(body.as_bytes(), None, &[&key], false, 0, 0).is_ok()
}

/// tencent.md section 9: base64 of HMAC-SHA256 over the body.
pub fn trtc_callback_agrees(noise: &mut Noise) {
    let (key, body) = (noise.id(), json!({ "EventInfo": { "UserId": noise.text(200) } }).to_string());
    let sign = STANDARD.encode(hmac_sha256(key.as_bytes(), body.as_bytes()));
    let secret = Secret::from(key.as_str());
    assert_eq!(trtc_callback::sign(&secret, body.as_bytes()), sign);
    assert!(trtc_callback::verify(body.as_bytes(), Some(&sign), None, &[&secret], false, 7).is_ok());
}

pub fn trtc_callback_accepts(noise: &mut Noise) -> bool {
    let (key, body) = (Secret::from(noise.id().as_str()), json!({ "EventInfo": { "UserId": noise.text(200) } }).to_string());
    let sign = trtc_callback::sign(&key, body.as_bytes());
    let (body, sign) = match noise.below(4) {
        0 => (body.into_bytes(), noise.flipped_text(&sign)),
        _ => (noise.flipped(body), Some(sign)),
    };
    sign.is_some_and(|sign| trtc_callback::verify(&body, Some(&sign), None, &[&key], false, 7).is_ok())
}

/// The reference can say no: it takes what Tencent's own libraries signed, and nothing else.
#[test]
fn the_reference_for_secp256k1_judges_the_official_libraries() {
    let vectors: Vec<Value> =
        vectors::of_kind("tencent", "tls_v1_verify").into_iter().filter(|vector| vector["key"] == "k256").collect();
    assert!(!vectors.is_empty());
    for vector in vectors {
        let document: Value = serde_json::from_str(vectors::text(&vector, "json_text")).unwrap();
        let (r, s) = r_and_s(&signature(&document));
        let hash: [u8; 32] = sha2::Sha256::digest(vectors::text(&vector, "signed_text")).into();
        assert!(secp256k1_verifies(&K256.2, &hash, &r, &s), "{}", vector["id"]);
        let mut noise = Noise(3);
        for _ in 0..20 {
            let flipped = |noise: &mut Noise, bytes: [u8; 32]| noise.flipped(bytes).try_into().unwrap();
            assert!(!secp256k1_verifies(&K256.2, &flipped(&mut noise, hash), &r, &s));
            assert!(!secp256k1_verifies(&K256.2, &hash, &flipped(&mut noise, r), &s));
            assert!(!secp256k1_verifies(&K256.2, &hash, &r, &flipped(&mut noise, s)));
        }
    }
}
