//! One test binary: one file for each story or promise.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod access;
mod broken;
mod callers;
mod contract;
mod costs;
mod counted;
mod crash;
mod credentials;
mod crowd;
mod duplicates;
mod evening;
mod floors;
mod harness;
mod hostile;
mod jobs;
mod kill;
mod metered;
mod order;
mod outage;
mod presence;
mod refusals;
mod rooms;
mod seats;
mod store_suite;
mod stories;
mod template;
mod vendors;
mod wechat;
mod wire;
mod wx;
