//! kill -9 during traffic, of a real `kaibo serve` on a file: whatever was answered 200 is in effect after the restart.

use crate::vendors::{form, fresh};
use kaibo::app::outbound::Outbound;
use kaibo::config::Config;
use kaibo::live::time::UnixMs;
use kaibo::simulator::send::send;
use kaibo::simulator::{Ask, Prepared, prepare};
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A kaibo of its own process; gone at the end, whatever happens.
struct Program {
    child: Child,
    address: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    async fn start(file: &Path) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let child = Command::new(env!("CARGO_BIN_EXE_kaibo"))
            .args(["serve", "--listen", &listen, "--config"])
            .arg(file)
            .env("RUST_LOG", "error")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let program = Self { child, address: format!("http://{listen}") };
        let outbound = Outbound::default();
        for _ in 0..200 {
            if outbound.get(&format!("{}/healthz", program.address)).await.is_ok_and(|answer| answer.status == 200) {
                return program;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("kaibo did not start");
    }
}

fn now() -> UnixMs {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    UnixMs(i64::try_from(since.as_millis()).unwrap())
}

/// A stream of its own room, with one provider after the other.
fn stream(config: &Config, n: u32, nonce: u64) -> (Prepared, String) {
    let ask = Ask { room: Some(n.to_string()), session: Some(format!("88{n}")), nonce, ..Ask::now(now()) };
    let (word, id) = match n % 3 {
        0 => ("zego.stream.begin", format!("{n}_host1")),
        1 => ("css.stream.begin", format!("{n}_host1")),
        _ => ("trtc.video.begin", format!("1400087915_{n}_host1_main")),
    };
    (prepare(config, word, &ask).unwrap(), id)
}

async fn read(address: &str, target: &str) -> (u16, Value) {
    let bearer = format!("Bearer {}", crate::harness::ALL);
    let sent = Outbound::default().send("GET", &format!("{address}{target}"), &[("authorization", &bearer)], Vec::new()).await;
    let answer = sent.unwrap();
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_callback_that_was_answered_200_is_in_effect_after_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let text = include_str!("fixture.toml")
        .replace("endpoint = \"memory\"", &format!("endpoint = \"embedded\"\ndata_dir = {:?}", folder.path().join("data")));
    let config: Config = toml::from_str(&text).unwrap();
    let file = folder.path().join("kaibo.toml");
    std::fs::write(&file, &text).unwrap();
    let taken: Arc<Mutex<Vec<String>>> = Arc::default();
    let mut checked = 0;
    for round in 0..form(2, 8) {
        let mut program = Program::start(&file).await;
        let stop = Arc::new(AtomicBool::new(false));
        let mut senders = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let (config, taken, stop, to) = (config.clone(), taken.clone(), stop.clone(), program.address.clone());
            senders.spawn(async move {
                let outbound = Outbound::default();
                while !stop.load(Ordering::SeqCst) {
                    let n = fresh();
                    let (prepared, id) = stream(&config, n, u64::from(n));
                    match send(&outbound, &to, &prepared).await {
                        Ok(reply) if reply.status == 200 => taken.lock().unwrap().push(id),
                        Ok(reply) => assert_eq!(reply.status, 500, "{}", reply.text),
                        Err(_) => {}
                    }
                }
            });
        }
        tokio::time::sleep(Duration::from_millis(600 + 170 * round)).await;
        program.child.kill().unwrap();
        program.child.wait().unwrap();
        stop.store(true, Ordering::SeqCst);
        while let Some(done) = senders.join_next().await {
            done.unwrap();
        }
        let again = Program::start(&file).await;
        for id in taken.lock().unwrap().drain(..) {
            let (status, stream) = read(&again.address, &format!("/v1/streams/{id}")).await;
            assert_eq!((status, stream["status"].as_str()), (200, Some("live")), "{id} {stream}");
            checked += 1;
        }
    }
    assert!(checked > 20, "traffic reached the server: {checked}");
}
