//! Hot rooms: 100,000 viewers enter one room in ten seconds, through many instances of a function. Counted by item and second,
//! nothing passes half of what one item of DynamoDB gives: 1,000 write and 3,000 read units a second.

use crate::harness::{fixture, viewer_ticket};
use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use kaibo::app::App;
use kaibo::clock::{ManualClock, SystemRandom};
use kaibo::live::caller::{Actor, Trust};
use kaibo::live::event::Provider;
use kaibo::live::ticket::Role;
use kaibo::live::time::UnixMs;
use kaibo::store::Store;
use kaibo::store::embedded::Engine;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Units by partition key and second.
type Units = Arc<Mutex<HashMap<(String, i64), (u64, u64)>>>;

#[derive(Clone)]
struct Meter {
    inner: SharedHttpClient,
    units: Units,
    clock: Arc<ManualClock>,
}

impl std::fmt::Debug for Meter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meter")
    }
}

#[derive(Debug)]
struct Connector(SharedHttpConnector, Meter);

impl HttpClient for Meter {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector(self.inner.http_connector(settings, components), self.clone()))
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap();
        let verb = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
        let pk = [&body["Key"]["pk"]["S"], &body["Item"]["pk"]["S"], &body["ExpressionAttributeValues"][":partition"]["S"]];
        let pk = pk.into_iter().find_map(Value::as_str).unwrap_or("none").to_owned();
        let second = kaibo::clock::Clock::now(self.1.clock.as_ref()).seconds();
        let mut units = self.1.units.lock().unwrap();
        let place = units.entry((pk, second)).or_default();
        // Rows here are under 4 KB to read and 1 KB to write: a unit a call.
        if verb.ends_with("GetItem") || verb.ends_with("Query") {
            place.0 += 1
        } else {
            place.1 += 1
        }
        drop(units);
        self.0.call(request)
    }
}

#[tokio::test]
async fn a_crowd_that_enters_at_once_wears_out_no_item() {
    let full = std::env::var("KAIBO_PROOF").is_ok_and(|proof| proof == "full");
    // The short form keeps the density: a tenth of the crowd and of the instances would pass a tenth of the limit.
    let (viewers, instances, half) = if full { (100_000, 200, 1.0) } else { (5_000, 10, 0.05) };
    let engine = Engine::in_memory().unwrap();
    let clock = Arc::new(ManualClock::at(UnixMs::from_seconds(1_760_000_000)));
    let units = Units::default();
    let mut apps = Vec::new();
    for _ in 0..instances {
        let config = fixture();
        let meter = Meter { inner: engine.http_client(), units: units.clone(), clock: clock.clone() };
        let store = Store::on_engine(&config.store, engine.clone(), Some(SharedHttpClient::new(meter))).await.unwrap();
        apps.push(App::new(config, store, clock.clone(), Arc::new(SystemRandom::default())).unwrap());
    }
    let host = Actor { user_id: "host".into(), trust: Trust::Own };
    let room = kaibo::app::rooms::OpenRoom {
        provider: Provider::Zego,
        app: "1739272706".into(),
        room_id: Some("show".into()),
        title: None,
        info: None,
        capacity: None,
        audio: None,
        record: false,
        record_id: None,
        idempotency_key: None,
        kind: None,
    };
    kaibo::app::rooms::open_room(&apps[0], &host, room).await.unwrap();
    units.lock().unwrap().clear();
    for viewer in 0..viewers {
        if viewer > 0 && viewer % (viewers / 1000) == 0 {
            clock.advance_ms(10);
        }
        let ticket = viewer_ticket(&apps[viewer % instances], "show", &format!("v{viewer}")).await;
        assert_eq!(ticket.role, Role::Viewer);
    }
    let units = units.lock().unwrap();
    let (reads, writes) = (units.values().map(|u| u.0).max().unwrap(), units.values().map(|u| u.1).max().unwrap());
    println!(
        "{viewers} viewers through {instances} instances in 10 s: at most {reads} read and {writes} write units on one item in a second"
    );
    assert!(reads as f64 <= 1500.0 * half, "{reads} read units in one second on one item");
    assert_eq!(writes, 0, "a viewer writes nothing");
}
