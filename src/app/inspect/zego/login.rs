//! Token 01. Its hash covers app, key and user without naming them, so mistakes are found by trying them.

use super::super::form::Pasted;
use super::super::{Case, Report};
use super::{mended, tell_pasting};
use crate::app::signers::ZegoSigner;
use crate::live::time::UnixMs;
use crate::vendor::zego::app_key::{AppKey, KeySlip};
use crate::vendor::zego::fault::{Fault, Verdict};
use crate::vendor::zego::login_token::{LoginToken, verify_login_token};

/// Judges a token 01.
pub(in super::super) fn login_token(case: &Case<'_>, pasted: &Pasted) -> Report {
    let mut report = Report::new("zego_token_01");
    tell_pasting(&mut report, pasted);
    if pasted.text.starts_with('{') {
        return report.malformed(
            "token",
            "这是 token 里的 JSON，还没有做 base64（ZEGO 会报 1011）。",
            "This is the JSON inside a token, not base64-coded yet (ZEGO answers 1011).",
        );
    }
    let token = mended(&mut report, &pasted.text);
    let (verdict, owner) = best(case, &token);
    if let Some(said) = &verdict.decoded {
        report.tell("version", said.ver);
        report.tell("nonce", said.nonce.clone());
        report.tell("expires_at", UnixMs::from_seconds(said.expired).rfc3339());
    }
    verdict.warnings.iter().for_each(|warning| report.zego_warning(*warning));
    match verdict.faults.first() {
        None => {}
        Some(Fault::Malformed { field: "token", .. }) => {
            let cut = "token 不完整或不是 base64 的 JSON：末尾可能被截断，请整段复制。";
            report.fault("token", "malformed", cut, "The token is cut short or is not base64 of JSON; copy all of it.");
        }
        Some(Fault::BadSignature { .. }) => {
            if let Some(said) = &verdict.decoded {
                why_not(case, &mut report, &token, said);
            }
        }
        Some(Fault::KeyUnknown) => no_key(case, &mut report, &token),
        Some(fault) => report.zego_fault(fault, case.now()),
    }
    if hash_fits(&verdict) {
        report.tell("app_id", owner.unwrap_or_default());
        report.tell("user_id", case.user().unwrap_or_default());
        warn_of_generation(case, &mut report, owner, "01");
    }
    report
}

/// Says when an app's tickets carry another generation than the text: the page's SDK likely takes only that one.
pub(super) fn warn_of_generation(case: &Case<'_>, report: &mut Report, app_id: Option<u32>, found: &str) {
    let wanted = app_id.and_then(|id| case.app.config.zego_app(id)?.token.as_deref());
    if let Some(wanted) = wanted.filter(|wanted| wanted.get(..2) != Some(found)) {
        report.warn(
            "version",
            "unsupported_version",
            format!("这是 {found} 版 token，而该应用配置为 {wanted}：jZego（小程序 LiveRoom）用 01，Express 2.10 起用 04。"),
            format!("This is a token {found}; the app is configured for {wanted}: jZego takes 01, Express 2.10 and later 04."),
        );
    }
}

fn hash_fits(verdict: &Verdict<LoginToken>) -> bool {
    let judged = |fault: &Fault| matches!(fault, Fault::Expired { .. } | Fault::Milliseconds { .. });
    verdict.decoded.is_some() && verdict.faults.iter().all(judged)
}

/// The verdict of the app whose key made it, else of the first that may have.
fn best(case: &Case<'_>, token: &str) -> (Verdict<LoginToken>, Option<u32>) {
    let user = case.user().unwrap_or_default();
    let judge = |keys: &[&AppKey], app_id| verify_login_token(token, keys, app_id, user, case.now());
    let mut first = None;
    for app in case.zego_apps() {
        let verdict = judge(&app.app_keys.valid(case.at), app.app_id);
        if hash_fits(&verdict) {
            return (verdict, Some(app.app_id));
        }
        let unknown = verdict.faults.first() == Some(&Fault::KeyUnknown);
        if first.is_none() || !unknown {
            first = Some((verdict, Some(app.app_id)));
        }
    }
    first.unwrap_or_else(|| (judge(&[], case.asked.app_id.unwrap_or_default()), None))
}

/// No app key to hash with: it may be a token of another of our apps, or of the other generation.
fn no_key(case: &Case<'_>, report: &mut Report, token: &str) {
    let user = case.user().unwrap_or_default();
    let fits = |key: &&AppKey, id: u32| hash_fits(&verify_login_token(token, &[*key], id, user, case.now()));
    let all = &case.app.signers.zego;
    if let Some(other) = all.iter().find(|app| app.app_keys.all().iter().any(|key| fits(key, app.app_id))) {
        return other_app(report, other.app_id, case.asked.app_id.unwrap_or_default());
    }
    if case.zego_apps().iter().any(|app| !app.server_secrets.is_empty()) {
        return report.fault(
            "version",
            "unsupported_version",
            "这是 01 版 token，而该应用只配置了 server_secret（03、04 版）：版本与客户端 SDK 要一致。",
            "This is a token 01, and the app has only a server_secret (03 and 04): use the client SDK's generation.",
        );
    }
    report.fault(
        "token",
        "key_unknown",
        "这里没有该应用的 AppKey，无法核对。",
        "No AppKey of this app is held here, so it cannot be judged.",
    );
}

/// Tries what people do wrong, until the hash fits.
fn why_not(case: &Case<'_>, report: &mut Report, token: &str, said: &LoginToken) {
    let Some(user) = case.user() else {
        if said.expired < case.now() {
            return report.expired("expired", said.expired, case.now());
        }
        return report.fault(
            "user_id",
            "identifier_mismatch",
            "01 版 token 里没有用户：请同时给出登录用的 user_id 才能核对。",
            "A token 01 names no user: give the user_id that logs in, or it cannot be proven.",
        );
    };
    let fits = |key: &AppKey, app_id: u32, user: &str| hash_fits(&verify_login_token(token, &[key], app_id, user, case.now()));
    let all = &case.app.signers.zego;
    for app in case.zego_apps() {
        if let Some(other) = all.iter().find(|other| other.app_keys.all().iter().any(|key| fits(key, other.app_id, user))) {
            return if other.app_id == app.app_id { out_of_time(report) } else { other_app(report, other.app_id, app.app_id) };
        }
        if let Some(other) = all.iter().find(|other| other.app_keys.all().iter().any(|key| fits(key, app.app_id, user))) {
            return key_of(report, other.app_id, app.app_id);
        }
        if let Some(other) = all.iter().find(|other| app.app_keys.all().iter().any(|key| fits(key, other.app_id, user))) {
            return other_app(report, other.app_id, app.app_id);
        }
        for spelled in [user.trim(), &user.to_lowercase(), &user.to_uppercase(), &percent_encoded(user), ""] {
            if spelled != user && app.app_keys.all().iter().any(|key| fits(key, app.app_id, spelled)) {
                return report.fault(
                    "user_id",
                    "identifier_mismatch",
                    format!("token 签给了 {spelled:?}，而登录用的是 {user:?}：两处必须逐字相同。"),
                    format!("The token was made for {spelled:?} and {user:?} logs in: both must be the same, letter for letter."),
                );
            }
        }
        if let Some((zh, en)) = slip(case, app, |key| fits(key, app.app_id, user)) {
            return report.fault("hash", "bad_signature", zh, en);
        }
    }
    report.fault(
        "hash",
        "bad_signature",
        "hash 不符：核对 app_id、app_key，以及与登录完全相同的 user_id。",
        "The hash differs: compare app id, app key and the exact user id used at login.",
    );
}

fn other_app(report: &mut Report, found: u32, wanted: u32) {
    let (zh, en) = (format!("token 属于应用 {found}，不是 {wanted}。"), format!("The token is for app {found}, not {wanted}."));
    report.fault("app_id", "app_id_mismatch", zh, en);
}

fn key_of(report: &mut Report, made_with: u32, wanted: u32) {
    report.fault(
        "hash",
        "bad_signature",
        format!("用了应用 {made_with} 的密钥，应使用应用 {wanted} 的密钥。"),
        format!("It was made with the key of app {made_with}; use the key of app {wanted}."),
    );
}

fn out_of_time(report: &mut Report) {
    let zh = "用了该应用已停用或尚未启用的密钥。";
    report.fault("hash", "bad_signature", zh, "It was made with a key of this app that is not in use at this time.");
}

/// A wrong form of the right app's key.
fn slip(case: &Case<'_>, app: &ZegoSigner, fits: impl Fn(&AppKey) -> bool) -> Option<(&'static str, &'static str)> {
    let config = case.app.config.zego_app(app.app_id)?;
    let printed = config.app_key.iter().flat_map(|keys| keys.all()).map(|key| key.value.reveal_text());
    let slip = printed.flat_map(AppKey::slips).find(|(_, key)| fits(key)).map(|(slip, _)| slip);
    if let Some(slip) = slip {
        return Some(match slip {
            KeySlip::Blanks => (
                "密钥清洗有误：留下了空格。先去掉全部空白，再去 0x 和逗号，取前 32 个字符。",
                "The key was cleaned wrongly, white space stayed in: drop all of it, then 0x and commas, and take 32 characters.",
            ),
            KeySlip::Prefix => (
                "密钥清洗有误：留下了 0X。0x 与 0X 都要去掉。",
                "The key was cleaned wrongly, 0X stayed in: drop 0x and 0X alike.",
            ),
            KeySlip::NotCleaned => (
                "密钥没有清洗：先去掉 0x、逗号和空白，再取前 32 个字符。",
                "The key was not cleaned: drop 0x, commas and white space, then take 32 characters.",
            ),
            KeySlip::NotCut => {
                ("用了整个密钥：清洗后只取前 32 个字符。", "All of the key was hashed: take the first 32 characters only.")
            }
            KeySlip::Case => (
                "密钥的大小写变了：应与控制台一致（小写）。",
                "The key's case was changed: use it as the console prints it, in lower case.",
            ),
        });
    }
    let secrets = [("server_secret", &config.server_secret), ("callback_secret", &config.callback_secret)];
    let texts = secrets.iter().flat_map(|(name, keys)| keys.iter().flat_map(|k| k.all()).map(move |k| (*name, &k.value)));
    let used =
        texts.filter_map(|(name, value)| Some((name, AppKey::clean(value.reveal_text()).ok()?))).find(|(_, key)| fits(key));
    used.map(|(name, _)| match name {
        "server_secret" => (
            "用了 ServerSecret；01 版 token 要用 AppKey（AppSign）。",
            "ServerSecret was used; a token 01 takes the AppKey (AppSign).",
        ),
        _ => (
            "用了 CallbackSecret；01 版 token 要用 AppKey（AppSign）。",
            "CallbackSecret was used; a token 01 takes the AppKey (AppSign).",
        ),
    })
}

fn percent_encoded(text: &str) -> String {
    crate::vendor::trtc::room_url::encode_component(text)
}
