//! Calls to other servers: WeChat, the vendors' APIs, key sets. HTTPS unless loopback, no redirects, three seconds, 256 KiB.
//! Addresses hold secrets (an access token, a signature), so no error and no log line names one.

pub mod tls;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt, Limited};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tls::Trust;

/// The longest a call may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest answer that is read.
const LONGEST: usize = 256 * 1024;

/// Why a call gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The address is not one we call.
    #[error("the address must be https, or http on loopback")]
    Address,
    /// No answer in time, or none at all.
    #[error("no answer came in time")]
    Silent,
    /// An answer too long to be right.
    #[error("the answer is longer than 256 KiB")]
    TooLong,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: Vec<u8>,
    /// The `Date` header, for comparing clocks.
    pub date: Option<String>,
}

/// A client for calls to other servers. Cheap to clone. Nothing is read or connected before the first call: the machine's
/// roots cost a waking function milliseconds, and most requests call nobody.
#[derive(Clone, Debug, Default)]
pub struct Outbound {
    connector: Arc<OnceLock<SharedHttpConnector>>,
    trust: Trust,
}

impl Outbound {
    /// Over another connector, for tests that play the other servers.
    pub fn over(connector: SharedHttpConnector) -> Self {
        Self { connector: Arc::new(OnceLock::from(connector)), trust: Trust::default() }
    }

    /// Whose certificates it takes.
    pub fn trusting(trust: Trust) -> Self {
        Self { trust, ..Self::default() }
    }

    /// GET.
    pub async fn get(&self, url: &str) -> Result<Answer, OutboundError> {
        self.send("GET", url, &[], Vec::new()).await
    }

    /// POST of a JSON text.
    pub async fn post_json(&self, url: &str, body: String) -> Result<Answer, OutboundError> {
        self.send("POST", url, &[("content-type", "application/json; charset=utf-8")], body.into_bytes()).await
    }

    /// Any call.
    pub async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(&'static str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, OutboundError> {
        self.ask(method, url, headers, body).await.map_err(|(why, _)| why)
    }

    /// The same, with the connector's own error where there is one.
    pub(crate) async fn ask(
        &self,
        method: &str,
        url: &str,
        headers: &[(&'static str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, (OutboundError, Option<ConnectorError>)> {
        let address = || (OutboundError::Address, None);
        if !callable(url) {
            return Err(address());
        }
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_uri(url).map_err(|_| address())?;
        request.set_method(method).map_err(|_| address())?;
        for (name, value) in headers {
            request.headers_mut().try_insert(*name, (*value).to_owned()).map_err(|_| address())?;
        }
        tokio::time::timeout(PATIENCE, self.exchange(request)).await.map_err(|_| (OutboundError::Silent, None))?
    }

    async fn exchange(&self, request: HttpRequest) -> Result<Answer, (OutboundError, Option<ConnectorError>)> {
        let connector = self.connector.get_or_init(|| {
            SharedHttpConnector::new(
                Connector::builder()
                    .tls_provider(Provider::Rustls(CryptoMode::Ring))
                    .tls_context(tls::context(self.trust))
                    .build(),
            )
        });
        let response = connector.call(request).await.map_err(|error| (OutboundError::Silent, Some(error)))?;
        let status = response.status().as_u16();
        let date = response.headers().get("date").map(str::to_owned);
        let body = Limited::new(response.into_body(), LONGEST).collect().await.map_err(|error| {
            let long = error.is::<http_body_util::LengthLimitError>();
            (if long { OutboundError::TooLong } else { OutboundError::Silent }, None)
        })?;
        Ok(Answer { status, body: body.to_bytes().to_vec(), date })
    }
}

/// HTTPS anywhere, HTTP on loopback only.
fn callable(url: &str) -> bool {
    let Ok(uri) = url.parse::<http::Uri>() else { return false };
    let Some(host) = uri.host() else { return false };
    let loopback =
        host == "localhost" || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => loopback,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_leaves_the_machine_never() {
        for good in ["https://api.weixin.qq.com/x", "http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:3/"] {
            assert!(callable(good), "{good}");
        }
        for bad in ["http://api.weixin.qq.com/x", "ftp://127.0.0.1/", "/x", "http://127.0.0.1.example.com/", ""] {
            assert!(!callable(bad), "{bad}");
        }
    }

    #[tokio::test]
    async fn an_answer_is_read_and_a_redirect_is_not_followed() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = axum::Router::new()
            .route("/ok", axum::routing::post(async |body: String| body))
            .route("/away", axum::routing::get(async || axum::response::Redirect::temporary("/ok")))
            .route("/long", axum::routing::get(async || "x".repeat(LONGEST + 1)));
        tokio::spawn(async move { axum::serve(listener, server).await });
        let outbound = Outbound::default();
        let answer = outbound.post_json(&format!("{url}/ok"), "{\"a\":1}".into()).await.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, b"{\"a\":1}".as_slice()));
        assert!(answer.date.is_some());
        assert_eq!(outbound.get(&format!("{url}/away")).await.unwrap().status, 307);
        assert_eq!(outbound.get(&format!("{url}/long")).await.unwrap_err(), OutboundError::TooLong);
        assert_eq!(outbound.get("http://example.com/").await.unwrap_err(), OutboundError::Address);
    }
}
