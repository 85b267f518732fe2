//! The program. What it can do is in `cli`.
#![forbid(unsafe_code)]

/// A request makes about a hundred short-lived pieces, and the allocator of the C library (most of all musl's) is slow at those.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    kaibo::cli::run().await
}
