//! Who calls: three kinds of proof arrive as a bearer text, and each has its file. `http/caller.rs` decides what a proven
//! caller may name; here is only whether the proof holds.

pub mod jwt;
mod jwt_keys;
pub mod key_sets;
pub mod operators;
pub mod sessions;

use super::App;
use crate::config::Config;
use crate::live::caller::OperatorKey;
use crate::live::fault::Fault;
use std::sync::Arc;

/// Keys of callers, read once at the start.
#[derive(Debug)]
pub struct Access {
    pub(super) operators: operators::Operators,
    pub(super) issuers: Vec<Arc<jwt::Issuer>>,
}

/// Whom a bearer text proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A user: login session or the host app's JWT.
    User(String),
    /// An operator.
    Operator(OperatorKey),
}

impl Access {
    /// Reads the keys; the sentence names the key that cannot be used.
    pub fn new(config: &Config) -> Result<Self, String> {
        let issuers = config.access.issuers.iter().enumerate();
        Ok(Self {
            operators: operators::Operators::new(&config.access.operators)?,
            issuers: issuers.map(|(at, issuer)| jwt::Issuer::new(at, issuer).map(Arc::new)).collect::<Result<_, _>>()?,
        })
    }
}

impl App {
    /// Whom a bearer text proves. Each kind is told by its form, so that a wrong one is answered with its own word.
    pub async fn prove(&self, bearer: &str) -> Result<Proof, Fault> {
        let now = self.now();
        if sessions::is_session(bearer) {
            return sessions::verify(self.config.access.session_keys.as_ref(), bearer, now).map(Proof::User);
        }
        if let Some(operator) = self.access.operators.find(bearer, now) {
            return Ok(Proof::Operator(operator));
        }
        if jwt::is_jwt(bearer) {
            // In a box: it may have to fetch keys, for which few requests need room.
            return Box::pin(self.verify_jwt(bearer)).await.map(Proof::User);
        }
        Err(Fault::new("key_invalid", "这个密钥无效。", "This key is not valid."))
    }
}
