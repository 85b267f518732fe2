//! What is recorded: into its recording by record id, or into one of its own that is tied to a room's opening when both are known.
//!
//! Both sides of a tie write their own row first and then read the other's; whoever sees both writes the tie. So it is never
//! missed, whichever comes first.

use super::room::{Place, makes_room_known, place};
use crate::app::App;
use crate::live::event::{Event, Provider, RunPhase, What};
use crate::live::fact;
use crate::live::recording::Head;
use crate::live::room::{CLOCK_SLACK_SECONDS, Opening, Origin, Room};
use crate::live::time::UnixMs;
use crate::store::StoreError;
use crate::store::recordings::{Claim, StreamAt, Waiting};

/// What the ids of recordings begin with that are told by their task.
const TASK: &str = "task-";

/// Keeps an event about a recording; answers the recording it is in now.
pub(super) async fn keep(app: &App, event: &Event) -> Result<Option<String>, StoreError> {
    if let Some(record_id) = &event.record_id {
        keep_in(app, event, record_id).await?;
        adopt_named(app, event, &place(app, event).await?, record_id).await?;
        return Ok(Some(record_id.clone()));
    }
    let Some(own) = own_id(event) else { return Ok(None) };
    if let Some(target) = keep_in(app, event, &own).await?.and_then(|head| head.merged_into) {
        keep_in(app, event, &target).await?;
        return Ok(Some(target));
    }
    let begin = fact::anchor(event);
    if let Some(stream_id) = &event.stream_id {
        let waiting = Waiting { begin, provider: event.provider, app: event.app.clone(), recording_id: own.clone() };
        app.store.wait_at_stream(stream_id, &waiting, app.now(), super::expiry(app, app.config.retention.rooms_days)).await?;
    }
    let stream = event.stream_id.as_deref().map(|stream_id| beside(event, stream_id));
    Ok(Some(tie_stray(app, &own, stream, Some(event)).await?.unwrap_or(own)))
}

/// A stream of one vendor app.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    stream_id: &'a str,
    provider: Provider,
    app: &'a str,
}

fn beside<'a>(event: &'a Event, stream_id: &'a str) -> Beside<'a> {
    Beside { stream_id, provider: event.provider, app: &event.app }
}

/// A recording of its own for an event without record id: by its task, else by stream and begin.
fn own_id(event: &Event) -> Option<String> {
    let What::Recording { run, files, .. } = &event.what else { return None };
    if let Some(run) = run {
        return Some(format!("{TASK}{}", run.task_id.as_deref().unwrap_or(&run.id)));
    }
    let begin = fact::anchor(event).seconds();
    files.first().and(event.stream_id.as_ref()).map(|stream_id| format!("{stream_id}-{begin}"))
}

/// Writes the event's facts into a recording, then reads its head: whoever moves contents elsewhere reads and says so in the
/// opposite order, so one of both sees the other.
async fn keep_in(app: &App, event: &Event, recording_id: &str) -> Result<Option<Head>, StoreError> {
    let expires = super::expiry(app, app.config.retention.recordings_days);
    for fact in fact::of_recording(event, recording_id) {
        app.store.apply(&fact, expires).await?;
    }
    let alarm = match &event.what {
        What::Recording { alarm, .. } => alarm.as_deref(),
        _ => None,
    };
    if let Some(alarm) = alarm {
        tracing::error!(alarm, recording_id, "a vendor warns about a recording");
    }
    let head = app.store.recording_head(recording_id, app.now()).await?;
    let lacks = |head: &Head| {
        let unlisted = !head.listed && head.merged_into.is_none();
        !head.notified || unlisted || alarm.is_some_and(|word| !head.alarmed(word))
    };
    if head.as_ref().is_none_or(lacks) {
        app.store.notify(recording_id, event, alarm, app.now(), expires).await?;
    }
    Ok(head)
}

/// Ties a recording that carries its id to the opening its event names. A vendor's room claims no id: an API room may still
/// bring it.
async fn adopt_named(app: &App, event: &Event, place: &Place, record_id: &str) -> Result<(), StoreError> {
    let Some(room) = &place.room else { return Ok(()) };
    match opening_for(room, fact::anchor(event), tells_begin(event)) {
        Some(opening) if room.openings.contains(&opening) => adopt(app, room, &opening, record_id).await,
        _ => Ok(()),
    }
}

/// True when the event tells when the thing it is about began.
fn tells_begin(event: &Event) -> bool {
    match &event.what {
        What::StreamBegan { .. } | What::StreamEnded { began_at: Some(_), .. } => true,
        What::Recording { run, files, .. } => {
            run.as_ref().is_some_and(|run| run.phase == RunPhase::Began) || files.iter().any(|file| file.start_at.is_some())
        }
        _ => false,
    }
}

/// Ties a recording to an opening, unless another opening has it.
async fn adopt(app: &App, room: &Room, opening: &Opening, record_id: &str) -> Result<(), StoreError> {
    let now = app.now();
    let head = app.store.recording_head(record_id, now).await?;
    let tied = match head.and_then(|head| head.opening_id) {
        Some(opening_id) => opening_id == opening.opening_id,
        None => {
            let expires = super::expiry(app, app.config.retention.recordings_days);
            app.store.claim_any(record_id, Claim { room, opening, expires }, now).await?
        }
    };
    if tied {
        let expires = super::expiry(app, app.config.retention.rooms_days);
        app.store.tie(&room.room_id, opening, record_id, now, expires).await?;
    }
    Ok(())
}

/// A stream's begin and end, as far as recordings care: pushes that carry a record id, and recordings that wait for the stream.
pub(super) async fn of_stream(app: &App, event: &Event, place: &Place) -> Result<Option<String>, StoreError> {
    let (What::StreamBegan { run } | What::StreamEnded { run, .. }) = &event.what else { return Ok(None) };
    if let Some(record_id) = &event.record_id {
        keep_in(app, event, record_id).await?;
        adopt_named(app, event, place, record_id).await?;
    }
    if matches!(event.what, What::StreamBegan { .. }) {
        let at = StreamAt {
            begin: event.at,
            run: run.key.clone(),
            provider: event.provider,
            app: event.app.clone(),
            opening_id: place.opening_id.clone(),
            room_id: event.room_id.clone().filter(|_| place.room.is_some() || (!place.taken && makes_room_known(event))),
            record_id: event.record_id.clone(),
        };
        let expires = super::expiry(app, app.config.retention.rooms_days);
        app.store.point_stream(&run.stream_id, &at, app.now(), expires).await?;
        let (_, waiting) = app.store.at_stream(&run.stream_id, app.now()).await?;
        for stray in waiting.iter().filter(|stray| stray.provider == at.provider && stray.app == at.app) {
            if stray.begin.plus_seconds(CLOCK_SLACK_SECONDS) >= at.begin {
                tie_stray(app, &stray.recording_id, Some(beside(event, &run.stream_id)), None).await?;
            }
        }
    }
    Ok(event.record_id.clone())
}

/// Ties a recording without record id to what is known now; answers where its contents are then.
async fn tie_stray(
    app: &App,
    own: &str,
    stream: Option<Beside<'_>>,
    event: Option<&Event>,
) -> Result<Option<String>, StoreError> {
    let now = app.now();
    let Some(rows) = app.store.recording(own, now).await? else { return Ok(None) };
    if let Some(into) = rows.head.merged_into {
        // Moved since this event wrote its facts: the mover may have read the contents before they were there.
        let expires = super::expiry(app, app.config.retention.recordings_days);
        app.store.copy_recording(own, &into, now, expires).await?;
        return Ok(Some(into));
    }
    if let Some(task_id) = own.strip_prefix(TASK)
        && let Some(record_id) = app.store.task_target(task_id, now).await?
    {
        return move_into(app, own, &record_id, None, false).await.map(Some);
    }
    let began = rows.began();
    let Some(anchor) = began.or_else(|| rows.first_end()).or(event.map(|event| event.at)) else { return Ok(None) };
    // An end says only that it began earlier: of several candidates none is taken until a begin is told.
    let sure = began.is_some();
    if let Some(stream) = stream {
        let (runs, _) = app.store.at_stream(stream.stream_id, now).await?;
        let limit = anchor.plus_seconds(CLOCK_SLACK_SECONDS);
        let same = |run: &&StreamAt| run.begin <= limit && run.provider == stream.provider && run.app == stream.app;
        let begun = runs.iter().filter(same);
        let latest = begun.clone().max_by_key(|run| run.begin);
        let room = match latest.and_then(|run| run.room_id.as_ref()) {
            Some(room_id) => app.store.room(room_id, now).await?,
            None => None,
        };
        if let Some(run) = latest
            && !over_before(app, room.as_ref(), run, anchor).await?
        {
            let one = begun.clone().all(|other| (&other.opening_id, &other.record_id) == (&run.opening_id, &run.record_id));
            return if sure || one { tie_to_stream(app, own, run, room.as_ref(), anchor).await.map(Some) } else { Ok(None) };
        }
    }
    if let Some(event) = event
        && let Some((room, opening)) = place_at(app, event, anchor, sure).await?
    {
        return move_into(app, own, opening.recording_id(), Some((&room, &opening)), false).await.map(Some);
    }
    Ok(None)
}

/// Ties a vendor's task that an operator named to a recording.
pub async fn tie_task(app: &App, task_id: &str, record_id: &str) -> Result<(), StoreError> {
    let own = format!("{TASK}{task_id}");
    if app.store.recording(&own, app.now()).await?.is_some() {
        move_into(app, &own, record_id, None, true).await?;
    }
    Ok(())
}

async fn place_at(app: &App, event: &Event, anchor: UnixMs, sure: bool) -> Result<Option<(Room, Opening)>, StoreError> {
    let Some(room_id) = &event.room_id else { return Ok(None) };
    let (provider, of_app) = fact::home(event);
    let room = app.store.room(room_id, app.now()).await?.filter(|room| room.is_of(provider, of_app));
    Ok(room.and_then(|room| opening_for(&room, anchor, sure).map(|opening| (room, opening))))
}

/// The opening a moment belongs to; a vendor's room has only its present one.
fn opening_for(room: &Room, anchor: UnixMs, sure: bool) -> Option<Opening> {
    let limit = anchor.plus_seconds(CLOCK_SLACK_SECONDS);
    let candidates = room.openings.iter().filter(|opening| opening.opened_at() <= limit).count();
    if room.origin == Origin::Vendor && candidates == 0 {
        return (room.opened_at <= limit).then(|| vendors_own(&room.opening_id));
    }
    (sure || candidates == 1).then(|| room.opening_at(anchor).cloned()).flatten()
}

fn vendors_own(opening_id: &str) -> Opening {
    Opening { opening_id: opening_id.to_owned(), record_id: None }
}

/// True when a publication in a vendor's room had ended before the moment: what began then is of a later session, which is not
/// told yet. In a room of ours the moments of its openings decide, which never change.
async fn over_before(app: &App, room: Option<&Room>, run: &StreamAt, moment: UnixMs) -> Result<bool, StoreError> {
    if !room.is_some_and(|room| room.origin == Origin::Vendor) {
        return Ok(false);
    }
    let ended = app.store.stream_ended_at(&run.opening_id, &run.run).await?;
    Ok(ended.is_some_and(|at| at.plus_seconds(CLOCK_SLACK_SECONDS) < moment))
}

/// The opening that was opened after a publication had begun and before the moment: then the moment is in that one.
fn opened_between(room: &Room, begin: UnixMs, moment: UnixMs) -> Option<Opening> {
    let between = |at: UnixMs| begin < at && at <= moment;
    match room.origin {
        Origin::Vendor => between(room.opened_at).then(|| vendors_own(&room.opening_id)),
        Origin::Api => room.openings.iter().filter(|o| between(o.opened_at())).max_by_key(|opening| opening.opened_at()).cloned(),
    }
}

async fn tie_to_stream(app: &App, own: &str, run: &StreamAt, room: Option<&Room>, moment: UnixMs) -> Result<String, StoreError> {
    if let Some(room) = room
        && let Some(later) = opened_between(room, run.begin, moment)
    {
        return move_into(app, own, later.recording_id(), Some((room, &later)), false).await;
    }
    let opening = room.and_then(|room| {
        let ours = room.openings.iter().find(|opening| opening.opening_id == run.opening_id).cloned();
        let own = room.origin == Origin::Vendor && run.record_id.is_none();
        ours.or_else(|| own.then(|| vendors_own(&run.opening_id)))
    });
    let target = match (&run.record_id, &opening) {
        (Some(record_id), _) => record_id.as_str(),
        (None, Some(opening)) => opening.recording_id(),
        (None, None) => &run.opening_id,
    };
    move_into(app, own, target, room.zip(opening.as_ref()), false).await
}

/// Puts all contents of one recording under another id and says so on its head, last: once it is said, all of it holds.
async fn move_into(
    app: &App,
    own: &str,
    target: &str,
    tied: Option<(&Room, &Opening)>,
    by_operator: bool,
) -> Result<String, StoreError> {
    let now = app.now();
    let expires = super::expiry(app, app.config.retention.recordings_days);
    if own != target {
        app.store.copy_recording(own, target, now, expires).await?;
    }
    if let Some((room, opening)) = tied {
        adopt(app, room, opening, target).await?;
    }
    if own != target {
        app.store.merge_recording(own, target, by_operator).await?;
    }
    Ok(target.to_owned())
}
