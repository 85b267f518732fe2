//! What one function gets of a document: `kaibo config split`. Comments go, everything else stays as it is.

use super::load::{ConfigFault, parse};
use super::sections::{Holder, secret};
use toml::{Table, Value};

/// The reduced document. Operator keys become their hashes, and the store is on AWS where the document kept it in a folder.
pub fn split(text: &str, holder: Holder) -> Result<String, ConfigFault> {
    // Read in full first: a document with a fault is not worth cutting.
    parse(text)?;
    let mut document: Table = text.parse().map_err(|_| broken())?;
    if holder != Holder::Serve {
        hash_operator_keys(&mut document);
        keep(&mut document, "", holder);
        move_store(&mut document);
    }
    toml::to_string(&document).map_err(|_| broken())
}

fn broken() -> ConfigFault {
    ConfigFault { path: String::new(), line: 0, sentence: "the document cannot be written again".to_owned() }
}

fn keep(table: &mut Table, above: &str, holder: Holder) {
    table.retain(|name, value| {
        let key = if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
        match value {
            Value::Table(inner) => {
                keep(inner, &key, holder);
                !inner.is_empty()
            }
            Value::Array(list) if !secret(&key) => {
                list.iter_mut().filter_map(Value::as_table_mut).for_each(|inner| keep(inner, &key, holder));
                list.retain(|inner| inner.as_table().is_some_and(|inner| !inner.is_empty()));
                !list.is_empty()
            }
            _ => holder.may_hold(&key),
        }
    });
}

fn hash_operator_keys(document: &mut Table) {
    let operators = document.get_mut("access").and_then(|access| access.get_mut("operators")).and_then(Value::as_array_mut);
    for operator in operators.into_iter().flatten().filter_map(Value::as_table_mut) {
        let Some(key) = operator.remove("key") else { continue };
        operator.insert("key_sha256".to_owned(), hashed(key));
    }
}

/// The hash of a key, or a list of hashes with the dates of their keys.
fn hashed(key: Value) -> Value {
    match key {
        Value::String(text) => Value::String(hex::encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))),
        Value::Array(list) => Value::Array(list.into_iter().map(hashed).collect()),
        Value::Table(mut dated) => {
            if let Some(value) = dated.remove("value") {
                dated.insert("value".to_owned(), hashed(value));
            }
            Value::Table(dated)
        }
        // Not reached: the document was read, and a key is nothing else.
        other => other,
    }
}

fn move_store(document: &mut Table) {
    let store = document.entry("store").or_insert_with(|| Value::Table(Table::new()));
    let Some(store) = store.as_table_mut() else { return };
    let here = store.get("endpoint").and_then(Value::as_str).is_none_or(|word| matches!(word, "embedded" | "memory"));
    if here {
        store.insert("endpoint".to_owned(), Value::String("aws".to_owned()));
    }
    store.remove("data_dir");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededRandom;
    use crate::config::check::judge_for;
    use crate::config::{demo, sections};

    fn demo() -> String {
        let folder = tempfile::tempdir().unwrap();
        demo::text(&folder.path().to_string_lossy(), &SeededRandom::new(5)).unwrap()
    }

    #[test]
    fn each_functions_part_passes_its_own_judge_and_holds_nothing_more() {
        for text in
            [demo(), include_str!("../../kaibo.example.toml").to_owned(), include_str!("../../tests/it/fixture.toml").to_owned()]
        {
            for holder in Holder::FUNCTIONS {
                let part = split(&text, holder).unwrap();
                let found = judge_for(&parse(&part).unwrap(), &part, holder);
                assert_eq!((found.errors, found.warnings), (vec![], vec![]), "{holder:?}\n{part}");
                assert_eq!(sections::foreign(&part.parse().unwrap(), &part, holder), vec![], "{holder:?}");
                assert_eq!(split(&part, holder).unwrap(), part, "a part of a part is itself");
            }
        }
    }

    #[test]
    fn the_callback_function_gets_callback_keys_and_no_other_secret() {
        let part = split(include_str!("../../tests/it/fixture.toml"), Holder::Callbacks).unwrap();
        for there in ["fedcba9876543210fedcba9876543210", "fixture-trtc-callback", "fixture-css-callback", "fixture-path-token"] {
            assert!(part.contains(there), "{there}\n{part}");
        }
        for gone in ["0x01,0x02", "5bd2850fff3e", "fixture-session", "fixture-operator", "fixture-jwt", "fedcba9876543210\"\n\n"]
        {
            assert!(!part.contains(gone), "{gone}\n{part}");
        }
    }

    #[test]
    fn operator_keys_become_hashes_and_dated_secrets_stay_dated() {
        let text = "[access]\nsession_keys = [{ value = \"0123456789012345678901234567890123\", not_after = \"2027-01-01T00:00:00Z\" }]\n\
                    [[access.operators]]\nname = \"a\"\nkey = [\"abc\", { value = \"abc\" }]\nscopes = [\"read\"]";
        let part: Table = split(text, Holder::Client).unwrap().parse().unwrap();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let operator = &part["access"]["operators"][0];
        assert_eq!((operator["key_sha256"][0].as_str(), operator["key_sha256"][1]["value"].as_str()), (Some(abc), Some(abc)));
        assert!(operator.get("key").is_none());
        assert_eq!(part["access"]["session_keys"][0]["not_after"].as_str(), Some("2027-01-01T00:00:00Z"));
        assert_eq!(part["store"]["endpoint"].as_str(), Some("aws"));
        let dated = text.replace("{ value = \"abc\" }", "{ value = \"abc\", not_after = \"2027-01-01T00:00:00Z\" }");
        let part: Table = split(&dated, Holder::Operator).unwrap().parse().unwrap();
        let hash = &part["access"]["operators"][0]["key_sha256"][1];
        assert_eq!((hash["value"].as_str(), hash["not_after"].as_str()), (Some(abc), Some("2027-01-01T00:00:00Z")));
    }
}
