//! Published demos against kaibo: ZEGO's token and room list calls, and Tencent's RTCRoom backend as its mini program uses it.

use crate::counted::counted;
use crate::harness::{self, Kaibo};
use crate::wx::wx_request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kaibo::app::jobs;
use kaibo::config::Config;
use kaibo::config::keys::Keys;
use kaibo::http::routes::{ROUTES, Who};
use kaibo::live::time::UnixMs;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::DecodePublicKey;
use serde_json::{Value, json};
use std::io::Read;

const NOW: UnixMs = UnixMs(1_760_000_000_000);
const BASE: &str = "/webrtc/weapp/webrtc_room";

async fn open_identity(tweak: impl FnOnce(&mut Config)) -> Kaibo {
    Kaibo::start_at(NOW, |config| {
        config.access.open_identity = true;
        tweak(config);
    })
    .await
}

/// As `wxlite/utils/webrtcroom.js` of the published client calls: POST, JSON, and only `code` decides.
async fn call(kaibo: &Kaibo, name: &str, data: Value) -> Value {
    let options = json!({ "url": format!("{BASE}/{name}"), "method": "POST", "data": data });
    let answer = wx_request(kaibo, &options).await.expect(200).json();
    assert!(answer["code"].is_u64() && answer["message"].is_string(), "{answer}");
    answer
}

async fn good(kaibo: &Kaibo, name: &str, data: Value) -> Value {
    let answer = call(kaibo, name, data).await;
    assert_eq!(answer["code"], 0, "{name}: {answer}");
    answer
}

async fn code(kaibo: &Kaibo, name: &str, data: Value) -> u64 {
    call(kaibo, name, data).await["code"].as_u64().unwrap()
}

async fn create(kaibo: &Kaibo, user: &str, info: &str) -> String {
    let room = good(kaibo, "create_room", json!({ "userID": user, "roomInfo": info, "roomType": "trtc" })).await;
    room["roomID"].as_str().unwrap().to_owned()
}

async fn listed(kaibo: &Kaibo, ask: Value) -> Vec<String> {
    let list = good(kaibo, "get_room_list", ask).await;
    list["rooms"].as_array().unwrap().iter().map(|room| room["roomID"].as_str().unwrap().to_owned()).collect()
}

async fn inside(kaibo: &Kaibo, room: &str) -> Vec<Value> {
    good(kaibo, "get_room_members", json!({ "roomID": room })).await["members"].as_array().unwrap().clone()
}

fn later(kaibo: &Kaibo, seconds: i64) {
    kaibo.clock.as_ref().unwrap().advance_ms(seconds * 1000);
}

#[tokio::test]
async fn an_evening_of_the_published_rtcroom_client() {
    let kaibo = open_identity(|_| {}).await;
    // The client brings no userID at first and keeps the one it is given.
    let login = good(&kaibo, "get_login_info", json!({ "userID": "" })).await;
    assert_eq!((&login["sdkAppID"], &login["accountType"]), (&json!(1400087915), &json!("0")));
    let ann = login["userID"].as_str().unwrap();
    assert!(ann.starts_with("user_") && ann.len() == 18 && !login["userSig"].as_str().unwrap().is_empty(), "{ann}");

    let made = json!({ "userID": ann, "nickName": "安", "roomInfo": "{\"title\":\"晚间\"}", "roomType": "trtc" });
    let made = good(&kaibo, "create_room", made).await;
    let room = made["roomID"].as_str().unwrap();
    assert!(room.parse::<u32>().is_ok_and(|number| number > 0));
    assert_eq!((&made["userID"], &made["roomInfo"]), (&json!(ann), &json!("{\"title\":\"晚间\"}")));
    for user in ["user_bob", "oABC-def_0123456789012345678"] {
        let entered = good(&kaibo, "enter_room", json!({ "userID": user, "roomID": room })).await;
        assert_eq!((&entered["userID"], &entered["roomID"]), (&json!(user), &json!(room)));
        assert!(!entered["privateMapKey"].as_str().unwrap().is_empty());
    }
    assert_eq!(inside(&kaibo, room).await.len(), 3);
    assert!(inside(&kaibo, room).await.contains(&json!({ "userID": ann, "nickName": "安" })));

    // Two send heartbeats, the third lets its lease run out.
    for _ in 0..4 {
        later(&kaibo, 7);
        for user in [ann, "user_bob"] {
            good(&kaibo, "heartbeat", json!({ "userID": user, "roomID": room })).await;
        }
    }
    let names: Vec<Value> = inside(&kaibo, room).await.iter().map(|member| member["userID"].clone()).collect();
    assert!(names.len() == 2 && names.contains(&json!("user_bob")) && names.contains(&json!(ann)), "{names:?}");
    let silent = json!({ "userID": "oABC-def_0123456789012345678", "roomID": room });
    assert_eq!(code(&kaibo, "heartbeat", silent).await, 0, "says nothing to someone who is out");
    assert_eq!(inside(&kaibo, room).await.len(), 2);

    let list = good(&kaibo, "get_room_list", json!({ "index": 0, "count": 20, "roomType": "trtc" })).await;
    assert_eq!(list["rooms"], json!([{ "roomID": room, "roomInfo": "{\"title\":\"晚间\"}", "roomCreator": ann }]));

    good(&kaibo, "quit_room", json!({ "userID": ann, "roomID": room })).await;
    assert_eq!(listed(&kaibo, json!({})).await, [room]);
    good(&kaibo, "quit_room", json!({ "userID": "user_bob", "roomID": room })).await;
    assert!(listed(&kaibo, json!({})).await.is_empty());
    assert_eq!(code(&kaibo, "enter_room", json!({ "userID": "user_bob", "roomID": room })).await, 5003);
    let durable = kaibo.get(&format!("/v1/rooms/{room}"), Some(harness::READ)).await.expect(200).json();
    assert_eq!(
        (&durable["status"], &durable["provider"], &durable["info"]),
        (&json!("closed"), &json!("trtc"), &made["roomInfo"])
    );
}

#[tokio::test]
async fn what_is_wrong_has_the_references_number() {
    let kaibo = open_identity(|_| {}).await;
    let room = create(&kaibo, "user_ann", "x").await;
    for (name, data, expected) in [
        ("create_room", json!({ "userID": "user_ann" }), 2),
        ("create_room", json!({ "roomInfo": "x" }), 2),
        ("create_room", json!({ "userID": "用户", "roomInfo": "x" }), 7),
        ("create_room", json!({ "userID": "user_ann", "roomInfo": "好".repeat(1025) }), 11),
        ("create_room", json!({ "userID": "user_ann", "roomInfo": "好".repeat(1024) }), 0),
        ("enter_room", json!({ "userID": "user_bob" }), 2),
        ("enter_room", json!({ "userID": "user bob", "roomID": room }), 7),
        ("enter_room", json!({ "userID": "user_bob", "roomID": "1" }), 3),
        ("enter_room", json!({ "userID": "user_bob", "roomID": "x".repeat(5000) }), 3),
        ("quit_room", json!({ "userID": "user_bob" }), 2),
        ("quit_room", json!({ "userID": "user_bob", "roomID": 1 }), 3),
        ("quit_room", json!({ "userID": "user_bob", "roomID": room }), 0),
        ("heartbeat", json!({ "roomID": room }), 2),
        ("heartbeat", json!({ "userID": "user_bob", "roomID": "1" }), 3),
        ("get_room_members", json!({}), 2),
        ("get_room_members", json!({ "roomID": "1" }), 3),
        ("get_login_info", json!({ "userID": "x".repeat(33) }), 7),
        ("get_room_list", json!({ "index": "x", "count": -1 }), 0),
    ] {
        assert_eq!(code(&kaibo, name, data.clone()).await, expected, "{name} {data}");
    }
    let unreadable = kaibo.request("POST", &format!("{BASE}/create_room")).body("{\"userID\":").send().await.expect(200);
    assert_eq!(unreadable.json()["code"], 2);
    let off = open_identity(|config| config.trtc.clear()).await;
    assert_eq!(code(&off, "get_login_info", json!({ "userID": "user_ann" })).await, 3);
}

#[tokio::test]
async fn a_full_room_takes_nobody_but_those_inside() {
    let kaibo = open_identity(|_| {}).await;
    let room = create(&kaibo, "user_0", "x").await;
    let enter = |user: &str| json!({ "userID": user, "roomID": room });
    for user in ["user_1", "user_2", "user_3"] {
        good(&kaibo, "enter_room", enter(user)).await;
    }
    assert_eq!(code(&kaibo, "enter_room", enter("user_4")).await, 5001);
    good(&kaibo, "enter_room", enter("user_2")).await;
    later(&kaibo, 21);
    good(&kaibo, "enter_room", enter("user_4")).await;
    assert_eq!(inside(&kaibo, &room).await.len(), 1, "the others' leases have run out");
    let two = open_identity(|config| config.policy.rtcroom_members = 1).await;
    let room = create(&two, "user_0", "x").await;
    assert_eq!(code(&two, "enter_room", json!({ "userID": "user_1", "roomID": room })).await, 5001);
}

#[tokio::test]
async fn lists_are_newest_first_and_page_by_index() {
    let kaibo = open_identity(|_| {}).await;
    let mut made = Vec::new();
    for n in 0..5 {
        made.insert(0, create(&kaibo, &format!("user_{n}"), "x").await);
        later(&kaibo, 1);
    }
    let other = json!({ "userID": "user_9", "roomInfo": "x", "roomType": "other" });
    let other = good(&kaibo, "create_room", other).await["roomID"].as_str().unwrap().to_owned();
    // A room of kaibo's own calls is not one of these.
    let own = kaibo.post("/v1/rooms", Some(harness::ISSUE), json!({ "provider": "trtc", "user_id": "user_8" })).await.expect(201);
    let own = own.json()["room_id"].as_str().unwrap().to_owned();
    assert_eq!(code(&kaibo, "enter_room", json!({ "userID": "user_1", "roomID": own })).await, 3);
    assert_eq!(listed(&kaibo, json!({ "roomType": "trtc" })).await, made);
    assert_eq!(listed(&kaibo, json!({ "roomType": "tr" })).await, Vec::<String>::new());
    assert_eq!(listed(&kaibo, json!({})).await[0], other);
    assert_eq!(listed(&kaibo, json!({ "roomType": "trtc", "index": 1, "count": 2 })).await, made[1..3]);
    assert_eq!(listed(&kaibo, json!({ "roomType": "trtc", "index": "3", "count": "10" })).await, made[3..]);
    later(&kaibo, 16);
    assert_eq!(listed(&kaibo, json!({ "roomType": "trtc" })).await, made[..3], "two are empty");
}

#[tokio::test]
async fn a_heartbeat_writes_in_the_last_third_of_its_lease_only() {
    let (kaibo, counts) = counted(NOW, |config| config.access.open_identity = true).await;
    let room = create(&kaibo, "user_0", "x").await;
    let mut written = Vec::new();
    for _ in 0..4 {
        later(&kaibo, 7);
        counts.take();
        good(&kaibo, "heartbeat", json!({ "userID": "user_0", "roomID": room })).await;
        written.push(counts.take().1);
    }
    assert_eq!(written, [0, 1, 0, 1]);
    later(&kaibo, 23);
    assert_eq!(inside(&kaibo, &room).await.len(), 0);
    good(&kaibo, "heartbeat", json!({ "userID": "user_0", "roomID": room })).await;
    assert_eq!(inside(&kaibo, &room).await.len(), 1, "a little late still counts");
    later(&kaibo, 26);
    good(&kaibo, "heartbeat", json!({ "userID": "user_0", "roomID": room })).await;
    assert_eq!(inside(&kaibo, &room).await.len(), 0, "too late");
}

#[tokio::test]
async fn a_room_that_everyone_lost_is_closed_by_the_jobs() {
    let kaibo = open_identity(|_| {}).await;
    let room = create(&kaibo, "user_0", "x").await;
    later(&kaibo, 15);
    good(&kaibo, "heartbeat", json!({ "userID": "user_0", "roomID": room })).await;
    later(&kaibo, 15);
    assert_eq!(jobs::run(&kaibo.app).await.closed, 0);
    later(&kaibo, 30);
    assert_eq!(jobs::run(&kaibo.app).await.closed, 1);
    assert_eq!(code(&kaibo, "heartbeat", json!({ "userID": "user_0", "roomID": room })).await, 5003);
    assert_eq!(code(&kaibo, "quit_room", json!({ "userID": "user_0", "roomID": room })).await, 0);
}

#[tokio::test]
async fn without_open_identity_a_login_session_says_who_calls() {
    let kaibo = Kaibo::start_at(NOW, |_| {}).await;
    for route in ROUTES.iter().filter(|route| route.who == Who::RtcRoom) {
        for (bearer, method) in [(None, "POST"), (Some("no-such-key"), "POST"), (None, "GET")] {
            let answer = kaibo.request(method, route.path).bearer(bearer).send().await.expect(200);
            assert_eq!(answer.json()["code"], 8, "{}", route.path);
        }
    }
    let session = kaibo.session("user_ann");
    let ask = async |name: &str, data: Value| {
        kaibo.post(&format!("/weapp/webrtc_room/{name}"), Some(&session), data).await.expect(200).json()
    };
    assert_eq!(ask("get_login_info", json!({})).await["userID"], "user_ann");
    assert_eq!(ask("get_login_info", json!({ "userID": "user_bob" })).await["code"], 8);
    let room = ask("create_room", json!({ "roomInfo": "x" })).await;
    assert_eq!((&room["code"], &room["userID"]), (&json!(0), &json!("user_ann")));
    assert_eq!(ask("get_room_list", json!({})).await["rooms"].as_array().unwrap().len(), 1);
    let path = format!("{BASE}/get_login_info?userID=user_bob");
    let named = kaibo.get(&path, Some(harness::ISSUE)).await.expect(200);
    assert_eq!((&named.json()["userID"], named.header("cache-control").as_deref()), (&json!("user_bob"), Some("no-store")));
    // Put out of the room: no way back.
    kaibo
        .post(
            &format!("/v1/rooms/{}/kick", room["roomID"].as_str().unwrap()),
            Some(harness::WRITE),
            json!({ "user_id": "user_bob" }),
        )
        .await
        .expect(200);
    let bob = kaibo.session("user_bob");
    let entered = kaibo.post(&format!("{BASE}/enter_room"), Some(&bob), json!({ "roomID": room["roomID"] })).await.expect(200);
    assert_eq!(entered.json()["code"], 8);
}

#[tokio::test]
async fn the_rule_for_user_ids_and_the_quota_are_the_operators_choice() {
    let kaibo = open_identity(|config| {
        config.policy.rtcroom_user_ids = "reference".into();
        config.policy.quota.per_user_per_minute = Some(1);
    })
    .await;
    assert_eq!(code(&kaibo, "get_login_info", json!({ "userID": "oABC-def_0123456789012345678" })).await, 7);
    assert_eq!(code(&kaibo, "get_login_info", json!({ "userID": "user_ann" })).await, 0);
    let ask = kaibo.request("POST", &format!("{BASE}/get_login_info")).json(&json!({ "userID": "user_ann" }));
    let answer = ask.send().await.expect(200);
    assert_eq!(answer.json()["code"], 9);
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test]
async fn an_outage_of_the_store_is_told_by_its_status() {
    let kaibo = open_identity(|config| config.store.endpoint = "http://127.0.0.1:9".into()).await;
    let answer = kaibo.post(&format!("{BASE}/get_room_members"), None, json!({ "roomID": "7" })).await.expect(503);
    assert_eq!(answer.code(), "store_busy");
}

#[tokio::test]
async fn zegos_demo_gets_its_token_and_its_rooms() {
    let kaibo = open_identity(|_| {}).await;
    let options = json!({
        "url": "/token", "header": { "content-type": "text/plain" },
        "data": { "app_id": 1739272706, "id_name": "主播 1", "cgi_token": "" },
    });
    let token = wx_request(&kaibo, &options).await.expect(200);
    assert_eq!(token.header("content-type").as_deref(), Some("text/plain; charset=utf-8"));
    assert!(token.text().starts_with("eyJ") && !token.text().contains('\n'));
    let rooms = wx_request(&kaibo, &json!({ "url": "/demo/roomlist" })).await.expect(200).json();
    assert_eq!(rooms, json!({ "data": { "room_list": [] } }));
    for (room, title) in [("r1", Some("晚间直播")), ("r2", None), ("r3", Some("x"))] {
        let ask = json!({ "provider": "zego", "room_id": room, "title": title, "user_id": "anchor_1" });
        kaibo.post("/v1/rooms", None, ask).await.expect(201);
        later(&kaibo, 1);
    }
    kaibo.post("/v1/rooms", None, json!({ "provider": "trtc", "user_id": "anchor_1" })).await.expect(201);
    kaibo.post("/v1/rooms/r3/close", None, json!({ "user_id": "anchor_1" })).await.expect(200);
    let rooms = kaibo.get("/demo/roomlist", None).await.expect(200).json();
    let listed = json!([{ "room_id": "r2", "room_name": "" }, { "room_id": "r1", "room_name": "晚间直播" }]);
    assert_eq!(rooms["data"]["room_list"], listed);
    let shut = Kaibo::start(|_| {}).await;
    assert_eq!(shut.get("/token?app_id=1739272706&id_name=a", None).await.expect(401).code(), "proof_missing");
    assert_eq!(shut.get("/demo/roomlist", None).await.expect(401).code(), "proof_missing");
}

/// What a v1 ticket says, read and verified here from Tencent's description alone (tencent.md section 1): the public key must
/// have signed it, for this user, good for an hour from `NOW` on.
fn ticket_of(ticket: &Value, public: &VerifyingKey, user: &str) -> Value {
    let standard = ticket.as_str().unwrap().replace('*', "+").replace('-', "/").replace('_', "=");
    let mut json = String::new();
    let packed = STANDARD.decode(standard).unwrap();
    flate2::read::ZlibDecoder::new(packed.as_slice()).read_to_string(&mut json).unwrap();
    let says: Value = serde_json::from_str(&json).unwrap();
    let mut signed = format!(
        "TLS.appid_at_3rd:0\nTLS.account_type:0\nTLS.identifier:{user}\nTLS.sdk_appid:1400087915\nTLS.time:{}\nTLS.expire_after:3600\n",
        NOW.seconds()
    );
    if let Some(userbuf) = says["TLS.userbuf"].as_str() {
        signed.push_str(&format!("TLS.userbuf:{userbuf}\n"));
    }
    let signature = Signature::from_der(&STANDARD.decode(says["TLS.sig"].as_str().unwrap()).unwrap()).unwrap();
    public.verify(signed.as_bytes(), &signature).unwrap_or_else(|_| panic!("{signed}{json}"));
    says
}

#[tokio::test]
async fn an_app_of_the_old_kind_signs_the_same_calls_with_its_private_key() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/tencent-vectors.json")).unwrap();
    let pem = |form: &str| vectors["keys"]["p256"][form].as_str().unwrap().to_owned();
    let public = VerifyingKey::from_public_key_pem(&pem("pub")).unwrap();
    let kaibo = open_identity(|config| {
        config.trtc[0].secret_key = None;
        config.trtc[0].private_key = Some(Keys::one(pem("pkcs8").as_str().into()));
    })
    .await;
    for (user, name) in [("user_ann", "create_room"), ("user_bob", "enter_room")] {
        let login = good(&kaibo, "get_login_info", json!({ "userID": user })).await;
        assert_eq!((&login["sdkAppID"], &login["accountType"]), (&json!(1400087915), &json!("0")));
        assert_eq!(ticket_of(&login["userSig"], &public, user).get("TLS.userbuf"), None, "no room in it");
        let room = listed(&kaibo, json!({})).await.pop().unwrap_or_default();
        let entered = good(&kaibo, name, json!({ "userID": user, "roomInfo": "x", "roomID": room })).await;
        let says = ticket_of(&entered["privateMapKey"], &public, user);
        let number: u32 = entered["roomID"].as_str().unwrap().parse().unwrap();
        let until = u32::try_from(NOW.seconds() + 3600).unwrap();
        let numbers = [1400087915, number, until, 255, 0].map(u32::to_be_bytes).concat();
        let userbuf = [&[0, 0, 8], user.as_bytes(), &numbers].concat();
        assert_eq!(STANDARD.decode(says["TLS.userbuf"].as_str().unwrap()).unwrap(), userbuf);
    }
    let room = listed(&kaibo, json!({})).await.remove(0);
    assert_eq!(inside(&kaibo, &room).await.len(), 2);
    for user in ["user_ann", "user_bob"] {
        good(&kaibo, "heartbeat", json!({ "userID": user, "roomID": room })).await;
        good(&kaibo, "quit_room", json!({ "userID": user, "roomID": room })).await;
    }
    assert!(listed(&kaibo, json!({})).await.is_empty());
}
