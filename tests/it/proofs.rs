//! Promises 1 and 2 for every algorithm that makes or judges a credential: a thousand random cases agree with an independent
//! implementation, and of ten thousand one-bit changes none is accepted
//! (half as many where a curve must be asked each time).
//!
//! Each algorithm is one line of the table below. `agrees` makes one random case with kaibo and with another crate, or with a
//! reference of our own written from the standard; `accepts` makes something right, changes one bit of it, and says whether it
//! is still taken.

mod ours;
mod reference;
mod tencent;
mod wechat;
mod zego;

/// Repeatable noise: SplitMix64.
pub struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }

    /// A moment of the next decades, in Unix seconds.
    fn moment(&mut self) -> i64 {
        1_700_000_000 + (self.next() % 1_000_000_000) as i64
    }

    /// 1 to 32 letters, digits, _ and -.
    fn id(&mut self) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
        (0..1 + self.below(32)).map(|_| char::from(LETTERS[self.below(LETTERS.len())])).collect()
    }

    /// Text as people write it, with quotes, slashes and Chinese among it.
    fn text(&mut self, most: usize) -> String {
        const LETTERS: &[char] = &['a', 'Z', '0', '9', '_', '-', '"', '\\', '/', '用', '户', '😀', ' ', '%', '&', '='];
        (0..1 + self.below(most)).map(|_| LETTERS[self.below(LETTERS.len())]).collect()
    }

    /// The same with one bit changed.
    fn flipped(&mut self, bytes: impl Into<Vec<u8>>) -> Vec<u8> {
        let mut bytes = bytes.into();
        let at = self.below(bytes.len());
        bytes[at] ^= 1 << self.below(8);
        bytes
    }

    /// A text with one bit changed; none when it is no text any more, which nobody can hand in.
    fn flipped_text(&mut self, text: &str) -> Option<String> {
        String::from_utf8(self.flipped(text)).ok()
    }
}

macro_rules! proofs {
    ($($algorithm:ident: $agrees:path, $accepts:path, $changes:literal;)*) => {$(
        mod $algorithm {
            use super::*;

            #[test]
            fn a_thousand_random_cases_agree_with_an_independent_implementation() {
                let mut noise = Noise(1);
                (0..1_000).for_each(|_| $agrees(&mut noise));
            }

            #[test]
            fn of_thousands_of_one_bit_changes_none_is_accepted() {
                let mut noise = Noise(2);
                assert_eq!((0..$changes).filter(|_| $accepts(&mut noise)).count(), 0);
            }
        }
    )*};
}

proofs! {
    zego_login_token_01: zego::login_token_agrees, zego::login_token_accepts, 10_000;
    zego_token_03: zego::token03_agrees, zego::token03_accepts, 10_000;
    zego_token_04_cbc: zego::token04_cbc_agrees, zego::token04_cbc_accepts, 10_000;
    zego_token_04_gcm: zego::token04_gcm_agrees, zego::token04_gcm_accepts, 10_000;
    zego_server_api: zego::server_api_agrees, zego::server_api_accepts, 10_000;
    zego_callback: zego::callback_agrees, zego::callback_accepts, 10_000;
    user_sig_v1_p256: tencent::user_sig_p256_agrees, tencent::user_sig_p256_accepts, 5_000;
    user_sig_v1_secp256k1: tencent::user_sig_k256_agrees, tencent::user_sig_k256_accepts, 5_000;
    user_sig_v2: tencent::user_sig_v2_agrees, tencent::user_sig_v2_accepts, 10_000;
    private_map_key_v1: tencent::map_key_v1_agrees, tencent::map_key_v1_accepts, 5_000;
    private_map_key_v2: tencent::map_key_v2_agrees, tencent::map_key_v2_accepts, 10_000;
    css_addresses: tencent::css_agrees, tencent::css_accepts, 10_000;
    css_callback: tencent::css_callback_agrees, tencent::css_callback_accepts, 10_000;
    trtc_callback: tencent::trtc_callback_agrees, tencent::trtc_callback_accepts, 10_000;
    voip_signature: wechat::voip_agrees, wechat::voip_accepts, 10_000;
    login_session: ours::session_agrees, ours::session_accepts, 10_000;
    jwt: ours::jwt_agrees, ours::jwt_accepts, 10_000;
}
