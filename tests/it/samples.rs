//! One sensible call of every address, and the same call as API Gateway would hand it to a function. Keys are those of
//! `functions.toml`.

use kaibo::config::Config;
use kaibo::http::routes::{Group, Route};
use kaibo::secret::Secret;
use kaibo::vendor::{css, trtc, zego};
use serde_json::{Map, Value, json};

/// The moment the samples are made for: callbacks of ZEGO prove themselves only around it.
pub const NOW: i64 = 1_760_000_000;
pub const OPERATOR: &str = "local-operator-key-0001";
const ZEGO_SECRET: &str = "fedcba9876543210fedcba9876543210";

/// The document the samples fit.
pub fn config() -> Config {
    toml::from_str(include_str!("functions.toml")).unwrap()
}

/// A call, before it is on any wire.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: &'static str,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Call {
    pub fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// An API Gateway HTTP API event, format 2.0, stage `$default`.
    pub fn event(&self, base64: bool) -> Value {
        use base64::Engine;
        let headers: Map<String, Value> = self.headers.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        let mut event = json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": self.path,
            "rawQueryString": self.query,
            "headers": headers,
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "local",
                "domainName": "local.execute-api.us-east-1.amazonaws.com",
                "domainPrefix": "local",
                "http": { "method": self.method, "path": self.path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "kaibo" },
                "requestId": "local-event",
                "routeKey": "$default",
                "stage": "$default",
                "time": "09/Oct/2025:08:53:20 +0000",
                "timeEpoch": NOW * 1000,
            },
            "isBase64Encoded": base64,
        });
        if base64 {
            event["body"] = base64::engine::general_purpose::STANDARD.encode(&self.body).into();
        } else if !self.body.is_empty() {
            event["body"] = String::from_utf8(self.body.clone()).expect("text").into();
        }
        event
    }
}

/// The call of an address.
pub fn call(route: &Route) -> Call {
    let fill = |part: &str| {
        match part {
            "{room_id}" => "evening",
            "{stream_id}" => "evening_anchor_1",
            "{record_id}" => "1",
            "{seat_id}" => "seat-1",
            "{vendor}" => "kaibo",
            "{code}" => "room_unknown",
            "{name}" if route.group == Group::Callbacks => "main",
            "{name}" => "page.css",
            "{app_id}" => "1739272706",
            "{sdk_app_id}" => "1400087915",
            "{path_token}" => "local-path-token-0001",
            part => part,
        }
        .to_owned()
    };
    let path = route.path.split('/').map(fill).collect::<Vec<_>>().join("/");
    let mut call = Call { method: route.method, path, query: String::new(), headers: Vec::new(), body: Vec::new() };
    match route.group {
        Group::Operator => call = call.with("authorization", &format!("Bearer {OPERATOR}")),
        Group::Client => call = call.with("x-user-id", "anchor_1"),
        _ => {}
    }
    call.query = query(route.path).into();
    if route.method == "POST" {
        call = call.with("content-type", "application/json");
        call.body = body(route.path).to_string().into_bytes();
    }
    if route.path.starts_with("/callbacks/trtc") {
        let sign = trtc::callback::sign(&Secret::from("local-trtc-callback"), &call.body);
        call = call.with("sign", &sign).with("sdkappid", "1400087915");
    }
    call
}

fn query(path: &str) -> &'static str {
    match path {
        "/v1/zego/login-token" => "app_id=1739272706&id_name=anchor_1",
        "/v1/domains/check" => "url=https%3A%2F%2Fapi.example.com%2Fv1&kind=request",
        "/token" => "app_id=1739272706&id_name=anchor_1",
        _ => "",
    }
}

fn body(path: &str) -> Value {
    match path {
        "/v1/sessions" => json!({ "code": "demo-code", "nickname": "Ann" }),
        "/v1/zego/tokens" => json!({ "version": "04", "app_id": 1_739_272_706 }),
        "/v1/trtc/private-map-key" => json!({ "room_id": 1001, "role": "viewer" }),
        "/v1/css/urls" => json!({ "stream_id": "evening_anchor_1" }),
        "/v1/wechat/voip-signature" => json!({ "group_id": "group-1" }),
        "/v1/rooms" => json!({ "provider": "zego", "room_id": "evening", "title": "Evening show", "record": true }),
        "/v1/rooms/{room_id}/tickets" => json!({ "role": "host" }),
        "/v1/rooms/{room_id}/kick" => json!({ "user_id": "guest_1" }),
        "/v1/rooms/{room_id}/seats" => json!({ "kind": "invite", "user_id": "guest_1" }),
        "/v1/rooms/{room_id}/mix-plan" => json!({
            "width": 360, "height": 640, "layout": "grid", "streams": ["evening_anchor_1", "evening_guest_1"],
        }),
        "/v1/recordings/{record_id}/tasks" => json!({ "task_id": "task-1" }),
        "/v1/domains/check" => json!({ "configured": {
            "requestdomain": ["https://api.example.com"], "wsrequestdomain": [], "uploaddomain": [], "downloaddomain": [],
        } }),
        "/v1/inspect" => json!({ "text": "eJxNjdEKgjAYhd-l25Dtz6kT" }),
        path if path.starts_with("/callbacks/zego") => zego_event(NOW),
        path if path.starts_with("/callbacks/css") => css_event(),
        path if path.starts_with("/callbacks/trtc") => json!({
            "EventGroupId": 1, "EventType": 103, "CallbackTs": NOW * 1000,
            "EventInfo": { "RoomId": 1001, "EventTs": NOW, "EventMsTs": NOW * 1000, "UserId": "anchor_1", "Role": 20 },
        }),
        _ => json!({}),
    }
}

/// A stream begins; signed for a moment.
pub fn zego_event(at: i64) -> Value {
    let (at, nonce) = (at.to_string(), "sample-nonce");
    json!({
        "event": "stream_create", "appid": "1739272706", "timestamp": at, "nonce": nonce,
        "signature": zego::callback::sign(&Secret::from(ZEGO_SECRET), &at, nonce),
        "room_id": "evening", "room_session_id": "6085791336856668982", "user_id": "anchor_1",
        "stream_id": "evening_anchor_1", "stream_seq": "1", "create_time_ms": format!("{at}500"),
    })
}

/// Its `t` is far away, so the file stays good.
fn css_event() -> Value {
    let t = 4_000_000_000_i64;
    json!({
        "event_type": 1, "stream_id": "evening_anchor_1", "channel_id": "evening_anchor_1", "app": "push.example.com",
        "appname": "live", "event_time": NOW, "sequence": "6674468118806626493", "appid": 1_250_000_000,
        "t": t, "sign": css::callback::sign(&Secret::from("local-css-callback"), &t.to_string()),
    })
}
