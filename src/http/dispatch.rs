//! From a request to the handler of its route. Handlers and extractors are axum's; its `Router` is not here, because each of
//! that router's routes is a boxed service which is copied for every request and again for every layer, and those copies
//! cost more than making a token. matchit finds the path, as it does in axum.

use super::layer::{self, Asked};
use super::routes::Route;
use crate::app::App;
use crate::live::fault::Fault;
use axum::BoxError;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::{self, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

/// What a handler will have answered.
pub type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Calls a handler with what its arguments take from the request.
pub fn call<T, H: Handler<T, App, Future = Answer>>(handler: H, request: Request, app: App) -> Answer {
    handler.call(request, app)
}

/// Routes, with what every answer has around them. Cheap to clone.
#[derive(Clone)]
pub struct Answers(Arc<Table>);

struct Table {
    app: App,
    paths: Arc<matchit::Router<Vec<&'static Route>>>,
}

impl Answers {
    /// Answers these addresses and no others. Two that cannot be told apart are a mistake in the table of routes: the second
    /// one is never found, which the tests of every route would show.
    pub fn new(app: App, routes: impl IntoIterator<Item = &'static Route>) -> Self {
        let mut by_path = BTreeMap::<_, Vec<_>>::new();
        for route in routes {
            by_path.entry(route.path).or_default().push(route);
        }
        let mut paths = matchit::Router::new();
        for (path, at) in by_path {
            let _ = paths.insert(path, at);
        }
        Self(Arc::new(Table { app, paths: Arc::new(paths) }))
    }

    /// The same for one connection. Each request has its own clone, and threads that counted those clones in one place would
    /// wait for each other.
    pub fn apart(&self) -> Self {
        Self(Arc::new(Table { app: self.0.app.apart(), paths: self.0.paths.clone() }))
    }

    /// Answers a request.
    pub fn answer<B>(self, request: http::Request<B>) -> impl Future<Output = Result<Response, Infallible>> + Send
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        // Most requests have no body, and an empty one takes no room.
        let request = request.map(|body| if body.is_end_stream() { Body::empty() } else { Body::new(body) });
        let Table { app, paths } = &*self.0;
        let at = paths.at(request.uri().path()).map(|found| found.value.as_slice()).unwrap_or_default();
        let asked = Asked::of(app, at, &request);
        let answer = if asked.is_preflight { layer::preflight() } else { handle(app, at, request) };
        async move { Ok(layer::answer(&self.0.app, asked, answer).await) }
    }
}

/// Has the request handled by the route of its method among those of its path.
fn handle(app: &App, at: &[&'static Route], mut request: Request) -> Answer {
    let Some(route) = at.iter().find(|route| route.takes(request.method())) else {
        let refused = if at.is_empty() { unknown().into_response() } else { wrong_method(at) };
        return Box::pin(std::future::ready(refused));
    };
    if route.path.contains('{') {
        request.extensions_mut().insert(*route);
    }
    (route.serve)(request, app.clone())
}

fn unknown() -> Fault {
    Fault::new("route_unknown", "没有这个地址。请核对路径。", "There is no such address; check the path.")
}

fn wrong_method(at: &[&'static Route]) -> Response {
    let fault = Fault::new(
        "method_not_allowed",
        "这个地址不支持此方法，支持的方法见 Allow 头。",
        "This address does not take this method; the Allow header names those it takes.",
    );
    let mut response = fault.into_response();
    let takes = |method: &Method| at.iter().any(|route| route.takes(method));
    let allowed = match (takes(&Method::GET), takes(&Method::POST)) {
        (true, true) => "GET,HEAD,POST",
        (true, false) => "GET,HEAD",
        _ => "POST",
    };
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

#[cfg(test)]
mod tests {
    use super::super::routes::ROUTES;
    use super::*;
    use crate::clock::{ManualClock, SeededRandom};
    use crate::config::{Config, StoreConfig};
    use crate::live::time::UnixMs;
    use crate::store::Store;

    #[tokio::test]
    async fn what_a_handler_needs_while_it_waits_is_small() {
        let memory = StoreConfig { endpoint: "memory".into(), ..StoreConfig::default() };
        let store = Store::open(&memory, None).await.unwrap();
        let clock = Arc::new(ManualClock::at(UnixMs::from_seconds(1_800_000_000)));
        let app = App::new(Config::default(), store, clock, Arc::new(SeededRandom::new(1))).unwrap();
        for route in ROUTES {
            let answer = (route.serve)(Request::new(Body::empty()), app.clone());
            let size = size_of_val(&*answer);
            // It is made for each request. A call of the SDK is 6 KB, so each is in a box. A callback is always written. What is
            // asked for most is no larger than the pieces that the allocator has at hand.
            let most = match route.path {
                path if path.starts_with("/callbacks/") => 8 * 1024,
                "/v1/zego/login-token" => 1024,
                _ => 6 * 1024,
            };
            assert!(size <= most, "{} {}: {size} bytes", route.method, route.path);
        }
    }
}
