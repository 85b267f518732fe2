//! Log lines: text for a person, JSON for a machine. A line is one write, put together in one pass; every request pays for
//! two. Each line written while a request is answered carries its id.

use super::{json, metrics, request};
use crate::clock::{Clock, SystemClock};
use crate::live::time::UnixMs;
use std::cell::Cell;
use std::fmt::Debug;
use std::io::Write;
use std::sync::OnceLock;
use std::thread::LocalKey;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    /// One JSON object each.
    Json,
    /// Moment, level, message and the rest as `name=value`, with the level in colour or without.
    Text { colours: bool },
}

/// How they look in this process. Not set where nobody reads them.
pub(super) static CHOSEN: OnceLock<Lines> = OnceLock::new();

thread_local! {
    /// The moment of the line before: a server that has much to do writes several in a millisecond.
    static MOMENT: Written = const { Cell::new((UnixMs(0), String::new())) };
    /// The moment that it told of, often the end of a credential's life.
    static TOLD: Written = const { Cell::new((UnixMs(0), String::new())) };
}

/// A moment, and how it is written. Writing one takes longer than putting the rest of a line together.
type Written = Cell<(UnixMs, String)>;

fn moment(before: &'static LocalKey<Written>, at: UnixMs, write: fn(UnixMs) -> String, to: &mut Vec<u8>) {
    // A thread that ends may still tell something, when this is gone.
    let (mut of, mut text) = before.try_with(Cell::take).unwrap_or_default();
    if of != at || text.is_empty() {
        (of, text) = (at, write(at));
    }
    to.extend_from_slice(text.as_bytes());
    let _ = before.try_with(|kept| kept.set((of, text)));
}

/// Appends a moment that a line tells of.
pub(super) fn told_moment(to: &mut Vec<u8>, at: UnixMs) {
    moment(&TOLD, at, UnixMs::rfc3339, to);
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let now = SystemClock.now();
        if metrics::wanted() {
            // What waits goes elsewhere. A closed standard error is no reason to fail a request.
            let mut line = Vec::with_capacity(512);
            request::in_request(|request_id| self.event(&mut line, now, event, request_id));
            let _ = std::io::stderr().write_all(&line);
        } else {
            let waits = *event.metadata().level() >= Level::INFO;
            request::tell(waits, |line, request_id| self.event(line, now, event, request_id));
        }
    }
}

impl Lines {
    fn event(self, to: &mut Vec<u8>, at: UnixMs, event: &Event<'_>, request_id: Option<&str>) {
        self.begin(to, at, *event.metadata().level());
        match self {
            Self::Json => event.record(&mut Object(to)),
            Self::Text { .. } => event.record(&mut Words(to)),
        }
        self.end(to, event.metadata().target(), request_id);
    }

    /// The moment and the level; the message comes next.
    pub(super) fn begin(self, to: &mut Vec<u8>, at: UnixMs, level: Level) {
        match self {
            Self::Json => {
                to.extend_from_slice(b"{\"timestamp\":\"");
                moment(&MOMENT, at, UnixMs::rfc3339_ms, to);
                to.extend_from_slice(b"\",\"level\":\"");
                to.extend_from_slice(level.as_str().as_bytes());
                to.push(b'"');
            }
            Self::Text { colours } => {
                moment(&MOMENT, at, UnixMs::rfc3339_ms, to);
                to.extend_from_slice(if colours { coloured(level) } else { plain(level) });
            }
        }
    }

    /// Where it was said, and in which request.
    pub(super) fn end(self, to: &mut Vec<u8>, target: &str, request_id: Option<&str>) {
        match self {
            Self::Json => {
                for (name, value) in [(",\"target\":\"", Some(target)), (",\"request_id\":\"", request_id)] {
                    if let Some(value) = value {
                        to.extend_from_slice(name.as_bytes());
                        to.extend_from_slice(value.as_bytes());
                        to.push(b'"');
                    }
                }
                to.extend_from_slice(b"}\n");
            }
            Self::Text { .. } => {
                if let Some(request_id) = request_id {
                    to.extend_from_slice(b" request_id=");
                    to.extend_from_slice(request_id.as_bytes());
                }
                to.push(b'\n');
            }
        }
    }
}

const fn plain(level: Level) -> &'static [u8] {
    match level {
        Level::ERROR => b" ERROR ",
        Level::WARN => b"  WARN ",
        Level::INFO => b"  INFO ",
        Level::DEBUG => b" DEBUG ",
        Level::TRACE => b" TRACE ",
    }
}

const fn coloured(level: Level) -> &'static [u8] {
    match level {
        Level::ERROR => b" \x1b[31mERROR\x1b[0m ",
        Level::WARN => b" \x1b[33m WARN\x1b[0m ",
        Level::INFO => b" \x1b[32m INFO\x1b[0m ",
        Level::DEBUG => b" \x1b[34mDEBUG\x1b[0m ",
        Level::TRACE => b" \x1b[35mTRACE\x1b[0m ",
    }
}

/// An open JSON object that has its first member.
struct Object<'a>(&'a mut Vec<u8>);

impl Object<'_> {
    fn member(&mut self, name: &str, value: &str) {
        json::name(self.0, name);
        json::text(self.0, value);
    }
}

impl Visit for Object<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.member(field.name(), &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        json::name(self.0, field.name());
        json::number(self.0, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        json::name(self.0, field.name());
        json::number(self.0, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        json::name(self.0, field.name());
        self.0.extend_from_slice(if value { b"true" } else { b"false" });
    }
}

/// A line of text that has its moment and level. The message comes first in what is recorded.
struct Words<'a>(&'a mut Vec<u8>);

/// The bytes that a value may have without quotes.
const PLAIN: json::Bytes = json::bytes(b'!'..=b'~', b"\"=\\");

/// Appends a value. One that could be taken for more than one, or that could move the terminal's cursor, is quoted.
pub(super) fn word(to: &mut Vec<u8>, value: &str) {
    if value.is_empty() {
        to.extend_from_slice(b"\"\"");
    } else if json::only(&PLAIN, value) {
        to.extend_from_slice(value.as_bytes());
    } else {
        // Writing to memory cannot fail.
        let _ = write!(to, "{value:?}");
    }
}

impl Words<'_> {
    fn word(&mut self, name: &str, value: &str) {
        self.name(name);
        word(self.0, value);
    }

    /// A sentence, on one line.
    fn message(&mut self, text: &str) {
        self.0.extend(text.bytes().map(|byte| if byte.is_ascii_control() { b' ' } else { byte }));
    }

    fn name(&mut self, name: &str) {
        self.0.push(b' ');
        self.0.extend_from_slice(name.as_bytes());
        self.0.push(b'=');
    }
}

impl Visit for Words<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.message(&format!("{value:?}"));
        } else {
            self.word(field.name(), &format!("{value:?}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message(value),
            name => self.word(name, value),
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.name(field.name());
        json::number(self.0, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.name(field.name());
        json::number(self.0, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::layer::SubscriberExt;

    /// Keeps the lines that would have been written.
    #[derive(Clone)]
    struct Kept(Lines, Arc<Mutex<Vec<String>>>);

    impl<S: Subscriber> Layer<S> for Kept {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let mut line = Vec::new();
            request::in_request(|id| self.0.event(&mut line, UnixMs(1_795_692_153_004), event, id));
            self.1.lock().unwrap().push(String::from_utf8(line).unwrap());
        }
    }

    fn kept(lines: Lines, tell: impl FnOnce()) -> String {
        let kept = Kept(lines, Arc::default());
        let all = kept.1.clone();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(kept), tell);
        let all = all.lock().unwrap();
        assert!(all.len() == 1 && all[0].ends_with('\n') && all[0].lines().count() == 1, "{all:?}");
        all[0].trim_end().to_owned()
    }

    fn tell() {
        let none: Option<&str> = None;
        let error = std::io::Error::other("no\nway");
        tracing::warn!(user_id = "主 \"播\"\n", room_id = none, status = 200_i64, late = true, error = %error, "it is {}\n", "late");
    }

    #[test]
    fn json_holds_each_value_in_its_type_on_one_line() {
        let line: Value = serde_json::from_str(&kept(Lines::Json, tell)).unwrap();
        assert_eq!(
            line,
            json!({
                "timestamp": "2026-11-26T11:22:33.004Z", "level": "WARN", "message": "it is late\n", "user_id": "主 \"播\"\n",
                "status": 200, "late": true, "error": "no\nway", "target": "kaibo::observe::lines::tests",
            })
        );
    }

    #[test]
    fn text_stays_on_one_line_and_one_value_cannot_look_like_two() {
        assert_eq!(
            kept(Lines::Text { colours: false }, tell),
            r#"2026-11-26T11:22:33.004Z  WARN it is late  user_id="主 \"播\"\n" status=200 late=true error="no\nway""#
        );
        let forged = || tracing::info!(user_id = "a b=c", empty = "", plain = "a:b/c", "told");
        assert_eq!(
            kept(Lines::Text { colours: true }, forged),
            "2026-11-26T11:22:33.004Z \u{1b}[32m INFO\u{1b}[0m told user_id=\"a b=c\" empty=\"\" plain=a:b/c"
        );
        let plain = || tracing::info!(message = "two\nwords", late = 7_i64);
        assert_eq!(kept(Lines::Text { colours: false }, plain), "2026-11-26T11:22:33.004Z  INFO two words late=7");
    }

    #[tokio::test]
    async fn a_line_written_while_a_request_is_answered_carries_its_id() {
        let line = crate::observe::within("r1".into(), async { kept(Lines::Json, tell) }).await;
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["request_id"], "r1");
        let line = crate::observe::within("r1".into(), async { kept(Lines::Text { colours: false }, tell) }).await;
        assert!(line.ends_with(" request_id=r1"), "{line}");
    }
}
