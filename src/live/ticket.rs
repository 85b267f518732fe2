//! A ticket: all that a client needs to enter one room once. `client` objects are spelled and typed as the pages' code takes
//! them (zego.md 2, tencent.md 5, wechat.md 2); a wrong type there is the usual reason for a silent time-out.

use super::event::Provider;
use super::time::{UnixMs, rfc3339};
use serde::Serialize;
use serde_json::Value;

/// What someone is in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Owns the broadcast.
    Host,
    /// On stage with the host (连麦).
    Cohost,
    /// Watches.
    Viewer,
}

impl Role {
    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "host" => Some(Self::Host),
            "cohost" => Some(Self::Cohost),
            "viewer" => Some(Self::Viewer),
            _ => None,
        }
    }

    /// True for whoever may publish.
    pub const fn publishes(self) -> bool {
        matches!(self, Self::Host | Self::Cohost)
    }
}

/// The ticket.
#[derive(Clone, Debug, Serialize)]
pub struct Ticket {
    /// The room.
    pub room_id: String,
    /// The user.
    pub user_id: String,
    /// What the user is in it.
    pub role: Role,
    /// Who carries the media.
    pub provider: Provider,
    /// When the first credential in it expires.
    #[serde(serialize_with = "rfc3339")]
    pub expires_at: UnixMs,
    /// When to ask for the next.
    #[serde(serialize_with = "rfc3339")]
    pub refresh_after: UnixMs,
    /// The same from now.
    pub refresh_after_seconds: i64,
    /// The opening's record id; a number when it is one the vendors' clients take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_id: Option<Value>,
    /// The provider's section.
    #[serde(flatten)]
    pub section: Section,
}

/// One section, named after the provider.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// ZEGO.
    Zego(ZegoSection),
    /// Tencent RTC.
    Trtc(TrtcSection),
    /// Tencent Cloud Streaming.
    Css(CssSection),
    /// WeChat voip-room.
    Voip(VoipSection),
}

/// For the ZEGO client.
#[derive(Clone, Debug, Serialize)]
pub struct ZegoSection {
    /// App id.
    pub app_id: u32,
    /// Login token.
    pub token: String,
    /// `01`, `04` or `04-gcm`.
    pub token_version: String,
    /// The stream to publish, with publish power only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// As the page's code takes it.
    pub client: ZegoClient,
}

/// `ZegoClient` and `login` of jZego.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ZegoClient {
    /// `client.config(...)`.
    pub config: ZegoConfig,
    /// `client.login(...)`.
    pub login: ZegoLogin,
    /// `client.startPublishingStream(...)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_stream_id: Option<String>,
    /// Whose broadcast it is.
    pub anchor_id: String,
}

/// Config of jZego: `appid` must be a number and `idName` a text.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ZegoConfig {
    /// App id.
    pub appid: u32,
    /// User id.
    pub id_name: String,
    /// Shown name.
    pub nick_name: String,
    /// The SDK's server address.
    pub server: String,
    /// The SDK's log address.
    pub log_url: String,
    /// 0 debug, 1 info, 2 warn, 3 error.
    pub log_level: u8,
    /// The same for what is sent to ZEGO.
    pub remote_log_level: u8,
    /// Whether an audience login may make the room.
    pub audience_create_room: bool,
}

/// Arguments of login.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ZegoLogin {
    /// The room.
    pub room_id: String,
    /// 1 anchor, 2 audience.
    pub role: u8,
    /// Login token.
    pub token: String,
}

/// For webrtc-room and the TRTC SDKs.
#[derive(Clone, Debug, Serialize)]
pub struct TrtcSection {
    /// SDKAppID.
    pub sdk_app_id: u32,
    /// Login credential.
    pub user_sig: String,
    /// Room credential.
    pub private_map_key: String,
    /// What it allows.
    pub privileges: u32,
    /// As the page's code takes it; none for text rooms, which webrtc-room cannot enter.
    pub client: Option<TrtcClient>,
}

/// Properties of `webrtc-room`, and the parts of its push URL.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrtcClient {
    /// Properties of the component.
    pub webrtc_room: WebrtcRoom,
    /// The request for roomsig, made by the phone and never by us.
    pub roomsig: Value,
    /// Before the percent-encoded roomsig.
    pub push_url_prefix: String,
    /// After it.
    pub push_url_suffix: String,
}

/// Properties of `webrtc-room`.
#[derive(Clone, Debug, Serialize)]
pub struct WebrtcRoom {
    /// SDKAppID, a number.
    #[serde(rename = "sdkAppID")]
    pub sdk_app_id: u32,
    /// User id.
    #[serde(rename = "userID")]
    pub user_id: String,
    /// Login credential.
    #[serde(rename = "userSig")]
    pub user_sig: String,
    /// Room, a number.
    #[serde(rename = "roomID")]
    pub room_id: u32,
    /// Room credential.
    #[serde(rename = "privateMapKey")]
    pub private_map_key: String,
    /// Record id, a number.
    #[serde(rename = "recordId", skip_serializing_if = "Option::is_none")]
    pub record_id: Option<u32>,
    /// 1 audio only, 2 audio only and mp3.
    #[serde(rename = "pureAudioPushMod", skip_serializing_if = "Option::is_none")]
    pub pure_audio_push_mod: Option<u8>,
}

/// For live-pusher and live-player.
#[derive(Clone, Debug, Serialize)]
pub struct CssSection {
    /// The configured name.
    pub name: String,
    /// The stream to publish, with publish power only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// Push addresses, with publish power only.
    pub push: Option<Value>,
    /// Play addresses of the host's stream.
    pub play: Value,
    /// As the page's code takes it.
    pub client: CssClient,
}

/// Properties of the two components.
#[derive(Clone, Debug, Serialize)]
pub struct CssClient {
    /// live-pusher.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pusher: Option<Pusher>,
    /// live-player.
    pub player: Player,
}

/// live-pusher.
#[derive(Clone, Debug, Serialize)]
pub struct Pusher {
    /// Push address.
    pub url: String,
    /// `SD`, `HD`, `FHD`.
    pub mode: &'static str,
}

/// live-player; it takes rtmp and flv, never hls.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Player {
    /// Play address.
    pub src: String,
    /// `live`.
    pub mode: &'static str,
    /// Seconds.
    pub min_cache: u8,
    /// Seconds.
    pub max_cache: u8,
}

/// For `wx.joinVoIPChat`.
#[derive(Clone, Debug, Serialize)]
pub struct VoipSection {
    /// The mini program.
    pub app_id: String,
    /// The room.
    pub group_id: String,
    /// Signature.
    pub signature: String,
    /// As the page's code takes it.
    pub client: VoipClient,
}

/// Arguments of `wx.joinVoIPChat`, and who one is inside.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VoipClient {
    /// Arguments.
    #[serde(rename = "joinVoIPChat")]
    pub join: JoinVoip,
    /// For `voip-room mode="camera"`; none where we never saw the openid.
    pub self_open_id: Option<String>,
}

/// Arguments of `wx.joinVoIPChat`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JoinVoip {
    /// `voice` or `video`.
    pub room_type: String,
    /// Signature.
    pub signature: String,
    /// Nonce.
    pub nonce_str: String,
    /// Seconds, a number.
    pub time_stamp: i64,
    /// The room.
    pub group_id: String,
}

/// The record id as tickets carry it: a JSON number when it is canonical and fits int32, else text.
pub fn record_id_value(record_id: &str) -> Value {
    super::room::record_number(record_id).map_or_else(|| record_id.into(), Value::from)
}

/// When to ask for the next ticket: after four fifths of the shortest life in it.
pub fn refresh_after(now: UnixMs, expires_at: UnixMs) -> UnixMs {
    UnixMs(now.0 + (expires_at.0 - now.0).max(0) / 5 * 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_ids_are_numbers_only_when_the_clients_take_them_so() {
        assert_eq!(record_id_value("43567"), 43567);
        for text in ["0", "007", "2147483648", "show-1"] {
            assert_eq!(record_id_value(text), text);
        }
    }

    #[test]
    fn a_section_is_named_after_its_provider_and_typed_as_the_client_takes_it() {
        let join = JoinVoip {
            room_type: "video".into(),
            signature: "s".into(),
            nonce_str: "n".into(),
            time_stamp: 1_700_000_000,
            group_id: "g".into(),
        };
        let section = Section::Voip(VoipSection {
            app_id: "wx".into(),
            group_id: "g".into(),
            signature: "s".into(),
            client: VoipClient { join, self_open_id: None },
        });
        let json = serde_json::to_value(&section).unwrap();
        assert_eq!(json["voip"]["client"]["joinVoIPChat"]["timeStamp"], 1_700_000_000);
    }
}
