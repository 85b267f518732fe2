//! What every address has in common: unknown addresses, wrong methods, problems in two languages, request ids, CORS.

use crate::harness::Kaibo;
use crate::wx::wx_request;
use kaibo::http::routes::ROUTES;
use serde_json::json;

/// Fills a path's parameters with something; files are served by their names only.
pub fn concrete(path: &str) -> String {
    path.replace("/assets/{name}", "/assets/page.css")
        .split('/')
        .map(|part| if part.starts_with('{') { "1" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn every_listed_address_is_served_and_no_other_is() {
    let kaibo = Kaibo::start(|_| {}).await;
    for route in ROUTES {
        let answer = kaibo.request(route.method, &concrete(route.path)).send().await;
        // A file's name is part of what is asked for, not of the address.
        let unknown = answer.status == 404 && answer.json()["code"] == "route_unknown" && !route.path.ends_with("{name}");
        assert!(!unknown && answer.status != 405, "{} {}: {}", route.method, route.path, answer.status);
    }
    for path in ["/nothing", "/v1", "/healthz/", "//healthz", "/%2e%2e/healthz"] {
        let answer = kaibo.get(path, None).await.expect(404);
        assert_eq!(answer.code(), "route_unknown", "{path}");
        assert_eq!(answer.json()["type"], "/v1/codes/kaibo/route_unknown");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let kaibo = Kaibo::start(|_| {}).await;
    for route in ROUTES {
        let answer = kaibo.request("DELETE", &concrete(route.path)).send().await.expect(405);
        assert_eq!(answer.code(), "method_not_allowed");
        assert!(answer.header("allow").unwrap().contains(route.method), "{}", route.path);
    }
}

#[tokio::test]
async fn a_problem_speaks_the_callers_language() {
    let kaibo = Kaibo::start(|_| {}).await;
    let english = kaibo.get("/nothing", None).await;
    assert_eq!(english.header("content-language").as_deref(), Some("en"));
    let asked = kaibo.request("GET", "/nothing").header("accept-language", "zh-CN,zh;q=0.9,en;q=0.8").send().await;
    assert_eq!(asked.header("content-language").as_deref(), Some("zh"));
    let phone = wx_request(&kaibo, &json!({ "url": "/nothing" })).await;
    assert_eq!(phone.header("content-language").as_deref(), Some("zh"));
    assert!(phone.json()["detail"].as_str().unwrap().contains("没有这个地址"));
}

#[tokio::test]
async fn every_answer_has_its_own_request_id() {
    let kaibo = Kaibo::start(|_| {}).await;
    let mut ids = std::collections::HashSet::new();
    for path in ["/healthz", "/healthz", "/nothing"] {
        let answer = kaibo.request("GET", path).header("x-request-id", "chosen-by-caller").send().await;
        assert!(ids.insert(answer.header("x-request-id").unwrap()));
    }
    assert!(!ids.contains("chosen-by-caller"));
}

#[tokio::test]
async fn only_listed_web_pages_may_read_answers() {
    let kaibo = Kaibo::start(|config| config.server.allowed_origins = vec!["https://web.example.com".into()]).await;
    let from = |method: &str, origin: &str| kaibo.request(method, "/healthz").header("origin", origin);
    let listed = from("GET", "https://web.example.com").send().await.expect(200);
    assert_eq!(listed.header("access-control-allow-origin").as_deref(), Some("https://web.example.com"));
    let other = from("GET", "https://web.example.com.evil.example").send().await.expect(200);
    assert_eq!(other.header("access-control-allow-origin"), None);
    let ask = |origin: &str| from("OPTIONS", origin).header("access-control-request-method", "POST").send();
    let preflight = ask("https://web.example.com").await.expect(204);
    assert!(preflight.header("access-control-allow-headers").unwrap().contains("authorization"));
    ask("https://other.example.com").await.expect(405);
}

#[tokio::test]
async fn ready_means_that_the_store_answers() {
    let kaibo = Kaibo::start(|_| {}).await;
    assert_eq!(kaibo.get("/readyz", None).await.expect(200).json(), json!({ "status": "ok" }));
    // A port that nothing listens on.
    let broken = Kaibo::start(|config| config.store.endpoint = "http://127.0.0.1:9".into()).await;
    let answer = broken.get("/readyz", None).await.expect(503);
    assert_eq!(answer.code(), "store_busy");
    assert_eq!(answer.header("retry-after").as_deref(), Some("1"));
    broken.get("/healthz", None).await.expect(200);
}
