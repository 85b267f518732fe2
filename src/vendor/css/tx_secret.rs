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
    let mut md5 = Md5::new();
    md5.update(key.reveal());
    md5.update(stream_name);
    md5.update(tx_time);
    let mut digits = [0; 32];
    // 16 bytes are 32 digits, always.
    let _ = hex::encode_to_slice(md5.finalize(), &mut digits);
    digits
}

/// The expiry as txTime: Unix seconds in upper-case hex, as Tencent's own code writes it.
///
/// # Errors
/// [`UrlError::Expiry`] for zero and less.
pub fn tx_time(expires: i64) -> Result<String, UrlError> {
    HexTime::new(expires).map(|time| time.text().to_owned())
}

/// A txTime on the stack: formatting and keeping it elsewhere costs as much as hashing it.
struct HexTime {
    digits: [u8; 16],
    start: usize,
}

impl HexTime {
    fn new(expires: i64) -> Result<Self, UrlError> {
        if expires <= 0 {
            return Err(UrlError::Expiry);
        }
        let (mut digits, mut rest, mut start) = ([b'0'; 16], expires.unsigned_abs(), 16);
        for digit in digits.iter_mut().rev() {
            let value = (rest & 15) as u8;
            *digit = if value < 10 { b'0' + value } else { b'A' + value - 10 };
            rest >>= 4;
            start -= 1;
            if rest == 0 {
                break;
            }
        }
        Ok(Self { digits, start })
    }

    fn text(&self) -> &str {
        self.digits.get(self.start..).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default()
    }
}

/// What an address carries behind the stream: hashed once, written into several forms.
pub(super) struct Signature<'a> {
    digits: [u8; 32],
    time: HexTime,
    extra: &'a [(&'a str, &'a str)],
}

impl<'a> Signature<'a> {
    /// Signs the bare stream name for an expiry in Unix seconds; `extra` are further parameters.
    pub(super) fn new(key: &Secret, stream_name: &str, expires: i64, extra: &'a [(&'a str, &'a str)]) -> Result<Self, UrlError> {
        if extra.iter().any(|(name, _)| !super::name::is_name(name) || matches!(*name, "txSecret" | "txTime")) {
            return Err(UrlError::Parameter);
        }
        let time = HexTime::new(expires)?;
        Ok(Self { digits: digits(key, stream_name, time.text()), time, extra })
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
        text.push_str(self.time.text());
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
    fn times_are_upper_case_hex_as_everywhere_else() {
        for expires in [1, 15, 16, 0x5d8a_d320, 0xffff_ffff, 0x1_0000_0000, i64::MAX] {
            assert_eq!(tx_time(expires), Ok(format!("{expires:X}")));
        }
    }

    #[test]
    fn an_expiry_before_the_epoch_is_refused() {
        assert_eq!(tx_time(0), Err(UrlError::Expiry));
        assert_eq!(tx_time(-1), Err(UrlError::Expiry));
    }
}
