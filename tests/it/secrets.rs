//! Canary keys go through every function and every address, with good calls and bad ones: none of them is in an answer or a log.

use crate::runtime::{Function, Stage, Told};
use crate::samples::{self, Call, call};
use base64::Engine as _;
use kaibo::cli::store_listen;
use kaibo::config::StoreConfig;
use kaibo::config::sections::Holder;
use kaibo::config::split::split;
use kaibo::http::routes::{Group, ROUTES};
use kaibo::store::Store;
use kaibo::store::embedded::Engine;
use toml::Value;

const KEY_ID: &str = "KAIBOSECRETS";

/// The local document and a WeChat secret, so that every kind of secret is there.
fn document(store: &str) -> String {
    let more = "app_id = \"wx0123456789abcdef\"\napp_secret = \"canary-wechat-app-secret\"";
    include_str!("functions.toml").replace("http://127.0.0.1:8000", store).replace("app_id = \"wx0123456789abcdef\"", more)
        + "\n[tencent_api]\nsecret_id = \"canary-tencent-secret-id\"\nsecret_key = \"canary-tencent-secret-key\"\nregion = \"ap-guangzhou\"\n\
           [[access.issuers]]\nissuer = \"https://id.example.com\"\nalgorithms = [\"HS256\"]\nsecret = \"canary-jwt-secret-0123456789abcdef\"\n"
}

/// Every secret of a document, in the forms it could leak in.
fn needles(document: &str) -> Vec<String> {
    fn walk(name: &str, value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Table(table) => table.iter().for_each(|(name, value)| walk(name, value, found)),
            Value::Array(list) => list.iter().for_each(|value| walk(name, value, found)),
            Value::String(text) if name.contains("key") || name.contains("secret") || name == "path_token" => {
                found.push(text.clone())
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk("", &Value::Table(document.parse().unwrap()), &mut found);
    assert!(found.len() >= 15, "{}", found.len());
    let app_key: Vec<u8> = (1..=32).collect();
    let mut raw: Vec<Vec<u8>> = found.iter().map(|text| text.clone().into_bytes()).collect();
    raw.push(app_key);
    let base64 = |bytes: &Vec<u8>| base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes);
    found.extend(raw.iter().flat_map(|bytes| [hex::encode(bytes), base64(bytes)]));
    found
}

/// The call itself, and what people send by mistake.
fn variations(call: &Call) -> Vec<Call> {
    let mut all = vec![call.clone()];
    all.push(Call { headers: Vec::new(), ..call.clone() });
    all.push(Call { body: b"{\"user_id\": 7".to_vec(), ..call.clone() });
    all.push(Call {
        query: "app_id=1&id_name=%00&sdk_app_id=x".into(),
        body: b"{\"app_id\": 1, \"ttl_seconds\": 1}".to_vec(),
        ..call.clone()
    });
    all.push(call.clone().with("accept-language", "en"));
    all.push(Call { headers: vec![("authorization".into(), "Bearer canary-no-key-of-ours".into())], ..call.clone() });
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_is_ever_in_an_answer_or_a_log() {
    let engine = Engine::in_memory().unwrap();
    Store::on_engine(&StoreConfig::default(), engine.clone(), None).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let document = document(&format!("http://{}", listener.local_addr().unwrap()));
    let server = tokio::spawn(async move { axum::serve(listener, store_listen::router(engine, KEY_ID)).await.unwrap() });
    let needles = needles(&document);
    let mut seen = String::new();
    let mut answers = 0;
    for holder in [Holder::Client, Holder::Callbacks, Holder::Operator] {
        let part = split(&document, holder).unwrap();
        let variables = [("KAIBO_CONFIG_TEXT", part.as_str()), ("AWS_ACCESS_KEY_ID", KEY_ID), ("KAIBO_LOG_LEVEL", "debug")];
        let mut function = Function::start(Stage::Own, holder.name(), &variables).await;
        let own = |group: Group| match holder {
            Holder::Callbacks => group == Group::Callbacks,
            Holder::Operator => group == Group::Operator,
            _ => !matches!(group, Group::Callbacks | Group::Operator),
        };
        for route in ROUTES.iter().filter(|route| own(route.group)) {
            for call in variations(&call(route)) {
                match function.told(&call.event(true)).await {
                    Told::Answer(answer) | Told::Error(answer) => seen += &answer.to_string(),
                    Told::NoStart(error) => panic!("{error}"),
                }
                answers += 1;
            }
        }
        let mut now = samples::zego_event(kaibo::clock::Clock::now(&kaibo::clock::SystemClock).seconds());
        now["signature"] = "0".repeat(40).into();
        seen += &format!("{:?}", function.told(&now).await);
        seen += &function.log();
    }
    server.abort();
    assert!(answers > 200 && seen.contains("answered") && seen.contains("zego-01"), "the run was a real one: {answers}");
    // The log at debug level repeats headers of the SDK's own calls; our key id is in them, and is no secret of the document.
    for needle in needles {
        assert_eq!(seen.matches(&needle).count(), 0, "a secret of {} characters leaked", needle.len());
    }
}
