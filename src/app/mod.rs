//! Use cases: one file is one thing the product does. A use case takes proven callers and plain values,
//! asks the pure floors what is right, the store to keep it, and answers plain values or a `Fault`.

pub mod access;
pub mod apps;
pub mod callbacks;
pub mod chores;
pub mod credentials;
pub mod domains;
pub mod inspect;
pub mod jobs;
pub mod kick;
pub mod ledger;
pub mod lists;
pub mod mix_plan;
pub mod presence;
pub mod probe;
pub mod recordings;
pub mod rooms;
pub mod rtcroom;
pub mod seats;
pub mod signers;
pub mod streams;
pub mod take_callback;
pub mod tickets;
pub mod vendors;
pub mod wechat;

pub use crate::outbound;

use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::live::time::UnixMs;
use crate::store::Store;
use std::sync::Arc;

/// What every use case works with. Cheap to clone: the handler of each request has its own.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
#[derive(Clone)]
pub struct Parts {
    /// The document.
    pub config: Arc<Config>,
    /// The table.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Nonces and ids.
    pub random: Arc<dyn Random>,
    /// Keys of callers.
    pub access: Arc<access::Access>,
    /// Keys that sign for the vendors.
    pub signers: Arc<signers::Signers>,
    /// The way to other servers.
    pub outbound: outbound::Outbound,
    /// Key sets of issuers.
    pub key_sets: access::key_sets::KeySets,
    /// WeChat's access token.
    pub access_tokens: wechat::AccessTokens,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Why an app cannot start. The sentence names the key of the document.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

impl App {
    /// Reads the keys of the document, once.
    pub fn new(config: Config, store: Store, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, StartError> {
        let access = access::Access::new(&config).map_err(StartError)?;
        let signers = signers::Signers::new(&config).map_err(StartError)?;
        Ok(Self(Arc::new(Parts {
            config: Arc::new(config),
            store,
            clock,
            random,
            access: Arc::new(access),
            signers: Arc::new(signers),
            outbound: outbound::Outbound::default(),
            key_sets: access::key_sets::KeySets::default(),
            access_tokens: wechat::AccessTokens::default(),
        })))
    }

    /// The same, with clones that are counted apart from those of others.
    pub fn apart(&self) -> Self {
        Self(Arc::new(Parts::clone(self)))
    }

    /// The same with another way to other servers.
    pub fn reaching(&self, outbound: outbound::Outbound) -> Self {
        Self(Arc::new(Parts { outbound, ..Parts::clone(self) }))
    }

    /// The same with another document, e.g. after a key rotation. What was fetched from others stays.
    pub fn renewed(&self, config: Config) -> Result<Self, StartError> {
        let access = Arc::new(access::Access::new(&config).map_err(StartError)?);
        let signers = Arc::new(signers::Signers::new(&config).map_err(StartError)?);
        Ok(Self(Arc::new(Parts { config: Arc::new(config), access, signers, ..Parts::clone(self) })))
    }

    /// Now, by the injected clock.
    pub fn now(&self) -> UnixMs {
        self.clock.now()
    }

    /// Bytes for a published nonce or IV that only has to differ; see [`Random::nonce`].
    pub fn nonce_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.nonce(&mut bytes);
        bytes
    }

    /// Bytes that nobody can guess.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }
}
