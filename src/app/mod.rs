//! Use cases: one file is one thing the product does. A use case takes proven callers and plain values,
//! asks the pure floors what is right, the store to keep it, and answers plain values or a `Fault`.

pub mod access;
pub mod apps;
pub mod callbacks;
pub mod chores;
pub mod domains;
pub mod kick;
pub mod lists;
pub mod mix_plan;
pub mod outbound;
pub mod presence;
pub mod recordings;
pub mod rooms;
pub mod seats;
pub mod streams;
pub mod take_callback;
pub mod tickets;

use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::live::time::UnixMs;
use crate::store::Store;
use std::sync::Arc;

/// What every use case works with.
#[derive(Clone)]
pub struct App {
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
    /// The way to other servers.
    pub outbound: outbound::Outbound,
}

/// Why an app cannot start. The sentence names the key of the document.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

impl App {
    /// Reads the keys of the document, once.
    pub fn new(config: Config, store: Store, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, StartError> {
        let access = access::Access::new(&config).map_err(StartError)?;
        Ok(Self {
            config: Arc::new(config),
            store,
            clock,
            random,
            access: Arc::new(access),
            outbound: outbound::Outbound::default(),
        })
    }

    /// Now, by the injected clock.
    pub fn now(&self) -> UnixMs {
        self.clock.now()
    }
}
