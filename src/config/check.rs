//! Judging a document: what is wrong stops the start, what is odd is said. Every fault is found, not only the first.

mod callers;
mod vendors;

use super::load::{ConfigFault, Lines};
use super::sections::Holder;
use super::{Config, Lifetime};
use std::net::SocketAddr;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// These stop the start.
    pub errors: Vec<ConfigFault>,
    /// These are said at start.
    pub warnings: Vec<ConfigFault>,
}

/// Collects what is found.
struct Judge<'a> {
    lines: Lines,
    config: &'a Config,
    holder: Holder,
    found: Judgement,
}

impl Judge<'_> {
    fn wrong(&mut self, path: impl Into<String>, sentence: impl Into<String>) {
        let path = path.into();
        let line = self.lines.line_of(&path);
        self.found.errors.push(ConfigFault { path, line, sentence: sentence.into() });
    }

    fn odd(&mut self, path: impl Into<String>, sentence: impl Into<String>) {
        let path = path.into();
        let line = self.lines.line_of(&path);
        self.found.warnings.push(ConfigFault { path, line, sentence: sentence.into() });
    }

    fn word(&mut self, path: &str, value: &str, words: &[&str]) {
        if !words.contains(&value) {
            self.wrong(path, format!("must be one of {}", words.join(", ")));
        }
    }

    fn not_in_production(&mut self, on: bool, path: impl Into<String>) {
        if on && self.config.production {
            self.wrong(path, "is for demos and development only, and production = true");
        }
    }
}

/// Judges a whole document. `text` is where lines are looked up; empty where there is none.
pub fn judge(config: &Config, text: &str) -> Judgement {
    judge_for(config, text, Holder::Serve)
}

/// Judges a document by what its holder needs of it; what it may not hold is judged by `sections::foreign`.
pub fn judge_for(config: &Config, text: &str, holder: Holder) -> Judgement {
    let mut judge = Judge { lines: Lines::of(text), config, holder, found: Judgement::default() };
    server(&mut judge);
    policy(&mut judge);
    callers::check(&mut judge);
    vendors::check(&mut judge);
    judge.found
}

fn server(judge: &mut Judge<'_>) {
    let config = judge.config;
    if config.server.listen.parse::<SocketAddr>().is_err() {
        judge.wrong("server.listen", "must be an address and port like 127.0.0.1:3000");
    }
    let url = config.server.public_url.as_str();
    let right = url.is_empty() || url.starts_with("https://") || url.starts_with("http://");
    if !right || url.contains(['?', '#', ' ']) {
        judge.wrong("server.public_url", "must be an address like https://api.example.com, or empty");
    } else if config.production && !url.starts_with("https://") {
        judge.wrong("server.public_url", "must be an https address when production = true: phones take no other");
    }
    judge.word("server.default_language", &config.server.default_language, &["zh", "en"]);
    for origin in &config.server.allowed_origins {
        if origin == "*" || !origin.contains("://") || origin.ends_with('/') {
            judge.wrong("server.allowed_origins", "must hold origins like https://www.example.com, without a slash at the end");
        }
    }
    let endpoint = config.store.endpoint.as_str();
    if !["embedded", "memory", "aws"].contains(&endpoint) && !endpoint.starts_with("http://") && !endpoint.starts_with("https://")
    {
        judge.wrong("store.endpoint", "must be \"embedded\", \"memory\", \"aws\" or the address of a DynamoDB");
    }
    if judge.holder != Holder::Serve && matches!(endpoint, "embedded" | "memory") {
        judge.wrong("store.endpoint", "must be \"aws\" or the address of a DynamoDB: a function's own disk is gone after it");
    }
    let table = config.store.table.as_str();
    if !(3..=255).contains(&table.len()) || !table.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b)) {
        judge.wrong("store.table", "must have 3 to 255 letters, digits, _, . or -");
    }
    if endpoint == "memory" && config.production {
        judge.wrong("store.endpoint", "must not be \"memory\" when production = true: everything would be lost at a restart");
    }
    let known = crate::live::whitelist::profiles::names().collect::<Vec<_>>();
    for profile in &config.domains.profiles {
        judge.word("domains.profiles", profile, &known);
    }
}

fn policy(judge: &mut Judge<'_>) {
    let policy = &judge.config.policy;
    let lifetimes: [(&str, Lifetime, u32, u32); 5] = [
        ("zego_login_seconds", policy.zego_login_seconds, 60, 86_400),
        ("zego_token_seconds", policy.zego_token_seconds, 60, 86_400),
        ("user_sig_seconds", policy.user_sig_seconds, 60, 604_800),
        ("private_map_key_seconds", policy.private_map_key_seconds, 60, 86_400),
        ("css_url_seconds", policy.css_url_seconds, 60, 604_800),
    ];
    for (name, life, least, most) in lifetimes {
        if life.min < least || life.max > most || life.min > life.default || life.default > life.max {
            judge.wrong(format!("policy.{name}"), format!("must have {least} <= min <= default <= max <= {most}"));
        }
    }
    judge.word("policy.ledger", &policy.ledger, &["log", "table", "off"]);
    if policy.capacity.is_some_and(|capacity| !(1..=100).contains(&capacity)) {
        judge.wrong("policy.capacity", "must be 1 to 100");
    }
    if !(1..=100).contains(&policy.rtcroom_members) {
        judge.wrong("policy.rtcroom_members", "must be 1 to 100");
    }
    judge.word("policy.rtcroom_user_ids", &policy.rtcroom_user_ids, &["standard", "reference"]);
    if !(1..=50).contains(&policy.seats_per_room) {
        judge.wrong("policy.seats_per_room", "must be 1 to 50");
    }
    for (name, value, least, most) in [
        ("lease_seconds", policy.lease_seconds, 15, 3600),
        ("rtcroom_lease_seconds", policy.rtcroom_lease_seconds, 10, 3600),
        ("seat_timeout_seconds", policy.seat_timeout_seconds, 5, 3600),
        ("room_idle_seconds", policy.room_idle_seconds, 60, 604_800),
    ] {
        if !(least..=most).contains(&value) {
            judge.wrong(format!("policy.{name}"), format!("must be {least} to {most}"));
        }
    }
    for (name, limit) in
        [("per_user_per_minute", policy.quota.per_user_per_minute), ("per_room_per_minute", policy.quota.per_room_per_minute)]
    {
        if limit == Some(0) {
            judge.wrong(format!("policy.quota.{name}"), "must be at least 1; leave it out for no limit");
        }
    }
    let callbacks = &judge.config.callbacks;
    if !(60..=3600).contains(&callbacks.zego_window_seconds) {
        judge.wrong("callbacks.zego_window_seconds", "must be 60 to 3600");
    }
    if !(0..=86_400).contains(&callbacks.css_late_seconds) {
        judge.wrong("callbacks.css_late_seconds", "must be 0 to 86400");
    }
    judge.word("callbacks.audience", &callbacks.audience, &["hosts", "all"]);
}

#[cfg(test)]
mod tests;
