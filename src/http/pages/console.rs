//! The console at `/`: what is live, what was recorded, where callbacks go, and the first token.
//!
//! The server puts only plain facts of the configuration into the page, as JSON. Everything else the page asks of `/v1`
//! with the key that its reader types in, so it shows nobody more than the API does.

use super::assets::{self, HTML};
use crate::app::App;
use crate::config::Config;
use crate::config::keys::Keys;
use crate::http::routes;
use crate::live::event::Provider;
use crate::live::time::UnixMs;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

const PAGE: &str = include_str!("console.html");
/// Where the facts go in the page.
const PLACE: &str = "{facts}";
/// Stands for the path token where the reader may not see it.
const MASK: &str = "••••••••";

/// `GET /`: the console page.
pub async fn serve(State(app): State<App>) -> Response {
    assets::guarded(HTML, "no-store", page(&app.config, app.now()))
}

/// The page with the facts of this configuration.
pub fn page(config: &Config, now: UnixMs) -> String {
    PAGE.replacen(PLACE, &super::json_in_html(&facts(config, now)), 1)
}

/// What anyone who reaches the address may know.
fn facts(config: &Config, now: UnixMs) -> Value {
    let address = config.public_url();
    let open = config.access.open_identity && !config.production;
    let token = path_token(config, now, open);
    // None while no path token is configured.
    let callback = |provider, app: &str| token.and_then(|token| routes::callback_address(config, provider, app, token));
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "address": address,
        "language": config.server.default_language,
        "production": config.production,
        "open_identity": open,
        "wechat_app_id": config.wechat.as_ref().map(|wechat| &wechat.app_id),
        "wechat_simulated": config.wechat.as_ref().is_some_and(|wechat| wechat.api_base == "simulated"),
        "profiles": config.domains.profiles,
        "inspector": routes::has_inspector(),
        "zego": config.zego.iter().map(|app| json!({
            "app_id": app.app_id,
            "login_token": has(&app.app_key, now),
            "callback": callback(Provider::Zego, &app.app_id.to_string()),
            "signed": has(&app.callback_secret, now),
        })).collect::<Vec<_>>(),
        "trtc": config.trtc.iter().map(|app| json!({
            "sdk_app_id": app.sdk_app_id,
            "user_sig": has(&app.secret_key, now) || has(&app.private_key, now),
            "callback": callback(Provider::Trtc, &app.sdk_app_id.to_string()),
            "signed": has(&app.callback_key, now),
            "accept_unsigned": app.accept_unsigned,
        })).collect::<Vec<_>>(),
        "css": config.css.iter().map(|app| json!({
            "name": app.name,
            "push_domain": app.push_domain,
            "play_domain": app.play_domain,
            "callback": callback(Provider::Css, &app.name),
            "signed": has(&app.callback_key, now),
            "accept_unsigned": app.accept_unsigned,
        })).collect::<Vec<_>>(),
    })
}

fn has(keys: &Option<Keys>, now: UnixMs) -> bool {
    keys.as_ref().is_some_and(|keys| keys.signing(now).is_some())
}

/// The path token as the page may show it: whole only in a demo, where it guards nothing but demo data.
fn path_token(config: &Config, now: UnixMs, open: bool) -> Option<&str> {
    let token = config.callbacks.path_token.as_ref()?.signing(now)?;
    Some(if open { token.reveal_text() } else { MASK })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Css, WeChat, Zego};
    use crate::secret::Secret;

    const NOW: UnixMs = UnixMs(1_800_000_000_000);
    const TOKEN: &str = "canary-path-token";

    fn demo() -> Config {
        let mut config = Config::default();
        config.access.open_identity = true;
        config.callbacks.path_token = Some(Keys::one(Secret::from(TOKEN)));
        config.zego.push(Zego {
            app_id: 1_739_272_706,
            app_key: Some(Keys::one(Secret::from("canary-app-key"))),
            callback_secret: Some(Keys::one(Secret::from("canary-callback"))),
            ..Zego::default()
        });
        config
    }

    fn facts_in(page: &str) -> Value {
        let (_, from) = page.split_once("<script type=\"application/json\" id=\"facts\">").unwrap();
        let (text, _) = from.split_once("</script>").unwrap();
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_page_knows_address_apps_and_callback_addresses() {
        let facts = facts_in(&page(&demo(), NOW));
        assert_eq!(facts["address"], "http://127.0.0.1:3000");
        assert_eq!(facts["zego"][0]["app_id"], 1_739_272_706);
        assert_eq!(facts["zego"][0]["callback"], format!("http://127.0.0.1:3000/callbacks/zego/1739272706/{TOKEN}"));
        assert_eq!(facts["zego"][0]["login_token"], true);
        assert_eq!(facts["open_identity"], true);
    }

    #[test]
    fn outside_a_demo_the_path_token_is_masked() {
        for (open, production) in [(false, false), (true, true), (false, true)] {
            let mut config = demo();
            config.access.open_identity = open;
            config.production = production;
            let page = page(&config, NOW);
            assert!(!page.contains(TOKEN));
            assert!(facts_in(&page)["zego"][0]["callback"].as_str().unwrap().ends_with(MASK));
            assert_eq!(facts_in(&page)["open_identity"], false);
        }
    }

    #[test]
    fn no_key_is_in_the_page() {
        let mut config = demo();
        config.access.session_keys = Some(Keys::one(Secret::from("canary-session")));
        config.access.operators = vec![crate::config::Operator {
            key: Some(Keys::one(Secret::from("canary-operator"))),
            ..crate::config::Operator::default()
        }];
        assert_eq!(page(&config, NOW).replace(TOKEN, "").matches("canary").count(), 0);
    }

    #[test]
    fn without_a_path_token_there_is_no_callback_address() {
        let mut config = demo();
        config.callbacks.path_token = None;
        assert!(facts_in(&page(&config, NOW))["zego"][0]["callback"].is_null());
    }

    #[test]
    fn hostile_configuration_texts_stay_texts() {
        let hostile = "</script><script>alert('1')</script><!--\u{2028}\"&lt;{facts}";
        let mut config = demo();
        config.server.public_url = hostile.to_owned();
        config.domains.profiles = vec![hostile.to_owned()];
        config.wechat = Some(WeChat { app_id: hostile.to_owned(), ..WeChat::default() });
        config.css.push(Css { name: hostile.to_owned(), push_domain: hostile.to_owned(), ..Css::default() });
        let page = page(&config, NOW);
        assert_eq!(page.matches("</script>").count(), PAGE.matches("</script>").count());
        assert_eq!(page.matches("<script").count(), PAGE.matches("<script").count());
        assert!(!page.contains("<!--\u{2028}") && !page.contains('\u{2028}'));
        let facts = facts_in(&page);
        assert_eq!(facts["css"][0]["name"], hostile);
        assert_eq!(facts["profiles"][0], hostile);
        assert_eq!(facts["wechat_app_id"], hostile);
    }

    #[test]
    fn the_page_has_no_inline_handler_style_or_script() {
        let scripts = PAGE.matches("<script").count();
        let harmless =
            PAGE.matches("<script type=\"application/json\"").count() + PAGE.matches("<script type=\"module\" src=").count();
        assert_eq!(scripts, harmless);
        assert!(!PAGE.contains("<style") && !PAGE.contains(" style=") && !PAGE.contains("javascript:"));
        let handler = PAGE.split('<').any(|tag| tag.split('>').next().is_some_and(|tag| tag.contains(" on")));
        assert!(!handler, "an element has an inline handler");
        assert_eq!(PAGE.matches(PLACE).count(), 1);
    }
}
