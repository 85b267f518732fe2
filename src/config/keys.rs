//! A secret that may be several, with dates: the first valid one signs, all valid ones verify.

use crate::live::time::UnixMs;
use crate::secret::Secret;
use serde::{Deserialize, Deserializer};

/// One key with the time it is valid in.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key.
    pub value: Secret,
    /// Not valid earlier.
    pub not_before: Option<UnixMs>,
    /// Not valid from here on.
    pub not_after: Option<UnixMs>,
}

impl Key {
    /// True at a moment it is valid at.
    pub fn valid_at(&self, now: UnixMs) -> bool {
        self.not_before.is_none_or(|from| now >= from) && self.not_after.is_none_or(|until| now < until)
    }
}

/// A list of keys; one text in the document makes a list of one.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// One key without dates.
    pub fn one(value: Secret) -> Self {
        Self(vec![Key { value, not_before: None, not_after: None }])
    }

    /// The first valid key: it signs. None when all are out of their time.
    pub fn signing(&self, now: UnixMs) -> Option<&Secret> {
        self.0.iter().find(|key| key.valid_at(now)).map(|key| &key.value)
    }

    /// All valid keys: each verifies.
    pub fn valid(&self, now: UnixMs) -> Vec<&Secret> {
        self.0.iter().filter(|key| key.valid_at(now)).map(|key| &key.value).collect()
    }

    /// All keys, whatever their time, for judging the document.
    pub fn all(&self) -> &[Key] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a secret must be a text, or a list of texts or of { value, not_before, not_after }")]
        enum Form {
            Text(String),
            List(Vec<Entry>),
        }
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a secret must be a text, or a list of texts or of { value, not_before, not_after }")]
        enum Entry {
            Text(String),
            Dated(Dated),
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Dated {
            value: String,
            not_before: Option<String>,
            not_after: Option<String>,
        }
        fn plain(text: String) -> Key {
            Key { value: Secret::from(text.as_str()), not_before: None, not_after: None }
        }
        fn date<E: serde::de::Error>(text: Option<String>, name: &str) -> Result<Option<UnixMs>, E> {
            text.map(|t| {
                UnixMs::parse_rfc3339(&t).ok_or_else(|| E::custom(format!("{name} must be a time like 2026-01-31T00:00:00Z")))
            })
            .transpose()
        }
        let keys = match Form::deserialize(from)? {
            Form::Text(text) => vec![plain(text)],
            Form::List(entries) => entries
                .into_iter()
                .map(|entry| match entry {
                    Entry::Text(text) => Ok(plain(text)),
                    Entry::Dated(dated) => Ok(Key {
                        value: Secret::from(dated.value.as_str()),
                        not_before: date(dated.not_before, "not_before")?,
                        not_after: date(dated.not_after, "not_after")?,
                    }),
                })
                .collect::<Result<_, D::Error>>()?,
        };
        if keys.is_empty() {
            return Err(serde::de::Error::custom("a list of secrets must hold at least one"));
        }
        Ok(Self(keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Doc {
        key: Keys,
    }

    #[test]
    fn the_first_valid_key_signs_and_all_valid_keys_verify() {
        let doc: Doc = toml::from_str(
            r#"key = [{ value = "old", not_after = "2026-01-01T00:00:00Z" }, { value = "new", not_before = "2025-12-01T00:00:00Z" }]"#,
        )
        .unwrap();
        let at = |text: &str| UnixMs::parse_rfc3339(text).unwrap();
        assert_eq!(doc.key.signing(at("2025-12-15T00:00:00Z")), Some(&Secret::from("old")));
        assert_eq!(doc.key.valid(at("2025-12-15T00:00:00Z")).len(), 2);
        assert_eq!(doc.key.signing(at("2026-01-01T00:00:00Z")), Some(&Secret::from("new")));
        assert_eq!(doc.key.valid(at("2025-11-01T00:00:00Z")), vec![&Secret::from("old")]);
    }
}
