//! ZEGO credentials: login token 01, tokens 03 and 04.

use super::{Span, count, standing, unsigned};
use crate::app::App;
use crate::app::ledger::{Given, keep};
use crate::app::signers::ZegoSigner;
use crate::live::caller::Actor;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::policy::role_not_allowed;
use crate::live::room::room_id_fault;
use crate::live::ticket::Role;
use crate::live::time::UnixMs;
use crate::vendor::zego::login_token;
use crate::vendor::zego::privileges::Privileges;
use crate::vendor::zego::token03::{self, Claims03};
use crate::vendor::zego::token04::{self, Claims04};

/// Which token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Login token 01, of the LiveRoom SDK.
    V01,
    /// Token 03.
    V03,
    /// Token 04, sealed in CBC.
    V04,
    /// Token 04, sealed in GCM.
    V04Gcm,
}

impl Version {
    /// The words, oldest first.
    pub const WORDS: [&'static str; 4] = ["01", "03", "04", "04-gcm"];

    /// The word in JSON and in the configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Self::V01 => "01",
            Self::V03 => "03",
            Self::V04 => "04",
            Self::V04Gcm => "04-gcm",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::V01, Self::V03, Self::V04, Self::V04Gcm].into_iter().find(|version| version.word() == word)
    }

    /// The kind in the ledger.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::V01 => "zego-01",
            Self::V03 => "zego-03",
            Self::V04 => "zego-04",
            Self::V04Gcm => "zego-04-gcm",
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct TokenAsk<'a> {
    /// Which token.
    pub version: Version,
    /// Which app.
    pub app_id: Option<u32>,
    /// The only room; 03 needs one, 01 knows none.
    pub room_id: Option<&'a str>,
    /// Log in and publish, as asked.
    pub powers: Option<Powers>,
    /// The only streams that may be published.
    pub stream_ids: &'a [String],
    /// The life asked for.
    pub ttl_seconds: Option<i64>,
}

/// What a token allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Powers {
    /// Log in to the room.
    pub login: bool,
    /// Publish.
    pub publish: bool,
}

impl Powers {
    /// What a role needs.
    pub const fn of(role: Role) -> Self {
        Self { login: true, publish: role.publishes() }
    }

    fn words(self) -> String {
        let words = [("login", self.login), ("publish", self.publish)];
        words.iter().filter(|(_, has)| *has).map(|(word, _)| *word).collect::<Vec<_>>().join(",")
    }
}

/// A token and what it says.
#[derive(Clone)]
pub struct Token {
    /// The token.
    pub token: String,
    /// Which app.
    pub app_id: u32,
    /// When it ends.
    pub expires_at: UnixMs,
}

/// Gives a token.
pub async fn give(app: &App, actor: &Actor, ask: &TokenAsk<'_>) -> Result<Token, Fault> {
    let signer = app.zego_signer(ask.app_id)?;
    let bounds = match ask.version {
        Version::V01 => app.config.policy.zego_login_seconds,
        _ => app.config.policy.zego_token_seconds,
    };
    let span = Span::of(app, bounds, ask.ttl_seconds)?;
    // Version 01 names no room: a room beside it binds nothing, and is not looked at.
    let room_id = ask.room_id.filter(|_| ask.version != Version::V01);
    let powers = granted(app, actor, signer.app_id, room_id, ask.powers).await?;
    count(app, &actor.user_id, room_id).await?;
    let (token, key) = {
        let claims = Claims { user_id: &actor.user_id, room_id, powers, stream_ids: ask.stream_ids };
        sign(app, signer, ask.version, &claims, span)?
    };
    let given = Given {
        kind: ask.version.kind(),
        provider: Provider::Zego,
        app: signer.app_id.to_string(),
        actor,
        room_id,
        powers: powers.map(Powers::words).unwrap_or_default(),
        key,
        issued_at: span.from,
        expires_at: span.end(),
    };
    keep(app, &given).await?;
    Ok(Token { token, app_id: signer.app_id, expires_at: span.end() })
}

/// The powers that go into the token; none for a token that says only who one is.
async fn granted(
    app: &App,
    actor: &Actor,
    app_id: u32,
    room_id: Option<&str>,
    asked: Option<Powers>,
) -> Result<Option<Powers>, Fault> {
    let Some(room_id) = room_id else {
        // Publishing anywhere is more than any room can grant.
        if asked.is_some_and(|powers| powers.publish) && !actor.may_ask_any_role() {
            return Err(role_not_allowed());
        }
        return Ok(asked);
    };
    if let Some(fault) = room_id_fault(Provider::Zego, room_id) {
        return Err(fault);
    }
    let standing = standing(app, actor, Provider::Zego, &app_id.to_string(), room_id).await?;
    match asked {
        Some(powers) if powers.publish => standing.allows(Role::Cohost).map(|()| Some(powers)),
        Some(powers) => Ok(Some(powers)),
        None => Ok(Some(Powers::of(standing.best()))),
    }
}

/// What a token says beside its app and life.
#[derive(Clone, Debug)]
pub struct Claims<'a> {
    /// Whose it is.
    pub user_id: &'a str,
    /// The only room.
    pub room_id: Option<&'a str>,
    /// None: it says only who one is.
    pub powers: Option<Powers>,
    /// The only streams.
    pub stream_ids: &'a [String],
}

/// Signs, for calls and tickets whose powers are decided; answers the token and the place of its key.
pub fn sign<'a>(
    app: &App,
    signer: &'a ZegoSigner,
    version: Version,
    claims: &Claims<'_>,
    span: Span,
) -> Result<(String, &'a str), Fault> {
    let (created, expires) = (span.from.seconds(), span.end().seconds());
    if version == Version::V01 {
        let (key, place) = signer.app_keys.need(span.from, "zego app_key")?;
        let nonce = login_token::nonce_from(app.nonce_bytes());
        return Ok((login_token::login_token(key, signer.app_id, claims.user_id, &nonce, expires), place));
    }
    let (secret, place) = signer.server_secrets.need(span.from, "zego server_secret")?;
    let nonce = i32::from_be_bytes(app.nonce_bytes()) & i32::MAX;
    let room_id = claims.room_id.unwrap_or_default();
    let token = if version == Version::V03 {
        let powers = claims.powers.unwrap_or(Powers { login: true, publish: false });
        let claims = Claims03 {
            app_id: signer.app_id,
            room_id,
            user_id: claims.user_id,
            login: powers.login,
            publish: powers.publish,
            created,
            expires,
            nonce: i64::from(nonce),
        };
        token03::issue(secret, &claims, &app.nonce_bytes())
    } else {
        let bound = claims.powers.map(|powers| Privileges {
            room_id: room_id.to_owned(),
            login: powers.login,
            publish: powers.publish,
            stream_ids: claims.stream_ids.to_vec(),
        });
        let payload = bound.map(|privileges| privileges.payload()).unwrap_or_default();
        let claims = Claims04 { app_id: signer.app_id, user_id: claims.user_id, created, expires, nonce, payload: &payload };
        match version {
            Version::V04Gcm => token04::issue_gcm(secret, &claims, &app.random_bytes()),
            _ => token04::issue_cbc(secret, &claims, &app.nonce_bytes()),
        }
    };
    token.map(|token| (token, place)).map_err(|why| unsigned(&why))
}
