//! Tokens 03 and 04: opened with the server secret, then compared member by member.

use super::super::form::Pasted;
use super::super::{Case, Report};
use super::login::warn_of_generation;
use super::{mended, tell_pasting};
use crate::live::time::UnixMs;
use crate::secret::Secret;
use crate::vendor::zego::envelope::{Mode, Version};
use crate::vendor::zego::fault::{Fault, Verdict};
use crate::vendor::zego::sealed_token::{SealedToken, Wanted, verify};
use crate::vendor::zego::server_secret::ServerSecret;

/// Judges a token 03 or 04.
pub(in super::super) fn sealed_token(case: &Case<'_>, pasted: &Pasted) -> Report {
    let generation = if pasted.text.starts_with("03") { "03" } else { "04" };
    let mut report = Report::new(if generation == "03" { "zego_token_03" } else { "zego_token_04" });
    tell_pasting(&mut report, pasted);
    let token = mended(&mut report, &pasted.text);
    let verdict = best(case, &token);
    if let Some(said) = &verdict.decoded {
        tell(&mut report, said);
    }
    verdict.warnings.iter().for_each(|warning| report.zego_warning(*warning));
    for fault in &verdict.faults {
        match fault {
            Fault::Malformed { field: "token", .. } => {
                let zh = "token 不完整：长度与内部记录不符，末尾可能被截断，请整段复制。";
                report.fault(
                    "token",
                    "malformed",
                    zh,
                    "The token is cut short or damaged: its inner lengths do not fit; copy all of it.",
                );
            }
            Fault::BadSignature { field: "ciphertext", .. } => why_sealed(case, &mut report, &token),
            Fault::KeyUnknown => no_secret(case, &mut report, generation),
            other => report.zego_fault(other, case.now()),
        }
    }
    if let Some(said) = &verdict.decoded {
        report.issued("ctime", said.created, case.now());
        warn_of_generation(case, &mut report, Some(said.app_id), generation);
    }
    report
}

fn tell(report: &mut Report, said: &SealedToken) {
    report.tell("version", said.version.prefix());
    report.tell("mode", if said.mode == Mode::Gcm { "gcm" } else { "cbc" });
    report.tell("app_id", said.app_id);
    report.tell("user_id", said.user_id.clone());
    report.tell("created_at", UnixMs::from_seconds(said.created).rfc3339());
    report.tell("expires_at", UnixMs::from_seconds(said.expires).rfc3339());
    report.tell("nonce", said.nonce);
    if said.version == Version::V04 {
        report.tell("payload", said.payload.clone());
    }
    if let Some(powers) = &said.privileges {
        report.tell("room_id", powers.room_id.clone());
        let allowed = [("login", powers.login), ("publish", powers.publish)];
        report.tell("privileges", allowed.into_iter().filter(|(_, on)| *on).map(|(word, _)| word).collect::<Vec<_>>());
        report.tell("stream_ids", powers.stream_ids.clone());
    }
}

fn opened(verdict: &Verdict<SealedToken>) -> bool {
    verdict.decoded.is_some()
}

fn judge(case: &Case<'_>, token: &str, secrets: &[&ServerSecret], app_id: u32) -> Verdict<SealedToken> {
    verify(token, secrets, &Wanted { app_id, user_id: case.user(), room_id: case.room() }, case.now())
}

/// The verdict of the app whose secret opens it, else of the first that may have sealed it.
fn best(case: &Case<'_>, token: &str) -> Verdict<SealedToken> {
    let mut first = None;
    for app in case.zego_apps() {
        let verdict = judge(case, token, &app.server_secrets.valid(case.at), app.app_id);
        if opened(&verdict) {
            return verdict;
        }
        // An app without a secret says less than one whose secret does not open it.
        if first.is_none() || verdict.faults.first() != Some(&Fault::KeyUnknown) {
            first = Some(verdict);
        }
    }
    // A token of another of our apps opens with that one's secret, and then names its app.
    if let Some(wanted) = case.asked.app_id {
        for other in case.app.signers.zego.iter().filter(|other| other.app_id != wanted) {
            let verdict = judge(case, token, &other.server_secrets.valid(case.at), wanted);
            if verdict.decoded.as_ref().is_some_and(|said| said.app_id != wanted) {
                return verdict;
            }
        }
    }
    first.unwrap_or_else(|| judge(case, token, &[], case.asked.app_id.unwrap_or_default()))
}

/// The seal did not open: tries the secrets that people take by mistake.
fn why_sealed(case: &Case<'_>, report: &mut Report, token: &str) {
    let opens = |secret: &ServerSecret| opened(&judge(case, token, &[secret], 0));
    for app in &case.app.signers.zego {
        if app.server_secrets.all().into_iter().any(opens) {
            let id = app.app_id;
            return report.fault(
                "ciphertext",
                "bad_signature",
                format!("用了应用 {id} 的 ServerSecret，或该密钥此时不在使用中。"),
                format!("It was sealed with the ServerSecret of app {id}, or with one that is not in use at this time."),
            );
        }
    }
    for (name, key) in case.app.config.zego.iter().flat_map(|app| {
        let named = [("AppKey (AppSign)", &app.app_key), ("CallbackSecret", &app.callback_secret)];
        named.into_iter().flat_map(|(name, keys)| keys.iter().flat_map(|k| k.all()).map(move |k| (name, &k.value)))
    }) {
        if wrong_forms(key).iter().any(opens) {
            return report.fault(
                "ciphertext",
                "bad_signature",
                format!("用了 {name}；03 和 04 版 token 要用 ServerSecret。"),
                format!("{name} was used; tokens 03 and 04 take the ServerSecret."),
            );
        }
    }
    report.fault(
        "ciphertext",
        "bad_signature",
        "用这里的 ServerSecret 打不开：密钥属于另一个应用，或 token 被改动。",
        "It does not open with the ServerSecret held here: the secret is of another app, or the token was changed.",
    );
}

/// The first 32 bytes of a key, as printed and cleaned.
fn wrong_forms(key: &Secret) -> Vec<ServerSecret> {
    let bare = key.reveal_text().replace("0x", "").replace([',', ' '], "");
    let forms = [key.reveal().to_vec(), bare.into_bytes()];
    forms.iter().filter_map(|bytes| ServerSecret::new(&Secret::new(bytes.get(..32)?)).ok()).collect()
}

/// No secret to open it with: an app that only makes the other generation is told so.
fn no_secret(case: &Case<'_>, report: &mut Report, generation: &str) {
    if case.zego_apps().iter().any(|app| !app.app_keys.is_empty()) {
        return report.fault(
            "version",
            "unsupported_version",
            format!("这是 {generation} 版 token，而该应用只配置了 app_key（01 版）：版本与客户端 SDK 要一致。"),
            format!(
                "This is a token {generation}, and the app has only an app_key (generation 01): use the client SDK's generation."
            ),
        );
    }
    report.fault(
        "token",
        "key_unknown",
        "这里没有该应用的 ServerSecret，无法核对。",
        "No ServerSecret of this app is held here, so it cannot be judged.",
    );
}
