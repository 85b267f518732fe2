//! Asking the vendors' own APIs, where keys allow: what is live, who shall go. Their published rate limits are kept by asking one
//! thing after another, with a pause.

use super::App;
use super::outbound::OutboundError;
use crate::config::Zego;
use crate::vendor::tencent_api::{self, Account, StreamState, stream_state};
use crate::vendor::zego::server_api::{self, Answer, Call};
use std::time::Duration;

/// Why a vendor could not tell.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// No key for that vendor's API is configured.
    #[error("no key for the vendor's API is configured")]
    NoKey,
    /// The vendor did not answer, or not as documented; asking again may help.
    #[error("the vendor did not tell: {0}")]
    Silent(String),
    /// The vendor refuses; asking again does not help.
    #[error("the vendor refuses: {0}")]
    Refused(String),
}

impl From<OutboundError> for AskError {
    fn from(error: OutboundError) -> Self {
        Self::Silent(error.to_string())
    }
}

/// Pause after a call: under 20 calls a second, the lowest limit of those used; CloseRoom allows one a second.
const PAUSE: Duration = Duration::from_millis(60);
const PAUSE_AFTER_CLOSE: Duration = Duration::from_millis(1100);

impl App {
    fn zego_secret(&self, of_app: &str) -> Option<(&Zego, &crate::secret::Secret)> {
        let zego = self.config.zego_app(of_app.parse().ok()?)?;
        Some((zego, zego.server_secret.as_ref()?.signing(self.now())?))
    }

    fn tencent_account(&self) -> Option<Account<'_>> {
        let (api, now) = (self.config.tencent_api.as_ref()?, self.now());
        let pairs = api.secret_id.as_ref()?.all().iter().zip(api.secret_key.as_ref()?.all());
        let (id, key) = pairs.into_iter().find(|(id, key)| id.valid_at(now) && key.valid_at(now))?;
        Some(Account {
            secret_id: id.value.reveal_text(),
            secret_key: &key.value,
            region: api.region.as_deref().unwrap_or("ap-guangzhou"),
        })
    }

    /// One call of ZEGO's server API.
    pub async fn ask_zego(&self, of_app: &str, call: Call<'_>) -> Result<Answer, AskError> {
        let (zego, secret) = self.zego_secret(of_app).ok_or(AskError::NoKey)?;
        let nonce = hex::encode(self.random_bytes::<8>());
        let (target, body) = call
            .request(zego.app_id, secret, &nonce, self.now().seconds())
            .map_err(|error| AskError::Refused(error.to_string()))?;
        let base = zego.api_base.as_deref().unwrap_or(server_api::DEFAULT_BASE).trim_end_matches('/');
        let url = format!("{base}{target}");
        let answer = match body {
            Some(body) => self.outbound.post_json(&url, body).await?,
            None => self.outbound.get(&url).await?,
        };
        tokio::time::sleep(if matches!(call, Call::CloseRoom { .. }) { PAUSE_AFTER_CLOSE } else { PAUSE }).await;
        server_api::read_answer(answer.status, &answer.body).map_err(|error| {
            if error.worth_a_retry() { AskError::Silent(error.to_string()) } else { AskError::Refused(error.to_string()) }
        })
    }

    /// One call of Tencent's cloud API.
    pub async fn ask_tencent(&self, call: tencent_api::Call<'_>) -> Result<tencent_api::Response, AskError> {
        let account = self.tencent_account().ok_or(AskError::NoKey)?;
        let base = self.config.tencent_api.as_ref().and_then(|api| api.api_base.as_deref());
        let request = tencent_api::request(&call, account, base, self.now().seconds())
            .map_err(|error| AskError::Refused(error.to_string()))?;
        let headers: Vec<(&'static str, &str)> = request.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = self.outbound.send("POST", &request.url, &headers, request.body.into_bytes()).await?;
        tokio::time::sleep(PAUSE).await;
        tencent_api::read_answer(answer.status, &answer.body).map_err(|error| {
            if error.worth_a_retry() { AskError::Silent(error.to_string()) } else { AskError::Refused(error.to_string()) }
        })
    }

    /// The stream ids that are live in a ZEGO room by ZEGO's own telling.
    pub async fn zego_streams(&self, of_app: &str, room_id: &str) -> Result<Vec<String>, AskError> {
        let answer = self.ask_zego(of_app, Call::DescribeSimpleStreamList { room_id }).await?;
        let streams = answer.streams().map_err(|error| AskError::Silent(error.to_string()))?;
        Ok(streams.into_iter().map(|stream| stream.stream_id).collect())
    }

    /// How many people are in a ZEGO room by ZEGO's own telling.
    pub async fn zego_people(&self, of_app: &str, room_id: &str) -> Result<u64, AskError> {
        let room_ids = [room_id.to_owned()];
        let answer = self.ask_zego(of_app, Call::DescribeUserNum { room_ids: &room_ids }).await?;
        let counts = answer.user_counts().map_err(|error| AskError::Silent(error.to_string()))?;
        Ok(counts.iter().map(|count| count.users).sum())
    }

    /// Whether a css stream is live by Tencent's own telling.
    pub async fn css_stream_is_live(&self, name: &str, stream_name: &str) -> Result<bool, AskError> {
        let css = self.config.css_app(name).ok_or(AskError::NoKey)?;
        let call = tencent_api::Call::DescribeLiveStreamState { domain: &css.push_domain, app_name: &css.app_name, stream_name };
        let answer = self.ask_tencent(call).await?;
        let state = stream_state(&answer).map_err(|error| AskError::Silent(error.to_string()))?;
        Ok(matches!(state, StreamState::Active))
    }
}
