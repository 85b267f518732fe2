//! The same call over HTTP and as an API Gateway event gets the same answer: every address, with text and base64 bodies, bodies
//! that are no UTF-8, and queries with everything encoded.

use crate::harness::Request;
use crate::samples::{self, Call, call};
use base64::Engine;
use kaibo::app::App;
use kaibo::clock::{ManualClock, Random};
use kaibo::config::StoreConfig;
use kaibo::http::dispatch::Answers;
use kaibo::http::routes::{self, ROUTES};
use kaibo::http::server;
use kaibo::lambda;
use kaibo::live::time::UnixMs;
use kaibo::store::Store;
use lambda_http::lambda_runtime::{Context, LambdaEvent};
use lambda_http::request::LambdaRequest;
use lambda_http::service_fn;
use serde_json::Value;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use tower::{Service, ServiceExt};

/// The same bytes at every draw, so that both sides make the same ids and nonces however often each of them draws.
#[derive(Debug)]
struct Same;

impl Random for Same {
    fn fill(&self, into: &mut [u8]) {
        into.fill(0x5a);
    }
}

async fn app() -> App {
    let mut config = samples::config();
    config.store = StoreConfig { endpoint: "memory".into(), ..StoreConfig::default() };
    let store = Store::open(&config.store, None).await.unwrap();
    App::new(config, store, Arc::new(ManualClock::at(UnixMs::from_seconds(samples::NOW))), Arc::new(Same)).unwrap()
}

#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Seen {
    /// Without what names the request or the wire, and nothing else.
    fn new(status: u16, headers: impl Iterator<Item = (String, String)>, body: Vec<u8>) -> Self {
        let mut headers: BTreeMap<_, _> = headers.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        let id = headers.remove("x-request-id").expect("every answer has a request id");
        for of_the_wire in ["date", "content-length", "connection"] {
            headers.remove(of_the_wire);
        }
        let body = match std::str::from_utf8(&body) {
            Ok(text) => text.replace(&id, "REQUEST-ID").into_bytes(),
            Err(_) => body,
        };
        Self { status, headers, body }
    }
}

struct Both {
    address: SocketAddr,
    function: Answers,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Both {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Both {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answers = routes::all(app().await);
        let server = tokio::spawn(server::serve(listener, answers, std::future::pending()));
        Self { address, function: routes::all(app().await), server }
    }

    async fn http(&self, call: &Call) -> Seen {
        let start = Request::to(self.address, call.method, &call.target());
        let request = call.headers.iter().fold(start, |request, (name, value)| request.header(name, value)).body(&call.body);
        let answer = request.send().await;
        Seen::new(answer.status, answer.headers.into_iter(), answer.body)
    }

    async fn gateway(&self, call: &Call, base64: bool) -> Seen {
        let payload: LambdaRequest = serde_json::from_value(call.event(base64)).unwrap();
        let mut context = Context::default();
        context.request_id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd".into();
        let answers = self.function.clone();
        let service = service_fn(move |request| {
            let answers = answers.clone();
            async move { Ok::<_, Infallible>(lambda::answer(answers, request).await) }
        });
        let mut function = lambda_http::Adapter::from(service);
        let ready = ServiceExt::<LambdaEvent<LambdaRequest>>::ready(&mut function).await.unwrap();
        let answer = ready.call(LambdaEvent::new(payload, context)).await.unwrap();
        seen(&serde_json::to_value(answer).unwrap())
    }

    async fn agree(&self, call: &Call) {
        let base64_only = std::str::from_utf8(&call.body).is_err();
        let http = self.http(call).await;
        let gateway = self.gateway(call, base64_only).await;
        assert_eq!(
            gateway,
            http,
            "{call:?}\n{}\n{}",
            String::from_utf8_lossy(&gateway.body),
            String::from_utf8_lossy(&http.body)
        );
    }
}

/// What API Gateway would make of a function's answer.
fn seen(answer: &Value) -> Seen {
    let single = answer["headers"].as_object().into_iter().flatten();
    let single = single.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
    let body = answer["body"].as_str().unwrap_or_default();
    let body = match answer["isBase64Encoded"].as_bool() {
        Some(true) => base64::engine::general_purpose::STANDARD.decode(body).unwrap(),
        _ => body.as_bytes().to_vec(),
    };
    let status = answer["statusCode"].as_u64().unwrap().try_into().unwrap();
    Seen::new(status, single, body)
}

fn calls() -> Vec<Call> {
    // The room first: the others find it.
    let mut calls: Vec<Call> = ROUTES.iter().map(call).collect();
    calls.sort_by_key(|call| call.path != "/v1/rooms" || call.method != "POST");
    calls
}

#[tokio::test]
async fn every_address_answers_a_text_event_as_it_answers_http() {
    let both = Both::start().await;
    let mut good = 0;
    for call in calls() {
        both.agree(&call).await;
        good += usize::from(both.http(&call).await.status < 300);
    }
    assert!(good * 2 > ROUTES.len(), "most samples are good calls: {good}");
}

#[tokio::test]
async fn a_base64_body_is_the_body() {
    let both = Both::start().await;
    for call in calls() {
        let (http, gateway) = (both.http(&call).await, both.gateway(&call, true).await);
        assert_eq!(gateway, http, "{call:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_utf_8_or_no_json_is_refused_alike() {
    let both = Both::start().await;
    for call in calls().into_iter().filter(|call| call.method == "POST") {
        for body in [b"\xff\xfe\x00{".as_slice(), b"{\"user_id\":\"\xe5\xbc\"}", b"{", b"", b"null", b"[1]"] {
            both.agree(&Call { body: body.to_vec(), ..call.clone() }).await;
        }
    }
}

#[tokio::test]
async fn an_encoded_query_is_the_same_query() {
    let both = Both::start().await;
    for query in [
        "app_id=1739272706&id_name=%E5%BC%80%E6%92%AD",
        "app_id=1739272706&id_name=a+b%20c%2Bd%26e%3Df",
        "app%5Fid=1739272706&id_name=a&id_name=b",
        "app_id=1739272706&id_name=%FF%FE",
        "app_id=1739272706&id_name=%",
        "app_id=&id_name=undefined",
        "&&=&id_name",
        "limit=1&cursor=%00&status=open&live=true&owner=me",
    ] {
        for call in calls().into_iter().filter(|call| call.method == "GET") {
            both.agree(&Call { query: query.into(), ..call }).await;
        }
    }
}

#[tokio::test]
async fn unknown_addresses_wrong_methods_and_languages_are_alike() {
    let both = Both::start().await;
    let start = call(&ROUTES[0]);
    for (method, path) in [
        ("GET", "/nothing"),
        ("DELETE", "/v1/rooms"),
        ("GET", "/v1/sessions"),
        ("OPTIONS", "/v1/rooms"),
        ("GET", "/v1/rooms/%E5%BC%80"),
    ] {
        for language in ["zh-CN", "en"] {
            let call = Call { method, path: path.into(), query: String::new(), headers: Vec::new(), body: Vec::new() };
            both.agree(&call.with("accept-language", language)).await;
        }
    }
    both.agree(&start.with("referer", "https://servicewechat.com/wx0123456789abcdef/1/page-frame.html")).await;
}
