//! The ledger: who was given which credential, when, with which powers, by which key; never the credential itself.

use super::App;
use crate::live::caller::{Actor, Trust};
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::time::UnixMs;
use crate::observe::{self, Metric, Word, tell};
use crate::store::ledger::LedgerRow;

/// One credential given.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    /// What it is: `zego-01`, `user-sig`, `private-map-key`, `css-push`...
    pub kind: &'static str,
    /// For whose media.
    pub provider: Provider,
    /// The vendor's app as text.
    pub app: String,
    /// To whom, and why we believed it.
    pub actor: &'a Actor,
    /// Bound to this room.
    pub room_id: Option<&'a str>,
    /// In words, e.g. `login,publish` or `255`.
    pub powers: String,
    /// The place of the key in the document.
    pub key: &'a str,
    /// Since when.
    pub issued_at: UnixMs,
    /// Until when.
    pub expires_at: UnixMs,
}

/// Keeps it, as `[policy] ledger` says. A credential that cannot be kept in the table is not given.
pub async fn keep(app: &App, given: &Given<'_>) -> Result<(), Fault> {
    let issued = Metric { now: given.issued_at, name: "credentials_issued", unit: "Count", value: 1, sets: &[&[], &["kind"]] };
    match app.config.policy.ledger.as_str() {
        "off" => {}
        // In a box, so that only this mode pays for its room.
        "table" => Box::pin(put(app, given)).await?,
        _ => {
            let (by, operator) = given.by();
            tell!(
                issued,
                "gave a credential",
                kind = Word(given.kind),
                provider = Word(given.provider.word()),
                app = given.app.as_str(),
                user_id = given.actor.user_id.as_str(),
                room_id = given.room_id,
                by = Word(by),
                operator = operator,
                powers = given.powers.as_str(),
                key = given.key,
                expires_at = given.expires_at,
            );
            return Ok(());
        }
    }
    observe::count(issued.now, issued.name, &[("kind", given.kind)], issued.sets);
    Ok(())
}

impl Given<'_> {
    /// Why the caller was believed, and the operator's name if it is one.
    fn by(&self) -> (&'static str, Option<&str>) {
        match &self.actor.trust {
            Trust::Own => ("own", None),
            Trust::Open => ("open", None),
            Trust::Issue { operator } => ("issue", Some(operator)),
        }
    }
}

async fn put(app: &App, given: &Given<'_>) -> Result<(), Fault> {
    let (by, operator) = given.by();
    let row = LedgerRow {
        id: hex::encode(app.random_bytes::<12>()),
        kind: given.kind.to_owned(),
        provider: given.provider,
        app: given.app.clone(),
        user_id: given.actor.user_id.clone(),
        room_id: given.room_id.map(str::to_owned),
        by: by.to_owned(),
        operator: operator.map(str::to_owned),
        powers: given.powers.clone(),
        key: given.key.to_owned(),
        issued_at: given.issued_at,
        expires_at: given.expires_at,
    };
    let days = app.config.retention.ledger_days;
    Ok(app.store.put_ledger(&row, (days > 0).then(|| given.issued_at.plus_seconds(i64::from(days) * 86_400))).await?)
}
