//! The WeChat console: what is missing per client SDK, what to paste, and which categories may go live.

use super::Step;
use crate::app::App;
use crate::app::domains::{check_domains, required_domains};
use crate::live::whitelist::Lists;
use crate::live::whitelist::categories::{CATEGORIES, NOTE_EN, READ_ON};
use crate::live::whitelist::check::Finding;
use crate::live::whitelist::profiles::Profile;
use crate::live::whitelist::required::paste as texts;
use serde_json::json;
use std::collections::BTreeSet;

/// Compares the console's lists with each profile; `None`: nobody said what the console holds.
pub fn check(app: &App, profiles: &[&'static Profile], configured: Option<Lists>, steps: &mut Vec<Step>) {
    let Some(configured) = configured else {
        let sentence = "what the WeChat console holds is not known; paste its lists with --domains, read them with --live, or put them in [domains.configured]";
        steps.push(Step::warn("whitelist", sentence));
        return;
    };
    if profiles.is_empty() {
        steps.push(Step::warn("whitelist", "no client SDK is named; set [domains] profiles, or ask with --profile"));
    }
    let mut said = BTreeSet::new();
    for profile in profiles {
        let report = check_domains(app, &[*profile], Some(configured.clone()));
        let details = json!({ "profile": profile.name, "report": report });
        let wrong: Vec<String> =
            report.missing.iter().map(|f| told(f, "lacks")).chain(report.invalid.iter().map(|f| told(f, "cannot use"))).collect();
        let sentence = format!("{}: {}", profile.name, wrong.join("; "));
        steps.push(match (wrong.is_empty(), report.ok) {
            (false, _) => Step::fail("whitelist", sentence).with(details),
            (true, false) => Step::fail("whitelist", format!("{}: a list is over WeChat's limit", profile.name)).with(details),
            (true, true) => Step::ok("whitelist", format!("{}: every required domain is there", profile.name)).with(details),
        });
        for warning in report.warnings {
            if said.insert(warning.en.clone()) {
                steps.push(Step::warn("whitelist", warning.en).with(json!({ "code": warning.code })));
            }
        }
    }
}

fn told(finding: &Finding, verb: &str) -> String {
    let reason = finding.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("{} {verb} {}{reason}", finding.list.field(), finding.entry)
}

/// What to paste, one step a list.
pub fn paste(app: &App, profiles: &[&'static Profile], steps: &mut Vec<Step>) {
    let needed = required_domains(app, profiles);
    for (list, text) in texts(&needed) {
        let sentence = format!("into {} ({}) of the WeChat console:\n{text}", list.field(), list.kind());
        steps.push(Step::ok("paste", sentence).with(json!({ "list": list.field(), "text": text })));
    }
    for need in needed.iter().filter(|need| !need.known) {
        let sentence = format!("{} still lacks one entry: {} ({})", need.list.field(), need.entry, need.why_en);
        steps.push(Step::warn("paste", sentence));
    }
}

/// The dated table. Nothing is claimed about an account.
pub fn categories(steps: &mut Vec<Step>) {
    let line = |category: &crate::live::whitelist::categories::Category| match category.second {
        [] => format!("{} {}", category.zh, category.en),
        second => format!("{} {}: {}", category.zh, category.en, second.join(", ")),
    };
    let table: Vec<String> = CATEGORIES.iter().map(line).collect();
    let sentence = format!(
        "kaibo cannot see your account's category. WeChat opened live-pusher and live-player to these, as read in {READ_ON}:\n{}\n{NOTE_EN}.",
        table.join("\n")
    );
    let all: Vec<_> = CATEGORIES.iter().map(|c| json!({ "zh": c.zh, "en": c.en, "second": c.second })).collect();
    steps.push(Step::skip("categories", sentence).with(json!({ "read_on": READ_ON, "categories": all })));
}
