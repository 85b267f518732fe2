//! Taking a callback: facts first, then the inbox item. *An inbox item means applied.*
//!
//! Verified and parsed it arrives here; nothing of it runs after the answer.

use super::App;
use super::callbacks::{apply, expiry};
use crate::live::event::{Event, MemberRun, What};
use crate::live::ids::{base62, digest};
use crate::live::inbox::{InboxEntry, Verdict, callback_id};
use crate::store::StoreError;

/// How the callback was proven.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// It came after its own time, within what is allowed.
    pub late: bool,
    /// ZEGO's signature triple: it covers no body, so it is remembered with the event it came with.
    pub triple: Option<String>,
}

/// What the vendor is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Understood, now or before.
    Taken(Verdict),
    /// Understood before.
    Repeated,
    /// Understood; by configuration nothing of it is kept.
    NotKept,
    /// The same signature with another event: refused.
    Replayed,
}

/// Takes a verified callback. An error means: not in effect, the vendor shall send it again.
pub async fn take(app: &App, event: Event, proof: Proof) -> Result<Answer, StoreError> {
    if app.config.callbacks.audience == "hosts" && only_audience(&event.what) {
        return Ok(Answer::NotKept);
    }
    let now = app.now();
    match app.store.inbox(&event, now).await? {
        None | Some(Verdict::Failed) => {}
        Some(_) => {
            app.store.count_delivery(&event).await?;
            return Ok(Answer::Repeated);
        }
    }
    if let Some(triple) = &proof.triple
        && !remember(app, &event, triple).await?
    {
        return Ok(Answer::Replayed);
    }
    let mut entry = InboxEntry {
        callback_id: callback_id(&event),
        verdict: verdict(&event.what, proof.late),
        received_at: now,
        deliveries: 1,
        record_id: event.record_id.clone(),
        event,
    };
    let kept = match apply(app, &entry.event).await {
        Ok(kept) => kept,
        Err(error) => {
            let failed = InboxEntry { verdict: Verdict::Failed, ..entry };
            // The vendor sends it again in any case; the entry only lets us be quicker.
            if let Err(second) = app.store.put_inbox(&failed, expiry(app, app.config.retention.inbox_days)).await {
                tracing::warn!(error = %second, callback_id = failed.callback_id, "a callback that failed could not be noted");
            }
            return Err(error);
        }
    };
    entry.record_id = kept.or(entry.record_id);
    app.store.put_inbox(&entry, expiry(app, app.config.retention.inbox_days)).await?;
    Ok(Answer::Taken(entry.verdict))
}

/// Applies an event of the inbox again; the same as its redelivery.
pub async fn take_again(app: &App, mut entry: InboxEntry) -> Result<(), StoreError> {
    let kept = apply(app, &entry.event).await?;
    if entry.verdict == Verdict::Failed {
        entry.verdict = verdict(&entry.event.what, false);
        entry.record_id = kept.or(entry.record_id);
        app.store.put_inbox(&entry, expiry(app, app.config.retention.inbox_days)).await?;
    }
    Ok(())
}

async fn remember(app: &App, event: &Event, triple: &str) -> Result<bool, StoreError> {
    let window = app.config.callbacks.zego_window_seconds.max(60);
    let hash = |text: &str| base62(&digest(&[text]), 22);
    let event_hash = hash(&serde_json::to_string(event).unwrap_or_default());
    let now = app.now();
    app.store.remember_triple(&event.app, &hash(triple), &event_hash, now.plus_seconds(2 * window), now).await
}

fn only_audience(what: &What) -> bool {
    let only_watches = |member: &MemberRun| member.audience || member.robot;
    match what {
        What::MemberEntered { member, .. } | What::MemberLeft { member, .. } => only_watches(member),
        _ => false,
    }
}

fn verdict(what: &What, late: bool) -> Verdict {
    match what {
        What::Unreadable { .. } => Verdict::Unreadable,
        What::UnknownKind => Verdict::UnknownKind,
        What::Noted => Verdict::Noted,
        _ if late => Verdict::Late,
        _ => Verdict::Applied,
    }
}
