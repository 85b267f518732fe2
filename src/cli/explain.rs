//! `kaibo explain`: cause and cure of a code, from the same dictionary as `GET /v1/codes/{vendor}/{code}`.

use super::{fail, language};
use crate::http::language::Language;
use crate::live::codes::{Entry, VENDORS, find, lookup};
use clap::Args;
use std::process::ExitCode;

/// Which code.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code as the page or the log shows it, e.g. 70009, -2301, result=1000001002, or a symptom like black-screen.
    #[arg(allow_hyphen_values = true)]
    code: String,
    /// Whose code: zego, trtc, css, wechat, kaibo or symptom; without it every meaning is told.
    #[arg(long)]
    vendor: Option<String>,
}

/// Prints what is known; fails when nothing is.
pub fn run(args: &ExplainArgs) -> ExitCode {
    let entries: Vec<Entry> = match &args.vendor {
        Some(vendor) => lookup(vendor, &args.code).into_iter().collect(),
        None => match find(&args.code) {
            found if found.is_empty() => lookup("symptom", &args.code).into_iter().collect(),
            found => found,
        },
    };
    if entries.is_empty() {
        return fail(format_args!("{} is not in the dictionary; the vendors are {}", args.code, VENDORS.join(", ")));
    }
    let language = language();
    entries.iter().for_each(|entry| print!("{}", told(entry, language)));
    ExitCode::SUCCESS
}

fn told(entry: &Entry, language: Language) -> String {
    format!(
        "{} {}: {}\n  {}  {}\n  {}  {}\n  {}  {}\n\n",
        entry.vendor,
        entry.code,
        language.pick(entry.title_zh, entry.title_en),
        language.pick("原因", "cause "),
        language.pick(entry.cause_zh, entry.cause_en),
        language.pick("处理", "cure  "),
        language.pick(entry.cure_zh, entry.cure_en),
        language.pick("出处", "source"),
        entry.source,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_told_in_the_language_of_the_terminal() {
        let entry = lookup("trtc", "70009").unwrap();
        assert!(told(&entry, Language::En).contains(entry.cure_en) && told(&entry, Language::Zh).contains(entry.cure_zh));
    }
}
