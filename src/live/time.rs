//! A moment as plain data. Reading the clock is `clock.rs`'s job, never this module's.

use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Serialize};

// Straight into the text, not through the formatter: every request has three of these.
const AS_NEEDED: DateTimePrinter = DateTimePrinter::new();
const TO_THE_MS: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// A moment in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMs(pub i64);

impl UnixMs {
    /// From whole seconds; far-out values saturate.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Later by so many seconds.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// RFC 3339 with `Z`, milliseconds only where there are any; the edge of the calendar stands for anything beyond it.
    pub fn rfc3339(self) -> String {
        AS_NEEDED.timestamp_to_string(&self.timestamp())
    }

    /// The same with three digits always, for lines that stand below each other.
    pub fn rfc3339_ms(self) -> String {
        TO_THE_MS.timestamp_to_string(&self.timestamp())
    }

    fn timestamp(self) -> jiff::Timestamp {
        let edge = if self.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(edge)
    }

    /// Reads RFC 3339 text (with `Z` or an offset).
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_millisecond()))
    }
}

/// Serialises a moment as RFC 3339 text, for answers: `#[serde(serialize_with = "rfc3339")]`.
pub fn rfc3339<S: serde::Serializer>(at: &UnixMs, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.rfc3339())
}

/// The same for a moment that may not have been reached; then `null`.
pub fn rfc3339_opt<S: serde::Serializer>(at: &Option<UnixMs>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => to.serialize_str(&at.rfc3339()),
        None => to.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_and_write_rfc3339() {
        assert_eq!(UnixMs::from_seconds(1_569_292_704).rfc3339(), "2019-09-24T02:38:24Z");
        assert_eq!(UnixMs::parse_rfc3339("2019-09-24T10:38:24.5+08:00"), Some(UnixMs(1_569_292_704_500)));
        assert_eq!(UnixMs::from_seconds(1_569_292_704).rfc3339_ms(), "2019-09-24T02:38:24.000Z");
        assert_eq!(UnixMs(1_569_292_704_050).rfc3339(), "2019-09-24T02:38:24.05Z");
        assert_eq!(UnixMs(-1).rfc3339_ms(), "1969-12-31T23:59:59.999Z");
        assert!(!UnixMs(i64::MAX).rfc3339().is_empty());
    }
}
