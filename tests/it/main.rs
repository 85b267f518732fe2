//! One test binary: one file for each story or promise.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod access;
mod callers;
mod contract;
mod credentials;
mod evening;
mod events;
mod floors;
mod functions;
mod harness;
mod jobs;
mod parity;
mod presence;
mod rooms;
mod runtime;
mod samples;
mod seats;
mod secrets;
mod template;
mod two_servers;
mod waking;
mod wechat;
mod wire;
mod wx;
