//! One test binary: one file for each story or promise.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod access;
mod callers;
mod contract;
mod counted;
mod credentials;
mod evening;
mod floors;
mod harness;
mod hostile;
mod inspect;
mod jobs;
mod presence;
mod rooms;
mod seats;
mod template;
mod vectors;
mod wechat;
mod wire;
mod wx;
