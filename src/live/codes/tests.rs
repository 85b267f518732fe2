use super::*;
use std::collections::BTreeSet;

/// Every word that kaibo's answers and its inspector may say.
const OWN_WORDS: &str = "app_required app_unknown provider_off proof_missing session_expired session_invalid key_invalid \
    not_yourself scope_missing role_not_allowed banned room_closed room_unknown room_taken room_full seat_over seat_unknown \
    seats_full seat_accepted seat_not_needed bans_full layout_full record_id_taken recording_unknown stream_unknown login_needed ttl_out_of_range field_invalid \
    field_missing body_invalid body_too_large media_type_unsupported method_not_allowed route_unknown quota_exceeded \
    store_busy code_invalid code_used wechat_busy wechat_error wechat_rate_limited wechat_misconfigured user_blocked \
    callback_refused callback_app_unknown cursor_invalid profile_unknown list_unreadable malformed identifier_mismatch \
    sdkappid_mismatch app_id_mismatch room_mismatch bad_signature expired unsupported_version wrong_alphabet milliseconds \
    key_unknown local_time late not_judged reformatted quoted line_breaks percent_encoded nonce_length payload_not_privileges \
    user_id_long tx_time_decimal tx_time_lower_case unsigned";

fn has_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn every_entry_speaks_both_languages_in_its_own_field() {
    for entry in all() {
        for text in [entry.title_zh, entry.cause_zh, entry.cure_zh] {
            assert!(has_chinese(text), "{} {}: {text:?}", entry.vendor, entry.code);
        }
        for text in [entry.title_en, entry.cause_en, entry.cure_en] {
            assert!(!text.is_empty() && text.is_ascii(), "{} {}: {text:?}", entry.vendor, entry.code);
        }
        for sentence in [entry.cause_en, entry.cure_en] {
            assert!(sentence.ends_with('.'), "{sentence}");
        }
        for sentence in [entry.cause_zh, entry.cure_zh] {
            assert!(sentence.ends_with('。'), "{sentence}");
        }
        assert!(VENDORS.contains(&entry.vendor) && !entry.source.is_empty());
    }
}

#[test]
fn no_code_is_explained_twice_and_none_is_empty() {
    let mut seen = BTreeSet::new();
    for entry in all() {
        assert!(!entry.code.is_empty(), "an empty code after {:?}", seen.last());
        assert!(seen.insert((entry.vendor, entry.code.to_lowercase())), "{} {}", entry.vendor, entry.code);
    }
    assert!(seen.len() > 300, "{}", seen.len());
}

#[test]
fn every_word_of_our_own_has_an_entry() {
    for word in OWN_WORDS.split_whitespace() {
        assert_eq!(lookup("kaibo", word).expect(word).code, word);
    }
}

#[test]
fn every_fault_of_an_entry_and_every_voip_word_has_an_entry() {
    use crate::live::whitelist::entry::EntryFault as Fault;
    let faults = [
        Fault::Empty,
        Fault::SchemeMissing,
        Fault::SchemeNotAllowed,
        Fault::UserinfoNotAllowed,
        Fault::IpNotAllowed,
        Fault::PortInvalid,
        Fault::HostNotAscii,
        Fault::WildcardNotAllowed,
        Fault::LocalhostNotAllowed,
        Fault::ForbiddenHost,
        Fault::HostInvalid,
        Fault::PathNotAllowed,
        Fault::QueryNotAllowed,
        Fault::FragmentNotAllowed,
        Fault::PortNotAllowed,
        Fault::NotInList,
    ];
    let voip = ["timestamp_not_seconds", "timestamp_invalid", "nonce_too_long", "nonce_empty", "group_empty", "session_missing"];
    for word in faults.map(Fault::code).into_iter().chain(voip) {
        assert!(lookup("kaibo", word).is_some(), "{word}");
    }
}

#[test]
fn every_symptom_says_what_to_check() {
    for symptom in ["black-screen", "only-with-debugging", "token-error", "no-recording"] {
        let entry = lookup("symptom", symptom).expect(symptom);
        assert!(entry.cure_en.contains("2 ") && entry.cure_zh.contains("2 "), "{symptom}");
    }
    assert_eq!(lookup("symptom", "Black screen"), lookup("symptom", "black-screen"));
    let black = lookup("symptom", "black-screen").expect("known").cure_en;
    for check in ["real phone", "1.7.0", "category", "interface", "enabled", "domain"] {
        assert!(black.contains(check), "{check}");
    }
}

#[test]
fn the_room_servers_offset_is_understood() {
    let title = |code| lookup("zego", code).map(|entry| (entry.code.into_owned(), entry.title_en));
    assert_eq!(title("result=1000001002"), title("1000001002"));
    assert_eq!(title("2002").expect("own row").1, "biz channel error");
    assert_eq!(title("1105").expect("offset added").0, "1000001105");
    let unknown = title("1000009999").expect("explained all the same");
    assert_eq!(unknown, ("1000009999".to_owned(), "room server error"));
    assert_eq!(title("9999"), None);
}

#[test]
fn sdks_pass_on_the_components_codes() {
    for vendor in ["zego", "trtc", "css", "wechat"] {
        assert!(lookup(vendor, "-2301").expect("known").title_en.contains("disconnected"), "{vendor}");
    }
    assert_eq!(lookup("kaibo", "-2301"), None);
    assert_eq!(lookup("wechat", "-1").expect("known").title_en, "WeChat is busy");
}

#[test]
fn a_bare_number_finds_a_prefixed_code() {
    assert_eq!(lookup("trtc", "5001").expect("known").code, "rtcroom:5001");
    assert_eq!(lookup("zego", "stream_close:100").expect("known").title_en, "DeleteStream");
    assert_eq!(lookup("wechat", "errCode: -12020").expect("known").code, "-12020");
    assert_eq!(lookup("zego", "ZegoClient.Error.Timeout").expect("known").title_en, "timeout");
}

#[test]
fn without_a_vendor_every_meaning_is_found() {
    let vendors = |code: &str| find(code).iter().map(|entry| format!("{} {}", entry.vendor, entry.code)).collect::<Vec<_>>();
    assert_eq!(vendors("70009"), ["trtc 70009"]);
    assert_eq!(vendors("1002"), ["zego 1002", "wechat 1002", "zego record_quit:1002"]);
    assert!(vendors("2").contains(&"trtc exit:2".to_owned()) && vendors("2").contains(&"css 2".to_owned()));
    assert_eq!(vendors("1000001234"), ["zego 1000001234"]);
    assert!(vendors("no-such-code").is_empty() && vendors("").is_empty());
}
