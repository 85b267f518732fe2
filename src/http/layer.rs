//! What every answer has, whatever route gave it: a request id, a log line, the problem's body, CORS, the mark of open identity.

use super::dispatch::Answer;
use super::language::Language;
use super::problem;
use super::routes::{self, Route};
use crate::app::App;
use crate::live::fault::Fault;
use crate::live::time::UnixMs;
use crate::observe::{self, Metric, Word, tell};
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lambda_http::RequestExt;
use std::cell::Cell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

/// The request id header.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Says that the caller named itself and nothing proved it.
pub const OPEN_IDENTITY: HeaderName = HeaderName::from_static("x-kaibo-open-identity");
/// The header a caller may name itself with in open identity.
pub const USER_ID: HeaderName = HeaderName::from_static("x-user-id");

tokio::task_local! {
    /// Whether identity was open in the request that is being answered.
    static OPEN: Cell<bool>;
}

/// Has the answer say that the caller named itself and nothing proved it.
pub fn mark_open() {
    // Outside a request there is no answer to mark.
    let _ = OPEN.try_with(|open| open.set(true));
}

/// How callbacks are counted: by verdict, and by vendor and verdict.
pub const CALLBACK_SETS: &[&[&str]] = &[&["verdict"], &["vendor", "verdict"]];

/// What answers a request, living on when it panics: an invocation must not take the function with it.
async fn caught(app: &App, mut answer: Answer) -> Response {
    let polled = poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    });
    if let Some(response) = polled.await {
        return response;
    }
    // The message may hold anything; the panic hook has printed the place.
    tracing::error!("a handler panicked");
    observe::count(app.now(), "panics", &[], &[&[]]);
    problem::internal().into_response()
}

/// What its answer needs of a request, which itself goes to the handler.
pub(super) struct Asked {
    /// Asks for leave to send another request, and has it.
    pub(super) is_preflight: bool,
    id: Arc<str>,
    started: UnixMs,
    method: Method,
    /// The template, never the path: path tokens, queries and headers are not for logs.
    route: &'static str,
    language: Option<Language>,
    origin: Option<HeaderValue>,
}

impl Asked {
    /// Looks at a request whose path has these routes.
    pub(super) fn of(app: &App, at: &[&'static Route], request: &Request) -> Self {
        let origin = allowed_origin(app, request.headers());
        Self {
            is_preflight: !at.is_empty() && asks_for_leave(request) && origin.is_some(),
            id: request_id(app, request.extensions()),
            started: app.now(),
            method: request.method().clone(),
            route: at.first().map_or("-", |route| route.path),
            language: Language::asked(request.headers()),
            origin,
        }
    }
}

/// Puts around what a handler answers what every answer has.
pub(super) fn answer(app: &App, asked: Asked, answer: Answer) -> impl Future<Output = Response> {
    let id = asked.id.clone();
    observe::within(id, OPEN.scope(Cell::new(false), answered(app, asked, answer)))
}

async fn answered(app: &App, asked: Asked, answer: Answer) -> Response {
    let Asked { is_preflight: _, id, started, method, route, language, origin } = asked;
    let mut response = caught(app, answer).await;
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        let headers = std::mem::take(response.headers_mut());
        let language = language.unwrap_or_else(|| Language::configured(&app.config.server.default_language));
        response = problem::write(&fault, language, &id, headers);
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    if OPEN.with(Cell::get) {
        headers.insert(OPEN_IDENTITY, HeaderValue::from_static("true"));
    }
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("x-request-id, retry-after, x-kaibo-open-identity"),
        );
    }
    if !app.config.server.allowed_origins.is_empty() {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    let now = app.now();
    let ms = now.0.saturating_sub(started.0);
    if response.status().is_client_error()
        && let Some(vendor) = routes::vendor_of(route)
    {
        observe::count(now, "callbacks", &[("vendor", vendor), ("verdict", "refused")], CALLBACK_SETS);
    }
    let took = Metric { now, name: "request_ms", unit: "Milliseconds", value: ms, sets: &[&["route"]] };
    let status = i64::from(response.status().as_u16());
    tell!(took, "answered", method = method.as_str(), route = Word(route), status = status, duration_ms = ms);
    if method == Method::HEAD { without_body(response) } else { response }
}

/// What a person tells the operator, who finds it in the log.
fn request_id(app: &App, extensions: &Extensions) -> Arc<str> {
    let of_lambda = extensions.lambda_context_ref().map(|context| context.request_id.as_str());
    match of_lambda.filter(|id| observe::is_request_id(id)) {
        Some(id) => id.into(),
        None => {
            let mut text = [0; 32];
            // Two digits for each byte fit exactly, and are text.
            let _ = hex::encode_to_slice(app.nonce_bytes::<16>(), &mut text);
            std::str::from_utf8(&text).unwrap_or_default().into()
        }
    }
}

/// The same answer to HEAD, which has the length of what it leaves out.
fn without_body(mut response: Response) -> Response {
    let body = std::mem::take(response.body_mut());
    if let Some(length) = body.size_hint().exact() {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

fn allowed_origin(app: &App, headers: &HeaderMap) -> Option<HeaderValue> {
    let allowed = &app.config.server.allowed_origins;
    let origin = (!allowed.is_empty()).then(|| headers.get(header::ORIGIN))??;
    let listed = |known: &String| known == "*" || origin.as_bytes() == known.trim_end_matches('/').as_bytes();
    allowed.iter().any(listed).then(|| origin.clone())
}

fn asks_for_leave(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The leave.
pub(super) fn preflight() -> Answer {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, accept-language, idempotency-key, x-user-id"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Box::pin(std::future::ready(response))
}
