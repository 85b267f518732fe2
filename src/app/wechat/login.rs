//! Login: the code of `wx.login` becomes a user and a login session. The session_key is kept sealed and shown to nobody.

use super::vault::{self, Kept};
use super::{SIMULATED, refused};
use crate::app::App;
use crate::app::access::sessions;
use crate::app::signers::off;
use crate::config::WeChat;
use crate::live::fault::Fault;
use crate::live::ids::{base62, digest};
use crate::live::time::UnixMs;
use crate::live::user_id;
use crate::secret::Secret;
use crate::vendor::wechat::code2session::{self, Login};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How long a login's session_key is kept. Its own life is not published; a user who was away longer logs in again.
const KEEP_DAYS: i64 = 30;

/// Length of a code of `wx.login`.
const CODE_LENGTH: usize = 32;

/// A login session given.
#[derive(Clone)]
pub struct Session {
    /// The bearer text.
    pub session_token: String,
    /// Whose.
    pub user_id: String,
    /// When it ends.
    pub expires_at: UnixMs,
}

/// Logs a user in. Each code is sent to WeChat once, whatever comes back: a second try could only answer `code_used`.
pub async fn log_in(app: &App, code: &str) -> Result<Session, Fault> {
    let wechat = app.wechat()?;
    let now = app.now();
    let keys = app.config.access.session_keys.as_ref();
    if keys.is_none_or(|keys| keys.signing(now).is_none()) {
        return Err(off("access.session_keys"));
    }
    let login = if wechat.api_base == SIMULATED {
        simulated(wechat, code)
    } else {
        let path = code2session::path(&wechat.app_id, app_secret(wechat, now)?, code);
        code2session::parse(&app.get_wechat(wechat, &path).await?).map_err(refused)?
    };
    let user_id = user_id::of_wechat(&wechat.app_id, &login.openid);
    keep(app, &user_id, login).await?;
    let expires_at = UnixMs::from_seconds(now.plus_seconds(i64::from(app.config.access.session_hours) * 3600).seconds());
    let session_token = sessions::issue(keys, &user_id, expires_at, now).ok_or_else(|| off("access.session_keys"))?;
    Ok(Session { session_token, user_id, expires_at })
}

/// What is known of a user's last login; 409 `login_needed` when nothing is.
pub async fn last_login(app: &App, user_id: &str) -> Result<Kept, Fault> {
    let sealed = app.store.login(user_id, app.now()).await?;
    sealed.and_then(|sealed| vault::open(&app.config, user_id, &sealed, app.now())).ok_or_else(|| {
        Fault::new(
            "login_needed",
            "没有该用户的 session_key，请先 wx.login 并调用 POST /v1/sessions。",
            "No session_key of this user is known; call wx.login and POST /v1/sessions first.",
        )
    })
}

/// Written over by each login: WeChat voids the older key. A login whose key cannot be kept fails, because the key kept before
/// would sign voip rooms wrongly from now on.
async fn keep(app: &App, user_id: &str, login: Login) -> Result<(), Fault> {
    let now = app.now();
    let kept = Kept { openid: login.openid, session_key: login.session_key };
    let sealed =
        vault::seal(&app.config, user_id, &kept, app.random_bytes(), now).ok_or_else(|| off("wechat.session_key_key"))?;
    app.store.put_login(user_id, &sealed, now, now.plus_seconds(KEEP_DAYS * 86_400)).await?;
    Ok(())
}

pub(super) fn app_secret(wechat: &WeChat, now: UnixMs) -> Result<&Secret, Fault> {
    wechat.app_secret.as_ref().and_then(|keys| keys.signing(now)).ok_or_else(|| off("wechat.app_secret"))
}

/// Any code logs in, and always as the same user: a phone's code changes at every login, so all codes of `wx.login` are one
/// demo user. A text that cannot be such a code is a user of its own, so that two can meet.
fn simulated(wechat: &WeChat, code: &str) -> Login {
    let from_phone = code.len() == CODE_LENGTH && code.bytes().all(|b| b.is_ascii_alphanumeric());
    let who = if from_phone { "phone" } else { code };
    let openid = format!("sim-{}", base62(&digest(&["openid", &wechat.app_id, who]), 22));
    let [key @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = digest(&["session_key", &wechat.app_id, who]);
    Login { openid, session_key: Secret::new(STANDARD.encode(key)), unionid: None }
}
