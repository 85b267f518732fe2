//! What every answer has, whatever route gave it: a request id, a log line, the problem's body, CORS, the mark of open identity.

use super::language::Language;
use super::{problem, routes};
use crate::app::App;
use crate::live::fault::Fault;
use crate::observe::{self, Metric, tell};
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lambda_http::RequestExt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

/// The request id header.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Says that the caller named itself and nothing proved it.
pub const OPEN_IDENTITY: HeaderName = HeaderName::from_static("x-kaibo-open-identity");
/// The header a caller may name itself with in open identity.
pub const USER_ID: HeaderName = HeaderName::from_static("x-user-id");

/// Set by the caller extractor when identity was open; read when the answer leaves.
#[derive(Clone, Debug, Default)]
pub struct OpenMark(Arc<AtomicBool>);

impl OpenMark {
    /// Identity was open.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// How callbacks are counted: by verdict, and by vendor and verdict.
pub const CALLBACK_SETS: &[&[&str]] = &[&["verdict"], &["vendor", "verdict"]];

/// Puts the layer around routes and gives them their state.
pub fn around(router: Router<App>, app: App) -> Router {
    router.layer(axum::middleware::from_fn_with_state(app.clone(), outermost)).with_state(app)
}

/// What answers a request, living on when it panics: an invocation must not take the function with it.
async fn caught(app: &App, answer: impl Future<Output = Response>) -> Response {
    let mut answer = pin!(answer);
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

async fn outermost(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = request_id(&app, request.extensions());
    observe::within(id.clone(), answered(&app, id, request, next)).await
}

async fn answered(app: &App, id: Arc<str>, mut request: Request, next: Next) -> Response {
    let started = app.now();
    let mark = OpenMark::default();
    let language = Language::of(request.headers(), &app.config.server.default_language);
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let origin = allowed_origin(app, request.headers());
    request.extensions_mut().insert(mark.clone());

    let mut response = if matched.is_some() && is_preflight(&request) && origin.is_some() {
        preflight()
    } else {
        caught(app, next.run(request)).await
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED && response.extensions().get::<Fault>().is_none() {
        let fault = wrong_method();
        response.extensions_mut().insert(fault);
    }
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        let headers = std::mem::take(response.headers_mut());
        response = problem::write(&fault, language, &id, headers);
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    if mark.0.load(Ordering::Relaxed) {
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
    // The template, never the path: path tokens, queries and headers are not for logs.
    let path = matched.as_ref().map_or("-", MatchedPath::as_str);
    let now = app.now();
    let ms = now.0.saturating_sub(started.0);
    if let Some(vendor) = routes::vendor_of(path)
        && response.status().is_client_error()
    {
        observe::count(now, "callbacks", &[("vendor", vendor), ("verdict", "refused")], CALLBACK_SETS);
    }
    let took = Metric { now, name: "request_ms", unit: "Milliseconds", value: ms, sets: &[&["route"]] };
    let status = i64::from(response.status().as_u16());
    tell!(took, "answered", method = method.as_str(), route = path, status = status, duration_ms = ms);
    response
}

/// What a person tells the operator, who finds it in the log.
fn request_id(app: &App, extensions: &Extensions) -> Arc<str> {
    match extensions.lambda_context_ref() {
        Some(context) => context.request_id.as_str().into(),
        None => {
            let mut text = [0; 32];
            // Two digits for each byte fit exactly, and are text.
            let _ = hex::encode_to_slice(app.nonce_bytes::<16>(), &mut text);
            std::str::from_utf8(&text).unwrap_or_default().into()
        }
    }
}

/// The router names the methods in `Allow` only after this answer has passed.
fn wrong_method() -> Fault {
    Fault::new(
        "method_not_allowed",
        "这个地址不支持此方法，支持的方法见 Allow 头。",
        "This address does not take this method; the Allow header names those it takes.",
    )
}

fn allowed_origin(app: &App, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let listed = |known: &String| known == "*" || origin.as_bytes() == known.trim_end_matches('/').as_bytes();
    app.config.server.allowed_origins.iter().any(listed).then(|| origin.clone())
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, accept-language, idempotency-key, x-user-id"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
