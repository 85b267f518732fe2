//! Whether a host can be reached as a phone reaches it: name, connection, TLS with a chain that is trusted, any answer at all.

use super::outbound::{Answer, Outbound, OutboundError};
use aws_smithy_runtime_api::client::result::ConnectorError;

/// Why a host cannot be reached, as a sentence to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// It is not an address we call.
    #[error("the address is not https")]
    Address,
    /// The name is unknown.
    #[error("the name does not resolve; check its spelling and its DNS record")]
    Name,
    /// Nothing listens.
    #[error("nothing answers at that port; check that the server runs and that its firewall lets 443 in")]
    Connection,
    /// The chain ends in nothing that is trusted.
    #[error("its certificate chain is not trusted; send the full chain of a public CA, intermediate certificates included")]
    Chain,
    /// The certificate is of another name.
    #[error("its certificate is for another name; get one that names this host")]
    OtherName,
    /// The certificate is out of its time.
    #[error("its certificate is out of its time; renew it")]
    Expired,
    /// No common version.
    #[error("it does not speak TLS 1.2 or newer, which phones ask for")]
    Version,
    /// TLS fails otherwise.
    #[error("TLS fails; check that HTTPS, and not plain HTTP, is served at that port")]
    Tls,
    /// No answer in time.
    #[error("no answer came in time")]
    Silent,
}

impl Unreachable {
    /// A stable word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Address => "address_invalid",
            Self::Name => "name_unknown",
            Self::Connection => "connection_refused",
            Self::Chain => "tls_chain_untrusted",
            Self::OtherName => "tls_other_name",
            Self::Expired => "tls_expired",
            Self::Version => "tls_version",
            Self::Tls => "tls_failed",
            Self::Silent => "no_answer",
        }
    }

    /// From what the connector says. Its layers have no types of their own to ask, only texts.
    pub fn of(error: &ConnectorError) -> Self {
        let mut said = String::new();
        let mut cause: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = cause {
            said.push_str(&format!("{error} {error:?} "));
            cause = error.source();
        }
        Self::from_text(&said)
    }

    fn from_text(said: &str) -> Self {
        let said = said.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        match () {
            () if has(&["dns error", "failed to lookup address", "name or service not known"]) => Self::Name,
            () if has(&["notvalidforname", "not valid for name"]) => Self::OtherName,
            () if has(&[
                "invalidcertificate(expired",
                "certificate expired",
                "notvalidyet",
                "not valid yet",
                "peer certificate: expired",
            ]) =>
            {
                Self::Expired
            }
            () if has(&["unknownissuer", "invalid peer certificate", "invalidcertificate", "badsignature"]) => Self::Chain,
            () if has(&["protocolversion", "peer is incompatible", "peerincompatible"]) => Self::Version,
            () if has(&["corrupt message", "invalidcontenttype", "invalidmessage", "fatal alert", "alertreceived", "tls"]) => {
                Self::Tls
            }
            () if has(&["connection refused", "connectionrefused", "network is unreachable", "no route to host"]) => {
                Self::Connection
            }
            () => Self::Silent,
        }
    }
}

impl Outbound {
    /// Asks the address for its first page. Any answer will do: what counts is that one came.
    pub async fn probe(&self, url: &str) -> Result<Answer, Unreachable> {
        match self.ask("GET", url, &[], Vec::new()).await {
            Ok(answer) => Ok(answer),
            Err((_, Some(error))) => Err(Unreachable::of(&error)),
            Err((OutboundError::Address, None)) => Err(Unreachable::Address),
            // An endless page is an answer too.
            Err((OutboundError::TooLong, None)) => Ok(Answer { status: 200, body: Vec::new(), date: None }),
            Err((OutboundError::Silent, None)) => Err(Unreachable::Silent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_connector_says_becomes_what_to_do() {
        for (said, expected) in [
            ("invalid peer certificate: UnknownIssuer", Unreachable::Chain),
            ("invalid peer certificate: certificate not valid for name \"a.example\"; NotValidForName", Unreachable::OtherName),
            ("invalid peer certificate: certificate expired: verification time", Unreachable::Expired),
            ("invalid peer certificate: Expired", Unreachable::Expired),
            ("received fatal alert: ProtocolVersion", Unreachable::Version),
            ("received corrupt message of type InvalidContentType", Unreachable::Tls),
            ("dns error: failed to lookup address information: Name or service not known", Unreachable::Name),
            ("tcp connect error: Connection refused (os error 111)", Unreachable::Connection),
            ("HTTP connect timeout occurred after 3s", Unreachable::Silent),
        ] {
            assert_eq!(Unreachable::from_text(said), expected, "{said}");
        }
    }

    #[tokio::test]
    async fn plain_http_behind_https_is_seen_and_so_is_a_shut_port() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, axum::Router::new()).await });
        let outbound = Outbound::default();
        assert_eq!(outbound.probe(&format!("http://{address}/")).await.map(|answer| answer.status), Ok(404));
        assert_eq!(outbound.probe(&format!("https://{address}/")).await.unwrap_err(), Unreachable::Tls);
        server.abort();
        let _ = server.await;
        assert_eq!(outbound.probe(&format!("https://{address}/")).await.unwrap_err(), Unreachable::Connection);
        assert_eq!(outbound.probe("ftp://a.example/").await.unwrap_err(), Unreachable::Address);
    }
}
