//! How fast `fn_client` wakes and what an invocation costs, beside a bare lambda_http function, in one run (Linux):
//! `functions='--release --config profile.release.opt-level="s" --target-dir target/functions'`, as cargo-lambda builds them, then
//! `cargo build $functions --bin fn_client --example hello_function && cargo run $functions --example waking [ROUNDS]`.
//! Both run in turn against a small Runtime API on loopback. `fn_client` is as deployed: its client of DynamoDB on AWS is built,
//! the event is that of `infra/events`, and `KAIBO_WARM=off`, because there is no AWS to answer.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, mpsc};

const BATCH: u32 = 500;
const EVENT: &str = include_str!("../infra/events/zego-login-token.json");

/// What one start of a function showed.
struct Round {
    first_next: Duration,
    first_answer: Duration,
    resident_kib: u64,
}

/// A function that runs, and the Runtime API that feeds it.
struct Running {
    child: Child,
    began: Instant,
    send: mpsc::UnboundedSender<()>,
    asked: mpsc::UnboundedReceiver<Instant>,
    answered: mpsc::UnboundedReceiver<u16>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.server.abort();
    }
}

#[derive(Clone)]
struct Api {
    asked: mpsc::UnboundedSender<Instant>,
    events: Arc<Mutex<mpsc::UnboundedReceiver<()>>>,
    answers: mpsc::UnboundedSender<u16>,
}

async fn next(State(api): State<Api>) -> Response {
    let _ = api.asked.send(Instant::now());
    if api.events.lock().await.recv().await.is_none() {
        return StatusCode::GONE.into_response();
    }
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", "4000000000000"),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:123456789012:function:kaibo"),
        ("content-type", "application/json"),
    ];
    (headers, EVENT).into_response()
}

async fn answered(State(api): State<Api>, body: String) -> StatusCode {
    let answer: Value = serde_json::from_str(&body).unwrap_or_default();
    let _ = api.answers.send(answer["statusCode"].as_u64().and_then(|status| status.try_into().ok()).unwrap_or_default());
    StatusCode::ACCEPTED
}

/// CPU time of all threads of a process.
fn cpu(child: &Child) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", child.id())).expect("this example reads CPU time from /proc");
    let nanoseconds = tasks.filter_map(|task| {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}

fn resident_kib(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

impl Running {
    async fn start(binary: &Path, variables: &[(String, String)]) -> Self {
        let (send_asked, asked) = mpsc::unbounded_channel();
        let (send, events) = mpsc::unbounded_channel();
        let (send_answered, answered) = mpsc::unbounded_channel();
        let api = Api { asked: send_asked, events: Arc::new(Mutex::new(events)), answers: send_answered };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(self::answered))
            .with_state(api);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let began = Instant::now();
        let child = Command::new(binary)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}; build it first", binary.display()));
        Self { child, began, send, asked, answered, server }
    }

    /// Time from exec to the first question for work.
    async fn first_next(&mut self) -> Duration {
        let first = tokio::time::timeout(Duration::from_secs(10), self.asked.recv()).await;
        first.expect("the function asks for work").unwrap() - self.began
    }

    async fn invoke(&mut self, times: u32) {
        for _ in 0..times {
            self.send.send(()).unwrap();
            assert_eq!(self.answered.recv().await, Some(200));
        }
    }

    /// CPU time of one invocation, over a batch.
    async fn cost(&mut self) -> Duration {
        let before = cpu(&self.child);
        self.invoke(BATCH).await;
        (cpu(&self.child) - before) / BATCH
    }
}

async fn round(binary: &Path, variables: &[(String, String)]) -> Round {
    let mut function = Running::start(binary, variables).await;
    let first_next = function.first_next().await;
    function.invoke(1).await;
    let first_answer = function.began.elapsed();
    function.invoke(BATCH).await;
    Round { first_next, first_answer, resident_kib: resident_kib(&function.child) }
}

/// As Lambda sets them, with the configuration that the event is for.
fn variables(configured: bool) -> Vec<(String, String)> {
    let mut all = vec![
        ("AWS_LAMBDA_FUNCTION_NAME", "kaibo".to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
    ];
    if configured {
        let local: Value = serde_json::from_str(include_str!("../infra/local.env.json")).unwrap();
        let text = local["FnClient"]["KAIBO_CONFIG_TEXT"].as_str().unwrap();
        let text: Vec<&str> =
            text.lines().map(|line| if line.starts_with("endpoint = ") { "endpoint = \"aws\"" } else { line }).collect();
        all.push(("KAIBO_CONFIG_TEXT", text.join("\n")));
        all.push(("KAIBO_WARM", "off".to_owned()));
    }
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn line(name: &str, unit: &str, pairs: &[(f64, f64)]) {
    let sorted = |mut all: Vec<f64>| {
        all.sort_by(f64::total_cmp);
        (all[0], all[all.len() / 2])
    };
    let (hello_min, hello) = sorted(pairs.iter().map(|pair| pair.0).collect());
    let (ours_min, ours) = sorted(pairs.iter().map(|pair| pair.1).collect());
    let (_, ratio) = sorted(pairs.iter().map(|pair| pair.1 / pair.0).collect());
    let minima = ours_min / hello_min;
    println!("{name:<22} {hello_min:>9.2} {hello:>9.2} {ours_min:>9.2} {ours:>9.2} {unit:<4} {minima:>6.2}x {ratio:>6.2}x");
}

#[tokio::main]
async fn main() {
    let rounds: usize = std::env::args().nth(1).map_or(15, |rounds| rounds.parse().expect("ROUNDS is a number"));
    let here = std::env::current_exe().unwrap();
    let examples: PathBuf = here.parent().unwrap().into();
    let binaries = [examples.join("hello_function"), examples.parent().unwrap().join("fn_client")];
    let environments = [variables(false), variables(true)];
    let mut done: Vec<(Round, Round)> = Vec::new();
    for turn in 0..rounds {
        eprint!("\rstart {} of {rounds}", turn + 1);
        let first = turn % 2;
        let one = round(&binaries[first], &environments[first]).await;
        let other = round(&binaries[1 - first], &environments[1 - first]).await;
        done.push(if first == 0 { (one, other) } else { (other, one) });
    }
    eprintln!();
    // Both alive, batch by batch in turn: a machine that slows down slows both.
    let mut hello = Running::start(&binaries[0], &environments[0]).await;
    let mut ours = Running::start(&binaries[1], &environments[1]).await;
    let mut costs = Vec::new();
    for batch in 0..rounds * 4 {
        let pair = (hello.cost().await.as_secs_f64() * 1e6, ours.cost().await.as_secs_f64() * 1e6);
        // The first batches find cold caches.
        if batch >= rounds {
            costs.push(pair);
        }
    }
    let of = |what: &dyn Fn(&Round) -> f64| done.iter().map(|(hello, ours)| (what(hello), what(ours))).collect::<Vec<_>>();
    println!(
        "{:<22} {:>9} {:>9} {:>9} {:>9} {:<4} {:>7} {:>7}",
        "", "hello min", "median", "ours min", "median", "", "min", "median"
    );
    line("exec to first next", "ms", &of(&|round| round.first_next.as_secs_f64() * 1e3));
    line("exec to first answer", "ms", &of(&|round| round.first_answer.as_secs_f64() * 1e3));
    line("CPU per invocation", "us", &costs);
    line("resident", "MiB", &of(&|round| round.resident_kib as f64 / 1024.0));
    for binary in &binaries {
        println!("{} {} bytes", binary.file_name().unwrap().to_string_lossy(), std::fs::metadata(binary).unwrap().len());
    }
}
