//! The request that is being answered: its id, and the lines told meanwhile. They wait for the end of the answer and leave in
//! one write, before the answer does; a warning does not wait.

use super::metrics::wanted;
use std::cell::RefCell;
use std::io::Write;
use std::sync::Arc;

tokio::task_local! {
    static REQUEST: Request;
}

struct Request {
    id: Arc<str>,
    lines: RefCell<Vec<u8>>,
}

/// Also for an answer that nobody waits for any more: its future is dropped with its request.
impl Drop for Request {
    fn drop(&mut self) {
        write(self.lines.get_mut());
    }
}

/// Runs what answers a request, so that each line written meanwhile carries its id.
pub async fn within<F: Future>(request_id: Arc<str>, answer: F) -> F::Output {
    let request = Request { id: request_id, lines: RefCell::new(Vec::with_capacity(1024)) };
    REQUEST.scope(request, answer).await
}

/// Gives the id of the request that is being answered.
pub(super) fn in_request<T>(told: impl Fn(Option<&str>) -> T) -> T {
    REQUEST.try_with(|request| told(Some(&request.id))).unwrap_or_else(|_| told(None))
}

/// Keeps a line for the end of the request, or writes it and those before it now.
pub(super) fn tell(line: &[u8], waits: bool) {
    let kept = REQUEST.try_with(|request| {
        let mut lines = request.lines.borrow_mut();
        lines.extend_from_slice(line);
        if !waits {
            write(&mut lines);
        }
    });
    if kept.is_err() {
        write(&mut line.to_vec());
    }
}

/// Metric lines go to standard output, log lines to standard error. A closed one is no reason to fail a request.
fn write(lines: &mut Vec<u8>) {
    if !lines.is_empty() {
        let _ = if wanted() { std::io::stdout().lock().write_all(lines) } else { std::io::stderr().write_all(lines) };
        lines.clear();
    }
}
