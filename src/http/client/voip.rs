//! Signatures of WeChat's voip rooms.

use super::{Credential, credential};
use crate::app::App;
use crate::app::credentials::voip;
use crate::http::ask::Ask;
use crate::http::caller::Caller;
use crate::http::fields::{Fields, Read, chars};
use crate::live::fault::Fault;
use crate::live::ticket::VoipClient;
use axum::extract::State;
use serde::Serialize;

/// Body of `POST /v1/wechat/voip-signature`. A time or nonce in it is ignored: both are the server's.
#[derive(Debug)]
pub struct VoipIn {
    user_id: Option<String>,
    group_id: String,
    room_type: &'static str,
}

impl Read for VoipIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        let plain = chars(1, 64).only(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-', "[A-Za-z0-9_-]");
        Self {
            user_id: fields.named_user(),
            group_id: fields.need_text("group_id", plain),
            // WeChat's own default.
            room_type: fields.choice("room_type", &["voice", "video"]).unwrap_or("voice"),
        }
    }
}

/// The signature with what it binds.
#[derive(Serialize)]
pub struct VoipOut {
    app_id: String,
    group_id: String,
    nonce_str: String,
    time_stamp: i64,
    signature: String,
    client: VoipClient,
}

/// `POST /v1/wechat/voip-signature`.
pub async fn sign(State(app): State<App>, caller: Caller, Ask(body): Ask<VoipIn>) -> Result<Credential<VoipOut>, Fault> {
    let actor = caller.acting_as(body.user_id.as_deref())?;
    let given = voip::give(&app, &actor, &body.group_id, body.room_type).await?;
    let join = given.client.join.clone();
    Ok(credential(VoipOut {
        app_id: given.app_id,
        group_id: join.group_id,
        nonce_str: join.nonce_str,
        time_stamp: join.time_stamp,
        signature: join.signature,
        client: given.client,
    }))
}
