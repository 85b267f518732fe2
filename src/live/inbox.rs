//! An inbox entry: a callback that was taken, and what became of it.

use super::event::Event;
use super::ids::{base62, digest};
use super::time::UnixMs;

/// What became of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// In effect.
    Applied,
    /// In effect, though it came after its own time.
    Late,
    /// Understood; nothing of it is kept.
    Noted,
    /// Rightly signed, of a kind this version does not know.
    UnknownKind,
    /// Rightly signed, not what the vendor documents.
    Unreadable,
    /// Not in effect yet; it will be applied again.
    Failed,
}

impl Verdict {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Late => "late",
            Self::Noted => "noted",
            Self::UnknownKind => "unknown_kind",
            Self::Unreadable => "unreadable",
            Self::Failed => "failed",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Applied, Self::Late, Self::Noted, Self::UnknownKind, Self::Unreadable, Self::Failed]
            .into_iter()
            .find(|verdict| verdict.word() == word)
    }
}

/// A callback as kept.
#[derive(Clone, Debug)]
pub struct InboxEntry {
    /// Its id for people.
    pub callback_id: String,
    /// The event itself.
    pub event: Event,
    /// What became of it.
    pub verdict: Verdict,
    /// When it first came.
    pub received_at: UnixMs,
    /// How often it came.
    pub deliveries: i64,
    /// The recording it went to.
    pub record_id: Option<String>,
}

/// The id people use for a callback: a hash of what makes it the same event.
pub fn callback_id(event: &Event) -> String {
    base62(&digest(&[event.provider.word(), &event.app, &event.key]), 16)
}
