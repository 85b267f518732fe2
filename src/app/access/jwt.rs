//! The host app's own accounts: JWTs of configured issuers. `sub` is the user and `exp` is required. The algorithm must be one
//! that the issuer's entry lists and that fits its key, so a token cannot choose how it is judged.

use super::jwt_keys::{Algorithm, VerifyingKey};
use super::sessions::expired;
use crate::app::App;
use crate::app::signers::Ring;
use crate::config;
use crate::config::keys::Keys;
use crate::live::fault::Fault;
use crate::live::time::UnixMs;
use crate::live::user_id;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

/// How far a host's clock may run ahead of ours, in seconds, for `nbf`.
const AHEAD: i64 = 60;

/// One configured issuer with its key read.
#[derive(Debug)]
pub struct Issuer {
    pub(super) name: String,
    audience: Option<String>,
    algorithms: Vec<Algorithm>,
    pub(super) keys: IssuerKeys,
}

#[derive(Debug)]
pub(super) enum IssuerKeys {
    Secret(Keys),
    Public(Ring<VerifyingKey>),
    Set { url: String },
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    sub: Option<String>,
    #[serde(default)]
    aud: Option<Value>,
    #[serde(default)]
    exp: Option<f64>,
    #[serde(default)]
    nbf: Option<f64>,
}

/// A token taken apart; nothing in it is believed yet.
struct Token<'a> {
    header: Header,
    claims: Claims,
    signed: &'a str,
    signature: Vec<u8>,
}

impl Issuer {
    /// Reads one entry; the sentence names the key that cannot be used.
    pub fn new(at: usize, from: &config::Issuer) -> Result<Self, String> {
        let path = format!("access.issuers[{at}]");
        let algorithms = from.algorithms.iter().map(|word| {
            Algorithm::from_word(word).ok_or_else(|| format!("{path}.algorithms may hold HS256, ES256 and RS256 only"))
        });
        let algorithms = algorithms.collect::<Result<Vec<_>, _>>()?;
        if from.issuer.is_empty() || algorithms.is_empty() {
            return Err(format!("{path} needs issuer and algorithms"));
        }
        let keys = match (&from.secret, &from.public_key, &from.jwks_url) {
            (Some(secret), None, None) => IssuerKeys::Secret(secret.clone()),
            (None, Some(pems), None) => IssuerKeys::Public(Ring::read(Some(pems), &format!("{path}.public_key"), |pem| {
                VerifyingKey::from_pem(pem.reveal_text()).ok_or("must be a PEM key of P-256 or RSA")
            })?),
            (None, None, Some(url)) => IssuerKeys::Set { url: url.clone() },
            _ => return Err(format!("{path} needs one of secret, public_key and jwks_url")),
        };
        let fits = |algorithm: &Algorithm| match &keys {
            IssuerKeys::Secret(_) => *algorithm == Algorithm::Hs256,
            IssuerKeys::Public(keys) => keys.all().iter().any(|key| key.algorithm() == *algorithm),
            IssuerKeys::Set { .. } => *algorithm != Algorithm::Hs256,
        };
        if !algorithms.iter().all(fits) {
            return Err(format!("{path}.algorithms does not fit its key"));
        }
        Ok(Self { name: from.issuer.clone(), audience: from.audience.clone(), algorithms, keys })
    }

    /// Judges everything but the signature.
    fn judge(&self, token: &Token<'_>, now: UnixMs) -> Result<String, Fault> {
        let claims = &token.claims;
        let for_us = match (&self.audience, &claims.aud) {
            (None, _) => true,
            (Some(ours), Some(Value::String(aud))) => aud == ours,
            (Some(ours), Some(Value::Array(all))) => all.iter().any(|aud| aud.as_str() == Some(ours)),
            (Some(_), _) => false,
        };
        if !for_us {
            return Err(invalid("aud 不是本服务", "aud is not this service"));
        }
        let seconds = now.0 as f64 / 1000.0;
        let expires = claims.exp.ok_or_else(|| invalid("缺少 exp", "exp is missing"))?;
        if seconds >= expires {
            return Err(expired());
        }
        if claims.nbf.is_some_and(|from| seconds + (AHEAD as f64) < from) {
            return Err(invalid("nbf 未到", "nbf has not come yet"));
        }
        let sub = claims.sub.as_deref().filter(|sub| !sub.is_empty());
        let sub = sub.ok_or_else(|| invalid("缺少 sub", "sub is missing"))?;
        Ok(user_id::of_subject(&self.name, sub))
    }
}

/// True for a text of this form: three parts, the first a JSON object in base64url.
pub fn is_jwt(bearer: &str) -> bool {
    bearer.starts_with("eyJ") && bearer.split('.').count() == 3
}

fn invalid(zh: &str, en: &str) -> Fault {
    Fault::new("session_invalid", format!("JWT 无效：{zh}。"), format!("The JWT is not valid: {en}."))
}

fn take_apart(text: &str) -> Option<Token<'_>> {
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    Some(Token {
        header: serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?,
        claims: serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?,
        signed,
        signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
    })
}

impl App {
    /// The user of a JWT.
    pub(super) async fn verify_jwt(&self, text: &str) -> Result<String, Fault> {
        self.judge_jwt(text, self.now()).await
    }

    /// The user of a JWT, judged as of a moment.
    pub async fn judge_jwt(&self, text: &str, now: UnixMs) -> Result<String, Fault> {
        let token = take_apart(text).ok_or_else(|| invalid("格式不对", "it is malformed"))?;
        let known = |issuer: &&std::sync::Arc<Issuer>| token.claims.iss.as_ref() == Some(&issuer.name);
        // One issuer may have several entries, one for each key.
        let issuers: Vec<_> = self.access.issuers.iter().filter(known).collect();
        if issuers.is_empty() {
            return Err(invalid("iss 未配置", "its iss is not configured"));
        }
        if token.header.crit.is_some() {
            return Err(invalid("不支持 crit", "crit is not supported"));
        }
        for issuer in issuers {
            if self.signed_by(issuer, &token, now).await? {
                return issuer.judge(&token, now);
            }
        }
        Err(invalid("签名不符", "the signature does not match"))
    }

    async fn signed_by(&self, issuer: &Issuer, token: &Token<'_>, now: UnixMs) -> Result<bool, Fault> {
        let Some(algorithm) = Algorithm::from_word(&token.header.alg).filter(|alg| issuer.algorithms.contains(alg)) else {
            return Ok(false);
        };
        let (signed, signature) = (token.signed.as_bytes(), token.signature.as_slice());
        Ok(match &issuer.keys {
            IssuerKeys::Secret(keys) => keys.valid(now).iter().any(|key| {
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key.reveal());
                ring::hmac::verify(&key, signed, signature).is_ok()
            }),
            IssuerKeys::Public(keys) => {
                keys.valid(now).iter().any(|key| key.algorithm() == algorithm && key.verifies(signed, signature))
            }
            IssuerKeys::Set { url } => self
                .key_set(url, token.header.kid.as_deref())
                .await?
                .iter()
                .any(|key| key.algorithm() == algorithm && key.verifies(signed, signature)),
        })
    }
}

#[cfg(test)]
mod tests;
