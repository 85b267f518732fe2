//! The AppKey (also AppSign) that login token 01 is hashed with, cleaned of the forms it is mailed in.
//! It is not the ServerSecret and not the CallbackSecret (`zego.md` sections 1 and 2, steps 1 to 3).

use thiserror::Error;

/// Why a configured AppKey cannot be used. The key itself is never part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AppKeyError {
    /// Too little is left after cleaning.
    #[error("the app key has {length} characters once 0x, commas and white space are gone; copy all of it (32 or more)")]
    Short {
        /// Characters left.
        length: usize,
    },
}

impl AppKeyError {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        "app_key_short"
    }
}

/// Something about a key that is probably a copying mistake; ZEGO prints keys in lower-case hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AppKeyWarning {
    /// Letters in capitals change the hash.
    #[error("the app key has capital letters; ZEGO prints lower case, and the case is hashed as it is")]
    UpperCase,
    /// Not a hex digit.
    #[error("the app key has characters that are not hex digits; compare it with ZEGO's mail or console")]
    NotHex,
}

impl AppKeyWarning {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UpperCase => "app_key_upper_case",
            Self::NotHex => "app_key_not_hex",
        }
    }
}

/// The first 32 characters of a cleaned AppKey. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct AppKey {
    key32: String,
}

impl AppKey {
    /// Cleans a key in any form ZEGO prints (`0xaf,0xd2,...` or bare hex), `zego.md` section 2.
    ///
    /// White space goes first, then every `0x` or `0X`, then commas. The seed strips neither white space nor `0X` and then
    /// hashes a wrong key without a word; its length check counts the spaces.
    ///
    /// # Errors
    /// Fewer than 32 characters left.
    pub fn clean(printed: &str) -> Result<Self, AppKeyError> {
        let dense: String = printed.chars().filter(|c| !c.is_whitespace()).collect();
        let bare = dense.replace("0x", "").replace("0X", "").replace(',', "");
        let length = bare.chars().count();
        if length < 32 {
            return Err(AppKeyError::Short { length });
        }
        Ok(Self { key32: bare.chars().take(32).collect() })
    }

    /// What to tell the person who configured it.
    pub fn warnings(&self) -> Vec<AppKeyWarning> {
        let mut found = Vec::new();
        if self.key32.chars().any(|c| c.is_ascii_uppercase()) {
            found.push(AppKeyWarning::UpperCase);
        }
        if !self.key32.chars().all(|c| c.is_ascii_hexdigit()) {
            found.push(AppKeyWarning::NotHex);
        }
        found
    }

    pub(super) fn reveal(&self) -> &str {
        &self.key32
    }

    /// The wrong keys that the usual slips make of a printed key, for an inspector that names the slip. The seed's own code
    /// makes the first two (`zego.md` section 2); a slip that leaves this key as it is, is left out.
    pub fn slips(printed: &str) -> Vec<(KeySlip, Self)> {
        let dense: String = printed.chars().filter(|c| !c.is_whitespace()).collect();
        let bare = dense.replace("0x", "").replace("0X", "").replace(',', "");
        let digits: Vec<char> = bare.chars().collect();
        let pairs: Vec<String> = digits.chunks(2).map(|pair| pair.iter().collect()).collect();
        let seed = |text: &str| text.replace("0x", "").replace(',', "");
        let listed = |prefix: &str, between: &str| pairs.iter().map(|p| format!("{prefix}{p}")).collect::<Vec<_>>().join(between);
        let forms = [
            (KeySlip::Blanks, seed(printed)),
            (KeySlip::Blanks, listed("", " ")),
            (KeySlip::Blanks, format!(" {bare}")),
            (KeySlip::Prefix, listed("0X", "")),
            (KeySlip::NotCleaned, printed.to_owned()),
            (KeySlip::NotCleaned, listed("0x", ",")),
            (KeySlip::NotCleaned, listed("0x", ", ")),
            (KeySlip::NotCleaned, listed("0x", "")),
            (KeySlip::NotCleaned, listed("", ",")),
            (KeySlip::NotCleaned, format!("0x{bare}")),
            (KeySlip::Case, bare.to_uppercase()),
        ];
        let right: String = digits.iter().take(32).collect();
        let cut = forms.into_iter().map(|(slip, text)| (slip, text.chars().take(32).collect::<String>()));
        let whole = std::iter::once((KeySlip::NotCut, bare.clone()));
        cut.chain(whole).filter(|(_, key32)| *key32 != right).map(|(slip, key32)| (slip, Self { key32 })).collect()
    }
}

/// How a printed key is often turned into a wrong one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySlip {
    /// White space was left in.
    Blanks,
    /// `0X` was left in.
    Prefix,
    /// Prefixes or commas were left in.
    NotCleaned,
    /// More than the first 32 characters were hashed.
    NotCut,
    /// Written in capitals.
    Case,
}

impl std::fmt::Debug for AppKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{of_kind, text};
    use super::*;

    #[test]
    fn a_key_too_short_once_cleaned_is_refused() {
        for vector in of_kind("zego_login_token_v1_error") {
            let refused = AppKey::clean(text(&vector["input"], "app_key"));
            assert!(matches!(refused, Err(AppKeyError::Short { .. })), "{}", vector["id"]);
        }
    }

    #[test]
    fn the_seeds_own_slips_are_among_the_known_ones() {
        for (kind, slip) in [("zego_login_token_v1_whitespace", KeySlip::Blanks), ("zego_login_token_v1_prefix", KeySlip::Prefix)]
        {
            for vector in of_kind(kind) {
                let source = text(&vector["literal_reference"], "hash_source");
                let slips = AppKey::slips(text(&vector["input"], "app_key"));
                assert!(slips.iter().any(|(s, key)| *s == slip && source.contains(&key.key32)), "{}", vector["id"]);
            }
        }
        let clean = "afd202a59d72f56fe09b585c7688682d";
        assert!(AppKey::slips(clean).iter().all(|(_, key)| key.key32 != clean));
    }

    #[test]
    fn capitals_and_strange_letters_are_kept_and_warned_about() {
        let upper = AppKey::clean(&"AF".repeat(16)).unwrap();
        assert_eq!(upper.warnings(), [AppKeyWarning::UpperCase]);
        let strange = AppKey::clean(&"zz".repeat(16)).unwrap();
        assert_eq!(strange.warnings(), [AppKeyWarning::NotHex]);
        assert!(AppKey::clean(&"af".repeat(16)).unwrap().warnings().is_empty());
    }

    #[test]
    fn a_key_does_not_print_itself() {
        let key = AppKey::clean("ca9a41ca9a41ca9a41ca9a41ca9a41ca9a41").unwrap();
        assert_eq!(format!("{key:?}"), "AppKey(…)");
    }
}
