//! Facts: what an event leaves behind, each one guarded group of attributes on one row.
//!
//! A row has a begin and an end, two groups that know nothing of each other; a group is replaced only by a larger guard.
//! So order and repetition do not matter: the rows after any mix of deliveries are the same. The rule stands twice, here
//! (`Model::apply`, for the proofs) and in `store/facts.rs` (one conditional update); one suite runs both.

use super::event::{Event, FileReady, Provider, RecordingRun, RunPhase, What};
use super::time::UnixMs;
use std::collections::BTreeMap;

/// Which row a fact is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A stream's publication.
    Stream {
        /// The opening it belongs to.
        opening: String,
        /// The vendor's identity of it.
        run: String,
    },
    /// A member's stay.
    Member {
        /// The opening it belongs to.
        opening: String,
        /// The vendor's room session.
        session: String,
        /// The user.
        user: String,
        /// The vendor's session of the user.
        member_session: String,
    },
    /// The vendor's room session.
    Session {
        /// The opening it belongs to.
        opening: String,
        /// The vendor's room session.
        session: String,
    },
    /// A recording session or task.
    Run {
        /// The recording.
        recording: String,
        /// `session` or `task`.
        kind: String,
        /// The vendor's id.
        id: String,
    },
    /// A push that carries the record id.
    Push {
        /// The recording.
        recording: String,
        /// The vendor's identity of the push.
        run: String,
    },
    /// A file.
    File {
        /// The recording.
        recording: String,
        /// The vendor's id.
        id: String,
    },
}

/// Which group of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Half {
    /// It began (a file: it is there).
    Begin,
    /// It ended.
    End,
    /// The vendor said it failed.
    Fail,
}

impl Half {
    /// The attribute that holds this group's guard.
    pub const fn guard(self) -> &'static str {
        match self {
            Self::Begin => "begin_guard",
            Self::End => "end_guard",
            Self::Fail => "fail_guard",
        }
    }

    /// The attribute that holds this group's moment.
    pub const fn at(self) -> &'static str {
        match self {
            Self::Begin => "begin_at",
            Self::End => "end_at",
            Self::Fail => "fail_at",
        }
    }
}

/// A plain attribute value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number; moments are milliseconds.
    Int(i64),
    /// A number with a fraction.
    Real(f64),
    /// Yes or no.
    Flag(bool),
}

/// One guarded group.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The row.
    pub place: Place,
    /// The group.
    pub half: Half,
    /// Replaces only what has a smaller one.
    pub guard: i64,
    /// When it happened.
    pub at: UnixMs,
    /// Attributes of the group; one without a value is taken away, so that nothing of a replaced group stays.
    pub group: Vec<(&'static str, Option<Value>)>,
    /// Attributes of the row, the same in every event about it; kept from the first.
    pub about: Vec<(&'static str, Value)>,
}

impl Fact {
    fn new(place: Place, half: Half, guard: i64, at: UnixMs) -> Self {
        Self { place, half, guard, at, group: Vec::new(), about: Vec::new() }
    }

    fn group(mut self, name: &'static str, value: Option<Value>) -> Self {
        self.group.push((name, value));
        self
    }

    fn about(mut self, name: &'static str, value: Option<Value>) -> Self {
        self.about.extend(value.map(|v| (name, v)));
        self
    }
}

fn text(value: &str) -> Option<Value> {
    (!value.is_empty()).then(|| Value::Text(value.to_owned()))
}

fn opt(value: &Option<String>) -> Option<Value> {
    value.as_deref().and_then(text)
}

/// The facts of an event about a room, a member or a stream, in the opening it belongs to.
pub fn of_room(event: &Event, opening: &str) -> Vec<Fact> {
    let fact = match &event.what {
        What::RoomBegan { session, creator } => {
            Fact::new(Place::Session { opening: opening.into(), session: session.clone() }, Half::Begin, event.at.0, event.at)
                .group("creator", opt(creator))
                .about("session", text(session))
        }
        What::RoomEnded { session, reason, for_good } => {
            Fact::new(Place::Session { opening: opening.into(), session: session.clone() }, Half::End, event.at.0, event.at)
                .group("end_reason", text(reason))
                .group("for_good", Some(Value::Flag(*for_good)))
                .about("session", text(session))
        }
        What::MemberEntered { member, nickname } => {
            member_fact(event, opening, member, Half::Begin).group("nickname", opt(nickname))
        }
        What::MemberLeft { member, reason } => member_fact(event, opening, member, Half::End).group("end_reason", text(reason)),
        What::StreamBegan { run } => stream_fact(event, opening, run, Half::Begin),
        What::StreamEnded { run, began_at, reason, code } => stream_fact(event, opening, run, Half::End)
            .group("end_reason", text(reason))
            .group("end_code", opt(code))
            .group("end_began_at", began_at.map(|at| Value::Int(at.0))),
        What::Recording { .. } | What::Noted | What::UnknownKind | What::Unreadable { .. } => return Vec::new(),
    };
    vec![fact]
}

fn member_fact(event: &Event, opening: &str, member: &super::event::MemberRun, half: Half) -> Fact {
    let place = Place::Member {
        opening: opening.into(),
        session: member.session.clone(),
        user: member.user_id.clone(),
        member_session: member.member_session.clone(),
    };
    Fact::new(place, half, member.guard, event.at)
        .group(if half == Half::Begin { "audience" } else { "end_audience" }, Some(Value::Flag(member.audience)))
        .about("user_id", text(&member.user_id))
        .about("session", text(&member.session))
        .about("robot", Some(Value::Flag(member.robot)))
}

fn stream_fact(event: &Event, opening: &str, run: &super::event::StreamRun, half: Half) -> Fact {
    let place = Place::Stream { opening: opening.into(), run: run.key.clone() };
    Fact::new(place, half, run.guard, event.at)
        .about("stream_id", text(&run.stream_id))
        .about("session", text(&run.session))
        .about("track", text(&run.track))
        .about("provider", text(event.provider.word()))
        .about("app", text(&event.app))
        .about("room_id", opt(&event.room_id))
        .about("user_id", opt(&event.user_id))
        .about("record_id", opt(&event.record_id))
        .about("run_key", text(&run.key))
}

/// The facts of an event about what is kept, in the recording it belongs to.
pub fn of_recording(event: &Event, recording: &str) -> Vec<Fact> {
    match &event.what {
        What::Recording { run, files, .. } => {
            let run = run.as_ref().and_then(|run| run_fact(event, recording, run));
            run.into_iter().chain(files.iter().map(|file| file_fact(event, recording, file))).collect()
        }
        What::StreamBegan { run } | What::StreamEnded { run, .. } => {
            let half = if matches!(event.what, What::StreamBegan { .. }) { Half::Begin } else { Half::End };
            let place = Place::Push { recording: recording.into(), run: run.key.clone() };
            let push = Fact::new(place, half, run.guard, event.at).about("stream_id", text(&run.stream_id));
            vec![match &event.what {
                // The reason is of the end's group: a begin must leave it alone.
                What::StreamEnded { reason, .. } => push.group("end_reason", text(reason)),
                _ => push,
            }]
        }
        _ => Vec::new(),
    }
}

fn run_fact(event: &Event, recording: &str, run: &RecordingRun) -> Option<Fact> {
    let half = match run.phase {
        RunPhase::Began => Half::Begin,
        RunPhase::Ended => Half::End,
        RunPhase::Failed => Half::Fail,
        RunPhase::Progress => return None,
    };
    let place = Place::Run { recording: recording.into(), kind: run.kind.clone(), id: run.id.clone() };
    let reason = match half {
        Half::Begin => "begin_reason",
        Half::End => "end_reason",
        Half::Fail => "fail_reason",
    };
    Some(
        Fact::new(place, half, latest(event), event.at)
            .group(reason, opt(&run.reason))
            .about("kind", text(&run.kind))
            .about("id", text(&run.id))
            .about("task_id", opt(&run.task_id)),
    )
}

/// The guard where vendors number nothing and may tell the same thing twice (302 and 312 both end a task): the latest telling
/// stays, and of two at one moment always the same one, whichever comes first.
fn latest(event: &Event) -> i64 {
    let [high, low, ..] = super::ids::digest(&[&event.key]);
    event.at.0.saturating_mul(65_536).saturating_add(i64::from(u16::from_be_bytes([high, low])))
}

fn file_fact(event: &Event, recording: &str, file: &FileReady) -> Fact {
    let place = Place::File { recording: recording.into(), id: file.file_id.clone() };
    Fact::new(place, Half::Begin, latest(event), event.at)
        .group("file_id", text(&file.file_id))
        .group("format", text(&file.format))
        .group("url", opt(&file.url))
        .group("start_at", file.start_at.map(|at| Value::Int(at.0)))
        .group("stop_at", file.end_at.map(|at| Value::Int(at.0)))
        .group("duration_seconds", file.duration_seconds.filter(|d| d.is_finite()).map(Value::Real))
        .group("size_bytes", file.size_bytes.and_then(|size| i64::try_from(size).ok()).map(Value::Int))
        .group("stream_id", opt(&file.stream_id))
        .group("user_id", opt(&file.user_id))
}

/// The end of a publication that the vendor no longer knows and never told the end of. Its guard is the begin's own: it ends
/// that begin, and the true end, should it still come, replaces it.
pub fn gone_by_vendor(opening: &str, row: &super::opening::StreamRow, now: UnixMs) -> Option<Fact> {
    let begin = row.begin.as_ref()?;
    let place = Place::Stream { opening: opening.into(), run: row.run.clone() };
    let fact = Fact::new(place, Half::End, begin.guard, now).group("end_reason", text("unknown")).group("end_code", None);
    Some(fact.group("end_began_at", Some(Value::Int(begin.at.0))))
}

/// Where a room's event is at home: a stream relayed from Tencent RTC belongs to that app's room, not to css.
pub fn home(event: &Event) -> (Provider, &str) {
    match &event.relayed_from {
        Some(sdk_app_id) => (Provider::Trtc, sdk_app_id),
        None => (event.provider, &event.app),
    }
}

/// The moment that ties an event to an opening: when the thing it is about began, as far as the event tells.
pub fn anchor(event: &Event) -> UnixMs {
    match &event.what {
        What::StreamEnded { began_at: Some(began), .. } => *began,
        What::Recording { files, .. } => files.iter().filter_map(|file| file.start_at).min().unwrap_or(event.at),
        _ => event.at,
    }
}

/// The opening id of events in a room that no opening of ours claims: made from the vendor's own session, so that every
/// event of it, in any order, names the same one.
pub fn vendor_opening(event: &Event) -> String {
    let (provider, app) = home(event);
    let session = match &event.what {
        What::RoomBegan { session, .. } | What::RoomEnded { session, .. } => session.as_str(),
        What::MemberEntered { member, .. } | What::MemberLeft { member, .. } => &member.session,
        What::StreamBegan { run } | What::StreamEnded { run, .. } => &run.session,
        _ => "",
    };
    let room = event.room_id.as_deref().or(event.stream_id.as_deref()).unwrap_or_default();
    format!("{}-{app}-{}", provider.word(), super::ids::base62(&super::ids::digest(&[room, session]), 16))
}

/// Rows in memory, for the proofs: the same rule as the table's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model(pub BTreeMap<Place, BTreeMap<String, Value>>);

impl Model {
    /// Applies a fact; answers whether it was news.
    pub fn apply(&mut self, fact: &Fact) -> bool {
        let row = self.0.entry(fact.place.clone()).or_default();
        if let Some(Value::Int(guard)) = row.get(fact.half.guard())
            && *guard >= fact.guard
        {
            return false;
        }
        row.insert(fact.half.guard().to_owned(), Value::Int(fact.guard));
        row.insert(fact.half.at().to_owned(), Value::Int(fact.at.0));
        for (name, value) in &fact.group {
            match value {
                Some(value) => row.insert((*name).to_owned(), value.clone()),
                None => row.remove(*name),
            };
        }
        for (name, value) in &fact.about {
            row.entry((*name).to_owned()).or_insert_with(|| value.clone());
        }
        true
    }
}
