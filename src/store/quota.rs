//! Quotas: one counter for each someone and minute, moved only while it is under its limit, so that many at once never pass it.

use super::item::n;
use super::keys::{self, SCHEMA, TTL};
use super::{Store, StoreError, Update};
use crate::live::time::UnixMs;

impl Store {
    /// Counts one more in the minute of `now`; false when the limit is reached. One conditional write.
    pub async fn count(&self, who: &str, limit: u32, now: UnixMs) -> Result<bool, StoreError> {
        // A limit of nothing is met before the first write.
        if limit == 0 {
            return Ok(false);
        }
        let minute = now.seconds().div_euclid(60);
        let update = Update::new(format!("SET #schema = :schema, #{TTL} = :{TTL} ADD #given :one"))
            .when("attribute_not_exists(#given) OR #given < :limit")
            .value(":schema", n(SCHEMA))
            .value(&format!(":{TTL}"), n((minute + 2) * 60))
            .value(":one", n(1))
            .value(":limit", n(limit));
        Ok(self.update(&keys::quota(who, minute), update).await?.done())
    }
}
