//! CloudWatch metrics as log lines in the embedded metric format (EMF): one JSON line on standard output each, no call to
//! anyone. Written on Lambda, or where `KAIBO_METRICS=emf` asks for it.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use crate::live::time::UnixMs;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::sync::OnceLock;

fn wanted() -> bool {
    static WANTED: OnceLock<bool> = OnceLock::new();
    let asked = || match std::env::var("KAIBO_METRICS") {
        Ok(form) => form == "emf",
        Err(_) => std::env::var_os("AWS_LAMBDA_FUNCTION_NAME").is_some(),
    };
    *WANTED.get_or_init(asked)
}

/// Something happened. `sets` names the combinations of dimensions that alarms and graphs look at; an empty one is the sum.
pub fn count(now: UnixMs, name: &'static str, dimensions: &[(&'static str, &str)], sets: &[&[&'static str]]) {
    emit(now, name, "Count", 1, dimensions, sets);
}

/// How long something took.
pub fn milliseconds(now: UnixMs, name: &'static str, took: i64, dimensions: &[(&'static str, &str)]) {
    let names: Vec<_> = dimensions.iter().map(|(name, _)| *name).collect();
    emit(now, name, "Milliseconds", took, dimensions, &[&names]);
}

fn emit(now: UnixMs, name: &str, unit: &str, value: i64, dimensions: &[(&'static str, &str)], sets: &[&[&'static str]]) {
    if wanted() {
        // A closed standard output is no reason to fail a request.
        let _ = writeln!(std::io::stdout().lock(), "{}", line(now, name, unit, value, dimensions, sets));
    }
}

fn line(now: UnixMs, name: &str, unit: &str, value: i64, dimensions: &[(&'static str, &str)], sets: &[&[&'static str]]) -> Value {
    let mut line = Map::new();
    let about = json!([{ "Namespace": "kaibo", "Dimensions": sets, "Metrics": [{ "Name": name, "Unit": unit }] }]);
    line.insert("_aws".to_owned(), json!({ "Timestamp": now.0, "CloudWatchMetrics": about }));
    line.extend(dimensions.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))));
    line.insert(name.to_owned(), value.into());
    Value::Object(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_its_metric_and_holds_every_dimension_it_names() {
        let line = line(
            UnixMs(7),
            "callbacks",
            "Count",
            1,
            &[("vendor", "zego"), ("verdict", "late")],
            &[&["verdict"], &["vendor", "verdict"]],
        );
        assert_eq!(
            line,
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
