//! What only the network can tell: the clock against the vendors', the public address, TLS of each required host.

use super::{Doctor, Step};
use crate::app::App;
use crate::app::domains::required_domains;
use crate::http::routes::{HEALTHZ, callback_address};
use crate::live::event::Provider;
use crate::live::whitelist::profiles::Profile;
use crate::vendor::zego::server_api::DEFAULT_BASE;
use serde_json::json;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

/// A clock this far off is odd: vendors count in seconds.
const ODD_SECONDS: i64 = 5;
/// A clock this far off makes credentials that are refused.
const WRONG_SECONDS: i64 = 60;

/// Tencent's API, whose answers carry a date.
const TENCENT: &str = "https://trtc.tencentcloudapi.com";

impl Doctor {
    /// The machine's clock against the `Date` header of whom its credentials must convince.
    pub(super) async fn check_clock(&self, app: &App, steps: &mut Vec<Step>) {
        let config = &app.config;
        let mut asked = BTreeSet::new();
        asked.extend(config.wechat.iter().map(|wechat| wechat.api_base.clone()).filter(|base| base.contains("://")));
        asked.extend(config.zego.iter().map(|zego| zego.api_base.clone().unwrap_or_else(|| DEFAULT_BASE.to_owned())));
        if !(config.trtc.is_empty() && config.css.is_empty()) {
            let own = config.tencent_api.as_ref().and_then(|api| api.api_base.clone());
            asked.insert(own.unwrap_or_else(|| TENCENT.to_owned()));
        }
        if self.args.offline || asked.is_empty() {
            steps.push(Step::skip(
                "clock",
                if self.args.offline { "offline: no vendor was asked" } else { "no vendor to compare with" },
            ));
            return;
        }
        for base in asked {
            let host = host_of(&base);
            let date = self.outbound.get(&format!("{}/", base.trim_end_matches('/'))).await.ok().and_then(|answer| answer.date);
            let theirs = date.and_then(|date| jiff::fmt::rfc2822::parse(&date).ok()).map(|moment| moment.timestamp().as_second());
            let Some(theirs) = theirs else {
                steps.push(Step::warn("clock", format!("{host} gave no date; check that this machine may call it")));
                continue;
            };
            let off = self.clock.now().seconds() - theirs;
            let (by, which) = (off.abs(), if off < 0 { "behind" } else { "ahead of" });
            steps.push(if by <= ODD_SECONDS {
                Step::ok("clock", format!("agrees with {host}"))
            } else {
                let sentence = format!("this machine is {by} s {which} {host}; let NTP set the clock");
                if by <= WRONG_SECONDS {
                    Step::warn("clock", sentence)
                } else {
                    Step::fail("clock", format!("{sentence}: credentials will be refused"))
                }
            });
        }
    }

    /// The public address: is it alive, and does it refuse a callback that nobody signed?
    pub(super) async fn check_url(&self, app: &App, steps: &mut Vec<Step>) {
        let Some(url) = self.args.url.as_deref().map(|url| url.trim_end_matches('/')) else { return };
        match self.outbound.probe(&format!("{url}{HEALTHZ}")).await {
            Ok(answer) if answer.status == 200 => steps.push(Step::ok("url", format!("{url} is alive"))),
            Ok(answer) => {
                let sentence =
                    format!("{url}{HEALTHZ} answers {}; the address leads to something else than kaibo", answer.status);
                steps.push(Step::fail("url", sentence));
                return;
            }
            Err(why) => {
                steps.push(Step::fail("url", format!("{url}: {why}")).with(json!({ "code": why.code() })));
                return;
            }
        }
        let config = &app.config;
        let Some(token) = config.callbacks.path_token.as_ref().and_then(|keys| keys.signing(app.now())) else { return };
        let zego = config.zego.iter().map(|app| (Provider::Zego, app.app_id.to_string()));
        let trtc = config.trtc.iter().map(|app| (Provider::Trtc, app.sdk_app_id.to_string()));
        let css = config.css.iter().map(|app| (Provider::Css, app.name.clone()));
        for (provider, of_app) in zego.chain(trtc).chain(css) {
            let Some(address) = callback_address(config, provider, &of_app, token.reveal_text()) else { continue };
            let path = address.strip_prefix(&config.public_url()).unwrap_or_default().to_owned();
            let name = format!("{} {of_app}", provider.word());
            steps.push(
                match self.outbound.post_json(&format!("{url}{path}"), "{}".to_owned()).await.map(|answer| answer.status) {
                    Ok(401) => Step::ok("url", format!("a callback for {name} that nobody signed is refused")),
                    Ok(404) => {
                        let sentence = format!(
                            "the callback address of {name} is unknown there; is another configuration or path token in use?"
                        );
                        Step::fail("url", sentence)
                    }
                    Ok(200) => Step::fail(
                        "url",
                        format!("{name} takes callbacks that nobody signed; set its callback key, drop accept_unsigned"),
                    ),
                    Ok(status) => {
                        Step::fail("url", format!("a callback for {name} is answered {status}; look at the server's log"))
                    }
                    Err(why) => Step::fail("url", format!("a callback for {name} gets no answer: {why}")),
                },
            );
        }
    }

    /// TLS of each required host: a chain that is trusted, the right name, a version that phones take.
    pub(super) async fn check_hosts(&self, app: &App, profiles: &[&'static Profile], steps: &mut Vec<Step>) {
        let secure = |entry: &str| entry.strip_prefix("https://").or_else(|| entry.strip_prefix("wss://")).map(str::to_owned);
        let needed = required_domains(app, profiles);
        let hosts: BTreeSet<String> = needed.iter().filter(|need| need.known).filter_map(|need| secure(&need.entry)).collect();
        if self.args.offline {
            steps.push(Step::skip("tls", format!("offline: {} host(s) were not tried", hosts.len())));
            return;
        }
        let mut asked = JoinSet::new();
        for host in hosts {
            let outbound = self.outbound.clone();
            asked.spawn(async move { (outbound.probe(&format!("https://{host}/")).await, host) });
        }
        let mut found = asked.join_all().await;
        found.sort_by(|a, b| a.1.cmp(&b.1));
        let own = host_of(&app.config.public_url());
        for (answer, host) in found {
            let details = |code: &str| json!({ "host": host, "code": code });
            steps.push(match answer {
                Ok(_) => Step::ok("tls", format!("{host}: chain, name and version are right")).with(details("ok")),
                // A vendor's host that this machine cannot reach may be fine for phones; one's own must answer.
                Err(why) if host != own && !why.code().starts_with("tls_") => {
                    Step::warn("tls", format!("{host}: {why}")).with(details(why.code()))
                }
                Err(why) => Step::fail("tls", format!("{host}: {why}")).with(details(why.code())),
            });
        }
    }
}

fn host_of(url: &str) -> String {
    url.split("://").nth(1).unwrap_or(url).split('/').next().unwrap_or_default().to_owned()
}
