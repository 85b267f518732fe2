//! The whitelist over HTTP: lists as JSON or as pasted, and what cannot be read.

use crate::harness::{self, Kaibo};
use serde_json::{Value, json};

async fn check(kaibo: &Kaibo, body: Value) -> crate::harness::Answer {
    kaibo.post("/v1/domains/check", Some(harness::READ), body).await
}

#[tokio::test]
async fn a_pasted_list_is_judged_as_the_same_lists_in_json() {
    let kaibo = Kaibo::start(|_| {}).await;
    let pasted = "request合法域名\thttps://api.example.com;https://yun.tim.qcloud.com\nsocket合法域名\twss://api.example.com/ws";
    let lists = json!({
        "requestdomain": ["https://api.example.com", "https://yun.tim.qcloud.com"],
        "wsrequestdomain": ["wss://api.example.com/ws"],
    });
    let ask = |configured: Value| json!({ "profiles": ["trtc-webrtc-room"], "configured": configured });
    let as_text = check(&kaibo, ask(pasted.into())).await.expect(200).json();
    assert_eq!(as_text, check(&kaibo, ask(lists)).await.expect(200).json());
    assert_eq!(as_text["ok"], false);
    assert_eq!(as_text["lookalikes"][0]["instead"], "https://yun.tim.qq.com");
    let found = |name: &str| as_text["warnings"].as_array().unwrap().iter().any(|warning| warning["code"] == name);
    assert!(found("path_in_entry") && found("lookalike"));
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_told_its_line() {
    let kaibo = Kaibo::start(|_| {}).await;
    for (text, line) in [
        ("requestdomain: https://api.example.com\nrequstdomain:\n", "Line 2 "),
        ("https://api.example.com", "Line 1 "),
        ("{\n\"requestdomain\": [1]}", "Line 2 "),
        ("", "Line 1 "),
    ] {
        let answer = check(&kaibo, json!({ "profiles": [], "configured": text })).await.expect(400);
        assert_eq!(answer.code(), "list_unreadable");
        assert!(answer.json()["detail"].as_str().unwrap().starts_with(line), "{text}: {}", answer.text());
    }
    let unknown = check(&kaibo, json!({ "profiles": ["zego"] })).await.expect(400);
    assert!(unknown.json()["detail"].as_str().unwrap().contains("zego-express-3.6"));
    assert_eq!(check(&kaibo, json!({ "configured": 7 })).await.expect(400).fields(), ["configured"]);
}
