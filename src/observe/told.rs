//! Lines that are metrics too. Each request pays for two, so they are put together here and not from what tracing would
//! record; what they say, in which form and at which level is the same.

use super::lines::{self, Lines};
use super::metrics::{self, Metric};
use super::{json, request};
use crate::live::time::UnixMs;
use std::sync::OnceLock;
use tracing::Level;

/// What a line says beside its message; the metric's dimensions are among it.
#[derive(Clone, Copy, Debug)]
pub enum Member<'a> {
    /// Words.
    Text(&'a str),
    /// A word of the program's own, that needs no quotes in any form.
    Word(&'static str),
    /// A number.
    Number(i64),
    /// A moment.
    Moment(UnixMs),
    /// Nothing: the line does not have this member.
    Absent,
}

impl<'a> From<&'a str> for Member<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<Option<&'a str>> for Member<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Absent, Self::Text)
    }
}

/// A word of the program's own: letters, digits, slashes and the like.
#[derive(Clone, Copy, Debug)]
pub struct Word(pub &'static str);

impl From<Word> for Member<'_> {
    fn from(word: Word) -> Self {
        Self::Word(word.0)
    }
}

impl From<UnixMs> for Member<'_> {
    fn from(at: UnixMs) -> Self {
        Self::Moment(at)
    }
}

impl From<i64> for Member<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// A line that is being put together.
pub struct Line<'a> {
    to: &'a mut Vec<u8>,
    json: bool,
}

impl Line<'_> {
    /// Appends a member. `in_json` is its name as JSON has it, with the comma before and the colon behind; `in_text` as text
    /// has it, with the space before and the equals sign behind.
    pub fn member(&mut self, in_json: &'static str, in_text: &'static str, value: Member<'_>) {
        if matches!(value, Member::Absent) {
            return;
        }
        self.to.extend_from_slice(if self.json { in_json } else { in_text }.as_bytes());
        match value {
            Member::Text(text) if self.json => json::text(self.to, text),
            Member::Text(text) => lines::word(self.to, text),
            Member::Word(word) => self.plain(|to| to.extend_from_slice(word.as_bytes())),
            Member::Number(number) => json::number(self.to, number),
            Member::Moment(at) => self.plain(|to| lines::told_moment(to, at)),
            Member::Absent => {}
        }
    }

    /// What needs no quotes in text, and no escape in JSON.
    fn plain(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        if self.json {
            self.to.push(b'"');
        }
        write(self.to);
        if self.json {
            self.to.push(b'"');
        }
    }
}

/// A place in the program where lines are told: what is the same each time.
pub struct Place {
    message: &'static str,
    target: &'static str,
    head: OnceLock<String>,
    heard: OnceLock<bool>,
}

impl Place {
    /// `target` is the module.
    pub const fn new(message: &'static str, target: &'static str) -> Self {
        Self { message, target, head: OnceLock::new(), heard: OnceLock::new() }
    }

    /// Tells one: the metric where metrics are written, for CloudWatch bills by the byte; elsewhere a line of the log.
    /// `enabled` says whether the log has this level here, which is asked once.
    pub fn tell(&self, metric: &Metric<'_>, enabled: fn() -> bool, members: impl Fn(&mut Line<'_>)) {
        if metrics::wanted() {
            request::tell(true, |to, request_id| self.metric(to, metric, request_id, &members));
        } else if let Some(form) = lines::CHOSEN.get()
            && *self.heard.get_or_init(enabled)
        {
            request::tell(true, |to, request_id| self.line(to, *form, metric, request_id, &members));
        }
    }

    fn metric(&self, to: &mut Vec<u8>, metric: &Metric<'_>, request_id: Option<&str>, members: &impl Fn(&mut Line<'_>)) {
        metric.begin(to, self.head.get_or_init(|| metric.head(Some(self.message))));
        members(&mut Line { to, json: true });
        metrics::end(to, request_id);
    }

    fn line(
        &self,
        to: &mut Vec<u8>,
        form: Lines,
        metric: &Metric<'_>,
        request_id: Option<&str>,
        members: &impl Fn(&mut Line<'_>),
    ) {
        let json = form == Lines::Json;
        form.begin(to, metric.now, Level::INFO);
        if json {
            json::name(to, "message");
            json::text(to, self.message);
        } else {
            to.extend_from_slice(self.message.as_bytes());
        }
        members(&mut Line { to, json });
        form.end(to, self.target, request_id);
    }
}

/// Tells a line that is a metric too. Each place has one metric, told whatever level the log has.
macro_rules! tell {
    ($metric:expr, $message:literal, $($name:ident = $value:expr),+ $(,)?) => {
        static PLACE: $crate::observe::Place = $crate::observe::Place::new($message, module_path!());
        PLACE.tell(&$metric, || tracing::enabled!(tracing::Level::INFO), |line| {
            $(line.member(concat!(",\"", stringify!($name), "\":"), concat!(" ", stringify!($name), "="), $value.into());)+
        });
    };
}

pub(crate) use tell;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    static PLACE: Place = Place::new("answered", "kaibo::here");
    const METRIC: Metric<'_> =
        Metric { now: UnixMs(1_795_692_153_004), name: "request_ms", unit: "Milliseconds", value: -3, sets: &[&[]] };

    fn members(line: &mut Line<'_>) {
        line.member(",\"user_id\":", " user_id=", "a\"\n\u{1}主".into());
        line.member(",\"room_id\":", " room_id=", None.into());
        line.member(",\"route\":", " route=", Word("/v1/{x}").into());
        line.member(",\"status\":", " status=", 200.into());
        line.member(",\"until\":", " until=", UnixMs(1_795_692_200_000).into());
    }

    fn one_line(tell: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut line = Vec::new();
        tell(&mut line);
        let line = String::from_utf8(line).unwrap();
        assert!(line.ends_with('\n') && line.lines().count() == 1, "{line}");
        line.trim_end().to_owned()
    }

    #[test]
    fn a_metric_says_what_happened_and_in_which_request() {
        let line = one_line(|to| PLACE.metric(to, &METRIC, Some("r1"), &members));
        assert_eq!(
            serde_json::from_str::<Value>(&line).unwrap(),
            json!({
                "_aws": { "Timestamp": 1_795_692_153_004_i64, "CloudWatchMetrics": [{
                    "Namespace": "kaibo", "Dimensions": [[]], "Metrics": [{ "Name": "request_ms", "Unit": "Milliseconds" }],
                }] },
                "level": "INFO", "message": "answered", "user_id": "a\"\n\u{1}主", "route": "/v1/{x}", "status": 200,
                "until": "2026-11-26T11:23:20Z", "request_id": "r1", "request_ms": -3,
            })
        );
    }

    #[test]
    fn a_line_of_the_log_says_the_same_in_the_form_that_was_chosen() {
        let line = one_line(|to| PLACE.line(to, Lines::Json, &METRIC, Some("r1"), &members));
        assert_eq!(
            serde_json::from_str::<Value>(&line).unwrap(),
            json!({
                "timestamp": "2026-11-26T11:22:33.004Z", "level": "INFO", "message": "answered", "user_id": "a\"\n\u{1}主",
                "route": "/v1/{x}", "status": 200, "until": "2026-11-26T11:23:20Z", "target": "kaibo::here", "request_id": "r1",
            })
        );
        assert_eq!(
            one_line(|to| PLACE.line(to, Lines::Text { colours: false }, &METRIC, None, &members)),
            r#"2026-11-26T11:22:33.004Z  INFO answered user_id="a\"\n\u{1}主" route=/v1/{x} status=200 until=2026-11-26T11:23:20Z"#
        );
    }
}
