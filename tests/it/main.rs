//! One test binary: one file for each story or promise.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod callers;
mod contract;
mod credentials;
mod floors;
mod harness;
mod rooms;
mod template;
mod wechat;
mod wx;
