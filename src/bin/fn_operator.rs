//! What operators read: the hashes of their keys, and no other secret.

use kaibo::config::sections::Holder;
use kaibo::http::routes;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    kaibo::lambda::serve(Holder::Operator, routes::operator).await
}
