//! The hashes, the cipher and the curve of the vendors, written once more from their standards: slow, short, and not for use.
//! kaibo itself takes them from crates; these share no line with those.

use std::sync::LazyLock;

/// MD5 of RFC 1321, in hex.
pub fn md5(message: &[u8]) -> String {
    const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded(message, u64::to_le_bytes).chunks(64) {
        let word = |i: usize| u32::from_le_bytes(block[i * 4..i * 4 + 4].try_into().unwrap());
        let [mut a, mut b, mut c, mut d] = state;
        for i in 0..64 {
            let (mixed, at) = match i / 16 {
                0 => ((b & c) | (!b & d), i),
                1 => ((d & b) | (!d & c), (5 * i + 1) % 16),
                2 => (b ^ c ^ d, (3 * i + 5) % 16),
                _ => (c ^ (b | !d), (7 * i) % 16),
            };
            let sine = (((i + 1) as f64).sin().abs() * 4_294_967_296.0) as u32;
            let sum = a.wrapping_add(mixed).wrapping_add(sine).wrapping_add(word(at));
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(TURNS[i / 16][i % 4]));
        }
        for (kept, new) in state.iter_mut().zip([a, b, c, d]) {
            *kept = kept.wrapping_add(new);
        }
    }
    hex::encode(state.map(u32::to_le_bytes).concat())
}

/// SHA-1 of RFC 3174, in hex.
pub fn sha1(message: &[u8]) -> String {
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(message, u64::to_be_bytes).chunks(64) {
        let mut words: Vec<u32> = block.chunks(4).map(|four| u32::from_be_bytes(four.try_into().unwrap())).collect();
        for t in 16..80 {
            words.push((words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16]).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (t, word) in words.iter().enumerate() {
            let (mixed, constant) = match t / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999_u32),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let sum = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e).wrapping_add(*word).wrapping_add(constant);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, sum);
        }
        for (kept, new) in state.iter_mut().zip([a, b, c, d, e]) {
            *kept = kept.wrapping_add(new);
        }
    }
    hex::encode(state.map(u32::to_be_bytes).concat())
}

fn padded(message: &[u8], length: fn(u64) -> [u8; 8]) -> Vec<u8> {
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend(length(message.len() as u64 * 8));
    padded
}

/// AES-256 of FIPS 197, enciphering only.
pub struct Aes256 {
    sbox: [u8; 256],
    rounds: Vec<[u8; 16]>,
}

impl Aes256 {
    pub fn new(key: &[u8; 32]) -> Self {
        let sbox = *SBOX;
        let mut words: Vec<[u8; 4]> = key.chunks(4).map(|four| four.try_into().unwrap()).collect();
        let mut constant = 1;
        for at in 8..60 {
            let mut word: [u8; 4] = words[at - 1];
            if at % 8 == 0 {
                word.rotate_left(1);
            }
            if at % 4 == 0 {
                word = word.map(|byte| sbox[usize::from(byte)]);
            }
            if at % 8 == 0 {
                word[0] ^= constant;
                constant = times(constant, 2);
            }
            words.push(std::array::from_fn(|i| word[i] ^ words[at - 8][i]));
        }
        Self { sbox, rounds: words.chunks(4).map(|four| four.concat().try_into().unwrap()).collect() }
    }

    pub fn block(&self, plain: [u8; 16]) -> [u8; 16] {
        let mut state: [u8; 16] = std::array::from_fn(|i| plain[i] ^ self.rounds[0][i]);
        for (at, key) in self.rounds.iter().enumerate().skip(1) {
            let shifted: [u8; 16] = std::array::from_fn(|i| self.sbox[usize::from(state[(i + 4 * (i % 4)) % 16])]);
            let mixed = |i: usize| {
                let column = |n: usize| shifted[i / 4 * 4 + (i + n) % 4];
                twice(column(0)) ^ twice(column(1)) ^ column(1) ^ column(2) ^ column(3)
            };
            state = std::array::from_fn(|i| key[i] ^ if at < 14 { mixed(i) } else { shifted[i] });
        }
        state
    }

    /// CBC with the padding of PKCS #7.
    pub fn cbc(&self, iv: [u8; 16], plain: &[u8]) -> Vec<u8> {
        let pad = 16 - plain.len() % 16;
        let padded: Vec<u8> = plain.iter().copied().chain(std::iter::repeat_n(pad as u8, pad)).collect();
        let mut last = iv;
        let blocks = padded.chunks(16).map(|chunk| {
            last = self.block(std::array::from_fn(|i| chunk[i] ^ last[i]));
            last
        });
        blocks.collect::<Vec<_>>().concat()
    }
}

static SBOX: LazyLock<[u8; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        // The inverse is the 254th power; then the affine step of section 5.1.1.
        let inverse = (0..253).fold(byte as u8, |power, _| times(power, byte as u8));
        (1..5).fold(inverse ^ 0x63, |sum, turn| sum ^ inverse.rotate_left(turn))
    })
});

const fn twice(a: u8) -> u8 {
    (a << 1) ^ if a & 0x80 != 0 { 0x1b } else { 0 }
}

fn times(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0, |sum, bit| twice(sum) ^ if b >> bit & 1 == 1 { a } else { 0 })
}

/// A number below 2^256, least significant word first.
type Number = [u64; 4];

/// A point of secp256k1 as X/Z^2 and Y/Z^3; Z is zero for the point at infinity.
#[derive(Clone, Copy)]
struct Point(Number, Number, Number);

/// The prime of secp256k1 is 2^256 less this.
const SHORT: u64 = 0x1_0000_03d1;
const PRIME: Number = [0xffff_fffe_ffff_fc2f, u64::MAX, u64::MAX, u64::MAX];

/// True when (r, s) is an ECDSA signature over secp256k1 of a hash, by the point (x, y). All numbers big-endian.
///
/// The equation of SEC 1 section 4.1.4 without its division: s times R is hash times G plus r times Q, where R is a point whose
/// x is r. Which of the two such points R is does not matter, since only x is compared.
pub fn secp256k1_verifies(public: &[u8; 64], hash: &[u8; 32], r: &[u8; 32], s: &[u8; 32]) -> bool {
    const G: &str = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\
                     483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
    let point = |bytes: &[u8]| Point(number(&bytes[..32]), number(&bytes[32..]), [1, 0, 0, 0]);
    let x = number(r);
    let square = plus(&mul(&mul(&x, &x), &x), &[7, 0, 0, 0]);
    // The prime is 3 modulo 4, so a root is the power of a quarter of prime + 1.
    let y = power(&square, &[0xffff_ffff_bfff_ff0c, u64::MAX, u64::MAX, 0x3fff_ffff_ffff_ffff]);
    if mul(&y, &y) != square || number(r) == [0; 4] || number(s) == [0; 4] {
        return false;
    }
    let left = Point(x, y, [1, 0, 0, 0]).times(&number(s));
    let right = point(&hex::decode(G).unwrap()).times(&number(hash)).plus(point(public).times(&number(r)));
    let (left_z, right_z) = (mul(&left.2, &left.2), mul(&right.2, &right.2));
    left.2 != [0; 4] && right.2 != [0; 4] && mul(&left.0, &right_z) == mul(&right.0, &left_z)
}

fn number(bytes: &[u8]) -> Number {
    std::array::from_fn(|i| u64::from_be_bytes(bytes[24 - 8 * i..32 - 8 * i].try_into().unwrap()))
}

fn bits(number: &Number) -> impl Iterator<Item = bool> + '_ {
    (0..256).rev().map(|bit| number[bit / 64] >> (bit % 64) & 1 == 1)
}

/// Takes 2^256 times `over`, less than 2^35, and a number below 2^256 back below the prime.
fn reduced(mut sum: Number, mut over: u64) -> Number {
    loop {
        if over == 0 && sum.iter().rev().lt(PRIME.iter().rev()) {
            return sum;
        }
        // Once more the short number for each 2^256; for the prime itself one 2^256 is taken away first.
        let (add, borrow) = if over == 0 { (u128::from(SHORT), true) } else { (u128::from(over) * u128::from(SHORT), false) };
        let mut carry = add;
        for word in &mut sum {
            carry += u128::from(*word);
            *word = carry as u64;
            carry >>= 64;
        }
        over = if borrow { 0 } else { carry as u64 };
    }
}

fn plus(a: &Number, b: &Number) -> Number {
    let (mut sum, mut carry) = ([0; 4], 0_u128);
    for i in 0..4 {
        carry += u128::from(a[i]) + u128::from(b[i]);
        sum[i] = carry as u64;
        carry >>= 64;
    }
    reduced(sum, carry as u64)
}

fn minus(a: &Number, b: &Number) -> Number {
    let (mut negative, mut borrow) = ([0; 4], false);
    for i in 0..4 {
        let (part, first) = PRIME[i].overflowing_sub(b[i]);
        let (part, second) = part.overflowing_sub(u64::from(borrow));
        (negative[i], borrow) = (part, first | second);
    }
    plus(a, &negative)
}

fn mul(a: &Number, b: &Number) -> Number {
    let mut wide = [0_u64; 8];
    for i in 0..4 {
        let mut carry = 0_u128;
        for j in 0..4 {
            carry += u128::from(wide[i + j]) + u128::from(a[i]) * u128::from(b[j]);
            wide[i + j] = carry as u64;
            carry >>= 64;
        }
        wide[i + 4] = carry as u64;
    }
    let (mut sum, mut carry) = ([0; 4], 0_u128);
    for i in 0..4 {
        carry += u128::from(wide[i]) + u128::from(wide[i + 4]) * u128::from(SHORT);
        sum[i] = carry as u64;
        carry >>= 64;
    }
    reduced(sum, carry as u64)
}

fn power(base: &Number, exponent: &Number) -> Number {
    bits(exponent).fold([1, 0, 0, 0], |power, bit| {
        let square = mul(&power, &power);
        if bit { mul(&square, base) } else { square }
    })
}

impl Point {
    fn times(self, factor: &Number) -> Self {
        let infinity = Self([1, 0, 0, 0], [1, 0, 0, 0], [0; 4]);
        bits(factor).fold(infinity, |sum, bit| if bit { sum.doubled().plus(self) } else { sum.doubled() })
    }

    fn doubled(self) -> Self {
        let Self(x, y, z) = self;
        let (xx, yy) = (mul(&x, &x), mul(&y, &y));
        let four = |n: &Number| plus(&plus(n, n), &plus(n, n));
        let (s, m) = (four(&mul(&x, &yy)), plus(&plus(&xx, &xx), &xx));
        let new_x = minus(&mul(&m, &m), &plus(&s, &s));
        let yyyy = four(&mul(&yy, &yy));
        let new_y = minus(&mul(&m, &minus(&s, &new_x)), &plus(&yyyy, &yyyy));
        let yz = mul(&y, &z);
        Self(new_x, new_y, plus(&yz, &yz))
    }

    fn plus(self, other: Self) -> Self {
        if self.2 == [0; 4] || other.2 == [0; 4] {
            return if self.2 == [0; 4] { other } else { self };
        }
        let (zz, other_zz) = (mul(&self.2, &self.2), mul(&other.2, &other.2));
        let (u, other_u) = (mul(&self.0, &other_zz), mul(&other.0, &zz));
        let (s, other_s) = (mul(&self.1, &mul(&other_zz, &other.2)), mul(&other.1, &mul(&zz, &self.2)));
        let (h, r) = (minus(&other_u, &u), minus(&other_s, &s));
        if h == [0; 4] && r == [0; 4] {
            return self.doubled();
        }
        let (hh, hhh) = (mul(&h, &h), mul(&mul(&h, &h), &h));
        let v = mul(&u, &hh);
        let x = minus(&minus(&mul(&r, &r), &hhh), &plus(&v, &v));
        let y = minus(&mul(&r, &minus(&v, &x)), &mul(&s, &hhh));
        Self(x, y, mul(&mul(&self.2, &other.2), &h))
    }
}

/// The test suite of RFC 1321 appendix A.5.
#[test]
fn md5_passes_its_own_test_suite() {
    for (message, digest) in [
        ("", "d41d8cd98f00b204e9800998ecf8427e"),
        ("a", "0cc175b9c0f1b6a831c399e269772661"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"),
        ("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "57edf4a22be3c955ac49da2e2107b67a"),
    ] {
        assert_eq!(md5(message.as_bytes()), digest, "{message}");
    }
}

/// RFC 3174 section 7.3.
#[test]
fn sha1_passes_its_own_test_suite() {
    assert_eq!(sha1(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    assert_eq!(sha1(long), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    assert_eq!(sha1(&b"01234567".repeat(80)), "dea356a2cddd90c7a7ecedc5ebb563934f460452");
}

/// FIPS 197 appendix C.3, and the first two blocks of NIST SP 800-38A section F.2.5.
#[test]
fn aes_256_passes_its_published_examples() {
    let bytes = |text: &str| hex::decode(text).unwrap();
    let key: [u8; 32] = std::array::from_fn(|i| i as u8);
    let plain = std::array::from_fn(|i| i as u8 * 0x11);
    assert_eq!(hex::encode(Aes256::new(&key).block(plain)), "8ea2b7ca516745bfeafc49904b496089");
    let key = bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4").try_into().unwrap();
    let iv = std::array::from_fn(|i| i as u8);
    let sealed = Aes256::new(&key).cbc(iv, &bytes("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"));
    assert_eq!(hex::encode(&sealed[..32]), "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d");
    // The one that is there is whole and the padding follows.
    assert_eq!(sealed.len(), 48);
}
