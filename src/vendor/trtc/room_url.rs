//! What a phone needs to enter a webrtc-room by itself (`tencent.md` section 5): the roomsig request and the `room://` address.
//!
//! The phone itself must send the request: sent from a server, Tencent routes the media to the wrong place.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What JavaScript's encodeURIComponent leaves as it is, besides letters and digits.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The host that the component uses by default, and the one for `useCloud = false`.
const CLOUD: &str = "https://official.opensso.tencent-cloud.com";
const OLD_CLOUD: &str = "https://yun.tim.qq.com";

/// The request as `wx.request` takes it. It holds credentials, so it has no Debug.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct RoomSigRequest {
    /// Address with the userSig in its query.
    pub url: String,
    /// Always `POST`.
    pub method: &'static str,
    /// The JSON body, with the privateMapKey.
    pub data: Value,
}

/// Who enters which room, and with what.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    /// SDKAppID.
    pub sdk_app_id: u32,
    /// The user, `[A-Za-z0-9_-]{1,32}`.
    pub user_id: &'a str,
    /// The numeric room; webrtc-room knows no text rooms.
    pub room_id: u32,
    /// The user's userSig.
    pub user_sig: &'a str,
    /// The user's privateMapKey for this room.
    pub private_map_key: &'a str,
}

/// Builds the roomsig request (`tencent.md` section 5). `use_cloud` is the component's property of that name, true by default.
pub fn roomsig_request(entry: Entry<'_>, use_cloud: bool) -> RoomSigRequest {
    let host = if use_cloud { CLOUD } else { OLD_CLOUD };
    let url = format!(
        "{host}/v4/openim/jsonvideoapp?sdkappid={}&identifier={}&usersig={}&random=9999&contenttype=json",
        entry.sdk_app_id,
        encode_component(entry.user_id),
        encode_component(entry.user_sig),
    );
    let data = json!({
        "ReqHead": { "Cmd": 1, "SeqNo": 1, "BusType": 7, "GroupId": entry.room_id },
        "ReqBody": { "PrivMapEncrypt": entry.private_map_key, "TerminalType": 1, "FromType": 3, "SdkVersion": 26_280_566 },
    });
    RoomSigRequest { url, method: "POST", data }
}

/// The address up to and with `roomsig=`; the phone appends encodeURIComponent of the answer's RspBody as JSON text.
pub fn push_url_prefix(sdk_app_id: u32, room_id: u32, user_id: &str) -> String {
    format!("room://cloud.tencent.com?sdkappid={sdk_app_id}&roomid={room_id}&userid={}&roomsig=", encode_component(user_id))
}

/// What follows the roomsig: the `bizbuf`, or nothing when neither is set. `record_id` 0 means none, like None;
/// `pure_audio_push_mod` 1 pushes audio only, 2 also records mp3, 0 is none (`tencent.md` section 5).
pub fn push_url_suffix(record_id: Option<u32>, pure_audio_push_mod: Option<u8>) -> String {
    let mut params = Map::new();
    // The component's order.
    if let Some(mode) = pure_audio_push_mod.filter(|mode| *mode != 0) {
        params.insert("pure_audio_push_mod".to_owned(), mode.into());
    }
    if let Some(id) = record_id.filter(|id| *id != 0) {
        params.insert("record_id".to_owned(), id.into());
    }
    if params.is_empty() {
        return String::new();
    }
    format!("&bizbuf={}", encode_component(&json!({ "Str_uc_params": params }).to_string()))
}

/// The whole address as the component makes it from the answer's RspBody, for checks and for debugging (`tencent.md` section 5).
pub fn push_url(prefix: &str, rsp_body: &Value, suffix: &str) -> String {
    format!("{prefix}{}{suffix}", encode_component(&rsp_body.to_string()))
}

/// The same as JavaScript's encodeURIComponent.
pub fn encode_component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::css::vectors::of_kind;

    #[test]
    fn every_request_and_address_equals_the_official_components() {
        for v in of_kind("roomsig_request") {
            let input = &v["input"];
            let text = |name: &str| input[name].as_str().unwrap();
            let number = |name: &str| input[name].as_u64().and_then(|n| u32::try_from(n).ok());
            let entry = Entry {
                sdk_app_id: number("sdkAppID").unwrap(),
                user_id: text("userID"),
                room_id: number("roomID").unwrap(),
                user_sig: text("userSig"),
                private_map_key: text("privateMapKey"),
            };
            let request = roomsig_request(entry, input["useCloud"].as_bool().unwrap_or(true));
            assert_eq!(request.url, v["request"]["url"], "{}", v["id"]);
            assert_eq!(request.method, v["request"]["method"]);
            assert_eq!(request.data.to_string(), v["request"]["body"].to_string());

            let prefix = push_url_prefix(entry.sdk_app_id, entry.room_id, entry.user_id);
            let audio = number("pureAudioPushMod").and_then(|n| u8::try_from(n).ok());
            let suffix = push_url_suffix(number("recordId"), audio);
            assert_eq!(push_url(&prefix, &v["response"]["RspBody"], &suffix), v["push_url"], "{}", v["id"]);
        }
    }

    #[test]
    fn zero_means_no_record_id_and_no_audio_mode() {
        assert_eq!(push_url_suffix(Some(0), Some(0)), "");
        assert_eq!(push_url_suffix(None, None), "");
    }

    #[test]
    fn components_are_encoded_as_javascript_does() {
        assert_eq!(encode_component("aZ9-_.!~*'()"), "aZ9-_.!~*'()");
        assert_eq!(
            encode_component(" \"#$%&+,/:;<=>?@[\\]^`{|}流"),
            "%20%22%23%24%25%26%2B%2C%2F%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E%60%7B%7C%7D%E6%B5%81"
        );
    }
}
