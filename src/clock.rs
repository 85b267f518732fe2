//! The only place that reads the clock or draws random bytes. Everything else gets them as arguments.

use crate::live::time::UnixMs;
use std::cell::RefCell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> UnixMs;
}

/// Draws unpredictable bytes for nonces, ids and keys.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, into: &mut [u8]);

    /// The same for nonces, IVs and request ids, which are published and only have to differ; may draw ahead, because asking the
    /// system costs more than most credentials. Not for keys, ids and AES-GCM: a process that is copied gives these twice.
    fn nonce(&self, into: &mut [u8]) {
        self.fill(into);
    }
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixMs {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        UnixMs(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that moves only when told to, for tests and simulated time.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Starts at a moment.
    pub fn at(now: UnixMs) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Goes to a moment, also backwards.
    pub fn set(&self, now: UnixMs) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves on by milliseconds.
    pub fn advance_ms(&self, by: i64) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixMs {
        UnixMs(self.0.load(Ordering::SeqCst))
    }
}

/// The operating system's generator, through ring.
#[derive(Debug)]
pub struct SystemRandom(ring::rand::SystemRandom);

impl Default for SystemRandom {
    fn default() -> Self {
        Self(ring::rand::SystemRandom::new())
    }
}

/// The operating system's generator for ring, which draws the nonces of its signatures itself.
pub fn signing_nonces() -> Box<dyn ring::rand::SecureRandom + Send + Sync> {
    Box::new(ring::rand::SystemRandom::new())
}

/// Bytes drawn ahead for nonces; the last `left` are unused. Each is handed out once.
struct Ahead {
    bytes: [u8; 1024],
    left: usize,
}

thread_local! {
    /// Each thread has its own, so that none waits for another.
    static AHEAD: RefCell<Ahead> = const { RefCell::new(Ahead { bytes: [0; 1024], left: 0 }) };
}

impl Random for SystemRandom {
    fn fill(&self, into: &mut [u8]) {
        // It fails only where the system has no generator at all. Going on with predictable nonces would be worse than stopping.
        if ring::rand::SecureRandom::fill(&self.0, into).is_err() {
            std::process::abort();
        }
    }

    fn nonce(&self, into: &mut [u8]) {
        let drawn = AHEAD.try_with(|ahead| {
            let mut ahead = ahead.borrow_mut();
            if ahead.left < into.len() {
                self.fill(&mut ahead.bytes);
                ahead.left = ahead.bytes.len();
            }
            let start = ahead.bytes.len() - ahead.left;
            let Some(next) = ahead.bytes.get(start..start + into.len()) else { return false };
            into.copy_from_slice(next);
            ahead.left -= into.len();
            true
        });
        // More than is ever drawn ahead, or a thread that ends.
        if drawn != Ok(true) {
            self.fill(into);
        }
    }
}

/// Repeatable bytes, for tests.
#[derive(Debug)]
pub struct SeededRandom(Mutex<u64>);

impl SeededRandom {
    /// The same seed gives the same bytes.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Random for SeededRandom {
    fn fill(&self, into: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for byte in into {
            // splitmix64
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = ((z ^ (z >> 31)) & 0xff) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_nonce_comes_twice_whatever_lengths_are_asked() {
        let random = SystemRandom::default();
        let mut seen = std::collections::HashSet::new();
        for round in 0..2000 {
            let mut nonce = vec![0; 8 + round % 13];
            random.nonce(&mut nonce);
            assert!(seen.insert(nonce[..8].to_vec()));
        }
        let mut long = vec![0; 4000];
        random.nonce(&mut long);
        assert!(long.chunks(8).all(|part| seen.insert(part.to_vec())));
    }
}
