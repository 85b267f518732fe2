//! Signed addresses to push to (`tencent.md` section 7).

use super::name::{Place, UrlError};
use super::tx_secret::Signature;
use crate::secret::Secret;

/// SRT has its own port at Tencent.
const SRT_PORT: u16 = 9000;

/// The addresses of one push. Whoever holds one can push, so they are credentials: no Debug, no log.
#[derive(Clone, PartialEq, Eq)]
pub struct PushUrls {
    /// For live-pusher, OBS and the like.
    pub rtmp: String,
    /// For browsers.
    pub webrtc: String,
    /// For encoders on bad networks.
    pub srt: String,
}

impl std::fmt::Debug for PushUrls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushUrls(…)")
    }
}

/// Signs the push addresses of one stream with the push key (`tencent.md` section 7).
///
/// `expires` in Unix seconds: a push that runs goes on past it, a reconnect does not. `extra` parameters come back in the
/// callbacks' `stream_param` (e.g. `userdefinerecordid`); values are percent-encoded.
///
/// # Errors
/// [`UrlError`] for an extra parameter that is no name or is the signature's own, and for an expiry before 1970.
pub fn push_urls(key: &Secret, place: Place<'_>, expires: i64, extra: &[(&str, &str)]) -> Result<PushUrls, UrlError> {
    let (domain, app, stream) = (place.domain(), place.app_name(), place.stream_name());
    let signature = Signature::new(key, stream, expires, extra)?;
    let mut srt = format!("srt://{domain}:{SRT_PORT}?streamid=#!::h={domain},r={app}/{stream},");
    signature.write(&mut srt, ',');
    Ok(PushUrls { rtmp: address("rtmp://", place, &signature), webrtc: address("webrtc://", place, &signature), srt })
}

/// The RTMP address alone, as [`push_urls`] gives it.
///
/// # Errors
/// As [`push_urls`].
pub fn push_url(key: &Secret, place: Place<'_>, expires: i64, extra: &[(&str, &str)]) -> Result<String, UrlError> {
    Ok(address("rtmp://", place, &Signature::new(key, place.stream_name(), expires, extra)?))
}

fn address(scheme: &str, place: Place<'_>, signature: &Signature<'_>) -> String {
    let parts = [scheme, place.domain(), "/", place.app_name(), "/", place.stream_name(), "?"];
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum::<usize>() + signature.room());
    parts.iter().for_each(|part| text.push_str(part));
    signature.write(&mut text, '&');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::css::vectors::of_kind;

    #[test]
    fn every_upper_case_vector_gives_the_same_push_addresses() {
        let upper = |v: &serde_json::Value| v["tx_time"].as_str().unwrap().bytes().all(|b| !b.is_ascii_lowercase());
        let vectors: Vec<_> = of_kind("css_tx_secret").into_iter().filter(upper).collect();
        assert_eq!(vectors.len(), 2);
        for v in vectors {
            let place = Place::new("push.example.com", "live", v["stream_name"].as_str().unwrap()).unwrap();
            let key = Secret::from(v["push_key"].as_str().unwrap());
            let urls = push_urls(&key, place, v["expire_at"].as_i64().unwrap(), &[]).unwrap();
            assert_eq!(urls.rtmp, v["urls"]["rtmp_push"]);
            assert_eq!(push_url(&key, place, v["expire_at"].as_i64().unwrap(), &[]).unwrap(), urls.rtmp);
            assert_eq!(urls.webrtc, v["urls"]["webrtc_push"]);
            assert_eq!(urls.srt, v["urls"]["srt_push"]);
        }
    }

    #[test]
    fn the_old_official_backends_addresses_come_out_with_bizid_first() {
        for v in of_kind("css_url") {
            let text = |name: &str| v[name].as_str().unwrap();
            let place = Place::new(text("domain"), text("app_name"), text("stream_name")).unwrap();
            let bizid = v["bizid"].to_string();
            let extra = [("bizid", bizid.as_str())];
            let urls = push_urls(&Secret::from(text("key")), place, v["expire_at"].as_i64().unwrap(), &extra).unwrap();
            assert_eq!(urls.rtmp, text("url"), "{}", v["id"]);
        }
    }

    #[test]
    fn extra_parameters_are_escaped_and_cannot_pose_as_the_signature() {
        let place = Place::new("push.example.com", "live", "s").unwrap();
        let urls = push_urls(&Secret::from("k"), place, 1, &[("userdefinerecordid", "a&b,c")]).unwrap();
        assert!(urls.rtmp.contains("?userdefinerecordid=a%26b%2Cc&txSecret="));
        assert!(urls.srt.contains(",userdefinerecordid=a%26b%2Cc,txSecret="));
        for name in ["txSecret", "txTime", "", "a=b", "a&b"] {
            assert_eq!(push_urls(&Secret::from("k"), place, 1, &[(name, "x")]), Err(UrlError::Parameter));
        }
    }

    #[test]
    fn a_push_address_does_not_print_itself() {
        let place = Place::new("push.example.com", "live", "s").unwrap();
        let urls = push_urls(&Secret::from("k"), place, 1, &[]).unwrap();
        assert!(!format!("{urls:?}").contains("txSecret"));
    }
}
