//! The few words of JSON that log and metric lines are put together from: through a tree of values a line cost more than
//! making the credential it tells of. Writing to memory cannot fail.

/// The name of a further member.
pub(super) fn name(line: &mut Vec<u8>, name: &str) {
    line.extend_from_slice(b",\"");
    line.extend_from_slice(name.as_bytes());
    line.extend_from_slice(b"\":");
}

/// A text as a value.
pub(super) fn text(line: &mut Vec<u8>, text: &str) {
    let _ = serde_json::to_writer(line, text);
}

/// A number as a value.
pub(super) fn number(line: &mut Vec<u8>, value: impl serde::Serialize) {
    let _ = serde_json::to_writer(line, &value);
}
