//! WeChat's API, or the simulated one of demos: logins, access tokens, signatures of voip rooms.
//! What WeChat refuses is told in kaibo's words; its own number goes to the log.

mod domains;
pub mod login;
mod token;
mod vault;

pub use token::AccessTokens;

use super::App;
use super::apps::provider_off;
use crate::config::WeChat;
use crate::live::fault::Fault;
use crate::secret::Secret;
use crate::vendor::wechat::server_api::{getvoipsign_body, getvoipsign_path, parse_getvoipsign};
use crate::vendor::wechat::{Retry, WechatFault};

/// `api_base` of a WeChat that is not there.
pub const SIMULATED: &str = "simulated";

impl App {
    /// The mini program, or 404 `provider_off`.
    pub fn wechat(&self) -> Result<&WeChat, Fault> {
        self.config.wechat.as_ref().ok_or_else(|| provider_off("wechat"))
    }

    /// GETs a path below the API's base address, once; answers the body.
    async fn get_wechat(&self, wechat: &WeChat, path: &Secret) -> Result<Vec<u8>, Fault> {
        let url = format!("{}{}", wechat.api_base.trim_end_matches('/'), path.reveal_text());
        self.outbound.get(&url).await.map(|answer| answer.body).map_err(|why| silent(&why))
    }

    /// POSTs a JSON text below the API's base address, once; answers the body.
    async fn post_wechat(&self, wechat: &WeChat, path: &str, body: &str) -> Result<Vec<u8>, Fault> {
        let url = format!("{}{path}", wechat.api_base.trim_end_matches('/'));
        self.outbound.post_json(&url, body.to_owned()).await.map(|answer| answer.body).map_err(|why| silent(&why))
    }
}

fn silent(why: &dyn std::fmt::Display) -> Fault {
    tracing::warn!(reason = %why, "WeChat gave no answer");
    Fault::new("wechat_busy", "微信没有回答，请稍后重新 wx.login。", "WeChat did not answer; call wx.login again in a moment.")
        .retry_after(1)
}

/// What WeChat refused, for a caller.
fn refused(fault: WechatFault) -> Fault {
    tracing::warn!(errcode = fault.errcode, code = fault.word, "WeChat refused");
    let zh = match fault.word {
        "code_invalid" => "登录 code 无效或已超过 5 分钟，请重新 wx.login。",
        "code_used" => "登录 code 已用过，一个 code 只能用一次，请重新 wx.login。",
        "wechat_busy" => "微信繁忙，请稍后重试。",
        "wechat_rate_limited" => "微信限制了调用频率，请稍后重试。",
        "user_blocked" => "微信判定该用户为高风险，拒绝登录。",
        "wechat_misconfigured" => "微信拒绝了本服务的配置，请运维核对 [wechat] 与微信后台。",
        _ => "微信返回了错误，请运维查看日志中的 errcode。",
    };
    let told = Fault::new(fault.word, zh, format!("{}.", fault.sentence));
    match fault.retry {
        Retry::After(seconds) => told.retry_after(seconds),
        Retry::Once => told.retry_after(1),
        Retry::Never | Retry::NewLogin | Retry::NewAccessToken => told,
    }
}

impl App {
    /// True when WeChat signs voip joins. A simulated one cannot.
    pub(super) fn voip_signed_by_wechat(&self, wechat: &WeChat) -> bool {
        wechat.voip == "wechat" && wechat.api_base != SIMULATED
    }

    /// WeChat's own signature of a voip join, passed on as it came. A refused access token is replaced once.
    pub(super) async fn getvoipsign(
        &self,
        wechat: &WeChat,
        openid: &str,
        group_id: &str,
        nonce: &str,
        time_stamp: i64,
    ) -> Result<String, Fault> {
        let body = getvoipsign_body(group_id, nonce, time_stamp);
        let token = self.access_token(wechat, None).await?;
        let answer = self.post_wechat(wechat, getvoipsign_path(&token, openid).reveal_text(), &body).await?;
        match parse_getvoipsign(&answer) {
            Err(WechatFault { retry: Retry::NewAccessToken, .. }) => {
                let fresh = self.access_token(wechat, Some(&token)).await?;
                let answer = self.post_wechat(wechat, getvoipsign_path(&fresh, openid).reveal_text(), &body).await?;
                parse_getvoipsign(&answer).map_err(refused)
            }
            other => other.map_err(refused),
        }
    }
}
