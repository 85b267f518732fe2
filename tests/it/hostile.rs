//! Promise 6: whatever comes in, no answer is a 5xx and nothing panics. Requests are made at random from what routes take and from
//! what breaks parsers; the store is real, WeChat is simulated.

use crate::harness::{self, Kaibo};
use axum::body::Body;
use http::{Request, StatusCode};
use kaibo::http::routes::{self, ROUTES};
use proptest::test_runner::{RngAlgorithm, TestRng};
use rand::RngExt;
use serde_json::{Map, Value, json};

/// Texts that are right somewhere, and texts that are right nowhere.
const TEXTS: &[&str] = &[
    "",
    "a",
    "room_1",
    "12345",
    "4294967295",
    "4294967296",
    "0",
    "-1",
    "01",
    "null",
    "undefined",
    "主播",
    "\u{0}",
    "a\nb",
    "../..",
    "%",
    "%zz",
    "𝄞",
    "\u{202e}",
    "a#b",
    "a/b",
    "zego",
    "trtc",
    "css",
    "voip",
    "host",
    "viewer",
    "cohost",
    "01",
    "03",
    "04",
    "04-gcm",
    "seed",
    "grid",
    "focus",
    "request",
    "invite",
    "1739272706",
    "1400087915",
    "main",
    "wx0123456789abcdef",
    "fixture-path-token-0123456789",
    "me",
    "open",
    "true",
    "2026-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "-009999-01-01T00:00:00Z",
    "eyJ2ZXIiOjF9",
    "eJwrzVUoSyxSSMsvUshIVSjOSMxNVSjJSFVISi0uAQB9Bgmu",
    "rtmp://push.example.com/live/a?txSecret=00&txTime=FFFFFFFF",
    "room://cloud.tencent.com?sdkappid=1",
    "https://a.b/c",
    "wss://a.b:8282/ws",
    "https://[::1]/",
    "ks1.e30.AAAA",
    "eyJhbGciOiJub25lIn0.e30.",
    "1e999",
    "NaN",
];

const NAMES: &[&str] = &[
    "user_id",
    "id_name",
    "app_id",
    "sdk_app_id",
    "name",
    "provider",
    "room_id",
    "room_name",
    "title",
    "info",
    "capacity",
    "audio",
    "record",
    "record_id",
    "role",
    "nickname",
    "privileges",
    "version",
    "ttl_seconds",
    "expires_at",
    "stream_ids",
    "stream_id",
    "group_id",
    "room_type",
    "code",
    "observed",
    "kind",
    "width",
    "height",
    "layout",
    "streams",
    "output_stream_id",
    "profiles",
    "configured",
    "url",
    "text",
    "at",
    "headers",
    "path",
    "task_id",
    "status",
    "live",
    "owner",
    "limit",
    "cursor",
    "from",
    "to",
    "vendor",
    "verdict",
    "userID",
    "roomID",
    "roomInfo",
    "index",
    "count",
    "event",
    "appid",
    "timestamp",
    "nonce",
    "signature",
    "t",
    "sign",
    "event_type",
    "EventGroupId",
    "EventType",
    "EventInfo",
    "format",
];

fn text(rng: &mut TestRng) -> String {
    match rng.random_range(0..12) {
        0 => "x".repeat(rng.random_range(0..70_000)),
        1 => (0..rng.random_range(0..40)).map(|_| rng.random::<char>()).collect(),
        _ => TEXTS[rng.random_range(0..TEXTS.len())].to_owned(),
    }
}

fn value(rng: &mut TestRng, depth: usize) -> Value {
    match rng.random_range(0..if depth > 3 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => rng.random::<bool>().into(),
        2 => rng.random::<i64>().into(),
        3 => json!(rng.random::<f64>() * 1e18),
        4 | 5 => text(rng).into(),
        6 => (0..rng.random_range(0..5)).map(|_| value(rng, depth + 1)).collect(),
        7 => rng.random_range(-3..1000).into(),
        _ => object(rng, depth + 1),
    }
}

fn object(rng: &mut TestRng, depth: usize) -> Value {
    let pair = |rng: &mut TestRng| (NAMES[rng.random_range(0..NAMES.len())].to_owned(), value(rng, depth));
    (0..rng.random_range(0..9)).map(|_| pair(rng)).collect::<Map<_, _>>().into()
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn target(rng: &mut TestRng, path: &str) -> String {
    let part = |rng: &mut TestRng, part: &str| {
        if part.starts_with('{') {
            let mut filled = encoded(&text(rng));
            filled.truncate(300);
            filled.trim_end_matches('%').to_owned()
        } else {
            part.to_owned()
        }
    };
    let mut target = path.split('/').map(|p| part(rng, p)).collect::<Vec<_>>().join("/");
    for _ in 0..rng.random_range(0..5) {
        let mut raw = if rng.random_range(0..10) == 0 { "%ff%00+&=".to_owned() } else { encoded(&text(rng)) };
        raw.truncate(2000);
        let joint = if target.contains('?') { '&' } else { '?' };
        target.push_str(&format!("{joint}{}={raw}", NAMES[rng.random_range(0..NAMES.len())]));
    }
    target
}

fn body(rng: &mut TestRng) -> Vec<u8> {
    match rng.random_range(0..8) {
        0 => Vec::new(),
        1 => (0..rng.random_range(0..300)).map(|_| rng.random()).collect(),
        2 => "[".repeat(rng.random_range(1..30_000)).into_bytes(),
        3 => encoded(&object(rng, 0).to_string()).into_bytes(),
        _ => object(rng, 0).to_string().into_bytes(),
    }
}

#[tokio::test]
async fn nothing_that_comes_in_makes_a_5xx_or_a_panic() {
    let full = std::env::var("KAIBO_PROOF").is_ok_and(|proof| proof == "full");
    let rounds = if full { 60_000 } else { 4_000 };
    for open_identity in [false, true] {
        let kaibo = Kaibo::start(|config| config.access.open_identity = open_identity).await;
        let router = routes::all(kaibo.app.clone());
        let session = kaibo.session("user_1");
        let proofs = [session.as_str(), harness::ALL, harness::READ, "wrong", ""];
        let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        for round in 0..rounds / 2 {
            let route = &ROUTES[rng.random_range(0..ROUTES.len())];
            let target = target(&mut rng, route.path);
            let Ok(uri) = target.parse::<http::Uri>() else { continue };
            let method = if rng.random_range(0..20) == 0 { "PUT" } else { route.method };
            let mut request = Request::builder().method(method).uri(uri);
            let proof = proofs[rng.random_range(0..proofs.len())];
            if !proof.is_empty() {
                request = request.header("authorization", format!("Bearer {proof}"));
            }
            for name in
                ["content-type", "accept-language", "referer", "x-user-id", "idempotency-key", "sign", "sdkappid", "origin"]
            {
                if rng.random_range(0..3) == 0
                    && let Ok(value) = http::HeaderValue::from_bytes(text(&mut rng).as_bytes())
                    && value.len() < 8_000
                {
                    request = request.header(name, value);
                }
            }
            let request = request.body(Body::from(body(&mut rng))).unwrap();
            let answer = router.clone().answer(request).await.unwrap();
            // What the upstream did is not the caller's fault nor ours; there is none here, so 502 and 503 cannot be.
            assert!(answer.status() < StatusCode::INTERNAL_SERVER_ERROR, "round {round}: {method} {target}: {}", answer.status());
        }
    }
}
