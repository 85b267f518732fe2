//! `kaibo serve --store-listen`: the embedded store for other processes on this machine, e.g. functions under `sam local`.
//! The engine checks no signature, and a page in a browser can reach loopback ports. So whoever calls must name an access key
//! id that is made anew at each start, and a request that a browser sent for a page (it carries `Origin`) is refused.

use crate::clock::Random;
use crate::store::embedded::Engine;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// A DynamoDB item has at most 400 KB; JSON may treble it.
const LARGEST: usize = 2 * 1024 * 1024;

/// A new access key id, in the form that SDKs expect.
pub fn new_key_id(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    format!("KAIBO{}", hex::encode_upper(bytes))
}

/// The address, which must be a loopback one: the key id goes over the wire as it is.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    let wrong = || "must be a loopback address and a port, like 127.0.0.1:8000".to_owned();
    let address: SocketAddr = text.parse().map_err(|_| wrong())?;
    if address.ip().is_loopback() { Ok(address) } else { Err(wrong()) }
}

/// The engine behind its check.
pub fn router(engine: Engine, key_id: &str) -> Router {
    Router::new().fallback(answer).layer(DefaultBodyLimit::max(LARGEST)).with_state((engine, Arc::<str>::from(key_id)))
}

async fn answer(State((engine, key_id)): State<(Engine, Arc<str>)>, headers: HeaderMap, body: Bytes) -> Response {
    if headers.contains_key(header::ORIGIN) || !named(&headers, &key_id) {
        let text = r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"use the access key id that kaibo serve printed"}"#;
        return (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, JSON)], text).into_response();
    }
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    match engine.exchange(operation, body.to_vec()).await {
        Ok((status, text)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, JSON)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

const JSON: &str = "application/x-amz-json-1.0";

/// True when the credential scope of the signature begins with the key id.
fn named(headers: &HeaderMap, key_id: &str) -> bool {
    let proof = headers.get(header::AUTHORIZATION).and_then(|proof| proof.to_str().ok()).unwrap_or_default();
    let given = proof.split_once("Credential=").and_then(|(_, scope)| scope.split('/').next()).unwrap_or_default();
    given.as_bytes().ct_eq(key_id.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededRandom;
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    #[test]
    fn only_loopback_addresses_are_taken() {
        assert!(address("127.0.0.1:8000").is_ok() && address("[::1]:0").is_ok());
        for wrong in ["0.0.0.0:8000", "192.168.1.2:8000", "[::]:1", "8000", "localhost:8000"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_web_page_and_a_stranger_are_refused_and_the_key_id_opens() {
        let key_id = new_key_id(&SeededRandom::new(3));
        let router = router(Engine::in_memory().unwrap(), &key_id);
        let ask = async |proof: Option<String>, origin: bool| {
            let mut request = Request::post("/").header("x-amz-target", "DynamoDB_20120810.DescribeTable");
            if let Some(proof) = proof {
                request = request.header("authorization", proof);
            }
            if origin {
                request = request.header("origin", "http://evil.example");
            }
            let answer = router.clone().oneshot(request.body(Body::from(r#"{"TableName":"kaibo"}"#)).unwrap()).await.unwrap();
            let body = axum::body::to_bytes(answer.into_body(), 4096).await.unwrap();
            String::from_utf8(body.to_vec()).unwrap()
        };
        let proof =
            |key: &str| Some(format!("AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/dynamodb/aws4_request, Signature=x"));
        assert!(ask(proof(&key_id), false).await.contains("ResourceNotFoundException"));
        for (proof, origin) in [
            (None, false),
            (proof("KAIBO"), false),
            (proof(""), false),
            (proof(&format!("{key_id}0")), false),
            (proof(&key_id), true),
        ] {
            assert!(ask(proof, origin).await.contains("UnrecognizedClientException"));
        }
    }
}
