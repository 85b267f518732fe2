//! What each kind of event is told as.

use super::*;
use crate::live::event::{END_REASONS, FileReady, RecordingRun};

fn with(event: &str, changes: Value) -> Event {
    let mut members = sample(event);
    for (name, value) in changes.as_object().unwrap() {
        members[name] = value.clone();
    }
    told(members)
}

fn without(event: &str, name: &str) -> Event {
    let mut members = sample(event);
    members.as_object_mut().unwrap().remove(name);
    told(members)
}

#[test]
fn a_room_begins_and_ends_with_its_session() {
    let event = told(sample("room_create"));
    assert_eq!(event.key, "zego.room_create/1739272706/room_1001/6085791336856668982");
    assert_eq!(event.at, UnixMs(1_760_000_000_123));
    assert_eq!((event.room_id.as_deref(), event.user_id.as_deref()), (Some("room_1001"), Some("anchor_1")));
    let creator = Some("anchor_1".to_owned());
    assert_eq!(event.what, What::RoomBegan { session: "6085791336856668982".into(), creator });
    for (code, word) in [(0, "normal"), (1, "heartbeat_timeout"), (2, "network"), (3, "kicked"), (9, "unknown")] {
        let What::RoomEnded { session, reason, for_good } = with("room_close", json!({"close_reason": code})).what else {
            panic!("not an end");
        };
        assert_eq!((session.as_str(), reason.as_str(), for_good), ("6085791336856668982", word, true));
    }
}

#[test]
fn session_ids_beyond_2_to_the_53_stay_exact() {
    for vector in of_kind("zego_callback_u64") {
        let secret = Secret::from(SECRET);
        let signature = sign(&secret, "1499676978", "350176");
        let body = text(&vector["input"], "body").replace(r#""signature":"x""#, &format!(r#""signature":"{signature}""#));
        let taken = verify(body.as_bytes(), None, &[&secret], 1, 1_499_676_978, 600).unwrap();
        let What::RoomBegan { session, .. } = parse(&taken).what else { panic!("not a beginning") };
        assert_eq!(session, text(&vector["expected"], "stored"));
    }
    let most = with("room_create", json!({"room_session_id": u64::MAX}));
    assert!(most.key.ends_with("/18446744073709551615"));
}

#[test]
fn members_come_and_go_by_their_own_session() {
    let event = told(sample("room_login"));
    assert_eq!(event.key, "zego.room_login/1739272706/6085791336856668982/viewer_7/792148503087288320/2");
    assert_eq!(event.at, UnixMs(1_760_000_005_027));
    let What::MemberEntered { member, nickname } = event.what else { panic!("nobody entered") };
    assert_eq!((member.guard, member.audience, member.robot), (2, true, false));
    assert_eq!(nickname.as_deref(), Some("Viewer 7"));
    let event = told(sample("room_logout"));
    assert_eq!(event.at, UnixMs(1_760_003_500_441));
    let reasons = [("0", "normal"), ("1", "heartbeat_timeout"), ("2", "network"), ("3", "kicked"), ("4", "token_expired")];
    for (code, word) in reasons {
        let What::MemberLeft { reason, .. } = with("room_logout", json!({"reason": code})).what else { panic!("still in") };
        assert_eq!(reason, word);
    }
}

#[test]
fn roles_tell_hosts_viewers_and_robots() {
    for (role, audience, robot) in
        [(json!("1"), false, false), (json!(2), true, false), (json!("4"), true, true), (json!(""), false, false)]
    {
        let event = with("room_login", json!({"user_role": role}));
        assert_eq!(event.user_id.is_none(), robot);
        let What::MemberEntered { member, .. } = event.what else { panic!("nobody entered") };
        assert_eq!((member.audience, member.robot), (audience, robot), "{role}");
    }
}

#[test]
fn streams_run_by_session_and_id_and_end_in_words() {
    let event = told(sample("stream_create"));
    assert_eq!(event.key, "zego.stream_create/1739272706/6085791336856668982/room_1001_anchor_1/1");
    assert_eq!(event.at, UnixMs(1_760_000_010_742));
    let What::StreamBegan { run } = event.what else { panic!("no beginning") };
    assert_eq!((run.key.as_str(), run.guard), ("6085791336856668982/room_1001_anchor_1", 1));
    let event = told(sample("stream_close"));
    assert_eq!(event.at, UnixMs(1_760_003_490_248));
    let codes = [0, 1, 2, 3, 4, 5, 100, 77];
    let words = ["client_end", "heartbeat_timeout", "replaced", "kicked", "network", "room_ended", "forced_stop", "unknown"];
    for (given, word) in codes.into_iter().zip(words) {
        let What::StreamEnded { reason, code, began_at, .. } = with("stream_close", json!({"type": given.to_string()})).what
        else {
            panic!("no end");
        };
        assert!(END_REASONS.contains(&reason.as_str()));
        assert_eq!((reason.as_str(), code, began_at), (word, Some(given.to_string()), Some(UnixMs(1_760_000_010_742))));
    }
}

#[test]
fn stream_numbers_are_compared_as_numbers() {
    for (text, number) in [("01", 1), ("9", 9), ("10", 10)] {
        let What::StreamBegan { run } = with("stream_create", json!({"stream_seq": text})).what else { panic!("no beginning") };
        assert_eq!(run.guard, number);
    }
}

#[test]
fn times_fall_back_to_seconds_and_then_to_the_signing() {
    assert_eq!(without("stream_create", "create_time_ms").at, UnixMs(1_760_000_010_000));
    assert_eq!(without("stream_close", "destroy_timemillis").at, UnixMs(1_760_000_500_000));
    assert_eq!(with("stream_close", json!({"destroy_timemillis": "soon"})).at, UnixMs(1_760_000_500_000));
}

#[test]
fn a_cdn_record_is_one_file_of_its_stream() {
    let event = told(sample("record"));
    assert_eq!(event.at, UnixMs::from_seconds(1_760_003_489));
    assert!(event.key.starts_with("zego.record/1739272706/room_1001_anchor_1/1760000012/1760003489/https:%2F%2Fvod"));
    let file = FileReady {
        file_id: "f-1".into(),
        format: "mp4".into(),
        url: Some("https://vod.example.test/room_1001_anchor_1.mp4".into()),
        start_at: Some(UnixMs::from_seconds(1_760_000_012)),
        end_at: Some(UnixMs::from_seconds(1_760_003_489)),
        duration_seconds: Some(3477.2),
        size_bytes: None,
        stream_id: Some("room_1001_anchor_1".into()),
        user_id: None,
    };
    assert_eq!(event.what, What::Recording { run: None, files: vec![file], alarm: None });
    let loose = with("record", json!({"extra_params": "not json", "replay_url": "rtmp://x/y.M3U8?z=1"}));
    let What::Recording { files, .. } = loose.what else { panic!("no recording") };
    assert_eq!((files[0].url.as_ref(), files[0].format.as_str(), files[0].duration_seconds), (None, "hls", Some(3477.0)));
    assert_eq!(files[0].file_id.len(), 32);
}

fn cloud(event_type: i64, detail: Value) -> (Option<RecordingRun>, Vec<FileReady>, Option<String>) {
    match with("", json!({"event_type": event_type, "detail": detail})).what {
        What::Recording { run, files, alarm } => (run, files, alarm),
        other => panic!("no recording: {other:?}"),
    }
}

#[test]
fn a_cloud_recording_tells_its_task_and_files() {
    let event = told(sample(""));
    assert_eq!(event.kind, "zego.cloud_recording.1");
    assert_eq!(event.key, "zego.cloud_recording.1/1739272706/YZ4joOE4IwmFAAAT/1");
    let What::Recording { run: Some(run), files, alarm: None } = event.what else { panic!("no recording") };
    assert_eq!((run.kind.as_str(), run.id.as_str(), run.phase), ("task", "YZ4joOE4IwmFAAAT", RunPhase::Progress));
    assert_eq!((files[0].duration_seconds, files[0].size_bytes), (Some(3477.0), Some(25_349_026)));
    assert_eq!(files[0].end_at, Some(UnixMs(1_760_003_489_084)));
    assert_eq!(files[0].user_id.as_deref(), Some("anchor_1"));
}

#[test]
fn a_cloud_recording_ends_fails_or_goes_on() {
    let ends =
        [(3, RunPhase::Progress), (4, RunPhase::Progress), (5, RunPhase::Ended), (6, RunPhase::Progress), (7, RunPhase::Ended)];
    for (event_type, phase) in ends.into_iter().chain([102, 201, 202].map(|number| (number, RunPhase::Progress))) {
        assert_eq!(cloud(event_type, json!({})).0.unwrap().phase, phase, "{event_type}");
    }
    for (code, word) in [(1, "start_failed"), (3, "idle_timeout"), (6, "network"), (1005, "write_failed"), (99, "unknown")] {
        let run = cloud(2, json!({"quit_reason": code})).0.unwrap();
        assert_eq!((run.phase, run.reason.as_deref()), (RunPhase::Failed, Some(word)));
    }
    assert_eq!(cloud(1, json!({"upload_status": 1, "file_info": []})).0.unwrap().reason.as_deref(), Some("no_stream"));
    assert_eq!(with("", json!({"event_type": 999})).what, What::UnknownKind);
}

#[test]
fn a_file_in_the_spare_store_raises_an_alarm_and_a_failed_one_is_no_file() {
    let file = |status: i64| json!({"file_id": format!("f{status}"), "status": status});
    let (_, files, alarm) = cloud(1, json!({"file_info": [file(3), file(4)]}));
    assert_eq!((files.len(), alarm.as_deref()), (2, Some("spare_store")));
    let (_, files, alarm) = cloud(1, json!({"file_info": [file(3), file(5)]}));
    assert_eq!((files.len(), alarm.as_deref()), (1, Some("upload_failed")));
    let (_, _, alarm) = cloud(1, json!({"file_info": [file(5), file(4)]}));
    assert_eq!(alarm.as_deref(), Some("spare_store"));
    let text = json!({"file_info": [file(3)]}).to_string();
    assert_eq!(cloud(1, json!(text)).1.len(), 1);
}

#[test]
fn mixes_and_moderation_are_noted_and_new_kinds_are_not_errors() {
    let event = told(sample("mix_start"));
    assert_eq!((event.key.as_str(), event.what), ("zego.mix_start/1739272706/1739272706:mix-room_1001/1", What::Noted));
    let capital = json!({"Event": "transcode_start", "Appid": APP.to_string(), "Timestamp": "1760000500", "Nonce": "1",
        "Signature": sign(&Secret::from(SECRET), "1760000500", "1"), "TaskId": "t"});
    let event = parse(&take(capital.to_string().as_bytes(), 1_760_000_500).unwrap());
    assert_eq!((event.kind.as_str(), event.what), ("zego.transcode_start", What::Noted));
    let event = told(json!({"event": "a/new#kind", "appid": APP}));
    assert_eq!((event.kind.as_str(), event.what), ("zego.a_new_kind", What::UnknownKind));
}

#[test]
fn what_cannot_be_read_names_the_member() {
    let cases = [
        (without("room_create", "room_session_id"), "room_session_id is missing"),
        (with("room_create", json!({"room_session_id": 1e300})), "room_session_id is not a text or whole number"),
        (with("room_close", json!({"room_session_id": "-1"})), "room_session_id is not an unsigned 64-bit number"),
        (with("stream_create", json!({"stream_seq": "x"})), "stream_seq is not a whole number"),
        (with("room_login", json!({"user_account": ""})), "user_account is missing"),
        (with("room_login", json!({"user_account": "u".repeat(257)})), "user_account is longer than 256 bytes"),
        (with("record", json!({"begin_time": []})), "begin_time is not a text or whole number"),
        (with("", json!({"detail": []})), "detail is not an object"),
        (with("", json!({"detail": {"file_info": [{}]}})), "detail.file_info[0].file_id is missing"),
        (told(json!({"appid": APP})), "event is missing"),
    ];
    for (event, wanted) in cases {
        let What::Unreadable { reason } = &event.what else { panic!("{wanted}: {:?}", event.what) };
        assert_eq!(reason, wanted);
        assert!(event.key.contains("/#"), "{}", event.key);
    }
}

#[test]
fn a_redelivery_signed_afresh_has_the_same_key_and_another_event_never() {
    let mut keys = std::collections::BTreeSet::new();
    let broken = samples().map(|mut sample| {
        ["room_session_id", "room_seq", "begin_time", "seq", "sequence"].iter().for_each(|name| sample[*name] = json!({}));
        sample
    });
    for sample in samples().chain(broken) {
        let (first, again) = (signed(sample.clone(), 1_760_000_000, "1"), signed(sample, 1_760_000_300, "2"));
        assert_eq!(parse(&first).key, parse(&again).key);
        assert!(keys.insert(parse(&first).key));
    }
    let user = |account: &str, session: &str| with("room_login", json!({"user_account": account, "session_id": session})).key;
    assert_ne!(user("a/b", "c"), user("a", "b/c"));
    assert_ne!(user("a%2Fb", "c"), user("a/b", "c"));
    let long = |end: &str| with("record", json!({"replay_url": format!("https://x/{}{end}", "y".repeat(3_000))})).key;
    assert!(long("1").len() < 100 && long("1") != long("2"));
}

/// Anything at all in any member: an event comes out, its key fits the store, and nothing panics.
#[test]
fn twenty_thousand_distorted_bodies_are_told_without_a_panic() {
    let mut noise = Noise(10);
    let all: Vec<Value> = samples().collect();
    let odd = |noise: &mut Noise| match noise.below(9) {
        0 => Value::Null,
        1 => json!(noise.next()),
        2 => json!(-(noise.below(1 << 40) as i64)),
        3 => json!(f64::from_bits(noise.next() >> 2)),
        4 => json!([noise.text(9), {"status": 4}]),
        5 => json!({"file_info": [{"status": noise.below(7), "duration": noise.next(), "begin_timestamp": noise.next()}]}),
        6 => json!(noise.text(700)),
        7 => json!(noise.next().to_string()),
        _ => json!(""),
    };
    for _ in 0..20_000 {
        let mut members = all[noise.below(all.len())].clone();
        let names: Vec<String> = members.as_object().unwrap().keys().filter(|name| !name.starts_with("app")).cloned().collect();
        for _ in 0..1 + noise.below(3) {
            members[names[noise.below(names.len())].as_str()] = odd(&mut noise);
        }
        let event = told(members);
        assert!(event.key.len() <= 600 && !event.key.is_empty());
        assert_eq!(serde_json::from_str::<Event>(&serde_json::to_string(&event).unwrap()).unwrap().key, event.key);
    }
}
