//! What one credential costs on one core. Prints a line `name ns_per_op ops bytes` for each: the median of interleaved rounds,
//! how many were made in all, and how long the credential is. Keys are read once; clock and random bytes are read for each.
//!
//! `cargo run --release --example credential_cost [-- rounds [milliseconds]]`
#![allow(clippy::unwrap_used, clippy::expect_used)]

use kaibo::clock::{Clock, Random, SystemClock, SystemRandom, signing_nonces};
use kaibo::secret::Secret;
use kaibo::vendor::css::name::Place;
use kaibo::vendor::css::push_url::push_url;
use kaibo::vendor::trtc::keys::{EcdsaKey, HmacKey, TicketKey};
use kaibo::vendor::trtc::private_map_key::private_map_key;
use kaibo::vendor::trtc::user_sig::user_sig;
use kaibo::vendor::trtc::userbuf::{Privileges, Room};
use kaibo::vendor::wechat::voip::{VoipJoin, sign};
use kaibo::vendor::zego::app_key::AppKey;
use kaibo::vendor::zego::login_token::{login_token, nonce_from};
use kaibo::vendor::zego::server_secret::ServerSecret;
use kaibo::vendor::zego::token04::{Claims04, issue_cbc};
use p256::pkcs8::DecodePrivateKey;
use ring::rand::SystemRandom as RingRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use std::hint::black_box;
use std::time::{Duration, Instant};

const APP: u32 = 1_400_087_915;
const USER: &str = "user_0a1b2c3d_4e5f";

fn now() -> i64 {
    SystemClock.now().seconds()
}

fn drawn<const N: usize>(random: &SystemRandom) -> [u8; N] {
    let mut bytes = [0; N];
    random.nonce(&mut bytes);
    bytes
}

/// A name, and what makes one credential and answers its length.
type Maker = (&'static str, Box<dyn FnMut() -> usize>);

fn tencent(name: &'static str, key: TicketKey) -> Maker {
    (name, Box::new(move || black_box(user_sig(black_box(&key), APP, USER, now(), 86_400).unwrap()).len()))
}

fn makers() -> Vec<Maker> {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../tests/vectors/tencent-vectors.json")).unwrap();
    let pem = |name: &str| vectors["keys"][name]["pkcs8"].as_str().unwrap().to_owned();
    let hmac = || {
        let secret = Secret::from("8f0c3a7d5b1e4962a0d8f7c6b5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2");
        TicketKey::Hmac(HmacKey::new(&secret).unwrap())
    };
    let ecdsa = |name: &str| TicketKey::Ecdsa(EcdsaKey::from_pem(&pem(name), signing_nonces()).unwrap());
    let room_key = hmac();
    let app_key = AppKey::clean("afd202a59d72f56fe09b585c768868265dc805ef8a61e406a2044850b250c691").unwrap();
    let server_secret = ServerSecret::new(&Secret::from("fa94dd0f974cf2e293728a526b028271")).unwrap();
    let push_key = Secret::from("b7c1f0a2d94e4c0e8a5d3f6172839405");
    let session_key = Secret::from("ICjHriwWCa6GvXlLJWXd9w==");
    let (for_01, for_04, for_voip) = (SystemRandom::default(), SystemRandom::default(), SystemRandom::default());
    let raw = p256::SecretKey::from_pkcs8_pem(&pem("p256")).unwrap();
    let ring_random = RingRandom::new();
    let public = raw.public_key().to_sec1_bytes();
    let pair =
        EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_ASN1_SIGNING, &raw.to_bytes(), &public, &ring_random)
            .unwrap();
    let signed = b"TLS.appid_at_3rd:0\nTLS.account_type:0\nTLS.identifier:user_0a1b2c3d_4e5f\nTLS.sdk_appid:1400087915\n\
        TLS.time:1569292704\nTLS.expire_after:86400\n";
    vec![
        tencent("usersig_v2", hmac()),
        (
            "private_map_key_v2",
            Box::new(move || {
                let (room, all) = (Room::Number(12_345), Privileges::HOST);
                black_box(private_map_key(&room_key, APP, USER, &room, all, now(), 86_400).unwrap()).len()
            }),
        ),
        tencent("usersig_v1_p256", ecdsa("p256")),
        tencent("usersig_v1_secp256k1", ecdsa("k256")),
        (
            "zego_login_token",
            Box::new(move || {
                let nonce = nonce_from(drawn(&for_01));
                black_box(login_token(&app_key, 1_739_272_706, USER, &nonce, now() + 1800)).len()
            }),
        ),
        (
            "zego_token04",
            Box::new(move || {
                let [n0, n1, n2, n3, iv @ ..] = drawn::<20>(&for_04);
                let (created, nonce) = (now(), i32::from_le_bytes([n0, n1, n2, n3]));
                let claims =
                    Claims04 { app_id: 1_739_272_706, user_id: USER, created, expires: created + 3600, nonce, payload: "" };
                black_box(issue_cbc(&server_secret, &claims, &iv).unwrap()).len()
            }),
        ),
        (
            "css_url",
            Box::new(move || {
                let place = Place::new("push.example.com", "live", "live_room_12345").unwrap();
                black_box(push_url(&push_key, place, now() + 86_400, &[]).unwrap()).len()
            }),
        ),
        (
            "voip_signature",
            Box::new(move || {
                let nonce = nonce_from(drawn(&for_voip));
                let join = VoipJoin { app_id: "wx1a2b3c4d5e6f7081", group_id: "room_42", nonce: &nonce, time_stamp: now() };
                black_box(sign(&session_key, &join).unwrap()).len()
            }),
        ),
        ("raw_ring_p256_sign", Box::new(move || black_box(pair.sign(&ring_random, black_box(signed)).unwrap()).as_ref().len())),
    ]
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|text| text.parse::<u64>().ok());
    let (rounds, length) = (arguments.next().unwrap_or(7), Duration::from_millis(arguments.next().unwrap_or(250)));
    let mut makers = makers();
    let mut costs: Vec<(Vec<f64>, u64, usize)> = vec![(Vec::new(), 0, 0); makers.len()];
    // The first round warms caches and is thrown away.
    for round in 0..=rounds {
        for ((_, make), (times, ops, bytes)) in makers.iter_mut().zip(&mut costs) {
            let (start, mut made) = (Instant::now(), 0_u64);
            while start.elapsed() < length {
                for _ in 0..64 {
                    *bytes = make();
                }
                made += 64;
            }
            if round > 0 {
                times.push(start.elapsed().as_nanos() as f64 / made as f64);
                *ops += made;
            }
        }
    }
    for ((name, _), (mut times, ops, bytes)) in makers.iter().zip(costs) {
        times.sort_by(f64::total_cmp);
        println!("{name} {:.0} {ops} {bytes}", times[times.len() / 2]);
    }
}
