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
mod documented;
mod domains;
mod duplicates;
mod evening;
mod floors;
mod harness;
mod hostile;
mod issued;
mod jobs;
mod oneself;
mod order;
mod presence;
mod refusals;
mod rooms;
mod rotation;
mod seats;
mod stories;
mod template;
mod vendors;
mod warm;
mod wechat;
mod wire;
mod wx;
