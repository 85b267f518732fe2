//! What a phone may call: signing keys, session keys, the mini program's secret; no callback key.

use kaibo::config::sections::Holder;
use kaibo::http::routes;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    kaibo::lambda::serve(Holder::Client, routes::client).await
}
