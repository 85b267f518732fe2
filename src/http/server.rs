//! Answers connections until it is told to stop. hyper itself, without what axum's server has around it: that one is ready
//! for HTTP/2 and for upgrades, of which there are none here, at every read.

use super::dispatch::Answers;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use std::io::{self, ErrorKind};
use std::pin::pin;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long it waits for others to give back what this machine has run out of, files above all.
const BREATH: Duration = Duration::from_secs(1);

/// Serves until `stop`; then takes no more connections, and ends when what was asked has been answered.
pub async fn serve(listener: TcpListener, answers: Answers, stop: impl Future<Output = ()>) {
    let open = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                after(error).await;
                continue;
            }
        };
        // An answer is written whole, so there is nothing to wait for.
        let _ = stream.set_nodelay(true);
        let answers = answers.apart();
        let service = service_fn(move |request| answers.clone().answer(request));
        // Answers are small: copied into one piece they cost the system less than a list of pieces.
        // Whoever has closed its half may still wait for the answer; looking for that would also take another buffer.
        let connection = http1::Builder::new().writev(false).half_close(true).serve_connection(TokioIo::new(stream), service);
        // One that breaks off is its client's affair.
        tokio::spawn(open.watch(connection));
    }
    drop(listener);
    open.shutdown().await;
}

/// Waits after a connection that could not be taken, unless it was its client who gave up.
async fn after(error: io::Error) {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(error = %error, "a connection could not be taken");
        tokio::time::sleep(BREATH).await;
    }
}
