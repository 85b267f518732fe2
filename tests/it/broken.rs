//! A store whose calls fail where a test says so.

use crate::harness::{Kaibo, fixture};
use crate::vendors::at;
use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use kaibo::store::Store;
use kaibo::store::embedded::Engine;
use std::sync::{Arc, Mutex};

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It never arrives.
    Lost,
    /// It takes effect; the answer is lost.
    AnswerLost,
    /// It takes effect, then times out, and the SDK sends it again.
    TimesOutAfter,
    /// It times out without effect, and the SDK sends it again.
    TimesOutBefore,
    /// It is throttled, with all of the SDK's repeats.
    Throttled,
    /// It and all after it: the process is gone, or the store is.
    GoneFromHere,
}

#[derive(Debug, Default)]
struct Plan {
    calls: usize,
    trouble: Option<(usize, Trouble)>,
    /// Repeats of a throttled call still to refuse.
    refuse: usize,
}

/// What shall go wrong, and how many calls there were.
#[derive(Clone, Debug, Default)]
pub struct Breaker(Arc<Mutex<Plan>>);

impl Breaker {
    /// The call of this index from now on, 0 being the next, goes wrong.
    pub fn arm(&self, index: usize, trouble: Trouble) {
        *self.0.lock().unwrap() = Plan { calls: 0, trouble: Some((index, trouble)), refuse: 0 };
    }

    /// All is well again; answers how many calls there were since.
    pub fn mend(&self) -> usize {
        std::mem::take(&mut *self.0.lock().unwrap()).calls
    }

    fn next(&self) -> Option<Trouble> {
        let mut plan = self.0.lock().unwrap();
        if plan.refuse > 0 {
            plan.refuse -= 1;
            return Some(Trouble::Throttled);
        }
        let index = plan.calls;
        plan.calls += 1;
        let (armed, trouble) = plan.trouble?;
        if trouble == Trouble::GoneFromHere {
            return (index >= armed).then_some(Trouble::Lost);
        }
        if index == armed && trouble == Trouble::Throttled {
            plan.refuse = 2;
        }
        (index == armed).then_some(trouble)
    }
}

#[derive(Clone, Debug)]
struct Client {
    inner: SharedHttpClient,
    breaker: Breaker,
}

#[derive(Clone, Debug)]
struct Connector {
    inner: SharedHttpConnector,
    breaker: Breaker,
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, breaker: self.breaker.clone() })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let lost = || ConnectorError::other("the wire broke".into(), None);
        let late = || ConnectorError::timeout("no answer in time".into());
        match self.breaker.next() {
            None => self.inner.call(request),
            Some(Trouble::Lost | Trouble::GoneFromHere) => HttpConnectorFuture::ready(Err(lost())),
            Some(Trouble::TimesOutBefore) => HttpConnectorFuture::ready(Err(late())),
            Some(Trouble::AnswerLost) => {
                let done = self.inner.call(request);
                HttpConnectorFuture::new(async move { done.await.and_then(|_| Err(lost())) })
            }
            Some(Trouble::TimesOutAfter) => {
                let done = self.inner.call(request);
                HttpConnectorFuture::new(async move { done.await.and_then(|_| Err(late())) })
            }
            Some(Trouble::Throttled) => {
                let text = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}"#;
                let mut response = HttpResponse::new(400.try_into().unwrap(), SdkBody::from(text));
                response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
                HttpConnectorFuture::ready(Ok(response))
            }
        }
    }
}

/// A kaibo on such a store, with a clock that stands still.
pub async fn breakable() -> (Kaibo, Breaker) {
    let config = fixture();
    let engine = Engine::in_memory().unwrap();
    let breaker = Breaker::default();
    let http = SharedHttpClient::new(Client { inner: engine.http_client(), breaker: breaker.clone() });
    let store = Store::on_engine(&config.store, engine, Some(http)).await.unwrap();
    let kaibo = Kaibo::start_on(store, at(0), config).await;
    breaker.mend();
    (kaibo, breaker)
}
