//! An opening as its rows tell it: who is inside, what is live. Nothing of this is stored; it is computed when read.

use super::event::Provider;
use super::time::UnixMs;
use std::collections::BTreeMap;

/// A group of a row that has been told.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Told {
    /// Its guard.
    pub guard: i64,
    /// When it happened.
    pub at: UnixMs,
}

/// The end of something.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct End {
    /// Guard and moment.
    pub told: Told,
    /// In words.
    pub reason: String,
    /// The vendor's number.
    pub code: Option<String>,
    /// When it had begun, if the end says so.
    pub began_at: Option<UnixMs>,
    /// For a room session: it can never live again.
    pub for_good: bool,
}

/// A publication's row.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamRow {
    /// The vendor's identity of it.
    pub run: String,
    /// The stream id.
    pub stream_id: String,
    /// The vendor's room session.
    pub session: String,
    /// The vendor.
    pub provider: Provider,
    /// The vendor's app.
    pub app: String,
    /// Who publishes.
    pub user_id: Option<String>,
    /// The record id it carries.
    pub record_id: Option<String>,
    /// Its begin.
    pub begin: Option<Told>,
    /// Its end.
    pub end: Option<End>,
}

impl StreamRow {
    /// It began and its own end is not told.
    pub fn runs(&self) -> bool {
        stays(&self.begin, &self.end)
    }
}

/// A member's row.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberRow {
    /// The user.
    pub user_id: String,
    /// The vendor's room session.
    pub session: String,
    /// The name shown.
    pub nickname: Option<String>,
    /// Only watches.
    pub audience: bool,
    /// A recording or censor robot.
    pub robot: bool,
    /// Its begin.
    pub begin: Option<Told>,
    /// Its end.
    pub end: Option<End>,
}

/// A vendor's room session's row.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRow {
    /// The vendor's room session.
    pub session: String,
    /// Its begin.
    pub begin: Option<Told>,
    /// Its end.
    pub end: Option<End>,
}

/// All rows of an opening.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpeningRows {
    /// Publications.
    pub streams: Vec<StreamRow>,
    /// Stays.
    pub members: Vec<MemberRow>,
    /// Vendor's room sessions.
    pub sessions: Vec<SessionRow>,
}

/// A stream as told to callers.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// The stream id.
    pub stream_id: String,
    /// The vendor.
    pub provider: Provider,
    /// The vendor's app.
    pub app: String,
    /// Who publishes.
    pub user_id: Option<String>,
    /// The record id it carries.
    pub record_id: Option<String>,
    /// Someone publishes it now.
    pub live: bool,
    /// When it began.
    pub began_at: Option<UnixMs>,
    /// When it ended.
    pub ended_at: Option<UnixMs>,
    /// Why, in words.
    pub end_reason: Option<String>,
    /// Why, as the vendor's number.
    pub end_code: Option<String>,
}

/// A member as told to callers.
#[derive(Clone, Debug, PartialEq)]
pub struct Present {
    /// The user.
    pub user_id: String,
    /// The name shown.
    pub nickname: Option<String>,
    /// Only watches.
    pub audience: bool,
    /// Since when.
    pub since: UnixMs,
}

/// What lists need of an opening.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveView {
    /// Someone publishes.
    pub live: bool,
    /// Since when, without a break.
    pub live_since: Option<UnixMs>,
    /// The last begin or end of a stream.
    pub last_live_at: Option<UnixMs>,
    /// Why the last stream ended, when none is live.
    pub end_reason: Option<String>,
}

fn stays(begin: &Option<Told>, end: &Option<End>) -> bool {
    match (begin, end) {
        (Some(begin), Some(end)) => begin.guard > end.told.guard,
        (Some(_), None) => true,
        _ => false,
    }
}

impl OpeningRows {
    fn session_end(&self, session: &str, began: UnixMs) -> Option<&End> {
        self.sessions
            .iter()
            .filter(|row| row.session == session)
            .filter_map(|row| row.end.as_ref())
            .find(|end| end.for_good || end.told.at >= began)
    }

    /// The user's leaving, when every stay of the user in that session is over and the last ended after the moment.
    fn left(&self, session: &str, user: &str, began: UnixMs) -> Option<&End> {
        let mut last: Option<&End> = None;
        for row in self.members.iter().filter(|row| row.session == session && row.user_id == user) {
            if stays(&row.begin, &row.end) {
                return None;
            }
            if let Some(end) = &row.end
                && last.is_none_or(|found| end.told.at > found.told.at)
            {
                last = Some(end);
            }
        }
        last.filter(|end| end.told.at >= began)
    }

    /// A publication as it stands: its own end, its member's leaving and its room session's end all end it.
    fn stand(&self, row: &StreamRow) -> Stream {
        let mut stream = Stream {
            stream_id: row.stream_id.clone(),
            provider: row.provider,
            app: row.app.clone(),
            user_id: row.user_id.clone(),
            record_id: row.record_id.clone(),
            live: stays(&row.begin, &row.end),
            began_at: row.begin.as_ref().map(|b| b.at).or(row.end.as_ref().and_then(|e| e.began_at)),
            ended_at: None,
            end_reason: None,
            end_code: None,
        };
        let mut ended_by = |end: &End, reason: &str| {
            stream.live = false;
            stream.ended_at = Some(end.told.at);
            stream.end_reason = Some(reason.to_owned());
            stream.end_code = end.code.clone();
        };
        if !stays(&row.begin, &row.end) {
            if let Some(end) = &row.end {
                ended_by(end, &end.reason);
            }
            return stream;
        }
        let began = row.begin.as_ref().map(|b| b.at).unwrap_or_default();
        // css pushes know no room session; their vendor's room ends do not end them.
        if row.provider == Provider::Css {
            return stream;
        }
        if let Some(end) = self.session_end(&row.session, began) {
            ended_by(end, "room_ended");
        } else if let Some(end) = row.user_id.as_deref().and_then(|user| self.left(&row.session, user, began)) {
            ended_by(end, "member_left");
        }
        stream
    }

    /// The streams, newest first. `superseded` is given when a later opening of the room has begun: whatever still
    /// seemed to run in this one is over.
    pub fn streams(&self, superseded: Option<UnixMs>) -> Vec<Stream> {
        let mut by_name: BTreeMap<String, Stream> = BTreeMap::new();
        for row in &self.streams {
            let stream = self.stand(row);
            // Tencent RTC tells sound and picture of one stream apart; a person does not.
            let name = if row.provider == Provider::Trtc { row.stream_id.clone() } else { row.run.clone() };
            match by_name.entry(name) {
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(stream);
                }
                std::collections::btree_map::Entry::Occupied(mut place) => join(place.get_mut(), stream),
            }
        }
        let mut streams: Vec<Stream> = by_name.into_values().collect();
        for stream in streams.iter_mut().filter(|stream| stream.live) {
            if let Some(at) = superseded {
                stream.live = false;
                stream.ended_at = Some(at);
                stream.end_reason = Some("superseded".to_owned());
            }
        }
        streams.sort_by(|a, b| b.began_at.cmp(&a.began_at).then_with(|| a.stream_id.cmp(&b.stream_id)));
        streams
    }

    /// Who is inside by the vendor's telling: each user once, robots never, the longest inside first.
    pub fn members(&self) -> Vec<Present> {
        let mut present: BTreeMap<&str, Present> = BTreeMap::new();
        for row in self.members.iter().filter(|row| !row.robot && stays(&row.begin, &row.end)) {
            let since = row.begin.as_ref().map(|b| b.at).unwrap_or_default();
            if self.session_end(&row.session, since).is_some() {
                continue;
            }
            let stay = Present { user_id: row.user_id.clone(), nickname: row.nickname.clone(), audience: row.audience, since };
            let place = present.entry(&row.user_id).or_insert_with(|| stay.clone());
            // On two phones: present since the earlier, a host if either is.
            place.audience &= stay.audience;
            place.since = place.since.min(stay.since);
        }
        let mut members: Vec<Present> = present.into_values().collect();
        members.sort_by(|a, b| a.since.cmp(&b.since).then_with(|| a.user_id.cmp(&b.user_id)));
        members
    }

    /// True when this publication goes on.
    pub fn is_live(&self, row: &StreamRow) -> bool {
        self.stand(row).live
    }

    /// The last moment told of anything here.
    pub fn last_told(&self) -> Option<UnixMs> {
        let told = |begin: &Option<Told>, end: &Option<End>| {
            [begin.as_ref().map(|b| b.at), end.as_ref().map(|e| e.told.at)].into_iter().flatten().max()
        };
        let streams = self.streams.iter().filter_map(|r| told(&r.begin, &r.end));
        let members = self.members.iter().filter_map(|r| told(&r.begin, &r.end));
        streams.chain(members).chain(self.sessions.iter().filter_map(|r| told(&r.begin, &r.end))).max()
    }

    /// True when the vendor told that this room session is over.
    pub fn session_over(&self) -> Option<&End> {
        let newest = self.sessions.iter().filter_map(|row| row.end.as_ref()).max_by_key(|end| end.told.at)?;
        let begun_later = self.sessions.iter().any(|row| match (&row.begin, &row.end) {
            (Some(begin), None) => begin.at > newest.told.at,
            (Some(begin), Some(end)) => !end.for_good && begin.at > end.told.at,
            _ => false,
        });
        (!begun_later).then_some(newest)
    }

    /// When a room that only the vendor made known was opened: its session's begin, else the first moment told of anything here.
    pub fn first_told(&self) -> Option<UnixMs> {
        if let Some(begin) = self.sessions.iter().filter_map(|row| row.begin.as_ref()).map(|told| told.at).max() {
            return Some(begin);
        }
        let begins = self.streams.iter().filter_map(|r| r.begin.as_ref());
        begins.chain(self.members.iter().filter_map(|r| r.begin.as_ref())).map(|told| told.at).min()
    }

    /// What lists need.
    pub fn live_view(&self) -> LiveView {
        let streams = self.streams(None);
        let live: Vec<&Stream> = streams.iter().filter(|s| s.live).collect();
        let last = streams.iter().flat_map(|s| [s.began_at, s.ended_at]).flatten().max();
        let end_reason = streams.iter().filter(|s| !s.live).max_by_key(|s| s.ended_at).and_then(|s| s.end_reason.clone());
        LiveView {
            live: !live.is_empty(),
            live_since: live.iter().filter_map(|s| s.began_at).min(),
            last_live_at: last,
            end_reason: end_reason.filter(|_| live.is_empty()),
        }
    }
}

fn join(into: &mut Stream, other: Stream) {
    into.began_at = match (into.began_at, other.began_at) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    into.user_id = into.user_id.take().or(other.user_id);
    if into.live || other.live {
        into.live = true;
        (into.ended_at, into.end_reason, into.end_code) = (None, None, None);
    } else if other.ended_at > into.ended_at {
        (into.ended_at, into.end_reason, into.end_code) = (other.ended_at, other.end_reason, other.end_code);
    }
}

#[cfg(test)]
mod tests;
