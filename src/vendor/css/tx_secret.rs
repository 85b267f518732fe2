//! The one hash of css addresses (`tencent.md` section 7). MD5 because Tencent asks for it; do not reuse it.

use super::name::UrlError;
use crate::secret::Secret;
use md5::{Digest, Md5};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may stand unescaped in a parameter, in a query as well as between the commas of an SRT stream id.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Lower-case hex MD5 of key, stream name and txTime joined. The txTime text is hashed exactly as it stands in the address.
pub fn tx_secret(key: &Secret, stream_name: &str, tx_time: &str) -> String {
    let digits = digits(key, stream_name, tx_time);
    std::str::from_utf8(&digits).unwrap_or_default().to_owned()
}

fn digits(key: &Secret, stream_name: &str, tx_time: &str) -> [u8; 32] {
    let mut text = Vec::with_capacity(192);
    text.extend_from_slice(key.reveal());
    text.extend_from_slice(stream_name.as_bytes());
    text.extend_from_slice(tx_time.as_bytes());
    let mut digits = [0; 32];
    // 16 bytes are 32 digits, always.
    let _ = hex::encode_to_slice(Md5::digest(&text), &mut digits);
    digits
}

/// The expiry as txTime: Unix seconds in upper-case hex, as Tencent's own code writes it.
///
/// # Errors
/// [`UrlError::Expiry`] for zero and less.
pub fn tx_time(expires: i64) -> Result<String, UrlError> {
    if expires <= 0 {
        return Err(UrlError::Expiry);
    }
    // Seconds have eight digits until 2106; formatting them costs as much as hashing them.
    let digits = (expires.ilog2() / 4 + 1) as usize;
    let digit = |place: usize| char::from_digit((expires >> (4 * place) & 15) as u32, 16);
    Ok((0..digits).rev().filter_map(digit).map(|c| c.to_ascii_uppercase()).collect())
}

/// What an address carries behind the stream: hashed once, written into several forms.
pub(super) struct Signature<'a> {
    digits: [u8; 32],
    time: String,
    extra: &'a [(&'a str, &'a str)],
}

impl<'a> Signature<'a> {
    /// Signs the bare stream name for an expiry in Unix seconds; `extra` are further parameters.
    pub(super) fn new(key: &Secret, stream_name: &str, expires: i64, extra: &'a [(&'a str, &'a str)]) -> Result<Self, UrlError> {
        if extra.iter().any(|(name, _)| !super::name::is_name(name) || matches!(*name, "txSecret" | "txTime")) {
            return Err(UrlError::Parameter);
        }
        let time = tx_time(expires)?;
        Ok(Self { digits: digits(key, stream_name, &time), time, extra })
    }

    /// How many characters [`Self::write`] may add, for a text made once.
    pub(super) fn room(&self) -> usize {
        72 + self.extra.iter().map(|(name, value)| name.len() + value.len() * 3 + 2).sum::<usize>()
    }

    /// One `name=value` list: extra parameters first (old addresses begin with `bizid`), then the signature.
    pub(super) fn write(&self, text: &mut String, between: char) {
        for (name, value) in self.extra {
            text.push_str(name);
            text.push('=');
            text.extend(utf8_percent_encode(value, ESCAPED));
            text.push(between);
        }
        text.push_str("txSecret=");
        text.push_str(std::str::from_utf8(&self.digits).unwrap_or_default());
        text.push(between);
        text.push_str("txTime=");
        text.push_str(&self.time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::css::vectors::of_kind;

    #[test]
    fn tencents_published_example_comes_out() {
        for v in of_kind("css_tx_secret_known") {
            let time = tx_time(v["expire_at"].as_i64().unwrap()).unwrap();
            assert_eq!(time, v["tx_time"]);
            let key = Secret::from(v["key"].as_str().unwrap());
            assert_eq!(tx_secret(&key, v["stream_name"].as_str().unwrap(), &time), v["tx_secret"]);
        }
    }

    #[test]
    fn every_vector_hashes_the_tx_time_as_written() {
        for v in of_kind("css_tx_secret") {
            let text = |name: &str| v[name].as_str().unwrap();
            for (key, want) in [("push_key", "tx_secret_push"), ("play_key", "tx_secret_play")] {
                let got = tx_secret(&Secret::from(text(key)), text("stream_name"), text("tx_time"));
                assert_eq!(got, text(want), "{}", v["id"]);
            }
        }
    }

    #[test]
    fn an_expiry_before_the_epoch_is_refused() {
        assert_eq!(tx_time(0), Err(UrlError::Expiry));
        assert_eq!(tx_time(-1), Err(UrlError::Expiry));
    }
}
