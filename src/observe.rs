//! Logs and metrics. Logs are text for a person at a terminal and JSON where a machine reads them. What may never be in one:
//! keys, session keys, tokens, addresses with a path token, whole requests.

mod metrics;

pub use metrics::{count, milliseconds};

use tracing_subscriber::EnvFilter;

/// Starts logging, once. `KAIBO_LOG=json` or running on Lambda makes JSON lines; `KAIBO_LOG_LEVEL` or `RUST_LOG` sets levels.
pub fn start() {
    let level = std::env::var("KAIBO_LOG_LEVEL").or_else(|_| std::env::var("RUST_LOG")).unwrap_or_default();
    let quiet = "warn,kaibo=info";
    let filter = EnvFilter::try_new(if level.is_empty() { quiet } else { &level }).unwrap_or_else(|_| EnvFilter::new(quiet));
    let json = std::env::var("KAIBO_LOG").is_ok_and(|form| form == "json") || std::env::var("AWS_LAMBDA_FUNCTION_NAME").is_ok();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start (tests) changes nothing.
    let _ = if json {
        lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
    } else {
        lines.with_target(false).compact().try_init()
    };
    // The message of a panic may hold anything, so only its place is told.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}
