//! Finds the DER inside PEM text as people really paste it: with CRLF, literal `\n`, one long line, or other blocks around it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One PEM block: what it calls itself, and its bytes.
pub(super) struct Block {
    pub(super) label: String,
    pub(super) der: Vec<u8>,
}

/// All readable blocks in order. A block with headers (an encrypted key) or damaged base64 keeps its label and has no bytes.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let text = text.replace("\\r", "").replace("\\n", "\n");
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let Some((label, body)) = after.split_once("-----") else { break };
        let Some((body, after)) = body.split_once("-----END ") else { break };
        let letters: String = body.split_whitespace().collect();
        found.push(Block { label: label.to_owned(), der: STANDARD.decode(letters).unwrap_or_default() });
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_der_is_found_whatever_happened_to_the_lines() {
        let plain = "-----BEGIN A B-----\nAAEC\nAwQF\n-----END A B-----\n";
        let forms = [
            plain.to_owned(),
            plain.replace('\n', "\r\n"),
            plain.replace('\n', "\\n"),
            plain.replace('\n', "\\r\\n"),
            plain.replace('\n', " "),
            plain.trim_end().to_owned(),
            format!("Bag Attributes: none\n{plain}trailing"),
        ];
        for form in forms {
            let found = blocks(&form);
            assert_eq!((found.len(), found[0].label.as_str(), found[0].der.as_slice()), (1, "A B", &[0, 1, 2, 3, 4, 5][..]));
        }
    }

    #[test]
    fn broken_blocks_give_nothing_to_read() {
        assert!(blocks("").is_empty() && blocks("-----BEGIN X").is_empty() && blocks("-----BEGIN X-----\nAAEC").is_empty());
        assert!(blocks("-----BEGIN X-----\nA: b\n\nAAEC\n-----END X-----")[0].der.is_empty());
    }
}
