//! The required entries of some profiles for one configuration, and the text to paste per list.

use super::entry::of_address;
use super::profiles::{Need, Profile, profile};
use super::{List, Lists};
use serde::Serialize;

/// What stands in a list for an address that only ZEGO can tell.
pub const ASK_ZEGO: &str = "ask ZEGO for it";
/// How an own address that no list takes is explained.
const OWN_WHY_ZH: &str = "你自己的后端（kaibo）";
const OWN_WHY_EN: &str = "your own backend (kaibo)";

/// One `[[zego]]` app, as far as the lists care.
#[derive(Clone, Debug, Default)]
pub struct ZegoApp {
    /// The app id.
    pub app_id: u32,
    /// `server`, if set.
    pub server: Option<String>,
    /// `log_url`, if set.
    pub log_url: Option<String>,
}

/// What of the configuration fills the placeholders.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// `server.public_url`, if set.
    pub public_url: Option<String>,
    /// All `[[zego]]` apps.
    pub zego: Vec<ZegoApp>,
    /// All `[[trtc]] sdk_app_id`.
    pub sdk_app_ids: Vec<u32>,
    /// `[domains.required]`: entries that the operator adds.
    pub more: Lists,
}

/// One required entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Required {
    /// The list it belongs to.
    pub list: List,
    /// The entry to paste; when not `known`, what to do to learn it.
    pub entry: String,
    /// False when configuration does not tell the entry yet.
    pub known: bool,
    /// The profiles that need it; `kaibo` for the own address, `config` for `[domains.required]`.
    pub profiles: Vec<&'static str>,
    /// What it is for, in Chinese.
    pub why_zh: String,
    /// What it is for, in English.
    pub why_en: String,
    /// Where this is written.
    pub source: &'static str,
}

/// A profile name that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no profile {0:?}; known are {known}", known = super::profiles::names().collect::<Vec<_>>().join(", "))]
pub struct ProfileUnknown(pub String);

/// Reads profile names.
pub fn profiles<'a>(asked: impl IntoIterator<Item = &'a str>) -> Result<Vec<&'static Profile>, ProfileUnknown> {
    asked.into_iter().map(|name| profile(name.trim()).ok_or_else(|| ProfileUnknown(name.trim().to_owned()))).collect()
}

/// Every entry that the profiles need under this setup, own address first, each once.
pub fn required(profiles: &[&'static Profile], setup: &Setup) -> Vec<Required> {
    let mut all = Gathered(Vec::new());
    all.own(setup.public_url.as_deref());
    for profile in profiles {
        for need in profile.needs {
            match need.template {
                "{server?}" if setup.zego.iter().all(|app| app.server.as_deref().is_none_or(|s| s.trim().is_empty())) => {}
                "{server}" | "{server?}" => all.zego(profile, need, setup, |app| app.server.as_deref()),
                "{log_url}" => all.zego(profile, need, setup, |app| app.log_url.as_deref()),
                template if template.contains("{sdkappid}") => {
                    for id in &setup.sdk_app_ids {
                        all.add(profile, need, template.replace("{sdkappid}", &id.to_string()), true);
                    }
                    if setup.sdk_app_ids.is_empty() {
                        all.add(profile, need, template.to_owned(), false);
                    }
                }
                template => all.add(profile, need, template.to_owned(), true),
            }
        }
    }
    for (list, entry) in setup.more.iter() {
        all.put(Required {
            list,
            entry: entry.to_owned(),
            known: true,
            profiles: vec!["config"],
            why_zh: "配置 [domains.required] 要求".to_owned(),
            why_en: "asked for by [domains.required]".to_owned(),
            source: "kaibo.toml",
        });
    }
    all.0
}

/// One text per list, ready for the console: one entry a line, which every edition of the console takes (newer ones
/// also take `;`). Entries that are not known yet are left out.
pub fn paste(required: &[Required]) -> Vec<(List, String)> {
    let text = |list: List| -> String {
        let entries: Vec<_> = required.iter().filter(|r| r.known && r.list == list).map(|r| r.entry.as_str()).collect();
        entries.join("\n")
    };
    List::ALL.into_iter().map(|list| (list, text(list))).filter(|(_, text)| !text.is_empty()).collect()
}

struct Gathered(Vec<Required>);

impl Gathered {
    /// An entry that two profiles need is one entry.
    fn put(&mut self, new: Required) {
        match self.0.iter_mut().find(|r| r.list == new.list && r.entry == new.entry && (r.known || r.why_en == new.why_en)) {
            Some(old) => {
                old.profiles.extend(new.profiles.iter().filter(|name| !old.profiles.contains(name)).copied().collect::<Vec<_>>())
            }
            None => self.0.push(new),
        }
    }

    fn add(&mut self, profile: &'static Profile, need: &Need, entry: String, known: bool) {
        self.add_to(need.list, profile, need, entry, known, None);
    }

    fn add_to(&mut self, list: List, profile: &'static Profile, need: &Need, entry: String, known: bool, app_id: Option<u32>) {
        let (mut why_zh, mut why_en) = (need.why_zh.to_owned(), need.why_en.to_owned());
        if let (false, Some(id)) = (known, app_id) {
            why_zh.push_str(&format!("；应用 {id} 未配置，请向 ZEGO 索取"));
            why_en.push_str(&format!("; not set for app {id}, ask ZEGO for it"));
            if need.list == List::Socket {
                why_zh.push_str(&format!("，常见形式 wss://webliveroom{id}-api.zego.im"));
                why_en.push_str(&format!(", often wss://webliveroom{id}-api.zego.im"));
            }
        }
        self.put(Required { list, entry, known, profiles: vec![profile.name], why_zh, why_en, source: profile.source });
    }

    fn own(&mut self, public_url: Option<&str>) {
        let (list, entry, known) = match public_url.map(of_address) {
            Some(Ok((list, entry))) => (list, entry, true),
            // http on a laptop: fine for the developer tools, no list takes it.
            Some(Err(_)) | None => (List::Request, "set server.public_url to your https address".to_owned(), false),
        };
        self.put(Required {
            list,
            entry,
            known,
            profiles: vec!["kaibo"],
            why_zh: OWN_WHY_ZH.to_owned(),
            why_en: OWN_WHY_EN.to_owned(),
            source: "kaibo.toml, server.public_url",
        });
    }

    /// ZEGO's addresses come per app, and may hold either scheme: the scheme picks the list.
    fn zego<'s>(
        &mut self,
        profile: &'static Profile,
        need: &Need,
        setup: &'s Setup,
        address: impl Fn(&'s ZegoApp) -> Option<&'s str>,
    ) {
        for app in &setup.zego {
            match address(app).filter(|text| !text.trim().is_empty()).map(of_address) {
                Some(Ok((list, entry))) => self.add_to(list, profile, need, entry, true, Some(app.app_id)),
                Some(Err(_)) | None => self.add_to(need.list, profile, need, ASK_ZEGO.to_owned(), false, Some(app.app_id)),
            }
        }
        if setup.zego.is_empty() {
            self.add(profile, need, ASK_ZEGO.to_owned(), false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::whitelist::entry::normalise;
    use crate::live::whitelist::profiles::PROFILES;

    fn entries(names: &[&str], setup: &Setup) -> Vec<(List, String, bool)> {
        let profiles = profiles(names.iter().copied()).expect("known");
        required(&profiles, setup).into_iter().map(|r| (r.list, r.entry, r.known)).collect()
    }

    fn setup() -> Setup {
        Setup {
            public_url: Some("https://api.example.com/kaibo".into()),
            zego: vec![ZegoApp {
                app_id: 7,
                server: Some("wss://webliveroom7-api.zego.im/ws".into()),
                log_url: Some("https://wsslogger-demo.zego.im/httplog".into()),
            }],
            sdk_app_ids: vec![1400087915],
            more: Lists::default(),
        }
    }

    #[test]
    fn every_fixed_entry_of_every_profile_is_one_that_wechat_takes() {
        for profile in &PROFILES {
            for required in required(&[profile], &setup()) {
                assert!(required.known, "{required:?}");
                assert_eq!(normalise(required.list, &required.entry).expect("usable").text, required.entry);
            }
        }
    }

    #[test]
    fn zegos_addresses_are_split_by_scheme_and_lose_their_path() {
        let found = entries(&["zego-liveroom"], &setup());
        assert!(found.contains(&(List::Socket, "wss://webliveroom7-api.zego.im".into(), true)));
        assert!(found.contains(&(List::Request, "https://wsslogger-demo.zego.im".into(), true)));
        assert!(found.contains(&(List::Request, "https://api.example.com".into(), true)));
    }

    #[test]
    fn what_is_not_configured_says_whom_to_ask() {
        let found = entries(&["zego-liveroom", "tuicallkit"], &Setup::default());
        assert!(found.contains(&(List::Socket, ASK_ZEGO.into(), false)));
        assert!(found.contains(&(List::Socket, "wss://{sdkappid}w4c.my-imcloud.com".into(), false)));
        assert!(found.iter().any(|(_, entry, known)| !known && entry.contains("public_url")));
        let unset = Setup { zego: vec![ZegoApp { app_id: 7, ..ZegoApp::default() }], ..Setup::default() };
        let needs = required(&profiles(["zego-express-2"]).expect("known"), &unset);
        assert!(needs.iter().any(|r| r.why_en.contains("wss://webliveroom7-api.zego.im")));
    }

    #[test]
    fn express_3_6_lists_a_server_only_if_one_is_set() {
        assert!(!entries(&["zego-express-3.6"], &Setup::default()).contains(&(List::Socket, ASK_ZEGO.into(), false)));
        assert!(entries(&["zego-express-3.6"], &setup()).contains(&(
            List::Socket,
            "wss://webliveroom7-api.zego.im".into(),
            true
        )));
    }

    #[test]
    fn a_paste_text_has_one_known_entry_a_line() {
        let profiles = profiles(["trtc-webrtc-room", "trtc-room", "zego-liveroom"]).expect("known");
        let unset = Setup { zego: Vec::new(), ..setup() };
        let texts = paste(&required(&profiles, &unset));
        assert_eq!(texts.len(), 1);
        assert_eq!(texts[0].1.lines().count(), 7);
        assert!(texts[0].1.lines().all(|line| line.starts_with("https://")));
    }

    #[test]
    fn an_unknown_profile_is_told_the_known_ones() {
        let fault = profiles(["zego"]).expect_err("unknown").to_string();
        assert!(fault.contains("\"zego\"") && PROFILES.iter().all(|p| fault.contains(p.name)), "{fault}");
    }
}
