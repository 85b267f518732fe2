//! JSON text written straight into a `String`, for the tokens issued at every login.

use std::fmt::Write;

/// Appends `text` as a JSON string, quotes included (RFC 8259).
pub(super) fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    // Ids and nonces almost never need an escape.
    if text.bytes().all(|b| b >= 0x20 && b != b'"' && b != b'\\') {
        out.push_str(text);
    } else {
        text.chars().for_each(|c| push_escaped(out, c));
    }
    out.push('"');
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        c if (c as u32) < 0x20 => {
            // Writing into a String cannot fail.
            let _ = write!(out, "\\u{:04x}", c as u32);
        }
        c => out.push(c),
    }
}

/// Appends a number in decimal.
pub(super) fn push_number(out: &mut String, number: i64) {
    out.push_str(itoa::Buffer::new().format(number));
}

#[cfg(test)]
mod tests {
    use super::super::vectors::Noise;
    use super::*;

    #[test]
    fn numbers_are_written_as_everywhere_else() {
        for number in [0, 7, -1, 10, 4_294_967_295, i64::MAX, i64::MIN] {
            let mut out = String::new();
            push_number(&mut out, number);
            assert_eq!(out, number.to_string());
        }
    }

    #[test]
    fn quoted_text_reads_back_as_it_was() {
        let mut noise = Noise(7);
        for _ in 0..1_000 {
            let text = noise.text(24);
            let mut out = String::new();
            push_quoted(&mut out, &text);
            assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }
}
