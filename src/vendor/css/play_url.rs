//! Addresses to play from (`tencent.md` section 7), signed where the play domain has a key of its own.

use super::name::{Place, UrlError};
use super::tx_secret::Signature;
use crate::secret::Secret;

/// The addresses of one stream's playback.
#[derive(Clone, PartialEq, Eq)]
pub struct PlayUrls {
    /// For live-player in RTC or live mode.
    pub rtmp: String,
    /// HTTP-FLV: for live-player and web players.
    pub flv: String,
    /// HLS: for browsers; live-player is given another one.
    pub hls: String,
    /// For browsers that need low delay.
    pub webrtc: String,
}

impl std::fmt::Debug for PlayUrls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PlayUrls(…)")
    }
}

/// The play addresses of one stream; without `key` (no hotlink protection on the play domain) they are unsigned.
///
/// The key is the play domain's, never the push key. The bare stream name is signed, without `.flv` or `.m3u8`.
/// `expires` in Unix seconds (`tencent.md` section 7).
///
/// # Errors
/// [`UrlError::Expiry`] for a signed address that expires before 1970.
pub fn play_urls(key: Option<&Secret>, place: Place<'_>, expires: i64) -> Result<PlayUrls, UrlError> {
    let (domain, app, stream) = (place.domain(), place.app_name(), place.stream_name());
    let mut query = String::new();
    if let Some(key) = key {
        query.push('?');
        Signature::new(key, stream, expires, &[])?.write(&mut query, '&');
    }
    Ok(PlayUrls {
        rtmp: format!("rtmp://{domain}/{app}/{stream}{query}"),
        flv: format!("https://{domain}/{app}/{stream}.flv{query}"),
        hls: format!("https://{domain}/{app}/{stream}.m3u8{query}"),
        webrtc: format!("webrtc://{domain}/{app}/{stream}{query}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::css::vectors::of_kind;

    #[test]
    fn every_upper_case_vector_gives_the_same_play_addresses() {
        let upper = |v: &serde_json::Value| v["tx_time"].as_str().unwrap().bytes().all(|b| !b.is_ascii_lowercase());
        for v in of_kind("css_tx_secret").into_iter().filter(upper) {
            let place = Place::new("play.example.com", "live", v["stream_name"].as_str().unwrap()).unwrap();
            let key = Secret::from(v["play_key"].as_str().unwrap());
            let urls = play_urls(Some(&key), place, v["expire_at"].as_i64().unwrap()).unwrap();
            assert_eq!(urls.rtmp, v["urls"]["rtmp_play"]);
            assert_eq!(urls.flv, v["urls"]["flv_play"]);
            assert_eq!(urls.hls, v["urls"]["hls_play"]);
            assert_eq!(urls.webrtc, v["urls"]["webrtc_play"]);
        }
    }

    #[test]
    fn a_play_domain_without_a_key_gets_bare_addresses() {
        let place = Place::new("play.example.com", "live", "s").unwrap();
        let urls = play_urls(None, place, 0).unwrap();
        assert_eq!(urls.rtmp, "rtmp://play.example.com/live/s");
        assert_eq!(urls.hls, "https://play.example.com/live/s.m3u8");
    }
}
