//! Why a push ended, from Tencent's number to one of `END_REASONS` (`tencent.md` section 8, "errcode on end").

/// The word for an errcode. Refusals (18) and drops (21) carry a second number, which Tencent puts into the message or
/// joins to the first; without it the word says only who ended the push.
pub(super) fn word(errcode: &str, errmsg: &str) -> &'static str {
    let mut numbers = numbers(errcode);
    let main = numbers.next();
    let mut sub = || numbers.next().or_else(|| self::numbers(errmsg).find(|n| (100..=999).contains(n)));
    match main {
        Some(1..=4) => "client_end",
        Some(5 | 9 | 11 | 24) => "internal",
        Some(7) => "limit",
        Some(8 | 12..=17 | 20) => "network",
        Some(10) => "forced_stop",
        Some(18) => sub().map_or("forced_stop", refusal),
        Some(19) => "auth_failed",
        Some(21) => match sub() {
            Some(102 | 103) => "replaced",
            _ => "forced_stop",
        },
        _ => "unknown",
    }
}

fn refusal(sub: u32) -> &'static str {
    match sub {
        200..=299 | 302..=304 => "account",
        308 | 309 | 400 | 401 | 500..=503 => "auth_failed",
        600 | 601 => "limit",
        602 => "replaced",
        _ => "forced_stop",
    }
}

fn numbers(text: &str) -> impl Iterator<Item = u32> + '_ {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::event::END_REASONS;

    #[test]
    fn every_number_becomes_one_of_the_known_words() {
        for code in 0..64 {
            for sub in (0..700).step_by(3) {
                let word = word(&code.to_string(), &format!("refused, code:{sub}"));
                assert!(END_REASONS.contains(&word), "{word}");
            }
        }
    }

    #[test]
    fn the_documented_numbers_say_who_ended_it() {
        for (code, message, want) in [
            ("1", "recv rtmp deleteStream", "client_end"),
            ("3", "recv 0", "client_end"),
            ("12", "", "network"),
            ("10", "", "forced_stop"),
            ("18", "auth fail 501", "auth_failed"),
            ("18-202", "", "account"),
            ("18", "sub code: 601", "limit"),
            ("21", "102", "replaced"),
            ("21", "101", "forced_stop"),
            ("19", "", "auth_failed"),
            ("0", "", "unknown"),
            ("99", "", "unknown"),
            ("x", "", "unknown"),
        ] {
            assert_eq!(word(code, message), want, "{code} {message}");
        }
    }
}
