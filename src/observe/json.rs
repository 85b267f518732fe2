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
    // Most need no escape, and are copied as they are.
    if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        line.push(b'"');
        line.extend_from_slice(text.as_bytes());
        line.push(b'"');
    } else {
        let _ = serde_json::to_writer(line, text);
    }
}

/// A number as a value.
pub(super) fn number(line: &mut Vec<u8>, value: impl itoa::Integer) {
    line.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}
