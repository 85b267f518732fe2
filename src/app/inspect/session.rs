//! Our own login sessions, and the host app's JWTs: a developer who is refused pastes them here too.

use super::{Case, Report};
use crate::app::access::sessions;
use crate::live::time::UnixMs;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

fn part(text: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// Judges a login session.
pub(super) fn login_session(case: &Case<'_>, text: &str) -> Report {
    let mut report = Report::new("login_session");
    let payload = text.split('.').nth(1).and_then(part);
    let read = payload.and_then(|p| Some((p.get("u")?.as_str()?.to_owned(), p.get("x")?.as_i64()?)));
    let Some((user, expires)) = read.filter(|_| text.split('.').count() == 3) else {
        return report.malformed(
            "text",
            "登录凭证不完整，请整段复制。",
            "The login session is cut short or damaged; copy all of it.",
        );
    };
    report.tell("user_id", user.clone());
    report.tell("expires_at", UnixMs::from_seconds(expires).rfc3339());
    let keys = case.app.config.access.session_keys.as_ref();
    if keys.is_none_or(|keys| keys.valid(case.at).is_empty()) {
        report.fault(
            "text",
            "key_unknown",
            "这里没有 session_keys，无法核对。",
            "No session_keys are held here, so it cannot be judged.",
        );
        return report;
    }
    match sessions::verify(keys, text, case.at) {
        Ok(_) => of_user(case, &mut report, &user),
        Err(fault) if fault.code == "session_expired" => report.expired("expires_at", expires, case.now()),
        Err(_) => report.fault(
            "text",
            "bad_signature",
            "签名不符：由另一套 session_keys 签发，或内容被改动。请重新登录。",
            "The signature does not fit: other session_keys made it, or it was changed. Log in again.",
        ),
    }
    report
}

fn of_user(case: &Case<'_>, report: &mut Report, user: &str) {
    if case.user().is_some_and(|wanted| wanted != user) {
        report.fault("user_id", "identifier_mismatch", format!("它属于用户 {user}。"), format!("It belongs to user {user}."));
    }
}

/// Judges a JWT of the host app.
pub(super) async fn jwt(case: &Case<'_>, text: &str) -> Report {
    let mut report = Report::new("jwt");
    let mut parts = text.split('.').map(part);
    let (Some(Some(header)), Some(Some(claims))) = (parts.next(), parts.next()) else {
        return report.malformed("text", "不是完整的 JWT，请整段复制。", "This is no whole JWT; copy all of it.");
    };
    for (name, value) in [("alg", &header["alg"]), ("kid", &header["kid"])]
        .into_iter()
        .chain(["iss", "sub", "aud", "exp", "nbf"].map(|name| (name, &claims[name])))
    {
        if !value.is_null() {
            report.tell(name, value.clone());
        }
    }
    let known = case.app.config.access.issuers.iter().any(|issuer| claims["iss"] == issuer.issuer.as_str());
    if !known {
        report.fault("iss", "key_unknown", "iss 没有配置，无法核对。", "Its iss is not configured here, so it cannot be judged.");
        return report;
    }
    let expires = claims["exp"].as_f64().map(|seconds| seconds as i64);
    match case.app.judge_jwt(text, case.at).await {
        Ok(user) => {
            report.tell("user_id", user.clone());
            if expires.is_some_and(|at| at > super::time::LAST_SECOND) {
                report.milliseconds("exp");
            }
            of_user(case, &mut report, &user);
        }
        Err(fault) if fault.code == "session_expired" => report.expired("exp", expires.unwrap_or_default(), case.now()),
        Err(fault) if fault.code == "session_invalid" && expires.is_none() => {
            report.fault("exp", "malformed", "缺少 exp，或不是数字。", "exp is missing or no number.");
        }
        Err(fault) if fault.code == "session_invalid" => report.fault("text", "bad_signature", fault.zh, fault.en),
        // The issuer's key set cannot be had just now.
        Err(fault) => report.fault("kid", "key_unknown", fault.zh, fault.en),
    }
    report
}
