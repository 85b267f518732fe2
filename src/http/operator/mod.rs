//! What only operators call: the inbox, recordings by time, tasks.

pub mod callbacks;
pub mod ledger;
pub mod recordings;
