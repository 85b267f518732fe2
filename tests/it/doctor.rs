//! `kaibo doctor` against a WeChat, vendors and hosts played by the test.

use crate::harness::Kaibo;
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use axum::extract::{Query, State};
use axum::routing::post;
use kaibo::app::outbound::Outbound;
use kaibo::cli::doctor::{Doctor, DoctorArgs, Step, Verdict};
use kaibo::clock::{Clock, ManualClock, SystemClock};
use kaibo::live::time::UnixMs;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const FIXTURE: &str = include_str!("fixture.toml");

/// https is played, http on this machine is real.
#[derive(Clone, Debug)]
struct Hosts {
    real: SharedHttpConnector,
}

impl HttpConnector for Hosts {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let uri = request.uri().to_owned();
        if uri.starts_with("http://") {
            return self.real.call(request);
        }
        HttpConnectorFuture::ready(match () {
            () if uri.contains("yun.tim.qq.com") => Err(ConnectorError::io("invalid peer certificate: Expired".into())),
            () if uri.contains("webim.tim.qq.com") => Err(ConnectorError::io("dns error".into())),
            () => {
                let mut answer = HttpResponse::new(404.try_into().unwrap(), SdkBody::from("no"));
                let now = jiff::Timestamp::from_millisecond(SystemClock.now().0).unwrap();
                let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&now).unwrap();
                answer.headers_mut().insert("date", date);
                Ok(answer)
            }
        })
    }
}

fn doctor(args: DoctorArgs) -> Doctor {
    let real = SharedHttpConnector::new(Connector::builder().build_http());
    let outbound = Outbound::over(SharedHttpConnector::new(Hosts { real }));
    Doctor { args, outbound, clock: Arc::new(SystemClock) }
}

fn offline() -> DoctorArgs {
    DoctorArgs { offline: true, ..DoctorArgs::default() }
}

async fn examine(args: DoctorArgs, text: &str, pasted: Option<&str>) -> Vec<Step> {
    doctor(args).examine(text, "kaibo.toml", pasted).await.unwrap()
}

fn of<'a>(steps: &'a [Step], name: &str) -> Vec<&'a Step> {
    steps.iter().filter(|step| step.step == name).collect()
}

fn one<'a>(steps: &'a [Step], name: &str, verdict: Verdict, words: &str) -> &'a Step {
    let fits = |step: &&Step| step.step == name && step.verdict == verdict && step.sentence.contains(words);
    steps.iter().find(fits).unwrap_or_else(|| panic!("no {name} {verdict:?} {words:?} in {steps:#?}"))
}

#[tokio::test]
async fn offline_everything_that_needs_nobody_is_judged() {
    let text = format!("{FIXTURE}\n[domains]\nprofiles = ['trtc-webrtc-room', 'zego-liveroom']");
    let steps = examine(offline(), &text, None).await;
    one(&steps, "settings", Verdict::Ok, "1 ZEGO, 1 Tencent RTC, 1 css");
    one(&steps, "keys", Verdict::Ok, "Tencent RTC 1400087915 secret_key signs userSig");
    one(&steps, "clock", Verdict::Skip, "offline");
    one(&steps, "store", Verdict::Warn, "memory");
    one(&steps, "callbacks", Verdict::Ok, "https://api.example.com/callbacks/zego/1739272706/fixture-path-token-0123456789");
    one(&steps, "whitelist", Verdict::Warn, "--domains");
    one(&steps, "tls", Verdict::Skip, "offline");
    let pasted = of(&steps, "paste");
    assert_eq!(pasted[0].details.as_ref().unwrap()["list"], "requestdomain");
    assert!(
        pasted[0].sentence.contains("https://yun.tim.qq.com") && pasted[1].sentence.contains("wss://wsliveroom.example.com:8282")
    );
    one(&steps, "categories", Verdict::Skip, "cannot see your account's category");
    assert!(!steps.iter().any(|step| step.verdict == Verdict::Fail));
    let told = format!("{steps:?}");
    for secret in ["fixture-session-key", "5bd2850fff3ecb11", "fixture0123456789", "fixture-css-callback"] {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_told_with_their_line() {
    let steps = examine(offline(), "[policy]\nledger = \"paper\"\n[server]\nlisten = \"here\"", None).await;
    assert_eq!(steps.len(), 2);
    one(&steps, "settings", Verdict::Fail, "line 2: policy.ledger must be one of");
    one(&steps, "settings", Verdict::Fail, "line 4: server.listen");
    let broken = examine(offline(), "[policy", None).await;
    one(&broken, "settings", Verdict::Fail, "line 1");
    let old = FIXTURE.replace(
        "session_keys = \"fixture-session-key-0123456789abcdef\"",
        "session_keys = [{ value = \"fixture-session-key-0123456789abcdef\", not_after = \"2020-01-01T00:00:00Z\" }]",
    );
    one(&examine(offline(), &old, None).await, "keys", Verdict::Fail, "access.session_keys: no key is valid now");
    one(
        &examine(offline(), include_str!("../../kaibo.example.toml"), None).await,
        "settings",
        Verdict::Warn,
        "value of the example",
    );
}

#[tokio::test]
async fn a_pasted_list_is_compared_with_each_profile() {
    let asked = DoctorArgs { profile: vec!["trtc-webrtc-room".into(), "css".into()], ..offline() };
    let list = "request合法域名\thttps://api.example.com;https://official.opensso.tencent-cloud.com;https://yun.tim.qcloud.com;https://cloud.tencent.com;https://webim.tim.qq.com";
    let steps = examine(asked.clone(), FIXTURE, Some(list)).await;
    let failed = one(&steps, "whitelist", Verdict::Fail, "trtc-webrtc-room: requestdomain lacks https://yun.tim.qq.com");
    assert_eq!(failed.details.as_ref().unwrap()["report"]["lookalikes"][0]["instead"], "https://yun.tim.qq.com");
    one(&steps, "whitelist", Verdict::Warn, "only looks like it");
    one(&steps, "whitelist", Verdict::Ok, "css: every required domain is there");
    let steps = examine(asked, FIXTURE, Some("requestdomain: https://api.example.com\nhttps//typo\n")).await;
    one(&steps, "whitelist", Verdict::Fail, "line 2");
    let unknown = DoctorArgs { profile: vec!["zego".into()], ..offline() };
    let sentence = doctor(unknown).examine(FIXTURE, "kaibo.toml", None).await.unwrap_err();
    assert!(sentence.contains("\"zego\"") && sentence.contains("zego-express-3.6"), "{sentence}");
}

#[derive(Clone, Default)]
struct Wechat {
    asked: Arc<Mutex<Vec<(String, String)>>>,
    refuse: Arc<Mutex<Vec<i64>>>,
}

/// WeChat's two ways to tell the lists. Anything that would change one is not there.
async fn wechat() -> (Wechat, String) {
    let wechat = Wechat::default();
    let told = async |State(wechat): State<Wechat>, Query(query): Query<HashMap<String, String>>, body: String| {
        wechat.asked.lock().unwrap().push((query["access_token"].clone(), body));
        if let Some(errcode) = wechat.refuse.lock().unwrap().pop() {
            return json!({ "errcode": errcode, "errmsg": "canary" }).to_string();
        }
        let lists = json!({ "requestdomain": ["https://api.example.com/"], "wsrequestdomain": [] });
        json!({ "errcode": 0, "requestdomain": ["https://api.example.com/"], "effective_domain": lists }).to_string()
    };
    let server = axum::Router::new()
        .route("/cgi-bin/stable_token", post(async || json!({ "access_token": "own", "expires_in": 7200 }).to_string()))
        .route("/wxa/getwxadevinfo", post(told))
        .route("/wxa/get_effective_domain", post(told))
        .with_state(wechat.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, server).await });
    (wechat, base)
}

fn with_wechat(base: &str) -> String {
    FIXTURE.replace("api_base = \"simulated\"", &format!("api_base = \"{base}\""))
}

#[tokio::test]
async fn the_live_lists_are_read_and_never_changed() {
    let (wechat, base) = wechat().await;
    let live = DoctorArgs { live: true, profile: vec!["css".into()], ..DoctorArgs::default() };
    let steps = examine(live.clone(), &with_wechat(&base), None).await;
    one(&steps, "whitelist", Verdict::Ok, "css: every required domain is there");
    wechat.refuse.lock().unwrap().push(40001);
    let steps = examine(live.clone(), &with_wechat(&base), None).await;
    one(&steps, "whitelist", Verdict::Ok, "css");
    wechat.refuse.lock().unwrap().push(48001);
    let steps = examine(live.clone(), &with_wechat(&base), None).await;
    one(&steps, "whitelist", Verdict::Fail, "paste the list, or use a third-party platform's authorizer token");
    assert!(!format!("{steps:?}").contains("canary"));
    let other = DoctorArgs { authorizer_token: Some("theirs".into()), ..live.clone() };
    one(&examine(other, &with_wechat(&base), None).await, "whitelist", Verdict::Ok, "css");
    let asked = wechat.asked.lock().unwrap().clone();
    let own = ("own".to_owned(), json!({ "action": "getserverdomain" }).to_string());
    assert_eq!(asked, [own.clone(), own.clone(), own.clone(), own, ("theirs".to_owned(), "{}".to_owned())]);
    one(&examine(live, FIXTURE, None).await, "whitelist", Verdict::Fail, "simulated");
}

#[tokio::test]
async fn the_clock_is_compared_with_the_vendors() {
    let text = with_wechat(&wechat().await.1);
    let steps = examine(DoctorArgs::default(), &text, None).await;
    assert_eq!(of(&steps, "clock").iter().filter(|step| step.verdict == Verdict::Ok).count(), 3);
    for (off, verdict) in [(-20, Verdict::Warn), (3600, Verdict::Fail)] {
        let now = SystemClock.now().plus_seconds(off);
        let doctor = Doctor { clock: Arc::new(ManualClock::at(now)), ..doctor(DoctorArgs::default()) };
        let steps = doctor.examine(&text, "kaibo.toml", None).await.unwrap();
        one(&steps, "clock", verdict, if off < 0 { "s behind 127.0.0.1" } else { "s ahead of 127.0.0.1" });
    }
}

#[tokio::test]
async fn tls_of_each_required_host_is_tried() {
    let asked = DoctorArgs { profile: vec!["trtc-webrtc-room".into()], ..DoctorArgs::default() };
    let steps = examine(asked, FIXTURE, None).await;
    one(&steps, "tls", Verdict::Ok, "api.example.com");
    assert_eq!(
        one(&steps, "tls", Verdict::Fail, "yun.tim.qq.com: its certificate is out of its time").details.as_ref().unwrap()["code"],
        "tls_expired"
    );
    one(&steps, "tls", Verdict::Warn, "webim.tim.qq.com: the name does not resolve");
}

#[tokio::test]
async fn a_public_address_must_be_alive_and_refuse_unsigned_callbacks() {
    let kaibo = Kaibo::start(|_| {}).await;
    let url = |address: &dyn std::fmt::Display| DoctorArgs { url: Some(format!("http://{address}/")), ..DoctorArgs::default() };
    let steps = examine(url(&kaibo.address), FIXTURE, None).await;
    assert_eq!(of(&steps, "url").iter().filter(|step| step.verdict == Verdict::Ok).count(), 4, "{steps:#?}");
    let other = Kaibo::start(|config| {
        config.callbacks.path_token = toml::from_str::<HashMap<String, _>>("a = 'another-path-token-0123'").unwrap().remove("a")
    })
    .await;
    let steps = examine(url(&other.address), FIXTURE, None).await;
    one(&steps, "url", Verdict::Fail, "another configuration or path token");
    one(&examine(url(&"127.0.0.1:9"), FIXTURE, None).await, "url", Verdict::Fail, "nothing answers at that port");
}

#[tokio::test]
async fn a_store_is_described_and_one_that_runs_is_asked_through_its_address() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data").to_string_lossy().into_owned();
    let with = |listen: &str| {
        FIXTURE
            .replace("endpoint = \"memory\"", &format!("endpoint = \"embedded\"\ndata_dir = {data_dir:?}"))
            .replace("listen = \"127.0.0.1:0\"", &format!("listen = \"{listen}\""))
    };
    let shut = with("127.0.0.1:9");
    one(&examine(offline(), &shut, None).await, "store", Verdict::Ok, "made in");
    assert!(!std::path::Path::new(&data_dir).exists(), "looking makes nothing");
    let config: kaibo::config::Config = toml::from_str(&shut).unwrap();
    drop(kaibo::store::Store::open(&config.store, None).await.unwrap());
    one(&examine(offline(), &shut, None).await, "store", Verdict::Ok, "indexes and time to live are right");
    let kaibo = Kaibo::start(|_| {}).await;
    one(&examine(offline(), &with(&kaibo.address.to_string()), None).await, "store", Verdict::Ok, "kaibo runs at");
    let remote = FIXTURE.replace("endpoint = \"memory\"", "endpoint = \"http://127.0.0.1:9\"");
    one(&examine(DoctorArgs::default(), &remote, None).await, "store", Verdict::Fail, "check store.endpoint");
    one(&examine(offline(), &remote, None).await, "store", Verdict::Skip, "offline");
}

#[test]
fn the_program_says_by_its_exit_code_how_it_went() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("kaibo.toml", FIXTURE);
    write("bad.toml", "[policy]\nledger = \"paper\"");
    write("list.txt", "requestdomain: https://api.example.com");
    let run = |args: &[&str]| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_kaibo"));
        let done = program.args(["doctor", "--offline"]).args(args).current_dir(folder.path()).output().unwrap();
        (done.status.code().unwrap(), String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap())
    };
    let (code, out) = run(&["--json", "--domains", "list.txt", "--profile", "css"]);
    let out: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &out["ok"]), (0, &json!(true)), "{out:#}");
    assert!(
        out["steps"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["step"].is_string() && step["verdict"].is_string() && step["sentence"].is_string())
    );
    let (code, out) = run(&["--domains", "list.txt", "--profile", "trtc-room"]);
    assert_eq!(code, 1);
    assert!(out.contains("fail  whitelist   trtc-room: requestdomain lacks"), "{out}");
    assert_eq!(run(&["--config", "bad.toml"]).0, 1);
    for args in
        [&["--config", "nowhere.toml"][..], &["--domains", "nowhere.txt"], &["--profile", "zego"], &["--live"], &["--what"]]
    {
        assert_eq!(run(args).0, 2, "{args:?}");
    }
}

#[test]
fn a_moment_of_the_vendors_is_read() {
    // The form of HTTP's Date header.
    let read = jiff::fmt::rfc2822::parse("Tue, 15 Nov 1994 08:12:31 GMT").unwrap().timestamp().as_millisecond();
    assert_eq!(UnixMs(read).rfc3339(), "1994-11-15T08:12:31Z");
}
