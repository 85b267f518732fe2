//! `--set name=value`: members put into a body before it is signed.

use super::SimulatorError;
use serde_json::{Map, Value};

/// Names that stand for the signature itself; they are put in after signing.
const SIGNATURES: [&str; 2] = ["sign", "signature"];

/// Puts each in; dots lead into objects inside. A value that reads as JSON is JSON, anything else text.
pub(super) fn put_in(members: &mut Map<String, Value>, set: &[(String, String)]) -> Result<(), SimulatorError> {
    for (name, value) in set.iter().filter(|(name, _)| !is_signature(name)) {
        let malformed = || SimulatorError::SetMalformed(format!("{name}={value}"));
        let mut at = &mut *members;
        let mut steps = name.split('.').peekable();
        while let Some(step) = steps.next() {
            if step.is_empty() {
                return Err(malformed());
            }
            if steps.peek().is_none() {
                at.insert(step.to_owned(), read(value));
                break;
            }
            let inner = at.entry(step.to_owned()).or_insert_with(|| Value::Object(Map::new()));
            at = inner.as_object_mut().ok_or_else(malformed)?;
        }
    }
    Ok(())
}

/// The signature that was asked for instead of the right one.
pub(super) fn signature(set: &[(String, String)]) -> Option<String> {
    set.iter().rev().find(|(name, _)| is_signature(name)).map(|(_, value)| value.clone())
}

fn is_signature(name: &str) -> bool {
    SIGNATURES.iter().any(|word| name.eq_ignore_ascii_case(word))
}

fn read(value: &str) -> Value {
    serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()))
}
