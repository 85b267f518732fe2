//! Seats over HTTP: who may do what, no way back, and never more than the room has.

use crate::harness::{self, Answer, Kaibo};
use kaibo::live::room::Room;
use kaibo::live::seat::{Hand, Verb};
use kaibo::live::time::UnixMs;
use kaibo::store::seats::Placing;
use serde_json::{Value, json};

const NOW: i64 = 1_760_000_000;

async fn open(kaibo: &Kaibo, room_id: &str) -> Value {
    let host = kaibo.session("host");
    kaibo.post("/v1/rooms", Some(&host), json!({ "provider": "zego", "room_id": room_id })).await.expect(201).json()
}

async fn request(kaibo: &Kaibo, user: &str) -> Answer {
    kaibo.post("/v1/rooms/r1/seats", Some(&kaibo.session(user)), json!({ "kind": "request" })).await
}

async fn invite(kaibo: &Kaibo, bearer: &str, user: &str) -> Answer {
    kaibo.post("/v1/rooms/r1/seats", Some(bearer), json!({ "kind": "invite", "user_id": user })).await
}

async fn verb(kaibo: &Kaibo, bearer: &str, seat: &Value, verb: &str) -> Answer {
    let seat_id = seat["seat_id"].as_str().unwrap();
    kaibo.post(&format!("/v1/rooms/r1/seats/{seat_id}/{verb}"), Some(bearer), json!({})).await
}

async fn room(kaibo: &Kaibo) -> Room {
    kaibo.app.store.room("r1", kaibo.app.now()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_guest_asks_the_host_accepts_and_either_ends() {
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |_| {}).await;
    open(&kaibo, "r1").await;
    let (host, guest, other) = (kaibo.session("host"), kaibo.session("guest"), kaibo.session("other"));
    let seat = request(&kaibo, "guest").await.expect(201).json();
    assert_eq!(
        seat,
        json!({ "seat_id": "guest-1", "room_id": "r1", "kind": "request", "status": "requested", "user_id": "guest",
            "from_user_id": "guest", "created_at": "2025-10-09T08:53:20Z", "expires_at": "2025-10-09T08:54:20Z", "decided_at": null })
    );
    assert_eq!(request(&kaibo, "guest").await.expect(201).json(), seat, "a waiting seat is answered again");
    assert_eq!(invite(&kaibo, &host, "guest").await.expect(201).json(), seat, "the pair has one seat");
    for who in [&guest, &other] {
        assert_eq!(verb(&kaibo, who, &seat, "accept").await.expect(403).code(), "role_not_allowed");
        assert_eq!(verb(&kaibo, who, &seat, "refuse").await.expect(403).code(), "role_not_allowed");
    }
    assert_eq!(verb(&kaibo, &other, &seat, "end").await.expect(403).code(), "role_not_allowed");
    for _ in 0..2 {
        let accepted = verb(&kaibo, &host, &seat, "accept").await.expect(200).json();
        assert_eq!(
            (accepted["status"].as_str(), accepted["decided_at"].as_str()),
            (Some("accepted"), Some("2025-10-09T08:53:20Z"))
        );
    }
    assert!(room(&kaibo).await.may_publish("guest"));
    assert_eq!(verb(&kaibo, &host, &seat, "refuse").await.expect(409).code(), "seat_accepted");
    let whole = kaibo.get("/v1/rooms/r1", Some(&other)).await.json();
    assert_eq!(whole["seats"][0]["status"], "accepted");
    for _ in 0..2 {
        assert_eq!(verb(&kaibo, &guest, &seat, "end").await.expect(200).json()["status"], "ended");
    }
    assert!(!room(&kaibo).await.may_publish("guest"));
    for back in ["accept", "refuse"] {
        assert_eq!(verb(&kaibo, &host, &seat, back).await.expect(409).code(), "seat_over");
    }
    assert_eq!(request(&kaibo, "guest").await.expect(201).json()["seat_id"], "guest-2", "asking anew is a new seat");
}

#[tokio::test]
async fn only_the_invitee_accepts_an_invitation_and_only_the_house_invites() {
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |_| {}).await;
    open(&kaibo, "r1").await;
    let (host, guest) = (kaibo.session("host"), kaibo.session("guest"));
    assert_eq!(invite(&kaibo, &guest, "other").await.expect(403).code(), "role_not_allowed");
    assert_eq!(invite(&kaibo, harness::READ, "guest").await.expect(403).code(), "scope_missing");
    assert_eq!(invite(&kaibo, &host, "host").await.expect(409).code(), "seat_not_needed");
    let seat = invite(&kaibo, harness::WRITE, "guest").await.expect(201).json();
    assert_eq!((seat["status"].as_str(), seat["from_user_id"].as_str()), (Some("invited"), Some("host")));
    for by in [host.as_str(), harness::WRITE] {
        assert_eq!(verb(&kaibo, by, &seat, "accept").await.expect(403).code(), "role_not_allowed");
    }
    assert_eq!(verb(&kaibo, &guest, &seat, "accept").await.expect(200).json()["status"], "accepted");
    assert_eq!(verb(&kaibo, harness::WRITE, &seat, "end").await.expect(200).json()["status"], "ended");
    let again = invite(&kaibo, &host, "guest").await.expect(201).json();
    for _ in 0..2 {
        assert_eq!(verb(&kaibo, &guest, &again, "refuse").await.expect(200).json()["status"], "refused");
    }
    assert_eq!(verb(&kaibo, &guest, &again, "accept").await.expect(409).code(), "seat_over");
}

#[tokio::test]
async fn nobody_answers_and_the_seat_times_out() {
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |_| {}).await;
    open(&kaibo, "r1").await;
    let host = kaibo.session("host");
    let seat = request(&kaibo, "guest").await.expect(201).json();
    kaibo.clock.as_ref().unwrap().advance_ms(60_000);
    for each in ["accept", "refuse", "end"] {
        assert_eq!(verb(&kaibo, &host, &seat, each).await.expect(409).code(), "seat_over", "{each}");
    }
    let whole = kaibo.get("/v1/rooms/r1", Some(&host)).await.json();
    assert_eq!(whole["seats"][0]["status"], "timed_out");
    assert_eq!(request(&kaibo, "guest").await.expect(201).json()["seat_id"], "guest-2");
}

#[tokio::test]
async fn what_is_asked_wrongly_is_told() {
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |_| {}).await;
    open(&kaibo, "r1").await;
    let (host, guest) = (kaibo.session("host"), kaibo.session("guest"));
    let post = async |body: Value| kaibo.post("/v1/rooms/r1/seats", Some(&host), body).await.expect(400).fields();
    assert_eq!(post(json!({})).await, ["kind"]);
    assert_eq!(post(json!({ "kind": "invite" })).await, ["user_id"]);
    assert_eq!(post(json!({ "kind": "beg" })).await, ["kind"]);
    let nowhere = kaibo.post("/v1/rooms/none/seats", Some(&guest), json!({ "kind": "request" })).await.expect(404);
    assert_eq!(nowhere.code(), "room_unknown");
    assert_eq!(verb(&kaibo, &host, &json!({ "seat_id": "guest-7" }), "accept").await.expect(404).code(), "seat_unknown");
    let seat = request(&kaibo, "guest").await.expect(201).json();
    kaibo.post("/v1/rooms/r1/close", Some(&host), json!({})).await.expect(200);
    assert_eq!(verb(&kaibo, &host, &seat, "accept").await.expect(409).code(), "room_closed");
    assert_eq!(request(&kaibo, "guest").await.expect(409).code(), "room_closed");
    kaibo.post("/v1/rooms", Some(&host), json!({ "provider": "zego", "room_id": "r1" })).await.expect(201);
    assert_eq!(verb(&kaibo, &host, &seat, "accept").await.expect(404).code(), "seat_unknown", "seats belong to one opening");
}

#[tokio::test]
async fn a_repeat_with_the_same_key_meets_the_same_seat() {
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |_| {}).await;
    open(&kaibo, "r1").await;
    let guest = kaibo.session("guest");
    let keyed = async |key: &str| {
        let ask = kaibo.request("POST", "/v1/rooms/r1/seats").bearer(Some(&guest)).header("idempotency-key", key);
        ask.json(&json!({ "kind": "request" })).send().await.expect(201).json()["seat_id"].clone()
    };
    assert_eq!(keyed("k1").await, "guest-1");
    verb(&kaibo, &guest, &json!({ "seat_id": "guest-1" }), "end").await.expect(200);
    assert_eq!(keyed("k1").await, "guest-1");
    assert_eq!(keyed("k2").await, "guest-2");
}

#[tokio::test]
async fn a_guest_cannot_fill_the_opening_with_seats() {
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |_| {}).await;
    open(&kaibo, "r1").await;
    let guest = kaibo.session("guest");
    for _ in 0..50 {
        let seat = request(&kaibo, "guest").await.expect(201).json();
        verb(&kaibo, &guest, &seat, "end").await.expect(200);
    }
    assert_eq!(request(&kaibo, "guest").await.expect(429).code(), "quota_exceeded");
}

#[tokio::test]
async fn a_crash_between_the_two_writes_gives_no_power_and_a_repeat_mends_it() {
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |_| {}).await;
    let opening = open(&kaibo, "r1").await["opening_id"].as_str().unwrap().to_owned();
    let (host, now) = (kaibo.session("host"), kaibo.app.now());
    let seat = request(&kaibo, "guest").await.expect(201).json();
    let hand = Hand { user_id: Some("host"), house: true };
    let half = kaibo.app.store.decide_seat(&opening, "guest-1", Verb::Accept, hand, false, now).await.unwrap().unwrap();
    assert!(!room(&kaibo).await.may_publish("guest"));
    let told = kaibo.get("/v1/rooms/r1", Some(&host)).await.json();
    assert_eq!(told["seats"][0]["status"], "requested");
    assert_eq!(verb(&kaibo, &host, &seat, "accept").await.expect(200).json()["status"], "accepted");
    assert!(room(&kaibo).await.may_publish("guest"));

    // An acceptance on its way when the guest ends: the place it would take is closed to it.
    let before = room(&kaibo).await;
    kaibo.app.store.release_seat("r1", &opening, &half).await.unwrap();
    verb(&kaibo, &host, &seat, "end").await.expect(200);
    let late = kaibo.app.store.place_seat(&before, &half, 8, now).await.unwrap();
    assert!(matches!(late, Placing::Refused { let_go: true, .. }));
    assert!(!room(&kaibo).await.may_publish("guest"));
}

#[tokio::test]
async fn an_old_seat_ended_again_takes_nothing_from_the_new_one() {
    let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |_| {}).await;
    open(&kaibo, "r1").await;
    let host = kaibo.session("host");
    let first = request(&kaibo, "guest").await.expect(201).json();
    verb(&kaibo, &host, &first, "accept").await.expect(200);
    verb(&kaibo, &host, &first, "end").await.expect(200);
    let second = request(&kaibo, "guest").await.expect(201).json();
    verb(&kaibo, &host, &second, "accept").await.expect(200);
    verb(&kaibo, &host, &first, "end").await.expect(200);
    assert!(room(&kaibo).await.may_publish("guest"));
}

#[tokio::test]
async fn of_64_acceptances_at_once_exactly_as_many_hold_as_there_are_seats() {
    let rounds = if std::env::var("KAIBO_PROOF").is_ok_and(|proof| proof == "full") { 100 } else { 2 };
    for _ in 0..rounds {
        let kaibo = Kaibo::start_at(UnixMs::from_seconds(NOW), |config| config.policy.seats_per_room = 5).await;
        open(&kaibo, "r1").await;
        for i in 0..64 {
            request(&kaibo, &format!("g{i}")).await.expect(201);
        }
        let mut asked = tokio::task::JoinSet::new();
        let host = kaibo.session("host");
        for i in 0..64 {
            let target = format!("/v1/rooms/r1/seats/g{i}-1/accept");
            asked.spawn(kaibo.request("POST", &target).bearer(Some(&host)).json(&json!({})).send());
        }
        let answers = asked.join_all().await;
        let got = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((got(200), got(409)), (5, 59));
        assert!(answers.iter().filter(|answer| answer.status == 409).all(|answer| answer.code() == "seats_full"));
        assert_eq!(room(&kaibo).await.cohosts.len(), 5);
        let told = kaibo.get("/v1/rooms/r1", Some(&host)).await.json();
        let count = |status: &str| told["seats"].as_array().unwrap().iter().filter(|seat| seat["status"] == status).count();
        assert_eq!((count("accepted"), count("requested")), (5, 59), "a seat that found no place still waits");
        let seated = room(&kaibo).await.seated;
        verb(&kaibo, &host, &json!({ "seat_id": seated[0] }), "end").await.expect(200);
        let waits = (0..64).map(|i| format!("g{i}-1")).find(|id| !seated.contains(id)).unwrap();
        verb(&kaibo, &host, &json!({ "seat_id": waits }), "accept").await.expect(200);
    }
}
