//! What `wx.request` puts on the wire and makes of the answer, so that tests call as a phone does.

use crate::harness::{Answer, Kaibo};
use crate::wire::{data, wire};
use serde_json::{Value, json};

/// Calls as a page of the fixture's mini program does; `url` is a path.
pub async fn wx_request(kaibo: &Kaibo, options: &Value) -> Answer {
    let wire = wire(options);
    let mut request = kaibo
        .request(&wire.method, &wire.url)
        .header("content-type", &wire.content_type)
        .header("referer", "https://servicewechat.com/wx0123456789abcdef/0/page-frame.html");
    for (name, value) in &wire.headers {
        request = request.header(name, value);
    }
    request.body(wire.body.unwrap_or_default()).send().await
}

fn vectors(name: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../vectors/wechat-vectors.json")).unwrap();
    all[name].as_array().unwrap().clone()
}

#[test]
fn requests_are_what_the_device_sends() {
    for vector in vectors("request_wire") {
        let wire = wire(&vector["options"]);
        let sent = json!([wire.method, wire.url, wire.content_type, wire.body]);
        let documented = json!([vector["method"], vector["url"], vector["content_type"], vector["body"]]);
        assert_eq!(sent, documented, "{}", vector["name"]);
    }
}

#[test]
fn answers_are_what_the_page_gets() {
    for vector in vectors("response_parse") {
        let got = data(vector["body"].as_str().unwrap(), vector["dataType"].as_str().unwrap());
        assert_eq!(got, vector["res_data"], "{}", vector["name"]);
    }
}

#[tokio::test]
async fn a_get_with_a_content_type_and_no_body_works() {
    let kaibo = Kaibo::start(|_| {}).await;
    for content_type in ["text/plain", "application/json"] {
        let options = json!({ "url": "/healthz", "header": { "content-type": content_type }, "data": { "x": null } });
        let answer = wx_request(&kaibo, &options).await.expect(200);
        assert_eq!(data(&answer.text(), "json"), json!({ "status": "ok" }));
    }
}
