//! The program `kaibo`: one file per subcommand. Without a subcommand it serves.

pub mod config;
pub mod doctor;
pub mod explain;
pub mod inspect;
pub mod replay;
pub mod seed;
pub mod serve;
pub mod store_listen;
pub mod trigger;
mod welcome;

use crate::http::language::Language;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// The business backend a WeChat mini program needs before it can show live video.
///
/// Without a subcommand it serves: on a first start it makes a demo configuration with random keys and prints three calls to try.
#[derive(Debug, Parser)]
#[command(name = "kaibo", version, after_help = EXAMPLES)]
pub struct Cli {
    /// Configuration file; by default kaibo.toml in this folder, else a demo configuration in the data folder.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    serve: serve::ServeArgs,

    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  kaibo                              serve with a demo configuration on 127.0.0.1:3000
  kaibo --lan                        the same, reachable by phones in this network
  kaibo serve --config kaibo.toml    serve with your own keys
  kaibo config check kaibo.toml      judge a configuration file
  kaibo doctor --domains list.txt    check WeChat's domain lists, and all else that phones need
  kaibo seed --story busy-evening    fill it with rooms and recordings to look at
  kaibo trigger css.recording.ready --record 43567 --times 13 --shuffle --late 11m
                                     send callbacks signed as the vendor signs them
  kaibo inspect eJyr... --user u1    judge a credential, address or callback
  kaibo explain 70009                cause and cure of a code";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve everything on one port (the default).
    Serve(serve::ServeArgs),
    /// Find out what keeps phones from working: settings, keys, clock, store, callbacks, WeChat's domain lists, TLS.
    Doctor(doctor::DoctorArgs),
    /// Judge or prepare a configuration.
    Config {
        #[command(subcommand)]
        command: config::ConfigCommand,
    },
    /// Send callbacks signed as the vendors sign them, to this kaibo or a deployed one.
    Trigger(trigger::TriggerArgs),
    /// Bring callbacks of the inbox into effect again.
    Replay(replay::ReplayArgs),
    /// Fill a store with a story: hosts, seats, reconnects, recordings in every state.
    Seed(seed::SeedArgs),
    /// Judge a credential, address or callback: what it is, and what is wrong with it.
    Inspect(inspect::InspectArgs),
    /// Say what a code means and what to do about it.
    Explain(explain::ExplainArgs),
}

/// Runs the program.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        None => serve::run(cli.config, cli.serve).await,
        Some(Command::Serve(args)) => serve::run(cli.config, args).await,
        Some(Command::Doctor(args)) => doctor::run(cli.config, args).await,
        Some(Command::Config { command }) => config::run(cli.config, command),
        Some(Command::Trigger(args)) => trigger::run(cli.config, &cli.serve, args).await,
        Some(Command::Replay(args)) => replay::run(cli.config, &cli.serve, args).await,
        Some(Command::Seed(args)) => seed::run(cli.config, &cli.serve, args).await,
        Some(Command::Inspect(args)) => inspect::run(cli.config, args).await,
        Some(Command::Explain(args)) => explain::run(&args),
    }
}

/// Reads `90s`, `11m`, `2h` or `3d` as seconds.
fn seconds(text: &str) -> Result<i64, String> {
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 86_400,
        _ => 0,
    };
    let count = text.get(..text.len().saturating_sub(1)).and_then(|digits| digits.parse::<u32>().ok());
    count.filter(|_| unit > 0).map(|count| i64::from(count) * unit).ok_or_else(|| "write it like 90s, 11m, 2h or 3d".to_owned())
}

/// The language of the terminal.
pub(crate) fn language() -> Language {
    let set =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    if set.is_some_and(|tag| tag.starts_with("zh")) { Language::Zh } else { Language::En }
}

/// Says what is wrong and how to go on, and fails.
pub(crate) fn fail(sentence: impl std::fmt::Display) -> ExitCode {
    eprintln!("kaibo: {sentence}");
    ExitCode::from(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_unit_only() {
        assert_eq!(["90s", "11m", "2h", "3d"].map(seconds), [Ok(90), Ok(660), Ok(7200), Ok(259_200)]);
        for bad in ["", "m", "11", "-1m", "1.5h", "11分"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
