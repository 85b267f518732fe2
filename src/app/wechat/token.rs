//! The access token of server calls, kept while it lasts. The stable form voids nobody else's, so each process has its own.

use super::refused;
use crate::app::App;
use crate::config::WeChat;
use crate::live::fault::Fault;
use crate::live::time::UnixMs;
use crate::secret::Secret;
use crate::vendor::wechat::server_api::{STABLE_TOKEN_PATH, parse_stable_token, stable_token_body};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Fetched again this long before its end.
const EARLY_SECONDS: i64 = 60;

/// The token in use. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct AccessTokens(Arc<Mutex<Option<(Secret, UnixMs)>>>);

impl App {
    /// The access token; fetched when there is none, it ends soon, or `instead_of` it was refused. One fetch at a time.
    pub(super) async fn access_token(&self, wechat: &WeChat, instead_of: Option<&Secret>) -> Result<Secret, Fault> {
        let mut kept = self.access_tokens.0.lock().await;
        let now = self.now();
        if let Some((token, ends)) = kept.as_ref()
            && now < *ends
            && instead_of != Some(token)
        {
            return Ok(token.clone());
        }
        let app_secret = super::login::app_secret(wechat, now)?;
        let body = stable_token_body(&wechat.app_id, app_secret);
        let answer = self.post_wechat(wechat, STABLE_TOKEN_PATH, body.reveal_text()).await?;
        let fresh = parse_stable_token(&answer).map_err(refused)?;
        *kept = Some((fresh.token.clone(), now.plus_seconds(i64::from(fresh.expires_in_seconds) - EARLY_SECONDS)));
        Ok(fresh.token)
    }
}
