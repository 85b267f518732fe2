//! What was decided here and only the vendor can carry out: putting a user out, ending a room. Within a minute, and until it is done.

use super::{AT_ONCE, Done};
use crate::app::App;
use crate::app::chores::publishes;
use crate::app::vendors::AskError;
use crate::live::event::Provider;
use crate::live::room::Room;
use crate::store::StoreError;
use crate::store::chores::{Chore, DUE_KIND, Errand};
use crate::vendor::tencent_api::{self, Room as TencentRoom};
use crate::vendor::zego::server_api::Call;

/// How often a silent vendor is asked before a chore is given up: an hour and more.
const TRIES: u32 = 60;

pub(super) async fn carry_out(app: &App, done: &mut Done) -> Result<(), StoreError> {
    let now = app.now();
    for key in app.store.due(DUE_KIND, now, AT_ONCE).await? {
        let Some(chore) = app.store.chore(&key).await? else { continue };
        let room = app.store.room(&chore.room_id, now).await?.filter(|room| chore.wanted(room));
        let asked = match &room {
            Some(room) => ask(app, &chore, room).await,
            None => Ok(()),
        };
        let forget = now.plus_seconds(7 * 86_400);
        match asked {
            Ok(()) => {
                app.store.chore_done(&chore, now, forget).await?;
                done.chores += 1;
            }
            Err(AskError::Silent(_)) if chore.tries < TRIES => {
                app.store.chore_later(&chore, now.plus_seconds(60)).await?;
            }
            Err(error) => {
                tracing::error!(error = %error, room_id = chore.room_id, "a vendor did not carry out what it was asked");
                app.store.chore_done(&chore, now, forget).await?;
            }
        }
    }
    Ok(())
}

async fn ask(app: &App, chore: &Chore, room: &Room) -> Result<(), AskError> {
    match (room.provider, &chore.errand) {
        (Provider::Zego, Errand::Kick { user_id }) => {
            let user_ids = [user_id.clone()];
            app.ask_zego(&room.app, Call::KickoutUser { room_id: &room.room_id, user_ids: &user_ids, reason: "" }).await?;
        }
        (Provider::Zego, Errand::Close) => {
            app.ask_zego(&room.app, Call::CloseRoom { room_id: &room.room_id, reason: "" }).await?;
        }
        (Provider::Trtc, errand) => {
            let sdk_app_id = room.app.parse().unwrap_or_default();
            let in_room = TencentRoom::from_id(&room.room_id);
            match errand {
                Errand::Kick { user_id } => {
                    let user_ids = [user_id.clone()];
                    app.ask_tencent(tencent_api::Call::RemoveUsers { sdk_app_id, room: in_room, user_ids: &user_ids }).await?;
                }
                Errand::Close => {
                    app.ask_tencent(tencent_api::Call::DismissRoom { sdk_app_id, room: in_room }).await?;
                }
            }
        }
        (Provider::Css, errand) => drop_streams(app, room, errand).await?,
        (Provider::Voip, _) => {}
    }
    Ok(())
}

/// On css there are no members: the pushes of whoever shall go are dropped.
async fn drop_streams(app: &App, room: &Room, errand: &Errand) -> Result<(), AskError> {
    let css = app.config.css_app(&room.app).ok_or(AskError::NoKey)?;
    let (rows, _) = app.store.opening(&room.opening_id, app.now()).await.map_err(|error| AskError::Silent(error.to_string()))?;
    for stream in rows.streams(None).iter().filter(|stream| stream.live) {
        let goes = match errand {
            Errand::Kick { user_id } => publishes(room, stream, user_id),
            Errand::Close => true,
        };
        if goes {
            let call = tencent_api::Call::DropLiveStream {
                domain: &css.push_domain,
                app_name: &css.app_name,
                stream_name: &stream.stream_id,
            };
            app.ask_tencent(call).await?;
        }
    }
    Ok(())
}
