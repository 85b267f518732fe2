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

impl Metric<'_> {
    /// What a line says between its moment and its value: the same each time.
    pub(super) fn head(&self, message: Option<&str>) -> String {
        let metrics = json!([{ "Name": self.name, "Unit": self.unit }]);
        let declared = json!({ "Namespace": "kaibo", "Dimensions": self.sets, "Metrics": metrics });
        let message = message.map(|text| format!(r#","level":"INFO","message":{}"#, json!(text))).unwrap_or_default();
        format!(r#","CloudWatchMetrics":[{declared}]}}{message},"{}":"#, self.name)
    }

    /// Begins its line; what it says beside comes next.
    pub(super) fn begin(&self, line: &mut Vec<u8>, head: &str) {
        line.extend_from_slice(br#"{"_aws":{"Timestamp":"#);
        json::number(line, self.now.0);
        line.extend_from_slice(head.as_bytes());
        json::number(line, self.value);
    }
}

/// Ends the line of a metric.
pub(super) fn end(line: &mut Vec<u8>, request_id: Option<&str>) {
    if let Some(request_id) = request_id {
        line.extend_from_slice(b",\"request_id\":\"");
        line.extend_from_slice(request_id.as_bytes());
        line.push(b'"');
    }
    line.extend_from_slice(b"}\n");
}

/// Something happened, and the log has no line of its own about it.
pub fn count(now: UnixMs, name: &'static str, dimensions: &[(&'static str, &str)], sets: &[&[&'static str]]) {
    if wanted() {
        let metric = Metric { now, name, unit: "Count", value: 1, sets };
        request::tell(true, |to, request_id| line(to, &metric, dimensions, request_id));
    }
}

fn line(to: &mut Vec<u8>, metric: &Metric<'_>, dimensions: &[(&'static str, &str)], request_id: Option<&str>) {
    metric.begin(to, &metric.head(None));
    for (name, value) in dimensions {
        json::name(to, name);
        json::text(to, value);
    }
    end(to, request_id);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_line_names_its_metric_and_holds_every_dimension_it_names() {
        let sets: &[&[&str]] = &[&["verdict"], &["vendor", "verdict"]];
        let metric = Metric { now: UnixMs(7), name: "callbacks", unit: "Count", value: 1, sets };
        let mut told = Vec::new();
        line(&mut told, &metric, &[("vendor", "zego"), ("verdict", "late")], None);
        assert_eq!(told.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert_eq!(
            serde_json::from_slice::<Value>(&told).unwrap(),
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
}
