//! What a schedule does each minute, and `kaibo serve` by itself: callbacks that failed are applied again, rooms are looked at
//! when they are due, what was asked of a vendor is carried out. Every step is guarded, so two runs at once do no harm.

mod chores;
mod inbox;
mod rooms;

use super::App;

/// Rows of one kind looked at in one run.
const AT_ONCE: usize = 200;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Callbacks applied again.
    pub callbacks: usize,
    /// Callbacks that still fail.
    pub failing: usize,
    /// Kicks and closes that a vendor was asked for.
    pub chores: usize,
    /// Rooms closed for being abandoned.
    pub closed: usize,
    /// Streams whose end was found out from the vendor.
    pub repaired: usize,
}

/// One run. A part that fails is logged and does not keep the others from running.
pub async fn run(app: &App) -> Done {
    let mut done = Done::default();
    if let Err(error) = inbox::apply_failed(app, &mut done).await {
        tracing::error!(error = %error, "failed callbacks could not be applied again");
    }
    if let Err(error) = chores::carry_out(app, &mut done).await {
        tracing::error!(error = %error, "vendors could not be asked");
    }
    if let Err(error) = rooms::look_after(app, &mut done).await {
        tracing::error!(error = %error, "rooms could not be looked after");
    }
    if done != Done::default() {
        let Done { callbacks, failing, chores, closed, repaired } = done;
        tracing::info!(callbacks, failing, chores, closed, repaired, "jobs done");
    }
    done
}
