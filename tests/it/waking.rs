//! A TLS endpoint that counts handshakes stands for DynamoDB: after a warm init the first request makes none.

use crate::runtime::{Function, Stage};
use crate::samples::call;
use axum::serve::Listener;
use kaibo::cli::store_listen;
use kaibo::config::StoreConfig;
use kaibo::config::sections::Holder;
use kaibo::config::split::split;
use kaibo::http::routes::ROUTES;
use kaibo::store::Store;
use kaibo::store::embedded::Engine;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::server::TlsStream;

struct Counting {
    plain: TcpListener,
    tls: TlsAcceptor,
    handshakes: Arc<AtomicUsize>,
}

impl Listener for Counting {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, from)) = self.plain.accept().await else { continue };
            if let Ok(stream) = self.tls.accept(stream).await {
                self.handshakes.fetch_add(1, Ordering::SeqCst);
                return (stream, from);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.plain.local_addr()
    }
}

struct Endpoint {
    url: String,
    key_id: &'static str,
    ca: tempfile::NamedTempFile,
    handshakes: Arc<AtomicUsize>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Endpoint {
    async fn start() -> Self {
        let engine = Engine::in_memory().unwrap();
        Store::on_engine(&StoreConfig::default(), engine.clone(), None).await.unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let ca = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(ca.path(), made.cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}", plain.local_addr().unwrap().port());
        let handshakes = Arc::new(AtomicUsize::new(0));
        let listener = Counting { plain, tls: TlsAcceptor::from(Arc::new(config)), handshakes: handshakes.clone() };
        let router = store_listen::router(engine, "KAIBOWAKING");
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, key_id: "KAIBOWAKING", ca, handshakes, server }
    }

    async fn client(&self, warm: &str, trusts: bool) -> Function {
        let document = include_str!("functions.toml").replace("http://127.0.0.1:8000", &self.url);
        let part = split(&document, Holder::Client).unwrap();
        let ca = if trusts { self.ca.path().to_str().unwrap() } else { "" };
        let variables = [
            ("KAIBO_CONFIG_TEXT", part.as_str()),
            ("AWS_ACCESS_KEY_ID", self.key_id),
            ("KAIBO_WARM", warm),
            ("KAIBO_EXTRA_CA", ca),
        ];
        let mut client = Function::start(Stage::Own, "fn_client", &variables).await;
        client.ready().await;
        client
    }

    fn handshakes(&self) -> usize {
        self.handshakes.load(Ordering::SeqCst)
    }
}

/// Opens a room: reads and writes one after the other. (A list reads several days at once, over a connection each.)
async fn ask(client: &mut Function) -> u64 {
    let rooms = ROUTES.iter().find(|route| (route.method, route.path) == ("POST", "/v1/rooms")).unwrap();
    let answer = client.invoke(&call(rooms).event(false)).await;
    answer["statusCode"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_request_after_a_warm_init_makes_no_handshake() {
    let endpoint = Endpoint::start().await;
    let mut client = endpoint.client("on", true).await;
    assert_eq!(endpoint.handshakes(), 1, "{}", client.log());
    for status in [201, 200, 200] {
        assert_eq!(ask(&mut client).await, status, "{}", client.log());
    }
    assert_eq!(endpoint.handshakes(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn warming_can_be_turned_off_and_then_the_first_request_makes_the_handshake() {
    let endpoint = Endpoint::start().await;
    let mut client = endpoint.client("off", true).await;
    assert_eq!(endpoint.handshakes(), 0);
    assert_eq!(ask(&mut client).await, 201, "{}", client.log());
    assert_eq!(endpoint.handshakes(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_root_is_trusted_only_where_it_is_named() {
    let endpoint = Endpoint::start().await;
    let mut client = endpoint.client("off", false).await;
    assert_eq!(ask(&mut client).await, 503);
    assert_eq!(endpoint.handshakes(), 0);
}
