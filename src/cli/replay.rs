//! `kaibo replay`: brings callbacks of the inbox into effect again, as their redelivery would. Doing it twice changes nothing.
//!
//! A file store belongs to the kaibo that serves from it; replay works on it when none does, and on a DynamoDB at any time.

use super::serve::{ServeArgs, configuration};
use super::{fail, seconds};
use crate::app::App;
use crate::app::lists::{InboxFilter, Part, callbacks};
use crate::app::take_callback::take_again;
use crate::clock::{SystemClock, SystemRandom};
use crate::live::inbox::{InboxEntry, Verdict};
use crate::store::Store;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Which callbacks.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct ReplayArgs {
    /// Those that came in so long a time, e.g. 1h.
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    last: Option<i64>,
    /// The one with this callback_id or event_key.
    #[arg(long)]
    key: Option<String>,
    /// Those that could not be applied yet.
    #[arg(long)]
    failed: bool,
}

/// Runs it.
pub async fn run(file: Option<PathBuf>, serve: &ServeArgs, args: ReplayArgs) -> ExitCode {
    let app = match open(file, serve).await {
        Ok(app) => app,
        Err(sentence) => return fail(sentence),
    };
    match replay(&app, &args).await {
        Ok((0, 0)) => {
            println!("The inbox holds no such callback.");
            ExitCode::SUCCESS
        }
        Ok((applied, 0)) => {
            println!("{applied} callbacks applied again.");
            ExitCode::SUCCESS
        }
        Ok((applied, failed)) => fail(format_args!("{applied} callbacks applied again, {failed} still fail; see the log above")),
        Err(sentence) => fail(sentence),
    }
}

async fn open(file: Option<PathBuf>, serve: &ServeArgs) -> Result<App, String> {
    let config = configuration(file, serve)?;
    if config.store.endpoint == "memory" {
        return Err(
            "store.endpoint is \"memory\": its inbox is inside the running kaibo and cannot be replayed from here".to_owned()
        );
    }
    let store = Store::open(&config.store, None).await.map_err(|error| {
        format!("{error}. A running kaibo applies failed callbacks again by itself each minute; stop it to replay others")
    })?;
    App::new(config, store, Arc::new(SystemClock), Arc::new(SystemRandom::default())).map_err(|error| error.to_string())
}

/// Walks the inbox from the newest on; answers how many were applied and how many still fail.
async fn replay(app: &App, args: &ReplayArgs) -> Result<(usize, usize), String> {
    let filter = InboxFilter { verdict: args.failed.then_some(Verdict::Failed), ..InboxFilter::default() };
    let from = args.last.map(|last| app.now().plus_seconds(-last));
    let mut part = Part { from, to: None, limit: 100, cursor: None };
    let mut chosen: Vec<InboxEntry> = Vec::new();
    loop {
        let page = callbacks(app, &filter, part.clone()).await.map_err(|fault| fault.en)?;
        let wanted =
            |entry: &InboxEntry| args.key.as_ref().is_none_or(|key| *key == entry.callback_id || *key == entry.event.key);
        chosen.extend(page.items.into_iter().filter(wanted));
        match page.next_cursor {
            Some(cursor) => part.cursor = Some(cursor),
            None => break,
        }
    }
    let (mut applied, mut failed) = (0, 0);
    for entry in chosen {
        let (id, kind) = (entry.callback_id.clone(), entry.event.kind.clone());
        match take_again(app, entry).await {
            Ok(()) => {
                applied += 1;
                println!("  {id}  {kind}");
            }
            Err(error) => {
                failed += 1;
                eprintln!("  {id}  {kind}: {error}");
            }
        }
    }
    Ok((applied, failed))
}
