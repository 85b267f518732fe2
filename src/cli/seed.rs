//! `kaibo seed`: plays a story, through the address of a running kaibo, else on the configured store by itself.

use super::fail;
use super::serve::{ServeArgs, configuration};
use crate::app::App;
use crate::app::outbound::{Answer, Outbound};
use crate::clock::{Clock, ManualClock, SystemClock, SystemRandom};
use crate::config::Config;
use crate::http::{routes, server};
use crate::live::time::UnixMs;
use crate::simulator::send::send;
use crate::simulator::story::{self, Step};
use crate::simulator::{Ask, prepare};
use crate::store::Store;
use clap::Args;
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Which story.
#[derive(Debug, Args)]
pub struct SeedArgs {
    /// The story; `busy-evening` is one of all three vendors.
    #[arg(long, default_value = "busy-evening")]
    story: String,
    /// Server address; by default the kaibo of this configuration.
    #[arg(long, value_name = "URL")]
    to: Option<String>,
}

/// A day and an hour: what was heard of then and has no room is an orphan now.
const LONG_AGO_SECONDS: i64 = 25 * 3600;

/// Runs it.
pub async fn run(file: Option<PathBuf>, serve: &ServeArgs, args: SeedArgs) -> ExitCode {
    let config = match configuration(file, serve) {
        Ok(config) => config,
        Err(sentence) => return fail(sentence),
    };
    match seed(&config, &args).await {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(sentence) => fail(sentence),
    }
}

async fn seed(config: &Config, args: &SeedArgs) -> Result<String, String> {
    if !story::STORIES.iter().any(|(name, _)| *name == args.story) {
        let known: Vec<&str> = story::STORIES.iter().map(|(name, _)| *name).collect();
        return Err(format!("there is no story {:?}; there is {}", args.story, known.join(", ")));
    }
    let outbound = Outbound::default();
    let now = SystemClock.now();
    let local = format!("http://{}", config.server.listen.replace("0.0.0.0", "127.0.0.1"));
    let to = args.to.clone().unwrap_or(local);
    let running = outbound.get(&format!("{to}/healthz")).await.is_ok_and(|answer| answer.status == 200);
    let mut stage = Stage { config, outbound, now: to.clone(), old: None, seat: String::new(), nonce: now.0.unsigned_abs() };
    let mut old = None;
    if !running {
        if args.to.is_some() {
            return Err(format!("{to} does not answer; start kaibo there, or leave --to out to fill the configured store"));
        }
        if config.store.endpoint == "memory" {
            return Err("store.endpoint is \"memory\" and no kaibo runs here: start kaibo first, then seed it".to_owned());
        }
        let store = Store::open(&config.store, None).await.map_err(|error| error.to_string())?;
        let then = now.plus_seconds(-LONG_AGO_SECONDS);
        stage.now = own_server(config, &store, Arc::new(SystemClock)).await?;
        stage.old = Some(own_server(config, &store, Arc::new(ManualClock::at(then))).await?);
        old = Some(then);
        println!("No kaibo runs at {to}: filling its store directly.");
    }
    let steps = story::steps(&args.story, now, old).unwrap_or_default();
    stage.play(steps, old).await
}

/// A kaibo of our own on the store, on a loopback port, for as long as the command runs.
async fn own_server(config: &Config, store: &Store, clock: Arc<dyn Clock>) -> Result<String, String> {
    let app = App::new(config.clone(), store.clone(), clock, Arc::new(SystemRandom::default())).map_err(|e| e.to_string())?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|e| e.to_string())?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    tokio::spawn(server::serve(listener, routes::all(app), std::future::pending()));
    Ok(format!("http://{address}"))
}

struct Stage<'a> {
    config: &'a Config,
    outbound: Outbound,
    /// The server of the present.
    now: String,
    /// One whose clock stands a day ago, where we may have one.
    old: Option<String>,
    seat: String,
    /// Each signature is used for one event only.
    nonce: u64,
}

impl Stage<'_> {
    async fn play(&mut self, steps: Vec<Step>, old: Option<UnixMs>) -> Result<String, String> {
        let (mut calls, mut deliveries) = (0, 0);
        let mut said: Vec<(&'static str, Ask)> = Vec::new();
        for step in steps {
            match step {
                Step::Call { user, path, body } => {
                    deliveries += self.deliver(&mut said, old).await?;
                    self.call(user, &path, body).await?;
                    calls += 1;
                }
                Step::Say { kind, ask } => said.push((kind, *ask)),
                Step::Settle(what) => {
                    deliveries += self.deliver(&mut said, old).await?;
                    println!("  {what}");
                }
            }
        }
        Ok(format!(
            "Done: {calls} calls and {deliveries} callback deliveries, some twice and none in order. Look at the page at /."
        ))
    }

    /// Backwards, the first twice: order and repetition do not matter, and the store shows it.
    async fn deliver(&mut self, said: &mut Vec<(&'static str, Ask)>, old: Option<UnixMs>) -> Result<usize, String> {
        let mut deliveries = 0;
        for (place, (kind, mut ask)) in said.drain(..).enumerate().collect::<Vec<_>>().into_iter().rev() {
            self.nonce += 1;
            ask.nonce = self.nonce;
            ask.app = self.app_of(kind);
            let prepared = prepare(self.config, kind, &ask).map_err(|error| format!("{error} ({})", error.code()))?;
            let to = if old == Some(ask.sent_at) { self.old.as_ref() } else { None }.unwrap_or(&self.now);
            for _ in 0..if place == 0 { 2 } else { 1 } {
                let reply = send(&self.outbound, to, &prepared).await.map_err(|error| format!("{kind}: {error}"))?;
                if reply.status != 200 {
                    return Err(format!("{kind} was answered {}: {}", reply.status, reply.text));
                }
                deliveries += 1;
            }
        }
        Ok(deliveries)
    }

    /// The first configured app of the kind's vendor.
    fn app_of(&self, kind: &str) -> Option<String> {
        match kind.split('.').next() {
            Some("zego") => self.config.zego.first().map(|app| app.app_id.to_string()),
            Some("css") => self.config.css.first().map(|app| app.name.clone()),
            _ => self.config.trtc.first().map(|app| app.sdk_app_id.to_string()),
        }
    }

    async fn call(&mut self, user: &str, path: &str, mut body: Value) -> Result<(), String> {
        let app = match body.get("provider").and_then(Value::as_str) {
            Some("zego") => self.config.zego.first().map(|app| ("app_id", Value::from(app.app_id))),
            Some("trtc") => self.config.trtc.first().map(|app| ("sdk_app_id", Value::from(app.sdk_app_id))),
            Some("css") => self.config.css.first().map(|app| ("name", Value::from(app.name.as_str()))),
            _ => None,
        };
        if let Some((name, value)) = app {
            body[name] = value;
        }
        body["user_id"] = Value::from(user);
        let url = format!("{}{}", self.now, path.replace("{seat}", &self.seat));
        let operator = self.config.access.operators.iter().find(|operator| {
            operator.key.is_some() && ["issue", "write"].iter().all(|scope| operator.scopes.iter().any(|has| has == scope))
        });
        let key = operator.and_then(|operator| operator.key.as_ref()).and_then(|keys| keys.signing(SystemClock.now()));
        let bearer = key.map(|key| format!("Bearer {}", key.reveal_text()));
        let mut headers = vec![("content-type", "application/json")];
        match &bearer {
            Some(bearer) => headers.push(("authorization", bearer)),
            None if self.config.access.open_identity => headers.push(("x-user-id", user)),
            None => return Err("seed needs an operator key with the scopes issue and write, or open_identity".to_owned()),
        }
        let sent = self.outbound.send("POST", &url, &headers, body.to_string().into_bytes()).await;
        let Answer { status, body, .. } = sent.map_err(|error| format!("POST {path}: {error}"))?;
        let text = String::from_utf8_lossy(&body);
        if !(200..300).contains(&status) {
            return Err(format!("POST {path} was answered {status}: {text}"));
        }
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        if let Some(seat) = answer["seat_id"].as_str() {
            self.seat = seat.to_owned();
        }
        Ok(())
    }
}
