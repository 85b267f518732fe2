//! One step of the doctor, and how steps are printed.

use serde::Serialize;
use serde_json::{Value, json};

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing to do.
    Ok,
    /// It works, and something is odd.
    Warn,
    /// It cannot work.
    Fail,
    /// It was not looked at.
    Skip,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// What was looked at: `settings`, `keys`, `clock`, `store`, `callbacks`, `url`, `whitelist`, `paste`, `tls`, `categories`.
    pub step: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// What to know or do.
    pub sentence: String,
    /// More, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

impl Step {
    fn new(step: &'static str, verdict: Verdict, sentence: impl Into<String>) -> Self {
        Self { step, verdict, sentence: sentence.into(), details: None }
    }

    /// Nothing to do.
    pub fn ok(step: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(step, Verdict::Ok, sentence)
    }

    /// Something is odd.
    pub fn warn(step: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(step, Verdict::Warn, sentence)
    }

    /// It cannot work.
    pub fn fail(step: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(step, Verdict::Fail, sentence)
    }

    /// Not looked at.
    pub fn skip(step: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(step, Verdict::Skip, sentence)
    }

    /// The same, with more for programs.
    pub fn with(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }
}

impl Verdict {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }
}

/// One line a step; a sentence of several lines is indented below it.
pub fn lines(steps: &[Step]) -> String {
    let line = |step: &Step| {
        let sentence = step.sentence.replace('\n', "\n                  ");
        format!("{:<5} {:<11} {sentence}\n", step.verdict.word(), step.step)
    };
    let count = |verdict| steps.iter().filter(|step| step.verdict == verdict).count();
    let all: String = steps.iter().map(line).collect();
    format!(
        "{all}\n{} ok, {} to look at, {} failed, {} not looked at\n",
        count(Verdict::Ok),
        count(Verdict::Warn),
        count(Verdict::Fail),
        count(Verdict::Skip)
    )
}

/// One document.
pub fn json(steps: &[Step]) -> String {
    let ok = steps.iter().all(|step| step.verdict != Verdict::Fail);
    format!("{:#}\n", json!({ "ok": ok, "steps": steps }))
}
