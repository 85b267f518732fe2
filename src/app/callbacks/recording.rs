//! What is recorded: into its recording by record id, or into one of its own that is tied to a room's opening when both are known.
//!
//! Both sides of a tie write their own row first and then read the other's; whoever sees both writes the tie. So it is never
//! missed, whichever comes first.

use super::room::{Place, place};
use crate::app::App;
use crate::live::event::{Event, Provider, What};
use crate::live::fact;
use crate::live::room::{CLOCK_SLACK_SECONDS, Opening, Room};
use crate::live::time::UnixMs;
use crate::store::StoreError;
use crate::store::recordings::{Claim, StreamAt, Waiting};

/// Keeps an event about a recording; answers the recording it is in now.
pub(super) async fn keep(app: &App, event: &Event) -> Result<Option<String>, StoreError> {
    if let Some(record_id) = &event.record_id {
        keep_in(app, event, record_id).await?;
        let place = place(app, event).await?;
        if let Some((room, opening)) = place.opening() {
            adopt(app, room, opening, record_id).await?;
        }
        return Ok(Some(record_id.clone()));
    }
    let Some(own) = own_id(event) else { return Ok(None) };
    keep_in(app, event, &own).await?;
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
        return Some(format!("task-{}", run.task_id.as_deref().unwrap_or(&run.id)));
    }
    let begin = fact::anchor(event).seconds();
    files.first().and(event.stream_id.as_ref()).map(|stream_id| format!("{stream_id}-{begin}"))
}

async fn keep_in(app: &App, event: &Event, recording_id: &str) -> Result<(), StoreError> {
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
    if head.is_none_or(|head| !head.notified || (alarm.is_some() && head.alarm.is_none())) {
        app.store.notify(recording_id, event, alarm, app.now(), expires).await?;
    }
    Ok(())
}

/// Ties a recording that carries its id to the opening its event names, unless another opening has it.
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
        if let Some((room, opening)) = place.opening() {
            adopt(app, room, opening, record_id).await?;
        }
    }
    if matches!(event.what, What::StreamBegan { .. }) {
        let at = StreamAt {
            begin: event.at,
            provider: event.provider,
            app: event.app.clone(),
            opening_id: place.opening_id.clone(),
            room_id: event.room_id.clone().filter(|_| place.room.is_some()),
            record_id: event.record_id.clone(),
        };
        let expires = super::expiry(app, app.config.retention.rooms_days);
        app.store.point_stream(&run.stream_id, &run.key, &at, app.now(), expires).await?;
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
    let Some(anchor) = rows.anchor().or(event.map(|event| event.at)) else { return Ok(None) };
    for run in &rows.runs {
        let task_id = run.task_id.as_deref().unwrap_or(&run.id);
        if let Some(record_id) = app.store.task_target(task_id, now).await? {
            return move_into(app, own, &record_id, None).await.map(Some);
        }
    }
    if let Some(stream) = stream {
        let (runs, _) = app.store.at_stream(stream.stream_id, now).await?;
        let limit = anchor.plus_seconds(CLOCK_SLACK_SECONDS);
        let same = |run: &&StreamAt| run.begin <= limit && run.provider == stream.provider && run.app == stream.app;
        let begun = runs.iter().filter(same);
        if let Some(run) = begun.max_by_key(|run| run.begin) {
            return tie_to_stream(app, own, run).await.map(Some);
        }
    }
    if let Some(event) = event {
        let place = place_at(app, event, anchor).await?;
        if let Some((room, opening)) = &place {
            return move_into(app, own, opening.recording_id(), Some((room, opening))).await.map(Some);
        }
    }
    Ok(None)
}

/// Ties a vendor's task that an operator named to a recording.
pub async fn tie_task(app: &App, task_id: &str, record_id: &str) -> Result<(), StoreError> {
    let own = format!("task-{task_id}");
    if app.store.recording(&own, app.now()).await?.is_some() {
        move_into(app, &own, record_id, None).await?;
    }
    Ok(())
}

async fn place_at(app: &App, event: &Event, anchor: UnixMs) -> Result<Option<(Room, Opening)>, StoreError> {
    let Some(room_id) = &event.room_id else { return Ok(None) };
    let (provider, of_app) = fact::home(event);
    let room = app.store.room(room_id, app.now()).await?.filter(|room| room.is_of(provider, of_app));
    Ok(room.and_then(|room| room.opening_at(anchor).cloned().map(|opening| (room, opening))))
}

async fn tie_to_stream(app: &App, own: &str, run: &StreamAt) -> Result<String, StoreError> {
    let room = match &run.room_id {
        Some(room_id) => app.store.room(room_id, app.now()).await?,
        None => None,
    };
    let opening =
        room.as_ref().and_then(|room| room.openings.iter().find(|opening| opening.opening_id == run.opening_id).cloned());
    let target = match (&run.record_id, &opening) {
        (Some(record_id), _) => record_id.as_str(),
        (None, Some(opening)) => opening.recording_id(),
        (None, None) => &run.opening_id,
    };
    move_into(app, own, target, room.as_ref().zip(opening.as_ref())).await
}

/// Puts all contents of one recording under another id and says so on its head.
async fn move_into(app: &App, own: &str, target: &str, tied: Option<(&Room, &Opening)>) -> Result<String, StoreError> {
    let now = app.now();
    let expires = super::expiry(app, app.config.retention.recordings_days);
    if own != target {
        app.store.copy_recording(own, target, now, expires).await?;
        app.store.merge_recording(own, target).await?;
    }
    if let Some((room, opening)) = tied {
        adopt(app, room, opening, target).await?;
    }
    Ok(target.to_owned())
}
