//! Whether a vendor will be asked to carry out what was decided here, and leaving that to the jobs.

use super::App;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::opening::Stream;
use crate::live::room::Room;
use crate::store::chores::{Chore, Errand};

/// How far the vendor carries out a kick or a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enforced {
    /// Only here: no credential is given any more, and those given before run out.
    NextLogin,
    /// The vendor is asked within a minute.
    VendorPending,
}

impl Enforced {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NextLogin => "next_login",
            Self::VendorPending => "vendor_pending",
        }
    }
}

/// Leaves an errand to the jobs where its vendor can be asked.
pub async fn enforce(app: &App, room: &Room, errand: Errand, streams: &[Stream]) -> Result<Enforced, Fault> {
    if !can_ask(app, room, &errand, streams) {
        return Ok(Enforced::NextLogin);
    }
    let chore = Chore {
        provider: room.provider,
        app: room.app.clone(),
        room_id: room.room_id.clone(),
        opening_id: room.opening_id.clone(),
        errand,
        asked_at: app.now(),
        tries: 0,
    };
    let pending = app.store.put_chore(&chore).await?;
    Ok(if pending { Enforced::VendorPending } else { Enforced::NextLogin })
}

/// ZEGO needs the app's ServerSecret, Tencent its API key; on css there are no members, only a stream that can be dropped.
fn can_ask(app: &App, room: &Room, errand: &Errand, streams: &[Stream]) -> bool {
    // Split between functions, the one that is asked holds the section without its keys; the jobs hold the keys.
    let tencent = app.config.tencent_api.is_some();
    match room.provider {
        Provider::Zego => app.config.zego.iter().any(|zego| zego.app_id.to_string() == room.app && zego.server_secret.is_some()),
        Provider::Trtc => tencent,
        Provider::Css => {
            let drops = |stream: &Stream| match errand {
                Errand::Kick { user_id } => publishes(room, stream, user_id),
                Errand::Close => true,
            };
            tencent && streams.iter().any(|stream| stream.live && drops(stream))
        }
        Provider::Voip => false,
    }
}

/// True for a stream of this user; on css the stream's name says whose it is.
pub fn publishes(room: &Room, stream: &Stream, user_id: &str) -> bool {
    publisher(room, stream) == Some(user_id)
}

/// Who publishes a stream, by the vendor's telling or, on css, by the stream's name.
pub fn publisher<'a>(room: &Room, stream: &'a Stream) -> Option<&'a str> {
    let named = || stream.stream_id.strip_prefix(room.room_id.as_str())?.strip_prefix('_');
    stream.user_id.as_deref().or_else(|| if stream.provider == Provider::Css { named() } else { None })
}
