//! Tencent RTC credentials: userSig says who one is, privateMapKey lets one into a room.

use super::{Span, count, standing, unsigned};
use crate::app::App;
use crate::app::ledger::{Given, keep};
use crate::app::signers::TrtcSigner;
use crate::live::caller::Actor;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::policy::{role_for_privileges, trtc_privileges};
use crate::live::ticket::Role;
use crate::live::time::UnixMs;
use crate::vendor::trtc::keys::TicketKey;
use crate::vendor::trtc::private_map_key::private_map_key;
use crate::vendor::trtc::user_sig::user_sig;
use crate::vendor::trtc::userbuf::Privileges;

pub use crate::vendor::trtc::userbuf::Room;

/// A userSig and what it says.
#[derive(Clone)]
pub struct UserSig {
    /// The credential.
    pub user_sig: String,
    /// Which app.
    pub sdk_app_id: u32,
    /// `ecdsa-sha256` or `hmac-sha256`.
    pub algorithm: &'static str,
    /// When it ends.
    pub expires_at: UnixMs,
}

/// Gives a userSig.
pub async fn give_user_sig(
    app: &App,
    actor: &Actor,
    sdk_app_id: Option<u32>,
    ttl_seconds: Option<i64>,
) -> Result<UserSig, Fault> {
    let signer = app.trtc_signer(sdk_app_id)?;
    let span = Span::of(app, app.config.policy.user_sig_seconds, ttl_seconds)?;
    count(app, &actor.user_id, None).await?;
    let (user_sig, algorithm, key) = sign_user_sig(signer, &actor.user_id, span)?;
    let given = Given {
        kind: "user-sig",
        provider: Provider::Trtc,
        app: signer.sdk_app_id.to_string(),
        actor,
        room_id: None,
        powers: String::new(),
        key,
        issued_at: span.from,
        expires_at: span.end(),
    };
    keep(app, &given).await?;
    Ok(UserSig { user_sig, sdk_app_id: signer.sdk_app_id, algorithm, expires_at: span.end() })
}

/// Signs a userSig; answers it, its algorithm and the place of its key.
pub fn sign_user_sig<'a>(signer: &'a TrtcSigner, user_id: &str, span: Span) -> Result<(String, &'static str, &'a str), Fault> {
    let (key, place) = signer.keys.need(span.from, "trtc secret_key / private_key")?;
    let signed = user_sig(key, signer.sdk_app_id, user_id, span.from.seconds(), span.life);
    signed.map(|text| (text, key.algorithm(), place)).map_err(|why| unsigned(&why))
}

/// What a privateMapKey is asked with.
#[derive(Clone, Debug)]
pub struct MapKeyAsk {
    /// Which app.
    pub sdk_app_id: Option<u32>,
    /// Which room.
    pub room: Room,
    /// By role or by bits.
    pub powers: MapPowers,
    /// The life asked for.
    pub ttl_seconds: Option<i64>,
}

/// What a privateMapKey is to allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapPowers {
    /// What a role needs.
    Role(Role),
    /// These bits, 1..=255.
    Bits(u32),
}

impl MapPowers {
    fn bits(self) -> u32 {
        match self {
            Self::Role(role) => trtc_privileges(role),
            Self::Bits(bits) => bits,
        }
    }

    fn role(self) -> Role {
        match self {
            Self::Role(role) => role,
            Self::Bits(bits) => role_for_privileges(bits),
        }
    }
}

/// A privateMapKey and what it says.
#[derive(Clone)]
pub struct MapKey {
    /// The credential.
    pub private_map_key: String,
    /// Which app.
    pub sdk_app_id: u32,
    /// What it allows.
    pub privileges: u32,
    /// When it ends.
    pub expires_at: UnixMs,
}

/// Gives a privateMapKey. The role, or the role that the bits amount to, must be the caller's in that room.
pub async fn give_map_key(app: &App, actor: &Actor, ask: MapKeyAsk) -> Result<MapKey, Fault> {
    let signer = app.trtc_signer(ask.sdk_app_id)?;
    let span = Span::of(app, app.config.policy.private_map_key_seconds, ask.ttl_seconds)?;
    let room_id = match &ask.room {
        Room::Number(number) => number.to_string(),
        Room::Text(name) => name.clone(),
    };
    let sdk_app_id = signer.sdk_app_id.to_string();
    standing(app, actor, Provider::Trtc, &sdk_app_id, &room_id).await?.allows(ask.powers.role())?;
    count(app, &actor.user_id, Some(&room_id)).await?;
    let privileges = ask.powers.bits();
    let (private_map_key, key) = sign_map_key(signer, &actor.user_id, &ask.room, privileges, span)?;
    let given = Given {
        kind: "private-map-key",
        provider: Provider::Trtc,
        app: sdk_app_id,
        actor,
        room_id: Some(&room_id),
        powers: privileges.to_string(),
        key,
        issued_at: span.from,
        expires_at: span.end(),
    };
    keep(app, &given).await?;
    Ok(MapKey { private_map_key, sdk_app_id: signer.sdk_app_id, privileges, expires_at: span.end() })
}

/// Signs a privateMapKey; answers it and the place of its key. Text rooms are for apps of version 2 (tencent.md section 3.1).
pub fn sign_map_key<'a>(
    signer: &'a TrtcSigner,
    user_id: &str,
    room: &Room,
    privileges: u32,
    span: Span,
) -> Result<(String, &'a str), Fault> {
    let (key, place) = signer.keys.need(span.from, "trtc secret_key / private_key")?;
    if matches!((key, room), (TicketKey::Ecdsa(_), Room::Text(_))) {
        return Err(Fault::field(
            "room_name",
            "malformed",
            "此应用用 private_key 签名，只支持数字房间号",
            "this app signs with private_key and knows numeric rooms only",
        ));
    }
    let bits = Privileges::from_bits(privileges).ok_or_else(|| unsigned(&"privilege bits out of range"))?;
    let signed = private_map_key(key, signer.sdk_app_id, user_id, room, bits, span.from.seconds(), span.life);
    signed.map(|text| (text, place)).map_err(|why| unsigned(&why))
}
