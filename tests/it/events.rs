//! `infra/events` holds one event for every address, and `infra/local.env.json` what each function gets of `infra/local.toml`.
//! `KAIBO_WRITE_EVENTS=1 cargo test --test it events` writes them anew.

use crate::samples::{call, file_name};
use kaibo::config::sections::Holder;
use kaibo::config::split::split;
use kaibo::http::routes::ROUTES;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn infra(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("infra").join(name)
}

fn writes() -> bool {
    std::env::var_os("KAIBO_WRITE_EVENTS").is_some()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

/// Every event file with its content.
pub fn expected() -> BTreeMap<String, Value> {
    ROUTES.iter().map(|route| (format!("{}.json", file_name(route, ROUTES)), call(route).event(false))).collect()
}

/// The variables of each function.
pub fn environment() -> Value {
    let text = std::fs::read_to_string(infra("local.toml")).unwrap();
    let names = [
        ("FnClient", Holder::Client),
        ("FnCallbacks", Holder::Callbacks),
        ("FnOperator", Holder::Operator),
        ("FnJobs", Holder::Jobs),
    ];
    let functions = names.map(|(name, holder)| {
        let variables = json!({
            "KAIBO_CONFIG_SECRET": "",
            "KAIBO_CONFIG_TEXT": split(&text, holder).unwrap(),
            "KAIBO_PRODUCTION": "",
            "KAIBO_TABLE": "kaibo",
            "KAIBO_WARM": "off",
        });
        (name.to_owned(), variables)
    });
    Value::Object(Map::from_iter(functions))
}

#[test]
fn every_address_has_its_event_file() {
    let expected = expected();
    assert_eq!(expected.len(), ROUTES.len(), "two addresses share a file name");
    let folder = infra("events");
    if writes() {
        for (name, event) in &expected {
            std::fs::write(folder.join(name), pretty(event)).unwrap();
        }
    }
    let there: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json"))
        .collect();
    let again = "run KAIBO_WRITE_EVENTS=1 cargo test --test it events";
    for name in &there {
        // The schedule has no address.
        assert!(name == "jobs.json" || expected.contains_key(name), "{name} is of no address; remove it");
    }
    for (name, event) in expected {
        let text = std::fs::read_to_string(folder.join(&name)).unwrap_or_else(|_| panic!("{name} is missing; {again}"));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), event, "{name}; {again}");
    }
}

#[test]
fn the_local_environment_is_each_functions_part_of_the_local_document() {
    let expected = environment();
    if writes() {
        std::fs::write(infra("local.env.json"), pretty(&expected)).unwrap();
    }
    let there: Value = serde_json::from_str(&std::fs::read_to_string(infra("local.env.json")).unwrap()).unwrap();
    assert_eq!(there, expected);
    // `sam local invoke --env-vars` replaces only what the template declares.
    let template = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("template.yaml")).unwrap();
    for variable in there["FnClient"].as_object().unwrap().keys() {
        assert!(template.contains(&format!("{variable}:")), "{variable}");
    }
}
