//! A kaibo whose calls to the store are counted: what a call of ours costs is a promise.

use crate::harness::{Kaibo, fixture};
use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use kaibo::config::Config;
use kaibo::live::time::UnixMs;
use kaibo::store::Store;
use kaibo::store::embedded::Engine;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What went to the store since the last look.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    reads: Arc<AtomicUsize>,
    writes: Arc<AtomicUsize>,
}

impl Counts {
    /// Reads and writes, and starts anew.
    pub fn take(&self) -> (usize, usize) {
        (self.reads.swap(0, Ordering::SeqCst), self.writes.swap(0, Ordering::SeqCst))
    }

    /// Calls of either kind, and starts anew.
    pub fn all(&self) -> usize {
        let (reads, writes) = self.take();
        reads + writes
    }
}

#[derive(Clone, Debug)]
struct Client {
    inner: SharedHttpClient,
    counts: Counts,
}

#[derive(Clone, Debug)]
struct Connector {
    inner: SharedHttpConnector,
    counts: Counts,
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, counts: self.counts.clone() })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let verb = request.headers().get("x-amz-target").unwrap_or_default();
        let read = ["GetItem", "Query", "DescribeTable"].iter().any(|name| verb.ends_with(name));
        let count = if read { &self.counts.reads } else { &self.counts.writes };
        count.fetch_add(1, Ordering::SeqCst);
        self.inner.call(request)
    }
}

/// Starts it, with a clock that stands still.
pub async fn counted(now: UnixMs, tweak: impl FnOnce(&mut Config)) -> (Kaibo, Counts) {
    let mut config = fixture();
    tweak(&mut config);
    let engine = Engine::in_memory().unwrap();
    let counts = Counts::default();
    let http = SharedHttpClient::new(Client { inner: engine.http_client(), counts: counts.clone() });
    let store = Store::on_engine(&config.store, engine, Some(http)).await.unwrap();
    let kaibo = Kaibo::start_on(store, now, config).await;
    counts.take();
    (kaibo, counts)
}
