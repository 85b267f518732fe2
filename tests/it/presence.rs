//! Heartbeats, leaving, and being put out.

use crate::counted::counted;
use crate::harness::{self, Answer, Kaibo};
use kaibo::live::time::UnixMs;
use kaibo::store::chores::{DUE_KIND, Errand};
use serde_json::{Value, json};

const NOW: i64 = 1_760_000_000;

async fn start(body: Value) -> Kaibo {
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |_| {}).await;
    open(&kaibo, body).await;
    kaibo
}

async fn open(kaibo: &Kaibo, mut body: Value) {
    body["room_id"] = "r1".into();
    kaibo.post("/v1/rooms", Some(&kaibo.session("host")), body).await.expect(201);
}

async fn call(kaibo: &Kaibo, user: &str, what: &str, body: Value) -> Answer {
    kaibo.post(&format!("/v1/rooms/r1/{what}"), Some(&kaibo.session(user)), body).await
}

async fn beat(kaibo: &Kaibo, user: &str) -> Value {
    call(kaibo, user, "heartbeat", json!({})).await.expect(200).json()
}

fn until(seconds: i64) -> Value {
    UnixMs::from_seconds(NOW + seconds).rfc3339().into()
}

#[tokio::test]
async fn a_lease_is_renewed_in_its_last_third_only() {
    let kaibo = start(json!({ "provider": "zego" })).await;
    let clock = kaibo.clock.clone().unwrap();
    let first = beat(&kaibo, "host").await;
    assert_eq!(
        first,
        json!({ "lease_expires_at": until(60), "room_status": "open", "live": false, "removed": false, "seats": [], "next_seconds": 20 })
    );
    clock.advance_ms(20_000);
    assert_eq!(beat(&kaibo, "host").await["lease_expires_at"], until(60), "nothing is written yet");
    clock.advance_ms(20_000);
    assert_eq!(beat(&kaibo, "host").await["lease_expires_at"], until(100));
}

#[tokio::test]
async fn a_crowd_that_only_watches_holds_no_lease() {
    let kaibo = start(json!({ "provider": "zego" })).await;
    assert_eq!(beat(&kaibo, "viewer").await["lease_expires_at"], Value::Null);
    call(&kaibo, "viewer", "leave", json!({})).await.expect(200);
    let opening = kaibo.app.store.room("r1", kaibo.app.now()).await.unwrap().unwrap().opening_id;
    let key = kaibo::store::keys::leases(&opening);
    assert!(kaibo.app.store.get(&key, true).await.unwrap().is_none(), "not even a row");
}

#[tokio::test]
async fn a_full_room_lets_in_whoever_comes_after_someone_left() {
    let kaibo = start(json!({ "provider": "zego", "capacity": 2 })).await;
    beat(&kaibo, "host").await;
    beat(&kaibo, "a").await;
    assert_eq!(call(&kaibo, "b", "heartbeat", json!({})).await.expect(409).code(), "room_full");
    beat(&kaibo, "a").await;
    let left = call(&kaibo, "a", "leave", json!({})).await.expect(200).json();
    assert_eq!((left["lease_expires_at"].clone(), left["room_status"].as_str()), (Value::Null, Some("open")));
    beat(&kaibo, "b").await;
    assert_eq!(call(&kaibo, "a", "heartbeat", json!({})).await.expect(409).code(), "room_full");
    let members = kaibo.get("/v1/rooms/r1/members", Some(&kaibo.session("b"))).await.json();
    let ids: Vec<_> = members["items"].as_array().unwrap().iter().map(|m| m["user_id"].clone()).collect();
    assert_eq!(ids, ["b", "host"]);
}

#[tokio::test]
async fn of_64_who_come_at_once_exactly_as_many_get_in_as_there_are_places() {
    let rounds = if std::env::var("KAIBO_PROOF").is_ok_and(|proof| proof == "full") { 100 } else { 3 };
    for _ in 0..rounds {
        let kaibo = start(json!({ "provider": "zego", "capacity": 10 })).await;
        let rush = async || {
            let mut asked = tokio::task::JoinSet::new();
            for i in 0..64 {
                let bearer = kaibo.session(&format!("u{i}"));
                let ask = kaibo.request("POST", "/v1/rooms/r1/heartbeat").bearer(Some(&bearer)).json(&json!({}));
                asked.spawn(async move { (i, ask.send().await.status) });
            }
            let mut inside: Vec<i32> = asked.join_all().await.into_iter().filter(|(_, s)| *s == 200).map(|(i, _)| i).collect();
            inside.sort_unstable();
            inside
        };
        let inside = rush().await;
        assert_eq!(inside.len(), 10);
        assert_eq!(rush().await, inside, "whoever is in stays in");
        kaibo.clock.as_ref().unwrap().advance_ms(61_000);
        assert_eq!(rush().await.len(), 10, "expired places are swapped out, each for one");
        let opening = kaibo.app.store.room("r1", kaibo.app.now()).await.unwrap().unwrap().opening_id;
        assert_eq!(kaibo.app.store.leases(&opening, kaibo.app.now()).await.unwrap().len(), 10);
    }
}

#[tokio::test]
async fn a_voip_room_holds_ten_whatever_was_asked() {
    let kaibo = start(json!({ "provider": "voip", "capacity": 50 })).await;
    for i in 0..10 {
        beat(&kaibo, &format!("u{i}")).await;
    }
    assert_eq!(call(&kaibo, "late", "heartbeat", json!({})).await.expect(409).code(), "room_full");
}

#[tokio::test]
async fn the_other_phone_learns_of_seats_by_its_heartbeat() {
    let kaibo = start(json!({ "provider": "zego" })).await;
    call(&kaibo, "guest", "seats", json!({ "kind": "request" })).await.expect(201);
    call(&kaibo, "host", "seats", json!({ "kind": "invite", "user_id": "friend" })).await.expect(201);
    let seats = async |user: &str| {
        let told = beat(&kaibo, user).await["seats"].as_array().unwrap().clone();
        let mut told: Vec<_> =
            told.iter().map(|s| format!("{} {}", s["seat_id"].as_str().unwrap(), s["status"].as_str().unwrap())).collect();
        told.sort();
        told
    };
    assert_eq!(seats("host").await, ["friend-1 invited", "guest-1 requested"]);
    assert_eq!(seats("friend").await, ["friend-1 invited"]);
    assert_eq!(seats("stranger").await, Vec::<String>::new());
    call(&kaibo, "host", "seats/guest-1/refuse", json!({})).await.expect(200);
    assert_eq!(seats("guest").await, ["guest-1 refused"]);
    kaibo.clock.as_ref().unwrap().advance_ms(121_000);
    assert_eq!(seats("guest").await, Vec::<String>::new(), "old news are not told");
}

#[tokio::test]
async fn leaving_ends_the_own_seat() {
    let kaibo = start(json!({ "provider": "zego" })).await;
    call(&kaibo, "guest", "seats", json!({ "kind": "request" })).await.expect(201);
    call(&kaibo, "host", "seats/guest-1/accept", json!({})).await.expect(200);
    assert_eq!(beat(&kaibo, "guest").await["lease_expires_at"], until(60));
    let left = call(&kaibo, "guest", "leave", json!({})).await.expect(200).json();
    assert_eq!(left["seats"][0]["status"], "ended");
    call(&kaibo, "guest", "leave", json!({})).await.expect(200);
    let room = kaibo.app.store.room("r1", kaibo.app.now()).await.unwrap().unwrap();
    assert!(!room.may_publish("guest") && room.seated.is_empty());
}

#[tokio::test]
async fn what_a_phone_observed_is_read_and_never_an_error_of_its_own() {
    let kaibo = start(json!({ "provider": "zego" })).await;
    let observed = json!({ "observed": { "members": ["a", "b"], "player_code": -2301, "pusher_code": "-1307" } });
    call(&kaibo, "viewer", "heartbeat", observed).await.expect(200);
    let odd = json!({ "observed": { "player_code": "a\nb" } });
    assert_eq!(call(&kaibo, "viewer", "heartbeat", odd).await.expect(400).fields(), ["observed.player_code"]);
}

#[tokio::test]
async fn who_is_put_out_loses_seat_place_and_the_way_back() {
    let kaibo = start(json!({ "provider": "zego", "capacity": 5 })).await;
    call(&kaibo, "guest", "seats", json!({ "kind": "request" })).await.expect(201);
    call(&kaibo, "host", "seats/guest-1/accept", json!({})).await.expect(200);
    beat(&kaibo, "guest").await;
    let kick = |user: &str| json!({ "user_id": user });
    assert_eq!(call(&kaibo, "guest", "kick", kick("host")).await.expect(403).code(), "role_not_allowed");
    assert_eq!(call(&kaibo, "host", "kick", kick("host")).await.expect(403).code(), "role_not_allowed");
    assert_eq!(call(&kaibo, "host", "kick", json!({})).await.expect(400).fields(), ["user_id"]);
    let out = call(&kaibo, "host", "kick", kick("guest")).await.expect(200).json();
    assert_eq!((out["room_id"].as_str(), out["enforced"].as_str()), (Some("r1"), Some("vendor_pending")));
    let told = beat(&kaibo, "guest").await;
    assert_eq!((told["removed"].clone(), told["lease_expires_at"].clone()), (true.into(), Value::Null));
    assert_eq!(told["seats"][0]["status"], "ended");
    assert_eq!(call(&kaibo, "guest", "seats", json!({ "kind": "request" })).await.expect(403).code(), "banned");
    let invite = json!({ "kind": "invite", "user_id": "guest" });
    assert_eq!(call(&kaibo, "host", "seats", invite).await.expect(403).code(), "banned");
    let room = kaibo.app.store.room("r1", kaibo.app.now()).await.unwrap().unwrap();
    assert!(room.banned("guest") && !room.may_publish("guest") && room.seated.is_empty());
    let due = kaibo.app.store.due(DUE_KIND, kaibo.app.now(), 10).await.unwrap();
    let chore = kaibo.app.store.chore(&due[0]).await.unwrap().unwrap();
    assert_eq!((due.len(), &chore.errand), (1, &Errand::Kick { user_id: "guest".into() }));
    assert!(chore.wanted(&room));
}

#[tokio::test]
async fn enforced_says_who_can_be_asked() {
    for (provider, tencent, kicked, closed) in [
        ("zego", false, "vendor_pending", "vendor_pending"),
        ("trtc", false, "next_login", "next_login"),
        ("trtc", true, "vendor_pending", "vendor_pending"),
        ("css", true, "next_login", "next_login"),
        ("voip", true, "next_login", "next_login"),
    ] {
        let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |config| {
            config.tencent_api = tencent.then(|| kaibo::config::TencentApi {
                secret_id: Some(kaibo::config::keys::Keys::one("fixture-id".into())),
                secret_key: Some(kaibo::config::keys::Keys::one("fixture-key".into())),
                ..Default::default()
            });
        })
        .await;
        let room_id = if provider == "trtc" { "7" } else { "r1" };
        let host = kaibo.session("host");
        kaibo.post("/v1/rooms", Some(&host), json!({ "provider": provider, "room_id": room_id })).await.expect(201);
        let path = |what: &str| format!("/v1/rooms/{room_id}/{what}");
        let out = kaibo.post(&path("kick"), Some(harness::WRITE), json!({ "user_id": "x" })).await.expect(200).json();
        assert_eq!(out["enforced"], kicked, "{provider}");
        for _ in 0..2 {
            let out = kaibo.post(&path("close"), Some(&host), json!({})).await.expect(200).json();
            assert_eq!((out["status"].as_str(), out["enforced"].as_str()), (Some("closed"), Some(closed)), "{provider}");
        }
        let again = kaibo.post("/v1/rooms", Some(&host), json!({ "provider": provider, "room_id": room_id })).await.expect(201);
        assert_eq!(again.json()["status"], "open");
        let room = kaibo.app.store.room(room_id, kaibo.app.now()).await.unwrap().unwrap();
        for key in kaibo.app.store.due(DUE_KIND, kaibo.app.now(), 10).await.unwrap() {
            let chore = kaibo.app.store.chore(&key).await.unwrap().unwrap();
            assert_eq!(chore.wanted(&room), chore.errand != Errand::Close, "a room opened again is not closed at the vendor");
        }
    }
}

#[tokio::test]
async fn what_rooms_cost_is_counted() {
    let (kaibo, counts) = counted(UnixMs::from_seconds(NOW), |_| {}).await;
    let clock = kaibo.clock.clone().unwrap();
    let writes = async |user: &str, what: &str, body: Value| {
        call(&kaibo, user, what, body).await.expect(if what == "seats" { 201 } else { 200 });
        counts.take()
    };
    open(&kaibo, json!({ "provider": "zego" })).await;
    assert!(counts.take().1 <= 2, "opening a room");
    assert_eq!(writes("fan", "tickets", json!({ "role": "viewer" })).await, (1, 0), "a viewer's ticket reads one item");
    assert_eq!(writes("fan", "heartbeat", json!({})).await, (1, 0), "the seats; the room was read a moment ago");
    assert_eq!(writes("fan", "heartbeat", json!({})).await, (0, 0), "a crowd asks the table once a second");
    clock.advance_ms(1000);
    assert_eq!(writes("fan", "heartbeat", json!({})).await, (2, 0), "the room and the seats");
    assert_eq!(writes("fan", "leave", json!({})).await.1, 0);
    // The first lease of an opening makes the row.
    assert_eq!(writes("host", "heartbeat", json!({})).await.1, 3);
    for beat in [0, 1, 0, 1] {
        clock.advance_ms(20_000);
        assert_eq!(writes("host", "heartbeat", json!({})).await.1, beat, "a lease is renewed every second beat");
    }
    assert_eq!(writes("guest", "seats", json!({ "kind": "request" })).await.1, 1);
    assert_eq!(writes("host", "seats/guest-1/accept", json!({})).await.1, 2, "the seat, then the room");
    assert_eq!(writes("guest", "seats/guest-1/end", json!({})).await.1, 2);
    counts.take();
    kaibo.get("/v1/rooms/r1/live", Some(&kaibo.session("fan"))).await.expect(200);
    assert_eq!(counts.take(), (2, 0), "the room and one query");
}
