//! What webrtc-room pushes with: the roomsig request, which holds a userSig and a privateMapKey, and the `room://` address,
//! whose roomsig only Tencent can judge.

use super::form::Pasted;
use super::{Case, Report, ticket};
use crate::app::inspect::Question;
use serde_json::Value;
use std::collections::BTreeMap;

type Query = BTreeMap<String, String>;

fn query(url: &str) -> Query {
    let text = url.split_once('?').map(|(_, query)| query).unwrap_or_default();
    form_urlencoded::parse(text.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// Judges a `room://` address by what can be read of it.
pub(super) fn room_url(case: &Case<'_>, text: &str) -> Report {
    let mut report = Report::new("room_url");
    let said = query(text);
    let of = |name: &str| said.get(name).map(String::as_str).unwrap_or_default();
    for name in ["sdkappid", "roomid", "userid"] {
        report.tell(name, of(name));
        if of(name).is_empty() {
            missing(&mut report, name);
        }
    }
    let roomsig: Option<Value> = serde_json::from_str(of("roomsig")).ok();
    match (of("roomsig"), roomsig) {
        ("", _) => missing(&mut report, "roomsig"),
        (_, None) => report.fault(
            "roomsig",
            "malformed",
            "roomsig 不是编码后的 JSON：把应答的 RspBody 用 encodeURIComponent(JSON.stringify(...)) 接上。",
            "roomsig is no encoded JSON: append encodeURIComponent(JSON.stringify(RspBody)) of the answer.",
        ),
        (_, Some(_)) => report.warn(
            "roomsig",
            "not_judged",
            "roomsig 由腾讯签发，只有腾讯能核对；每次进房都要重新获取。",
            "Tencent made the roomsig and only Tencent can judge it; fetch a new one for each entry.",
        ),
    }
    if !of("bizbuf").is_empty() {
        match serde_json::from_str::<Value>(of("bizbuf")) {
            Ok(bizbuf) => report.tell("bizbuf", bizbuf),
            Err(_) => report.fault("bizbuf", "malformed", "bizbuf 不是编码后的 JSON。", "bizbuf is no encoded JSON."),
        }
    }
    compare(case, &mut report, of("sdkappid"), of("userid"), of("roomid"));
    report
}

fn missing(report: &mut Report, name: &str) {
    report.fault(name, "malformed", format!("地址里缺少 {name}。"), format!("The address has no {name}."));
}

fn compare(case: &Case<'_>, report: &mut Report, app: &str, user: &str, room: &str) {
    if case.asked.app_id.is_some_and(|wanted| !app.is_empty() && app != wanted.to_string()) {
        report.fault("sdkappid", "sdkappid_mismatch", format!("地址属于 SDKAppID {app}。"), format!("It is for SDKAppID {app}."));
    }
    if case.user().is_some_and(|wanted| !user.is_empty() && user != wanted) {
        report.fault("userid", "identifier_mismatch", format!("地址属于用户 {user}。"), format!("It is for user {user}."));
    }
    if case.room().is_some_and(|wanted| !room.is_empty() && room != wanted) {
        report.fault("roomid", "room_mismatch", format!("地址属于房间 {room}。"), format!("It is for room {room}."));
    }
}

/// Judges both tickets of a roomsig request, each for the user, app and room that the request itself names.
pub(super) fn request(case: &Case<'_>, url: &str, body: Option<&Value>) -> Report {
    let mut report = Report::new("room_url");
    let said = query(url);
    let of = |name: &str| said.get(name).cloned().unwrap_or_default();
    let parsed = body.map(|body| body.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| body.clone()));
    let place = |path: &str| parsed.as_ref().and_then(|body| body.pointer(path));
    let room = place("/ReqHead/GroupId").map(|room| room.to_string());
    report.tell("sdkappid", of("sdkappid"));
    report.tell("identifier", of("identifier"));
    report.tell("room_id", room.clone());
    compare(case, &mut report, &of("sdkappid"), &of("identifier"), room.as_deref().unwrap_or_default());
    if !report.faults.is_empty() {
        return report;
    }
    let asked =
        Question { user_id: Some(of("identifier")), app_id: of("sdkappid").parse().ok(), room_id: room, ..Question::default() };
    let own = Case { app: case.app, asked: &asked, at: case.at };
    let private_map_key = place("/ReqBody/PrivMapEncrypt").and_then(Value::as_str).map(str::to_owned);
    for (name, text) in [("user_sig", Some(of("usersig"))), ("private_map_key", private_map_key)] {
        // Without a body there is no privateMapKey to judge.
        let Some(text) = text else { continue };
        let inner = ticket::judge(&own, &Pasted { text, ..Pasted::default() });
        report.tell(name, inner.decoded.map_or(Value::Null, Value::Object));
        if inner.kind != name && inner.faults.is_empty() {
            report.fault(name, "malformed", "userSig 与 privateMapKey 放反了。", "userSig and privateMapKey are mixed up.");
        }
        let within = |mut finding: super::Finding| {
            finding.field = format!("{name}.{}", finding.field);
            finding
        };
        report.faults.extend(inner.faults.into_iter().map(within));
        report.warnings.extend(inner.warnings.into_iter().map(within));
    }
    report
}
