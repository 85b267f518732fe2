//! What `GET /v1/zego/login-token` costs `kaibo serve`, beside a bare hyper server, in one run (Linux):
//! `cargo build --release --bin kaibo --example hello_server && cargo run --release --example serving [ROUNDS]`.
//! Both serve in turn, for a fifth of a second, the same number of connections; what counts is CPU time of the server per request.
//! First on one core, asked from the others; then on all.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 32;
/// Short, so that both find the machine as busy with others.
const TURN: Duration = Duration::from_millis(200);
/// Turns of each in a round.
const TURNS: usize = 5;
const REQUEST: &[u8] = b"GET /v1/zego/login-token?app_id=1739272706&id_name=alice HTTP/1.1\r\nhost: localhost\r\n\r\n";

struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    async fn start(mut command: Command, address: String) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}; build it first"));
        let server = Self { child, address };
        for _ in 0..100 {
            if TcpStream::connect(&server.address).await.is_ok() {
                return server;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{command:?} does not listen");
    }

    /// CPU time of all threads so far.
    fn cpu(&self) -> Duration {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("this example reads CPU time from /proc");
        let nanoseconds = tasks.filter_map(|task| {
            let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanoseconds.sum())
    }

    /// Microseconds of CPU for a request.
    async fn turn(&self) -> f64 {
        let done = Arc::new(AtomicU64::new(0));
        let (before, until) = (self.cpu(), Instant::now() + TURN);
        let mut asking = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (address, done) = (self.address.clone(), done.clone());
            asking.spawn(async move { ask(&address, until, &done).await });
        }
        asking.join_all().await;
        (self.cpu() - before).as_secs_f64() * 1e6 / done.load(Ordering::Relaxed) as f64
    }
}

async fn ask(address: &str, until: Instant, done: &AtomicU64) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answer = [0; 4096];
    while Instant::now() < until {
        stream.write_all(REQUEST).await.unwrap();
        // An answer is short enough to arrive in one piece, and loopback keeps pieces whole.
        let length = stream.read(&mut answer).await.unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 200 OK"), "{}", String::from_utf8_lossy(&answer[..length]));
        done.fetch_add(1, Ordering::Relaxed);
    }
}

async fn free_address() -> String {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string()
}

/// A program that may run on these cores only.
fn on(cores: &str, program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", cores]).arg(program);
    command
}

/// `kaibo serve` with the configuration of the event files and its store in memory.
async fn kaibo(cores: &str, binary: &Path, folder: &Path) -> Server {
    let local: Value = serde_json::from_str(include_str!("../infra/local.env.json")).unwrap();
    let text = local["FnClient"]["KAIBO_CONFIG_TEXT"].as_str().unwrap();
    let in_memory = |line| if str::starts_with(line, "endpoint = ") { "endpoint = \"memory\"" } else { line };
    let file = folder.join("kaibo.toml");
    std::fs::write(&file, text.lines().map(in_memory).collect::<Vec<_>>().join("\n")).unwrap();
    let address = free_address().await;
    let mut command = on(cores, binary);
    command.arg("--config").arg(file).args(["--listen", &address]).current_dir(folder);
    Server::start(command, address).await
}

fn middle(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// Medians of CPU per request over the rounds: hyper's, kaibo's, and of the ratio.
async fn compare(cores: &str, rounds: usize) -> [f64; 3] {
    let here = std::env::current_exe().unwrap();
    let examples = here.parent().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ours = kaibo(cores, &examples.parent().unwrap().join("kaibo"), folder.path()).await;
    let address = free_address().await;
    let mut hello = on(cores, &examples.join("hello_server"));
    hello.arg(&address);
    let hello = Server::start(hello, address).await;
    // The first turns find cold caches.
    hello.turn().await;
    ours.turn().await;
    let mut pairs = Vec::new();
    for round in 1..=rounds {
        for turn in 0..TURNS {
            let early = if turn % 2 == 0 { None } else { Some(ours.turn().await) };
            let hyper = hello.turn().await;
            let kaibo = if let Some(early) = early { early } else { ours.turn().await };
            pairs.push((hyper, kaibo));
        }
        let [hyper, kaibo, ratio] = medians(&pairs[pairs.len() - TURNS..]);
        eprintln!("round {round}: hyper {hyper:.2} us, kaibo {kaibo:.2} us, {ratio:.2} times");
    }
    medians(&pairs)
}

fn medians(pairs: &[(f64, f64)]) -> [f64; 3] {
    let middle_of = |part: fn(&(f64, f64)) -> f64| middle(pairs.iter().map(part).collect());
    [middle_of(|pair| pair.0), middle_of(|pair| pair.1), middle_of(|pair| pair.1 / pair.0)]
}

fn main() {
    let rounds: usize = std::env::args().nth(1).map_or(15, |rounds| rounds.parse().expect("ROUNDS is a number"));
    let last = std::thread::available_parallelism().unwrap().get() - 1;
    let all = format!("0-{last}");
    let one_core = (last > 0).then(|| ("on one core, asked from the others", "0", format!("1-{last}")));
    let everywhere = ("on all cores", all.as_str(), all.clone());
    for (how, servers, asking) in one_core.into_iter().chain([everywhere]) {
        // The threads that ask begin where this one may run.
        let myself = std::process::id().to_string();
        let pinned = Command::new("taskset").args(["-cp", &asking, &myself]).stdout(Stdio::null()).status();
        assert!(pinned.expect("this example pins with taskset, of util-linux").success());
        eprintln!("{how}:");
        let [hyper, kaibo, ratio] = tokio::runtime::Runtime::new().unwrap().block_on(compare(servers, rounds));
        println!(
            "{how}: hyper {hyper:.2} us of CPU a request, kaibo {kaibo:.2} us, {ratio:.2} times (medians of {rounds} rounds)"
        );
    }
}
