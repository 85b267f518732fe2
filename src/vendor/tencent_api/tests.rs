use super::*;
use ::hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn account(key: &Secret) -> Account<'_> {
    Account { secret_id: "AKID", secret_key: key, region: "ap-guangzhou" }
}

const DISMISS: Call<'_> = Call::DismissRoom { sdk_app_id: 1_400_087_915, room: Room::Number(12345) };

#[test]
fn tencents_published_example_comes_out() {
    let body = r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
    let key = Secret::from("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE");
    let id = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
    assert_eq!(sha256(body), "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064");
    assert_eq!(
        authorization(id, &key, "cvm", "cvm.tencentcloudapi.com", body, 1_551_113_065),
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, \
         SignedHeaders=content-type;host, Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    );
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[test]
fn another_implementation_signs_a_call_the_same() {
    let key = Secret::from("the key");
    let made = request(&DISMISS, account(&key), None, 1_569_292_704).unwrap();
    let canonical = [
        "POST",
        "/",
        "",
        "content-type:application/json; charset=utf-8",
        "host:trtc.tencentcloudapi.com",
        "",
        "content-type;host",
        &hex::encode(Sha256::digest(&made.body)),
    ]
    .join("\n");
    let scope = "2019-09-24/trtc/tc3_request";
    let text = ["TC3-HMAC-SHA256", "1569292704", scope, &hex::encode(Sha256::digest(canonical))].join("\n");
    let signing = mac(&mac(&mac(b"TC3the key", "2019-09-24"), "trtc"), "tc3_request");
    let want = format!(
        "TC3-HMAC-SHA256 Credential=AKID/{scope}, SignedHeaders=content-type;host, Signature={}",
        hex::encode(mac(&signing, &text))
    );
    let header = |name: &str| made.headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
    assert_eq!(header("authorization"), Some(want.as_str()));
    assert_eq!(header("x-tc-action"), Some("DismissRoom"));
    assert_eq!(header("x-tc-version"), Some("2019-07-22"));
    assert_eq!(header("x-tc-timestamp"), Some("1569292704"));
    assert_eq!(header("x-tc-region"), Some("ap-guangzhou"));
    assert_eq!(made.url, "https://trtc.tencentcloudapi.com/");
}

#[test]
fn each_call_says_what_tencent_documents() {
    let users = ["u1".to_owned()];
    let place = ("push.example.com", "live", "12345_u1");
    let (domain, app_name, stream_name) = place;
    let text = Room::Text("class-1");
    for (call, action, body) in [
        (
            Call::DescribeLiveStreamState { domain, app_name, stream_name },
            "DescribeLiveStreamState",
            json!({"StreamName": stream_name, "DomainName": domain, "AppName": app_name}),
        ),
        (
            Call::DropLiveStream { domain, app_name, stream_name },
            "DropLiveStream",
            json!({"StreamName": stream_name, "DomainName": domain, "AppName": app_name}),
        ),
        (
            Call::RemoveUsers { sdk_app_id: 7, room: Room::Number(12345), user_ids: &users },
            "RemoveUser",
            json!({"SdkAppId": 7, "RoomId": 12345, "UserIds": ["u1"]}),
        ),
        (
            Call::RemoveUsers { sdk_app_id: 7, room: text, user_ids: &users },
            "RemoveUserByStrRoomId",
            json!({"SdkAppId": 7, "RoomId": "class-1", "UserIds": ["u1"]}),
        ),
        (Call::DismissRoom { sdk_app_id: 7, room: text }, "DismissRoomByStrRoomId", json!({"SdkAppId": 7, "RoomId": "class-1"})),
        (
            Call::DescribeCloudRecording { sdk_app_id: 7, task_id: "t" },
            "DescribeCloudRecording",
            json!({"SdkAppId": 7, "TaskId": "t"}),
        ),
    ] {
        let made = request(&call, account(&Secret::from("k")), Some("http://127.0.0.1:9000/"), 1).unwrap();
        assert_eq!((call.action(), serde_json::from_str::<Value>(&made.body).unwrap()), (action, body));
        assert_eq!(made.url, "http://127.0.0.1:9000/");
        assert!(made.headers.contains(&("host", "127.0.0.1:9000".to_owned())));
    }
}

#[test]
fn a_room_id_of_digits_is_a_number_unless_it_cannot_be_one() {
    assert_eq!(Room::from_id("4294967295"), Room::Number(u32::MAX));
    for text in ["4294967296", "012", "0", "", "+1", "a1"] {
        assert_eq!(Room::from_id(text), Room::Text(text));
    }
}

#[test]
fn calls_that_cannot_succeed_are_not_made() {
    let key = Secret::from("k");
    for count in [0, 11] {
        let users = vec!["u".to_owned(); count];
        let call = Call::RemoveUsers { sdk_app_id: 7, room: Room::Number(1), user_ids: &users };
        assert_eq!(request(&call, account(&key), None, 1).err(), Some(CallError::UserCount { named: count }));
    }
    for base in ["", "x", "ftp://a", "https://", "https://a/b", "https://a?b", "https://u:p@a"] {
        assert_eq!(request(&DISMISS, account(&key), Some(base), 1).err(), Some(CallError::Base), "{base}");
    }
}

#[test]
fn answers_and_refusals_are_read() {
    let state = |word: &str| {
        let body = json!({"Response": {"StreamState": word, "RequestId": "r"}}).to_string();
        read_answer(200, body.as_bytes()).and_then(|response| stream_state(&response))
    };
    assert_eq!(state("active"), Ok(StreamState::Active));
    assert_eq!(state("inactive"), Ok(StreamState::Inactive));
    assert_eq!(state("forbid"), Ok(StreamState::Forbidden));
    assert_eq!(state("?"), Err(ApiError::Unreadable { status: 200 }));
    for (body, status) in [("<html>", 502), ("{}", 200), (r#"{"Response":{}}"#, 500), (r#"{"Response":{"Error":1}}"#, 200)] {
        let error = read_answer(status, body.as_bytes()).unwrap_err();
        assert_eq!(error, ApiError::Unreadable { status });
        assert!(error.worth_a_retry());
    }
    let body = json!({"Response": {"TaskId": "t", "Status": "InProgress", "RequestId": "r", "StorageFileList":
        [{"UserId": "", "FileName": "a.m3u8", "TrackType": "audio_video", "BeginTimeStamp": 1_569_292_704_000_i64}, 1]}});
    let got = recording_state(&read_answer(200, body.to_string().as_bytes()).unwrap()).unwrap();
    assert!(got.running);
    assert_eq!((got.files.len(), got.files[0].user_id.as_ref(), got.files[0].begin_at_ms), (1, None, Some(1_569_292_704_000)));
}

#[test]
fn limits_and_the_vendors_own_faults_are_worth_a_retry() {
    for (code, retry, gone) in [
        ("RequestLimitExceeded", true, false),
        ("RequestLimitExceeded.UinLimitExceeded", true, false),
        ("InternalError", true, false),
        ("InternalError.DBError", true, false),
        ("AuthFailure.SignatureExpire", true, false),
        ("AuthFailure.SignatureFailure", false, false),
        ("InvalidParameter.RoomId", false, false),
        ("FailedOperation.RoomNotExist", false, true),
        ("ResourceNotFound", false, true),
    ] {
        let body = json!({"Response": {"Error": {"Code": code, "Message": "m".repeat(900)}, "RequestId": "r"}}).to_string();
        let error = read_answer(200, body.as_bytes()).unwrap_err();
        assert_eq!((error.worth_a_retry(), error.already_gone()), (retry, gone), "{code}");
        assert!(error.to_string().len() < 300);
    }
}
