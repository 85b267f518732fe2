//! The program `kaibo`: one file per subcommand. Without a subcommand it serves.

pub mod config;
pub mod doctor;
pub mod serve;
pub mod store_listen;
mod welcome;

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
  kaibo doctor --domains list.txt    check WeChat's domain lists, and all else that phones need";

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
}

/// Runs the program.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        None => serve::run(cli.config, cli.serve).await,
        Some(Command::Serve(args)) => serve::run(cli.config, args).await,
        Some(Command::Doctor(args)) => doctor::run(cli.config, args).await,
        Some(Command::Config { command }) => config::run(cli.config, command),
    }
}

/// Says what is wrong and how to go on, and fails.
pub(crate) fn fail(sentence: impl std::fmt::Display) -> ExitCode {
    eprintln!("kaibo: {sentence}");
    ExitCode::from(1)
}
