//! zlib (RFC 1950) for texts of a few hundred bytes: Tencent's tickets are JSON behind zlib.
//!
//! A general deflate spends most of its time clearing and building tables for such an input. This encoder makes one pass
//! with the fixed Huffman codes of RFC 1951 section 3.2.6 and one small table on the stack; any zlib reads the result.
//! Not for files: the gain in size ends where dynamic codes would begin to pay.
//!
//! The reader is flate2, under a cap, because what it reads comes from strangers.

use flate2::{Decompress, FlushDecompress, Status};

const TABLE_BITS: u32 = 9;
const TABLE_SIZE: usize = 1 << TABLE_BITS;
const MIN_MATCH: usize = 3;
const MAX_MATCH: usize = 258;
const WINDOW: usize = 32_768;
const END_OF_BLOCK: usize = 256;

/// Bits as they go on the wire (least significant first), and how many.
type Code = (u32, u32);

/// Literal and length symbols of the fixed code, RFC 1951 section 3.2.6.
const SYMBOLS: [Code; 288] = {
    let mut codes = [(0, 0); 288];
    let mut symbol = 0;
    while symbol < 288 {
        codes[symbol] = match symbol as u32 {
            s @ 0..=143 => reversed(0x30 + s, 8),
            s @ 144..=255 => reversed(0x190 + s - 144, 9),
            s @ 256..=279 => reversed(s - 256, 7),
            s => reversed(0xc0 + s - 280, 8),
        };
        symbol += 1;
    }
    codes
};

/// Match length minus 3 to its symbol with the extra bits already behind it, RFC 1951 section 3.2.5.
const LENGTHS: [Code; 256] = {
    let mut codes = [(0, 0); 256];
    let mut over = 0;
    while over < 256 {
        let (symbol, extra, extra_bits) = match over as u32 {
            255 => (285, 0, 0),
            o @ 0..=7 => (257 + o, 0, 0),
            o => {
                let extra_bits = o.ilog2() - 2;
                (257 + 4 * extra_bits + (o >> extra_bits), o & ((1 << extra_bits) - 1), extra_bits)
            }
        };
        let (bits, count) = SYMBOLS[symbol as usize];
        codes[over] = (bits | (extra << count), count + extra_bits);
        over += 1;
    }
    codes
};

/// Huffman codes are written from their most significant bit, everything else from the least.
const fn reversed(code: u32, count: u32) -> Code {
    (code.reverse_bits() >> (32 - count), count)
}

/// Distance code and its extra bits for 1..=32768, RFC 1951 section 3.2.5.
fn distance_code(distance: usize) -> Code {
    let over = (distance - 1) as u32;
    if over < 4 {
        return reversed(over, 5);
    }
    let extra_bits = over.ilog2() - 1;
    let (code, count) = reversed(2 * extra_bits + (over >> extra_bits), 5);
    (code | ((over & ((1 << extra_bits) - 1)) << count), count + extra_bits)
}

/// Collects bits, least significant first, and lets go of them four bytes at a time.
struct Bits {
    out: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, (bits, count): Code) {
        self.held |= u64::from(bits) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.out.extend_from_slice(&(self.held as u32).to_le_bytes());
            self.held >>= 32;
            self.count -= 32;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        while self.count > 0 {
            self.out.push(self.held as u8);
            self.held >>= 8;
            self.count = self.count.saturating_sub(8);
        }
        self.out
    }
}

/// Compresses into one zlib stream (RFC 1950, one fixed-Huffman block). Meant for inputs up to some KiB; never fails.
pub fn deflate(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + data.len() / 8 + 16);
    // 32 KiB window, fastest level, no dictionary.
    out.extend_from_slice(&[0x78, 0x01]);
    let mut bits = Bits { out, held: 0, count: 0 };
    // Last block, fixed codes.
    bits.put((0b011, 3));

    // Where a three-byte hash was last seen, plus one; zero is nowhere.
    let mut seen = [0_u32; TABLE_SIZE];
    let mut at = 0;
    while let Some(&byte) = data.get(at) {
        match find_match(data, at, &mut seen) {
            Some((distance, length)) => {
                bits.put(LENGTHS[(length - MIN_MATCH) & 0xff]);
                bits.put(distance_code(distance));
                for inner in at + 1..at + length {
                    remember(data, inner, &mut seen);
                }
                at += length;
            }
            None => {
                bits.put(SYMBOLS[usize::from(byte)]);
                at += 1;
            }
        }
    }
    bits.put(SYMBOLS[END_OF_BLOCK]);
    let mut out = bits.finish();
    out.extend_from_slice(&adler32(data).to_be_bytes());
    out
}

/// Notes this place in the table and gives the place that it replaces.
fn remember(data: &[u8], at: usize, seen: &mut [u32; TABLE_SIZE]) -> Option<usize> {
    let [a, b, c] = *data.get(at..)?.first_chunk::<MIN_MATCH>()?;
    let hash = u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9e37_79b1) >> (32 - TABLE_BITS);
    // Past 4 GiB places would wrap into wrong ones; `find_match` compares bytes and checks the distance, so they only miss.
    let earlier = std::mem::replace(&mut seen[hash as usize % TABLE_SIZE], (at as u32).wrapping_add(1));
    (earlier as usize).checked_sub(1)
}

/// The latest place with the same three-byte hash, if it matches by three bytes or more: distance and length.
fn find_match(data: &[u8], at: usize, seen: &mut [u32; TABLE_SIZE]) -> Option<(usize, usize)> {
    let earlier = remember(data, at, seen)?;
    let distance = at.checked_sub(earlier).filter(|distance| (1..=WINDOW).contains(distance))?;
    let length = common_prefix(data.get(earlier..)?, data.get(at..)?).min(MAX_MATCH);
    (length >= MIN_MATCH).then_some((distance, length))
}

fn common_prefix(earlier: &[u8], later: &[u8]) -> usize {
    earlier.iter().zip(later).take(MAX_MATCH).take_while(|(a, b)| a == b).count()
}

/// Adler-32 of RFC 1950 section 8.2.
fn adler32(data: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    // The most bytes for which the sums fit 32 bits between two reductions.
    const RUN: usize = 5_552;
    let (mut low, mut high) = (1_u32, 0_u32);
    for run in data.chunks(RUN) {
        let (blocks, rest) = run.as_chunks::<16>();
        for block in blocks {
            // Weights instead of a running sum, so that the compiler can add many bytes at once.
            high += 16 * low;
            for (weight, &byte) in (1..=16).rev().zip(block) {
                low += u32::from(byte);
                high += weight * u32::from(byte);
            }
        }
        for &byte in rest {
            low += u32::from(byte);
            high += low;
        }
        low %= MODULUS;
        high %= MODULUS;
    }
    (high << 16) | low
}

/// Why bytes could not be inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InflateError {
    /// Not a zlib stream, or a damaged one.
    #[error("these bytes are not a valid zlib stream")]
    Damaged,
    /// The stream stops before its end.
    #[error("the zlib stream ends too early: the text was cut off")]
    CutOff,
    /// More than the cap comes out.
    #[error("the zlib stream holds more than is allowed here")]
    TooLarge,
}

impl InflateError {
    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Damaged => "zlib_damaged",
            Self::CutOff => "zlib_cut_off",
            Self::TooLarge => "zlib_too_large",
        }
    }
}

/// Reads one zlib stream (RFC 1950) of any issuer; at most `cap` bytes may come out. Bytes behind the stream are ignored.
pub fn inflate_capped(bytes: &[u8], cap: usize) -> Result<Vec<u8>, InflateError> {
    let mut stream = Decompress::new(true);
    let mut out = Vec::new();
    loop {
        let done = (stream.total_in(), stream.total_out());
        let input = bytes.get(done.0 as usize..).unwrap_or_default();
        // One byte above the cap tells a full stream from one that is too large.
        out.reserve_exact(512.max(out.len()).min((cap + 1).saturating_sub(out.len())));
        let status = stream.decompress_vec(input, &mut out, FlushDecompress::None).map_err(|_| InflateError::Damaged)?;
        if out.len() > cap {
            return Err(InflateError::TooLarge);
        }
        match status {
            Status::StreamEnd => return Ok(out),
            _ if done == (stream.total_in(), stream.total_out()) => return Err(InflateError::CutOff),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Read;

    fn by_flate2(stream: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        flate2::read::ZlibDecoder::new(stream).read_to_end(&mut out).unwrap();
        out
    }

    fn repetitive() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop::collection::vec(any::<u8>(), 1..40);
        (prop::collection::vec(piece, 1..4), prop::collection::vec(0_usize..4, 0..600))
            .prop_map(|(pieces, order)| order.iter().flat_map(|i| pieces[i % pieces.len()].clone()).take(20 * 1024).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn random_bytes_come_back_through_flate2(data in prop::collection::vec(any::<u8>(), 0..20 * 1024)) {
            prop_assert_eq!(by_flate2(&deflate(&data)), data);
        }

        #[test]
        fn repetitive_bytes_come_back_and_shrink(data in repetitive()) {
            let stream = deflate(&data);
            prop_assert!(data.len() < 2_000 || stream.len() < data.len() / 2);
            prop_assert_eq!(&by_flate2(&stream), &data);
            prop_assert_eq!(inflate_capped(&stream, 20 * 1024).unwrap(), data);
        }

        #[test]
        fn reading_random_bytes_never_panics(data in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = inflate_capped(&data, 1024);
        }
    }

    #[test]
    fn every_match_length_and_every_kind_of_distance_comes_back() {
        for length in 3..=300 {
            let data = vec![7_u8; length];
            assert_eq!(by_flate2(&deflate(&data)), data);
        }
        // Two copies with noise between them, so that the distance grows past the window.
        let mut noise = (0_u32..).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8);
        for gap in [0, 1, 3, 100, 1_000, 10_000, 32_740, 32_750, 32_760, 33_000] {
            let mut data = b"kaibo kaibo goes live".to_vec();
            data.extend(noise.by_ref().take(gap));
            data.extend_from_slice(b"kaibo kaibo goes live");
            assert_eq!(by_flate2(&deflate(&data)), data, "gap {gap}");
        }
        for distance in 1..=WINDOW {
            let (bits, count) = distance_code(distance);
            assert!(count <= 18 && bits < 1 << count);
        }
    }

    #[test]
    fn a_zip_bomb_is_refused_at_the_cap() {
        let bomb = deflate(&vec![0; 10 << 20]);
        assert_eq!(inflate_capped(&bomb, 16 * 1024), Err(InflateError::TooLarge));
        let full = deflate(&vec![b'a'; 16 * 1024]);
        assert_eq!(inflate_capped(&full, 16 * 1024).map(|out| out.len()), Ok(16 * 1024));
        assert_eq!(inflate_capped(&full, 16 * 1024 - 1), Err(InflateError::TooLarge));
    }

    #[test]
    fn a_cut_stream_and_a_damaged_one_are_told_apart() {
        let stream = deflate(b"TLS.identifier:xiaoming");
        for end in 2..stream.len() {
            assert_eq!(inflate_capped(&stream[..end], 1024), Err(InflateError::CutOff), "cut at {end}");
        }
        let mut checksum = stream.clone();
        *checksum.last_mut().unwrap() ^= 1;
        assert_eq!(inflate_capped(&checksum, 1024), Err(InflateError::Damaged));
        assert_eq!(inflate_capped(b"not zlib", 1024), Err(InflateError::Damaged));
        assert_eq!(InflateError::Damaged.code(), "zlib_damaged");
    }
}
