//! One test binary: one file for each story or promise.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod callers;
mod contract;
mod duplicates;
mod floors;
mod harness;
mod order;
mod rooms;
mod vendors;
mod wx;
