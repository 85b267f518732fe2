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

/// Letters, digits and hyphens, as in a UUID: lines say them without looking whether they need quotes.
pub fn is_request_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Runs what answers a request, so that each line written meanwhile carries its id, for which [`is_request_id`] is true.
pub fn within<F: Future>(request_id: Arc<str>, answer: F) -> impl Future<Output = F::Output> {
    let request = Request { id: request_id, lines: RefCell::new(Vec::with_capacity(1024)) };
    REQUEST.scope(request, answer)
}

/// Gives the id of the request that is being answered, if one is.
pub(super) fn in_request(mut told: impl FnMut(Option<&str>)) {
    if REQUEST.try_with(|request| told(Some(&request.id))).is_err() {
        told(None);
    }
}

/// Has a line put together, given the id of the request that is being answered. It is kept for the end of the request, or
/// written now with those before it.
pub(super) fn tell(waits: bool, line: impl Fn(&mut Vec<u8>, Option<&str>)) {
    let kept = REQUEST.try_with(|request| {
        // Nothing is told while a line is put together: tracing sees to it.
        let mut lines = request.lines.borrow_mut();
        line(&mut lines, Some(&request.id));
        if !waits {
            write(&mut lines);
        }
    });
    if kept.is_err() {
        let mut lines = Vec::with_capacity(512);
        line(&mut lines, None);
        write(&mut lines);
    }
}

/// Metric lines go to standard output, log lines to standard error. A closed one is no reason to fail a request.
fn write(lines: &mut Vec<u8>) {
    if !lines.is_empty() {
        let _ = if wanted() { std::io::stdout().lock().write_all(lines) } else { write_log(lines) };
        lines.clear();
    }
}

/// Standard error has a lock in this process, at which the threads of a busy server would wait for each other. The system
/// keeps what is written at once together.
#[cfg(unix)]
fn write_log(lines: &[u8]) -> std::io::Result<()> {
    use std::fs::File;
    use std::os::fd::AsFd;
    use std::sync::LazyLock;
    static LOG: LazyLock<Option<File>> = LazyLock::new(|| Some(File::from(std::io::stderr().as_fd().try_clone_to_owned().ok()?)));
    match LOG.as_ref() {
        Some(mut log) => log.write_all(lines),
        None => std::io::stderr().write_all(lines),
    }
}

#[cfg(not(unix))]
fn write_log(lines: &[u8]) -> std::io::Result<()> {
    std::io::stderr().write_all(lines)
}
