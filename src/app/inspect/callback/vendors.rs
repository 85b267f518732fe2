//! The three vendors' callbacks, each proven by its own verifier.

use super::super::zego::sentence;
use super::super::{Case, Report};
use crate::config::Css;
use crate::secret::Secret;
use crate::vendor::css::callback as css_callback;
use crate::vendor::trtc::callback as trtc_callback;
use crate::vendor::zego::callback as zego_callback;
use serde_json::Value;

/// A member of a JSON or form body as text.
fn member(body: &str, name: &str) -> Option<String> {
    let read: Option<Value> = serde_json::from_str(body).ok();
    match read {
        Some(json) => json.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
        None => form_urlencoded::parse(body.trim().as_bytes()).find(|(n, _)| n == name).map(|(_, value)| value.into_owned()),
    }
}

pub(super) fn zego(case: &Case<'_>) -> Report {
    use zego_callback::{Refused, parse, verify};
    let mut report = Report::new("zego_callback");
    let body = case.asked.text.as_bytes();
    let named = ["appid", "app_id", "AppId"].iter().find_map(|name| member(&case.asked.text, name));
    let wanted = case.app_in_path().and_then(|id| id.parse().ok()).or(case.asked.app_id).or(named.and_then(|id| id.parse().ok()));
    let config = wanted.and_then(|id| case.app.config.zego_app(id));
    let Some((config, keys)) = config.map(|app| (app, case.keys(&app.callback_secret))).filter(|(_, keys)| !keys.is_empty())
    else {
        report.no_callback_key("callback_secret");
        return report;
    };
    // A form that was pasted has no content type any more.
    let kind = case.header("content-type").or((!case.asked.text.trim().starts_with(['{', '%'])).then_some(FORM));
    let window = case.app.config.callbacks.zego_window_seconds;
    let judge = |keys: &[&Secret]| verify(body, kind, keys, config.app_id, case.now(), window);
    match judge(&keys) {
        Ok(signed) => report.event(&parse(&signed)),
        Err(Refused::Stale { timestamp, now }) if timestamp < now => report.expired("timestamp", timestamp, now),
        Err(Refused::Stale { timestamp, .. }) if timestamp > super::super::time::LAST_SECOND => report.milliseconds("timestamp"),
        Err(refused @ Refused::Stale { .. }) => {
            let zh = "签名时间在将来，超出允许的范围：核对时钟，或是否用了本地时间。";
            report.fault("timestamp", "expired", zh, sentence(&refused.to_string()));
        }
        Err(refused @ Refused::OtherApp { wanted }) => {
            report.fault(
                "appid",
                "app_id_mismatch",
                format!("回调属于另一个应用，不是 {wanted}。"),
                sentence(&refused.to_string()),
            );
        }
        Err(refused @ Refused::NotSigned { .. }) => {
            let zh = "没有签名：缺少 timestamp、nonce 或 signature，或不是 JSON 和表单。";
            report.fault("signature", "malformed", zh, sentence(&refused.to_string()));
        }
        Err(Refused::BadSignature) => {
            let proves = |secret: &Secret| !matches!(judge(&[secret]), Err(Refused::BadSignature));
            let others = case.app.config.zego.iter().flat_map(|app| {
                let lists = [("callback_secret", &app.callback_secret), ("server_secret", &app.server_secret)];
                lists.into_iter().map(move |(name, keys)| (format!("{name} of app {}", app.app_id), keys))
            });
            other_key(&mut report, "signature", others, proves);
        }
    }
    report
}

const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn css(case: &Case<'_>) -> Report {
    use css_callback::{Refused, belongs, parse, verify};
    let mut report = Report::new("css_callback");
    let text = case.asked.text.as_str();
    let domain = member(text, "app").or_else(|| member(text, "domain"));
    let of_domain = |css: &&Css| {
        domain.as_ref().is_some_and(|domain| {
            css.push_domain.eq_ignore_ascii_case(domain) || css.domains.iter().any(|other| other.eq_ignore_ascii_case(domain))
        })
    };
    let all = &case.app.config.css;
    let named = match case.app_in_path() {
        Some(name) => case.app.config.css_app(name),
        None => all.iter().find(of_domain).or_else(|| all.first().filter(|_| all.len() == 1)),
    };
    let Some(css) = named else {
        report.no_callback_key("callback_key");
        return report;
    };
    let keys = case.keys(&css.callback_key);
    if keys.is_empty() && !css.accept_unsigned {
        report.no_callback_key("callback_key");
        return report;
    }
    let late = case.app.config.callbacks.css_late_seconds;
    let judge =
        |keys: &[&Secret]| verify(text.as_bytes(), case.header("content-type"), keys, css.accept_unsigned, case.now(), late);
    let t: i64 = member(text, "t").and_then(|t| t.parse().ok()).unwrap_or_default();
    match judge(&keys) {
        Ok(signed) => {
            if keys.is_empty() {
                unsigned(&mut report);
            }
            if signed.late {
                report.late(t);
            }
            report.event(&parse(&signed, &css.name));
            if !belongs(&signed, &css.push_domain, (css.appid != 0).then_some(css.appid), &css.domains) {
                let zh = "回调属于另一个推流域名或 appid；其他域名写进 css.domains。";
                report.fault("app", "app_id_mismatch", zh, sentence(&Refused::OtherApp.to_string()));
            }
        }
        Err(Refused::Stale) if t > super::super::time::LAST_SECOND => report.milliseconds("t"),
        Err(Refused::Stale) => report.expired("t", t, case.now()),
        Err(refused @ (Refused::NotSigned | Refused::OtherApp)) => {
            report.fault("sign", "malformed", "没有签名：缺少 sign 或 t。", sentence(&refused.to_string()));
        }
        Err(Refused::BadSignature) => {
            let proves = |secret: &Secret| !matches!(judge(&[secret]), Err(Refused::BadSignature));
            let others = all.iter().flat_map(|app| {
                let lists = [("callback_key", &app.callback_key), ("push_key", &app.push_key), ("play_key", &app.play_key)];
                lists.into_iter().map(move |(name, keys)| (format!("{name} of css {}", app.name), keys))
            });
            other_key(&mut report, "sign", others, proves);
        }
    }
    report
}

pub(super) fn trtc(case: &Case<'_>) -> Report {
    use trtc_callback::{Refused, parse, verify};
    let mut report = Report::new("trtc_callback");
    let header = case.header("sdkappid");
    let all = &case.app.config.trtc;
    let told = case.app_in_path().or(header).and_then(|id| id.trim().parse().ok()).or(case.asked.app_id);
    let wanted = told.or_else(|| all.first().filter(|_| all.len() == 1).map(|app| app.sdk_app_id));
    let Some(config) = wanted.and_then(|id| case.app.config.trtc_app(id)) else {
        // Without headers neither the app nor the sign is known.
        if told.is_none() && case.header("sign").is_none() {
            return report.malformed("headers.sign", NO_SIGN.0, NO_SIGN.1);
        }
        report.no_callback_key("callback_key");
        return report;
    };
    let keys = case.keys(&config.callback_key);
    if keys.is_empty() && !config.accept_unsigned {
        report.no_callback_key("callback_key");
        return report;
    }
    let text = case.asked.text.as_str();
    let judge = |body: &str, keys: &[&Secret]| {
        verify(body.as_bytes(), case.header("sign"), header, keys, config.accept_unsigned, config.sdk_app_id)
    };
    let mut verdict = judge(text, &keys);
    if matches!(verdict, Err(Refused::BadSignature)) {
        // Copying adds a line break; what a log or an editor does to the rest is a fault, named below.
        if let Ok(signed) = judge(text.trim(), &keys) {
            let zh = "正文前后多了空白，已忽略；签名覆盖收到的原始字节。";
            report.warn(
                "text",
                "reformatted",
                zh,
                "White space around the body was left out; the sign covers the raw bytes as received.",
            );
            verdict = Ok(signed);
        }
    }
    match verdict {
        Ok(signed) => {
            if keys.is_empty() {
                unsigned(&mut report);
            }
            report.event(&parse(&signed, config.sdk_app_id));
        }
        Err(refused @ Refused::OtherApp) => {
            let zh = "回调来自另一个 SDKAppID，与地址不符。";
            report.fault("sdkappid", "sdkappid_mismatch", zh, sentence(&refused.to_string()));
        }
        Err(Refused::NotSigned) => report.fault("headers.sign", "malformed", NO_SIGN.0, NO_SIGN.1),
        Err(Refused::BadSignature) if re_written(text).iter().any(|body| judge(body, &keys).is_ok()) => report.fault(
            "text",
            "bad_signature",
            "正文被解析后重新写过：签名覆盖收到的原始字节，校验前不要重新排版。",
            "The body was parsed and written again: the sign covers the raw bytes as received, so verify before parsing.",
        ),
        Err(Refused::BadSignature) => {
            let proves = |secret: &Secret| judge(text, &[secret]).is_ok();
            let others = all.iter().flat_map(|app| {
                let lists = [("callback_key", &app.callback_key), ("secret_key", &app.secret_key)];
                lists.into_iter().map(move |(name, keys)| (format!("{name} of SDKAppID {}", app.sdk_app_id), keys))
            });
            other_key(&mut report, "headers.sign", others, proves);
        }
    }
    report
}

/// A body as other writers of JSON write the same value.
fn re_written(text: &str) -> Vec<String> {
    let Ok(json) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let compact = json.to_string();
    let spaced = compact.replace("\":", "\": ").replace(",\"", ", \"");
    let pretty = format!("{json:#}");
    vec![compact, spaced, pretty]
}

const NO_SIGN: (&str, &str) =
    ("没有 Sign 头：把请求头一并给出（headers.sign）。", "There is no Sign header: give the headers too (headers.sign).");

fn unsigned(report: &mut Report) {
    let zh = "该应用没有回调密钥，仅凭 path_token 接收（accept_unsigned）。";
    report.warn("sign", "unsigned", zh, "The app has no callback key: it is taken by the path token alone (accept_unsigned).");
}

/// Names the key that did sign, if it is one of ours.
fn other_key<'a>(
    report: &mut Report,
    field: &str,
    others: impl Iterator<Item = (String, &'a Option<crate::config::keys::Keys>)>,
    proves: impl Fn(&Secret) -> bool,
) {
    let mut named = others.flat_map(|(name, keys)| keys.iter().flat_map(|k| k.all()).map(move |key| (name.clone(), &key.value)));
    match named.find(|(_, key)| !key.is_empty() && proves(key)) {
        Some((name, _)) => report.fault(
            field,
            "bad_signature",
            format!("签名用的是 {name}，或该密钥此时不在使用中。"),
            format!("It was signed with {name}, or with a key not in use at this time."),
        ),
        None => report.fault(
            field,
            "bad_signature",
            "签名不符：核对厂商控制台与配置中的回调密钥；正文须为收到的原文。",
            "The signature does not fit: compare the callback key of the vendor's console with the configuration; paste the body as received.",
        ),
    }
}
