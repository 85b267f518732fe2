//! ZEGO's tokens: 01, which names neither app nor user and is proven only with both, and the sealed 03 and 04.

mod login;
mod sealed;

pub(super) use login::login_token;
pub(super) use sealed::sealed_token;

use super::form::Pasted;
use super::{Case, Report};
use crate::vendor::zego::fault::{Fault, Warning};

/// What copying did to a token, as warnings.
pub(super) fn tell_pasting(report: &mut Report, pasted: &Pasted) {
    if pasted.quoted {
        report.warn(
            "text",
            "quoted",
            "文本外有引号，已忽略；使用时请去掉。",
            "Quotes around it were left out; use it without them.",
        );
    }
    if pasted.line_breaks {
        report.warn(
            "text",
            "line_breaks",
            "文本中有换行，已忽略；使用时请去掉。",
            "Line breaks were left out; use it in one line.",
        );
    }
    if pasted.percent_encoded {
        report.warn(
            "text",
            "percent_encoded",
            "文本经过百分号编码，已解码；放进登录参数时应为原文。",
            "It was percent-encoded and is judged decoded; a login parameter takes it plain.",
        );
    }
}

/// The token in ZEGO's alphabet, and whether it had to be mended.
fn mended(report: &mut Report, token: &str) -> String {
    if token.contains(' ') {
        report.fault(
            "token",
            "wrong_alphabet",
            "+ 变成了空格：token 放进地址时要百分号编码（encodeURIComponent）。",
            "A + became a blank: percent-encode the token where it goes into an address (encodeURIComponent).",
        );
    } else if token.contains(['-', '_']) {
        report.fault(
            "token",
            "wrong_alphabet",
            "用了 URL 安全的 base64；ZEGO 只认标准 base64（+ / 和 =）。",
            "URL-safe base64 was used; ZEGO takes the standard alphabet (+ / and =) only.",
        );
    }
    token.replace([' ', '-'], "+").replace('_', "/")
}

impl Report {
    /// A vendor's fault in both languages.
    fn zego_fault(&mut self, fault: &Fault, now: i64) {
        let field = fault.field();
        match fault {
            Fault::Expired { expires, .. } => self.expired(field, *expires, now),
            Fault::Milliseconds { .. } => self.milliseconds(field),
            other => self.fault(field, other.code(), chinese(other), sentence(&other.to_string())),
        }
    }

    fn zego_warning(&mut self, warning: Warning) {
        let (field, zh) = match warning {
            Warning::NonceLength { length } => ("nonce", format!("nonce 有 {length} 个字符；文档写的是 16 个，ZEGO 也接受。")),
            Warning::PayloadNotPrivileges => ("payload", "payload 不是权限文本；只有开启权限校验的项目才检查它。".to_owned()),
            Warning::UserIdLong => ("user_id", "用户 id 超过 64 个字符，ZEGO 的部分服务会拒绝。".to_owned()),
        };
        self.warn(field, warning.code(), zh, sentence(&warning.to_string()));
    }
}

fn chinese(fault: &Fault) -> String {
    match fault {
        Fault::Malformed { field: "token", .. } => "不是完整的 token：请整段复制。".to_owned(),
        Fault::Malformed { field, .. } => format!("{field} 缺失或类型不对。"),
        Fault::WrongAlphabet => "用了 URL 安全的 base64；ZEGO 只认标准 base64。".to_owned(),
        Fault::UnsupportedVersion { found, known } => format!("版本 {found} 不受支持，可用 {known}。"),
        Fault::BadSignature { .. } => "签名不符：核对 app_id、密钥和登录用的用户 id。".to_owned(),
        Fault::KeyUnknown => "这里没有该应用的密钥，无法核对。".to_owned(),
        Fault::AppIdMismatch { found, wanted } => format!("token 属于应用 {found}，不是 {wanted}。"),
        Fault::IdentifierMismatch { found } => format!("token 签给了用户 {found}，必须与登录用的 id 一致。"),
        Fault::RoomMismatch { found } => format!("token 只能进房间 {found}。"),
        Fault::Expired { .. } | Fault::Milliseconds { .. } => String::new(),
    }
}

/// A vendor error's text as a sentence; a name of a field keeps its spelling.
pub(super) fn sentence(text: &str) -> String {
    let word = text.split([' ', ';']).next().unwrap_or_default();
    let name = word.chars().any(|c| c.is_uppercase() || c == '_');
    let mut letters = text.chars();
    let first: String =
        letters.next().into_iter().flat_map(|c| if name { vec![c] } else { c.to_uppercase().collect() }).collect();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

impl Case<'_> {
    /// The configured apps a token may be of: the one asked for, or all.
    fn zego_apps(&self) -> Vec<&crate::app::signers::ZegoSigner> {
        let fits = |id: u32| self.asked.app_id.is_none_or(|asked| asked == id);
        self.app.signers.zego.iter().filter(|app| fits(app.app_id)).collect()
    }
}
