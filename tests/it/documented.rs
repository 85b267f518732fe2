//! Promise 16: every status that the API document tells is reached. Each operation has one good request; each status is that request
//! with one thing changed. A status told without a recipe here, or a recipe that gives another status, fails.

use crate::broken::{Breaker, Trouble, breakable};
use crate::harness::{INSPECT, Kaibo, READ, Request, WRITE};
use crate::vendors::{Said, at, fresh};
use axum::extract::Query;
use axum::routing::{get, post};
use kaibo::config::Config;
use kaibo::http::{openapi, routes};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Servers in the states that statuses need.
struct World {
    /// All is well.
    good: Kaibo,
    /// No vendor and no mini program is configured.
    off: Kaibo,
    /// Every quota is used up.
    spent: Kaibo,
    /// The store is gone.
    broken: Kaibo,
    _breaker: Breaker,
    /// Two recordings.
    records: [String; 2],
}

/// A WeChat whose answers are chosen by what it is asked: `error40029` as a code or group gives that errcode.
async fn wechat() -> String {
    fn errcode(text: &str) -> Option<i64> {
        text.strip_prefix("error")?.parse().ok()
    }
    let login = async |Query(query): Query<HashMap<String, String>>| match errcode(&query["js_code"]) {
        Some(errcode) => json!({ "errcode": errcode }).to_string(),
        None => json!({ "openid": query["js_code"], "session_key": "c2Vzc2lvbl9rZXlfMDEyMw==" }).to_string(),
    };
    let token = async || json!({ "access_token": "t", "expires_in": 7200 }).to_string();
    let sign = async |body: String| {
        let group = serde_json::from_str::<Value>(&body).unwrap()["group_id"].as_str().unwrap().to_owned();
        match errcode(&group) {
            Some(errcode) => json!({ "errcode": errcode }).to_string(),
            None => json!({ "errcode": 0, "signature": format!("{group}_cAm38Yw") }).to_string(),
        }
    };
    let server = axum::Router::new()
        .route("/sns/jscode2session", get(login))
        .route("/cgi-bin/stable_token", post(token))
        .route("/wxa/getvoipsign", post(sign));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, server).await });
    base
}

/// The user who logged in as `host`; a mini program's users have made ids.
fn host() -> String {
    kaibo::live::user_id::of_wechat("wx0123456789abcdef", "host")
}

impl World {
    async fn start() -> Self {
        let base = wechat().await;
        let with_wechat = |config: &mut Config| {
            let wechat = config.wechat.as_mut().unwrap();
            (wechat.api_base, wechat.voip) = (base.clone(), "wechat".into());
        };
        let good = Kaibo::start_at(at(0), with_wechat).await;
        let records = rooms(&good).await;
        let off = Kaibo::start_at(at(0), |config| {
            (config.zego, config.trtc, config.css, config.wechat) = Default::default();
        })
        .await;
        let spent = Kaibo::start_at(at(0), |config| {
            with_wechat(config);
            config.policy.quota.per_user_per_minute = Some(0);
        })
        .await;
        rooms(&spent).await;
        let (broken, breaker) = breakable().await;
        breaker.arm(0, Trouble::GoneFromHere);
        Self { good, off, spent, broken, _breaker: breaker, records }
    }
}

/// Opens what the good requests are about; answers two record ids.
async fn rooms(kaibo: &Kaibo) -> [String; 2] {
    kaibo.post("/v1/sessions", None, json!({ "code": "host" })).await.expect(201);
    let session = kaibo.session(&host());
    let ask = async |path: &str, who: &str, body: Value| {
        let answer = kaibo.post(path, Some(who), body).await;
        assert!(answer.status < 300, "{path}: {}", answer.text());
        answer.json()
    };
    let mut records = Vec::new();
    for (provider, room_id) in
        [("zego", "r1"), ("trtc", "77"), ("css", "show"), ("zego", "old"), ("trtc", "78"), ("zego", "closing"), ("zego", "full")]
    {
        let room = json!({ "provider": provider, "room_id": room_id, "capacity": if room_id == "full" { 1 } else { 50 },
            "record": room_id == "r1" || room_id == "show" });
        let opened = ask("/v1/rooms", &session, room).await;
        records.extend(opened["record_id"].as_str().map(str::to_owned));
    }
    for closed in ["old", "78"] {
        ask(&format!("/v1/rooms/{closed}/close"), &session, json!({})).await;
    }
    ask("/v1/rooms/full/heartbeat", &session, json!({})).await;
    for guest in ["g1", "g2", "g3", "g4", "g5"] {
        ask("/v1/rooms/r1/seats", &kaibo.session(guest), json!({ "kind": "request" })).await;
    }
    ask("/v1/rooms/r1/seats/g4-1/end", &session, json!({})).await;
    ask("/v1/rooms/r1/seats/g5-1/refuse", &session, json!({})).await;
    let task = format!("/v1/recordings/{}/tasks", records[0]);
    ask(&task, WRITE, json!({ "task_id": "taken" })).await;
    records.try_into().unwrap()
}

/// An operation's good request: target, who calls, body.
type Good = (String, Option<String>, Value);

fn good(world: &World, operation: &str) -> Good {
    let session = || Some(world.good.session(&host()));
    let key = |key: &str| Some(key.to_owned());
    let (method, path) = operation.split_once(' ').unwrap();
    let record = &world.records[0];
    let filled = path
        .replace("{room_id}", "r1")
        .replace("{record_id}", record)
        .replace("{stream_id}", "r1_live")
        .replace("{vendor}/{code}", "kaibo/room_full")
        .replace("{name}", "page.css");
    let (bearer, body) = match operation {
        "POST /v1/sessions" => (None, json!({ "code": "host" })),
        "POST /v1/zego/tokens" => (session(), json!({ "version": "04", "room_id": "r1" })),
        "POST /v1/trtc/private-map-key" => (session(), json!({ "room_id": 77, "role": "host" })),
        "POST /v1/css/urls" => (session(), json!({ "stream_id": format!("show_{}", host()) })),
        "POST /v1/wechat/voip-signature" => (session(), json!({ "group_id": "g1" })),
        "POST /v1/domains/check" => (session(), json!({ "profiles": ["css"], "configured": {} })),
        "POST /v1/rooms" => (session(), json!({ "provider": "zego" })),
        "POST /v1/rooms/{room_id}/tickets" => (session(), json!({ "role": "host" })),
        "POST /v1/rooms/{room_id}/seats" => (Some(world.good.session("guest")), json!({ "kind": "request" })),
        "POST /v1/rooms/{room_id}/kick" => (session(), json!({ "user_id": "troll" })),
        "POST /v1/rooms/{room_id}/mix-plan" => (session(), json!({ "width": 360, "height": 640, "streams": ["a"] })),
        "POST /v1/recordings/{record_id}/tasks" => (key(WRITE), json!({ "task_id": "t1" })),
        "POST /v1/inspect" => (key(INSPECT), json!({ "text": "x" })),
        "GET /v1/callbacks" | "GET /v1/recordings" | "GET /v1/ledger" => (key(READ), Value::Null),
        _ if method == "POST" => (session(), json!({})),
        _ if path.starts_with("/v1/codes") || !path.starts_with("/v1/") && path != "/token" && path != "/demo/roomlist" => {
            (None, Value::Null)
        }
        _ => (session(), Value::Null),
    };
    let target = match operation {
        "GET /v1/domains/check" => format!("{path}?kind=request&url=https://api.example.com/v1"),
        "POST /v1/rooms/{room_id}/close" => filled.replace("r1", "closing"),
        _ => filled.replace(
            "{seat_id}",
            match path.rsplit('/').next() {
                Some("accept") => "g1-1",
                Some("refuse") => "g2-1",
                _ => "g3-1",
            },
        ),
    };
    (target, bearer, body)
}

fn send(kaibo: &Kaibo, operation: &str, (target, bearer, body): Good) -> Request {
    let (method, _) = operation.split_once(' ').unwrap();
    let request = kaibo.request(method, &target).bearer(bearer.as_deref());
    if body.is_null() { request } else { request.json(&body) }
}

/// The request that gives an operation's status; none where no recipe is known.
fn recipe(world: &World, operation: &str, status: u16) -> Option<Request> {
    if operation.starts_with("POST /callbacks/") {
        return callback(world, operation, status);
    }
    let (target, bearer, body) = good(world, operation);
    let with = |change: Value| {
        let mut body = body.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        (target.clone(), bearer.clone(), body)
    };
    let place = |from: &str, to: &str| (target.replace(from, to), bearer.clone(), body.clone());
    let by = |user: &str| Some(world.good.session(user));
    let all = (target.clone(), bearer.clone(), body.clone());
    let mut kaibo = &world.good;
    let asked = match (status, operation) {
        (200, "POST /v1/rooms") => with(json!({ "room_id": "r1" })),
        (200 | 201, _) => all,

        (400, "POST /v1/sessions" | "POST /v1/inspect") => (target, bearer, json!({})),
        (400, "GET /v1/codes/{vendor}/{code}") => place("room_full", "%ff"),
        (400, _) => (format!("{target}{}user_id=%ff", if target.contains('?') { '&' } else { '?' }), bearer, body),

        (401, "POST /v1/sessions") => with(json!({ "code": "error40029" })),
        (401, _) => (target, None, body),

        (403, "POST /v1/inspect") => (target, Some(READ.to_owned()), body),
        (403, _) => (target, Some(INSPECT.to_owned()), body),

        (404, "GET /v1/codes/{vendor}/{code}") => place("room_full", "nothing"),
        (404, "GET /assets/{name}") => place("page.css", "nothing"),
        (404, _) if operation.contains("{room_id}") => {
            place(if target.contains("closing") { "closing" } else { "r1" }, "nowhere")
        }
        (404, _) if operation.contains("{stream_id}") => place("r1_live", "nothing"),
        (404, _) if operation.contains("{record_id}") => place(&world.records[0], "nothing"),
        (404, _) => {
            kaibo = &world.off;
            all
        }

        (409, "POST /v1/zego/tokens") => with(json!({ "room_id": "old", "privileges": ["login", "publish"] })),
        (409, "POST /v1/trtc/private-map-key") => with(json!({ "room_id": 78 })),
        (409, "POST /v1/wechat/voip-signature") => (target, by("stranger"), body),
        (409, "POST /v1/rooms") => (target.clone(), by("stranger"), with(json!({ "room_id": "r1" })).2),
        (409, "POST /v1/rooms/{room_id}/heartbeat") => (target.replace("r1", "full"), by("stranger"), body),
        (409, "POST /v1/rooms/{room_id}/seats/{seat_id}/accept") => place("g1-1", "g4-1"),
        (409, "POST /v1/rooms/{room_id}/seats/{seat_id}/refuse") => place("g2-1", "g4-1"),
        (409, "POST /v1/rooms/{room_id}/seats/{seat_id}/end") => place("g3-1", "g5-1"),
        (409, "POST /v1/rooms/{room_id}/kick") => place("r1", "crowded"),
        (409, "POST /v1/recordings/{record_id}/tasks") => {
            (target.replace(&world.records[0], &world.records[1]), bearer, json!({ "task_id": "taken" }))
        }
        (409, _) => place("r1", "old"),

        (413, _) => with(json!({ "text": "x".repeat(64 * 1024) })),

        (429, "POST /v1/sessions") => with(json!({ "code": "error45011" })),
        (429, "POST /v1/rooms/{room_id}/seats") => (target, by("restless"), body),
        (429, _) => {
            kaibo = &world.spent;
            all
        }

        (502, "POST /v1/sessions") => with(json!({ "code": "error12345" })),
        (502, "POST /v1/wechat/voip-signature") => with(json!({ "group_id": "error12345" })),
        (503, "POST /v1/sessions") => with(json!({ "code": "error-1" })),
        (503, _) => {
            kaibo = &world.broken;
            all
        }
        _ => return None,
    };
    Some(send(kaibo, operation, asked))
}

fn callback(world: &World, operation: &str, status: u16) -> Option<Request> {
    let word = match operation.split('/').nth(2) {
        Some("zego") => "zego.stream.begin",
        Some("css") => "css.stream.begin",
        _ => "trtc.video.begin",
    };
    let prepared = Said::at(word, fresh(), 1).prepared();
    let kaibo = if status == 500 { &world.broken } else { &world.good };
    let (path, body) = match status {
        200 | 500 => (prepared.path.clone(), prepared.body.clone()),
        401 => (prepared.path.clone(), b"{}".to_vec()),
        404 => (format!("{}x", prepared.path), prepared.body.clone()),
        413 => (prepared.path.clone(), vec![b' '; 64 * 1024 + 1]),
        _ => return None,
    };
    let request = kaibo.request("POST", &path).body(body);
    Some(prepared.headers.iter().fold(request, |request, (name, value)| request.header(name, value)))
}

/// What takes many steps: a room that has put a thousand out, a guest who asked too often, and a stream that is there.
async fn prepare(kaibo: &Kaibo) {
    let session = kaibo.session(&host());
    kaibo.post("/v1/rooms", Some(&session), json!({ "provider": "zego", "room_id": "crowded" })).await.expect(201);
    for n in 0..1000 {
        assert!(kaibo.app.store.ban("crowded", &format!("t{n}"), Vec::new()).await.unwrap().is_some());
    }
    let restless = kaibo.session("restless");
    for _ in 0..200 {
        let seat = kaibo.post("/v1/rooms/r1/seats", Some(&restless), json!({ "kind": "request" })).await;
        if seat.status == 429 {
            break;
        }
        let seat = seat.expect(201).json()["seat_id"].as_str().unwrap().to_owned();
        kaibo.post(&format!("/v1/rooms/r1/seats/{seat}/end"), Some(&restless), json!({})).await.expect(200);
    }
    let begin = Said::at("zego.stream.begin", 1, 1).with(|ask| {
        (ask.room, ask.stream) = (Some("r1".into()), Some("r1_live".into()));
    });
    crate::vendors::say(kaibo, &begin).await;
}

#[tokio::test]
async fn every_status_that_the_document_tells_is_reached() {
    let world = World::start().await;
    prepare(&world.good).await;
    let document = openapi::document(routes::served());
    let (mut asked, mut reached) = (Vec::new(), 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, told) in item.as_object().unwrap() {
            let operation = format!("{} {path}", method.to_uppercase());
            let mut statuses: Vec<u16> =
                told["responses"].as_object().unwrap().keys().map(|status| status.parse().unwrap()).collect();
            // The good answer last: it may change what the others are about.
            statuses.sort_unstable_by_key(|status| std::cmp::Reverse(*status));
            for status in statuses {
                let request = recipe(&world, &operation, status);
                let request = request.unwrap_or_else(|| panic!("{operation} tells {status}, and nothing here reaches it"));
                reached += 1;
                // A store that is gone is tried again before it is given up; so all who wait for it wait together.
                if status >= 500 {
                    asked.push((operation.clone(), status, tokio::spawn(request.send())));
                } else {
                    let answer = request.send().await;
                    assert_eq!(answer.status, status, "{operation}: {}", String::from_utf8_lossy(&answer.body));
                }
            }
        }
    }
    for (operation, status, answer) in asked {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, status, "{operation}: {}", String::from_utf8_lossy(&answer.body));
    }
    assert!(reached > 200, "the document tells fewer statuses than it should: {reached}");
}
