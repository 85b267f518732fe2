//! Addresses of Tencent Cloud Streaming: whoever holds a push address can push, so it is a credential.

use super::{Span, count, known_room, life, unsigned};
use crate::app::App;
use crate::app::ledger::{Given, keep};
use crate::app::signers::{CssSigner, off};
use crate::live::caller::Actor;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::policy::{Standing, css_stream_parts};
use crate::live::ticket::Role;
use crate::live::time::UnixMs;
use crate::vendor::css::name::Place;
use crate::vendor::css::play_url::{PlayUrls, play_urls};
use crate::vendor::css::push_url::{PushUrls, push_urls};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct UrlsAsk {
    /// Which domain pair.
    pub name: Option<String>,
    /// Which stream.
    pub stream_id: String,
    /// The life asked for.
    pub ttl_seconds: Option<i64>,
    /// Or the end asked for.
    pub expires_at: Option<UnixMs>,
}

/// Addresses of one stream.
#[derive(Clone)]
pub struct Urls {
    /// The domain pair.
    pub name: String,
    /// To push to, or the word that says why not.
    pub push: Result<PushUrls, &'static str>,
    /// To play from.
    pub play: PlayUrls,
    /// When they end.
    pub expires_at: UnixMs,
}

/// Gives addresses: everyone plays; the stream's own user pushes while owner or cohost of its room.
pub async fn give(app: &App, actor: &Actor, ask: UrlsAsk) -> Result<Urls, Fault> {
    let signer = app.css_signer(ask.name.as_deref())?;
    let bounds = app.config.policy.css_url_seconds;
    let span = match ask.expires_at {
        None => Span::of(app, bounds, ask.ttl_seconds)?,
        Some(end) => Span { from: app.now(), life: life(bounds).until(app.now(), end)? },
    };
    let parts = css_stream_parts(&ask.stream_id);
    let room_id = parts.map(|(room_id, _)| room_id);
    let room = match room_id {
        Some(room_id) => known_room(app, Provider::Css, &signer.name, room_id).await?,
        None => None,
    };
    let standing = Standing::direct(actor, room.as_ref())?;
    let own = parts.is_some_and(|(_, user)| user == actor.user_id) || actor.may_ask_any_role();
    let may_push = match standing.allows(Role::Cohost) {
        _ if signer.push_keys.signing(span.from).is_none() => Err("provider_off"),
        Ok(()) if own => Ok(()),
        Ok(()) => Err("role_not_allowed"),
        Err(fault) => Err(fault.code),
    };
    count(app, &actor.user_id, room_id).await?;
    let play = sign_play(signer, &ask.stream_id, span)?;
    let push = match may_push {
        Err(reason) => Err(reason),
        Ok(()) => {
            let (urls, key) = sign_push(signer, &ask.stream_id, span, &[])?;
            let powers = format!("push {}", ask.stream_id);
            keep(app, &given(signer, actor, room_id, powers, key, span)).await?;
            Ok(urls)
        }
    };
    if push.is_err() {
        let key = signer.play_keys.signing(span.from).map_or("", |(_, place)| place);
        keep(app, &given(signer, actor, room_id, format!("play {}", ask.stream_id), key, span)).await?;
    }
    Ok(Urls { name: signer.name.clone(), push, play, expires_at: span.end() })
}

fn given<'a>(
    signer: &CssSigner,
    actor: &'a Actor,
    room_id: Option<&'a str>,
    powers: String,
    key: &'a str,
    span: Span,
) -> Given<'a> {
    Given {
        kind: "css-urls",
        provider: Provider::Css,
        app: signer.name.clone(),
        actor,
        room_id,
        powers,
        key,
        issued_at: span.from,
        expires_at: span.end(),
    }
}

/// Signs push addresses; `extra` parameters come back in callbacks. Answers them and the place of their key.
pub fn sign_push<'a>(
    signer: &'a CssSigner,
    stream_id: &str,
    span: Span,
    extra: &[(&str, &str)],
) -> Result<(PushUrls, &'a str), Fault> {
    let (key, place) = signer.push_keys.need(span.from, "css push_key")?;
    let stream = Place::new(&signer.push_domain, &signer.app_name, stream_id).map_err(|why| unsigned(&why))?;
    push_urls(key, stream, span.end().seconds(), extra).map(|urls| (urls, place)).map_err(|why| unsigned(&why))
}

/// Signs play addresses; without a play key they are plain.
pub fn sign_play(signer: &CssSigner, stream_id: &str, span: Span) -> Result<PlayUrls, Fault> {
    let key = match signer.play_keys.is_empty() {
        true => None,
        false => Some(signer.play_keys.need(span.from, "css play_key")?.0),
    };
    if signer.play_domain.is_empty() {
        return Err(off("css play_domain"));
    }
    let stream = Place::new(&signer.play_domain, &signer.app_name, stream_id).map_err(|why| unsigned(&why))?;
    play_urls(key, stream, span.end().seconds()).map_err(|why| unsigned(&why))
}
