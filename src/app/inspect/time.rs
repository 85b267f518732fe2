//! Sentences about time: how long ago something ended, and clocks that are eight hours off.

use super::Report;
use crate::live::time::UnixMs;

/// Seconds beyond this are milliseconds by mistake: the year 5138.
pub(super) const LAST_SECOND: i64 = 99_999_999_999;

/// Beijing's distance from UTC.
const EIGHT_HOURS: i64 = 8 * 3600;
/// How far two clocks may be apart.
const SLACK: i64 = 15 * 60;

/// A length of time in both languages, in its two largest units.
pub(super) fn length(seconds: i64) -> (String, String) {
    let seconds = seconds.unsigned_abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => (format!("{seconds} 秒"), format!("{seconds} s")),
        (0, 0, _) => (format!("{minutes} 分 {} 秒", seconds % 60), format!("{minutes} min {} s", seconds % 60)),
        (0, ..) => (format!("{hours} 小时 {minutes} 分"), format!("{hours} h {minutes} min")),
        _ => (format!("{days} 天 {hours} 小时"), format!("{days} d {hours} h")),
    }
}

impl Report {
    /// `expired`, with how long ago; both in Unix seconds.
    pub(super) fn expired(&mut self, field: &str, expires: i64, now: i64) {
        let past = now.saturating_sub(expires);
        let (zh, en) = length(past);
        let when = UnixMs::from_seconds(expires).rfc3339();
        // A local time taken for UTC the other way round ends a fresh credential eight hours early.
        let (hint_zh, hint_en) = if past <= EIGHT_HOURS {
            (
                "若刚刚签发，则签发时用了差 8 小时的本地时间。",
                " If it is fresh, a local time 8 hours off was used when it was made.",
            )
        } else {
            ("", "")
        };
        self.fault(
            field,
            "expired",
            format!("已于 {when} 过期（{zh}前），请重新获取。{hint_zh}"),
            format!("It expired {en} ago, at {when}; ask for a new one.{hint_en}"),
        );
    }

    /// `milliseconds` in a place that wants seconds.
    pub(super) fn milliseconds(&mut self, field: &str) {
        self.fault(
            field,
            "milliseconds",
            format!("{field} 是毫秒，应为 Unix 秒：用 Math.floor(Date.now() / 1000)。"),
            format!("{field} is in milliseconds and must be Unix seconds: Math.floor(Date.now() / 1000)."),
        );
    }

    /// Warns of a moment of issue that has not come yet; both in Unix seconds.
    pub(super) fn issued(&mut self, field: &str, issued: i64, now: i64) {
        let ahead = issued.saturating_sub(now);
        if ahead <= SLACK || issued > LAST_SECOND {
            return;
        }
        let (zh, en) = length(ahead);
        let local = (ahead - EIGHT_HOURS).abs() <= SLACK;
        let (hint_zh, hint_en) = if local {
            ("，正是北京时间与 UTC 之差：把本地时间当成了 Unix 时间", ", which is Beijing local time used as Unix time")
        } else {
            ("", "")
        };
        self.warn(
            field,
            "local_time",
            format!("{field} 在 {zh}之后{hint_zh}。请核对签发服务器的时钟。"),
            format!("{field} lies {en} ahead{hint_en}. Check the clock of the server that issues."),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_two_units() {
        let en = |seconds| length(seconds).1;
        assert_eq!([en(59), en(61), en(8 * 3600), en(90_000)], ["59 s", "1 min 1 s", "8 h 0 min", "1 d 1 h"]);
    }

    #[test]
    fn eight_hours_ahead_is_named_beijing() {
        let mut report = Report::new("user_sig");
        report.issued("TLS.time", 28_800, 0);
        report.issued("TLS.time", 60, 0);
        report.issued("TLS.time", 3600, 0);
        assert!(report.warnings[0].en.contains("Beijing") && !report.warnings[1].en.contains("Beijing"));
        assert_eq!(report.warnings.len(), 2);
    }
}
