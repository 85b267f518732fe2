//! Every kind of caller against every kind of door, on routes of the test's own.

use crate::harness::{self, Answer, Kaibo};
use kaibo::http::ask::{Ask, InPath, Params, Raw};
use kaibo::http::caller::{Caller, MayRead, Operator};
use kaibo::http::dispatch::call;
use kaibo::http::fields::{Fields, Read};
use kaibo::http::routes::{Group, Route, Who, route};
use kaibo::live::caller::{Reader, Scope};
use kaibo::live::fault::Fault;
use serde_json::json;

struct Named(Option<String>);

impl Read for Named {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self(fields.named_user())
    }
}

async fn act(caller: Caller, Ask(body): Ask<Named>) -> Result<String, Fault> {
    Ok(caller.acting_as(body.0.as_deref())?.user_id)
}

async fn look(reader: Reader) -> String {
    reader.user_id().unwrap_or("an operator").to_owned()
}

async fn operate(operator: Operator<MayRead>) -> String {
    operator.0.name
}

async fn raw(Raw(body): Raw) -> String {
    body.len().to_string()
}

async fn path(InPath(name): InPath<String>) -> String {
    name
}

async fn query(Params(named): Params<Named>) -> String {
    named.0.unwrap_or_default()
}

async fn panics() -> String {
    panic!("canary")
}

const DOORS: &[Route] = &[
    route("POST", "/act", Group::Page, Who::User, "", |request, app| call(act, request, app)),
    route("GET", "/look", Group::Page, Who::Reader, "", |request, app| call(look, request, app)),
    route("GET", "/operate", Group::Page, Who::Operator(Scope::Read), "", |request, app| call(operate, request, app)),
    route("POST", "/raw", Group::Page, Who::Anyone, "", |request, app| call(raw, request, app)),
    route("GET", "/path/{name}", Group::Page, Who::Anyone, "", |request, app| call(path, request, app)),
    route("GET", "/query", Group::Page, Who::Anyone, "", |request, app| call(query, request, app)),
    route("GET", "/panic", Group::Page, Who::Anyone, "", |request, app| call(panics, request, app)),
];

fn said(answer: &Answer) -> String {
    if answer.status == 200 { answer.text() } else { format!("{} {}", answer.status, answer.code()) }
}

#[tokio::test]
async fn each_caller_gets_through_its_own_doors_only() {
    let kaibo = Kaibo::start_routes(|_| {}, DOORS).await;
    let session = kaibo.session("user_1");
    for (bearer, act, act_for_other, look, operate) in [
        (None, "401 proof_missing", "401 proof_missing", "401 proof_missing", "401 proof_missing"),
        (Some(session.as_str()), "user_1", "403 not_yourself", "user_1", "403 scope_missing"),
        (Some(harness::ALL), "400 field_missing", "user_2", "an operator", "all"),
        (Some(harness::ISSUE), "400 field_missing", "user_2", "403 scope_missing", "403 scope_missing"),
        (Some(harness::READ), "403 scope_missing", "403 scope_missing", "an operator", "reader"),
        (Some("no-such-key"), "401 key_invalid", "401 key_invalid", "401 key_invalid", "401 key_invalid"),
        (Some("ks1.e30.AAAA"), "401 session_invalid", "401 session_invalid", "401 session_invalid", "401 session_invalid"),
        (Some("eyJ9.e30.AAAA"), "401 session_invalid", "401 session_invalid", "401 session_invalid", "401 session_invalid"),
    ] {
        let got = [
            said(&kaibo.post("/act", bearer, json!({})).await),
            said(&kaibo.post("/act", bearer, json!({ "user_id": "user_2" })).await),
            said(&kaibo.get("/look", bearer).await),
            said(&kaibo.get("/operate", bearer).await),
        ];
        assert_eq!(got, [act, act_for_other, look, operate], "{bearer:?}");
    }
}

#[tokio::test]
async fn naming_oneself_is_no_harm_and_another_is_refused_wherever_it_stands() {
    let kaibo = Kaibo::start_routes(|_| {}, DOORS).await;
    let session = kaibo.session("user_1");
    let bearer = Some(session.as_str());
    assert_eq!(said(&kaibo.post("/act", bearer, json!({ "id_name": "user_1" })).await), "user_1");
    for target in ["/act?user_id=user_2", "/act?id_name=user_2"] {
        assert_eq!(said(&kaibo.post(target, bearer, json!({})).await), "403 not_yourself");
    }
    let header = kaibo.request("POST", "/act").bearer(bearer).header("x-user-id", "user_2").send().await;
    assert_eq!(said(&header), "403 not_yourself");
}

#[tokio::test]
async fn open_identity_takes_a_name_and_says_so() {
    let kaibo = Kaibo::start_routes(|config| config.access.open_identity = true, DOORS).await;
    let marked = |answer: &Answer| answer.header("x-kaibo-open-identity").as_deref() == Some("true");
    let body = kaibo.post("/act", None, json!({ "user_id": "user_1" })).await;
    let query = kaibo.post("/act?id_name=user_1", None, json!({})).await;
    let header = kaibo.request("POST", "/act").header("x-user-id", "user_1").send().await;
    for answer in [&body, &query, &header] {
        assert_eq!(said(answer), "user_1");
        assert!(marked(answer));
    }
    let nameless = kaibo.post("/act", None, json!({})).await.expect(400);
    assert_eq!(nameless.fields(), ["user_id"]);
    assert!(marked(&nameless));
    assert_eq!(said(&kaibo.get("/operate", None).await), "401 proof_missing");
    assert_eq!(said(&kaibo.get("/look?user_id=a%20b", None).await), "400 field_invalid");
    // A wrong proof is a wrong proof; a right one is not open.
    assert_eq!(said(&kaibo.get("/look?user_id=user_1", Some("no-such-key")).await), "401 key_invalid");
    let basic = kaibo.request("GET", "/look?user_id=user_1").header("authorization", "Basic dTpw").send().await;
    assert_eq!(said(&basic), "401 key_invalid");
    let session = kaibo.session("user_1");
    let proven = kaibo.get("/look", Some(&session)).await.expect(200);
    assert!(!marked(&proven));
}

#[tokio::test]
async fn a_large_body_is_refused_however_it_comes() {
    let kaibo = Kaibo::start_routes(|_| {}, DOORS).await;
    let most = vec![b'x'; 64 * 1024];
    assert_eq!(kaibo.request("POST", "/raw").body(&most).send().await.expect(200).text(), "65536");
    let more = [most.as_slice(), b"x"].concat();
    assert_eq!(said(&kaibo.request("POST", "/raw").body(&more).send().await), "413 body_too_large");
    let chunk = [format!("{:x}\r\n", more.len()).into_bytes(), more, b"\r\n0\r\n\r\n".to_vec()].concat();
    let chunked = kaibo.request("POST", "/raw").header("transfer-encoding", "chunked").unframed(chunk);
    assert_eq!(said(&chunked.send().await), "413 body_too_large");
}

#[tokio::test]
async fn text_that_is_not_utf8_is_refused_by_place() {
    let kaibo = Kaibo::start_routes(|_| {}, DOORS).await;
    assert_eq!(said(&kaibo.get("/path/%e7%9b%b4", None).await), "直");
    assert_eq!(said(&kaibo.get("/path/%ff", None).await), "400 path_invalid");
    assert_eq!(said(&kaibo.get("/query?user_id=%ff", None).await), "400 query_invalid");
}

#[tokio::test]
async fn a_panic_is_a_problem_and_tells_nothing() {
    let kaibo = Kaibo::start_routes(|_| {}, DOORS).await;
    let answer = kaibo.get("/panic", None).await.expect(500);
    assert_eq!(answer.code(), "internal");
    assert!(!answer.text().contains("canary"));
    kaibo.get("/query", None).await.expect(200);
}
