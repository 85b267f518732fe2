//! The signature of `wx.joinVoIPChat`. Made by us with the user's session_key, or by WeChat; time and nonce are always ours.

use super::{VOIP_USED_WITHIN, count, known_room, unsigned};
use crate::app::App;
use crate::app::ledger::{Given, keep};
use crate::app::wechat::login::last_login;
use crate::live::caller::Actor;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::ids::base62;
use crate::live::policy::Standing;
use crate::live::ticket::{JoinVoip, VoipClient};
use crate::vendor::wechat::voip::{VoipJoin, sign};

/// A signature with what it binds.
#[derive(Clone, Debug)]
pub struct VoipSignature {
    /// The mini program.
    pub app_id: String,
    /// As the page's code takes it.
    pub client: VoipClient,
}

/// Gives a signature to join a voip room.
pub async fn give(app: &App, actor: &Actor, group_id: &str, room_type: &str) -> Result<VoipSignature, Fault> {
    let app_id = app.wechat()?.app_id.clone();
    Standing::direct(actor, known_room(app, Provider::Voip, &app_id, group_id).await?.as_ref())?;
    count(app, &actor.user_id, Some(group_id)).await?;
    let (signed, key) = sign_join(app, &actor.user_id, group_id, room_type).await?;
    let now = app.now();
    let given = Given {
        kind: "voip-signature",
        provider: Provider::Voip,
        app: app_id,
        actor,
        room_id: Some(group_id),
        powers: room_type.to_owned(),
        key,
        issued_at: now,
        expires_at: now.plus_seconds(VOIP_USED_WITHIN),
    };
    keep(app, &given).await?;
    Ok(signed)
}

/// Signs, for calls and tickets whose powers are decided; answers who signed beside it.
pub async fn sign_join(
    app: &App,
    user_id: &str,
    group_id: &str,
    room_type: &str,
) -> Result<(VoipSignature, &'static str), Fault> {
    let wechat = app.wechat()?;
    let login = last_login(app, user_id).await?;
    let time_stamp = app.now().seconds();
    let nonce = base62(&app.nonce_bytes::<16>(), 20);
    let (signature, key) = if app.voip_signed_by_wechat(wechat) {
        (app.getvoipsign(wechat, &login.openid, group_id, &nonce, time_stamp).await?, "wechat")
    } else {
        let join = VoipJoin { app_id: &wechat.app_id, group_id, nonce: &nonce, time_stamp };
        (sign(&login.session_key, &join).map_err(|why| unsigned(&why))?, "session_key")
    };
    let join =
        JoinVoip { room_type: room_type.to_owned(), signature, nonce_str: nonce, time_stamp, group_id: group_id.to_owned() };
    let client = VoipClient { join, self_open_id: Some(login.openid) };
    Ok((VoipSignature { app_id: wechat.app_id.clone(), client }, key))
}
