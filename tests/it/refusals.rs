//! What a door refuses never writes; what it understands is 200, also when nothing of it can be read.

use crate::counted::counted;
use crate::harness::{ALL, Kaibo, fixture};
use crate::vendors::{NOW, Said, at, deliver, fresh, say};
use kaibo::simulator::{Ask, Prepared, prepare};
use serde_json::json;

fn signed(word: &str, body: &str) -> Prepared {
    let ask = Ask { body: Some(body.as_bytes().to_vec()), nonce: u64::try_from(body.len()).unwrap(), ..Ask::now(at(0)) };
    prepare(&fixture(), word, &ask).unwrap()
}

#[tokio::test]
async fn a_signature_seen_once_carries_no_other_event_in() {
    let (kaibo, counts) = counted(at(0), |_| {}).await;
    let n = fresh();
    let seen = Said::at("zego.stream.begin", n, 1).prepared();
    assert_eq!(deliver(&kaibo, &seen).await.status, 200);
    let mut forged: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    forged["room_id"] = json!("someone-elses-room");
    forged["stream_seq"] = json!("99");
    let forged = Prepared { body: forged.to_string().into_bytes(), ..seen.clone() };
    let before = kaibo.get("/v1/callbacks", Some(ALL)).await.json();
    counts.take();
    let answer = deliver(&kaibo, &forged).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "callback_replayed"));
    // One conditional put was tried and refused: the memory itself.
    assert_eq!(counts.take().1, 1);
    assert_eq!(kaibo.get("/v1/callbacks", Some(ALL)).await.json(), before);
    kaibo.get("/v1/rooms/someone-elses-room", Some(ALL)).await.expect(404);
    assert_eq!(deliver(&kaibo, &seen).await.status, 200);
}

#[tokio::test]
async fn what_is_refused_never_touches_the_store() {
    let (kaibo, counts) = counted(at(0), |_| {}).await;
    for word in ["zego.stream.begin", "css.stream.begin", "trtc.video.begin"] {
        let good = Said::at(word, fresh(), 1).prepared();
        let wrong_key = Said::at(word, fresh(), 1).with(|ask| ask.set = vec![("sign".into(), "00".into())]).prepared();
        let path = |from: &str, to: &str| Prepared { path: good.path.replace(from, to), ..good.clone() };
        let cases = [
            (401, wrong_key),
            (404, path("fixture-path-token", "guessed-path-token")),
            (404, path("/1739272706/", "/5/")),
            (404, path("/main/", "/other/")),
            (404, path("/1400087915/", "/5/")),
            (413, Prepared { body: vec![b' '; 64 * 1024 + 1], ..good.clone() }),
        ];
        for (status, prepared) in cases.iter().filter(|(_, prepared)| *prepared != good) {
            assert_eq!(deliver(&kaibo, prepared).await.status, *status, "{word} {prepared:?}");
        }
    }
    let stale = Said::at("css.stream.begin", fresh(), 1).with(|ask| ask.sent_at = at(-1501)).prepared();
    assert_eq!(deliver(&kaibo, &stale).await.status, 401);
    let stale = Said::at("zego.stream.begin", fresh(), 1).with(|ask| ask.sent_at = at(-601)).prepared();
    assert_eq!(deliver(&kaibo, &stale).await.status, 401);
    assert_eq!(counts.take(), (0, 0));
}

async fn verdicts(kaibo: &Kaibo) -> Vec<String> {
    let inbox = kaibo.get("/v1/callbacks?limit=100", Some(ALL)).await.expect(200).json();
    inbox["items"].as_array().unwrap().iter().map(|item| item["verdict"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_is_malformed_but_rightly_signed_is_taken_and_kept_as_unreadable() {
    let kaibo = Kaibo::start_at(at(0), |_| {}).await;
    let cases = [
        ("zego.stream.begin", r#"{"event":"stream_create","room_id":["not","a","text"]}"#),
        ("zego.stream.begin", r#"{"event":"room_create","room_id":"r","room_session_id":1.5}"#),
        ("css.stream.begin", r#"{"event_type":1,"stream_id":{}}"#),
        ("trtc.video.begin", r#"{"EventGroupId":2,"EventType":201,"EventInfo":7}"#),
        ("trtc.video.begin", "not JSON at all"),
        ("trtc.video.begin", ""),
    ];
    for (word, body) in cases {
        assert_eq!(deliver(&kaibo, &signed(word, body)).await.status, 200, "{word} {body}");
    }
    assert_eq!(verdicts(&kaibo).await, vec!["unreadable"; cases.len()]);
    for (word, body) in [
        ("zego.stream.begin", r#"{"event":"hologram_create","room_id":"r"}"#),
        ("css.stream.begin", r#"{"event_type":9999}"#),
        ("trtc.video.begin", r#"{"EventGroupId":99,"EventType":1,"EventInfo":{}}"#),
    ] {
        assert_eq!(deliver(&kaibo, &signed(word, body)).await.status, 200);
    }
    assert_eq!(verdicts(&kaibo).await.iter().filter(|verdict| *verdict == "unknown_kind").count(), 3);
}

#[tokio::test]
async fn a_late_css_callback_is_applied_and_says_so() {
    let kaibo = Kaibo::start_at(at(0), |_| {}).await;
    // Signed 11 minutes ago, so a minute past its own time.
    say(&kaibo, &Said::at("css.stream.begin", fresh(), -660).with(|ask| ask.sent_at = at(-660))).await;
    assert_eq!(verdicts(&kaibo).await, ["late"]);
}

#[tokio::test]
async fn a_callback_makes_no_api_room_and_hands_out_no_host() {
    let kaibo = Kaibo::start_at(at(0), |_| {}).await;
    let n = fresh();
    for word in ["zego.room.begin", "zego.room.enter", "zego.stream.begin"] {
        say(&kaibo, &Said::at(word, n, 1).with(|ask| ask.user = Some("intruder".into()))).await;
    }
    let room = kaibo.get(&format!("/v1/rooms/{n}"), Some(ALL)).await.expect(200).json();
    assert_eq!((room["origin"].as_str(), room["owner_id"].clone()), (Some("vendor"), serde_json::Value::Null), "{room}");
    let intruder = kaibo.session("intruder");
    let ticket = kaibo.post(&format!("/v1/rooms/{n}/tickets"), Some(&intruder), json!({ "role": "host" })).await;
    assert_eq!(ticket.status, 403, "{}", ticket.text());
    kaibo.post(&format!("/v1/rooms/{n}/close"), Some(&intruder), json!({})).await.expect(403);
    // Another provider's or app's callback does not touch it either.
    say(&kaibo, &Said::at("trtc.room.end", n, 50)).await;
    let same = kaibo.get(&format!("/v1/rooms/{n}"), Some(ALL)).await.expect(200).json();
    assert_eq!((same["status"].as_str(), same["live"].clone()), (Some("open"), json!(true)), "{same}");
    assert_eq!(kaibo.app.now().seconds(), NOW);
}
