//! The query text of a push, as callbacks bring it back in `stream_param` (`tencent.md` section 8.1).

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

/// Standard base64; the padding may be missing, since `=` is often lost in query texts.
const LENIENT: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// What a stream's query text tells. Ids stay text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamParam {
    /// What ties a recording to a record id: `userdefinerecordid` if not empty, else `cliRecoId` if not zero.
    pub record_id: Option<String>,
    /// `cliRecoId`, the whole number a webrtc-room was given as `recordId`; 0 means none.
    pub cli_record_id: Option<String>,
    /// `userdefinerecordid`.
    pub user_define_record_id: Option<String>,
    /// The user, decoded from base64; none when that fails.
    pub user_id: Option<String>,
    /// `userid` as it stood, percent-decoded only.
    pub user_id_raw: Option<String>,
    /// `groupid`: the number passed at entry.
    pub group_id: Option<String>,
    /// `roomid`: may be an internal id.
    pub room_id: Option<String>,
    /// `sdkappid` of the RTC app the stream was relayed from.
    pub sdk_app_id: Option<String>,
    /// True for `from=interactive`: relayed from an RTC room.
    pub interactive: bool,
}

impl StreamParam {
    /// Reads the text: split on `&`, each at its first `=`, percent-decoded, the first value of a name wins, and `+` stays
    /// `+` (it is base64). Never fails: what cannot be read is absent (`tencent.md` section 8.1).
    pub fn parse(text: &str) -> Self {
        let value = |name: &str| first_value(text, name).filter(|v| !v.is_empty());
        let cli_record_id = value("cliRecoId").and_then(|v| v.parse::<i64>().ok()).filter(|n| *n != 0).map(|n| n.to_string());
        let user_define_record_id = value("userdefinerecordid");
        let user_id_raw = value("userid");
        Self {
            record_id: user_define_record_id.clone().or_else(|| cli_record_id.clone()),
            cli_record_id,
            user_define_record_id,
            user_id: user_id_raw.as_deref().and_then(decode_user),
            user_id_raw,
            group_id: value("groupid"),
            room_id: value("roomid"),
            sdk_app_id: value("sdkappid"),
            interactive: value("from").as_deref() == Some("interactive"),
        }
    }

    /// The RTC room a relayed stream comes from; `groupid` first, because `roomid` may be Tencent's own number.
    pub fn room(&self) -> Option<&str> {
        self.group_id.as_deref().or(self.room_id.as_deref())
    }
}

fn first_value(text: &str, wanted: &str) -> Option<String> {
    text.split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find(|(name, _)| decode(name) == wanted)
        .map(|(_, v)| decode(v))
}

/// Text that is not UTF-8 after decoding stays as it was sent.
fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

fn decode_user(raw: &str) -> Option<String> {
    let bytes = LENIENT.decode(raw).ok()?;
    String::from_utf8(bytes).ok().filter(|user| !user.is_empty() && !user.chars().any(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::css::vectors::of_kind;

    #[test]
    fn every_vector_is_read_as_expected() {
        for v in of_kind("stream_param") {
            let got = StreamParam::parse(v["stream_param"].as_str().unwrap());
            assert_eq!(got.cli_record_id.as_deref(), v["expect"]["record_id"].as_str(), "{}", v["id"]);
            assert_eq!(got.user_define_record_id.as_deref(), v["expect"]["user_define_record_id"].as_str(), "{}", v["id"]);
            assert_eq!(got.user_id.as_deref(), v["expect"]["user_id"].as_str(), "{}", v["id"]);
        }
    }

    #[test]
    fn the_text_id_comes_before_the_number_and_zero_is_none() {
        assert_eq!(StreamParam::parse("cliRecoId=7&userdefinerecordid=a").record_id.as_deref(), Some("a"));
        assert_eq!(StreamParam::parse("cliRecoId=7&userdefinerecordid=").record_id.as_deref(), Some("7"));
        assert_eq!(StreamParam::parse("cliRecoId=0").record_id, None);
        assert_eq!(StreamParam::parse("cliRecoId=x").record_id, None);
    }

    #[test]
    fn the_first_value_wins_and_a_plus_is_no_space() {
        // `>>>` is `Pj4+` in base64.
        let got = StreamParam::parse("userid=Pj4+&userid=eA==&groupid=&roomid=9");
        assert_eq!(got.user_id.as_deref(), Some(">>>"));
        assert_eq!(got.room(), Some("9"));
        assert_eq!(StreamParam::parse("userid=eGlhb21pbmc").user_id.as_deref(), Some("xiaoming"));
        assert_eq!(StreamParam::parse("userid=%ff&userid=x").user_id, None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_stumble(text in ".{0,200}") {
            let _ = StreamParam::parse(&text);
        }
    }
}
