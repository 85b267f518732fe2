//! Use cases: one file is one thing the product does. A use case takes proven callers and plain values,
//! asks the pure floors what is right, the store to keep it, and answers plain values or a `Fault`.

pub mod callbacks;
pub mod lists;
pub mod recordings;
pub mod rooms;
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
}

impl App {
    /// Now, by the injected clock.
    pub fn now(&self) -> UnixMs {
        self.clock.now()
    }
}
