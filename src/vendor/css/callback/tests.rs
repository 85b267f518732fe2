use super::*;
use crate::live::event::{Event, RecordingRun, RunPhase, What};
use crate::live::time::UnixMs;
use crate::vendor::css::stream_param::StreamParam;
use crate::vendor::css::vectors::of_kind;
use serde_json::json;

const NOW: i64 = 1_569_292_704;

fn key() -> Secret {
    Secret::from("cb_key_9f31")
}

fn signed(mut body: Value) -> Vec<u8> {
    let t = NOW + 600;
    body["t"] = json!(t);
    body["sign"] = json!(sign(&key(), &t.to_string()));
    serde_json::to_vec(&body).unwrap()
}

fn event(body: Value) -> Event {
    parse(&verify(&signed(body), None, &[&key()], false, NOW, 0).unwrap(), "main")
}

fn push_end() -> Value {
    of_kind("css_callback_body").into_iter().find(|v| v["id"] == "css-cb-push-end").unwrap()["body"].clone()
}

fn file() -> Value {
    of_kind("css_callback_body").into_iter().find(|v| v["id"] == "css-cb-record-recordid").unwrap()["body"].clone()
}

#[test]
fn every_sign_vector_is_judged_as_expected() {
    for v in of_kind("css_callback_sign") {
        let body = json!({"event_type": 1, "t": v["t"], "sign": v["sign"]}).to_string();
        let key = Secret::from(v["key"].as_str().unwrap());
        let other = Secret::from("old key");
        let got = verify(body.as_bytes(), None, &[&other, &key], false, v["now"].as_i64().unwrap(), 0);
        let word = got.as_ref().map_or_else(|refused| refused.code(), |_| "valid");
        let want = match v["expect"].as_str().unwrap() {
            "valid" | "valid_boundary" => "valid",
            "expired" => "stale",
            other => other,
        };
        assert_eq!(word, want, "{}", v["id"]);
        if want != "bad_signature" {
            assert_eq!(sign(&key, &v["t"].to_string()), v["sign"]);
        }
    }
}

#[test]
fn every_body_vector_is_read_as_expected() {
    for v in of_kind("css_callback_body") {
        let (id, expect) = (&v["id"], &v["expect"]);
        let key = Secret::from(v["key"].as_str().unwrap());
        let got =
            verify(v["body"].to_string().as_bytes(), Some("application/json"), &[&key], false, v["now"].as_i64().unwrap(), 0);
        if expect["accepted"] == false {
            assert_eq!((got.unwrap_err(), expect["reason"].as_str()), (Refused::NotSigned, Some("missing_sign")), "{id}");
            continue;
        }
        let event = parse(&got.unwrap(), "main");
        let word = match &event.what {
            What::StreamBegan { .. } => "push_begin",
            What::StreamEnded { .. } => "push_end",
            What::Recording { .. } => "record_file",
            What::Noted => "snapshot",
            other => panic!("{id}: {other:?}"),
        };
        assert_eq!(word, expect["event"], "{id}");
        let text = |name: &str| expect[name].as_str();
        let param = StreamParam::parse(v["body"]["stream_param"].as_str().unwrap_or_default());
        if expect.get("record_id").is_some() {
            assert_eq!(param.cli_record_id.as_deref(), text("record_id"), "{id}");
            assert_eq!(param.user_define_record_id.as_deref(), text("user_define_record_id"), "{id}");
            assert_eq!(event.record_id.as_deref(), text("user_define_record_id").or(text("record_id")), "{id}");
        }
        if let Some(user) = text("user_id") {
            assert_eq!(event.user_id.as_deref(), Some(user), "{id}");
            assert_eq!(event.room_id.as_deref(), text("room_id"), "{id}");
            assert_eq!(event.relayed_from.as_deref(), Some(expect["sdkappid"].to_string().as_str()), "{id}");
        }
        match &event.what {
            What::Recording { files, run, .. } => {
                if let Some(start) = expect["content_start"].as_i64() {
                    assert_eq!(files[0].start_at, Some(UnixMs::from_seconds(start)), "{id}");
                }
                assert_eq!(event.key, "100/5285890798866415058");
                assert_eq!((files[0].format.as_str(), files[0].size_bytes), ("hls", Some(277_941_079)));
                assert_eq!(run.as_ref().unwrap().id, "1807121258070784645");
            }
            What::StreamBegan { run } => {
                assert_eq!(run.key, format!("live_room_12345/{}", text("sequence").unwrap()));
                assert_eq!(event.at, UnixMs::from_seconds(NOW));
            }
            What::StreamEnded { began_at, reason, code, .. } => {
                let ms = expect["push_duration_ms"].as_i64().unwrap();
                assert_eq!(*began_at, Some(UnixMs(1_569_292_817_000 - ms)));
                assert_eq!((reason.as_str(), code.clone()), ("client_end", Some(expect["errcode"].to_string())));
            }
            _ => {}
        }
    }
}

#[test]
fn a_late_callback_is_marked_and_a_later_one_is_refused() {
    let body = signed(push_end());
    let at = |now| verify(&body, None, &[&key()], false, now, 900);
    assert!(!at(NOW + 600).unwrap().late);
    assert!(at(NOW + 601).unwrap().late);
    assert!(at(NOW + 1500).unwrap().late);
    assert_eq!(at(NOW + 1501).unwrap_err(), Refused::Stale);
}

#[test]
fn without_a_key_only_those_who_allow_it_take_unsigned_bodies() {
    let body = push_end().to_string();
    let take = |keys: &[&Secret], allow| verify(body.as_bytes(), None, keys, allow, NOW, 0).map(|_| ());
    assert_eq!(take(&[], false), Err(Refused::NotSigned));
    assert_eq!(take(&[], true), Ok(()));
    let unsigned = json!({"event_type": 1}).to_string();
    assert_eq!(verify(unsigned.as_bytes(), None, &[&key()], true, NOW, 0).unwrap_err(), Refused::NotSigned);
    let rubbish = parse(&verify(b"rubbish", None, &[], true, NOW, 0).unwrap(), "main");
    assert!(matches!(rubbish.what, What::Unreadable { .. }));
}

#[test]
fn forms_and_percent_encoded_json_say_the_same_as_json() {
    let json_body = push_end();
    let plain = json_body.to_string();
    let encoded: String = percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC).collect();
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in json_body.as_object().unwrap() {
        form.append_pair(name, &value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    let form = form.finish();
    let plus_encoded = form_urlencoded::byte_serialize(plain.replace(':', ": ").as_bytes()).collect::<String>();
    let want = event(push_end());
    for body in [&plain, &encoded, &form, &plus_encoded] {
        let got = parse(&verify(body.as_bytes(), None, &[&key()], false, NOW, 0).unwrap(), "main");
        assert_eq!(got, want, "{body}");
    }
}

#[test]
fn another_domain_or_account_does_not_belong() {
    let take = |body: Value| verify(&signed(body), None, &[&key()], false, NOW, 0).unwrap();
    let none: [&str; 0] = [];
    let push = take(push_end());
    assert!(belongs(&push, "PUSH.example.com", Some(1_250_000_001), &none));
    assert!(belongs(&push, "push.example.com", Some(0), &none));
    assert!(belongs(&push, "push.example.com", None, &none));
    assert!(!belongs(&push, "push.example.com", Some(7), &none));
    assert!(!belongs(&push, "other.example.com", None, &none));
    assert!(belongs(&push, "other.example.com", None, &["push.example.com"]));
    assert!(!belongs(&take(json!({"domain": "x.example.com"})), "push.example.com", None, &none));
    assert!(belongs(&take(json!({"event_type": 200})), "push.example.com", Some(7), &none));
}

#[test]
fn a_css_stream_is_named_after_room_and_user() {
    let mut body = file();
    body["stream_param"] = json!("cliRecoId=7");
    body["stream_id"] = json!("12345_u_9");
    let got = event(body);
    assert_eq!((got.room_id.as_deref(), got.user_id.as_deref()), (Some("12345"), Some("u_9")));
    assert_eq!((got.record_id.as_deref(), got.relayed_from), (Some("7"), None));
}

#[test]
fn a_body_that_lacks_a_member_is_unreadable_and_says_which() {
    for (body, needed) in [
        (push_end(), ["event_type", "stream_id", "sequence", "event_time"].as_slice()),
        (file(), ["stream_id", "end_time"].as_slice()),
        (status("record_ended"), ["session_id", "seq", "record_event", "event_time", "stream_id"].as_slice()),
    ] {
        for name in needed {
            let mut lacking = body.clone();
            lacking.as_object_mut().unwrap().remove(*name);
            let What::Unreadable { reason } = event(lacking).what else { panic!("{name}") };
            assert!(reason.contains(name), "{reason}");
        }
    }
}

fn status(word: &str) -> Value {
    json!({"event_type": 332, "appid": 1, "domain": "push.example.com", "event_time": NOW, "record_event": word,
        "task_id": "t1", "seq": 3, "session_id": "s1", "stream_id": "12345_u9"})
}

#[test]
fn recording_sessions_begin_end_fail_and_go_on() {
    for (word, phase, reason) in [
        ("record_start_succeeded", RunPhase::Began, None),
        ("record_start_failed", RunPhase::Failed, Some("start_failed")),
        ("record_error", RunPhase::Failed, Some("error")),
        ("record_ended", RunPhase::Ended, None),
        ("record_paused", RunPhase::Progress, Some("paused")),
        ("record_resumed", RunPhase::Progress, Some("resumed")),
    ] {
        let got = event(status(word));
        let run = RecordingRun {
            kind: "session".into(),
            id: "s1".into(),
            task_id: Some("t1".into()),
            phase,
            reason: reason.map(Into::into),
        };
        assert_eq!(got.what, What::Recording { run: Some(run), files: vec![], alarm: None });
        assert_eq!((got.key.as_str(), got.room_id.as_deref()), ("332/s1/3", Some("12345")));
    }
    assert_eq!(event(status("record_dreamt")).what, What::UnknownKind);
}

#[test]
fn a_redelivery_with_a_fresh_t_has_the_same_key() {
    let body = json!({"event_type": 321, "stream_id": "a_b", "abnormal_event": "[]", "data_time": 1_569_292_704_001_i64});
    let first = event(body.clone());
    let mut again = body;
    again["t"] = json!("1569293999");
    again["sign"] = json!(sign(&key(), "1569293999"));
    let again = parse(&verify(again.to_string().as_bytes(), None, &[&key()], false, NOW, 0).unwrap(), "main");
    assert_eq!(first, again);
    assert_eq!((first.what, first.at), (What::Noted, UnixMs(1_569_292_704_001)));
}

#[test]
fn other_kinds_are_noted_and_unknown_ones_kept() {
    let moderation = event(json!({"event_type": 317, "streamId": "a_b", "channelId": "a_b", "img": "http://x"}));
    assert_eq!((moderation.what, moderation.stream_id.as_deref()), (What::Noted, Some("a_b")));
    assert_eq!(moderation.at, UnixMs::from_seconds(NOW));
    assert_eq!(event(json!({"event_type": "8", "timestamp": NOW})).what, What::Noted);
    let unknown = event(json!({"event_type": 777}));
    assert_eq!((unknown.what, unknown.kind.as_str()), (What::UnknownKind, "css.777"));
}

#[test]
fn files_without_a_file_id_and_odd_addresses_are_still_files() {
    let mut body = file();
    body.as_object_mut().unwrap().remove("file_id");
    body["video_url"] = json!("javascript:alert(1)");
    body["file_format"] = json!("MP4");
    body["callback_ext"] = json!("{broken");
    body["file_size"] = json!("18446744073709551615");
    let got = event(body);
    assert_eq!(got.key, "100/1807121258070784645/1569292704/mp4");
    let What::Recording { run: None, files, alarm: None } = got.what else { panic!("{:?}", got.what) };
    assert_eq!((files[0].url.as_deref(), files[0].format.as_str(), files[0].size_bytes), (None, "mp4", Some(u64::MAX)));
}

#[test]
fn a_proven_body_does_not_print_itself() {
    let shown = format!("{:?}", verify(&signed(push_end()), None, &[&key()], false, NOW, 0));
    assert!(!shown.contains("txSecret") && !shown.contains("sign="), "{shown}");
}

#[test]
fn one_changed_bit_of_sign_or_t_is_refused() {
    let good = (b"1569293304".to_vec(), sign(&key(), "1569293304").into_bytes());
    let take = |(t, sign): &(Vec<u8>, Vec<u8>)| {
        let text = String::from_utf8_lossy;
        let body = json!({"event_type": 1, "t": text(t), "sign": text(sign)}).to_string();
        verify(body.as_bytes(), None, &[&key()], false, 0, 0).is_ok()
    };
    assert!(take(&good));
    for bit in 0..8 * (10 + 32) {
        let mut changed = good.clone();
        let byte = bit / 8;
        let place = if byte < 10 { &mut changed.0[byte] } else { &mut changed.1[byte - 10] };
        *place ^= 1 << (bit % 8);
        assert!(!take(&changed), "{bit}");
    }
}

#[test]
fn an_empty_key_proves_nothing() {
    let t = "1569293304";
    let body = json!({"event_type": 1, "t": t, "sign": sign(&Secret::from(""), t)}).to_string();
    assert_eq!(verify(body.as_bytes(), None, &[&Secret::from("")], false, NOW, 0).unwrap_err(), Refused::BadSignature);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_stumble(body in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        if let Ok(signed) = verify(&body, None, &[], true, NOW, 0) {
            let _ = parse(&signed, "main");
        }
    }

    #[test]
    fn no_value_in_any_member_makes_the_reader_stumble(
        kind in proptest::sample::select(vec![0, 1, 8, 100, 200, 317, 321, 332]),
        name in proptest::sample::select(vec!["event_time", "end_time", "duration", "push_duration", "t", "stream_id", "callback_ext", "seq"]),
        number in proptest::num::i64::ANY, float in proptest::num::f64::ANY, text in ".{0,20}", which in 0_usize..5,
    ) {
        let mut body = if kind == 332 { status("record_ended") } else { file() };
        body["event_type"] = json!(kind);
        body["event_time"] = json!(NOW);
        body["sequence"] = json!(1);
        let values: [Value; 5] = [json!(number), json!(float), json!(text), json!(number.to_string()), json!([{}])];
        body[name] = values[which].clone();
        let _ = parse(&verify(body.to_string().as_bytes(), None, &[], true, NOW, 0).unwrap(), "main");
    }
}
