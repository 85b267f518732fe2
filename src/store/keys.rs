//! The whole key grammar of the table. No other file spells a key.
//!
//! | pk | sk | holds |
//! | --- | --- | --- |
//! | `room#{room}` | `room` | a room: status, owner, cohosts, bans, its openings |
//! | `room#{room}` | `tie#{opened_ms}#{recording}` | a recording of one of its openings |
//! | `opening#{opening}` | `stream#{run}` `member#{run}` `end#{session}` `seat#{seat}` `leases` | one run of a room |
//! | `stream#{stream}` | `run#{begin_ms}#{provider}#{app}#{run}` | where a stream's facts are |
//! | `stream#{stream}` | `file#{begin_ms}#{provider}#{app}#{recording}` | a file that came without a record id |
//! | `recording#{recording}` | `head` `run#{kind}#{id}` `push#{run}` `file#{file}` | one recording, its vendor sessions and files |
//! | `task#{task}` | `task` | which recording a vendor task belongs to |
//! | `chore#{provider}#{app}#{room}#{what}` | `chore` | something to ask a vendor: put a user out, close a room |
//! | `inbox#{provider}#{app}#{event}` | `inbox` | a callback that was taken |
//! | `replay#{app}#{triple}` | `replay` | a ZEGO signature triple and the event it was used for |
//! | `login#{hash}` | `login` | the sealed openid and session_key of a WeChat user |
//! | `ledger#{id}` | `ledger` | one credential given |
//! | `quota#{who}#{minute}` | `quota` | credentials given in a minute |
//!
//! Parts that come from outside are escaped, so that no id can reach into a neighbour's key.

use crate::live::event::Provider;
use crate::live::time::UnixMs;

/// Partition key attribute.
pub const PK: &str = "pk";
/// Sort key attribute.
pub const SK: &str = "sk";
/// TTL attribute, in seconds.
pub const TTL: &str = "ttl";
/// Index of things by kind and day.
pub const LISTS: &str = "lists";
/// Its keys.
pub const LIST_PK: &str = "list_pk";
/// Its sort key.
pub const LIST_SK: &str = "list_sk";
/// Index of things that want attention at a time.
pub const DUE: &str = "due";
/// Its keys.
pub const DUE_PK: &str = "due_pk";
/// Its sort key.
pub const DUE_SK: &str = "due_sk";
/// Shards of `due`.
pub const DUE_SHARDS: u8 = 4;
/// Version of the items written.
pub const SCHEMA: i64 = 1;

/// Primary key of one item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }
}

/// `%` and `#` are the only characters that could forge a separator.
fn part(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(['%', '#']) { text.replace('%', "%25").replace('#', "%23").into() } else { text.into() }
}

fn ms(at: UnixMs) -> String {
    format!("{:013}", at.0.max(0))
}

/// Partition of a room.
pub fn room_pk(room_id: &str) -> String {
    format!("room#{}", part(room_id))
}

/// A room.
pub fn room(room_id: &str) -> Key {
    Key::new(room_pk(room_id), "room")
}

/// A recording of a room's opening.
pub fn tie(room_id: &str, opened_at: UnixMs, recording_id: &str) -> Key {
    Key::new(room_pk(room_id), format!("tie#{}#{}", ms(opened_at), part(recording_id)))
}

/// What the sort keys of ties begin with.
pub const TIE: &str = "tie#";

/// Partition of an opening.
pub fn opening_pk(opening_id: &str) -> String {
    format!("opening#{}", part(opening_id))
}

/// A stream's facts.
pub fn stream(opening_id: &str, run: &str) -> Key {
    Key::new(opening_pk(opening_id), format!("stream#{}", part(run)))
}

/// A member's facts.
pub fn member(opening_id: &str, session: &str, user_id: &str, member_session: &str) -> Key {
    Key::new(opening_pk(opening_id), format!("member#{}#{}#{}", part(session), part(user_id), part(member_session)))
}

/// The facts of a vendor's room session.
pub fn session_end(opening_id: &str, session: &str) -> Key {
    Key::new(opening_pk(opening_id), format!("end#{}", part(session)))
}

/// A seat.
pub fn seat(opening_id: &str, seat_id: &str) -> Key {
    Key::new(opening_pk(opening_id), format!("seat#{}", part(seat_id)))
}

/// What the sort keys of seats begin with.
pub const SEAT: &str = "seat#";

/// What the sort keys of one user's seats begin with; a longer user id may begin so too.
pub fn seats_of(user_id: &str) -> String {
    format!("{SEAT}{}", part(user_id))
}

/// The leases of an opening.
pub fn leases(opening_id: &str) -> Key {
    Key::new(opening_pk(opening_id), "leases")
}

/// Partition of a stream id.
pub fn stream_pk(stream_id: &str) -> String {
    format!("stream#{}", part(stream_id))
}

/// Where a stream's facts are.
pub fn stream_run(stream_id: &str, begin: UnixMs, provider: Provider, app: &str, run: &str) -> Key {
    Key::new(stream_pk(stream_id), format!("run#{}#{}#{}#{}", ms(begin), provider.word(), part(app), part(run)))
}

/// What the sort keys of stream runs begin with.
pub const STREAM_RUN: &str = "run#";

/// A file that came without a record id, waiting beside its stream.
pub fn stream_file(stream_id: &str, begin: UnixMs, provider: Provider, app: &str, recording_id: &str) -> Key {
    Key::new(stream_pk(stream_id), format!("file#{}#{}#{}#{}", ms(begin), provider.word(), part(app), part(recording_id)))
}

/// What the sort keys of such files begin with.
pub const STREAM_FILE: &str = "file#";

/// Partition of a recording.
pub fn recording_pk(recording_id: &str) -> String {
    format!("recording#{}", part(recording_id))
}

/// The head of a recording.
pub fn recording(recording_id: &str) -> Key {
    Key::new(recording_pk(recording_id), "head")
}

/// A vendor's recording session or task.
pub fn recording_run(recording_id: &str, kind: &str, id: &str) -> Key {
    Key::new(recording_pk(recording_id), format!("run#{}#{}", part(kind), part(id)))
}

/// A css push that carries the record id.
pub fn recording_push(recording_id: &str, run: &str) -> Key {
    Key::new(recording_pk(recording_id), format!("push#{}", part(run)))
}

/// A file of a recording.
pub fn recording_file(recording_id: &str, file_id: &str) -> Key {
    Key::new(recording_pk(recording_id), format!("file#{}", part(file_id)))
}

/// Which recording a vendor task belongs to.
pub fn task(task_id: &str) -> Key {
    Key::new(format!("task#{}", part(task_id)), "task")
}

/// Something to ask a vendor about a room.
pub fn chore(provider: Provider, app: &str, room_id: &str, what: &str) -> Key {
    Key::new(format!("chore#{}#{}#{}#{}", provider.word(), part(app), part(room_id), part(what)), "chore")
}

/// A callback that was taken.
pub fn inbox(provider: Provider, app: &str, event_key: &str) -> Key {
    Key::new(format!("inbox#{}#{}#{}", provider.word(), part(app), part(event_key)), "inbox")
}

/// A ZEGO signature triple.
pub fn replay(app: &str, triple_hash: &str) -> Key {
    Key::new(format!("replay#{}#{}", part(app), part(triple_hash)), "replay")
}

/// What is kept of a WeChat login: the encrypted session_key of one user.
pub fn login(user_id: &str) -> Key {
    Key::new(format!("login#{}", part(user_id)), "login")
}

/// One credential given.
pub fn ledger(id: &str) -> Key {
    Key::new(format!("ledger#{}", part(id)), "ledger")
}

/// Credentials given to someone in a minute.
pub fn quota(who: &str, minute: i64) -> Key {
    Key::new(format!("quota#{}#{minute}", part(who)), "quota")
}

/// The day bucket a moment falls in, for `lists`.
pub fn day(at: UnixMs) -> i64 {
    at.0.div_euclid(86_400_000)
}

/// Partition of a kind and day in `lists`.
pub fn list_pk(kind: &str, day: i64) -> String {
    format!("{kind}#{day:06}")
}

/// Place in a day of `lists`.
pub fn list_sk(at: UnixMs, id: &str) -> String {
    format!("{}#{}", ms(at), part(id))
}

/// Partition of `due` for an item.
pub fn due_pk(of: &Key) -> String {
    let sum = of.pk.bytes().fold(0u8, u8::wrapping_add);
    due_shard(sum % DUE_SHARDS)
}

/// Partition of a shard of `due`.
pub fn due_shard(shard: u8) -> String {
    format!("due#{shard}")
}

/// Place in `due`: when, and what for.
pub fn due_sk(at: UnixMs, what: &str) -> String {
    format!("{}#{what}", ms(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_reach_into_a_neighbours_key() {
        assert_ne!(member("o", "a#b", "c", "d"), member("o", "a", "b#c", "d"));
        assert_ne!(room("a%23b"), room("a#b"));
    }

    #[test]
    fn sort_keys_sort_by_time() {
        assert!(list_sk(UnixMs(999), "z") < list_sk(UnixMs(1_700_000_000_000), "a"));
    }
}
