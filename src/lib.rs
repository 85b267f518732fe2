//! kaibo (开播, "go live"): the business backend a WeChat mini program needs before it can show live video.
//!
//! The house, from the ground up. Imports go down only; `tests/it/floors.rs` fails on a breach.
//!
//! | floor | what | may use |
//! | --- | --- | --- |
//! | `bin` | one small binary per function, and the program `kaibo` | everything |
//! | `cli`, `simulator` | subcommands; a vendor that signs and sends | `http`, `app`, `store`, `live`, `vendor` |
//! | `http` | axum: addresses, callers, problems | `app`, `live`; `callbacks` also `vendor` (verify only) |
//! | `app` | use cases, one file each | `store`, `live`, `vendor` |
//! | `store` | DynamoDB | `live` |
//! | `live` | the business, pure | nothing |
//! | `vendor` | the vendors' formats, pure | plain types: `secret`, `live::event`, `live::time` |
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod http;
pub mod lambda;
pub mod live;
pub mod observe;
pub mod outbound;
pub mod secret;
pub mod simulator;
pub mod store;
pub mod vendor;
