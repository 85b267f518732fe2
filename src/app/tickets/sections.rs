//! The provider's section of a ticket. Each credential in it is written to the ledger.

use crate::app::App;
use crate::app::credentials::css::{sign_play, sign_push};
use crate::app::credentials::trtc::{Room as MapRoom, sign_map_key, sign_user_sig};
use crate::app::credentials::voip::sign_join;
use crate::app::credentials::zego::{self, Claims, Powers, Version};
use crate::app::credentials::{Span, VOIP_USED_WITHIN};
use crate::app::ledger::{self, Given};
use crate::live::caller::Actor;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::policy::{css_stream_id, trtc_privileges};
use crate::live::room::{Audio, Room, numeric_room, record_number};
use crate::live::ticket::{
    CssClient, CssSection, Player, Pusher, Role, Section, TrtcClient, TrtcSection, VoipSection, WebrtcRoom, ZegoClient,
    ZegoConfig, ZegoLogin, ZegoSection,
};
use crate::live::time::UnixMs;
use crate::vendor::trtc::room_url::{Entry, push_url_prefix, push_url_suffix, roomsig_request};
use serde_json::json;

/// What a section is made from; powers are decided.
pub(super) struct Wanted<'a> {
    pub(super) app: &'a App,
    pub(super) actor: &'a Actor,
    pub(super) room: &'a Room,
    pub(super) role: Role,
    pub(super) nickname: String,
}

impl Wanted<'_> {
    /// The section, and when the first credential in it ends.
    pub(super) async fn section(&self) -> Result<(Section, UnixMs), Fault> {
        match self.room.provider {
            Provider::Zego => self.zego().await,
            Provider::Trtc => self.trtc().await,
            Provider::Css => self.css().await,
            Provider::Voip => self.voip().await,
        }
    }

    async fn zego(&self) -> Result<(Section, UnixMs), Fault> {
        let (app, room, user_id) = (self.app, self.room, self.actor.user_id.as_str());
        let app_id = room.app.parse().ok();
        let config = app.which_zego(app_id)?;
        let signer = app.zego_signer(app_id)?;
        // Without an app key only tokens of the newer kind can be made.
        let default = if signer.app_keys.is_empty() { "04" } else { "01" };
        let version =
            config.token.as_deref().and_then(Version::from_word).or(Version::from_word(default)).unwrap_or(Version::V01);
        let policy = &app.config.policy;
        let bounds = if version == Version::V01 { policy.zego_login_seconds } else { policy.zego_token_seconds };
        let span = Span::of(app, bounds, None)?;
        let stream_id = self.role.publishes().then(|| css_stream_id(&room.room_id, user_id));
        let powers = Powers::of(self.role);
        let claims = Claims { user_id, room_id: Some(&room.room_id), powers: Some(powers), stream_ids: stream_id.as_slice() };
        let (token, key) = zego::sign(app, signer, version, &claims, span)?;
        self.keep(version.kind(), if powers.publish { "login,publish" } else { "login" }, key, span.end()).await?;
        let client = ZegoClient {
            config: ZegoConfig {
                appid: signer.app_id,
                id_name: user_id.to_owned(),
                nick_name: self.nickname.clone(),
                server: config.server.clone().unwrap_or_default(),
                log_url: config.log_url.clone().unwrap_or_default(),
                log_level: 1,
                remote_log_level: 1,
                audience_create_room: false,
            },
            login: ZegoLogin {
                room_id: room.room_id.clone(),
                role: if self.role == Role::Host { 1 } else { 2 },
                token: token.clone(),
            },
            publish_stream_id: stream_id.clone(),
            anchor_id: room.owner_id.clone().unwrap_or_default(),
        };
        let token_version = version.word().to_owned();
        Ok((Section::Zego(ZegoSection { app_id: signer.app_id, token, token_version, stream_id, client }), span.end()))
    }

    async fn trtc(&self) -> Result<(Section, UnixMs), Fault> {
        let (app, room, user_id) = (self.app, self.room, self.actor.user_id.as_str());
        let signer = app.trtc_signer(room.app.parse().ok())?;
        let policy = &app.config.policy;
        let login = Span::of(app, policy.user_sig_seconds, None)?;
        let enter = Span::of(app, policy.private_map_key_seconds, None)?;
        let number = numeric_room(&room.room_id);
        let map_room = number.map_or_else(|| MapRoom::Text(room.room_id.clone()), MapRoom::Number);
        let privileges = trtc_privileges(self.role);
        let (user_sig, _, login_key) = sign_user_sig(signer, user_id, login)?;
        let (private_map_key, enter_key) = sign_map_key(signer, user_id, &map_room, privileges, enter)?;
        self.keep("user-sig", "", login_key, login.end()).await?;
        self.keep("private-map-key", &privileges.to_string(), enter_key, enter.end()).await?;
        let sdk_app_id = signer.sdk_app_id;
        let record_id = room.record_id().and_then(record_number);
        let pure_audio_push_mod = room.audio.map(Audio::pure_audio_push_mod);
        let client = number.map(|room_id| {
            let entry = Entry { sdk_app_id, user_id, room_id, user_sig: &user_sig, private_map_key: &private_map_key };
            TrtcClient {
                webrtc_room: WebrtcRoom {
                    sdk_app_id,
                    user_id: user_id.to_owned(),
                    user_sig: user_sig.clone(),
                    room_id,
                    private_map_key: private_map_key.clone(),
                    record_id,
                    pure_audio_push_mod,
                },
                roomsig: json!(roomsig_request(entry, true)),
                push_url_prefix: push_url_prefix(sdk_app_id, room_id, user_id),
                push_url_suffix: push_url_suffix(record_id, pure_audio_push_mod),
            }
        });
        let section = TrtcSection { sdk_app_id, user_sig, private_map_key, privileges, client };
        Ok((Section::Trtc(section), login.end().min(enter.end())))
    }

    async fn css(&self) -> Result<(Section, UnixMs), Fault> {
        let (app, room, user_id) = (self.app, self.room, self.actor.user_id.as_str());
        let signer = app.css_signer(Some(&room.app))?;
        let span = Span::of(app, app.config.policy.css_url_seconds, None)?;
        let host = room.owner_id.as_deref().unwrap_or(user_id);
        let play = sign_play(signer, &css_stream_id(&room.room_id, host), span)?;
        let play_key = signer.play_keys.signing(span.from).map_or("", |(_, place)| place);
        self.keep("css-urls", "play", play_key, span.end()).await?;
        let own = css_stream_id(&room.room_id, user_id);
        let push = if self.role.publishes() {
            // The record id travels with the push and comes back in every callback about it.
            let record = room.record_id().map(|record_id| ("userdefinerecordid", record_id));
            let (urls, key) = sign_push(signer, &own, span, record.as_slice())?;
            self.keep("css-urls", &format!("push {own}"), key, span.end()).await?;
            Some(urls)
        } else {
            None
        };
        let client = CssClient {
            pusher: push.as_ref().map(|urls| Pusher { url: urls.rtmp.clone(), mode: "HD" }),
            player: Player { src: play.flv.clone(), mode: "live", min_cache: 1, max_cache: 3 },
        };
        let section = CssSection {
            name: signer.name.clone(),
            stream_id: push.is_some().then_some(own),
            push: push.map(|urls| json!({ "rtmp": urls.rtmp, "webrtc": urls.webrtc, "srt": urls.srt })),
            play: json!({ "rtmp": play.rtmp, "flv": play.flv, "hls": play.hls, "webrtc": play.webrtc }),
            client,
        };
        Ok((Section::Css(section), span.end()))
    }

    async fn voip(&self) -> Result<(Section, UnixMs), Fault> {
        let room_type = if self.room.audio.is_some() { "voice" } else { "video" };
        let (signed, key) = sign_join(self.app, &self.actor.user_id, &self.room.room_id, room_type).await?;
        let end = self.app.now().plus_seconds(VOIP_USED_WITHIN);
        self.keep("voip-signature", room_type, key, end).await?;
        let section = VoipSection {
            app_id: signed.app_id,
            group_id: self.room.room_id.clone(),
            signature: signed.client.join.signature.clone(),
            client: signed.client,
        };
        Ok((Section::Voip(section), end))
    }

    async fn keep(&self, kind: &'static str, powers: &str, key: &str, expires_at: UnixMs) -> Result<(), Fault> {
        let given = Given {
            kind,
            provider: self.room.provider,
            app: self.room.app.clone(),
            actor: self.actor,
            room_id: Some(&self.room.room_id),
            powers: powers.to_owned(),
            key,
            issued_at: self.app.now(),
            expires_at,
        };
        ledger::keep(self.app, &given).await
    }
}
