//! The whitelist: what the WeChat console must hold for this configuration, and whether it does.

use super::App;
use crate::config::DomainLists;
use crate::live::fault::Fault;
use crate::live::whitelist::check::{Report, check};
use crate::live::whitelist::entry::{EntryFault, allows};
use crate::live::whitelist::profiles::{Profile, names};
use crate::live::whitelist::required::{Required, Setup, ZegoApp, profiles, required};
use crate::live::whitelist::{List, Lists};

/// The profiles asked for, or the configured ones.
pub fn which_profiles(app: &App, asked: Option<&[String]>) -> Result<Vec<&'static Profile>, Fault> {
    let wanted = asked.unwrap_or(&app.config.domains.profiles);
    profiles(wanted.iter().map(String::as_str)).map_err(|_| {
        let known = names().collect::<Vec<_>>().join(", ");
        Fault::field("profiles", "unknown_value", format!("profiles 只能取：{known}"), format!("profiles may be: {known}"))
    })
}

/// What the console must hold.
pub fn required_domains(app: &App, profiles: &[&'static Profile]) -> Vec<Required> {
    let config = &app.config;
    let zego =
        config.zego.iter().map(|app| ZegoApp { app_id: app.app_id, server: app.server.clone(), log_url: app.log_url.clone() });
    let setup = Setup {
        public_url: Some(config.public_url()),
        zego: zego.collect(),
        sdk_app_ids: config.trtc.iter().map(|app| app.sdk_app_id).collect(),
        more: lists(&config.domains.required),
    };
    required(profiles, &setup)
}

/// Compares what the console holds with what it must hold.
pub fn check_domains(app: &App, profiles: &[&'static Profile], configured: Option<Lists>) -> Report {
    check(&configured.unwrap_or_else(|| configured_domains(app)), &required_domains(app, profiles))
}

/// Whether a page could reach an address with what the configuration says the console holds.
pub fn allowed(app: &App, list: List, url: &str) -> Result<(), EntryFault> {
    allows(list, configured_domains(app).of(list), url)
}

/// What the configuration says the console holds.
pub fn configured_domains(app: &App) -> Lists {
    lists(&app.config.domains.configured)
}

fn lists(from: &DomainLists) -> Lists {
    let mut lists = Lists::default();
    for (list, entries) in [
        (List::Request, &from.requestdomain),
        (List::Socket, &from.wsrequestdomain),
        (List::Upload, &from.uploaddomain),
        (List::Download, &from.downloaddomain),
    ] {
        for entry in entries {
            lists.add(list, entry.clone());
        }
    }
    lists
}
