//! The stories of `compat.rs` told to the real binaries as API Gateway tells them, with the machine's clock: where the HTTP
//! story moves time, this one waits.

use crate::functions::{Lent, body, lend, start_with};
use crate::runtime::{Function, Stage, stages};
use crate::samples::{Call, OPERATOR};
use crate::wire::wire;
use kaibo::config::sections::Holder;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The shortest lease that a document may ask for, so that the story really waits for its end.
const LEASE: Duration = Duration::from_secs(10);

/// What `wx.request` makes of its options, as API Gateway hands it on.
pub(crate) fn by_phone(options: &Value) -> Call {
    let wire = wire(options);
    let (path, query) = wire.url.split_once('?').unwrap_or((&wire.url, ""));
    let method = if wire.method == "POST" { "POST" } else { "GET" };
    let body = wire.body.unwrap_or_default().into_bytes();
    let call = Call { method, path: path.into(), query: query.into(), headers: Vec::new(), body };
    let call = call.with("content-type", &wire.content_type);
    let call = call.with("referer", "https://servicewechat.com/wx0123456789abcdef/0/page-frame.html");
    wire.headers.iter().fold(call, |call, (name, value)| call.with(name, value))
}

/// Runs a story once for each stage, at the same time: they wait, and need not wait for each other.
pub(crate) async fn on_every_stage<F: Future<Output = ()> + Send + 'static>(story: impl Fn(Stage) -> F) {
    let told: Vec<_> = stages().into_iter().map(|stage| tokio::spawn(story(stage))).collect();
    for story in told {
        story.await.unwrap();
    }
}

/// fn_client with what the published RTCRoom client does to it.
struct RtcRoom {
    client: Function,
}

impl RtcRoom {
    async fn start(stage: Stage, lent: &Lent) -> Self {
        let lease = format!("\n[policy]\nrtcroom_lease_seconds = {}\n", LEASE.as_secs());
        Self { client: start_with(stage, Holder::Client, lent, |document| format!("{document}{lease}")).await }
    }

    async fn answer(&mut self, name: &str, data: Value) -> Value {
        let options = json!({ "url": format!("/webrtc/weapp/webrtc_room/{name}"), "method": "POST", "data": data });
        body(&self.client.invoke(&by_phone(&options).event(false)).await, 200)
    }

    async fn good(&mut self, name: &str, data: Value) -> Value {
        let answer = self.answer(name, data).await;
        assert_eq!(answer["code"], 0, "{name}: {answer}");
        answer
    }

    async fn inside(&mut self, room: &str) -> Vec<String> {
        let told = self.good("get_room_members", json!({ "roomID": room })).await;
        told["members"].as_array().unwrap().iter().map(|member| member["userID"].as_str().unwrap().to_owned()).collect()
    }
}

async fn an_rtcroom_evening(stage: Stage) {
    let lent = lend().await;
    let mut kaibo = RtcRoom::start(stage, &lent).await;
    let login = kaibo.good("get_login_info", json!({ "userID": "" })).await;
    assert_eq!((&login["sdkAppID"], &login["accountType"]), (&json!(1_400_087_915), &json!("0")));
    assert!(!login["userSig"].as_str().unwrap().is_empty());
    let ann = login["userID"].as_str().unwrap();

    let ask = json!({ "userID": ann, "nickName": "安", "roomInfo": "{\"title\":\"晚间\"}", "roomType": "trtc" });
    let made = kaibo.good("create_room", ask).await;
    let room = made["roomID"].as_str().unwrap();
    assert!(room.parse::<u32>().is_ok_and(|number| number > 0), "{made}");
    let silent_since = Instant::now();
    for user in ["user_silent", "user_bob"] {
        let entered = kaibo.good("enter_room", json!({ "userID": user, "roomID": room })).await;
        assert_eq!((&entered["userID"], &entered["roomID"]), (&json!(user), &json!(room)));
        assert!(!entered["privateMapKey"].as_str().unwrap().is_empty());
    }
    let mut all = [ann, "user_bob", "user_silent"];
    all.sort_unstable();
    assert_eq!(kaibo.inside(room).await, all);

    // Two send heartbeats in the last third of their leases, which renews them; the third lets its lease run out.
    tokio::time::sleep(LEASE * 7 / 10).await;
    for user in [ann, "user_bob"] {
        kaibo.good("heartbeat", json!({ "userID": user, "roomID": room })).await;
    }
    while kaibo.inside(room).await.contains(&"user_silent".to_owned()) {
        assert!(silent_since.elapsed() < LEASE * 3 / 2, "the lease does not end");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(silent_since.elapsed() >= LEASE, "the lease ended early");
    let mut rest = [ann, "user_bob"];
    rest.sort_unstable();
    assert_eq!(kaibo.inside(room).await, rest);

    let list = json!({ "index": 0, "count": 20, "roomType": "trtc" });
    let told = kaibo.good("get_room_list", list.clone()).await;
    assert_eq!(told["rooms"], json!([{ "roomID": room, "roomInfo": "{\"title\":\"晚间\"}", "roomCreator": ann }]));
    kaibo.good("quit_room", json!({ "userID": ann, "roomID": room })).await;
    assert_eq!(kaibo.good("get_room_list", list.clone()).await["rooms"].as_array().unwrap().len(), 1);
    kaibo.good("quit_room", json!({ "userID": "user_bob", "roomID": room })).await;
    assert_eq!(kaibo.good("get_room_list", list).await["rooms"], json!([]));
    let late = kaibo.answer("enter_room", json!({ "userID": "user_bob", "roomID": room })).await;
    assert_eq!(late["code"], 5003, "{late}");
    let durable = by_phone(&json!({ "url": format!("/v1/rooms/{room}") })).with("authorization", &format!("Bearer {OPERATOR}"));
    let durable = body(&kaibo.client.invoke(&durable.event(false)).await, 200);
    assert_eq!((&durable["status"], &durable["provider"]), (&json!("closed"), &json!("trtc")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evening_of_the_published_rtcroom_client_on_the_function() {
    on_every_stage(an_rtcroom_evening).await;
}

async fn zegos_demo(stage: Stage) {
    let lent = lend().await;
    let mut client = start_with(stage, Holder::Client, &lent, str::to_owned).await;
    let token = json!({
        "url": "/token", "header": { "content-type": "text/plain" },
        "data": { "app_id": 1_739_272_706, "id_name": "主播 1", "cgi_token": "" },
    });
    let token = client.invoke(&by_phone(&token).event(false)).await;
    assert_eq!((&token["statusCode"], &token["headers"]["content-type"]), (&json!(200), &json!("text/plain; charset=utf-8")));
    let text = token["body"].as_str().unwrap();
    assert!(text.starts_with("eyJ") && !text.contains('\n') && token["isBase64Encoded"] == false, "{token}");

    let rooms = by_phone(&json!({ "url": "/demo/roomlist" }));
    assert_eq!(body(&client.invoke(&rooms.event(false)).await, 200), json!({ "data": { "room_list": [] } }));
    for (room, title) in [("r1", Some("晚间直播")), ("r2", None), ("r3", Some("x"))] {
        let ask = json!({ "provider": "zego", "room_id": room, "title": title, "user_id": "anchor_1" });
        let ask = by_phone(&json!({ "url": "/v1/rooms", "method": "POST", "data": ask }));
        body(&client.invoke(&ask.event(false)).await, 201);
    }
    let close = json!({ "url": "/v1/rooms/r3/close", "method": "POST", "data": { "user_id": "anchor_1" } });
    body(&client.invoke(&by_phone(&close).event(false)).await, 200);
    let listed = body(&client.invoke(&rooms.event(false)).await, 200);
    let open = json!([{ "room_id": "r2", "room_name": "" }, { "room_id": "r1", "room_name": "晚间直播" }]);
    assert_eq!(listed["data"]["room_list"], open);
}

#[tokio::test(flavor = "multi_thread")]
async fn zegos_demo_gets_its_token_and_its_rooms_from_the_function() {
    on_every_stage(zegos_demo).await;
}
