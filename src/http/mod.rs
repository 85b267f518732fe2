//! The HTTP floor: addresses, callers, problems. It knows statuses and headers; the floors below do not.
//!
//! A handler takes extractors and answers `Result<_, Fault>`: [`caller`] says who calls, [`ask`] what they say,
//! [`fields`] what is right about it. [`dispatch`] finds the route, [`layer`] is around each; [`problem`] alone turns a `Fault` into a status.

pub mod ask;
pub mod callbacks;
pub mod caller;
pub mod client;
pub mod compat;
pub mod dispatch;
pub mod fields;
pub mod language;
pub mod layer;
pub mod openapi;
pub mod operator;
pub mod pages;
pub mod problem;
pub mod routes;
pub mod server;
