//! The document, its keys, and the callback addresses that follow from it.

use super::Step;
use crate::app::App;
use crate::config::Config;
use crate::config::keys::Keys;
use crate::http::routes::callback_addresses;
use serde_json::json;

/// What the document says, and what is odd about it.
pub fn document(text: &str, name: &str, config: &Config, warnings: &[String]) -> Vec<Step> {
    let mut steps: Vec<Step> = warnings.iter().map(|warning| Step::warn("settings", warning)).collect();
    let example = text.lines().position(|line| line.split('#').next().unwrap_or_default().contains("change-me"));
    if let Some(at) = example {
        steps.push(Step::warn(
            "settings",
            format!("{name}: line {}: still holds a value of the example; put in your own", at + 1),
        ));
    }
    if config.access.open_identity {
        steps.push(Step::warn("settings", "access.open_identity = true: callers name themselves; switch it off before release"));
    }
    if !config.public_url().starts_with("https://") {
        let sentence = "server.public_url is not https: developer tools with checks off can call it, phones cannot";
        steps.push(Step::warn("settings", sentence));
    }
    let (zego, trtc, css) = (config.zego.len(), config.trtc.len(), config.css.len());
    let sentence = format!("{name} is good: {zego} ZEGO, {trtc} Tencent RTC, {css} css app(s)");
    steps.push(Step::ok("settings", sentence));
    steps
}

/// Every key is one that its vendor takes (the document would not have been read else); is one valid now?
pub fn keys(app: &App, steps: &mut Vec<Step>) {
    let config = &app.config;
    let mut judge = |place: String, keys: &Option<Keys>, used_for: &str| {
        let Some(keys) = keys else { return };
        steps.push(match keys.signing(app.now()) {
            Some(_) => Step::ok("keys", format!("{place} {used_for}")),
            None => Step::fail("keys", format!("{place}: no key is valid now; look at its not_before and not_after")),
        });
    };
    judge("access.session_keys".into(), &config.access.session_keys, "signs login sessions");
    for zego in &config.zego {
        let place = |field: &str| format!("ZEGO {} {field}", zego.app_id);
        judge(place("app_key"), &zego.app_key, "signs login tokens 01");
        judge(place("server_secret"), &zego.server_secret, "seals tokens 03 and 04");
        judge(place("callback_secret"), &zego.callback_secret, "checks callbacks");
    }
    for trtc in &config.trtc {
        let place = |field: &str| format!("Tencent RTC {} {field}", trtc.sdk_app_id);
        judge(place("secret_key"), &trtc.secret_key, "signs userSig and privateMapKey (HMAC)");
        let pair =
            if trtc.public_key.is_some() { "signs userSig (ECDSA) and belongs to public_key" } else { "signs userSig (ECDSA)" };
        judge(place("private_key"), &trtc.private_key, pair);
        judge(place("callback_key"), &trtc.callback_key, "checks callbacks");
    }
    for css in &config.css {
        let place = |field: &str| format!("css {} {field}", css.name);
        judge(place("push_key"), &css.push_key, "signs push addresses");
        judge(place("play_key"), &css.play_key, "signs play addresses");
        judge(place("callback_key"), &css.callback_key, "checks callbacks");
    }
}

/// The addresses to enter at the vendors.
pub fn callbacks(app: &App, steps: &mut Vec<Step>) {
    let addresses = callback_addresses(&app.config, app.now());
    if addresses.is_empty() {
        steps.push(Step::skip("callbacks", "no vendor app with callbacks.path_token is configured, so nobody calls back"));
    }
    for (name, address) in addresses {
        let step = Step::ok("callbacks", format!("enter at {name}: {address}"));
        steps.push(step.with(json!({ "app": name, "address": address })));
    }
}
