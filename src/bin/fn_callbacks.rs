//! What vendors call: callback keys and the path token; no key that signs anything.

use kaibo::config::sections::Holder;
use kaibo::http::routes;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    kaibo::lambda::serve(Holder::Callbacks, routes::callbacks).await
}
