use super::*;
use crate::vendor::css::name::Place;
use crate::vendor::css::push_url::push_urls;
use crate::vendor::css::vectors::of_kind;

fn url(stream: &str, time: &str, key: &Secret) -> String {
    format!("rtmp://push.example.com/live/{stream}?txSecret={}&txTime={time}", tx_secret(key, stream, time))
}

#[test]
fn every_address_of_the_vectors_is_valid_until_its_second() {
    for v in of_kind("css_tx_secret") {
        let at = v["expire_at"].as_i64().unwrap();
        for (form, text) in v["urls"].as_object().unwrap() {
            let key = if form.ends_with("push") { &v["push_key"] } else { &v["play_key"] };
            let key = Secret::from(key.as_str().unwrap());
            let verdict = inspect(text.as_str().unwrap(), &[&Secret::from("other"), &key], at);
            assert_eq!(verdict.faults, [], "{} {form}", v["id"]);
            assert_eq!(verdict.key_index, Some(1));
            assert_eq!(verdict.decoded.unwrap().stream_name, v["stream_name"]);
            let late = inspect(text.as_str().unwrap(), &[&key], at + 1);
            assert_eq!(late.faults, [Fault::Expired]);
            let lower = v["id"].as_str().unwrap().ends_with("lower");
            assert_eq!(late.warnings, if lower { vec![Warning::LowerCase] } else { vec![] });
        }
    }
}

#[test]
fn the_old_official_addresses_are_read_with_their_bizid() {
    for v in of_kind("css_url") {
        let key = Secret::from(v["key"].as_str().unwrap());
        let verdict = inspect(v["url"].as_str().unwrap(), &[&key], v["expire_at"].as_i64().unwrap());
        assert_eq!(verdict.faults, []);
        assert_eq!(verdict.decoded.unwrap().parameters, [("bizid".to_owned(), v["bizid"].to_string())]);
    }
}

#[test]
fn each_cause_gives_its_own_fault() {
    let key = Secret::from("k");
    let good = url("s", "5D89ABD0", &key);
    let one = |text: &str, keys: &[&Secret]| inspect(text, keys, 1_569_303_504).faults.first().map(Fault::code);
    assert_eq!(one(&good, &[&key]), None);
    assert_eq!(one(&good, &[&Secret::from("x")]), Some("bad_signature"));
    assert_eq!(one(&good.replace("live/s", "live/t"), &[&key]), Some("bad_signature"));
    assert_eq!(one(&good, &[]), Some("key_unknown"));
    assert_eq!(one(&url("s", "16D61B5B980", &key), &[&key]), Some("milliseconds"));
    assert_eq!(one(&url("s", "1569303504000", &key), &[&key]), Some("milliseconds"));
    assert_eq!(one(&url("s", "xyz", &key), &[&key]), Some("malformed"));
    for bad in [
        "",
        "hello",
        "ftp://a/b/c",
        "rtmp://a",
        "https://a.com/live/s",
        "srt://a:9000",
        "srt://a:9000?streamid=x",
        "rtmp://a/live/",
    ] {
        assert_eq!(one(bad, &[&key]), Some("malformed"), "{bad}");
    }
    assert_eq!(one("rtmp://a.com/live/s", &[&key]), Some("malformed"));
    assert_eq!(inspect("rtmp://a.com/live/s", &[], 0).warnings, [Warning::Unsigned]);
}

#[test]
fn a_decimal_time_is_accepted_with_a_warning() {
    let key = Secret::from("k");
    let verdict = inspect(&url("s", "1569303504", &key), &[&key], 1_569_303_504);
    assert_eq!((verdict.faults, verdict.warnings), (vec![], vec![Warning::Decimal]));
}

#[test]
fn a_percent_encoded_srt_stream_id_is_read_like_a_plain_one() {
    let key = Secret::from("k");
    let place = Place::new("push.example.com", "live", "s").unwrap();
    let plain = push_urls(&key, place, 1_569_303_504, &[("userdefinerecordid", "a,b")]).unwrap().srt;
    let encoded = plain.replace("#!::h=", "%23!::h%3D");
    for text in [&plain, &plain.replace('#', "%23"), &encoded] {
        let verdict = inspect(text, &[&key], 1);
        assert!(verdict.decoded.is_some(), "{text}");
    }
    assert_eq!(inspect(&plain, &[&key], 1).faults, []);
}

#[test]
fn one_changed_bit_of_name_secret_or_time_is_refused() {
    let key = Secret::from("b7c1f0a2d94e4c0e8a5d3f6172839405");
    let good = url("live_room_12345", "5D89ABD0", &key);
    assert_eq!(inspect(&good, &[&key], 1).faults, []);
    let first = good.find("live_room").unwrap();
    for bit in first * 8..good.len() * 8 {
        let mut changed = good.clone().into_bytes();
        changed[bit / 8] ^= 1 << (bit % 8);
        let changed = String::from_utf8_lossy(&changed).into_owned();
        assert_ne!(inspect(&changed, &[&key], 1).faults, [], "{changed}");
    }
}

#[test]
fn a_thousand_addresses_made_here_are_valid_until_their_second() {
    for n in 0..1000_i64 {
        let (key, stream) = (Secret::from(format!("key{n}").as_str()), format!("room{n}_u-{}", n * 7919));
        let (place, expires) = (Place::new("push.example.com", "live", &stream).unwrap(), 1_700_000_000 + n * 98_765);
        let urls = push_urls(&key, place, expires, &[("userdefinerecordid", &format!("r,{n}&"))]).unwrap();
        for text in [&urls.rtmp, &urls.webrtc, &urls.srt] {
            assert_eq!(inspect(text, &[&key], expires).faults, [], "{text}");
            assert_eq!(inspect(text, &[&key], expires + 1).faults, [Fault::Expired], "{text}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_stumble(text in ".{0,200}", tail in "[a-z0-9&=?,/:#!.%]{0,80}") {
        let key = Secret::from("k");
        for head in ["", "rtmp://", "srt://a:9000?streamid=#!::", "https://a.b/live/"] {
            let _ = inspect(&format!("{head}{tail}{text}"), &[&key], 0);
        }
    }
}
