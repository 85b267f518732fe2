//! The doors vendors call. Verify the raw bytes, parse them, take the event: nothing else happens here.
//!
//! A refusal is 401 or 404 and never writes. Anything understood is 200 `{"code":0}`, also what is repeated, late or unknown;
//! 500 only when sending it again may help.

mod css;
mod trtc;
mod zego;

pub use css::receive as css;
pub use trtc::receive as trtc;
pub use zego::receive as zego;

use crate::app::App;
use crate::app::take_callback::{Answer, Proof, take};
use crate::config::keys::Keys;
use crate::http::layer::CALLBACK_SETS;
use crate::live::event::Event;
use crate::live::fault::Fault;
use crate::observe::{self, Metric, tell};
use crate::secret::Secret;
use axum::Json;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

/// An address with an app we do not have, or without the right path token.
fn unknown_address() -> Fault {
    Fault::new(
        "callback_app_unknown",
        "没有这个回调地址。请从控制台页面或 kaibo serve 的输出重新复制。",
        "There is no such callback address; copy it again from the console page or from what kaibo serve prints.",
    )
}

/// The path token must be one of those valid now.
fn check_path(app: &App, token: &str) -> Result<(), Fault> {
    let valid = app.config.callbacks.path_token.as_ref().map(|keys| keys.valid(app.now())).unwrap_or_default();
    let known = valid.iter().any(|known| bool::from(known.reveal().ct_eq(token.as_bytes())));
    if known { Ok(()) } else { Err(unknown_address()) }
}

/// The keys a vendor may have signed with now.
fn keys_now<'a>(app: &App, keys: &'a Option<Keys>) -> Vec<&'a Secret> {
    keys.as_ref().map(|keys| keys.valid(app.now())).unwrap_or_default()
}

/// Why a callback is refused, by the vendor's verifier's word.
fn refused(vendor: &'static str, word: &str, sentence: &dyn std::fmt::Display) -> Fault {
    tracing::warn!(vendor, reason = word, "a callback was refused: {sentence}");
    let (code, zh) = match word {
        "stale" => ("callback_stale", "回调的签名时间已过期，请检查服务器时钟。"),
        "other_app" => ("callback_other_app", "回调属于另一个应用，每个应用有自己的回调地址。"),
        _ => ("callback_unsigned", "回调签名不正确，请核对控制台与配置中的回调密钥。"),
    };
    Fault::new(code, zh, capitalised(&sentence.to_string()))
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

/// Takes the event and tells the vendor.
async fn answer(app: &App, event: Event, proof: Proof) -> Result<Json<Value>, Fault> {
    let (vendor, kind) = (event.provider.word(), event.kind.clone());
    match take(app, event, proof).await {
        Ok(Answer::Replayed) => Err(Fault::new(
            "callback_replayed",
            "同一签名曾用于另一个事件，已拒绝。",
            "The same signature was used for another event; refused.",
        )),
        Ok(taken) => {
            let verdict = match taken {
                Answer::Taken(verdict) => verdict.word(),
                Answer::Repeated => "repeated",
                Answer::NotKept | Answer::Replayed => "not_kept",
            };
            let metric = Metric { now: app.now(), name: "callbacks", unit: "Count", value: 1, sets: CALLBACK_SETS };
            tell!(metric, "a callback was taken", vendor = vendor, kind = kind.as_str(), verdict = verdict);
            Ok(Json(json!({ "code": 0 })))
        }
        Err(error) => {
            observe::count(app.now(), "callbacks", &[("vendor", vendor), ("verdict", "failed")], CALLBACK_SETS);
            observe::count(app.now(), "inbox_failed", &[], &[&[]]);
            tracing::error!(vendor, kind, error = %error, "a callback could not be applied");
            Err(Fault::new(
                "callback_not_applied",
                "回调暂时未能生效，请重发。",
                "The callback is not in effect yet; send it again.",
            ))
        }
    }
}
