//! CloudWatch metrics as log lines in the embedded metric format (EMF): one JSON line on standard output each, no call to
//! anyone. Written on Lambda, or where `KAIBO_METRICS=emf` asks for it.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use super::{json, request};
use crate::live::time::UnixMs;
use serde_json::json;
use std::sync::OnceLock;

/// True when metric lines are written.
pub fn wanted() -> bool {
    static WANTED: OnceLock<bool> = OnceLock::new();
    let asked = || match std::env::var("KAIBO_METRICS") {
        Ok(form) => form == "emf",
        Err(_) => std::env::var_os("AWS_LAMBDA_FUNCTION_NAME").is_some(),
    };
    *WANTED.get_or_init(asked)
}

/// A value of a metric at a moment. `sets` names the combinations of dimensions that alarms and graphs look at; an empty one is
/// the sum.
#[derive(Clone, Copy, Debug)]
pub struct Metric<'a> {
    /// When.
    pub now: UnixMs,
    /// Its name.
    pub name: &'static str,
    /// `Count` or `Milliseconds`.
    pub unit: &'static str,
    /// How much.
    pub value: i64,
    /// Combinations of the names of members.
    pub sets: &'a [&'a [&'static str]],
}

/// What a line says beside the metric; dimensions are among it.
#[derive(Clone, Copy, Debug)]
pub enum Member<'a> {
    /// Words.
    Text(&'a str),
    /// A number.
    Number(i64),
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

impl From<i64> for Member<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl Metric<'_> {
    /// What a line says between its moment and its value: the same each time.
    pub fn head(&self, message: Option<&str>) -> String {
        let metrics = json!([{ "Name": self.name, "Unit": self.unit }]);
        let declared = json!({ "Namespace": "kaibo", "Dimensions": self.sets, "Metrics": metrics });
        let message = message.map(|text| format!(r#","level":"INFO","message":{}"#, json!(text))).unwrap_or_default();
        format!(r#","CloudWatchMetrics":[{declared}]}}{message},"{}":"#, self.name)
    }
}

/// Something happened, and the log has no line of its own about it.
pub fn count(now: UnixMs, name: &'static str, dimensions: &[(&'static str, &str)], sets: &[&[&'static str]]) {
    if wanted() {
        let metric = Metric { now, name, unit: "Count", value: 1, sets };
        write(&metric, &metric.head(None), |line| {
            for (name, value) in dimensions {
                json::name(line, name);
                json::text(line, value);
            }
        });
    }
}

/// Writes the line of a metric with its head; `members` writes what it says beside.
pub fn write(metric: &Metric<'_>, head: &str, members: impl Fn(&mut Vec<u8>)) {
    request::tell(true, |to, request_id| line(to, metric, head, request_id, &members));
}

/// Writes a member. `key` is its name as JSON has it, with the comma before and the colon behind.
pub fn member(line: &mut Vec<u8>, key: &'static str, value: Member<'_>) {
    match value {
        Member::Text(text) => {
            line.extend_from_slice(key.as_bytes());
            json::text(line, text);
        }
        Member::Number(value) => {
            line.extend_from_slice(key.as_bytes());
            json::number(line, value);
        }
        Member::Absent => {}
    }
}

/// A log line that is a metric too: one line where metrics are written, for CloudWatch bills by the byte and a request pays
/// for each; elsewhere a line of the log. Each place has one metric, whose head it makes once.
macro_rules! tell {
    ($metric:expr, $message:literal, $($name:ident = $value:expr),+ $(,)?) => {
        if $crate::observe::wanted() {
            static HEAD: std::sync::OnceLock<String> = std::sync::OnceLock::new();
            $crate::observe::write(&$metric, HEAD.get_or_init(|| $metric.head(Some($message))), |line| {
                $($crate::observe::member(line, concat!(",\"", stringify!($name), "\":"), $value.into());)+
            });
        } else {
            // As a plain text: a message in the place of one goes through the formatter.
            tracing::info!(message = $message, $($name = $value),+);
        }
    };
}

pub(crate) use tell;

fn line(line: &mut Vec<u8>, metric: &Metric<'_>, head: &str, request_id: Option<&str>, members: impl Fn(&mut Vec<u8>)) {
    line.extend_from_slice(br#"{"_aws":{"Timestamp":"#);
    json::number(line, metric.now.0);
    line.extend_from_slice(head.as_bytes());
    json::number(line, metric.value);
    members(line);
    member(line, ",\"request_id\":", request_id.into());
    line.extend_from_slice(b"}\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn read(tell: impl FnOnce(&mut Vec<u8>)) -> Value {
        let mut line = Vec::new();
        tell(&mut line);
        let text = std::str::from_utf8(&line).unwrap();
        assert!(text.ends_with('\n') && text.lines().count() == 1, "{text}");
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_line_names_its_metric_and_holds_every_dimension_it_names() {
        let sets: &[&[&str]] = &[&["verdict"], &["vendor", "verdict"]];
        let metric = Metric { now: UnixMs(7), name: "callbacks", unit: "Count", value: 1, sets };
        assert_eq!(
            read(|to| {
                line(to, &metric, &metric.head(None), None, |line| {
                    member(line, ",\"vendor\":", "zego".into());
                    member(line, ",\"verdict\":", "late".into());
                });
            }),
            json!({
                "_aws": { "Timestamp": 7, "CloudWatchMetrics": [{
                    "Namespace": "kaibo",
                    "Dimensions": [["verdict"], ["vendor", "verdict"]],
                    "Metrics": [{ "Name": "callbacks", "Unit": "Count" }],
                }] },
                "vendor": "zego", "verdict": "late", "callbacks": 1,
            })
        );
    }

    #[test]
    fn a_line_that_is_a_log_line_too_says_what_happened_and_in_which_request() {
        let metric = Metric { now: UnixMs(7), name: "request_ms", unit: "Milliseconds", value: -3, sets: &[&[]] };
        assert_eq!(
            read(|to| {
                line(to, &metric, &metric.head(Some("answered")), Some("r1"), |line| {
                    member(line, ",\"user_id\":", "a\"\n\u{1}主".into());
                    member(line, ",\"room_id\":", None.into());
                    member(line, ",\"status\":", 200.into());
                });
            }),
            json!({
                "_aws": { "Timestamp": 7, "CloudWatchMetrics": [{
                    "Namespace": "kaibo", "Dimensions": [[]], "Metrics": [{ "Name": "request_ms", "Unit": "Milliseconds" }],
                }] },
                "level": "INFO", "message": "answered", "user_id": "a\"\n\u{1}主", "status": 200, "request_id": "r1", "request_ms": -3,
            })
        );
    }
}
