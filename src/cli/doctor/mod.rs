//! `kaibo doctor`: what keeps a phone from working, one line a step, each with what to do about it. Nothing is changed
//! anywhere: not in the store, not at a vendor, not in the WeChat console.

mod network;
mod settings;
mod step;
mod store;
mod whitelist;

pub use step::{Step, Verdict};

use super::config;
use crate::app::App;
use crate::app::outbound::Outbound;
use crate::clock::{Clock, SystemClock, SystemRandom};
use crate::config::{StoreConfig, demo};
use crate::live::whitelist::Lists;
use crate::live::whitelist::profiles::{Profile, names};
use crate::live::whitelist::read::read;
use crate::live::whitelist::required::profiles;
use crate::secret::Secret;
use crate::store::Store;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// What to look at.
#[derive(Clone, Debug, Default, Args)]
pub struct DoctorArgs {
    /// Print one JSON document instead of lines.
    #[arg(long)]
    pub json: bool,
    /// Ask nobody: leave out clock, TLS, the public address and the live lists.
    #[arg(long, conflicts_with_all = ["live", "url"])]
    pub offline: bool,
    /// The WeChat console's lists, pasted into a file ("-": standard input); text or JSON with WeChat's field names.
    #[arg(long, value_name = "FILE", conflicts_with = "live")]
    pub domains: Option<String>,
    /// Read the lists from WeChat (getwxadevinfo).
    #[arg(long)]
    pub live: bool,
    /// Read what phones obey with a third-party platform's authorizer token (get_effective_domain).
    #[arg(long, value_name = "TOKEN", requires = "live")]
    pub authorizer_token: Option<String>,
    /// The public address to try: is it alive, and does it refuse an unsigned callback?
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Client SDKs to check for; by default [domains] profiles. May be given several times.
    #[arg(long, value_name = "PROFILE")]
    pub profile: Vec<String>,
}

/// Arguments that cannot be used.
const UNUSABLE: u8 = 2;

/// Runs it: 0 when nothing fails, 1 when something does, 2 when the arguments cannot be used.
pub async fn run(file: Option<PathBuf>, args: DoctorArgs) -> ExitCode {
    let (text, name) = match find_document(file) {
        Ok(found) => found,
        Err(sentence) => return unusable(&sentence),
    };
    let pasted = match args.domains.as_deref().map(read_file).transpose() {
        Ok(pasted) => pasted,
        Err(sentence) => return unusable(&sentence),
    };
    let doctor = Doctor { args, outbound: Outbound::default(), clock: Arc::new(SystemClock) };
    match doctor.examine(&text, &name, pasted.as_deref()).await {
        Ok(steps) => {
            print!("{}", if doctor.args.json { step::json(&steps) } else { step::lines(&steps) });
            ExitCode::from(u8::from(steps.iter().any(|step| step.verdict == Verdict::Fail)))
        }
        Err(sentence) => unusable(&sentence),
    }
}

fn unusable(sentence: &str) -> ExitCode {
    eprintln!("kaibo: {sentence}");
    ExitCode::from(UNUSABLE)
}

/// The document that `serve` would take.
fn find_document(file: Option<PathBuf>) -> Result<(String, String), String> {
    let here = PathBuf::from("kaibo.toml");
    let path = file.unwrap_or_else(|| if here.exists() { here } else { demo::path("./data") });
    let name = path.display().to_string();
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("{name} cannot be read: {error}. Name the file with --config, or start `kaibo` once"))?;
    Ok((text, name))
}

fn read_file(name: &str) -> Result<String, String> {
    if name == "-" {
        return std::io::read_to_string(std::io::stdin()).map_err(|error| format!("standard input cannot be read: {error}"));
    }
    std::fs::read_to_string(name).map_err(|error| format!("{name} cannot be read: {error}"))
}

/// Who examines.
pub struct Doctor {
    /// What to look at.
    pub args: DoctorArgs,
    /// The way to other servers.
    pub outbound: Outbound,
    /// The machine's clock.
    pub clock: Arc<dyn Clock>,
}

impl Doctor {
    /// All steps, in the order in which to mend; an error is about the arguments.
    pub async fn examine(&self, text: &str, name: &str, pasted: Option<&str>) -> Result<Vec<Step>, String> {
        let asked = self.profiles(&self.args.profile)?;
        let (config, warnings) = match config::read_text(text, name) {
            Ok(read) => read,
            Err(faults) => return Ok(faults.lines().map(|fault| Step::fail("settings", fault)).collect()),
        };
        let mut steps = settings::document(text, name, &config, &warnings);
        let memory = StoreConfig { endpoint: "memory".into(), ..StoreConfig::default() };
        let store_config = config.store.clone();
        let aside = Store::open(&memory, None).await.map_err(|error| error.to_string())?;
        let app = match App::new(config, aside, self.clock.clone(), Arc::new(SystemRandom::default())) {
            Ok(app) => app.reaching(self.outbound.clone()),
            Err(error) => {
                steps.push(Step::fail("keys", error.to_string()));
                return Ok(steps);
            }
        };
        settings::keys(&app, &mut steps);
        self.check_clock(&app, &mut steps).await;
        self.check_store(&app, &store_config, &mut steps).await;
        settings::callbacks(&app, &mut steps);
        self.check_url(&app, &mut steps).await;
        let profiles = if asked.is_empty() { self.profiles(&app.config.domains.profiles)? } else { asked };
        if let Some(configured) = self.configured(&app, pasted, &mut steps).await {
            whitelist::check(&app, &profiles, configured, &mut steps);
        }
        whitelist::paste(&app, &profiles, &mut steps);
        self.check_hosts(&app, &profiles, &mut steps).await;
        whitelist::categories(&mut steps);
        Ok(steps)
    }

    fn profiles(&self, wanted: &[String]) -> Result<Vec<&'static Profile>, String> {
        profiles(wanted.iter().map(String::as_str)).map_err(|unknown| {
            format!("there is no profile {:?}; known are {}", unknown.0, names().collect::<Vec<_>>().join(", "))
        })
    }

    /// What the console holds: as pasted, as WeChat tells, or as the document says. None when it could not be read.
    async fn configured(&self, app: &App, pasted: Option<&str>, steps: &mut Vec<Step>) -> Option<Option<Lists>> {
        if let Some(text) = pasted {
            return match read(text) {
                Ok(lists) => Some(Some(lists)),
                Err(fault) => {
                    steps.push(Step::fail("whitelist", format!("the pasted list cannot be read, {fault}")));
                    None
                }
            };
        }
        if self.args.live {
            let token = self.args.authorizer_token.as_deref().map(Secret::from);
            return match app.live_domains(token.as_ref()).await {
                Ok(lists) => Some(Some(lists)),
                Err(fault) => {
                    steps.push(Step::fail("whitelist", format!("the live lists could not be read: {}", fault.en)));
                    None
                }
            };
        }
        let told = crate::app::domains::configured_domains(app);
        Some((!told.is_empty()).then_some(told))
    }
}
