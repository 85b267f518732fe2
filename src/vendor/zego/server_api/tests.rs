use super::super::vectors::{Noise, of_kind, text};
use super::*;
use serde_json::json;

fn secret() -> Secret {
    Secret::from("9193cc662a4c0ec135ec71fb57194b38")
}

fn path(call: &Call<'_>) -> String {
    call.request(12345, &secret(), "4fd24687296dd9f3", 1_615_186_943).unwrap().0
}

const COMMON: &str = "AppId=12345&SignatureNonce=4fd24687296dd9f3&Timestamp=1615186943\
     &Signature=43e5cfcca828314675f91b001390566a&SignatureVersion=2.0";

#[test]
fn signatures_equal_the_vendors() {
    for vector in of_kind("zego_server_api_signature") {
        let input = &vector["input"];
        let (app_id, timestamp) = (input["app_id"].as_u64().unwrap() as u32, input["timestamp"].as_i64().unwrap());
        let (nonce, secret) = (text(input, "signature_nonce"), Secret::from(text(input, "server_secret")));
        let made = signature(app_id, nonce, &secret, timestamp);
        assert_eq!(made, text(&vector["expected"], "signature"), "{}", vector["id"]);
        assert!(signature_holds(&made, app_id, nonce, &secret, timestamp));
        assert!(!signature_holds(&made, app_id, nonce, &secret, timestamp + 1));
    }
}

#[test]
fn a_changed_signature_does_not_hold() {
    let mut noise = Noise(8);
    let made = signature(1, "n", &secret(), 2);
    for _ in 0..500 {
        let mut bytes = made.clone().into_bytes();
        bytes[noise.below(32)] ^= 1 << noise.below(7);
        assert!(!signature_holds(std::str::from_utf8(&bytes).unwrap(), 1, "n", &secret(), 2));
    }
}

#[test]
fn each_call_has_the_vendors_parameters() {
    let ids = |list: &[&str]| list.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let (rooms, users) = (ids(&["r 1", "r&2"]), ids(&["u1", "用"]));
    let cases = [
        (Call::DescribeUserNum { room_ids: &rooms }, "RoomId%5B%5D=r%201&RoomId%5B%5D=r%262"),
        (Call::DescribeUserList { room_id: "r", marker: "" }, "RoomId=r&Limit=200"),
        (Call::DescribeUserList { room_id: "r", marker: "1-u+" }, "RoomId=r&Limit=200&Marker=1-u%2B"),
        (Call::DescribeSimpleStreamList { room_id: "r" }, "RoomId=r"),
        (Call::KickoutUser { room_id: "r", user_ids: &users, reason: "" }, "RoomId=r&UserId%5B%5D=u1&UserId%5B%5D=%E7%94%A8"),
        (Call::CloseRoom { room_id: "r", reason: "late" }, "RoomId=r&RoomCloseCallback=true&CustomReason=late"),
        (Call::ForbidRtcStream { stream_id: "s", sequence: 9 }, "StreamId=s&Sequence=9"),
        (Call::DeleteStream { room_id: "r", user_id: "u", stream_id: "s" }, "RoomId=r&UserId=u&StreamId=s"),
    ];
    for (call, own) in cases {
        assert_eq!(path(&call), format!("/?Action={}&{COMMON}&{own}", call.action()));
    }
}

#[test]
fn mixes_are_posted_with_a_body() {
    let body = json!({"TaskId": "t"});
    let (path, sent) = Call::StartMix { body: &body }.request(12345, &secret(), "4fd24687296dd9f3", 1_615_186_943).unwrap();
    assert_eq!(path, format!("/?Action=StartMix&{COMMON}"));
    assert_eq!(sent.as_deref(), Some(r#"{"TaskId":"t"}"#));
    assert!(Call::StopMix { body: &body }.request(1, &secret(), "n", 1).unwrap().1.is_some());
}

#[test]
fn no_call_names_more_than_the_vendor_takes() {
    let many: Vec<String> = (0..30).map(|i| format!("u{i}")).collect();
    let kick = |user_ids| Call::KickoutUser { room_id: "r", user_ids, reason: "" }.request(1, &secret(), "n", 1);
    let count = |room_ids| Call::DescribeUserNum { room_ids }.request(1, &secret(), "n", 1);
    assert!(kick(&many[..5]).is_ok() && count(&many[..10]).is_ok());
    assert_eq!(kick(&many[..6]), Err(CallError::TooManyNamed { named: 6, most: MOST_KICKED }));
    assert_eq!(count(&many[..11]), Err(CallError::TooManyNamed { named: 11, most: MOST_ROOMS }));
}

#[test]
fn lists_are_read() {
    let read = |data: Value| {
        read_answer(200, json!({"Code": 0, "Message": "success", "RequestId": "q", "Data": data}).to_string().as_bytes()).unwrap()
    };
    let users =
        read(json!({"Marker": "m1", "UserList": [{"UserId": "u1", "UserName": "n", "UserRole": 4}]})).user_page().unwrap();
    assert_eq!((users.marker.as_str(), users.users[0].user_id.as_str(), users.users[0].role), ("m1", "u1", 4));
    let streams =
        read(json!({"StreamList": [{"StreamId": "s1", "UserId": "u1", "CreateTime": 1_642_045_110_123_i64}]})).streams();
    assert_eq!(streams.unwrap()[0].created_ms, Some(1_642_045_110_123));
    let counts = read(json!({"UserCountList": [{"RoomId": "r", "UserCount": 3, "AdminUserCount": 1}]})).user_counts().unwrap();
    assert_eq!(counts, [RoomCount { room_id: "r".into(), users: 3, admins: 1 }]);
    assert_eq!(read(Value::Null).streams(), Ok(Vec::new()));
    assert!(read(json!({"StreamList": [{}]})).streams().is_err());
    assert!(read(json!({"StreamList": 3})).streams().is_err());
}

#[test]
fn only_what_may_pass_is_worth_a_retry() {
    let refused =
        |code: i64| read_answer(200, format!(r#"{{"Code":{code},"Message":"no","RequestId":7}}"#).as_bytes()).unwrap_err();
    for code in [206, 207, 30002, 110_200_190, 110_200_194] {
        assert!(refused(code).worth_a_retry(), "{code}");
    }
    for code in [2, 104, 100_000_005, 110_200_150, 110_200_195] {
        assert!(!refused(code).worth_a_retry(), "{code}");
    }
    assert!(read_answer(503, b"").unwrap_err().worth_a_retry());
    assert!(!read_answer(404, b"").unwrap_err().worth_a_retry());
    assert!(!read_answer(200, b"<html>").unwrap_err().worth_a_retry());
    assert!(refused(50003).already_gone() && refused(104).already_gone() && !refused(2).already_gone());
    assert_eq!(refused(100_000_005).code(), "zego_signature");
    assert!(refused(2).to_string().contains("\"7\""));
}
