//! What a crowd asks again and again: a room's row and an opening's seats, remembered for a second in this process.
//!
//! One item of the table gives 3,000 read units a second, and 100,000 viewers enter within ten. Only viewers are answered from
//! here; owners, guests and writers always read the table. A write of this process forgets what it may have changed, so
//! someone put out through this process is out at once, and through another within a second.

use super::item::Item;
use crate::live::time::UnixMs;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How long something is remembered.
const MILLISECONDS: i64 = 1000;

/// Partitions remembered; past that all are forgotten rather than one chosen.
const MOST: usize = 10_000;

/// Remembered rows by partition.
#[derive(Clone, Debug, Default)]
pub struct Recent(Arc<Mutex<HashMap<String, Partition>>>);

#[derive(Debug, Default)]
struct Partition {
    /// Grows with each write: a read that began before one must not be remembered after it.
    writes: u64,
    rows: HashMap<&'static str, (UnixMs, Arc<Vec<Item>>)>,
}

/// A promise to remember what is being read, unless it is written meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct Ticket(u64);

impl Recent {
    /// The rows, if they were read within the last second; else a ticket for remembering them.
    pub fn look(&self, pk: &str, what: &'static str, now: UnixMs) -> Result<Arc<Vec<Item>>, Ticket> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > MOST {
            all.clear();
        }
        let partition = all.entry(pk.to_owned()).or_default();
        match partition.rows.get(what) {
            Some((at, rows)) if (0..MILLISECONDS).contains(&(now.0 - at.0)) => Ok(rows.clone()),
            _ => Err(Ticket(partition.writes)),
        }
    }

    /// Remembers rows that were read, unless the partition was written since the ticket was given.
    pub fn remember(&self, pk: &str, what: &'static str, ticket: Ticket, now: UnixMs, rows: Arc<Vec<Item>>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(partition) = all.get_mut(pk).filter(|partition| partition.writes == ticket.0) {
            partition.rows.insert(what, (now, rows));
        }
    }

    /// Forgets a partition that is written.
    pub fn forget(&self, pk: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(partition) = all.get_mut(pk) {
            partition.writes += 1;
            partition.rows.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize) -> Arc<Vec<Item>> {
        Arc::new(vec![Item::new(); count])
    }

    #[test]
    fn rows_are_remembered_for_a_second_and_a_write_forgets_them() {
        let recent = Recent::default();
        let ticket = recent.look("p", "room", UnixMs(0)).unwrap_err();
        recent.remember("p", "room", ticket, UnixMs(0), rows(1));
        assert_eq!(recent.look("p", "room", UnixMs(999)).unwrap().len(), 1);
        assert!(recent.look("p", "room", UnixMs(1000)).is_err());
        assert!(recent.look("p", "seats", UnixMs(0)).is_err());
        recent.forget("p");
        assert!(recent.look("p", "room", UnixMs(1)).is_err());
    }

    #[test]
    fn what_was_read_before_a_write_is_not_remembered_after_it() {
        let recent = Recent::default();
        let ticket = recent.look("p", "room", UnixMs(0)).unwrap_err();
        recent.forget("p");
        recent.remember("p", "room", ticket, UnixMs(0), rows(1));
        assert!(recent.look("p", "room", UnixMs(1)).is_err());
    }
}
