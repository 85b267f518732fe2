//! The vendors' signing keys, read once at the start: parsing a PEM key costs more than a hundred signatures.
//! A key that cannot be used stops the start, named by its place in the document and never shown.

use super::App;
use crate::clock::signing_nonces;
use crate::config::keys::Keys;
use crate::config::{Config, Css, Trtc, Zego};
use crate::live::fault::Fault;
use crate::live::time::UnixMs;
use crate::secret::Secret;
use crate::vendor::trtc::keys::{EcdsaKey, EcdsaPublicKey, HmacKey, TicketKey};
use crate::vendor::zego::app_key::AppKey;
use crate::vendor::zego::server_secret::ServerSecret;

/// A key with the time it signs in, and its place in the document for the ledger.
#[derive(Debug)]
struct Dated<T> {
    key: T,
    place: String,
    not_before: Option<UnixMs>,
    not_after: Option<UnixMs>,
}

/// Keys of one use, in the order of the document.
#[derive(Debug)]
pub struct Ring<T>(Vec<Dated<T>>);

impl<T> Ring<T> {
    /// Reads each key of a list; the sentence names the place of the one that cannot be used.
    pub(super) fn read<E: std::fmt::Display>(
        keys: Option<&Keys>,
        path: &str,
        read: impl Fn(&Secret) -> Result<T, E>,
    ) -> Result<Self, String> {
        let all = keys.map(Keys::all).unwrap_or_default();
        let dated = all.iter().enumerate().map(|(at, key)| {
            let place = if all.len() == 1 { path.to_owned() } else { format!("{path}[{at}]") };
            let read = read(&key.value).map_err(|why| format!("{place}: {why}"))?;
            Ok(Dated { key: read, place, not_before: key.not_before, not_after: key.not_after })
        });
        dated.collect::<Result<_, String>>().map(Self)
    }

    /// The first valid key and its place.
    pub fn signing(&self, now: UnixMs) -> Option<(&T, &str)> {
        let valid = |dated: &&Dated<T>| {
            dated.not_before.is_none_or(|from| now >= from) && dated.not_after.is_none_or(|until| now < until)
        };
        self.0.iter().find(valid).map(|dated| (&dated.key, dated.place.as_str()))
    }

    /// The same, or 404 `provider_off` naming what is not configured.
    pub fn need(&self, now: UnixMs, what: &str) -> Result<(&T, &str), Fault> {
        self.signing(now).ok_or_else(|| off(what))
    }

    /// All valid keys: each may have signed what is to be judged.
    pub fn valid(&self, now: UnixMs) -> Vec<&T> {
        let valid = |dated: &&Dated<T>| {
            dated.not_before.is_none_or(|from| now >= from) && dated.not_after.is_none_or(|until| now < until)
        };
        self.0.iter().filter(valid).map(|dated| &dated.key).collect()
    }

    /// All keys, whatever their time.
    pub fn all(&self) -> Vec<&T> {
        self.0.iter().map(|dated| &dated.key).collect()
    }

    /// True when none is configured, whatever its time.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A ZEGO app's keys.
#[derive(Debug)]
pub struct ZegoSigner {
    /// App id.
    pub app_id: u32,
    /// For login token 01.
    pub app_keys: Ring<AppKey>,
    /// For tokens 03 and 04.
    pub server_secrets: Ring<ServerSecret>,
}

/// A Tencent RTC app's keys.
#[derive(Debug)]
pub struct TrtcSigner {
    /// SDKAppID.
    pub sdk_app_id: u32,
    /// HMAC keys first, then ECDSA keys.
    pub keys: Ring<TicketKey>,
    /// The configured public keys; they verify where no private key is held.
    pub public: Ring<EcdsaPublicKey>,
}

/// A css domain pair's keys.
#[derive(Debug)]
pub struct CssSigner {
    /// The configured name.
    pub name: String,
    /// Push domain.
    pub push_domain: String,
    /// Play domain.
    pub play_domain: String,
    /// AppName of the addresses.
    pub app_name: String,
    /// The primary keys, then the backup keys.
    pub push_keys: Ring<Secret>,
    /// None configured: play addresses are not signed.
    pub play_keys: Ring<Secret>,
}

/// All signing keys.
#[derive(Debug)]
pub struct Signers {
    /// ZEGO apps.
    pub zego: Vec<ZegoSigner>,
    /// Tencent RTC apps.
    pub trtc: Vec<TrtcSigner>,
    /// css domain pairs.
    pub css: Vec<CssSigner>,
}

impl Signers {
    /// Reads the keys of the document; the sentence names the one that cannot be used.
    pub fn new(config: &Config) -> Result<Self, String> {
        Ok(Self {
            zego: config.zego.iter().enumerate().map(|(at, app)| zego(at, app)).collect::<Result<_, _>>()?,
            trtc: config.trtc.iter().enumerate().map(|(at, app)| trtc(at, app)).collect::<Result<_, _>>()?,
            css: config.css.iter().enumerate().map(|(at, app)| css(at, app)).collect::<Result<_, _>>()?,
        })
    }
}

impl App {
    /// The keys of the ZEGO app asked for, or of the only one.
    pub fn zego_signer(&self, app_id: Option<u32>) -> Result<&ZegoSigner, Fault> {
        let app_id = self.which_zego(app_id)?.app_id;
        self.signers.zego.iter().find(|app| app.app_id == app_id).ok_or_else(|| off("zego"))
    }

    /// The keys of the Tencent RTC app asked for, or of the only one.
    pub fn trtc_signer(&self, sdk_app_id: Option<u32>) -> Result<&TrtcSigner, Fault> {
        let sdk_app_id = self.which_trtc(sdk_app_id)?.sdk_app_id;
        self.signers.trtc.iter().find(|app| app.sdk_app_id == sdk_app_id).ok_or_else(|| off("trtc"))
    }

    /// The keys of the css domain pair asked for, or of the only one.
    pub fn css_signer(&self, name: Option<&str>) -> Result<&CssSigner, Fault> {
        let name = self.which_css(name)?.name.as_str();
        self.signers.css.iter().find(|app| app.name == name).ok_or_else(|| off("css"))
    }
}

/// A key is not configured, or out of its time.
pub fn off(what: &str) -> Fault {
    Fault::new("provider_off", format!("{what} 没有配置或已过有效期。"), format!("{what} is not configured, or out of its time."))
}

fn zego(at: usize, app: &Zego) -> Result<ZegoSigner, String> {
    let path = |name: &str| format!("zego[{at}].{name}");
    Ok(ZegoSigner {
        app_id: app.app_id,
        app_keys: Ring::read(app.app_key.as_ref(), &path("app_key"), |key| AppKey::clean(key.reveal_text()))?,
        server_secrets: Ring::read(app.server_secret.as_ref(), &path("server_secret"), ServerSecret::new)?,
    })
}

fn trtc(at: usize, app: &Trtc) -> Result<TrtcSigner, String> {
    let path = |name: &str| format!("trtc[{at}].{name}");
    let account_type = app.account_type.as_deref().unwrap_or("0");
    let public = Ring::read(app.public_key.as_ref(), &path("public_key"), |pem| EcdsaPublicKey::from_pem(pem.reveal_text()))?;
    let mut keys = Ring::read(app.secret_key.as_ref(), &path("secret_key"), |key| HmacKey::new(key).map(TicketKey::Hmac))?;
    let ecdsa = Ring::read(app.private_key.as_ref(), &path("private_key"), |pem| {
        EcdsaKey::from_pem(pem.reveal_text(), signing_nonces()).and_then(|key| key.with_account_type(account_type))
    })?;
    // While keys change there may be two private keys and one public key, or the other way round: one pair is enough.
    let fits = ecdsa.all().iter().any(|key| public.all().iter().any(|public| key.belongs_to(public).is_ok()));
    if !fits && !ecdsa.is_empty() && !public.is_empty() {
        return Err(format!("{} does not belong to private_key: copy both from the same application", path("public_key")));
    }
    let wrapped = ecdsa.0.into_iter().map(|Dated { key, place, not_before, not_after }| Dated {
        key: TicketKey::Ecdsa(key),
        place,
        not_before,
        not_after,
    });
    keys.0.extend(wrapped);
    Ok(TrtcSigner { sdk_app_id: app.sdk_app_id, keys, public })
}

fn css(at: usize, app: &Css) -> Result<CssSigner, String> {
    let ring = |keys: &Option<Keys>, name: &str| {
        Ring::read(keys.as_ref(), &format!("css[{at}].{name}"), |key| match key.is_empty() {
            true => Err("the key is empty: copy it from the css console"),
            false => Ok(key.clone()),
        })
    };
    let mut push_keys = ring(&app.push_key, "push_key")?;
    push_keys.0.extend(ring(&app.push_key_backup, "push_key_backup")?.0);
    Ok(CssSigner {
        name: app.name.clone(),
        push_domain: app.push_domain.clone(),
        play_domain: app.play_domain.clone(),
        app_name: app.app_name.clone(),
        push_keys,
        play_keys: ring(&app.play_key, "play_key")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signers(text: &str) -> Result<Signers, String> {
        Signers::new(&toml::from_str::<Config>(text).unwrap())
    }

    #[test]
    fn a_key_that_cannot_be_used_stops_the_start_by_name() {
        for (text, place) in [
            ("[[zego]]\napp_id = 1\napp_key = 'canary'", "zego[0].app_key"),
            ("[[zego]]\napp_id = 1\nserver_secret = 'canary'", "zego[0].server_secret"),
            ("[[trtc]]\nsdk_app_id = 1\nsecret_key = ' '", "trtc[0].secret_key"),
            ("[[trtc]]\nsdk_app_id = 1\nprivate_key = ['canary', 'canary']", "trtc[0].private_key[0]"),
            ("[[trtc]]\nsdk_app_id = 1\npublic_key = 'canary'", "trtc[0].public_key"),
            ("[[css]]\npush_key = ''", "css[0].push_key"),
        ] {
            let error = signers(text).unwrap_err();
            assert!(error.starts_with(place) && !error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn the_first_valid_key_signs_and_is_named() {
        let text = "[[css]]\npush_key = [{ value = 'old', not_after = '2026-01-01T00:00:00Z' }, 'new']";
        let all = signers(text).unwrap();
        let at = |text: &str| all.css[0].push_keys.signing(UnixMs::parse_rfc3339(text).unwrap()).unwrap().1.to_owned();
        assert_eq!(at("2025-12-31T23:59:59Z"), "css[0].push_key[0]");
        assert_eq!(at("2026-01-01T00:00:00Z"), "css[0].push_key[1]");
    }
}
