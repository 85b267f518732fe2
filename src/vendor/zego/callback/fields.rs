//! Reads a callback's members. ZEGO sends the same scalar as a number in one event and as text in another, and ids beyond
//! 2^53 (`zego.md` section 5.3), so everything is read as text first.

use crate::live::time::UnixMs;
use serde_json::{Map, Value};

/// Bytes that an id may have; ZEGO's longest is 256.
const LONGEST_ID: usize = 256;

/// Why an event cannot be read; the sentence names the member.
#[derive(Debug)]
pub(super) struct Unread(pub(super) String);

/// A text, or a whole number in decimal; under its own name or with a capital first letter, as transcode events have it.
pub(super) fn scalar(members: &Map<String, Value>, name: &str) -> Option<String> {
    let value = members.get(name).or_else(|| members.get(&capital(name)))?;
    match value {
        Value::String(text) => Some(text.clone()),
        // A float is a rounded id: better none than a wrong one.
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// The members of one callback, or of an object inside it.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a Map<String, Value>);

impl Fields<'_> {
    /// A member that may be left out; empty text is left out too.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        scalar(self.0, name).filter(|text| !text.is_empty())
    }

    /// An id that may be left out, and that is left out when no store could hold it.
    pub(super) fn some_id(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name)).filter(|id| id.len() <= LONGEST_ID)
    }

    /// An id that must be there, under the first of the names that has one.
    pub(super) fn id(&self, names: &[&'static str]) -> Result<String, Unread> {
        let id = names.iter().find_map(|name| self.text(name)).ok_or_else(|| self.missing(names))?;
        if id.len() > LONGEST_ID {
            return Err(Unread(format!("{} is longer than {LONGEST_ID} bytes", names.first().unwrap_or(&"id"))));
        }
        Ok(id)
    }

    /// A 64-bit session id as canonical decimal text.
    pub(super) fn session(&self, name: &'static str) -> Result<String, Unread> {
        let digits = self.id(&[name])?;
        let session = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u64>().ok()).flatten();
        session.map(|s| s.to_string()).ok_or_else(|| Unread(format!("{name} is not an unsigned 64-bit number")))
    }

    /// A running number that must be there. "01" occurs and is 1.
    pub(super) fn count(&self, name: &'static str) -> Result<i64, Unread> {
        let digits = self.id(&[name])?;
        let count = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
        count.ok_or_else(|| Unread(format!("{name} is not a whole number")))
    }

    /// A small code that may be left out.
    pub(super) fn code(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// A moment: ZEGO mixes seconds and milliseconds, and the sizes do not overlap. Zero, negative and absurd ones are none.
    pub(super) fn moment(&self, name: &str) -> Option<UnixMs> {
        match self.code(name)? {
            seconds @ 1..=99_999_999_999 => Some(UnixMs::from_seconds(seconds)),
            ms @ 100_000_000_000..=99_999_999_999_999 => Some(UnixMs(ms)),
            _ => None,
        }
    }

    fn missing(&self, names: &[&'static str]) -> Unread {
        let name = names.first().unwrap_or(&"a member");
        let there = self.0.get(*name).is_some_and(|value| !value.is_null() && value.as_str() != Some(""));
        Unread(if there { format!("{name} is not a text or whole number") } else { format!("{name} is missing") })
    }
}
