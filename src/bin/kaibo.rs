//! The program. What it can do is in `cli`.
#![forbid(unsafe_code)]

#[tokio::main]
async fn main() -> std::process::ExitCode {
    kaibo::cli::run().await
}
