//! Callbacks that could not be applied when they came: applied again from the inbox, whether the vendor sends them again or not.

use super::{AT_ONCE, Done};
use crate::app::App;
use crate::app::take_callback::take_again;
use crate::live::inbox::Verdict;
use crate::store::StoreError;
use crate::store::inbox::read_entry;

pub(super) async fn apply_failed(app: &App, done: &mut Done) -> Result<(), StoreError> {
    for key in app.store.due("inbox", app.now(), AT_ONCE).await? {
        let Some(entry) = app.store.get(&key, true).await?.as_ref().and_then(read_entry) else { continue };
        if entry.verdict != Verdict::Failed {
            continue;
        }
        let callback_id = entry.callback_id.clone();
        match take_again(app, entry).await {
            Ok(()) => done.callbacks += 1,
            Err(error) => {
                done.failing += 1;
                crate::observe::count(app.now(), "inbox_failed", &[], &[&[]]);
                tracing::error!(error = %error, callback_id, "a callback still cannot be applied");
            }
        }
    }
    Ok(())
}
