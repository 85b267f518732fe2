//! Reads any css address back and judges its signature, for the inspector (`tencent.md` section 7).

use super::tx_secret::tx_secret;
use crate::secret::Secret;
use subtle::ConstantTimeEq;
use thiserror::Error;

#[cfg(test)]
mod tests;

/// Above this a number of seconds would be after the year 5138, so it is milliseconds.
const MOST_SECONDS: i64 = 100_000_000_000;

/// What an address says. The signature itself is kept, since the one who asks already has it; do not log it.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedUrl {
    /// `rtmp`, `webrtc`, `srt`, `flv` or `hls`.
    pub form: &'static str,
    /// The host name.
    pub domain: String,
    /// The path before the stream.
    pub app_name: String,
    /// The bare stream name.
    pub stream_name: String,
    /// As written, if there is one.
    pub tx_secret: Option<String>,
    /// As written, if there is one.
    pub tx_time: Option<String>,
    /// Unix seconds read from txTime.
    pub expires: Option<i64>,
    /// Every other parameter, as written.
    pub parameters: Vec<(String, String)>,
}

impl std::fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedUrl({} {} …)", self.form, self.stream_name)
    }
}

/// What is wrong with an address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// Not a css address, or a part of it cannot be read.
    #[error("{detail}")]
    Malformed {
        /// Which part.
        field: &'static str,
        /// One sentence.
        detail: &'static str,
    },
    /// No key at hand for a signed address.
    #[error("the address is signed, but no key of this domain is configured here")]
    KeyUnknown,
    /// Made with another key, or over other text.
    #[error(
        "txSecret differs: compare the key (push and play have one each) and sign the bare stream name and txTime as written"
    )]
    BadSignature,
    /// The signature is right and its time is over.
    #[error("the address expired; ask for a new one")]
    Expired,
    /// The expiry was written in milliseconds.
    #[error("txTime is in milliseconds; Tencent wants seconds in hex")]
    Milliseconds,
}

impl Fault {
    /// The stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "malformed",
            Self::KeyUnknown => "key_unknown",
            Self::BadSignature => "bad_signature",
            Self::Expired => "expired",
            Self::Milliseconds => "milliseconds",
        }
    }

    /// Which part of the address is at fault.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Malformed { field, .. } => field,
            Self::KeyUnknown | Self::BadSignature => "txSecret",
            Self::Expired | Self::Milliseconds => "txTime",
        }
    }
}

/// Odd, but Tencent takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Warning {
    /// Decimal instead of hex.
    #[error("txTime is decimal; Tencent takes it, upper-case hex is the usual form")]
    Decimal,
    /// Lower-case hex.
    #[error("txTime is lower-case hex; Tencent takes it when the same text was signed, upper case is the usual form")]
    LowerCase,
    /// No signature, and no key that would ask for one.
    #[error("the address is unsigned; it works only where the domain has no hotlink protection")]
    Unsigned,
}

impl Warning {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Decimal => "tx_time_decimal",
            Self::LowerCase => "tx_time_lower_case",
            Self::Unsigned => "unsigned",
        }
    }
}

/// What the inspector says of an address; it is valid when there is no fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What was read, when anything was.
    pub decoded: Option<SignedUrl>,
    /// One per cause.
    pub faults: Vec<Fault>,
    /// Accepted oddities.
    pub warnings: Vec<Warning>,
    /// Which of the given keys made it (0 the primary, 1 the backup).
    pub key_index: Option<usize>,
}

/// Judges a push or play address against the keys of its domain, primary first; `now` in Unix seconds.
/// The second of expiry still counts as valid (`tencent.md` section 7).
pub fn inspect(text: &str, keys: &[&Secret], now: i64) -> Verdict {
    let url = match read(text.trim()) {
        Ok(url) => url,
        Err(fault) => return Verdict { decoded: None, faults: vec![fault], warnings: vec![], key_index: None },
    };
    let mut verdict = Verdict { decoded: None, faults: vec![], warnings: vec![], key_index: None };
    match judge(&url, keys, now, &mut verdict.warnings) {
        Ok(key_index) => verdict.key_index = key_index,
        Err(fault) => verdict.faults.push(fault),
    }
    verdict.decoded = Some(url);
    verdict
}

fn judge(url: &SignedUrl, keys: &[&Secret], now: i64, warnings: &mut Vec<Warning>) -> Result<Option<usize>, Fault> {
    let (secret, time) = match (&url.tx_secret, &url.tx_time) {
        (Some(secret), Some(time)) => (secret, time),
        (None, None) if keys.is_empty() => {
            warnings.push(Warning::Unsigned);
            return Ok(None);
        }
        (None, _) => return Err(Fault::Malformed { field: "txSecret", detail: "txSecret is missing; this domain asks for it" }),
        (_, None) => return Err(Fault::Malformed { field: "txTime", detail: "txTime is missing; txSecret cannot be judged" }),
    };
    let (expires, oddity) = read_time(time)?;
    warnings.extend(oddity);
    if keys.is_empty() {
        return Err(Fault::KeyUnknown);
    }
    let made_by = |key: &&Secret| bool::from(tx_secret(key, &url.stream_name, time).as_bytes().ct_eq(secret.as_bytes()));
    let index = keys.iter().position(made_by).ok_or(Fault::BadSignature)?;
    if expires > MOST_SECONDS {
        return Err(Fault::Milliseconds);
    }
    if now > expires { Err(Fault::Expired) } else { Ok(Some(index)) }
}

/// Seconds of a txTime. Ten digits only are decimal seconds and thirteen decimal milliseconds: as hex they would lie
/// thousands of years ahead. Everything else is hex.
fn read_time(text: &str) -> Result<(i64, Option<Warning>), Fault> {
    let wrong = Fault::Malformed { field: "txTime", detail: "txTime is not a number: write Unix seconds in hex" };
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(wrong);
    }
    if matches!(text.len(), 10 | 13) && text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok((text.parse().map_err(|_| wrong)?, Some(Warning::Decimal)));
    }
    let seconds = i64::from_str_radix(text, 16).map_err(|_| wrong)?;
    Ok((seconds, text.bytes().any(|b| b.is_ascii_lowercase()).then_some(Warning::LowerCase)))
}

fn read(text: &str) -> Result<SignedUrl, Fault> {
    let scheme = Fault::Malformed { field: "scheme", detail: "the address must begin with rtmp, webrtc, srt, http or https" };
    let (name, rest) = text.split_once("://").ok_or(scheme.clone())?;
    match name.to_ascii_lowercase().as_str() {
        "srt" => read_srt(rest),
        "rtmp" | "rtmps" => read_path("rtmp", rest),
        "webrtc" => read_path("webrtc", rest),
        "http" | "https" => read_path("http", rest),
        _ => Err(scheme),
    }
}

fn read_path(scheme: &'static str, rest: &str) -> Result<SignedUrl, Fault> {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    let (app_name, file) = path.split_once('/').unwrap_or((path, ""));
    let (form, stream_name) = match (scheme, file.rsplit_once('.')) {
        ("http", Some((stream, "flv"))) => ("flv", stream),
        ("http", Some((stream, "m3u8"))) => ("hls", stream),
        ("http", _) => return Err(Fault::Malformed { field: "path", detail: "a web address must end in .flv or .m3u8" }),
        (other, _) => (other, file),
    };
    let domain = host.split_once(':').map_or(host, |(name, _)| name);
    assemble(form, domain, app_name, stream_name, query.split('&'))
}

/// `host:port?streamid=#!::h=push,r=App/Stream,...`, the stream id plain or percent-encoded.
fn read_srt(rest: &str) -> Result<SignedUrl, Fault> {
    let wrong = Fault::Malformed { field: "streamid", detail: "an SRT address needs streamid=#!::h=domain,r=app/stream,..." };
    let (host, query) = rest.split_once('?').ok_or(wrong.clone())?;
    let (_, raw) = query.split_once("streamid=").ok_or(wrong.clone())?;
    // Parameter values are percent-encoded too, so an id that is plain must not be decoded once more.
    let decoded = percent_encoding::percent_decode_str(raw).decode_utf8_lossy();
    let id = raw.strip_prefix("#!::").or_else(|| decoded.strip_prefix("#!::")).ok_or(wrong.clone())?;
    let member = |name: &str| id.split(',').find_map(|pair| pair.strip_prefix(name));
    let (app_name, stream_name) = member("r=").and_then(|r| r.split_once('/')).ok_or(wrong)?;
    let domain = member("h=").unwrap_or_else(|| host.split_once(':').map_or(host, |(name, _)| name));
    let others = id.split(',').filter(|pair| !pair.starts_with("h=") && !pair.starts_with("r="));
    assemble("srt", domain, app_name, stream_name, others)
}

fn assemble<'a>(
    form: &'static str,
    domain: &str,
    app_name: &str,
    stream_name: &str,
    pairs: impl Iterator<Item = &'a str>,
) -> Result<SignedUrl, Fault> {
    super::name::Place::new(domain, app_name, stream_name).map_err(|_| Fault::Malformed {
        field: "path",
        detail: "the address must be domain/app/stream in plain letters and digits",
    })?;
    let mut url = SignedUrl {
        form,
        domain: domain.to_owned(),
        app_name: app_name.to_owned(),
        stream_name: stream_name.to_owned(),
        tx_secret: None,
        tx_time: None,
        expires: None,
        parameters: vec![],
    };
    for (name, value) in pairs.filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, ""))) {
        match name {
            "txSecret" if url.tx_secret.is_none() => url.tx_secret = Some(value.to_owned()),
            "txTime" if url.tx_time.is_none() => url.tx_time = Some(value.to_owned()),
            _ => url.parameters.push((name.to_owned(), value.to_owned())),
        }
    }
    url.expires = url.tx_time.as_deref().and_then(|t| read_time(t).ok()).map(|(seconds, _)| seconds);
    Ok(url)
}
