//! The house rules, read from the source: who imports whom, where addresses, clocks and dangers may stand.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What each floor may use of ours, beside itself. The table of `src/lib.rs`, with the plain modules spelled out.
const MAY_USE: &[(&str, &[&str])] = &[
    ("secret", &[]),
    ("clock", &["live"]),
    ("outbound", &[]),
    ("config", &["live", "secret", "clock", "vendor", "outbound"]),
    ("observe", &["clock", "live"]),
    ("live", &["secret"]),
    ("vendor", &["secret", "live::event", "live::time"]),
    ("store", &["live", "config", "secret", "clock", "outbound"]),
    ("app", &["store", "live", "vendor", "config", "secret", "clock", "outbound", "observe"]),
    ("http", &["app", "live", "config", "secret", "observe"]),
    ("http::callbacks", &["http", "app", "live", "config", "secret", "vendor", "observe"]),
    ("lambda", &["http", "app", "store", "config", "clock", "observe", "outbound"]),
    ("simulator", &["cli", "http", "app", "store", "live", "vendor", "config", "secret", "clock", "observe"]),
    ("cli", &["simulator", "http", "app", "store", "live", "vendor", "config", "secret", "clock", "observe", "outbound"]),
];

/// One file of `src` without comments and tests.
struct Source {
    path: String,
    code: String,
}

fn sources() -> Vec<Source> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                walk(&entry, into);
            } else if entry.extension().is_some_and(|ext| ext == "rs") {
                into.push(entry);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    let named = files.iter().map(|file| {
        let path = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        Source { path, code: plain_code(&std::fs::read_to_string(file).unwrap()) }
    });
    named.filter(|source| !test_file(&source.path)).collect()
}

/// Test modules stand last in a file, or are files of their own; comments fill whole lines.
fn plain_code(text: &str) -> String {
    let mut kept = Vec::new();
    let mut lines = text.lines().map(str::trim_start);
    while let Some(line) = lines.next() {
        if line.starts_with("#[cfg(test)]") {
            if lines.next().is_some_and(|item| item.ends_with(';')) { continue } else { break }
        }
        if !line.starts_with("//") {
            kept.push(line);
        }
    }
    kept.join("\n")
}

/// Files that are only there for tests: `tests.rs`, and what a neighbour declares under `#[cfg(test)]`.
fn test_file(path: &str) -> bool {
    path.ends_with("tests.rs") || path.ends_with("vectors.rs") || path.contains("/tests/")
}

/// The floor of a file, from its path: `http/pages/health.rs` is on `http`.
fn floor(path: &str) -> String {
    if path.starts_with("http/callbacks") { "http::callbacks".into() } else { first(&path.replace('/', "::")).replace(".rs", "") }
}

fn first(path: &str) -> String {
    path.split("::").next().unwrap().to_owned()
}

/// Every path of ours that the code names, groups spread out: `use crate::{a, b::c}` is `a` and `b::c`.
fn imports(source: &Source) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in source.code.match_indices("crate::") {
        let before = source.code[..at].chars().next_back();
        if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '$') {
            spread(String::new(), &source.code[at + "crate::".len()..], &mut found);
        }
    }
    // Deeper than one `super` may leave the floor: `super::super` from `http/pages` is `http`.
    let depth = source.path.matches('/').count() + usize::from(!source.path.ends_with("mod.rs"));
    for (at, _) in source.code.match_indices("super::") {
        let rest = &source.code[at..];
        let ups = rest.split("::").take_while(|word| *word == "super").count();
        if ups >= depth && !source.code[..at].ends_with("super::") {
            spread(String::new(), &rest[ups * "super::".len()..], &mut found);
        }
    }
    found
}

fn spread(prefix: String, rest: &str, found: &mut BTreeSet<String>) {
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let after = &rest[word.len()..];
    if let Some(group) = rest.strip_prefix('{') {
        let mut depth = 0;
        let mut start = 0;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    spread(prefix.clone(), group[start..at].trim(), found);
                    start = at + 1;
                    if c == '}' {
                        return;
                    }
                }
                _ => {}
            }
        }
    } else if let Some(deeper) = after.strip_prefix("::") {
        spread(format!("{prefix}{word}::"), deeper, found);
    } else if !word.is_empty() {
        found.insert(format!("{prefix}{word}"));
    }
}

/// Why `source` may not name `import`, if so.
fn breach(source: &Source, import: &str) -> Option<String> {
    let own = floor(&source.path);
    let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == own) else {
        return matches!(own.as_str(), "lib" | "bin").then_some(()).map_or(Some(format!("{own} is not a floor")), |()| None);
    };
    let names = |at: &str| import == at || import.starts_with(&format!("{at}::"));
    let fine = names(&first(&own)) || allowed.iter().any(|at| names(at));
    (!fine).then(|| format!("{} may not use crate::{import}", source.path))
}

#[test]
fn imports_go_down_only() {
    let sources = sources();
    assert!(sources.len() > 30, "the walk finds the source");
    let breaches: Vec<_> =
        sources.iter().flat_map(|source| imports(source).into_iter().filter_map(|i| breach(source, &i))).collect();
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn the_import_rule_would_find_a_breach() {
    let file = |path: &str, code: &str| Source { path: path.into(), code: plain_code(code) };
    for (path, code) in [
        ("live/room.rs", "use crate::store::Store;"),
        ("vendor/zego/callback.rs", "use crate::{live::{event::Event, fault::Fault}};"),
        ("vendor/zego/callback.rs", "fn f() { crate::clock::SystemClock; }"),
        ("http/client/rooms.rs", "use crate::vendor::zego;"),
        ("store/room.rs", "use super::super::app::App;"),
        ("http/layer.rs", "use crate::{\n    app::App,\n    store::{keys, Store},\n};"),
    ] {
        let source = file(path, code);
        assert!(imports(&source).iter().any(|import| breach(&source, import).is_some()), "{path}: {code}");
    }
    let fine =
        file("http/callbacks/zego.rs", "use crate::vendor::zego;\n#[cfg(test)]\nmod tests { use crate::clock::ManualClock; }");
    assert!(imports(&fine).iter().all(|import| breach(&fine, import).is_none()));
}

fn offenders(needles: &[&str], allowed: impl Fn(&str) -> bool) -> Vec<String> {
    let sources = sources();
    let hits = sources.iter().filter(|source| !allowed(&source.path)).flat_map(|source| {
        let found = needles.iter().filter(|needle| source.code.contains(**needle));
        found.map(|needle| format!("{}: {needle}", source.path))
    });
    hits.collect()
}

#[test]
fn only_clock_rs_reads_time_and_draws_random_bytes() {
    let allowed = |path: &str| {
        path == "clock.rs"
            // The program's start gives the app its clock and generator.
            || path.starts_with("cli/") || path.starts_with("bin/") || path == "lambda.rs"
    };
    let found =
        offenders(&["SystemTime::now", "Instant::now", "SystemRandom", "Timestamp::now", "Zoned::now", "thread_rng"], allowed);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn addresses_stand_in_routes_rs_only() {
    let found = offenders(&["\"/v1", "\"/callbacks", "\"/webrtc/", "\"/weapp/"], |path| {
        path == "http/routes.rs" || !(path.starts_with("http/") || path.starts_with("app/"))
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn nothing_in_the_product_can_panic_by_habit() {
    let found =
        offenders(&["unsafe ", ".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!("], |_| false);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn pure_floors_name_no_runtime() {
    let found = offenders(&["tokio", "reqwest", "aws_sdk", "std::fs", "std::net", "async fn"], |path| {
        !(path.starts_with("live/") || path.starts_with("vendor/"))
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_code_word_has_a_status() {
    for source in sources() {
        for (at, start) in source.code.match_indices("Fault::new(") {
            let rest = source.code[at + start.len()..].trim_start();
            let Some(word) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) else { continue };
            assert!(kaibo::http::problem::status(word).is_some(), "{}: {word}", source.path);
        }
    }
}
