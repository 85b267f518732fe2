//! Promise 11: every address against every kind of caller. What is expected follows from the list of addresses alone, so that an
//! address added tomorrow is asked too, and one whose call is not known here fails.

use crate::contract::concrete;
use crate::harness::{self, Answer, Kaibo};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kaibo::app::access::sessions;
use kaibo::http::routes::{ROUTES, Route, Who};
use kaibo::live::caller::Scope;
use kaibo::live::time::UnixMs;
use ring::hmac;
use serde_json::{Value, json};

const NOW: UnixMs = UnixMs(1_800_000_000_000);

/// Every kind of caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Nobody,
    UnknownKey,
    OtherScheme,
    ForgedSession,
    ExpiredSession,
    Session,
    UnsignedJwt,
    ExpiredJwt,
    JwtOfAnotherIssuer,
    Jwt,
    Operator(Scope),
    /// Identity is open, and the caller names itself.
    Named,
    /// Identity is open, and the caller says nothing.
    Unnamed,
    /// Identity is open, and the caller shows a wrong proof.
    NamedWithUnknownKey,
}

const KINDS: [Kind; 17] = [
    Kind::Nobody,
    Kind::UnknownKey,
    Kind::OtherScheme,
    Kind::ForgedSession,
    Kind::ExpiredSession,
    Kind::Session,
    Kind::UnsignedJwt,
    Kind::ExpiredJwt,
    Kind::JwtOfAnotherIssuer,
    Kind::Jwt,
    Kind::Operator(Scope::Read),
    Kind::Operator(Scope::Inspect),
    Kind::Operator(Scope::Issue),
    Kind::Operator(Scope::Write),
    Kind::Named,
    Kind::Unnamed,
    Kind::NamedWithUnknownKey,
];

/// What an access rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// Past it; what the call then answers is not its matter.
    Through,
    Refused(u16, &'static str),
}

/// The whole rule.
fn expected(who: Who, kind: Kind) -> Says {
    use Says::{Refused, Through};
    let scope_missing = Refused(403, "scope_missing");
    match (who, kind) {
        (Who::Anyone, _) => Through,
        (Who::Vendor, _) => Refused(404, "callback_app_unknown"),
        (_, Kind::Nobody) => Refused(401, "proof_missing"),
        (_, Kind::UnknownKey | Kind::OtherScheme | Kind::NamedWithUnknownKey) => Refused(401, "key_invalid"),
        (_, Kind::ForgedSession | Kind::UnsignedJwt | Kind::JwtOfAnotherIssuer) => Refused(401, "session_invalid"),
        (_, Kind::ExpiredSession | Kind::ExpiredJwt) => Refused(401, "session_expired"),

        (Who::User | Who::Manager | Who::Planner | Who::Reader | Who::RtcRoom, Kind::Session | Kind::Jwt | Kind::Named) => {
            Through
        }
        (Who::Reader, Kind::Unnamed) => Through,
        (Who::User | Who::Manager | Who::Planner | Who::RtcRoom, Kind::Unnamed) => Refused(400, "field_missing"),
        (Who::Operator(_), Kind::Session | Kind::Jwt) => scope_missing,
        // Open identity opens nothing of an operator's.
        (Who::Operator(_), Kind::Named | Kind::Unnamed) => Refused(401, "proof_missing"),

        (Who::Operator(needed), Kind::Operator(scope)) if scope == needed => Through,
        (Who::Reader, Kind::Operator(Scope::Read)) => Through,
        (Who::Manager, Kind::Operator(Scope::Write)) => Through,
        (Who::Planner, Kind::Operator(Scope::Write | Scope::Issue)) => Through,
        // Who may act for others must say for whom.
        (Who::User | Who::Manager | Who::RtcRoom, Kind::Operator(Scope::Issue)) => Refused(400, "field_missing"),
        (Who::Operator(_) | Who::User | Who::Manager | Who::Planner | Who::Reader | Who::RtcRoom, Kind::Operator(_)) => {
            scope_missing
        }
    }
}

/// A body that is right, so that nothing but the caller can be wrong. None: an address that is not known here.
fn body(route: &Route) -> Option<Value> {
    if route.method == "GET" {
        return Some(Value::Null);
    }
    let last = route.path.rsplit('/').next().unwrap();
    Some(match last {
        _ if route.who == Who::Vendor => json!({}),
        _ if route.who == Who::RtcRoom => json!({ "roomID": "r1", "roomInfo": "x" }),
        "sessions" => json!({ "code": "c1" }),
        "tokens" => json!({ "version": "04" }),
        "private-map-key" => json!({ "room_id": 5, "role": "viewer" }),
        "urls" => json!({ "stream_id": "s" }),
        "voip-signature" => json!({ "group_id": "g1" }),
        "rooms" => json!({ "provider": "zego" }),
        "tickets" => json!({ "role": "viewer" }),
        "kick" => json!({ "user_id": "user_2" }),
        "seats" => json!({ "kind": "request" }),
        "mix-plan" => json!({ "width": 360, "height": 640 }),
        "check" => json!({ "profiles": ["css"] }),
        "tasks" => json!({ "task_id": "t1" }),
        "inspect" => json!({ "text": "x" }),
        "user-sig" | "close" | "heartbeat" | "leave" | "accept" | "refuse" | "end" => json!({}),
        _ => return None,
    })
}

fn jwt(issuer: &str, algorithm: &str, expires: UnixMs) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({ "iss": issuer, "aud": "kaibo", "sub": "user_1", "exp": expires.seconds() });
    let text = format!("{}.{}", part(json!({ "alg": algorithm })), part(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"fixture-jwt-secret-0123456789abcdef");
    let tag = if algorithm == "none" { String::new() } else { URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes())) };
    format!("{text}.{tag}")
}

/// What the caller shows.
fn proof(kaibo: &Kaibo, kind: Kind) -> Option<String> {
    let session = |ends: i64| {
        let keys = kaibo.app.config.access.session_keys.as_ref();
        sessions::issue(keys, "user_1", NOW.plus_seconds(ends), NOW).unwrap()
    };
    let (ours, later) = ("https://id.example.com", NOW.plus_seconds(60));
    let text = match kind {
        Kind::Nobody | Kind::Named | Kind::Unnamed => return None,
        Kind::OtherScheme => return Some("Basic dTpw".to_owned()),
        Kind::UnknownKey | Kind::NamedWithUnknownKey => "no-such-key".to_owned(),
        Kind::ForgedSession => format!("{}A", session(60)),
        Kind::ExpiredSession => session(0),
        Kind::Session => session(60),
        Kind::UnsignedJwt => jwt(ours, "none", later),
        Kind::ExpiredJwt => jwt(ours, "HS256", NOW),
        Kind::JwtOfAnotherIssuer => jwt("https://id.example.org", "HS256", later),
        Kind::Jwt => jwt(ours, "HS256", later),
        Kind::Operator(Scope::Read) => harness::READ.to_owned(),
        Kind::Operator(Scope::Inspect) => harness::INSPECT.to_owned(),
        Kind::Operator(Scope::Issue) => harness::ISSUE.to_owned(),
        Kind::Operator(Scope::Write) => harness::WRITE.to_owned(),
    };
    Some(format!("Bearer {text}"))
}

/// What the access rule said, by the answer.
fn said(answer: &Answer) -> Says {
    let problem = answer.status >= 400 && answer.header("content-type").as_deref() == Some("application/problem+json");
    let code = if problem { answer.code() } else { String::new() };
    let words = [
        "proof_missing",
        "key_invalid",
        "session_invalid",
        "session_expired",
        "scope_missing",
        "callback_app_unknown",
        "field_missing",
        "callback_unsigned",
        "not_yourself",
        "field_invalid",
        "body_invalid",
    ];
    words.iter().find(|word| **word == code).map_or(Says::Through, |word| Says::Refused(answer.status, word))
}

#[tokio::test]
async fn every_address_answers_every_kind_of_caller_by_its_rule() {
    let shut = Kaibo::start_at(NOW, |_| {}).await;
    let open = Kaibo::start_at(NOW, |config| config.access.open_identity = true).await;
    let mut asked = 0;
    for route in ROUTES {
        let body = body(route).unwrap_or_else(|| panic!("how {} {} is called is not told here", route.method, route.path));
        for kind in KINDS {
            let is_open = matches!(kind, Kind::Named | Kind::Unnamed | Kind::NamedWithUnknownKey);
            let kaibo = if is_open { &open } else { &shut };
            let mut request = kaibo.request(route.method, &concrete(route.path));
            if let Some(proof) = proof(kaibo, kind) {
                request = request.header("authorization", proof);
            }
            if matches!(kind, Kind::Named | Kind::NamedWithUnknownKey) {
                request = request.header("x-user-id", "user_1");
            }
            if !body.is_null() {
                request = request.json(&body);
            }
            let answer = request.send().await;
            let here = format!("{} {} as {kind:?}: {}", route.method, route.path, answer.text());
            asked += 1;
            if route.who == Who::RtcRoom {
                // These demos know no statuses; 8 is their word for a caller who may not.
                let told = answer.expect(200).json();
                // Lists are looked at, the other calls act.
                let looks = ["get_room_list", "get_room_members"].iter().any(|name| route.path.ends_with(name));
                let rule = expected(if looks { Who::Reader } else { Who::RtcRoom }, kind);
                assert_eq!(told["code"] == 8, matches!(rule, Says::Refused(401 | 403, _)), "{here}");
                continue;
            }
            let rule = expected(route.who, kind);
            let got = said(&answer);
            if rule == Says::Through {
                // A call that is let through may find its own faults, but none of who calls.
                assert!(!matches!(got, Says::Refused(401 | 403, _) | Says::Refused(_, "callback_app_unknown")), "{here}");
                let own_fault = matches!(got, Says::Refused(400, _));
                assert!(!own_fault || route.method == "GET", "{here}");
            } else {
                assert_eq!(got, rule, "{here}");
            }
            if answer.status == 401 {
                assert_eq!(answer.header("www-authenticate").as_deref(), Some("Bearer"), "{here}");
            }
            let marked = answer.header("x-kaibo-open-identity").is_some();
            let by_name = matches!(kind, Kind::Named | Kind::Unnamed) && !matches!(route.who, Who::Anyone | Who::Vendor);
            assert_eq!(marked, by_name, "{here}");
        }
    }
    assert_eq!(asked, ROUTES.len() * KINDS.len());
}
