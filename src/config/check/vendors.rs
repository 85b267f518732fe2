//! The vendors' apps: ids, keys that parse and belong together, domains.

use super::Judge;
use super::callers::{dates, long_enough};
use crate::clock::signing_nonces;
use crate::config::Trtc;
use crate::config::keys::Keys;
use crate::vendor::trtc::keys::{EcdsaKey, EcdsaPublicKey, HmacKey, KeyError};
use crate::vendor::zego::app_key::AppKey;
use std::collections::HashSet;

pub(super) fn check(judge: &mut Judge<'_>) {
    zego(judge);
    trtc(judge);
    css(judge);
    if let Some(api) = &judge.config.tencent_api {
        match (&api.secret_id, &api.secret_key) {
            (None, None) => {}
            (Some(ids), Some(keys)) if ids.all().len() == keys.all().len() => {}
            (Some(_), Some(_)) => judge
                .wrong("tencent_api.secret_key", "must have as many keys as secret_id: each stands with the one at its place"),
            _ => judge.wrong("tencent_api.secret_key", "and secret_id must both be there, or neither"),
        }
        dates(judge, "tencent_api.secret_id", api.secret_id.as_ref());
        dates(judge, "tencent_api.secret_key", api.secret_key.as_ref());
        base(judge, "tencent_api.api_base", api.api_base.as_deref());
    }
}

fn each(keys: &Option<Keys>) -> impl Iterator<Item = &crate::secret::Secret> {
    keys.iter().flat_map(|keys| keys.all().iter().map(|key| &key.value))
}

fn base(judge: &mut Judge<'_>, path: &str, url: Option<&str>) {
    if url.is_some_and(|url| {
        !url.starts_with("https://") && !url.starts_with("http://127.0.0.1") && !url.starts_with("http://localhost")
    }) {
        judge.wrong(path, "must be an https address");
    }
}

fn zego(judge: &mut Judge<'_>) {
    let mut seen = HashSet::new();
    for (at, app) in judge.config.zego.iter().enumerate() {
        let path = |field: &str| format!("zego[{at}].{field}");
        if app.app_id == 0 {
            judge.wrong(path("app_id"), "is missing: the number ZEGO's console shows");
        } else if !seen.insert(app.app_id) {
            judge.wrong(path("app_id"), "stands in two [[zego]] sections");
        }
        for key in each(&app.app_key) {
            match AppKey::clean(key.reveal_text()) {
                Err(error) => judge.wrong(path("app_key"), format!("is unusable: {error}")),
                Ok(key) => {
                    for warning in key.warnings() {
                        judge.odd(path("app_key"), warning.to_string());
                    }
                }
            }
        }
        if each(&app.server_secret).any(|secret| secret.reveal().len() != 32) {
            judge.wrong(path("server_secret"), "must have exactly 32 characters, as ZEGO's console shows it");
        }
        match app.token.as_deref() {
            _ if !judge.holder.signs() => {}
            None | Some("01") if app.app_key.is_none() && app.server_secret.is_none() => {
                judge.wrong(path("app_key"), "is missing, and server_secret too: no token can be made");
            }
            Some("04" | "04-gcm") if app.server_secret.is_none() => {
                judge.wrong(path("server_secret"), "is missing: tokens 04 need it");
            }
            Some(word) => judge.word(&path("token"), word, &["01", "04", "04-gcm"]),
            None => {}
        }
        if app.callback_secret.is_none() && judge.holder.proves_callbacks() {
            judge.odd(path("callback_secret"), "is missing: this app's callbacks are refused");
        }
        for (field, keys) in
            [("app_key", &app.app_key), ("server_secret", &app.server_secret), ("callback_secret", &app.callback_secret)]
        {
            dates(judge, &path(field), keys.as_ref());
        }
        base(judge, &path("api_base"), app.api_base.as_deref());
    }
}

fn trtc(judge: &mut Judge<'_>) {
    let mut seen = HashSet::new();
    for (at, app) in judge.config.trtc.iter().enumerate() {
        let path = |field: &str| format!("trtc[{at}].{field}");
        if app.sdk_app_id == 0 {
            judge.wrong(path("sdk_app_id"), "is missing: the number Tencent's console shows");
        } else if !seen.insert(app.sdk_app_id) {
            judge.wrong(path("sdk_app_id"), "stands in two [[trtc]] sections");
        }
        if app.secret_key.is_none() && app.private_key.is_none() && judge.holder.signs() {
            judge.wrong(path("secret_key"), "is missing, and private_key too: no userSig can be made");
        }
        for key in each(&app.secret_key) {
            if let Err(error) = HmacKey::new(key) {
                judge.wrong(path("secret_key"), format!("is unusable: {error}"));
            }
        }
        pair(judge, &path, app);
        for (field, keys) in [
            ("secret_key", &app.secret_key),
            ("private_key", &app.private_key),
            ("public_key", &app.public_key),
            ("callback_key", &app.callback_key),
        ] {
            dates(judge, &path(field), keys.as_ref());
        }
        judge.not_in_production(app.accept_unsigned, path("accept_unsigned"));
        if app.callback_key.is_none() && !app.accept_unsigned && judge.holder.proves_callbacks() {
            judge.odd(path("callback_key"), "is missing: this app's callbacks are refused");
        }
    }
}

/// The ECDSA keys. While keys change there may be more of one half than of the other: one pair is enough.
fn pair(judge: &mut Judge<'_>, path: &dyn Fn(&str) -> String, app: &Trtc) {
    let (mut private, mut public) = (Vec::new(), Vec::new());
    for pem in each(&app.private_key) {
        match EcdsaKey::from_pem(pem.reveal_text(), signing_nonces()) {
            Ok(key) => private.push(key),
            Err(error) => judge.wrong(path("private_key"), format!("is unusable: {error}")),
        }
    }
    for pem in each(&app.public_key) {
        match EcdsaPublicKey::from_pem(pem.reveal_text()) {
            Ok(key) => public.push(key),
            Err(error) => judge.wrong(path("public_key"), format!("is unusable: {error}")),
        }
    }
    let fits = private.iter().any(|key| public.iter().any(|public| key.belongs_to(public).is_ok()));
    if !fits && !private.is_empty() && !public.is_empty() {
        judge.wrong(path("public_key"), format!("is of another key: {}", KeyError::DoNotMatch));
    }
}

fn css(judge: &mut Judge<'_>) {
    let mut seen = HashSet::new();
    for (at, app) in judge.config.css.iter().enumerate() {
        let path = |field: &str| format!("css[{at}].{field}");
        if app.name.is_empty()
            || app.name.len() > 64
            || !app.name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        {
            judge.wrong(path("name"), "must have 1 to 64 letters, digits, _ or -");
        } else if !seen.insert(&app.name) {
            judge.wrong(path("name"), "stands in two [[css]] sections");
        }
        domains(judge, &path, &app.push_domain, &app.play_domain);
        for (field, keys) in [("push_key", &app.push_key), ("push_key_backup", &app.push_key_backup), ("play_key", &app.play_key)]
        {
            long_enough(judge, &path(field), keys.as_ref(), 6);
        }
        dates(judge, &path("callback_key"), app.callback_key.as_ref());
        if app.push_key.is_none() && judge.holder.signs() {
            judge.odd(path("push_key"), "is missing: no push address can be made");
        }
        judge.not_in_production(app.accept_unsigned, path("accept_unsigned"));
        if app.callback_key.is_none() && !app.accept_unsigned && judge.holder.proves_callbacks() {
            judge.odd(path("callback_key"), "is missing: this app's callbacks are refused");
        }
    }
}

fn domains(judge: &mut Judge<'_>, path: &dyn Fn(&str) -> String, push: &str, play: &str) {
    for (field, domain) in [("push_domain", push), ("play_domain", play)] {
        let labels = domain.split('.');
        let label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if domain.is_empty() || !domain.contains('.') || !labels.clone().all(label) {
            judge.wrong(path(field), "must be a host name like push.example.com");
        } else if domain.ends_with(".tlivecdn.com") || domain.ends_with(".tlivepush.com") {
            judge.wrong(path(field), "is one of Tencent's test domains; use your own domain with ICP filing");
        } else if domain.ends_with(".livepush.myqcloud.com") {
            let sentence = "is a default domain of Tencent's; use your own domain with ICP filing";
            if judge.config.production { judge.wrong(path(field), sentence) } else { judge.odd(path(field), sentence) }
        }
    }
    if push.eq_ignore_ascii_case(play) && !push.is_empty() {
        judge.wrong(path("play_domain"), "must differ from push_domain");
    }
}
