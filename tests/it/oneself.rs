//! A caller cannot obtain a credential that names someone else: not by any field, header, query or form of a name, whoever it is.

use crate::harness::{Answer, ISSUE, Kaibo, READ, Request, fixture};
use crate::issued::{CALLS, Call, open_rooms};
use crate::vendors::Dice;
use kaibo::live::time::UnixMs;
use serde_json::{Value, json};

const NOW: UnixMs = UnixMs(1_800_000_000_000);
const SELF: &str = "user_1";
const OTHER: &str = "user_2";

/// Ways to write a name; what is in the second half is no name of `user_2`, but might be read as one.
const WRITINGS: [&str; 10] = [
    "user_2",
    " user_2",
    "user_2 ",
    "USER_2",
    "user_2\u{0}",
    "user_1,user_2",
    "user_1\u{0}user_2",
    "user_\u{ff12}",
    "user_2\n",
    "",
];

/// The vendor's key of each call, as the fixture has it.
fn key(call: Call) -> String {
    let config = fixture();
    let keys = match call {
        Call::LoginToken | Call::Token("01") => &config.zego[0].app_key,
        Call::Token(_) => &config.zego[0].server_secret,
        Call::UserSig | Call::MapKey => &config.trtc[0].secret_key,
        Call::Push => &config.css[0].push_key,
        Call::Play => &config.css[0].play_key,
    };
    keys.as_ref().unwrap().all()[0].value.reveal_text().to_owned()
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// A request for a call with names put into some of the places where one could stand.
fn with_names(kaibo: &Kaibo, call: Call, bearer: &str, dice: &mut Dice) -> Request {
    let mut body = call.body(SELF);
    let mut query: Vec<String> = Vec::new();
    let mut headers: Vec<(&str, String)> = Vec::new();
    for _ in 0..=dice.below(3) {
        let name = WRITINGS[dice.below(WRITINGS.len())];
        match dice.below(6) {
            0 => body["user_id"] = json!(name),
            1 => body["id_name"] = json!(name),
            2 => body["user_id"] = json!([SELF, name]),
            3 => query.push(format!("user_id={}", encoded(name))),
            4 => query.push(format!("id_name={}", encoded(name))),
            _ => headers.push(("x-user-id", name.replace(['\n', '\0'], "%00"))),
        }
    }
    if matches!(call, Call::Push | Call::Play) && dice.below(2) == 0 {
        body["stream_id"] = json!(format!("show_{OTHER}"));
    }
    let mut request = if call == Call::LoginToken {
        kaibo.request("GET", &format!("{}?{}", call.path(), query.join("&")))
    } else {
        kaibo.request("POST", &format!("{}?{}", call.path(), query.join("&"))).json(&body)
    };
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.bearer(Some(bearer))
}

/// Whether the answer's credential counts for a user; playing is for everyone and names nobody.
fn counts_for(call: Call, answer: &Answer, user: &str) -> bool {
    call.ends(answer, user, &key(call), NOW.seconds()).is_some()
}

#[tokio::test]
async fn no_way_of_naming_someone_else_yields_a_credential_of_theirs() {
    let kaibo = Kaibo::start_at(NOW, |_| {}).await;
    let session = kaibo.session(SELF);
    open_rooms(&kaibo, &session).await;
    let mut dice = Dice(4);
    let mut given = 0;
    for call in CALLS.into_iter().filter(|call| *call != Call::Play) {
        for _ in 0..120 {
            let answer = with_names(&kaibo, call, &session, &mut dice).send().await;
            assert!(answer.status < 500, "{call:?}: {}", answer.text());
            if answer.status != 200 {
                assert!(matches!(answer.status, 400 | 403), "{call:?}: {}", answer.text());
                continue;
            }
            given += 1;
            assert!(!counts_for(call, &answer, OTHER), "{call:?}: {}", answer.text());
            for name in WRITINGS.into_iter().filter(|name| !name.is_empty()) {
                assert!(!counts_for(call, &answer, name), "{call:?} for {name:?}: {}", answer.text());
            }
            let told = call != Call::LoginToken && answer.json()["user_id"] != SELF;
            assert!(!told, "{call:?}: {}", answer.text());
        }
    }
    assert!(given > 50, "some of it names nobody else, and is given: {given}");
}

#[tokio::test]
async fn only_a_key_with_issue_names_a_user_and_gets_that_users_credential() {
    let kaibo = Kaibo::start_at(NOW, |_| {}).await;
    let session = kaibo.session(SELF);
    open_rooms(&kaibo, &session).await;
    for call in CALLS.into_iter().filter(|call| *call != Call::Play) {
        let name = json!({ "user_id": OTHER });
        let answer = call.ask(&kaibo, Some(ISSUE), OTHER, name.clone()).await.expect(200);
        assert!(counts_for(call, &answer, OTHER) && !counts_for(call, &answer, SELF), "{call:?}");
        assert_eq!(call.ask(&kaibo, Some(READ), OTHER, name.clone()).await.expect(403).code(), "scope_missing");
        assert_eq!(call.ask(&kaibo, Some(&session), OTHER, name).await.expect(403).code(), "not_yourself");
    }
}

#[tokio::test]
async fn a_ticket_and_a_voip_signature_are_for_their_caller_only() {
    let kaibo = Kaibo::start_at(NOW, |_| {}).await;
    let log_in = async |code: &str| {
        let answer = kaibo.post("/v1/sessions", None, json!({ "code": code })).await.expect(201).json();
        (answer["session_token"].as_str().unwrap().to_owned(), answer["user_id"].clone())
    };
    let ((alice, alice_id), (bob, bob_id)) = (log_in("alice").await, log_in("bob").await);
    open_rooms(&kaibo, &alice).await;
    let voip = json!({ "provider": "voip", "room_id": "g1" });
    kaibo.post("/v1/rooms", Some(&alice), voip).await.expect(201);
    let named = |mut body: Value, who: &Value| {
        body["user_id"] = who.clone();
        body
    };
    let sign = json!({ "group_id": "g1" });
    let own_id = |answer: &Answer| answer.json()["client"]["selfOpenId"].clone();
    let of_alice = kaibo.post("/v1/wechat/voip-signature", Some(&alice), sign.clone()).await.expect(200);
    let of_bob = kaibo.post("/v1/wechat/voip-signature", Some(&bob), sign.clone()).await.expect(200);
    assert_ne!(own_id(&of_alice), own_id(&of_bob));
    let ask = kaibo.post("/v1/wechat/voip-signature", Some(&bob), named(sign, &alice_id)).await;
    assert_eq!(ask.expect(403).code(), "not_yourself");
    for room in ["r1", "77", "show", "g1"] {
        let path = format!("/v1/rooms/{room}/tickets");
        let ask = json!({ "role": "viewer" });
        let ticket = kaibo.post(&path, Some(&bob), ask.clone()).await.expect(200);
        assert_eq!(ticket.json()["user_id"], bob_id, "{room}");
        assert_eq!(kaibo.post(&path, Some(&bob), named(ask, &alice_id)).await.expect(403).code(), "not_yourself");
        let host = kaibo.post(&path, Some(&bob), json!({ "role": "host" })).await;
        assert_eq!(host.expect(403).code(), "role_not_allowed", "{room}");
    }
    for header in ["x-user-id", "X-User-Id"] {
        let request = kaibo.request("POST", "/v1/trtc/user-sig").bearer(Some(&bob)).header(header, alice_id.as_str().unwrap());
        assert_eq!(request.json(&json!({})).send().await.expect(403).code(), "not_yourself");
    }
}
