//! Operator keys. Only hashes are kept in memory; a bearer text is hashed and compared with all of them in constant time.

use crate::config::Operator;
use crate::config::keys::Key;
use crate::live::caller::{OperatorKey, Scope};
use crate::live::time::UnixMs;
use ring::digest::{SHA256, digest};
use subtle::ConstantTimeEq;

/// All operator keys.
#[derive(Debug)]
pub struct Operators(Vec<Known>);

struct Known {
    hash: Vec<u8>,
    not_before: Option<UnixMs>,
    not_after: Option<UnixMs>,
    operator: OperatorKey,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("operator", &self.operator).finish_non_exhaustive()
    }
}

impl Operators {
    /// Reads the configured ones; the sentence names the entry that cannot be used.
    pub fn new(configured: &[Operator]) -> Result<Self, String> {
        let mut known = Vec::new();
        for (at, entry) in configured.iter().enumerate() {
            let path = format!("access.operators[{at}]");
            let scopes = entry.scopes.iter().map(|word| {
                Scope::from_word(word).ok_or_else(|| format!("{path}.scopes may hold read, inspect, issue and write only"))
            });
            let operator = OperatorKey { name: entry.name.clone(), scopes: scopes.collect::<Result<_, _>>()? };
            let in_time = |hash: Vec<u8>, key: &Key| Known {
                hash,
                not_before: key.not_before,
                not_after: key.not_after,
                operator: operator.clone(),
            };
            for key in entry.key.iter().flat_map(|keys| keys.all()) {
                known.push(in_time(digest(&SHA256, key.value.reveal()).as_ref().to_vec(), key));
            }
            for key in entry.key_sha256.iter().flat_map(|keys| keys.all()) {
                let hash = hex::decode(key.value.reveal_text().trim()).ok().filter(|hash| hash.len() == 32);
                let hash = hash.ok_or_else(|| format!("{path}.key_sha256 must be 64 hex digits (kaibo config hash-key)"))?;
                known.push(in_time(hash, key));
            }
        }
        Ok(Self(known))
    }

    /// The operator whose key this is.
    pub fn find(&self, bearer: &str, now: UnixMs) -> Option<OperatorKey> {
        let hash = digest(&SHA256, bearer.as_bytes());
        let mut found = None;
        // No early end: how long it takes says nothing about which key it was.
        for known in &self.0 {
            let same = bool::from(known.hash.as_slice().ct_eq(hash.as_ref()));
            let in_time = known.not_before.is_none_or(|from| now >= from) && known.not_after.is_none_or(|until| now < until);
            if same && in_time && found.is_none() {
                found = Some(&known.operator);
            }
        }
        found.cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str) -> Result<Operators, String> {
        Operators::new(&[toml::from_str::<Operator>(toml).unwrap()])
    }

    #[test]
    fn a_key_and_its_hash_prove_the_same_operator() {
        let hash = hex::encode(digest(&SHA256, b"k-1").as_ref());
        for toml in ["key = 'k-1'".to_owned(), format!("key_sha256 = '{hash}'")] {
            let operators = read(&format!("name = 'ops'\nscopes = ['read']\n{toml}")).unwrap();
            assert_eq!(operators.find("k-1", UnixMs(0)).unwrap().scopes, [Scope::Read]);
            assert_eq!(operators.find("k-2", UnixMs(0)), None);
            assert_eq!(operators.find(&hash, UnixMs(0)), None);
        }
    }

    #[test]
    fn an_old_key_ends_when_its_overlap_ends() {
        let operators =
            read("name = 'ops'\nkey = [{ value = 'old', not_after = '2026-01-01T00:00:00Z' }, { value = 'new' }]").unwrap();
        let end = UnixMs::parse_rfc3339("2026-01-01T00:00:00Z").unwrap();
        assert!(operators.find("old", UnixMs(end.0 - 1)).is_some());
        assert!(operators.find("old", end).is_none());
        assert!(operators.find("new", end).is_some());
    }

    #[test]
    fn an_unusable_entry_is_named_and_not_shown() {
        let error = read("name = 'ops'\nkey_sha256 = 'canary'").unwrap_err();
        assert!(error.contains("access.operators[0].key_sha256") && !error.contains("canary"));
        assert!(read("name = 'ops'\nscopes = ['all']").unwrap_err().contains("scopes"));
    }
}
