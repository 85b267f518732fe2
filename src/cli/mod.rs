//! The program `kaibo`: one file per subcommand. Without a subcommand it serves.

pub mod config;
pub mod explain;
pub mod inspect;
pub mod serve;
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
  kaibo inspect eJyr... --user u1    judge a credential, address or callback
  kaibo explain 70009                cause and cure of a code";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve everything on one port (the default).
    Serve(serve::ServeArgs),
    /// Judge or prepare a configuration.
    Config {
        #[command(subcommand)]
        command: config::ConfigCommand,
    },
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
        Some(Command::Config { command }) => config::run(cli.config, command),
        Some(Command::Inspect(args)) => inspect::run(cli.config, args).await,
        Some(Command::Explain(args)) => explain::run(&args),
    }
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
