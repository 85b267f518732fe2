//! One test binary: one file for each story or promise.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod access;
mod broken;
mod callers;
mod compat;
mod contract;
mod counted;
mod crash;
mod credentials;
mod crowd;
mod domains;
mod duplicates;
mod evening;
mod events;
mod floors;
mod functions;
mod harness;
mod hostile;
mod jobs;
mod order;
mod parity;
mod presence;
mod refusals;
mod rooms;
mod runtime;
mod samples;
mod seats;
mod secrets;
mod stories;
mod template;
mod two_servers;
mod vendors;
mod waking;
mod wechat;
mod wire;
mod wx;
