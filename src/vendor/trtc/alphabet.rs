//! Tencent's base64: `+`, `/` and `=` become `*`, `-` and `_`, so that a ticket survives a query string.
//!
//! Here `_` is padding; it is not the url-safe alphabet of RFC 4648. Source: TLSSigAPI, vendor page section 1.4.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-";

/// The two letters of every twelve bits: a ticket is written at every login, and this halves the work.
static PAIRS: [[u8; 2]; 4096] = {
    let mut pairs = [[0; 2]; 4096];
    let mut bits = 0;
    while bits < pairs.len() {
        pairs[bits] = [LETTERS[bits >> 6], LETTERS[bits & 63]];
        bits += 1;
    }
    pairs
};

const READER: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// Writes bytes in Tencent's alphabet, padded with `_`.
pub fn encode(bytes: &[u8]) -> String {
    let (threes, rest) = bytes.as_chunks::<3>();
    let mut text = vec![b'_'; bytes.len().div_ceil(3) * 4];
    for (four, three) in text.as_chunks_mut::<4>().0.iter_mut().zip(threes) {
        *four = letters(*three);
    }
    // One byte left over takes two letters, two take three; the others stay padding.
    if let (Some(four), [first, more @ ..]) = (text.as_chunks_mut::<4>().0.get_mut(threes.len()), rest) {
        let all = letters([*first, more.first().copied().unwrap_or_default(), 0]);
        four.iter_mut().zip(all).take(rest.len() + 1).for_each(|(letter, written)| *letter = written);
    }
    // Letters and padding are ASCII.
    String::from_utf8(text).unwrap_or_default()
}

fn letters([a, b, c]: [u8; 3]) -> [u8; 4] {
    let bits = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
    let ([first, second], [third, fourth]) = (PAIRS[bits >> 12], PAIRS[bits & 0xfff]);
    [first, second, third, fourth]
}

/// Reads Tencent's alphabet or standard base64, with or without padding; space around it is ignored. `None` for anything else.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let standard: Vec<u8> = text.trim().bytes().map(to_standard).collect();
    READER.decode(standard).ok()
}

fn to_standard(letter: u8) -> u8 {
    match letter {
        b'*' => b'+',
        b'-' => b'/',
        b'_' => b'=',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::trtc::tests::{text, vectors};
    use proptest::prelude::*;

    #[test]
    fn every_base64_vector_is_written_and_read_in_both_alphabets() {
        let vectors = vectors("tencent_base64");
        assert_eq!(vectors.len(), 6);
        for vector in vectors {
            let bytes = hex::decode(text(&vector, "hex")).unwrap();
            assert_eq!(encode(&bytes), text(&vector, "tencent"));
            for form in ["tencent", "standard"] {
                let form = text(&vector, form);
                assert_eq!(decode(form).as_ref(), Some(&bytes));
                assert_eq!(decode(&format!(" {}\n", form.trim_end_matches(['_', '=']))).as_ref(), Some(&bytes));
            }
        }
    }

    #[test]
    fn what_is_not_base64_is_refused() {
        for bad in ["A", "AA A", "AB__", "A___", "中文", "AAAA.", "_"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn bytes_come_back_and_need_no_percent_encoding(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let text = encode(&bytes);
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"*-_".contains(&b)));
            prop_assert_eq!(decode(&text), Some(bytes));
        }
    }
}
