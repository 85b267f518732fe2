//! Credentials, one file for each vendor. Direct calls and tickets go the same way: the standing with the room, the quota,
//! the signature, the ledger.

pub mod css;
pub mod trtc;
pub mod voip;
pub mod zego;

use super::App;
use crate::config::Lifetime;
use crate::live::caller::Actor;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::policy::{Life, Standing};
use crate::live::room::Room;
use crate::live::time::UnixMs;

/// How long a voip signature is taken to be good, in seconds. WeChat publishes nothing; it is made per join and used at once.
pub const VOIP_USED_WITHIN: i64 = 300;

/// Until when a credential lasts.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Now.
    pub from: UnixMs,
    /// Seconds.
    pub life: u32,
}

impl Span {
    /// From now on, as long as asked.
    pub fn of(app: &App, bounds: Lifetime, ttl_seconds: Option<i64>) -> Result<Self, Fault> {
        Ok(Self { from: app.now(), life: life(bounds).of(ttl_seconds)? })
    }

    /// The end, in whole seconds as the vendors count.
    pub fn end(self) -> UnixMs {
        UnixMs::from_seconds(self.from.seconds().saturating_add(i64::from(self.life)))
    }
}

fn life(bounds: Lifetime) -> Life {
    Life { default: bounds.default, min: bounds.min, max: bounds.max }
}

/// A room of this provider and app, if we know it. One consistent read.
async fn known_room(app: &App, provider: Provider, of_app: &str, room_id: &str) -> Result<Option<Room>, Fault> {
    let room = Box::pin(app.store.room(room_id, app.now())).await?;
    Ok(room.filter(|room| room.is_of(provider, of_app)))
}

/// How the caller of a direct call stands with the room the credential is for.
async fn standing(app: &App, actor: &Actor, provider: Provider, of_app: &str, room_id: &str) -> Result<Standing, Fault> {
    Standing::direct(actor, known_room(app, provider, of_app, room_id).await?.as_ref())
}

/// Counts one credential against the quotas that are set; 429 when one is used up.
pub async fn count(app: &App, user_id: &str, room_id: Option<&str>) -> Result<(), Fault> {
    let quota = app.config.policy.quota;
    let of_user = quota.per_user_per_minute.map(|limit| (format!("user/{user_id}"), limit));
    let of_room = room_id.zip(quota.per_room_per_minute).map(|(room_id, limit)| (format!("room/{room_id}"), limit));
    for (who, limit) in of_user.into_iter().chain(of_room) {
        let now = app.now();
        if !Box::pin(app.store.count(&who, limit, now)).await? {
            let wait = u32::try_from(60 - now.seconds().rem_euclid(60)).unwrap_or(60);
            let zh = format!("每分钟最多 {limit} 个凭证，请在 {wait} 秒后重试。");
            let en = format!("At most {limit} credentials a minute; try again in {wait} seconds.");
            return Err(Fault::new("quota_exceeded", zh, en).retry_after(wait));
        }
    }
    Ok(())
}

/// A credential that passed policy and quota but whose vendor format refused it: a field we let through, so ours to mend.
fn unsigned(why: &dyn std::fmt::Display) -> Fault {
    tracing::error!(reason = %why, "a credential could not be signed");
    Fault::new(
        "internal",
        "凭证签名失败，请把请求编号（instance）告诉运维。",
        "The credential could not be signed; tell the operator the request id (instance).",
    )
}
