//! A recording as its rows tell it. Its status is computed when read, so nothing can stay "active" for ever.

use super::event::Provider;
use super::opening::{End, Told};
use super::time::UnixMs;

/// A recording without a room is an orphan after this long.
pub const ORPHAN_AFTER_SECONDS: i64 = 24 * 3600;

/// A vendor that has said nothing this long after the stream's end is late.
pub const OVERDUE_AFTER_SECONDS: i64 = 30 * 60;

/// What is known of a recording as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// Its id.
    pub record_id: String,
    /// The room it is tied to.
    pub room_id: Option<String>,
    /// The opening it is tied to.
    pub opening_id: Option<String>,
    /// The room's owner.
    pub owner_id: Option<String>,
    /// Vendor of the room, or of the first callback.
    pub provider: Option<Provider>,
    /// App of the room, or of the first callback.
    pub app: Option<String>,
    /// When it was first heard of.
    pub created_at: UnixMs,
    /// A vendor's callback has named it.
    pub notified: bool,
    /// It stands in the list of recordings.
    pub listed: bool,
    /// A warning an operator must see.
    pub alarm: Option<String>,
    /// Its contents stand under this id.
    pub merged_into: Option<String>,
}

impl Head {
    /// True when this alarm was raised.
    pub fn alarmed(&self, word: &str) -> bool {
        self.alarm.as_deref().is_some_and(|alarms| alarms.split(", ").any(|alarm| alarm == word))
    }
}

/// A vendor's recording session, task or push.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    /// `session`, `task` or `push`.
    pub kind: String,
    /// The vendor's id.
    pub id: String,
    /// The stream it is about.
    pub stream_id: Option<String>,
    /// The task it belongs to.
    pub task_id: Option<String>,
    /// Its begin.
    pub begin: Option<Told>,
    /// Its end.
    pub end: Option<End>,
    /// Its failure.
    pub fail: Option<End>,
}

impl RunRow {
    /// It goes on.
    pub fn runs(&self) -> bool {
        self.begin.is_some() && self.end.is_none() && self.fail.is_none()
    }
}

/// A file's row.
#[derive(Clone, Debug, PartialEq)]
pub struct FileRow {
    /// The vendor's id.
    pub file_id: String,
    /// Lower case.
    pub format: String,
    /// Where it plays.
    pub url: Option<String>,
    /// First moment of content.
    pub start_at: Option<UnixMs>,
    /// Last moment of content.
    pub end_at: Option<UnixMs>,
    /// Length of content.
    pub duration_seconds: Option<f64>,
    /// Size.
    pub size_bytes: Option<i64>,
    /// The stream it was made from.
    pub stream_id: Option<String>,
    /// Whose media it holds.
    pub user_id: Option<String>,
}

/// All rows of a recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordingRows {
    /// What is known as a whole.
    pub head: Head,
    /// Sessions and tasks.
    pub runs: Vec<RunRow>,
    /// Pushes that carry the record id.
    pub pushes: Vec<RunRow>,
    /// Files.
    pub files: Vec<FileRow>,
}

/// Streams of the opening the recording is tied to, as far as they matter here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pushing {
    /// Someone publishes now.
    pub live: bool,
    /// When the last stream ended.
    pub ended_at: Option<UnixMs>,
}

/// Where a recording stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Content is being kept now.
    Recording,
    /// No room is known for it, a day after it was first heard of.
    Orphan,
    /// There is a file.
    Ready,
    /// The vendor said that it failed.
    Failed,
    /// All has ended; the file is not there yet.
    Processing,
    /// Reserved; nothing has begun.
    Expected,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Recording, Self::Orphan, Self::Ready, Self::Failed, Self::Processing, Self::Expected];

    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Recording => "recording",
            Self::Orphan => "orphan",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Processing => "processing",
            Self::Expected => "expected",
        }
    }
}

impl RecordingRows {
    /// The status and why it is so; the first rule that holds.
    pub fn status(&self, streams: Pushing, now: UnixMs) -> (Status, Option<String>) {
        // A push whose end was never told is over when the opening's streams are.
        let streams_over = !streams.live && streams.ended_at.is_some();
        let pushing = streams.live || (self.pushes.iter().any(RunRow::runs) && !streams_over);
        let source_ended = self.pushes.iter().filter_map(|push| push.end.as_ref()).map(|end| end.told.at).max();
        let source_ended = source_ended.max(streams.ended_at).filter(|_| !pushing);
        let long_over = |ended: Option<UnixMs>| ended.is_some_and(|at| at.plus_seconds(OVERDUE_AFTER_SECONDS) <= now);
        let running = self.runs.iter().any(RunRow::runs);
        if (running && !long_over(source_ended)) || (self.runs.is_empty() && pushing) {
            // There is nothing left to record, but the vendor has not said that it stopped.
            return (Status::Recording, source_ended.filter(|_| running).map(|_| "end_not_told".into()));
        }
        if self.head.room_id.is_none() && self.head.created_at.plus_seconds(ORPHAN_AFTER_SECONDS) <= now {
            return (Status::Orphan, Some("no_room".into()));
        }
        if !self.files.is_empty() {
            return (Status::Ready, None);
        }
        if let Some(fail) = self.runs.iter().filter_map(|run| run.fail.as_ref()).max_by_key(|fail| fail.told.at) {
            let reason = if fail.reason.is_empty() { "vendor_failed" } else { &fail.reason };
            return (Status::Failed, Some(reason.to_owned()));
        }
        let pushed = !self.pushes.is_empty() || streams.ended_at.is_some();
        if pushed || self.runs.iter().any(|run| run.end.is_some()) {
            let late = long_over(self.ended_at().max(streams.ended_at));
            let reason = match (self.runs.is_empty() || running, late, pushing) {
                (_, _, true) => "stream_runs_on",
                (true, true, _) => "no_vendor_event",
                (false, true, _) => "file_overdue",
                _ => "waiting_for_file",
            };
            return (Status::Processing, Some(reason.into()));
        }
        (Status::Expected, Some("nothing_began".into()))
    }

    fn ended_at(&self) -> Option<UnixMs> {
        self.runs.iter().chain(&self.pushes).filter_map(|run| run.end.as_ref()).map(|end| end.told.at).max()
    }

    /// When it began, as far as told: what ties it to an opening when it carries no record id.
    pub fn began(&self) -> Option<UnixMs> {
        let begins = self.runs.iter().filter_map(|run| run.begin.as_ref().map(|b| b.at));
        begins.chain(self.files.iter().filter_map(|file| file.start_at)).min()
    }

    /// The first of its ends. It began earlier, nobody said when.
    pub fn first_end(&self) -> Option<UnixMs> {
        self.runs.iter().flat_map(|run| [&run.end, &run.fail]).flatten().map(|end| end.told.at).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn run(begin: Option<i64>, end: Option<i64>, fail: Option<i64>) -> RunRow {
        let told = |at: i64| Told { guard: 0, at: UnixMs(at) };
        let ended = |at: i64| End { told: told(at), ..End::default() };
        RunRow {
            kind: "task".into(),
            id: "t".into(),
            stream_id: None,
            task_id: None,
            begin: begin.map(told),
            end: end.map(ended),
            fail: fail.map(ended),
        }
    }

    fn rows(runs: Vec<RunRow>, files: usize, room: bool) -> RecordingRows {
        let file = FileRow {
            file_id: "f".into(),
            format: "mp4".into(),
            url: None,
            start_at: None,
            end_at: None,
            duration_seconds: None,
            size_bytes: None,
            stream_id: None,
            user_id: None,
        };
        let head = Head { room_id: room.then(|| "r".into()), ..Head::default() };
        RecordingRows { head, runs, pushes: Vec::new(), files: vec![file; files] }
    }

    fn word(rows: &RecordingRows, streams: Pushing, now: i64) -> (&'static str, Option<String>) {
        let (status, reason) = rows.status(streams, UnixMs(now));
        (status.word(), reason)
    }

    #[test]
    fn the_first_rule_that_holds_names_the_status() {
        let none = Pushing::default();
        assert_eq!(word(&rows(vec![run(Some(1), None, None)], 1, false), none, 25 * HOUR).0, "recording");
        assert_eq!(word(&rows(vec![run(Some(1), Some(2), None)], 1, false), none, 25 * HOUR).0, "orphan");
        assert_eq!(word(&rows(vec![run(Some(1), None, Some(2))], 1, true), none, HOUR).0, "ready");
        assert_eq!(word(&rows(vec![run(Some(1), None, Some(2))], 0, true), none, HOUR).0, "failed");
        assert_eq!(word(&rows(vec![run(Some(1), Some(2), None)], 0, true), none, 3).0, "processing");
        assert_eq!(word(&rows(vec![], 0, true), none, HOUR).0, "expected");
    }

    #[test]
    fn a_session_whose_end_was_lost_does_not_record_for_ever() {
        let lost = rows(vec![run(Some(1), None, None)], 0, true);
        let ended = Pushing { live: false, ended_at: Some(UnixMs(0)) };
        assert_eq!(word(&lost, ended, 60_000), ("recording", Some("end_not_told".into())));
        assert_eq!(word(&lost, ended, 30 * 60_000), ("processing", Some("no_vendor_event".into())));
        let live = Pushing { live: true, ended_at: Some(UnixMs(0)) };
        assert_eq!(word(&lost, live, 9 * HOUR), ("recording", None));
    }

    #[test]
    fn a_silent_vendor_is_named_half_an_hour_after_the_stream_ended() {
        let ended = Pushing { live: false, ended_at: Some(UnixMs(0)) };
        assert_eq!(word(&rows(vec![], 0, true), ended, 29 * 60_000).1.as_deref(), Some("waiting_for_file"));
        assert_eq!(word(&rows(vec![], 0, true), ended, 30 * 60_000).1.as_deref(), Some("no_vendor_event"));
        assert_eq!(word(&rows(vec![], 0, true), Pushing { live: true, ended_at: None }, 0).0, "recording");
    }
}
