//! `infra/events` holds an event for every address, and `infra/local.env.json` what each function needs to answer them.

use crate::samples::call;
use kaibo::http::routes::{ROUTES, Route};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The address that an event is for; none for the schedule's.
pub fn route_of(event: &Value) -> Option<&'static Route> {
    let (method, path) = (event["requestContext"]["http"]["method"].as_str()?, event["rawPath"].as_str()?);
    let fits = |pattern: &str| {
        pattern.split('/').count() == path.split('/').count()
            && pattern.split('/').zip(path.split('/')).all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
    };
    // The one with the fewest parameters is meant: `/v1/domains/check` is no `/v1/domains/{x}`.
    ROUTES.iter().filter(|route| route.method == method && fits(route.path)).min_by_key(|route| route.path.matches('{').count())
}

/// Every event file by its name.
pub fn files() -> Vec<(String, Value)> {
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap())
    };
    let paths = std::fs::read_dir(root("infra/events")).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "json")).map(read).collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

/// The event of a file.
pub fn file(name: &str) -> Value {
    files().into_iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("infra/events/{name}.json")).1
}

/// The variables of a function, its store at an address.
pub fn environment(function: &str, store: &str) -> Vec<(String, String)> {
    let all: Value = serde_json::from_str(&std::fs::read_to_string(root("infra/local.env.json")).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().replace("http://host.docker.internal:8000", store);
    all[function].as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// Where a sample goes when an address has no event file yet: `KAIBO_WRITE_EVENTS=1` writes it.
fn file_name(route: &Route) -> String {
    let words = route.path.trim_start_matches("/v1/").replace(['{', '}'], "").replace(['/', '_', '.'], "-");
    format!("{}-{}", words.trim_matches('-'), route.method.to_lowercase())
}

#[test]
fn every_address_has_an_event_file_and_every_file_an_address() {
    let mut files = files();
    for route in ROUTES {
        let there =
            files.iter().any(|(_, event)| route_of(event).is_some_and(|of| (of.method, of.path) == (route.method, route.path)));
        if !there && std::env::var_os("KAIBO_WRITE_EVENTS").is_some() {
            let (name, event) = (file_name(route), call(route).event(false));
            std::fs::write(
                root("infra/events").join(format!("{name}.json")),
                serde_json::to_string_pretty(&event).unwrap() + "\n",
            )
            .unwrap();
            files.push((name, event));
        } else {
            assert!(
                there,
                "{} {} has no event; KAIBO_WRITE_EVENTS=1 cargo test --test it events writes one",
                route.method, route.path
            );
        }
    }
    for (name, event) in files {
        // The schedule has no address, and the inspector's is there where the inspector is.
        assert!(name == "jobs" || name == "inspect" || route_of(&event).is_some(), "{name}.json is of no address");
    }
}

#[test]
fn the_local_environment_names_only_what_the_template_declares() {
    let template = std::fs::read_to_string(root("template.yaml")).unwrap();
    for function in ["FnClient", "FnCallbacks", "FnOperator", "FnJobs"] {
        for (variable, _) in environment(function, "") {
            assert!(template.contains(&format!("{variable}:")), "sam local would leave out {variable}");
        }
    }
}
