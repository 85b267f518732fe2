//! `kaibo config`: judge a file, cut a function's part out of it, make an operator key's hash.

use super::fail;
use crate::clock::{Random, SystemRandom};
use crate::config::Config;
use crate::config::check::judge_for;
use crate::config::load::parse;
use crate::config::sections::{Holder, foreign};
use crate::config::split::split as sections_of;
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
        /// Judge it as the document of this function (fn_client, fn_callbacks, fn_operator, fn_jobs).
        #[arg(long = "for", value_name = "FUNCTION", value_parser = function)]
        holder: Option<Holder>,
    },
    /// Print what one function gets of a file: only the sections and keys it may hold, operator keys as hashes.
    Split {
        /// The function.
        #[arg(long = "for", value_name = "FUNCTION", value_parser = function)]
        holder: Holder,
        /// The file; by default kaibo.toml.
        file: Option<PathBuf>,
    },
    /// Print the SHA-256 of an operator key for `key_sha256`. Reads the key from standard input, or makes one at a terminal.
    HashKey,
}

/// Runs it.
pub fn run(global: Option<PathBuf>, command: ConfigCommand) -> ExitCode {
    match command {
        ConfigCommand::Check { file, holder } => check(&chosen(file, global), holder.unwrap_or(Holder::Serve)),
        ConfigCommand::Split { holder, file } => split(&chosen(file, global), holder),
        ConfigCommand::HashKey => hash_key(),
    }
}

fn chosen(file: Option<PathBuf>, global: Option<PathBuf>) -> PathBuf {
    file.or(global).unwrap_or_else(|| PathBuf::from("kaibo.toml"))
}

fn function(name: &str) -> Result<Holder, String> {
    Holder::of(name).ok_or_else(|| format!("must be one of {}", Holder::FUNCTIONS.map(Holder::name).join(", ")))
}

fn split(file: &Path, holder: Holder) -> ExitCode {
    let name = file.display();
    let part = text_of(file).and_then(|text| {
        let part = sections_of(&text, holder).map_err(|fault| format!("{name}: {fault}"))?;
        judged(&part, &format!("{name} for {}", holder.name()), holder).map(|(_, warnings)| (part, warnings))
    });
    match part {
        Ok((part, warnings)) => {
            for warning in warnings {
                eprintln!("warning: {warning}");
            }
            print!("{part}");
            ExitCode::SUCCESS
        }
        Err(sentences) => fail(sentences),
    }
}

fn check(file: &Path, holder: Holder) -> ExitCode {
    let name = file.display().to_string();
    match text_of(file).and_then(|text| judged(&text, &name, holder)) {
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

fn text_of(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

/// Reads and judges a file; answers it with its warnings, or all its faults as one text.
pub fn read(file: &Path) -> Result<(Config, Vec<String>), String> {
    read_text(&text_of(file)?, &file.display().to_string())
}

/// The same for a text.
pub fn read_text(text: &str, name: &str) -> Result<(Config, Vec<String>), String> {
    judged(text, name, Holder::Serve)
}

fn judged(text: &str, name: &str, holder: Holder) -> Result<(Config, Vec<String>), String> {
    let config = parse(text).map_err(|fault| format!("{name}: {fault}"))?;
    let judgement = judge_for(&config, text, holder);
    let mut wrong = foreign(&text.parse().unwrap_or_default(), text, holder);
    wrong.extend(judgement.errors);
    if wrong.is_empty() {
        let warnings = judgement.warnings.iter().map(|warning| format!("{name}: {warning}"));
        return Ok((config, warnings.collect()));
    }
    Err(wrong.iter().map(|fault| format!("{name}: {fault}")).collect::<Vec<_>>().join("\n"))
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
