//! Logs and metrics. Logs are text for a person at a terminal and JSON where a machine reads them. What may never be in one:
//! keys, session keys, tokens, addresses with a path token, whole requests.

mod json;
mod lines;
mod metrics;
mod request;
mod told;

pub use metrics::{Metric, count, wanted};
pub use request::{is_request_id, within};
pub(crate) use told::tell;
pub use told::{Line, Member, Place, Word};

use lines::Lines;
use std::io::IsTerminal;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging, once. `KAIBO_LOG=json` or running on Lambda makes JSON lines; `KAIBO_LOG_LEVEL` or `RUST_LOG` sets levels.
pub fn start() {
    let level = std::env::var("KAIBO_LOG_LEVEL").or_else(|_| std::env::var("RUST_LOG")).unwrap_or_default();
    // Plain targets: the fuller filter language compiles regular expressions, which a waking function would wait for.
    let quiet = || Targets::new().with_default(tracing::Level::WARN).with_target("kaibo", tracing::Level::INFO);
    let filter: Targets = if level.is_empty() { quiet() } else { level.parse().unwrap_or_else(|_| quiet()) };
    let json = std::env::var("KAIBO_LOG").is_ok_and(|form| form == "json") || std::env::var("AWS_LAMBDA_FUNCTION_NAME").is_ok();
    let lines = if json { Lines::Json } else { Lines::Text { colours: colours() } };
    // A second start (tests) changes nothing.
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
    let _ = lines::CHOSEN.set(lines);
    // The message of a panic may hold anything, so only its place is told.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

/// Colours are for a terminal only, and not where <https://no-color.org> is asked for.
fn colours() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|asked| asked.is_empty())
}
