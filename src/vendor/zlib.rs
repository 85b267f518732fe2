//! zlib (RFC 1950) for texts of a few hundred bytes: Tencent's tickets are JSON behind zlib.
//!
//! A general deflate spends most of its time looking for repetitions, and most of that on clearing and filling tables. Who writes
//! a small JSON text knows where it repeats itself: at the names of its members. This encoder is told those places, compares them
//! and nothing else, and writes one block with the fixed Huffman codes of RFC 1951 section 3.2.6; any zlib reads the result.
//!
//! The reader is flate2, under a cap, because what it reads comes from strangers.

use flate2::{Decompress, FlushDecompress, Status};

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

/// The 30 distance symbols (two more are never used), RFC 1951 section 3.2.6.
const DISTANCES: [u32; 32] = {
    let mut codes = [0; 32];
    let mut symbol = 0;
    while symbol < 32 {
        codes[symbol] = reversed(symbol as u32, 5).0;
        symbol += 1;
    }
    codes
};

/// Distance code and its extra bits for 1..=32768, RFC 1951 section 3.2.5.
fn distance_code(distance: usize) -> Code {
    let over = (distance - 1) as u32;
    // The two highest bits name the symbol, the others follow it.
    let extra_bits = (over | 2).ilog2() - 1;
    let symbol = 2 * extra_bits + (over >> extra_bits);
    let extra = over & ((1 << extra_bits) - 1);
    (DISTANCES[symbol as usize % DISTANCES.len()] | (extra << 5), 5 + extra_bits)
}

/// Collects bits, least significant first. Nothing here branches on what the data is: such a branch is guessed wrong often, and
/// a wrong guess costs more than all the rest.
struct Bits {
    /// What is written so far, and room.
    out: Vec<u8>,
    /// Whole bytes of it.
    length: usize,
    /// Bits that are no whole byte yet, and how many: seven at most.
    held: u64,
    count: u32,
}

impl Bits {
    /// Takes 56 bits at most.
    #[inline(always)]
    fn put(&mut self, bits: u64, count: u32) {
        self.held |= bits << self.count;
        self.count += count;
        if self.out.len() < self.length + 8 {
            self.out.resize(2 * self.length + 64, 0);
        }
        if let Some(room) = self.out.get_mut(self.length..).and_then(|left| left.first_chunk_mut()) {
            *room = self.held.to_le_bytes();
        }
        self.length += self.count as usize / 8;
        self.held >>= self.count & !7;
        self.count &= 7;
    }

    #[inline(always)]
    fn put_code(&mut self, (bits, count): Code) {
        self.put(bits.into(), count);
    }

    /// Puts the bytes of a range as such.
    #[inline(always)]
    fn put_literals(&mut self, data: &[u8], mut from: usize, to: usize) {
        while let Some(eight) = data.get(from..).and_then(|left| left.first_chunk()).filter(|_| from < to) {
            // ASCII has codes of eight bits, 0x30 above the letter: up to seven of them are made at once.
            let count = (to - from).min(7);
            let wanted = (1 << (8 * count)) - 1;
            let word = u64::from_le_bytes(*eight) & wanted;
            if word & 0x8080_8080_8080_8080 != 0 {
                self.put_code(SYMBOLS[usize::from(eight[0])]);
                from += 1;
                continue;
            }
            let codes = (word + 0x3030_3030_3030_3030).reverse_bits().swap_bytes();
            self.put(codes & wanted, 8 * count as u32);
            from += count;
        }
        for byte in data.get(from..to).unwrap_or_default() {
            self.put_code(SYMBOLS[usize::from(*byte)]);
        }
    }

    fn finish(mut self) -> Vec<u8> {
        self.length += usize::from(self.count > 0);
        self.out.truncate(self.length);
        self.out
    }
}

/// Compresses into one zlib stream (RFC 1950, one fixed-Huffman block). Meant for inputs up to some KiB; never fails.
///
/// `marks` are the places, in rising order, at which something may stand that stood at an earlier mark. Wrong marks make the
/// stream longer, not wrong.
pub fn deflate(data: &[u8], marks: &[usize]) -> Vec<u8> {
    // No literal has more than nine bits.
    let mut bits = Bits { out: vec![0; data.len() + data.len() / 8 + 24], length: 0, held: 0, count: 0 };
    // 32 KiB window, fastest level, no dictionary; then the last block, with fixed codes.
    bits.put(0x0178, 16);
    bits.put_code((0b011, 3));
    let mut written = 0;
    for (n, mark) in marks.iter().enumerate().filter(|(_, mark)| **mark < data.len()) {
        let Some(repeat) = marks.get(..n).and_then(|before| Repeat::find(data, before, *mark, written)) else { continue };
        bits.put_literals(data, written, repeat.at);
        let (length, distance) = (LENGTHS[(repeat.length - MIN_MATCH) & 0xff], distance_code(repeat.distance));
        bits.put(u64::from(length.0) | u64::from(distance.0) << length.1, length.1 + distance.1);
        written = repeat.at + repeat.length;
    }
    bits.put_literals(data, written, data.len());
    bits.put_code(SYMBOLS[END_OF_BLOCK]);
    let mut out = bits.finish();
    out.extend_from_slice(&adler32(data).to_be_bytes());
    out
}

/// Bytes that stood so far before as well.
struct Repeat {
    at: usize,
    distance: usize,
    length: usize,
}

impl Repeat {
    /// The latest earlier mark with the same three bytes, and as much more as is alike on both sides and not written yet.
    fn find(data: &[u8], before: &[usize], mark: usize, written: usize) -> Option<Self> {
        let word = word_at(data, mark).filter(|_| mark >= written)?;
        // The fourth byte of a word is its highest.
        let alike = |earlier: &&usize| word_at(data, **earlier).is_some_and(|other| (other ^ word) << 8 == 0);
        let earlier = *before.iter().rev().find(alike)?;
        let distance = mark.checked_sub(earlier).filter(|distance| (1..=WINDOW).contains(distance))?;
        let unwritten = data.get(written..mark).unwrap_or_default();
        let left = unwritten.iter().rev().zip(data.get(..earlier).unwrap_or_default().iter().rev());
        let left = left.take(MAX_MATCH - MIN_MATCH).take_while(|(a, b)| a == b).count();
        let length = (left + common_prefix(data, earlier, mark)).min(MAX_MATCH);
        Some(Self { at: mark - left, distance, length })
    }
}

/// Four bytes, the first one lowest; none within the last three.
fn word_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

/// How many bytes two places have in common, of which the first three are known to be; at most the longest match.
fn common_prefix(data: &[u8], earlier: usize, at: usize) -> usize {
    let later = data.get(at..).unwrap_or_default();
    let later = later.get(..MAX_MATCH).unwrap_or(later);
    let earlier = data.get(earlier..).unwrap_or_default();
    let mut same = 0;
    for (a, b) in earlier.as_chunks::<8>().0.iter().zip(later.as_chunks::<8>().0) {
        let different = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
        if different != 0 {
            return same + different.trailing_zeros() as usize / 8;
        }
        same += 8;
    }
    let (earlier, later) = (earlier.get(same..).unwrap_or_default(), later.get(same..).unwrap_or_default());
    same + earlier.iter().zip(later).take_while(|(a, b)| a == b).count()
}

/// Adler-32 of RFC 1950 section 8.2.
fn adler32(data: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    const LANES: usize = 16;
    // The most bytes for which the sums fit 32 bits between two reductions.
    const RUN: usize = 4_096;
    let (mut low, mut high) = (1_u32, 0_u32);
    for run in data.chunks(RUN) {
        let (blocks, rest) = run.as_chunks::<LANES>();
        // A sum for each place in a block, and the sum of those sums, so that the compiler can add many at once.
        let (mut sums, mut sums_of_sums) = ([0_u32; LANES], [0_u32; LANES]);
        for block in blocks {
            for ((sum, sum_of_sums), &byte) in sums.iter_mut().zip(&mut sums_of_sums).zip(block) {
                *sum_of_sums += *sum;
                *sum += u32::from(byte);
            }
        }
        high += low * (blocks.len() * LANES) as u32;
        high += sums_of_sums.iter().sum::<u32>() * LANES as u32;
        high += (1..=LANES as u32).rev().zip(sums).map(|(weight, sum)| weight * sum).sum::<u32>();
        low += sums.iter().sum::<u32>();
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
mod tests;
