//! What a call costs at a thousand and at a million items: `cargo run --release --example scale [ITEMS]`.
//! Prints write and read units and CPU time for each operation, and fails when units grow with the table. The store is a process
//! of its own, as DynamoDB is: its CPU time, which does grow with what it holds, is not ours.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "../tests/it/metered.rs"]
mod metered;

use kaibo::app::App;
use kaibo::app::take_callback::{Proof, take};
use kaibo::cli::store_listen;
use kaibo::clock::{ManualClock, SystemRandom};
use kaibo::config::{Config, StoreConfig};
use kaibo::live::event::{Event, Provider, StreamRun, What};
use kaibo::live::time::UnixMs;
use kaibo::store::Store;
use kaibo::store::embedded::Engine;
use std::io::BufRead;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

const NOW: UnixMs = UnixMs(1_760_000_000_000);
const MEASURED: u64 = 2_000;

/// CPU time of this process in clock ticks of a hundredth of a second (Linux).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("this example reads CPU time from /proc");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn begins(room: &str, session: u64) -> Event {
    let stream_id = format!("{room}_host");
    let run = StreamRun {
        key: format!("{session}/{stream_id}"),
        stream_id: stream_id.clone(),
        session: session.to_string(),
        track: "main".into(),
        guard: 1,
    };
    Event {
        provider: Provider::Zego,
        app: "1739272706".into(),
        kind: "zego.stream_create".into(),
        key: format!("{session}/{stream_id}/1"),
        at: NOW,
        room_id: Some(room.into()),
        stream_id: Some(stream_id),
        user_id: Some("host".into()),
        record_id: None,
        relayed_from: None,
        what: What::StreamBegan { run },
    }
}

fn app(config: &Config, store: &Store) -> App {
    App::new(config.clone(), store.clone(), Arc::new(ManualClock::at(NOW)), Arc::new(SystemRandom::default())).unwrap()
}

/// The access key id of a client that finds none in its environment.
const KEY_ID: &str = "local";

/// What the second process does: lends an empty store and says where.
async fn lend() {
    let engine = Engine::in_memory().unwrap();
    Store::on_engine(&StoreConfig::default(), engine.clone(), None).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    axum::serve(listener, store_listen::router(engine, KEY_ID)).await.unwrap();
}

struct Lender(Child);

impl Drop for Lender {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn lender() -> (Lender, String) {
    let this = std::env::current_exe().unwrap();
    let mut child = Command::new(this).arg("lend").stdout(Stdio::piped()).spawn().unwrap();
    let mut url = String::new();
    std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
    (Lender(child), url.trim().to_owned())
}

/// Each call leaves a room, a stream, its pointer and an inbox item: four items and two index entries.
async fn fill(app: &App, prefix: &str, items: u64) {
    let mut running = tokio::task::JoinSet::new();
    for i in 0..items / 4 {
        if i % 2_500 == 0 {
            eprint!("\rfilling: {} of {items} items", i * 4);
        }
        let app = app.clone();
        let event = begins(&format!("{prefix}{i}"), i);
        running.spawn(async move { take(&app, event, Proof::default()).await.unwrap() });
        if running.len() >= 64 {
            running.join_next().await;
        }
    }
    running.join_all().await;
    eprintln!("\rfilling: {items} of {items} items");
}

#[tokio::main]
async fn main() {
    let asked = std::env::args().nth(1);
    if asked.as_deref() == Some("lend") {
        return lend().await;
    }
    let most: u64 = asked.map_or(1_000_000, |text| text.parse().expect("a number of items"));
    let mut config: Config = toml::from_str(include_str!("../tests/it/fixture.toml")).unwrap();
    let (_lender, url) = lender();
    config.store = StoreConfig { endpoint: url, ..StoreConfig::default() };
    let (store, meter) = metered::metered_at(&config.store);
    let app = app(&config, &store);
    println!("{:>10}  {:>12}  {:>11}  {:>14}", "items", "write units", "read units", "CPU us each");
    let mut first: Option<(f64, f64, f64)> = None;
    let mut held = 0;
    for goal in [1_000, most] {
        fill(&app, &format!("r{goal}-"), goal - held).await;
        held = goal;
        meter.take();
        let before = cpu();
        for i in 0..MEASURED {
            take(&app, begins(&format!("m{goal}-{i}"), i), Proof::default()).await.unwrap();
        }
        let each = |total: f64| total / MEASURED as f64;
        let cost = each((cpu() - before) * 1e6);
        let used = meter.take();
        assert!(!used.calls.contains_key("Scan"));
        let now = (each(used.writes as f64), each(used.reads), cost);
        println!("{goal:>10}  {:>12.2}  {:>11.2}  {:>14.1}", now.0, now.1, now.2);
        held += MEASURED * 4;
        match first {
            None => first = Some(now),
            Some(first) => {
                assert!(now.0 == first.0 && now.1 == first.1, "units grow with the table");
                println!("CPU: {:.2} times that at 1,000 items", now.2 / first.2);
            }
        }
    }
}
