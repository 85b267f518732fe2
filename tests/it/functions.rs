//! The real binaries, each in its role, with the embedded store lent to them as `sam local` has it: the main story, every event of
//! `infra/events`, what they refuse, and that they live on.

use crate::events;
use crate::runtime::{Function, Stage, Told, stages};
use crate::samples::{self, Call, call};
use kaibo::cli::store_listen;
use kaibo::clock::{Clock, SystemClock, SystemRandom};
use kaibo::config::StoreConfig;
use kaibo::config::sections::Holder;
use kaibo::config::split::split;
use kaibo::http::routes::{Group, ROUTES};
use kaibo::store::Store;
use kaibo::store::embedded::Engine;
use serde_json::{Value, json};

/// A store in this process with a port for others.
pub(crate) struct Lent {
    pub(crate) url: String,
    pub(crate) key_id: String,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub(crate) async fn lend() -> Lent {
    let engine = Engine::in_memory().unwrap();
    Store::on_engine(&StoreConfig::default(), engine.clone(), None).await.unwrap();
    let key_id = store_listen::new_key_id(&SystemRandom::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = store_listen::router(engine, &key_id);
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    Lent { url, key_id, server }
}

pub(crate) fn document(store: &str) -> String {
    include_str!("functions.toml").replace("http://127.0.0.1:8000", store)
}

async fn start(stage: Stage, holder: Holder, lent: &Lent) -> Function {
    start_with(stage, holder, lent, str::to_owned).await
}

/// With a document of the test's own making.
pub(crate) async fn start_with(stage: Stage, holder: Holder, lent: &Lent, edit: impl Fn(&str) -> String) -> Function {
    let part = split(&edit(&document(&lent.url)), holder).unwrap();
    let variables = [("KAIBO_CONFIG_TEXT", part.as_str()), ("AWS_ACCESS_KEY_ID", lent.key_id.as_str())];
    Function::start(stage, holder.name(), &variables).await
}

/// The body of an answer with this status.
pub(crate) fn body(answer: &Value, status: u16) -> Value {
    assert_eq!(answer["statusCode"], status, "{answer}");
    serde_json::from_str(answer["body"].as_str().unwrap_or_default()).unwrap_or_else(|_| answer["body"].clone())
}

pub(crate) fn sample(method: &str, path: &str) -> Call {
    call(ROUTES.iter().find(|route| (route.method, route.path) == (method, path)).unwrap())
}

fn now() -> i64 {
    SystemClock.now().seconds()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_story_goes_through_all_four_functions() {
    for stage in stages() {
        let lent = lend().await;
        let mut client = start(stage, Holder::Client, &lent).await;
        let mut callbacks = start(stage, Holder::Callbacks, &lent).await;
        let mut operator = start(stage, Holder::Operator, &lent).await;
        let mut jobs = start(stage, Holder::Jobs, &lent).await;

        let token = client.invoke(&sample("GET", "/v1/zego/login-token").event(false)).await;
        assert_eq!(
            (token["statusCode"].clone(), token["headers"]["content-type"].clone()),
            (200.into(), "text/plain; charset=utf-8".into())
        );
        let room = body(&client.invoke(&sample("POST", "/v1/rooms").event(false)).await, 201);
        let ticket = body(&client.invoke(&sample("POST", "/v1/rooms/{room_id}/tickets").event(true)).await, 200);
        assert_eq!((ticket["role"].as_str(), ticket["zego"]["app_id"].as_u64()), (Some("host"), Some(1_739_272_706)), "{ticket}");

        let mut begin = sample("POST", "/callbacks/zego/{app_id}/{path_token}");
        begin.body = samples::zego_event(now()).to_string().into_bytes();
        for _ in 0..2 {
            assert_eq!(body(&callbacks.invoke(&begin.event(true)).await, 200), json!({ "code": 0 }));
        }
        let live = body(&client.invoke(&sample("GET", "/v1/rooms/{room_id}/live").event(false)).await, 200);
        assert_eq!(live["live"], true, "{live}");

        let inbox = body(&operator.invoke(&sample("GET", "/v1/callbacks").event(false)).await, 200);
        assert_eq!(
            (inbox["items"][0]["verdict"].as_str(), inbox["items"][0]["deliveries"].as_u64()),
            (Some("applied"), Some(2)),
            "{inbox}"
        );
        let recordings = body(&operator.invoke(&sample("GET", "/v1/recordings").event(false)).await, 200);
        assert_eq!(recordings["items"][0]["record_id"], room["record_id"], "{recordings}");

        let schedule = json!({ "version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {} });
        assert_eq!(jobs.invoke(&schedule).await["failing"], 0);

        let unheld = body(&callbacks.invoke(&sample("GET", "/v1/rooms").event(false)).await, 404);
        assert_eq!(unheld["code"], "route_unknown");
        assert_eq!(body(&operator.invoke(&sample("POST", "/v1/rooms").event(false)).await, 404)["code"], "route_unknown");
        assert_eq!(body(&client.invoke(&begin.event(false)).await, 404)["code"], "route_unknown");
    }
}

async fn local(stage: Stage, name: &str, function: &str, lent: &Lent) -> Function {
    let mut variables = events::environment(function, &lent.url);
    variables.push(("AWS_ACCESS_KEY_ID".into(), lent.key_id.clone()));
    let borrowed: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Function::start(stage, name, &borrowed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_file_is_answered_by_the_function_it_is_for() {
    for stage in stages() {
        let lent = lend().await;
        let mut client = local(stage, "fn_client", "FnClient", &lent).await;
        let mut callbacks = local(stage, "fn_callbacks", "FnCallbacks", &lent).await;
        let mut operator = local(stage, "fn_operator", "FnOperator", &lent).await;
        let mut jobs = local(stage, "fn_jobs", "FnJobs", &lent).await;
        for (name, event) in events::files() {
            let function = match events::route_of(&event).map(|route| route.group) {
                None if name != "jobs" => continue,
                None => {
                    assert_eq!(jobs.invoke(&event).await["failing"], 0);
                    continue;
                }
                Some(Group::Callbacks) => &mut callbacks,
                Some(Group::Operator) => &mut operator,
                Some(_) => &mut client,
            };
            let answer = function.invoke(&event).await;
            let status = answer["statusCode"].as_u64().unwrap();
            let known = body(&answer, status.try_into().unwrap())["code"] != "route_unknown";
            assert!(status < 500 && known, "{name}: {answer}");
            if name == "callback-trtc" || name == "callback-css" {
                assert_eq!(status, 200, "{name}: {answer}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_needs_no_store_and_no_proof_on_a_laptop() {
    let variables = events::environment("FnClient", "http://127.0.0.1:1");
    let borrowed: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for stage in stages() {
        let mut client = Function::start(stage, "fn_client", &borrowed).await;
        let answer = client.invoke(&events::file("zego-login-token")).await;
        assert_eq!(answer["statusCode"], 200, "{answer}");
        assert!(answer["body"].as_str().unwrap().len() > 100, "{answer}");
        let rooms = body(&client.invoke(&events::file("rooms")).await, 503);
        assert_eq!(rooms["code"], "store_busy", "without a store, what needs one says so");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_cannot_start_says_why_and_names_no_value() {
    let callback_key = "[callbacks]\npath_token = \"canary-path-token-0001\"";
    let demo = "[server]\npublic_url = \"https://a.example\"\n[access]\nopen_identity = true";
    for (name, variables, expected) in [
        ("fn_client", vec![], "set KAIBO_CONFIG_SECRET"),
        ("fn_client", vec![("KAIBO_CONFIG_TEXT", callback_key)], "line 2: callbacks.path_token must not be in fn_client"),
        ("fn_operator", vec![("KAIBO_CONFIG_TEXT", callback_key)], "callbacks.path_token must not be in fn_operator"),
        ("fn_client", vec![("KAIBO_CONFIG_TEXT", demo), ("KAIBO_PRODUCTION", "1")], "line 4: access.open_identity"),
        ("fn_callbacks", vec![("KAIBO_CONFIG", "/nowhere")], "KAIBO_CONFIG: the file cannot be read"),
        (
            "fn_jobs",
            vec![("KAIBO_CONFIG_SECRET", "x"), ("KAIBO_SECRETS_ENDPOINT", "http://127.0.0.1:1/")],
            "Secrets Manager does not answer",
        ),
        ("fn_jobs", vec![("KAIBO_EXTRA_CA", "/nowhere")], "KAIBO_EXTRA_CA: the file cannot be read"),
    ] {
        let mut function = Function::start(Stage::Own, name, &variables).await;
        let error = function.no_start().await;
        assert!(error["errorMessage"].as_str().unwrap().contains(expected), "{error}");
        assert_eq!(function.process.wait().unwrap().code(), Some(1));
        assert!(function.log().contains(expected) && !function.log().contains("canary"), "{}", function.log());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_hangs_does_not_keep_a_function_from_waking() {
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let text = split(&document(&format!("http://{}", deaf.local_addr().unwrap())), Holder::Client).unwrap();
    let started = std::time::Instant::now();
    let mut client = Function::start(Stage::Own, "fn_client", &[("KAIBO_CONFIG_TEXT", &text)]).await;
    client.ready().await;
    let woke = started.elapsed().as_millis();
    assert!((1900..8000).contains(&woke), "{woke} ms");
    let answer = client.invoke(&sample("GET", "/v1/zego/login-token").event(false)).await;
    assert_eq!(answer["statusCode"], 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_are_json_with_the_request_id_and_a_metric_is_its_log_line() {
    let lent = lend().await;
    let mut client = start(Stage::Own, Holder::Client, &lent).await;
    client.invoke(&sample("GET", "/v1/zego/login-token").event(false)).await;
    match client.told(&json!({ "no": "event" })).await {
        Told::Error(error) => assert!(error["errorMessage"].is_string(), "{error}"),
        other => panic!("{other:?}"),
    }
    client.invoke(&sample("POST", "/v1/rooms").event(false)).await;
    let mut voip = sample("POST", "/v1/rooms");
    voip.body = json!({ "provider": "voip" }).to_string().into_bytes();
    body(&client.invoke(&voip.event(false)).await, 201);
    let log = client.log();
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect();
    let answered: Vec<_> = lines.iter().filter(|line| line["message"] == "answered").collect();
    assert_eq!(
        (answered.len(), answered[0]["request_id"].as_str(), answered[1]["route"].as_str()),
        (3, Some("request-1"), Some("/v1/rooms"))
    );
    let metric = |name: &str| lines.iter().find(|line| line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] == name);
    assert_eq!(metric("credentials_issued").unwrap()["kind"], "zego-01");
    assert_eq!(metric("voip_rooms").unwrap()["voip_rooms"], 1);
    assert_eq!(metric("request_ms").unwrap()["route"], "/v1/zego/login-token");
    let given = lines.iter().find(|line| line["message"] == "gave a credential").unwrap();
    assert_eq!((given["request_id"].as_str(), given["user_id"].as_str()), (Some("request-1"), Some("anchor_1")));
    let of_the_first = |line: &&Value| line["request_id"] == "request-1";
    assert_eq!(lines.iter().filter(of_the_first).count(), 2, "a metric and its log line are one line");
}
