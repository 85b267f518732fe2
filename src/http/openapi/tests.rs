use super::*;
use std::collections::HashSet;

/// Method in capitals, path and operation of each operation.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let item = item.as_object().unwrap().clone();
        let path = path.clone();
        item.into_iter().map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
    };
    paths.iter().flat_map(of).collect()
}

/// Every reference in the document.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member.as_str()) {
                    ("$ref", Some(target)) => found.push(target.to_owned()),
                    _ => references(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Follows a reference, once.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(target) => document.pointer(&target[1..]).unwrap(),
        None => value,
    }
}

#[test]
fn every_file_is_json_and_no_path_is_in_two() {
    let mut seen = HashSet::new();
    serde_json::from_str::<Value>(DOCUMENT).unwrap();
    for group in GROUPS {
        for path in serde_json::from_str::<Map<String, Value>>(group).unwrap().keys() {
            assert!(seen.insert(path.clone()), "{path} is told twice");
        }
    }
}

#[test]
fn the_document_tells_every_call_of_the_contract() {
    let document = whole();
    let told: HashSet<_> = operations(&document).into_iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    let rtcroom = ["get_login_info", "create_room", "enter_room", "quit_room", "heartbeat", "get_room_list", "get_room_members"];
    let mut contract: HashSet<String> = include_str!("contract.txt").lines().map(str::to_owned).collect();
    for base in ["/webrtc/weapp/webrtc_room", "/weapp/webrtc_room"] {
        contract.extend(rtcroom.map(|call| format!("POST {base}/{call}")));
    }
    let differing: Vec<_> = told.symmetric_difference(&contract).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

#[test]
fn every_mounted_address_is_told_and_nothing_more() {
    let served: HashSet<_> = routes::served().into_iter().map(|(method, path)| (method.to_owned(), path.to_owned())).collect();
    let document = document(routes::served());
    let told: HashSet<_> = operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    let differing: Vec<_> = served.symmetric_difference(&told).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

#[test]
fn only_what_is_served_is_told() {
    let document = document([("GET", "/healthz"), ("POST", "/v1/rooms"), ("GET", "/nowhere")]);
    let told: Vec<_> = operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    assert_eq!(told, [("POST".to_owned(), "/v1/rooms".to_owned()), ("GET".to_owned(), "/healthz".to_owned())]);
}

#[test]
fn every_reference_leads_somewhere() {
    let document = whole();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100);
    for target in found {
        assert!(document.pointer(target.strip_prefix('#').unwrap()).is_some(), "{target}");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_a_known_tag_both_languages_and_its_path_parameters() {
    let document = whole();
    let tags: HashSet<_> = document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut names = HashSet::new();
    for (method, path, operation) in operations(&document) {
        let here = format!("{method} {path}");
        assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{here}");
        assert!(tags.contains(operation["tags"][0].as_str().unwrap()), "{here}");
        assert!(
            !operation["summary"].as_str().unwrap().is_empty() && !operation["x-summary-zh"].as_str().unwrap().is_empty(),
            "{here}"
        );
        let none = Vec::new();
        let parameters = operation["parameters"].as_array().unwrap_or(&none);
        let told: HashSet<_> = parameters
            .iter()
            .map(|parameter| resolved(&document, parameter))
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let needed: HashSet<_> = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        assert_eq!(told, needed, "{here}");
        assert!(operation.get("requestBody").is_none() || method == "POST", "{here}");
    }
}

#[test]
fn every_good_answer_has_an_example_with_the_members_its_schema_requires() {
    let document = whole();
    for (method, path, operation) in operations(&document) {
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let answer = resolved(&document, answer);
            for (media, content) in answer["content"].as_object().unwrap() {
                let example = content.get("example").unwrap_or_else(|| panic!("{method} {path} {status} {media} has no example"));
                for member in required(&document, &content["schema"]) {
                    assert!(example.get(&member).is_some(), "{method} {path} {status}: the example lacks {member}");
                }
            }
        }
    }
}

fn required(document: &Value, schema: &Value) -> Vec<String> {
    let schema = resolved(document, schema);
    let own = schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned());
    let parts = schema["allOf"].as_array().into_iter().flatten().flat_map(|part| required(document, part));
    own.chain(parts).collect()
}

#[tokio::test]
async fn the_page_and_the_document_answer_under_the_policy() {
    for (response, content_type) in [(page().await, HTML), (serve().await, "application/json; charset=utf-8")] {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], content_type);
        assert_eq!(response.headers()["content-security-policy"], assets::POLICY);
    }
    assert_eq!(PAGE.matches("<script").count(), PAGE.matches("<script type=\"module\" src=\"/assets/").count());
    assert!(!PAGE.contains(" style=") && !PAGE.contains("<style") && !PAGE.contains("onclick"));
}
