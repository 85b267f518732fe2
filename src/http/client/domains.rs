//! The WeChat console's domain lists: what they must hold, whether they do, whether one address would pass.

use crate::app::{App, domains};
use crate::http::ask::{Ask, Params};
use crate::http::fields::{Fields, Read, chars};
use crate::http::language::Language;
use crate::live::caller::Reader;
use crate::live::fault::Fault;
use crate::live::whitelist::read::read;
use crate::live::whitelist::required::{Required, paste};
use crate::live::whitelist::{List, Lists};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

/// The lists a phone's requests are judged by.
const LISTS: [List; 4] = [List::Request, List::Socket, List::Upload, List::Download];

/// Query of `GET /v1/domains`.
#[derive(Debug)]
pub struct DomainsIn {
    profiles: Option<Vec<String>>,
}

impl Read for DomainsIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self { profiles: fields.texts("profiles", 16, chars(1, 64)) }
    }
}

/// `GET /v1/domains`.
pub async fn required(
    State(app): State<App>,
    _: Reader,
    headers: HeaderMap,
    Params(ask): Params<DomainsIn>,
) -> Result<Json<Value>, Fault> {
    let language = Language::of(&headers, &app.config.server.default_language);
    let profiles = domains::which_profiles(&app, ask.profiles.as_deref())?;
    let needed = domains::required_domains(&app, &profiles);
    let mut texts: Map<String, Value> = LISTS.iter().map(|list| (list.field().to_owned(), "".into())).collect();
    texts.extend(paste(&needed).into_iter().map(|(list, text)| (list.field().to_owned(), Value::from(text))));
    let mut out = json!({ "profiles": profiles.iter().map(|p| p.name).collect::<Vec<_>>() });
    let mut all = Map::new();
    for list in LISTS {
        let of_list = needed.iter().filter(|need| need.list == list).map(|need| entry(need, language));
        all.insert(list.field().to_owned(), of_list.collect());
    }
    out["required"] = all.into();
    out["paste"] = texts.into();
    out["notes"] = profiles.iter().map(|p| language.pick(p.note_zh, p.note_en)).filter(|note| !note.is_empty()).collect();
    Ok(Json(out))
}

fn entry(need: &Required, language: Language) -> Value {
    json!({
        "entry": need.entry,
        "known": need.known,
        "why": language.pick(&need.why_zh, &need.why_en),
        "profiles": need.profiles,
        "source": need.source,
    })
}

/// Body of `POST /v1/domains/check`.
#[derive(Debug)]
pub struct CheckIn {
    profiles: Option<Vec<String>>,
    configured: Option<Lists>,
    /// What was pasted instead of lists.
    pasted: Option<String>,
}

impl Read for CheckIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        let pasted = fields.raw("configured").and_then(Value::as_str).map(str::to_owned);
        let told = fields.raw("configured").is_some() && pasted.is_none();
        Self {
            profiles: fields.texts("profiles", 16, chars(1, 64)),
            configured: told.then(|| fields.object("configured", read_lists)).flatten(),
            pasted,
        }
    }
}

fn read_lists(fields: &mut Fields<'_>) -> Lists {
    let mut lists = Lists::default();
    for list in LISTS {
        // An empty entry is one of the faults the check names, so it is let through here.
        for text in fields.texts(list.field(), 1000, chars(0, 512)).unwrap_or_default() {
            lists.add(list, text);
        }
    }
    lists
}

/// A list as pasted from the console or a file.
fn read_pasted(text: &str) -> Result<Lists, Fault> {
    read(text).map_err(|fault| {
        let (line, why) = (fault.line, fault.why);
        Fault::new(
            "list_unreadable",
            format!("第 {line} 行无法解析：请先写列表名再写域名，例如 requestdomain: https://api.example.com。"),
            format!("Line {line} cannot be read: {why}."),
        )
    })
}

/// `POST /v1/domains/check`.
pub async fn check(State(app): State<App>, _: Reader, headers: HeaderMap, Ask(body): Ask<CheckIn>) -> Result<Json<Value>, Fault> {
    let language = Language::of(&headers, &app.config.server.default_language);
    let profiles = domains::which_profiles(&app, body.profiles.as_deref())?;
    let configured = match &body.pasted {
        Some(text) => Some(read_pasted(text)?),
        None => body.configured,
    };
    let report = domains::check_domains(&app, &profiles, configured);
    let warnings: Vec<Value> =
        report.warnings.iter().map(|w| json!({ "code": w.code, "detail": language.pick(&w.zh, &w.en) })).collect();
    let mut out = serde_json::to_value(&report).unwrap_or_else(|_| json!({}));
    out["warnings"] = warnings.into();
    Ok(Json(out))
}

/// Query of `GET /v1/domains/check`.
#[derive(Debug)]
pub struct UrlIn {
    url: String,
    kind: &'static str,
}

impl Read for UrlIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            url: fields.need_text("url", chars(1, 2048)),
            kind: fields.choice("kind", &["request", "socket", "upload", "download"]).unwrap_or("request"),
        }
    }
}

/// `GET /v1/domains/check`.
pub async fn check_url(State(app): State<App>, _: Reader, Params(ask): Params<UrlIn>) -> Result<Json<Value>, Fault> {
    let list = List::from_word(ask.kind).unwrap_or(List::Request);
    Ok(Json(match domains::allowed(&app, list, &ask.url) {
        Ok(()) => json!({ "allowed": true, "reason": null, "list": list }),
        Err(fault) => json!({ "allowed": false, "reason": fault.code(), "list": list }),
    }))
}
