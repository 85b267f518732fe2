use super::*;
use crate::live::event::{Event, FileReady, MemberRun, RecordingRun, RunPhase, StreamRun, What};
use crate::live::time::UnixMs;
use crate::vendor::css::vectors::of_kind;
use serde_json::json;

const APP: u32 = 1_400_087_915;
const AT: i64 = 1_569_292_704_656;

fn key() -> Secret {
    Secret::from("trtcCbKey0123456789")
}

fn event_of(body: &str) -> Event {
    parse(&verify(body.as_bytes(), Some(&sign(&key(), body.as_bytes())), None, &[&key()], false, APP).unwrap(), APP)
}

fn event(group: i64, kind: i64, info: Value) -> Event {
    let mut whole = json!({"RoomId": 12345, "EventTs": AT / 1000, "EventMsTs": AT, "UserId": "xiaoming"});
    whole.as_object_mut().unwrap().extend(info.as_object().unwrap().clone());
    event_of(&json!({"EventGroupId": group, "EventType": kind, "CallbackTs": AT + 9, "EventInfo": whole}).to_string())
}

fn task(kind: i64, payload: Value) -> Event {
    event(3, kind, json!({"UserId": "rec_bot", "TaskId": "t1", "Payload": payload}))
}

fn run_of(event: &Event) -> RecordingRun {
    let What::Recording { run: Some(run), .. } = &event.what else { panic!("{:?}", event.what) };
    run.clone()
}

fn files_of(event: &Event) -> Vec<FileReady> {
    let What::Recording { files, .. } = &event.what else { panic!("{:?}", event.what) };
    files.clone()
}

#[test]
fn every_sign_vector_is_judged_as_expected() {
    for v in of_kind("trtc_callback_sign") {
        let (key, body) = (Secret::from(v["key"].as_str().unwrap()), v["body_text"].as_str().unwrap().as_bytes());
        let header = |name: &str| v["headers"][name].as_str();
        let got = verify(body, header("Sign"), header("SdkAppId"), &[&Secret::from("old"), &key], false, APP);
        assert_eq!(got.as_ref().map_or_else(|refused| refused.code(), |_| "valid"), v["expect"], "{}", v["id"]);
        if let Ok(signed) = got {
            assert_eq!(sign(&key, body), v["headers"]["Sign"], "{}", v["id"]);
            let what = parse(&signed, APP).what;
            assert!(!matches!(what, What::Unreadable { .. } | What::UnknownKind), "{}: {what:?}", v["id"]);
        }
    }
}

#[test]
fn the_vectors_bodies_say_who_entered_left_and_what_was_kept() {
    let bodies: Vec<String> = of_kind("trtc_callback_sign").iter().map(|v| v["body_text"].as_str().unwrap().to_owned()).collect();
    let entered = event_of(&bodies[0]);
    assert_eq!((entered.key.as_str(), entered.at), ("1/103/12345/xiaoming/1569292704656/", UnixMs(AT)));
    let left = event_of(&bodies[1]);
    assert_eq!((left.room_id.as_deref(), left.at), (Some("class-2019-09-24"), UnixMs(1_569_292_704_000)));
    let What::MemberLeft { member, reason } = left.what else { panic!() };
    assert_eq!((member.guard, reason.as_str()), (1_569_292_704_000, "heartbeat_timeout"));
    let kept = event_of(&bodies[2]);
    assert_eq!((kept.user_id.as_deref(), kept.key.as_str()), (Some("xiaoming"), "3/311/0/-m9-bVVU7idAbC/38770229/"));
    let file = files_of(&kept).remove(0);
    assert_eq!((file.format.as_str(), file.url.as_deref()), ("mp4", Some("http://vod.example/x.mp4")));
    assert_eq!(file.duration_seconds, Some(3.0));
    assert_eq!(file.stream_id.as_deref(), Some("1400087915_12345_xiaoming_main"));
}

#[test]
fn unsigned_wrong_and_foreign_callbacks_are_refused() {
    let body = b"{}";
    let good = sign(&key(), body);
    let take = |sign: Option<&str>, app: Option<&str>, keys: &[&Secret], allow| {
        verify(body, sign, app, keys, allow, APP).map_or_else(Refused::code, |_| "taken")
    };
    assert_eq!(take(Some(&good), Some("1400087915"), &[&key()], false), "taken");
    assert_eq!(take(Some(&good), None, &[&key()], false), "taken");
    assert_eq!(take(Some(&good), Some("1400087916"), &[&key()], false), "other_app");
    assert_eq!(take(None, None, &[&key()], true), "not_signed");
    assert_eq!(take(Some(""), None, &[&key()], false), "not_signed");
    assert_eq!(take(Some("AAAA"), None, &[&key()], false), "bad_signature");
    assert_eq!(take(Some(&good), None, &[], false), "not_signed");
    assert_eq!(take(None, None, &[], true), "taken");
    assert_eq!(take(None, Some("7"), &[], true), "other_app");
}

#[test]
fn rooms_begin_and_end_but_not_for_good() {
    let began = event(1, 101, json!({}));
    assert_eq!(began.what, What::RoomBegan { session: String::new(), creator: Some("xiaoming".into()) });
    let ended = event(1, 102, json!({"RoomId": "text"}));
    assert_eq!(ended.room_id.as_deref(), Some("text"));
    assert_eq!(ended.what, What::RoomEnded { session: String::new(), reason: "dismissed".into(), for_good: false });
    assert_eq!(event(1, 105, json!({})).what, What::Noted);
    assert_eq!(event(1, 199, json!({})).what, What::UnknownKind);
}

#[test]
fn members_enter_and_leave_with_their_role_and_reason() {
    let member = |audience| MemberRun {
        user_id: "xiaoming".into(),
        session: String::new(),
        member_session: String::new(),
        audience,
        robot: false,
        guard: AT,
    };
    assert_eq!(event(1, 103, json!({"Role": 20})).what, What::MemberEntered { member: member(false), nickname: None });
    assert_eq!(event(1, 103, json!({"Role": "21"})).what, What::MemberEntered { member: member(true), nickname: None });
    for (code, word) in
        [(1, "normal"), (2, "heartbeat_timeout"), (3, "kicked"), (4, "normal"), (5, "heartbeat_timeout"), (9, "unknown")]
    {
        let want = What::MemberLeft { member: member(false), reason: word.into() };
        assert_eq!(event(1, 104, json!({"Reason": code})).what, want);
    }
}

#[test]
fn audio_and_video_are_two_runs_of_one_stream() {
    for (kind, track, stream) in [(201, "video", "main"), (203, "audio", "main"), (205, "aux", "aux")] {
        let run = StreamRun {
            key: format!("xiaoming/{track}"),
            stream_id: format!("1400087915_12345_xiaoming_{stream}"),
            session: String::new(),
            track: track.into(),
            guard: AT,
        };
        let began = event(2, kind, json!({}));
        assert_eq!((began.stream_id.as_ref(), &began.what), (Some(&run.stream_id), &What::StreamBegan { run: run.clone() }));
        let ended = event(2, kind + 1, json!({"Reason": 0}));
        let want = What::StreamEnded { run, began_at: None, reason: "client_end".into(), code: Some("0".into()) };
        assert_eq!(ended.what, want);
    }
}

#[test]
fn moments_come_as_number_or_text_and_under_either_name() {
    for moment in [json!({"EventMsTs": AT.to_string()}), json!({"EventMsTs": null, "EventTsMs": AT})] {
        assert_eq!(event(2, 201, moment).at, UnixMs(AT));
    }
    let seconds = event(2, 201, json!({"EventMsTs": null, "EventTs": "1569292704"}));
    assert_eq!(seconds.at, UnixMs(1_569_292_704_000));
    let ingest = event_of(&json!({"EventGroupId": 7, "EventType": 701, "CallbackMsTs": AT, "EventInfo": {}}).to_string());
    assert_eq!((ingest.what, ingest.at), (What::Noted, UnixMs(AT)));
}

#[test]
fn a_task_begins_fails_goes_on_and_ends() {
    for (kind, payload, phase, reason) in [
        (301, json!({"Status": 0}), RunPhase::Began, None),
        (301, json!({"Status": "1"}), RunPhase::Failed, Some("start_failed")),
        (302, json!({"LeaveCode": 0}), RunPhase::Ended, Some("normal")),
        (302, json!({"LeaveCode": 99}), RunPhase::Ended, Some("no_users")),
        (303, json!({"Status": 0}), RunPhase::Progress, None),
        (304, json!({"FileList": "x.m3u8"}), RunPhase::Progress, None),
        (305, json!({"LeaveCode": 1}), RunPhase::Progress, Some("upload_incomplete")),
        (306, json!({"Status": 0}), RunPhase::Progress, Some("failover")),
        (307, json!({"FileName": "x"}), RunPhase::Progress, None),
        (308, json!({}), RunPhase::Progress, Some("upload_failed")),
        (309, json!({"Url": "x"}), RunPhase::Progress, Some("image_failed")),
        (311, json!({"Status": 1, "TencentVod": {"CacheFile": "x.mp4"}}), RunPhase::Progress, Some("upload_stuck")),
        (311, json!({"Status": 2, "Errmsg": "x"}), RunPhase::Failed, Some("upload_failed")),
        (312, json!({"Status": 0}), RunPhase::Ended, None),
    ] {
        let got = task(kind, payload);
        let run = run_of(&got);
        assert_eq!(
            (run.kind.as_str(), run.id.as_str(), run.phase, run.reason.as_deref()),
            ("task", "t1", phase, reason),
            "{kind}"
        );
        assert_eq!((got.user_id, got.room_id.as_deref()), (None, Some("12345")));
    }
    let What::Recording { alarm, .. } = task(308, json!({})).what else { panic!() };
    assert_eq!(alarm.as_deref(), Some("upload_failed"));
}

#[test]
fn mp4_files_are_listed_once_each_with_their_owner() {
    let got = task(
        310,
        json!({"Status": 0, "FileList": ["a.mp4", "b.mp4"], "FileMessage": [{"FileName": "a.mp4", "UserId": "xiaoming",
            "TrackType": "audio_video", "MediaId": "aux", "StartTimeStamp": AT, "EndTimeStamp": AT + 1500}]}),
    );
    let files = files_of(&got);
    assert_eq!(
        files.iter().map(|f| (f.file_id.as_str(), f.format.as_str())).collect::<Vec<_>>(),
        [("a.mp4", "mp4"), ("b.mp4", "mp4")]
    );
    assert_eq!(files[0].stream_id.as_deref(), Some("1400087915_12345_xiaoming_aux"));
    assert_eq!((files[0].duration_seconds, files[0].url.as_deref(), files[1].start_at), (Some(1.5), None, None));
    assert_eq!(got.user_id, None);
}

#[test]
fn a_mixed_recording_has_no_user_and_no_stream() {
    let vod =
        json!({"UserId": "", "MediaId": "mix", "FileId": 18_446_744_073_709_551_615_u64, "VideoUrl": "https://v/x.M3U8?a=b.mp4"});
    let got = task(311, json!({"Status": 0, "TencentVod": vod}));
    let file = files_of(&got).remove(0);
    assert_eq!((file.file_id.as_str(), file.format.as_str()), ("18446744073709551615", "hls"));
    assert_eq!((file.user_id, file.stream_id, got.user_id), (None, None, None));
}

#[test]
fn a_stuck_file_that_arrives_later_is_another_event() {
    let told = |status: i64, vod: Value| task(311, json!({"Status": status, "TencentVod": vod})).key;
    let stuck = told(1, json!({"CacheFile": "x.mp4"}));
    assert_ne!(stuck, told(0, json!({"CacheFile": "x.mp4"})));
    assert_ne!(told(0, json!({"CacheFile": "x"})), told(0, json!({"FileId": "x"})));
    assert_eq!(stuck, told(1, json!({"CacheFile": "x.mp4"})));
}

#[test]
fn a_body_that_lacks_a_member_is_unreadable_and_says_which() {
    let lacks = |got: Event, name: &str| {
        let What::Unreadable { reason } = got.what else { panic!("{name}: {:?}", got.what) };
        assert!(reason.contains(name), "{reason}");
    };
    lacks(event_of("no json"), "JSON");
    lacks(event_of("{}"), "EventGroupId");
    lacks(event_of(r#"{"EventGroupId":1}"#), "EventType");
    lacks(event_of(r#"{"EventGroupId":1,"EventType":103}"#), "EventInfo");
    lacks(event(1, 103, json!({"RoomId": null})), "RoomId");
    lacks(event(1, 103, json!({"UserId": ""})), "UserId");
    lacks(event(1, 103, json!({"EventMsTs": null, "EventTs": null})), "EventMsTs");
    lacks(event(2, 201, json!({"UserId": [1]})), "UserId");
    lacks(event(3, 301, json!({"Payload": {}})), "TaskId");
    lacks(event(3, 301, json!({"TaskId": "t"})), "Payload");
    lacks(task(301, json!({})), "Payload.Status");
    lacks(task(311, json!({"Status": 0})), "TencentVod");
    lacks(task(311, json!({"Status": 0, "TencentVod": {}})), "FileId");
    assert_eq!(event(9, 1, json!({})).what, What::UnknownKind);
}

#[test]
fn a_redelivery_sent_later_has_the_same_key() {
    for info in [json!({}), json!({"RoomId": 1, "UserId": "u", "EventMsTs": AT})] {
        let send = |at: i64| {
            event_of(&json!({"EventGroupId": 4, "EventType": 401, "CallbackTs": at, "EventInfo": info}).to_string()).key
        };
        assert_eq!(send(AT), send(AT + 10_000));
    }
}

#[test]
fn one_changed_bit_of_body_or_sign_is_refused() {
    let v = of_kind("trtc_callback_sign").remove(0);
    let (body, sign) = (v["body_text"].as_str().unwrap().as_bytes(), v["headers"]["Sign"].as_str().unwrap());
    let take = |body: &[u8], sign: &str| verify(body, Some(sign), None, &[&key()], false, APP).is_ok();
    assert!(take(body, sign));
    for bit in 0..body.len() * 8 {
        let mut changed = body.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!take(&changed, sign), "{bit}");
    }
    for bit in 0..sign.len() * 8 {
        let mut changed = sign.as_bytes().to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!take(body, &String::from_utf8_lossy(&changed)), "{bit}");
    }
}

#[test]
fn an_empty_key_proves_nothing() {
    let empty = Secret::from("");
    let got = verify(b"{}", Some(&sign(&empty, b"{}")), None, &[&empty], false, APP);
    assert_eq!(got.unwrap_err(), Refused::BadSignature);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(1000))]

    #[test]
    fn another_implementation_signs_the_same(key in ".{1,40}", body in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        use ::hmac::{Hmac, KeyInit, Mac};
        let mut other = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
        other.update(&body);
        proptest::prop_assert_eq!(sign(&Secret::from(key.as_str()), &body), STANDARD.encode(other.finalize().into_bytes()));
    }

    #[test]
    fn no_value_in_any_member_makes_the_reader_stumble(
        kind in 300_i64..314, name in proptest::sample::select(vec!["EventMsTs", "TaskId", "Payload", "RoomId", "UserId"]),
        status in 0..3, number in proptest::num::i64::ANY, text in ".{0,20}", which in 0_usize..4,
    ) {
        let vod = json!({"FileId": text, "StartTimeStamp": number, "EndTimeStamp": i64::MIN, "VideoUrl": text});
        let payload = json!({"Status": status, "TencentVod": vod, "FileMessage": [vod, 1], "FileList": [text, 3]});
        let values: [Value; 4] = [json!(number), json!(text), json!([{}]), payload.clone()];
        let mut info = json!({"TaskId": "t", "Payload": payload});
        info[name] = values[which].clone();
        let _ = event(3, kind, info.clone());
        let _ = event(kind % 9, kind % 9 * 100 + 1, info);
    }
}
