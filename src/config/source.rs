//! Where a function's configuration comes from: the first of `KAIBO_CONFIG_SECRET`, `KAIBO_CONFIG_TEXT` and `KAIBO_CONFIG`.
//! It is judged by what that function may hold. A secret is read again while the function lives, so that a rotated key
//! arrives without a deploy.

use super::load::ConfigFault;
use super::sections::{Holder, foreign};
use super::{Config, check, load, secrets_manager};
use crate::live::time::UnixMs;
use crate::outbound::Outbound;
use std::collections::BTreeMap;

/// A secret older than this is read again at the start of a request.
pub const FRESH_SECONDS: i64 = 300;

/// After a failure the next try is this much later: each one may cost a request seconds.
const RETRY_SECONDS: i64 = 60;

/// Variables of the process, read once. Empty ones count as unset.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Environment {
    /// The process's own.
    pub fn of_process() -> Self {
        Self::collect(std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))))
    }

    /// Of given variables.
    pub fn of<const N: usize>(variables: [(&str, &str); N]) -> Self {
        Self::collect(variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    fn collect(variables: impl Iterator<Item = (String, String)>) -> Self {
        Self(variables.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// A variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// Why a function does not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// None of the three.
    #[error(
        "no configuration: set KAIBO_CONFIG_SECRET (a secret's ARN), KAIBO_CONFIG_TEXT (the TOML itself) or KAIBO_CONFIG (a path)"
    )]
    None,
    /// The secret.
    #[error("KAIBO_CONFIG_SECRET: {0}")]
    Secret(#[from] secrets_manager::SecretError),
    /// The file.
    #[error("KAIBO_CONFIG: the file cannot be read: {0}")]
    File(std::io::ErrorKind),
    /// What is wrong in it, one fault a line.
    #[error("{0}")]
    Document(String),
}

enum Place {
    Secret(String),
    Text(String),
    File(String),
}

impl Place {
    fn variable(&self) -> &'static str {
        match self {
            Self::Secret(_) => "KAIBO_CONFIG_SECRET",
            Self::Text(_) => "KAIBO_CONFIG_TEXT",
            Self::File(_) => "KAIBO_CONFIG",
        }
    }
}

/// A function's configuration as it was last read.
pub struct Held {
    holder: Holder,
    place: Place,
    environment: Environment,
    outbound: Outbound,
    text: String,
    due: UnixMs,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").field("holder", &self.holder).field("from", &self.place.variable()).finish_non_exhaustive()
    }
}

impl Held {
    /// Reads it for the first time.
    pub async fn open(
        holder: Holder,
        environment: Environment,
        outbound: Outbound,
        now: UnixMs,
    ) -> Result<(Self, Config), SourceError> {
        let own = |name| environment.get(name).map(str::to_owned);
        let place = own("KAIBO_CONFIG_SECRET")
            .map(Place::Secret)
            .or_else(|| own("KAIBO_CONFIG_TEXT").map(Place::Text))
            .or_else(|| own("KAIBO_CONFIG").map(Place::File))
            .ok_or(SourceError::None)?;
        let mut held = Self { holder, place, environment, outbound, text: String::new(), due: now.plus_seconds(FRESH_SECONDS) };
        let text = held.fetch(now).await?;
        let config = held.judged(&text)?;
        held.text = text;
        Ok((held, config))
    }

    /// True when it is old enough to be read again.
    pub fn is_due(&self, now: UnixMs) -> bool {
        matches!(self.place, Place::Secret(_)) && now >= self.due
    }

    /// Reads it again when it is old, and answers it when it changed. On failure the old one stays.
    pub async fn renew(&mut self, now: UnixMs) -> Option<Config> {
        if !self.is_due(now) {
            return None;
        }
        self.due = now.plus_seconds(FRESH_SECONDS);
        let text = match self.fetch(now).await {
            Ok(text) if text == self.text => return None,
            Ok(text) => text,
            Err(error) => return self.kept(&error, now),
        };
        match self.judged(&text) {
            Ok(config) => {
                tracing::info!("the configuration changed and is in use");
                self.text = text;
                Some(config)
            }
            Err(error) => self.kept(&error, now),
        }
    }

    fn kept(&mut self, error: &SourceError, now: UnixMs) -> Option<Config> {
        tracing::error!(error = %error, "the configuration could not be read again; the old one stays in use");
        self.due = now.plus_seconds(RETRY_SECONDS);
        None
    }

    async fn fetch(&self, now: UnixMs) -> Result<String, SourceError> {
        match &self.place {
            Place::Secret(id) => Ok(secrets_manager::read(id, &self.environment, &self.outbound, now).await?),
            Place::Text(text) => Ok(text.clone()),
            Place::File(path) => std::fs::read_to_string(path).map_err(|error| SourceError::File(error.kind())),
        }
    }

    fn judged(&self, text: &str) -> Result<Config, SourceError> {
        let say = |faults: &[ConfigFault]| {
            let lines: Vec<_> = faults.iter().map(|fault| format!("{}: {fault}", self.place.variable())).collect();
            SourceError::Document(lines.join("\n"))
        };
        let mut config = load::parse(text).map_err(|fault| say(&[fault]))?;
        let document: toml::Table = text.parse().unwrap_or_default();
        let more = foreign(&document, text, self.holder);
        if !more.is_empty() {
            return Err(say(&more));
        }
        // A function has no folder of its own: where the document says nothing, the table is on AWS.
        if document.get("store").is_none_or(|store| store.get("endpoint").is_none()) {
            config.store.endpoint = "aws".to_owned();
        }
        if self.environment.get("KAIBO_PRODUCTION") == Some("1") {
            config.production = true;
        }
        if let Some(table) = self.environment.get("KAIBO_TABLE") {
            config.store.table = table.to_owned();
        }
        let judgement = check::judge_for(&config, text, self.holder);
        if !judgement.errors.is_empty() {
            return Err(say(&judgement.errors));
        }
        for warning in judgement.warnings {
            tracing::warn!("{}: {warning}", self.place.variable());
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests;
