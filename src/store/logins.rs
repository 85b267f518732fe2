//! Logins: one row for each WeChat user, with what the app sealed. The store cannot read it.

use super::item::{Read, at, n, s};
use super::keys::{self, SCHEMA, TTL};
use super::{Store, StoreError, Update};
use crate::live::time::UnixMs;

impl Store {
    /// Keeps a login over the one before.
    pub async fn put_login(&self, user_id: &str, sealed: &str, now: UnixMs, gone_at: UnixMs) -> Result<(), StoreError> {
        let set = format!("SET #schema = :schema, #sealed = :sealed, #logged_in_at = :now, #{TTL} = :{TTL}");
        let update = Update::new(set)
            .value(":schema", n(SCHEMA))
            .value(":sealed", s(sealed))
            .value(":now", at(now))
            .value(&format!(":{TTL}"), n(gone_at.seconds()))
            // Two logins may arrive in the wrong order; the later one has the key that WeChat takes.
            .when("attribute_not_exists(#logged_in_at) OR #logged_in_at <= :now");
        self.update(&keys::login(user_id), update).await.map(|_| ())
    }

    /// The login kept, as sealed.
    pub async fn login(&self, user_id: &str, now: UnixMs) -> Result<Option<String>, StoreError> {
        let row = self.get(&keys::login(user_id), true).await?;
        Ok(row.filter(|row| !row.gone(now)).and_then(|row| row.string("sealed")))
    }
}
