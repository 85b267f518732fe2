//! `kaibo inspect`: judges a text with the keys of the configuration. No server is needed and none is asked, and the store is
//! not opened: for a voip signature the session key stands with the inputs.

use super::{config, fail, language};
use crate::app::App;
use crate::app::inspect::{Question, Report, inspect};
use crate::clock::{SystemClock, SystemRandom};
use crate::config::{Config, StoreConfig, demo};
use crate::http::client::inspect::answer;
use crate::http::language::Language;
use crate::live::time::UnixMs;
use crate::store::Store;
use clap::Args;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// What to judge, and for whom.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The token, ticket, address, signature with its inputs, or callback body; without it, or with -, standard input is read.
    text: Option<String>,
    /// The user it is to be for, as at login.
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// The app id or SDKAppID it is to be for.
    #[arg(long, value_name = "NUMBER")]
    app: Option<u32>,
    /// The room it is to open; "name:12" is the text room 12.
    #[arg(long, value_name = "ID")]
    room: Option<String>,
    /// The moment to judge by: 2026-01-31T00:00:00Z, or Unix seconds; else now.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<UnixMs>,
    /// The path a callback was sent to.
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// A header of a callback, e.g. "Sign: ..."; may be repeated.
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// Print the answer of POST /v1/inspect.
    #[arg(long)]
    json: bool,
}

fn moment(text: &str) -> Result<UnixMs, &'static str> {
    let seconds = text.parse().ok().map(UnixMs::from_seconds);
    seconds.or_else(|| UnixMs::parse_rfc3339(text)).ok_or("write a time like 2026-01-31T00:00:00Z, or Unix seconds")
}

/// Judges, prints, and exits with 0 for a valid text and 1 for any other.
pub async fn run(file: Option<PathBuf>, args: InspectArgs) -> ExitCode {
    let config = match load(file) {
        Ok(config) => config,
        Err(sentence) => return fail(sentence),
    };
    let json = args.json;
    let question = match question(args) {
        Ok(question) => question,
        Err(sentence) => return fail(sentence),
    };
    let memory = StoreConfig { endpoint: "memory".to_owned(), ..StoreConfig::default() };
    let store = match Store::open(&memory, None).await {
        Ok(store) => store,
        Err(error) => return fail(error),
    };
    let app = match App::new(config, store, Arc::new(SystemClock), Arc::new(SystemRandom::default())) {
        Ok(app) => app,
        Err(error) => return fail(error),
    };
    let report = inspect(&app, &question).await;
    let language = language();
    if json {
        println!("{:#}", answer(&report, language));
    } else {
        print!("{}", told(&report, language));
    }
    if report.valid() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// The named file, kaibo.toml here, or the demo that `serve` made; without any there are no keys to judge with.
fn load(file: Option<PathBuf>) -> Result<Config, String> {
    let found =
        [PathBuf::from("kaibo.toml"), demo::path(&StoreConfig::default().data_dir)].into_iter().find(|path| path.exists());
    match file.or(found) {
        Some(file) => config::read(&file).map(|(config, _)| config),
        None => Ok(Config::default()),
    }
}

fn question(args: InspectArgs) -> Result<Question, String> {
    let text = match args.text.filter(|text| text != "-") {
        Some(text) => text,
        None => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(|error| format!("standard input cannot be read: {error}"))?;
            text
        }
    };
    let header = |line: &String| {
        let (name, value) = line.split_once(':').ok_or("--header must be \"Name: value\"")?;
        Ok::<_, &str>((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
    };
    let name = args.room.as_deref().and_then(|room| room.strip_prefix("name:")).map(str::to_owned);
    Ok(Question {
        text,
        user_id: args.user,
        app_id: args.app,
        room_id: args.room.filter(|_| name.is_none()),
        room_name: name,
        at: args.at,
        headers: args.headers.iter().map(header).collect::<Result<_, _>>()?,
        path: args.path,
    })
}

fn told(report: &Report, language: Language) -> String {
    let verdict = if report.valid() { language.pick("有效", "valid") } else { language.pick("无效", "not valid") };
    let mut out = format!("{}: {verdict}\n", report.kind);
    for (sign, list) in [("x", &report.faults), ("!", &report.warnings)] {
        for found in list {
            out.push_str(&format!("  {sign} {} ({}): {}\n", found.code, found.field, language.pick(&found.zh, &found.en)));
        }
    }
    for (name, value) in report.decoded.iter().flatten() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        out.push_str(&format!("    {name:<16} {text}\n"));
    }
    out
}
