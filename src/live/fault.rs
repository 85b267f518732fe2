//! What went wrong, as a stable word for programs and one sentence in each language for people.
//! The status belongs to `http/problem.rs`; nothing secret belongs in a sentence.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {en}")]
pub struct Fault {
    /// The stable word.
    pub code: &'static str,
    /// The sentence in Chinese.
    pub zh: String,
    /// The sentence in English.
    pub en: String,
    /// Each wrong field.
    pub fields: Vec<FieldFault>,
    /// When to try again, in seconds.
    pub retry_after: Option<u32>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// Its name as sent.
    pub field: String,
    /// The stable word: `missing`, `malformed`, `too_long`, `too_short`, `out_of_range`, `unknown_value`.
    pub code: &'static str,
    /// The sentence in Chinese.
    pub zh: String,
    /// The sentence in English.
    pub en: String,
}

impl Fault {
    /// A refusal with its sentences.
    pub fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, zh: zh.into(), en: en.into(), fields: Vec::new(), retry_after: None }
    }

    /// The same, with the time to wait.
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Wrong fields in a request.
    pub fn fields(fields: Vec<FieldFault>) -> Self {
        let code = if fields.iter().all(|f| f.code == "missing") { "field_missing" } else { "field_invalid" };
        let join = |pick: fn(&FieldFault) -> &str, comma: &str| fields.iter().map(pick).collect::<Vec<_>>().join(comma);
        Self {
            code,
            zh: format!("请求有误：{}。", join(|f| f.zh.trim_end_matches('。'), "；")),
            en: format!("The request is wrong: {}.", join(|f| f.en.trim_end_matches('.'), "; ")),
            fields,
            retry_after: None,
        }
    }

    /// One wrong field.
    pub fn field(field: impl Into<String>, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::fields(vec![FieldFault { field: field.into(), code, zh: zh.into(), en: en.into() }])
    }

    /// A field that must be there and is not.
    pub fn missing(field: &str) -> Self {
        Self::field(field, "missing", format!("缺少 {field}"), format!("{field} is missing"))
    }

    /// The store did not answer; nothing is known to be wrong with the request.
    pub fn store_busy() -> Self {
        Self::new("store_busy", "存储暂时繁忙，请稍后重试。", "The store is busy; try again shortly.").retry_after(1)
    }
}
