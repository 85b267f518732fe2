//! `kaibo config`: judge a file, make an operator key's hash.

use super::fail;
use crate::clock::{Random, SystemRandom};
use crate::config::Config;
use crate::config::check::judge;
use crate::config::load::parse;
use clap::Subcommand;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to do with a configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Judge a file: every fault with its line, no value repeated.
    Check {
        /// The file; by default kaibo.toml.
        file: Option<PathBuf>,
    },
    /// Print the SHA-256 of an operator key for `key_sha256`. Reads the key from standard input, or makes one at a terminal.
    HashKey,
}

/// Runs it.
pub fn run(global: Option<PathBuf>, command: ConfigCommand) -> ExitCode {
    match command {
        ConfigCommand::Check { file } => check(&file.or(global).unwrap_or_else(|| PathBuf::from("kaibo.toml"))),
        ConfigCommand::HashKey => hash_key(),
    }
}

fn check(file: &Path) -> ExitCode {
    match read(file) {
        Ok((config, warnings)) => {
            for warning in warnings {
                println!("warning: {warning}");
            }
            println!(
                "{} is good: {} ZEGO, {} Tencent RTC and {} css app(s), {} operator key(s){}.",
                file.display(),
                config.zego.len(),
                config.trtc.len(),
                config.css.len(),
                config.access.operators.len(),
                if config.production { ", production" } else { "" }
            );
            ExitCode::SUCCESS
        }
        Err(sentences) => fail(sentences),
    }
}

/// Reads and judges a file; answers it with its warnings, or all its faults as one text.
pub fn read(file: &Path) -> Result<(Config, Vec<String>), String> {
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    read_text(&text, &name.to_string())
}

/// The same for a text.
pub fn read_text(text: &str, name: &str) -> Result<(Config, Vec<String>), String> {
    let config = parse(text).map_err(|fault| format!("{name}: {fault}"))?;
    let judgement = judge(&config, text);
    if judgement.errors.is_empty() {
        let warnings = judgement.warnings.iter().map(|warning| format!("{name}: {warning}"));
        return Ok((config, warnings.collect()));
    }
    Err(judgement.errors.iter().map(|fault| format!("{name}: {fault}")).collect::<Vec<_>>().join("\n"))
}

fn hash_key() -> ExitCode {
    let mut stdin = std::io::stdin();
    let mut key = String::new();
    if stdin.is_terminal() {
        let mut bytes = [0; 24];
        SystemRandom::default().fill(&mut bytes);
        key = format!("kop_{}", hex::encode(bytes));
        println!("key         {key}   (give it to the operator; it is not stored anywhere)");
    } else if let Err(error) = stdin.read_to_string(&mut key) {
        return fail(format_args!("standard input cannot be read: {error}"));
    }
    let key = key.trim();
    if key.len() < 16 {
        return fail("the key must have at least 16 characters");
    }
    println!("key_sha256  {}", hex::encode(ring::digest::digest(&ring::digest::SHA256, key.as_bytes())));
    ExitCode::SUCCESS
}
