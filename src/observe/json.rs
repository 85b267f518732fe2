//! The few words of JSON that log and metric lines are put together from: through a tree of values a line cost more than
//! making the credential it tells of. Writing to memory cannot fail.

use std::ops::RangeInclusive;

/// Which bytes do.
pub(super) type Bytes = [bool; 256];

/// Those from one to another, without some.
pub(super) const fn bytes(range: RangeInclusive<u8>, without: &[u8]) -> Bytes {
    let mut all = [false; 256];
    let mut byte = *range.start() as usize;
    while byte <= *range.end() as usize {
        all[byte] = true;
        byte += 1;
    }
    let mut at = 0;
    while at < without.len() {
        all[without[at] as usize] = false;
        at += 1;
    }
    all
}

/// True when a text has no others. Eight bytes are looked at before it is decided whether to go on.
pub(super) fn only(these: &Bytes, text: &str) -> bool {
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    let all = |bytes: &[u8]| bytes.iter().fold(true, |all, byte| all & these[usize::from(*byte)]);
    eights.iter().all(|eight| all(eight)) && all(rest)
}

/// The bytes that a JSON text may have without an escape.
const AS_THEY_ARE: Bytes = bytes(b' '..=u8::MAX, b"\"\\");

/// The name of a further member.
pub(super) fn name(line: &mut Vec<u8>, name: &str) {
    line.extend_from_slice(b",\"");
    line.extend_from_slice(name.as_bytes());
    line.extend_from_slice(b"\":");
}

/// A text as a value.
pub(super) fn text(line: &mut Vec<u8>, text: &str) {
    // Most need no escape, and are copied as they are.
    if only(&AS_THEY_ARE, text) {
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
