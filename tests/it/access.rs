//! Every address against every kind of caller that must not get through: read from the one list of addresses, so that an
//! address added tomorrow is asked too.

use crate::contract::concrete;
use crate::harness::{self, Kaibo};
use kaibo::http::routes::{ROUTES, Who};
use kaibo::live::caller::Scope;

const KEYS: [(&str, Scope); 4] = [
    (harness::READ, Scope::Read),
    (harness::INSPECT, Scope::Inspect),
    (harness::ISSUE, Scope::Issue),
    (harness::WRITE, Scope::Write),
];

#[tokio::test]
async fn without_a_good_proof_every_guarded_address_is_shut() {
    let kaibo = Kaibo::start(|_| {}).await;
    for route in ROUTES.iter().filter(|route| !matches!(route.who, Who::Anyone | Who::Vendor)) {
        for (bearer, code) in [
            (None, "proof_missing"),
            (Some("no-such-key"), "key_invalid"),
            (Some("ks1.eyJ1IjoidXNlcl8xIiwieCI6OTk5OTk5OTk5OTl9.AAAA"), "session_invalid"),
            (Some("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyXzEifQ."), "session_invalid"),
        ] {
            let answer = kaibo.request(route.method, &concrete(route.path)).bearer(bearer).send().await;
            assert_eq!((answer.status, answer.code().as_str()), (401, code), "{} {}", route.method, route.path);
            assert_eq!(answer.header("www-authenticate").as_deref(), Some("Bearer"));
        }
    }
}

#[tokio::test]
async fn an_operators_address_takes_its_own_scope_only() {
    let kaibo = Kaibo::start(|_| {}).await;
    let session = kaibo.session("user_1");
    for route in ROUTES {
        let Who::Operator(scope) = route.who else { continue };
        let ask = |bearer: &str| kaibo.request(route.method, &concrete(route.path)).bearer(Some(bearer)).send();
        assert_eq!(ask(&session).await.expect(403).code(), "scope_missing", "{}", route.path);
        for (key, has) in KEYS {
            let answer = ask(key).await;
            let shut = answer.status == 403 && answer.code() == "scope_missing";
            assert_eq!(shut, has != scope, "{} {} with {}", route.method, route.path, has.word());
        }
        // Open identity opens nothing of an operator's.
        let open = Kaibo::start(|config| config.access.open_identity = true).await;
        let answer = open.request(route.method, &concrete(route.path)).header("x-user-id", "all").send().await;
        assert_eq!(answer.expect(401).code(), "proof_missing");
    }
}

#[tokio::test]
async fn a_vendors_door_opens_to_nobody_elses_proof() {
    let kaibo = Kaibo::start(|_| {}).await;
    for route in ROUTES.iter().filter(|route| route.who == Who::Vendor) {
        for bearer in [None, Some(harness::ALL)] {
            let answer = kaibo.request(route.method, &concrete(route.path)).bearer(bearer).send().await;
            assert!(matches!(answer.status, 401 | 404), "{}: {}", route.path, answer.status);
        }
    }
}
