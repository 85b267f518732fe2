//! What a request says, as extractors: `Ask` for bodies, `Params` for queries, `InPath` for path parameters, `Raw` for callbacks.
//! Bodies are read by looking at them: phones send JSON under `text/plain`, and a content type where there is no body.

use super::fields::{self, Members, Read, Values};
use super::routes::Route;
use crate::live::fault::Fault;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde_json::Value;
use std::borrow::Cow;

/// The largest body that is read.
pub const MAX_BODY: usize = 64 * 1024;

/// A JSON body. No body is the same as `{}`.
#[derive(Debug)]
pub struct Ask<T>(pub T);

impl<S: Send + Sync, T: Read> FromRequest<S> for Ask<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fault> {
        let (parts, body) = request.into_parts();
        let body = read_body(&parts.headers, body).await?;
        fields::read(&json_object(&parts.headers, &body)?).map(Self)
    }
}

/// The body as it came, under the size limit.
#[derive(Debug)]
pub struct Raw(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fault> {
        let (parts, body) = request.into_parts();
        read_body(&parts.headers, body).await.map(Self)
    }
}

/// A query. A value that is missing, empty, `null` or `undefined` is not there.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: Read> FromRequestParts<S> for Params<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        fields::read(&query(parts.uri.query().unwrap_or_default())?).map(Self)
    }
}

/// Path parameters: one text, or two.
#[derive(Debug)]
pub struct InPath<T>(pub T);

/// What path parameters are read as.
pub trait OfPath: Sized + Send {
    /// Takes them in the order of the path.
    fn take(parameters: impl Iterator<Item = Option<String>>) -> Option<Self>;
}

impl OfPath for String {
    fn take(mut parameters: impl Iterator<Item = Option<String>>) -> Option<Self> {
        parameters.next()?
    }
}

impl OfPath for (String, String) {
    fn take(mut parameters: impl Iterator<Item = Option<String>>) -> Option<Self> {
        Some((parameters.next()??, parameters.next()??))
    }
}

impl<S: Send + Sync, T: OfPath> FromRequestParts<S> for InPath<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        let template = parts.extensions.get::<&'static Route>().map_or("", |route| route.path);
        let segments = template.split('/').zip(parts.uri.path().split('/'));
        let texts = segments.filter(|(name, _)| name.starts_with('{')).map(|(_, text)| text);
        let decode = |text| percent_encoding::percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned);
        T::take(texts.map(decode)).map(Self).ok_or_else(|| {
            Fault::new("path_invalid", "路径中的参数不是有效的 UTF-8 文本。", "A parameter in the path is not valid UTF-8 text.")
        })
    }
}

async fn read_body(headers: &HeaderMap, body: Body) -> Result<Bytes, Fault> {
    let told = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|length| length > MAX_BODY as u64) {
        return Err(too_large());
    }
    axum::body::to_bytes(body, MAX_BODY).await.map_err(|error| {
        let limit = std::error::Error::source(&error).is_some_and(|e| e.is::<http_body_util::LengthLimitError>());
        if limit { too_large() } else { broken("请求体没有传完", "the body did not arrive whole") }
    })
}

fn too_large() -> Fault {
    Fault::new("body_too_large", "请求体最大 64 KiB。", "A body may have at most 64 KiB.")
}

fn broken(zh: &str, en: &str) -> Fault {
    Fault::new("body_invalid", format!("请求体有误：{zh}。"), format!("The body is wrong: {en}."))
}

/// The members of a JSON object; no body is an empty one.
pub fn json_object(headers: &HeaderMap, body: &[u8]) -> Result<Values, Fault> {
    let text = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body).trim_ascii();
    if text.is_empty() {
        return Ok(Values::new());
    }
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !text.starts_with(b"{") && !text.starts_with(b"[") && !content_type.to_ascii_lowercase().contains("json") {
        return Err(Fault::new(
            "media_type_unsupported",
            "请求体须为 JSON 对象（content-type: application/json）。",
            "The body must be a JSON object (content-type: application/json).",
        ));
    }
    match serde_json::from_slice(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(broken("须为 JSON 对象", "it must be a JSON object")),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let place = format!("第 {line} 行第 {column} 列不是有效的 JSON");
            Err(broken(&place, &format!("not valid JSON at line {line}, column {column}")))
        }
    }
}

/// A query read whole. There are few pairs, so looking at each name is the fastest way to one.
#[derive(Debug, Default)]
pub struct Query<'a>(Vec<(Cow<'a, str>, Value)>);

impl Query<'_> {
    /// As if it had been a body.
    pub fn into_values(self) -> Values {
        self.0.into_iter().map(|(name, value)| (name.into_owned(), value)).collect()
    }
}

impl Members for Query<'_> {
    fn member(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// The pairs of a query. A name given twice with different values is a list, which fields that want one value refuse.
pub fn query(text: &str) -> Result<Query<'_>, Fault> {
    // More than most have, so that it need not grow.
    let mut values = Query(Vec::with_capacity(4));
    for pair in Pairs::of(text) {
        let (name, value) = pair?;
        let value = Value::String(value.into_owned());
        match values.0.iter_mut().find_map(|(known, value)| (*known == name).then_some(value)) {
            None => values.0.push((name, value)),
            Some(Value::Array(list)) => list.push(value),
            Some(one) if *one == value => {}
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }
    Ok(values)
}

/// Refuses a query that is not percent-encoded UTF-8, also where nothing is asked of it.
pub fn readable(text: &str) -> Result<(), Fault> {
    let mut pairs = Pairs::of(text);
    if pairs.encoded { pairs.try_for_each(|pair| pair.map(|_| ())) } else { Ok(()) }
}

/// The one value of the first of these names that a query has; a fault when it has several.
pub fn in_query<'a>(text: &'a str, fields: &[&str]) -> Result<Option<Cow<'a, str>>, Fault> {
    let mut found: Option<(usize, Cow<'a, str>)> = None;
    let mut several = false;
    for pair in Pairs::of(text) {
        let (name, value) = pair?;
        let Some(rank) = fields.iter().position(|field| *field == name) else { continue };
        match &found {
            Some((best, _)) if *best < rank => {}
            Some((best, known)) if *best == rank => several |= *known != value,
            _ => (found, several) = (Some((rank, value)), false),
        }
    }
    let Some((rank, value)) = found else { return Ok(None) };
    if several {
        let field = fields.get(rank).copied().unwrap_or_default();
        let (zh, en) = (format!("{field} 只能有一个值"), format!("{field} may have one value only"));
        return Err(Fault::field(field, "malformed", zh, en));
    }
    Ok(Some(value))
}

/// Name and value of each pair that has a value.
struct Pairs<'a> {
    rest: &'a str,
    encoded: bool,
}

impl<'a> Pairs<'a> {
    fn of(text: &'a str) -> Self {
        Self { rest: text, encoded: text.bytes().any(|byte| matches!(byte, b'%' | b'+')) }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Result<(Cow<'a, str>, Cow<'a, str>), Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let (pair, rest) = cut(self.rest, b'&');
            self.rest = rest;
            let (name, value) = cut(pair, b'=');
            let read = if self.encoded {
                decoded(name).and_then(|name| Ok((name, decoded(value)?)))
            } else {
                Ok((name.into(), value.into()))
            };
            if !matches!(&read, Ok((_, value)) if matches!(&**value, "" | "null" | "undefined")) {
                return Some(read);
            }
        }
        None
    }
}

/// What stands before an ASCII mark, and what behind it.
fn cut(text: &str, mark: u8) -> (&str, &str) {
    let at = text.bytes().position(|byte| byte == mark);
    let (before, after) = at.and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""));
    (before, after.get(1..).unwrap_or_default())
}

fn decoded(text: &str) -> Result<Cow<'_, str>, Fault> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8().map(|text| Cow::Owned(text.into_owned())).map_err(|_| {
        Fault::new("query_invalid", "查询参数须为百分号编码的 UTF-8 文本。", "The query must be percent-encoded UTF-8 text.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(content_type: &str, body: &str) -> Result<Values, &'static str> {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, content_type.parse().unwrap())]);
        json_object(&headers, body.as_bytes()).map_err(|fault| fault.code)
    }

    #[test]
    fn json_is_taken_whatever_the_content_type_says() {
        for content_type in ["application/json", "text/plain", "application/x-www-form-urlencoded", "image/png"] {
            assert_eq!(object(content_type, "\u{feff} {\"a\":1}").unwrap()["a"], 1);
            assert!(object(content_type, " \n").unwrap().is_empty());
        }
    }

    #[test]
    fn a_body_that_is_no_json_object_is_refused_by_what_it_is() {
        assert_eq!(object("text/plain", "a=1"), Err("media_type_unsupported"));
        assert_eq!(object("application/json; charset=utf-8", "a=1"), Err("body_invalid"));
        assert_eq!(object("text/plain", "{\"a\":"), Err("body_invalid"));
        assert_eq!(object("application/json", "[1]"), Err("body_invalid"));
        assert_eq!(object("application/json", &"[".repeat(10_000)), Err("body_invalid"));
    }

    #[test]
    fn missing_empty_null_and_undefined_are_the_same_in_a_query() {
        assert!(query("a=&b=null&c=undefined&d&&").unwrap().0.is_empty());
    }

    #[test]
    fn one_value_is_read_from_a_query_as_the_whole_query_is() {
        let read = |text| in_query(text, &["user_id", "id_name"]).map_err(|fault| fault.code);
        assert_eq!(read("a=1&id_n%61me=%E7%9B%B4+x&id_name=&id_name=%E7%9B%B4%20x").unwrap().as_deref(), Some("直 x"));
        assert_eq!(read("id_name=null&id_names=2").unwrap(), None);
        assert_eq!(read("id_name=1&user_id=2&id_name=3").unwrap().as_deref(), Some("2"), "the first name wins, whole");
        assert_eq!(read("id_name=1&id_name=3&user_id=2").unwrap().as_deref(), Some("2"));
        assert_eq!(read("id_name=1&id_name=2&id_name=2"), Err("field_invalid"));
        assert_eq!(read("user_id=1&id_name=3&user_id=2"), Err("field_invalid"));
        assert_eq!(read("id_name=1&other=%ff"), Err("query_invalid"));
        for text in ["", "&", "=", "&&=&", "直=播", "a&b=c=d"] {
            assert_eq!(query(text).unwrap().0.len(), usize::from(text.contains(['c', '直'])), "{text}");
        }
        assert_eq!(query("b=c=d").unwrap().member("b").unwrap(), "c=d");
    }

    #[test]
    fn a_query_is_percent_encoded_utf8() {
        let read = query("n%61me=%E7%9B%B4+x&n=1&n=1").unwrap();
        assert_eq!((read.member("name").unwrap(), read.member("n").unwrap()), (&"直 x".into(), &"1".into()));
        assert_eq!(query("a=%ff").unwrap_err().code, "query_invalid");
        assert_eq!(readable("b=1&a=%ff").unwrap_err().code, "query_invalid");
        assert!(readable("n%61me=%E7%9B%B4+x&&").is_ok());
        assert!(query("a=1&a=2").unwrap().member("a").unwrap().is_array());
    }
}
