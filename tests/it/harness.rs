//! A running kaibo on a real socket with a store in memory, and a small HTTP client.

// Each story uses its part of this.
#![allow(dead_code)]

use kaibo::app::App;
use kaibo::clock::{Clock, ManualClock, SystemClock, SystemRandom};
use kaibo::config::Config;
use kaibo::http::dispatch::Answers;
use kaibo::http::routes::{self, Route};
use kaibo::http::server;
use kaibo::live::time::UnixMs;
use kaibo::store::Store;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// Operator keys of `fixture.toml`.
pub const ALL: &str = "fixture-operator-key-all";
pub const READ: &str = "fixture-operator-key-read";
pub const INSPECT: &str = "fixture-operator-key-inspect";
pub const ISSUE: &str = "fixture-operator-key-issue";
pub const WRITE: &str = "fixture-operator-key-write";

/// The configuration that tests start from.
pub fn fixture() -> Config {
    toml::from_str(include_str!("fixture.toml")).unwrap()
}

/// A running server.
pub struct Kaibo {
    pub app: App,
    pub address: SocketAddr,
    /// Set by `start_at`; then time stands still until the test moves it.
    pub clock: Option<Arc<ManualClock>>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Kaibo {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Kaibo {
    /// With the machine's clock.
    pub async fn start(tweak: impl FnOnce(&mut Config)) -> Self {
        let config = tweaked(tweak);
        let store = Store::open(&config.store, None).await.unwrap();
        Self::serve(config, store, Arc::new(SystemClock), None, routes::all).await
    }

    /// With routes of the test's own, for what no one route shows.
    pub async fn start_routes(tweak: impl FnOnce(&mut Config), own: &'static [Route]) -> Self {
        let config = tweaked(tweak);
        let store = Store::open(&config.store, None).await.unwrap();
        Self::serve(config, store, Arc::new(SystemClock), None, |app| Answers::new(app, own)).await
    }

    /// With a clock that the test moves.
    pub async fn start_at(now: UnixMs, tweak: impl FnOnce(&mut Config)) -> Self {
        let config = tweaked(tweak);
        let store = Store::open(&config.store, None).await.unwrap();
        Self::start_on(store, now, config).await
    }

    /// On a store that the test opened, e.g. with an HTTP client that counts or breaks calls.
    pub async fn start_on(store: Store, now: UnixMs, config: Config) -> Self {
        let clock = Arc::new(ManualClock::at(now));
        Self::serve(config, store, clock.clone(), Some(clock), routes::all).await
    }

    async fn serve(
        config: Config,
        store: Store,
        clock: Arc<dyn Clock>,
        manual: Option<Arc<ManualClock>>,
        answers: impl FnOnce(App) -> Answers,
    ) -> Self {
        let app = App::new(config, store, clock, Arc::new(SystemRandom::default())).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answers = answers(app.clone());
        let server = tokio::spawn(server::serve(listener, answers, std::future::pending()));
        Self { app, address, clock: manual, server }
    }

    /// A login session of a user.
    pub fn session(&self, user_id: &str) -> String {
        let now = self.app.now();
        let keys = self.app.config.access.session_keys.as_ref();
        kaibo::app::access::sessions::issue(keys, user_id, now.plus_seconds(3600), now).unwrap()
    }

    /// A request to be filled and sent.
    pub fn request(&self, method: &str, target: &str) -> Request {
        Request::to(self.address, method, target)
    }

    /// GET.
    pub async fn get(&self, target: &str, bearer: Option<&str>) -> Answer {
        self.request("GET", target).bearer(bearer).send().await
    }

    /// POST with a JSON body.
    pub async fn post(&self, target: &str, bearer: Option<&str>, body: Value) -> Answer {
        self.request("POST", target).bearer(bearer).json(&body).send().await
    }
}

fn tweaked(tweak: impl FnOnce(&mut Config)) -> Config {
    let mut config = fixture();
    tweak(&mut config);
    config
}

/// A request as it will be on the wire.
#[derive(Clone, Debug)]
pub struct Request {
    address: SocketAddr,
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    framed: bool,
}

impl Request {
    pub fn to(address: SocketAddr, method: &str, target: &str) -> Self {
        Self { address, method: method.into(), target: target.into(), headers: Vec::new(), body: Vec::new(), framed: true }
    }

    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.into(), value.as_ref().to_vec()));
        self
    }

    pub fn bearer(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.header("authorization", format!("Bearer {text}")),
            None => self,
        }
    }

    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    /// A body sent without a length, for callers that chunk it themselves.
    pub fn unframed(mut self, body: Vec<u8>) -> Self {
        self.framed = false;
        self.body(body)
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    /// Sends it and reads the whole answer. A blocking socket: the client shares nothing with the server under test.
    pub async fn send(self) -> Answer {
        tokio::task::spawn_blocking(move || self.exchange()).await.unwrap()
    }

    /// The same where nothing is async.
    pub fn exchange(&self) -> Answer {
        let mut wire =
            format!("{} {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.method, self.target, self.address).into_bytes();
        for (name, value) in &self.headers {
            wire.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        if self.framed && !self.body.is_empty() {
            wire.extend(format!("content-length: {}\r\n", self.body.len()).into_bytes());
        }
        wire.extend(b"\r\n");
        wire.extend(&self.body);
        let mut socket = TcpStream::connect(self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        // A server that refuses a large body may answer and close before all of it is sent.
        let _ = socket.write_all(&wire);
        let mut all = Vec::new();
        let _ = socket.read_to_end(&mut all);
        Answer::parse(&all)
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    fn parse(wire: &[u8]) -> Self {
        let end = wire.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer with a head");
        let head = String::from_utf8(wire[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        assert!(!headers.iter().any(|(name, _)| name == "transfer-encoding"), "answers have a length");
        Self { status, headers, body: wire[end + 4..].to_vec() }
    }

    /// A header's value; several are joined as HTTP allows.
    pub fn header(&self, name: &str) -> Option<String> {
        let all: Vec<_> = self.headers.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str()).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The answer, which must have this status.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    /// The code word of a problem, whose form is checked on the way.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type").as_deref(), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert_eq!(problem["instance"].as_str(), self.header("x-request-id").as_deref());
        assert!(["title", "detail", "type"].iter().all(|name| !problem[name].as_str().unwrap().is_empty()));
        problem["code"].as_str().unwrap().to_owned()
    }

    /// The fields a problem names.
    pub fn fields(&self) -> Vec<String> {
        self.json()["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap().to_owned()).collect()
    }
}

/// A viewer's ticket straight from the use case, where HTTP would only cost time.
pub async fn viewer_ticket(app: &App, room_id: &str, user_id: &str) -> kaibo::live::ticket::Ticket {
    use kaibo::live::caller::{Actor, Trust};
    let viewer = Actor { user_id: user_id.into(), trust: Trust::Own };
    kaibo::app::tickets::issue(app, &viewer, room_id, kaibo::live::ticket::Role::Viewer, None).await.unwrap()
}
