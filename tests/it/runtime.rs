//! Lambda around the real binaries: a small Runtime API of the test's own, or AWS's runtime interface emulator where
//! `KAIBO_RIE` names it. <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kaibo::outbound::Outbound;
use serde_json::Value;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};

/// Longer than any answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who plays Lambda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Own,
    Emulator,
}

/// The stages of this machine. In CI the emulator must be there.
pub fn stages() -> Vec<Stage> {
    match std::env::var_os("KAIBO_RIE") {
        Some(_) => vec![Stage::Own, Stage::Emulator],
        None if std::env::var_os("CI").is_some_and(|ci| ci == "true") => panic!("KAIBO_RIE names no runtime interface emulator"),
        None => vec![Stage::Own],
    }
}

/// What a function told its Runtime API.
#[derive(Debug)]
pub enum Told {
    Answer(Value),
    Error(Value),
    NoStart(Value),
}

#[derive(Clone)]
struct Api {
    events: Arc<Mutex<mpsc::UnboundedReceiver<(String, String)>>>,
    told: mpsc::UnboundedSender<Told>,
    asked: mpsc::UnboundedSender<()>,
}

/// A running function.
pub struct Function {
    pub process: Child,
    way: Way,
    _folder: tempfile::TempDir,
    log: std::path::PathBuf,
}

enum Way {
    Own {
        events: mpsc::UnboundedSender<(String, String)>,
        told: mpsc::UnboundedReceiver<Told>,
        asked: mpsc::UnboundedReceiver<()>,
        server: tokio::task::JoinHandle<()>,
        count: usize,
    },
    Emulator {
        address: String,
        outbound: Outbound,
    },
}

impl Drop for Function {
    fn drop(&mut self) {
        // The emulator's child ends with the emulator's pipe; both are in the child's own process group.
        #[cfg(unix)]
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.process.id())]).stderr(Stdio::null()).status();
        let _ = self.process.kill();
        let _ = self.process.wait();
        if let Way::Own { server, .. } = &self.way {
            server.abort();
        }
    }
}

/// The binary of a function: as `sam build` made it where `KAIBO_FUNCTIONS` says so, else as this test's build did.
fn binary(name: &str) -> String {
    let built = match name {
        "fn_client" => ("FnClient", env!("CARGO_BIN_EXE_fn_client")),
        "fn_callbacks" => ("FnCallbacks", env!("CARGO_BIN_EXE_fn_callbacks")),
        "fn_operator" => ("FnOperator", env!("CARGO_BIN_EXE_fn_operator")),
        _ => ("FnJobs", env!("CARGO_BIN_EXE_fn_jobs")),
    };
    std::env::var("KAIBO_FUNCTIONS").map_or_else(|_| built.1.to_owned(), |folder| format!("{folder}/{}/bootstrap", built.0))
}

async fn free_port() -> u16 {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

impl Function {
    /// Starts a binary with these variables and no others of ours.
    pub async fn start(stage: Stage, name: &str, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let file = std::fs::File::create(&log).unwrap();
        let (mut command, way) = match stage {
            Stage::Own => own(name).await,
            Stage::Emulator => emulator(name).await,
        };
        command
            .env_clear()
            .envs(way.1)
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_TIMEOUT", "10")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_SECRET_ACCESS_KEY", "local")
            .env("AWS_ACCESS_KEY_ID", "local")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Self { process: command.spawn().unwrap(), way: way.0, _folder: folder, log }
    }

    /// Waits for the function's first question for work: init is over. The emulator starts a function at its first event only.
    pub async fn ready(&mut self) {
        if let Way::Own { asked, .. } = &mut self.way {
            let first = tokio::time::timeout(PATIENCE, asked.recv()).await;
            assert!(first.is_ok(), "the function never asked for work: {}", self.log());
        }
    }

    /// Sends an event and waits for what becomes of it.
    pub async fn told(&mut self, event: &Value) -> Told {
        let log = self.log.clone();
        match &mut self.way {
            Way::Own { events, told, count, .. } => {
                *count += 1;
                events.send((format!("request-{count}"), event.to_string())).unwrap();
                let told = tokio::time::timeout(PATIENCE, told.recv()).await;
                told.unwrap_or_else(|_| panic!("no answer: {}", std::fs::read_to_string(log).unwrap())).unwrap()
            }
            Way::Emulator { address, outbound } => {
                for _ in 0..100 {
                    // The emulator listens a moment after its start. It takes one event at a time.
                    if let Ok(answer) = outbound.post_json(address, event.to_string()).await {
                        return Told::Answer(serde_json::from_slice(&answer.body).unwrap_or_default());
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                panic!("the emulator does not answer: {}", std::fs::read_to_string(log).unwrap())
            }
        }
    }

    /// Sends an event that must be answered.
    pub async fn invoke(&mut self, event: &Value) -> Value {
        match self.told(event).await {
            Told::Answer(answer) => answer,
            other => panic!("{other:?}: {}", self.log()),
        }
    }

    /// What the function says instead of starting.
    pub async fn no_start(&mut self) -> Value {
        let Way::Own { told, .. } = &mut self.way else { panic!("the emulator tells nobody") };
        match tokio::time::timeout(PATIENCE, told.recv()).await.unwrap().unwrap() {
            Told::NoStart(error) => error,
            other => panic!("{other:?}"),
        }
    }

    /// All it wrote so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

type Started = (Way, Vec<(&'static str, String)>);

async fn own(name: &str) -> (Command, Started) {
    let (send_event, events) = mpsc::unbounded_channel();
    let (send_told, told) = mpsc::unbounded_channel();
    let (send_asked, asked) = mpsc::unbounded_channel();
    let api = Api { events: Arc::new(Mutex::new(events)), told: send_told, asked: send_asked };
    let router = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .route("/2018-06-01/runtime/init/error", post(init_error))
        .with_state(api);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let way = Way::Own { events: send_event, told, asked, server, count: 0 };
    (Command::new(binary(name)), (way, vec![("AWS_LAMBDA_RUNTIME_API", address)]))
}

async fn emulator(name: &str) -> (Command, Started) {
    let (port, api) = (free_port().await, free_port().await);
    let mut command = Command::new(std::env::var_os("KAIBO_RIE").unwrap());
    // Without addresses it would listen on every interface.
    command
        .args(["--runtime-interface-emulator-address", &format!("127.0.0.1:{port}")])
        .args(["--runtime-api-address", &format!("127.0.0.1:{api}")])
        .arg(binary(name));
    let address = format!("http://127.0.0.1:{port}/2015-03-31/functions/function/invocations");
    (command, (Way::Emulator { address, outbound: Outbound::default() }, Vec::new()))
}

async fn next(State(api): State<Api>) -> Response {
    let _ = api.asked.send(());
    let Some((id, event)) = api.events.lock().await.recv().await else { return StatusCode::GONE.into_response() };
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:kaibo";
    let headers = [
        ("lambda-runtime-aws-request-id", id.as_str()),
        ("lambda-runtime-deadline-ms", "4000000000000"),
        ("lambda-runtime-invoked-function-arn", arn),
        ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0"),
        ("content-type", "application/json"),
    ];
    (headers, event).into_response()
}

fn parsed(body: &Bytes) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

async fn response(State(api): State<Api>, Path(_): Path<String>, body: Bytes) -> StatusCode {
    let _ = api.told.send(Told::Answer(parsed(&body)));
    StatusCode::ACCEPTED
}

async fn error(State(api): State<Api>, Path(_): Path<String>, body: Bytes) -> StatusCode {
    let _ = api.told.send(Told::Error(parsed(&body)));
    StatusCode::ACCEPTED
}

async fn init_error(State(api): State<Api>, headers: HeaderMap, body: Bytes) -> StatusCode {
    assert!(headers.contains_key("lambda-runtime-function-error-type"));
    let _ = api.told.send(Told::NoStart(parsed(&body)));
    StatusCode::ACCEPTED
}
