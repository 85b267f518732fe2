//! Credentials beside the bare cryptography that no implementation can do without: `cargo bench --bench credentials`.
#![allow(clippy::unwrap_used, missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use kaibo::clock::signing_nonces;
use kaibo::secret::Secret;
use kaibo::vendor::css::name::Place;
use kaibo::vendor::css::push_url::push_url;
use kaibo::vendor::trtc::keys::{EcdsaKey, HmacKey, TicketKey};
use kaibo::vendor::trtc::user_sig::user_sig;
use kaibo::vendor::wechat::voip::{VoipJoin, sign};
use kaibo::vendor::zego::app_key::AppKey;
use kaibo::vendor::zego::login_token::login_token;
use kaibo::vendor::zego::server_secret::ServerSecret;
use kaibo::vendor::zego::token04::{Claims04, issue_cbc};
use md5::{Digest, Md5};
use p256::pkcs8::DecodePrivateKey;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use ring::{digest, hmac};
use std::hint::black_box;

const NOW: i64 = 1_800_000_000;
const USER: &str = "user_0a1b2c3d_4e5f";
const APP: u32 = 1_400_087_915;

/// The longest text that a userSig of version 2 signs here.
const SIGNED: &[u8] = b"TLS.identifier:user_0a1b2c3d_4e5f\nTLS.sdkappid:1400087915\nTLS.time:1800000000\nTLS.expire:86400\n";

fn tencent(c: &mut Criterion) {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../tests/vectors/tencent-vectors.json")).unwrap();
    let pem = |name: &str| vectors["keys"][name]["pkcs8"].as_str().unwrap().to_owned();
    let secret = Secret::from("8f0c3a7d5b1e4962a0d8f7c6b5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2");
    let mut group = c.benchmark_group("userSig");
    let raw = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal());
    group.bench_function("floor: hmac", |b| b.iter(|| hmac::sign(&raw, black_box(SIGNED))));
    let v2 = TicketKey::Hmac(HmacKey::new(&secret).unwrap());
    group.bench_function("v2", |b| b.iter(|| user_sig(&v2, APP, black_box(USER), NOW, 86_400)));
    let random = SystemRandom::new();
    let p256_key = p256::SecretKey::from_pkcs8_pem(&pem("p256")).unwrap();
    let public = p256_key.public_key().to_sec1_bytes();
    let alg = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(alg, &p256_key.to_bytes(), &public, &random).unwrap();
    group.bench_function("floor: ring P-256", |b| b.iter(|| pair.sign(&random, black_box(SIGNED))));
    for name in ["p256", "k256"] {
        let key = TicketKey::Ecdsa(EcdsaKey::from_pem(&pem(name), signing_nonces()).unwrap());
        group.bench_function(format!("v1 {name}"), |b| b.iter(|| user_sig(&key, APP, black_box(USER), NOW, 86_400)));
    }
    group.finish();
}

fn hashed(c: &mut Criterion) {
    let mut group = c.benchmark_group("hashed");
    group.bench_function("floor: MD5 of two blocks", |b| b.iter(|| Md5::digest(black_box([7_u8; 90]))));
    let app_key = AppKey::clean("afd202a59d72f56fe09b585c76886826").unwrap();
    group.bench_function("ZEGO 01", |b| b.iter(|| login_token(&app_key, APP, black_box(USER), "0123456789abcdef", NOW)));
    group.bench_function("floor: MD5 of one block", |b| b.iter(|| Md5::digest(black_box([7_u8; 50]))));
    let push_key = Secret::from("b7c1f0a2d94e4c0e8a5d3f6172839405");
    let place = Place::new("push.example.com", "live", "live_room_12345").unwrap();
    group.bench_function("css address", |b| b.iter(|| push_url(&push_key, black_box(place), NOW, &[])));
    let session_key = Secret::from("ICjHriwWCa6GvXlLJWXd9w==");
    group
        .bench_function("floor: SHA-256 of four blocks", |b| b.iter(|| digest::digest(&digest::SHA256, black_box(&[7_u8; 240]))));
    let join = VoipJoin { app_id: "wx1a2b3c4d5e6f7081", group_id: "room_42", nonce: "0123456789abcdef", time_stamp: NOW };
    group.bench_function("voip signature", |b| b.iter(|| sign(&session_key, black_box(&join))));
    let server_secret = ServerSecret::new(&Secret::from("fa94dd0f974cf2e293728a526b028271")).unwrap();
    let claims = Claims04 { app_id: APP, user_id: USER, created: NOW, expires: NOW + 3600, nonce: 1, payload: "" };
    group.bench_function("ZEGO 04", |b| b.iter(|| issue_cbc(&server_secret, black_box(&claims), &[7; 16])));
    group.finish();
}

criterion_group!(credentials, tencent, hashed);
criterion_main!(credentials);
