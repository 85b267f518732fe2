//! Who may call: session keys, operators, issuers, the mini program, the path token.

use super::Judge;
use crate::config::keys::Keys;

pub(super) fn check(judge: &mut Judge<'_>) {
    let config = judge.config;
    judge.not_in_production(config.access.open_identity, "access.open_identity");
    long_enough(judge, "access.session_keys", config.access.session_keys.as_ref(), 32);
    if !(1..=720).contains(&config.access.session_hours) {
        judge.wrong("access.session_hours", "must be 1 to 720");
    }
    operators(judge);
    issuers(judge);
    wechat(judge);
    dates(judge, "callbacks.path_token", config.callbacks.path_token.as_ref());
    match &config.callbacks.path_token {
        Some(tokens) => {
            let plain = |bytes: &[u8]| bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(b));
            if tokens.all().iter().any(|key| key.value.reveal().len() < 16 || !plain(key.value.reveal())) {
                judge.wrong("callbacks.path_token", "must have at least 16 letters, digits, _ or -");
            }
        }
        None if !judge.holder.proves_callbacks() => {}
        None if !(config.zego.is_empty() && config.trtc.is_empty() && config.css.is_empty()) => {
            judge.odd("callbacks.path_token", "is missing: every callback will be refused with 404");
        }
        None => {}
    }
}

pub(super) fn long_enough(judge: &mut Judge<'_>, path: &str, keys: Option<&Keys>, least: usize) {
    if keys.is_some_and(|keys| keys.all().iter().any(|key| key.value.reveal().len() < least)) {
        judge.wrong(path, format!("must have at least {least} characters"));
    }
    dates(judge, path, keys);
}

/// Every list of keys is judged by this.
pub(super) fn dates(judge: &mut Judge<'_>, path: &str, keys: Option<&Keys>) {
    let backwards = |keys: &Keys| keys.all().iter().any(|k| matches!((k.not_before, k.not_after), (Some(a), Some(b)) if a >= b));
    if keys.is_some_and(backwards) {
        judge.wrong(path, "has a key whose not_before is not earlier than its not_after");
    }
}

fn operators(judge: &mut Judge<'_>) {
    for (at, operator) in judge.config.access.operators.iter().enumerate() {
        let path = |field: &str| format!("access.operators[{at}].{field}");
        if operator.name.is_empty() {
            judge.wrong(path("name"), "is missing: it stands in logs and in the ledger");
        }
        match (&operator.key, &operator.key_sha256) {
            (None, None) => judge.wrong(path("key"), "is missing; give key, or key_sha256 from `kaibo config hash-key`"),
            (Some(_), Some(_)) => judge.wrong(path("key_sha256"), "must not stand beside key"),
            (Some(_), None) => long_enough(judge, &path("key"), operator.key.as_ref(), 16),
            (None, Some(hashes)) => {
                let hash = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
                if !hashes.all().iter().all(|key| hash(key.value.reveal_text())) {
                    judge.wrong(path("key_sha256"), "must be 64 hexadecimal digits");
                }
                dates(judge, &path("key_sha256"), Some(hashes));
            }
        }
        for scope in &operator.scopes {
            judge.word(&path("scopes"), scope, &["read", "inspect", "issue", "write"]);
        }
        if operator.scopes.is_empty() {
            judge.odd(path("scopes"), "is empty: the key can do nothing");
        }
    }
}

fn issuers(judge: &mut Judge<'_>) {
    for (at, issuer) in judge.config.access.issuers.iter().enumerate() {
        let path = |field: &str| format!("access.issuers[{at}].{field}");
        if issuer.issuer.is_empty() {
            judge.wrong(path("issuer"), "is missing: it must equal the tokens' `iss`");
        }
        for algorithm in &issuer.algorithms {
            judge.word(&path("algorithms"), algorithm, &["HS256", "ES256", "RS256"]);
        }
        let sources = [issuer.secret.is_some(), issuer.public_key.is_some(), issuer.jwks_url.is_some()];
        if sources.iter().filter(|there| **there).count() != 1 {
            judge.wrong(path("issuer"), "needs exactly one of secret, public_key and jwks_url");
        }
        let shared = issuer.algorithms.iter().any(|algorithm| algorithm == "HS256");
        let all_shared = issuer.algorithms.iter().all(|algorithm| algorithm == "HS256");
        if issuer.algorithms.is_empty() {
            judge.wrong(path("algorithms"), "is empty: say which of HS256, ES256, RS256 the key is for");
        } else if shared != issuer.secret.is_some() || (shared && !all_shared) {
            judge.wrong(path("algorithms"), "must be HS256 alone with secret, and ES256 or RS256 with public_key or jwks_url");
        }
        long_enough(judge, &path("secret"), issuer.secret.as_ref(), 32);
        dates(judge, &path("public_key"), issuer.public_key.as_ref());
        let plain =
            issuer.jwks_url.as_deref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://127.0.0.1"));
        if plain {
            judge.wrong(path("jwks_url"), "must be an https address");
        }
    }
}

fn wechat(judge: &mut Judge<'_>) {
    let Some(wechat) = &judge.config.wechat else { return };
    let simulated = wechat.api_base == "simulated";
    judge.not_in_production(simulated, "wechat.api_base");
    let id = wechat.app_id.strip_prefix("wx").unwrap_or_default();
    if id.len() != 16 || !id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        judge.wrong("wechat.app_id", "must be wx and 16 lower-case hexadecimal digits, as the WeChat console shows it");
    }
    if !simulated && wechat.app_secret.is_none() {
        judge.wrong("wechat.app_secret", "is missing: wx.login codes cannot be exchanged without it");
    }
    dates(judge, "wechat.app_secret", wechat.app_secret.as_ref());
    dates(judge, "wechat.session_key_key", wechat.session_key_key.as_ref());
    let base = wechat.api_base.as_str();
    if !simulated
        && !base.starts_with("https://")
        && !base.starts_with("http://127.0.0.1")
        && !base.starts_with("http://localhost")
    {
        judge.wrong("wechat.api_base", "must be an https address, or \"simulated\"");
    }
    judge.word("wechat.voip", &wechat.voip, &["local", "wechat"]);
    if judge.config.access.session_keys.is_none() {
        judge.wrong("access.session_keys", "is missing: login sessions after wx.login need a key of at least 32 characters");
    }
}
