//! The live domain lists, as WeChat tells them. kaibo only ever reads: nothing here changes a list.

use super::{SIMULATED, refused};
use crate::app::App;
use crate::live::fault::Fault;
use crate::live::whitelist::{List, Lists};
use crate::secret::Secret;
use crate::vendor::wechat::domain::{
    DomainLists, GET_EFFECTIVE_DOMAIN_BODY, GETWXADEVINFO_BODY, get_effective_domain_path, getwxadevinfo_path,
    parse_effective_domain, parse_getwxadevinfo,
};
use crate::vendor::wechat::{Retry, WechatFault};

impl App {
    /// The lists of the mini program. With a third-party platform's authorizer token: what phones obey, all ways of setting
    /// it taken together; else with the mini program's own token, which WeChat may refuse (48001).
    pub async fn live_domains(&self, authorizer_token: Option<&Secret>) -> Result<Lists, Fault> {
        let wechat = self.wechat()?;
        if wechat.api_base == SIMULATED {
            return Err(Fault::new(
                "provider_off",
                "微信是模拟的（wechat.api_base = \"simulated\"），没有真实的域名列表。",
                "WeChat is simulated (wechat.api_base), so there are no live lists; paste the list instead.",
            ));
        }
        if let Some(token) = authorizer_token {
            let path = get_effective_domain_path(token);
            let answer = self.post_wechat(wechat, path.reveal_text(), GET_EFFECTIVE_DOMAIN_BODY).await?;
            return parse_effective_domain(&answer).map(lists).map_err(refused);
        }
        let token = self.access_token(wechat, None).await?;
        match parse_getwxadevinfo(&self.own_domains(&token).await?) {
            Err(WechatFault { retry: Retry::NewAccessToken, .. }) => {
                let fresh = self.access_token(wechat, Some(&token)).await?;
                parse_getwxadevinfo(&self.own_domains(&fresh).await?).map(lists).map_err(refused)
            }
            other => other.map(lists).map_err(refused),
        }
    }

    async fn own_domains(&self, token: &Secret) -> Result<Vec<u8>, Fault> {
        self.post_wechat(self.wechat()?, getwxadevinfo_path(token).reveal_text(), GETWXADEVINFO_BODY).await
    }
}

fn lists(told: DomainLists) -> Lists {
    let mut lists = Lists::default();
    for (list, entries) in [
        (List::Request, told.requestdomain),
        (List::Socket, told.wsrequestdomain),
        (List::Upload, told.uploaddomain),
        (List::Download, told.downloaddomain),
        (List::Udp, told.udpdomain),
        (List::Business, told.bizdomain),
    ] {
        for entry in entries {
            lists.add(list, entry);
        }
    }
    lists
}
