//! Two servers on one store, as behind a load balancer: whatever one did, the other knows; and each stops when it is told to.

use crate::harness::{Answer, Request};
use crate::program::Program;
use crate::samples;
use kaibo::cli::store_listen;
use kaibo::clock::{Clock, SystemClock};
use kaibo::config::StoreConfig;
use kaibo::store::Store;
use kaibo::store::embedded::Engine;
use serde_json::{Value, json};
use std::process::Stdio;

const KEY_ID: &str = "KAIBOTWO";

struct Server(Program);

impl Server {
    fn start(store: &str) -> Self {
        let keys = [("AWS_ACCESS_KEY_ID", KEY_ID), ("AWS_SECRET_ACCESS_KEY", "local")];
        Self(Program::start(store, &keys, Stdio::null()))
    }

    async fn ask(&self, method: &str, target: &str, user: &str, body: Option<Value>) -> Answer {
        let request = Request::to(self.0.address, method, target).header("x-user-id", user);
        match body {
            Some(body) => request.json(&body).send().await,
            None => request.send().await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_store_tell_one_story() {
    let engine = Engine::in_memory().unwrap();
    Store::on_engine(&StoreConfig::default(), engine.clone(), None).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let store = format!("http://{}", listener.local_addr().unwrap());
    let lent = tokio::spawn(async move { axum::serve(listener, store_listen::router(engine, KEY_ID)).await.unwrap() });
    let (one, other) = (Server::start(&store), Server::start(&store));

    one.ask("GET", "/readyz", "x", None).await.expect(200);
    let login = one.ask("POST", "/v1/sessions", "x", Some(json!({ "code": "ann" }))).await.expect(201).json();
    let session = login["session_token"].as_str().unwrap();
    let room = json!({ "provider": "zego", "room_id": "evening", "title": "Evening", "record": true });
    let open = |server: &Server| Request::to(server.0.address, "POST", "/v1/rooms").bearer(Some(session)).json(&room);
    let opened = open(&other).send().await.expect(201).json();
    let again = open(&one).send().await.expect(200).json();
    assert_eq!(opened["opening_id"], again["opening_id"]);
    one.ask("POST", "/v1/rooms", "someone", Some(room.clone())).await.expect(409);
    one.ask("POST", "/v1/rooms/evening/tickets", "viewer_1", Some(json!({ "role": "viewer" }))).await.expect(200);

    let door = "/callbacks/zego/1739272706/local-path-token-0001";
    let event = samples::zego_event(SystemClock.now().seconds());
    for server in [&one, &other, &one] {
        Request::to(server.0.address, "POST", door).json(&event).send().await.expect(200);
    }
    for server in [&other, &one] {
        let live = server.ask("GET", "/v1/rooms/evening/live", "viewer_1", None).await.expect(200).json();
        assert_eq!(live["live"], true);
        let inbox = Request::to(server.0.address, "GET", "/v1/callbacks?room_id=evening").bearer(Some(samples::OPERATOR));
        let inbox = inbox.send().await.expect(200).json();
        assert_eq!((inbox["items"].as_array().unwrap().len(), inbox["items"][0]["deliveries"].as_u64()), (1, Some(3)), "{inbox}");
    }
    Request::to(other.0.address, "POST", "/v1/rooms/evening/close")
        .bearer(Some(session))
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    // A server may remember a room for a second.
    let mut tries = 0;
    let closed = loop {
        let ticket = one.ask("POST", "/v1/rooms/evening/tickets", "viewer_1", Some(json!({ "role": "viewer" }))).await;
        if ticket.status != 200 || tries > 30 {
            break ticket.expect(409);
        }
        tries += 1;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    assert_eq!(closed.code(), "room_closed");
    assert_eq!((one.0.stop(), other.0.stop()), (Some(0), Some(0)));
    lent.abort();
}
