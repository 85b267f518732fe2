//! What a schedule starts each minute: the vendors' API keys; no route.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    kaibo::lambda::work().await
}
