//! Which vendor app a request is about: the one it names, or the only one there is.

use super::App;
use crate::config::{Css, Trtc, Zego};
use crate::live::event::Provider;
use crate::live::fault::Fault;

impl App {
    /// The ZEGO app asked for, or the only one.
    pub fn which_zego(&self, app_id: Option<u32>) -> Result<&Zego, Fault> {
        which(&self.config.zego, app_id, |app| app.app_id, "zego", "app_id")
    }

    /// The Tencent RTC app asked for, or the only one.
    pub fn which_trtc(&self, sdk_app_id: Option<u32>) -> Result<&Trtc, Fault> {
        which(&self.config.trtc, sdk_app_id, |app| app.sdk_app_id, "trtc", "sdk_app_id")
    }

    /// The css domain pair asked for, or the only one.
    pub fn which_css(&self, name: Option<&str>) -> Result<&Css, Fault> {
        which(&self.config.css, name.map(str::to_owned), |app| app.name.clone(), "css", "name")
    }

    /// The app of a room to open, as text.
    pub fn configured_app(
        &self,
        provider: Provider,
        app_id: Option<u32>,
        sdk_app_id: Option<u32>,
        name: Option<&str>,
    ) -> Result<String, Fault> {
        Ok(match provider {
            Provider::Zego => self.which_zego(app_id)?.app_id.to_string(),
            Provider::Trtc => self.which_trtc(sdk_app_id)?.sdk_app_id.to_string(),
            Provider::Css => self.which_css(name)?.name.clone(),
            Provider::Voip => match &self.config.wechat {
                Some(wechat) => wechat.app_id.clone(),
                None => return Err(provider_off("wechat")),
            },
        })
    }
}

fn which<'a, App, Id: PartialEq>(
    apps: &'a [App],
    asked: Option<Id>,
    id: impl Fn(&App) -> Id,
    provider: &str,
    field: &str,
) -> Result<&'a App, Fault> {
    match (apps, asked) {
        ([], _) => Err(provider_off(provider)),
        (_, Some(asked)) => apps.iter().find(|app| id(app) == asked).ok_or_else(|| app_unknown(field)),
        ([only], None) => Ok(only),
        (_, None) => Err(Fault {
            fields: Fault::missing(field).fields,
            ..Fault::new(
                "app_required",
                format!("配置了多个 {provider} 应用，请在请求里写明 {field}。"),
                format!("Several {provider} apps are configured; say which with {field}."),
            )
        }),
    }
}

/// No app of this provider is configured.
pub fn provider_off(provider: &str) -> Fault {
    Fault::new(
        "provider_off",
        format!("服务没有配置 {provider}。请在配置文件中加入 [{provider}] 一节。"),
        format!("{provider} is not configured on this server; add its section to the configuration."),
    )
}

fn app_unknown(field: &str) -> Fault {
    Fault::new(
        "app_unknown",
        format!("服务没有配置这个 {field}。请核对它与控制台一致。"),
        format!("This {field} is not configured on this server; compare it with the vendor's console."),
    )
}
