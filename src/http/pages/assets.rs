//! What the pages are made of, embedded in the binary: nothing is fetched from elsewhere, and nothing inline runs.

use crate::http::ask::InPath;
use crate::live::fault::Fault;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

/// What a page of ours may do: load its own files, call its own address, and nothing else.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                          base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The content type of a page.
pub const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// One embedded file.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Its name under `/assets/`.
    pub name: &'static str,
    /// Its content type.
    pub content_type: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// Every file under `/assets/`.
pub const ASSETS: &[Asset] = &[
    Asset { name: "page.css", content_type: STYLE, text: include_str!("page.css") },
    Asset { name: "page.js", content_type: SCRIPT, text: include_str!("page.js") },
    Asset { name: "console.js", content_type: SCRIPT, text: include_str!("console.js") },
    Asset { name: "console-media.js", content_type: SCRIPT, text: include_str!("console-media.js") },
    Asset { name: "console-words.js", content_type: SCRIPT, text: include_str!("console-words.js") },
    Asset { name: "docs.js", content_type: SCRIPT, text: include_str!("docs.js") },
];

/// `GET /assets/{name}`: one embedded file.
pub async fn serve(InPath(name): InPath<String>) -> Result<Response, Fault> {
    let asset = ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .ok_or_else(|| Fault::new("route_unknown", "没有这个文件。请核对路径。", "There is no such file; check the path."))?;
    // `no-cache` asks the browser to look again: a new binary brings new files under the same names.
    Ok(guarded(asset.content_type, "no-cache", asset.text))
}

/// An answer of a page, with the headers that keep it harmless.
pub fn guarded(content_type: &'static str, cache: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    for (name, value) in [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, cache),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_asset_answers_with_its_type_and_the_policy() {
        for asset in ASSETS {
            let response = serve(InPath(asset.name.to_owned())).await.unwrap();
            assert_eq!(response.status(), 200, "{}", asset.name);
            assert_eq!(response.headers()["content-type"], asset.content_type, "{}", asset.name);
            assert_eq!(response.headers()["content-security-policy"], POLICY);
            assert_eq!(response.headers()["x-content-type-options"], "nosniff");
            assert_eq!(response.headers()["referrer-policy"], "no-referrer");
        }
    }

    #[tokio::test]
    async fn a_name_that_is_no_asset_is_not_found() {
        for name in ["", "console.html", "../console.rs", "page.css/"] {
            assert_eq!(serve(InPath(name.to_owned())).await.unwrap_err().code, "route_unknown", "{name}");
        }
    }

    #[test]
    fn the_policy_lets_nothing_inline_run_and_nothing_foreign_load() {
        assert!(POLICY.starts_with("default-src 'none';"));
        for loose in ["unsafe", "*", "http:", "https:", "blob:"] {
            assert!(!POLICY.contains(loose), "{loose}");
        }
    }

    #[test]
    fn scripts_put_values_into_the_page_as_text_only() {
        for asset in ASSETS {
            for way_in in
                ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc", "localStorage"]
            {
                assert!(!asset.text.contains(way_in), "{} uses {way_in}", asset.name);
            }
            assert!(
                !asset.text.contains("https://") && !asset.text.contains("http://"),
                "{} names a foreign address",
                asset.name
            );
        }
    }
}
