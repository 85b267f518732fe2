//! The known answers of the vendor page, for the tests of this folder.

use serde_json::Value;

/// Every vector of one kind; a kind without vectors is a mistake in the test.
pub(super) fn of_kind(kind: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../../../tests/vectors/zego-vectors.json")).unwrap();
    let found: Vec<Value> = all["vectors"].as_array().unwrap().iter().filter(|v| v["kind"] == kind).cloned().collect();
    assert!(!found.is_empty(), "no vector of kind {kind}");
    found
}

/// A member as text; a missing one is a mistake in the test.
pub(super) fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("{member} is not text in {value}"))
}

/// Repeatable noise for the random cases: SplitMix64.
pub(super) struct Noise(pub(super) u64);

impl Noise {
    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// So many bytes.
    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }

    /// Text of up to `most` characters, with quotes, slashes, control characters and Chinese among them.
    pub(super) fn text(&mut self, most: usize) -> String {
        const LETTERS: &[char] = &['a', 'Z', '0', '9', '_', '-', '"', '\\', '/', '\n', '\u{1}', '用', '户', '😀', ' ', '%'];
        (0..1 + self.below(most)).map(|_| LETTERS[self.below(LETTERS.len())]).collect()
    }
}
