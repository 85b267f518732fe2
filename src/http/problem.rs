//! A `Fault` as RFC 9457 `application/problem+json`. The only file that knows which code word has which status.
//!
//! A handler returns the `Fault`; it travels in the response's extensions to the layer, which knows the language and the
//! request id, and is written there.

use super::language::Language;
use super::routes;
use crate::live::fault::Fault;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Every code word with its status. A word that is not here answers 500, and a test fails.
pub const STATUSES: &[(u16, &[&str])] = &[
    (
        400,
        &[
            "body_invalid",
            "query_invalid",
            "path_invalid",
            "field_missing",
            "field_invalid",
            "ttl_out_of_range",
            "app_required",
            "layout_full",
            "cursor_invalid",
            "list_unreadable",
        ],
    ),
    (
        401,
        &[
            "proof_missing",
            "session_expired",
            "session_invalid",
            "key_invalid",
            "code_invalid",
            "code_used",
            "callback_unsigned",
            "callback_stale",
            "callback_other_app",
            "callback_replayed",
        ],
    ),
    (403, &["not_yourself", "role_not_allowed", "scope_missing", "banned", "user_blocked", "not_owner"]),
    (
        404,
        &[
            "route_unknown",
            "app_unknown",
            "room_unknown",
            "recording_unknown",
            "stream_unknown",
            "seat_unknown",
            "member_unknown",
            "code_unknown",
            "provider_off",
            "callback_app_unknown",
        ],
    ),
    (405, &["method_not_allowed"]),
    (
        409,
        &[
            "room_taken",
            "room_closed",
            "room_full",
            "seat_over",
            "seats_full",
            "seat_accepted",
            "seat_not_needed",
            "bans_full",
            "record_id_taken",
            "task_taken",
            "login_needed",
        ],
    ),
    (413, &["body_too_large"]),
    (415, &["media_type_unsupported"]),
    (429, &["quota_exceeded", "wechat_rate_limited"]),
    (500, &["internal", "callback_not_applied"]),
    (502, &["wechat_error", "wechat_misconfigured", "issuer_unreachable"]),
    (503, &["wechat_busy", "store_busy"]),
];

/// The status of a code word.
pub fn status(code: &str) -> Option<StatusCode> {
    let (status, _) = STATUSES.iter().find(|(_, codes)| codes.contains(&code))?;
    StatusCode::from_u16(*status).ok()
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = status(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What went wrong inside, told without saying what.
pub fn internal() -> Fault {
    Fault::new(
        "internal",
        "服务内部出错，请把请求编号（instance）告诉运维。",
        "Something failed inside; tell the operator the request id (instance).",
    )
}

/// Writes the problem. Headers that the response has already (`Allow`) stay.
pub fn write(fault: &Fault, language: Language, request_id: &str, headers: HeaderMap) -> Response {
    let status = status(fault.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let errors: Vec<_> = fault
        .fields
        .iter()
        .map(|wrong| json!({ "field": wrong.field, "code": wrong.code, "detail": language.pick(&wrong.zh, &wrong.en) }))
        .collect();
    let body = json!({
        "type": routes::explanation(fault.code),
        "title": title(status, language),
        "status": status.as_u16(),
        "detail": language.pick(&fault.zh, &fault.en),
        "instance": request_id,
        "code": fault.code,
        "errors": errors,
    });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    let mut set = |name: HeaderName, value: HeaderValue| response.headers_mut().insert(name, value);
    set(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    set(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.word()));
    set(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    set(header::VARY, HeaderValue::from_static("accept-language, referer"));
    if let Some(seconds) = fault.retry_after {
        set(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        set(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    // The old length belongs to the body that is gone.
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response
}

fn title(status: StatusCode, language: Language) -> &'static str {
    let (zh, en) = match status.as_u16() {
        400 => ("请求有误", "The request is wrong"),
        401 => ("没有有效的身份证明", "No valid proof of who calls"),
        403 => ("不允许", "Not allowed"),
        404 => ("不存在", "Not found"),
        405 => ("方法不支持", "The method is not supported"),
        409 => ("与当前状态冲突", "In conflict with the present state"),
        413 => ("请求体过大", "The body is too large"),
        415 => ("不支持的内容类型", "The content type is not supported"),
        429 => ("请求过于频繁", "Too many requests"),
        502 => ("上游服务出错", "An upstream service failed"),
        503 => ("暂时不可用", "Not available for the moment"),
        _ => ("服务内部出错", "Something failed inside"),
    };
    language.pick(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_code_word_has_one_status() {
        let words: Vec<_> = STATUSES.iter().flat_map(|(_, codes)| codes.iter()).collect();
        assert_eq!(words.len(), words.iter().collect::<HashSet<_>>().len());
        assert!(STATUSES.iter().all(|(_, codes)| codes.iter().all(|code| status(code).is_some())));
    }

    #[test]
    fn headers_of_the_answer_it_replaces_stay() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ALLOW, HeaderValue::from_static("GET"));
        let response = write(&Fault::store_busy(), Language::En, "r", headers);
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()["allow"], "GET");
        assert_eq!(response.headers()["retry-after"], "1");
        assert_eq!(response.headers()["content-language"], "en");
    }
}
