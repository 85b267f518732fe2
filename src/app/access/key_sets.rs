//! Key sets of issuers that publish them (`jwks_url`), kept between requests. A key id that is not known makes us look again,
//! since issuers change keys; not more often than twice a minute, since anyone can invent key ids.

use super::jwt_keys::VerifyingKey;
use crate::app::App;
use crate::live::fault::Fault;
use crate::live::time::UnixMs;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// A set is believed this long.
const FRESH_SECONDS: i64 = 300;
/// A set is not asked for again sooner.
const PAUSE_SECONDS: i64 = 30;

/// The sets in use. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct KeySets(Arc<Mutex<HashMap<String, KeySet>>>);

#[derive(Clone, Debug, Default)]
struct KeySet {
    keys: Vec<(Option<String>, VerifyingKey)>,
    asked_at: Option<UnixMs>,
}

impl KeySet {
    fn for_id(&self, kid: Option<&str>) -> Vec<VerifyingKey> {
        let fits = |id: &Option<String>| kid.is_none() || id.is_none() || id.as_deref() == kid;
        self.keys.iter().filter(|(id, _)| fits(id)).map(|(_, key)| key.clone()).collect()
    }
}

impl App {
    /// The keys at an address that may have signed a token with this key id. An issuer that does not answer leaves the keys as
    /// they were; with none at all it is 502 `issuer_unreachable`.
    pub(super) async fn key_set(&self, url: &str, kid: Option<&str>) -> Result<Vec<VerifyingKey>, Fault> {
        let mut sets = self.key_sets.0.lock().await;
        let set = sets.entry(url.to_owned()).or_default();
        let age = set.asked_at.map(|at| self.now().seconds().saturating_sub(at.seconds()));
        let known = set.for_id(kid);
        // Keys without an id may be anyone's; they do not make an id known.
        let known_id = kid.is_none() || set.keys.iter().any(|(id, _)| id.as_deref() == kid);
        let wanted = age.is_none_or(|age| age >= FRESH_SECONDS) || !known_id;
        if !wanted || age.is_some_and(|age| age < PAUSE_SECONDS) {
            return if set.keys.is_empty() { Err(unreachable()) } else { Ok(known) };
        }
        set.asked_at = Some(self.now());
        match self.outbound.get(url).await {
            Ok(answer) if answer.status == 200 => match read(&answer.body) {
                Some(keys) => set.keys = keys,
                None => tracing::warn!("an issuer's key set could not be read"),
            },
            Ok(answer) => tracing::warn!(status = answer.status, "an issuer's key set was refused"),
            Err(error) => tracing::warn!(reason = %error, "an issuer's key set did not come"),
        }
        if set.keys.is_empty() { Err(unreachable()) } else { Ok(set.for_id(kid)) }
    }
}

fn unreachable() -> Fault {
    Fault::new(
        "issuer_unreachable",
        "暂时取不到身份提供方的公钥，请稍后重试。",
        "The issuer's public keys cannot be fetched for the moment; try again shortly.",
    )
}

#[derive(Deserialize)]
struct Wire {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

/// Keys of kinds that we do not know are left out.
fn read(body: &[u8]) -> Option<Vec<(Option<String>, VerifyingKey)>> {
    let wire: Wire = serde_json::from_slice(body).ok()?;
    let signing = wire.keys.into_iter().filter(|key| key.usage.as_deref().is_none_or(|usage| usage == "sig"));
    Some(signing.filter_map(|key| Some((key.kid.clone(), verifying(&key)?))).collect())
}

fn verifying(key: &Jwk) -> Option<VerifyingKey> {
    let bytes = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
    match (key.kty.as_str(), key.crv.as_deref()) {
        ("EC", Some("P-256")) => VerifyingKey::p256(&bytes(&key.x)?, &bytes(&key.y)?),
        ("RSA", _) => VerifyingKey::rsa(&bytes(&key.n)?, &bytes(&key.e)?),
        _ => None,
    }
}
