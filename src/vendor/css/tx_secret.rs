//! The one hash of css addresses (`tencent.md` section 7). MD5 because Tencent asks for it; do not reuse it.

use super::name::UrlError;
use crate::secret::Secret;
use md5::{Digest, Md5};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may stand unescaped in a parameter, in a query as well as between the commas of an SRT stream id.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Lower-case hex MD5 of key, stream name and txTime joined. The txTime text is hashed exactly as it stands in the address.
pub fn tx_secret(key: &Secret, stream_name: &str, tx_time: &str) -> String {
    let mut text = String::with_capacity(32);
    push_hash(&mut text, key, stream_name, tx_time);
    text
}

fn push_hash(text: &mut String, key: &Secret, stream_name: &str, tx_time: &str) {
    let mut md5 = Md5::new();
    md5.update(key.reveal());
    md5.update(stream_name);
    md5.update(tx_time);
    let mut digits = [0; 32];
    // 16 bytes are 32 digits, always.
    let _ = hex::encode_to_slice(md5.finalize(), &mut digits);
    text.push_str(std::str::from_utf8(&digits).unwrap_or_default());
}

/// The expiry as txTime: Unix seconds in upper-case hex, as Tencent's own code writes it.
///
/// # Errors
/// [`UrlError::Expiry`] for zero and less.
pub fn tx_time(expires: i64) -> Result<String, UrlError> {
    if expires > 0 { Ok(format!("{expires:X}")) } else { Err(UrlError::Expiry) }
}

/// One `name<equals>value` list: extra parameters first (old addresses begin with `bizid`), then the signature.
pub(super) fn signed_pairs(
    key: &Secret,
    stream_name: &str,
    expires: i64,
    extra: &[(&str, &str)],
    between: char,
) -> Result<String, UrlError> {
    let time = tx_time(expires)?;
    let mut text = String::with_capacity(72 + extra.iter().map(|(n, v)| n.len() + v.len() * 3 + 2).sum::<usize>());
    for (name, value) in extra {
        if !super::name::is_name(name) || matches!(*name, "txSecret" | "txTime") {
            return Err(UrlError::Parameter);
        }
        text.push_str(name);
        text.push('=');
        text.extend(utf8_percent_encode(value, ESCAPED));
        text.push(between);
    }
    text.push_str("txSecret=");
    push_hash(&mut text, key, stream_name, &time);
    text.push(between);
    text.push_str("txTime=");
    text.push_str(&time);
    Ok(text)
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
