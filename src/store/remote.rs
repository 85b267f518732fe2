//! The way to a DynamoDB on the network: HTTPS through rustls on ring, credentials from the environment.

use crate::outbound::tls::{self, Trust};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, error::CredentialsError, future};
use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

/// An HTTPS client; also speaks plain HTTP to loopback addresses.
pub fn http_client(trust: Trust) -> SharedHttpClient {
    Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls::context(trust)).build_https()
}

/// Reads `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, as Lambda sets them. Nothing else is asked:
/// the default chain costs start-up time and a second TLS stack.
#[derive(Debug)]
pub struct EnvironmentCredentials;

impl ProvideCredentials for EnvironmentCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(from_environment())
    }
}

/// The credentials of the environment.
pub fn from_environment() -> provider::Result {
    let read = |name: &'static str| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.is_empty())
            .ok_or_else(|| CredentialsError::not_loaded(format!("{name} is not set")))
    };
    Ok(Credentials::new(
        read("AWS_ACCESS_KEY_ID")?,
        read("AWS_SECRET_ACCESS_KEY")?,
        read("AWS_SESSION_TOKEN").ok(),
        None,
        "environment",
    ))
}
