//! userSig and privateMapKey, of both algorithms. A ticket names its app, so the keys to judge it by are found by that.

use super::form::Pasted;
use super::time::LAST_SECOND;
use super::zego::{sentence, tell_pasting};
use super::{Case, Report};
use crate::secret::Secret;
use crate::vendor::trtc::keys::{EcdsaPublicKey, HmacKey, TicketKey};
use crate::vendor::trtc::ticket::{Kind, Ticket, Version, diagnose};
use crate::vendor::trtc::verify::{Expectations, Fault};
use serde_json::{Value, json};

/// Judges a ticket for the user, app and room of the question.
pub(super) fn judge(case: &Case<'_>, pasted: &Pasted) -> Report {
    let seen = diagnose(&pasted.text);
    let text = pasted.text.replace(' ', "+");
    let opened = Ticket::open(&text);
    let is_key = opened.as_ref().is_ok_and(|ticket| ticket.kind() == Kind::PrivateMapKey);
    let mut report = Report::new(if is_key { "private_map_key" } else { "user_sig" });
    tell_pasting(&mut report, pasted);
    if seen.plus_became_space {
        report.fault(
            "text",
            "wrong_alphabet",
            "+ 变成了空格：用了标准 base64 又未编码就放进地址。Tencent 用 * - _ 代替 + / =。",
            "A + became a blank: standard base64 went through an address unescaped. Tencent writes * - _ for + / =.",
        );
    } else if seen.standard_base64 {
        report.warn(
            "text",
            "wrong_alphabet",
            "用了标准 base64；能读，但放进地址会被改动。Tencent 用 * - _ 代替 + / =。",
            "Standard base64 was used; it can be read, but an address would change it. Tencent writes * - _ for + / =.",
        );
    }
    match opened {
        Ok(ticket) => judged(case, &mut report, &ticket),
        Err(Fault::UnsupportedVersion) => report.fault(
            "TLS.ver",
            "unsupported_version",
            "TLS.ver 不认识：v1（ECDSA）没有它，v2（HMAC）为 2.0。",
            "TLS.ver is unknown: version 1 (ECDSA) has none, version 2 (HMAC) says 2.0.",
        ),
        Err(_) if seen.truncated => {
            report.fault(
                "text",
                "malformed",
                "被截断：末尾缺失，请整段复制。",
                "It is cut short, the end is missing; copy all of it.",
            );
        }
        Err(_) => report.fault(
            "text",
            "malformed",
            "不是完整的 userSig 或 privateMapKey：解不开，或缺少字段。",
            "This is no whole userSig or privateMapKey: it does not unfold, or a member is missing.",
        ),
    }
    report
}

fn judged(case: &Case<'_>, report: &mut Report, ticket: &Ticket) {
    let said = ticket.decoded();
    if let Ok(Value::Object(mut members)) = serde_json::to_value(&said) {
        members.remove("kind");
        if let Some(privileges) = said.privileges {
            members.insert("privilege_words".to_owned(), json!(privileges.words()));
        }
        report.decoded = Some(members);
    }
    let wanted = case.asked.app_id.unwrap_or(said.sdkappid);
    let app = case.app.signers.trtc.iter().find(|app| app.sdk_app_id == wanted);
    let room = case.tencent_room();
    let holds = |hmac: &[&HmacKey], ecdsa: &[&EcdsaPublicKey]| {
        let expected = Expectations {
            kind: None,
            user_id: case.user(),
            sdk_app_id: case.asked.app_id,
            room: room.as_ref(),
            hmac,
            ecdsa,
            now_seconds: case.now(),
        };
        ticket.judge(&expected)
    };
    let (hmac, ecdsa) = app.map(|app| keys(app.keys.valid(case.at), app.public.valid(case.at))).unwrap_or_default();
    let verdict = holds(&hmac, &ecdsa);
    let issued = said.issued_at.seconds();
    match verdict {
        Ok(()) | Err(Fault::Expired | Fault::RoomMismatch) if issued > LAST_SECOND => report.milliseconds("TLS.time"),
        Ok(()) => report.issued("TLS.time", issued, case.now()),
        Err(Fault::Expired) => report.expired("TLS.expire", said.expires_at.seconds(), case.now()),
        Err(Fault::BadSignature) => {
            let made_by = |hmac: &[&HmacKey], ecdsa: &[&EcdsaPublicKey]| {
                !matches!(holds(hmac, ecdsa), Err(Fault::BadSignature | Fault::UnsupportedVersion | Fault::KeyUnknown))
            };
            let (zh, en) = why(case, wanted, made_by);
            report.fault("TLS.sig", "bad_signature", zh, en);
        }
        Err(Fault::UnsupportedVersion) => {
            let (has, is) = match said.version {
                Version::One => ("HMAC (v2)", "ECDSA (v1)"),
                Version::Two => ("ECDSA (v1)", "HMAC (v2)"),
            };
            report.fault(
                "TLS.ver",
                "unsupported_version",
                format!("这是 {is} 签名，而该应用配置的是 {has}：v1 与 v2 混用了，请对照控制台。"),
                format!("It is signed with {is} and the app is configured for {has}: v1 and v2 are mixed, compare the console."),
            );
        }
        Err(Fault::RoomMismatch) => report.fault(
            "room_id",
            "room_mismatch",
            "privateMapKey 签给了另一个房间；注意数字房间 12 与文本房间 \"12\" 是两个房间。",
            "The privateMapKey opens another room; mind that room 12 and room \"12\" are two rooms.",
        ),
        Err(fault) => {
            let (field, zh) = match fault {
                Fault::IdentifierMismatch => {
                    ("TLS.identifier", format!("签给了用户 {}，与登录或 userbuf 中的用户不同。", said.identifier))
                }
                Fault::SdkappidMismatch => ("TLS.sdkappid", format!("签给了 SDKAppID {}，与要用的不同。", said.sdkappid)),
                Fault::KeyUnknown => ("TLS.sig", format!("这里没有 SDKAppID {wanted} 的密钥，无法核对。")),
                _ => ("TLS.userbuf", "userbuf 读不出来。".to_owned()),
            };
            report.fault(field, fault.code(), zh, sentence(&fault.to_string()));
        }
    }
}

fn keys<'a>(of: Vec<&'a TicketKey>, public: Vec<&'a EcdsaPublicKey>) -> (Vec<&'a HmacKey>, Vec<&'a EcdsaPublicKey>) {
    let mut hmac = Vec::new();
    let mut ecdsa = public;
    for key in of {
        match key {
            TicketKey::Hmac(key) => hmac.push(key),
            TicketKey::Ecdsa(key) => ecdsa.push(key.public()),
        }
    }
    (hmac, ecdsa)
}

/// The usual reasons of a signature that does not fit.
fn why(case: &Case<'_>, wanted: u32, made_by: impl Fn(&[&HmacKey], &[&EcdsaPublicKey]) -> bool) -> (String, String) {
    for app in &case.app.signers.trtc {
        let (hmac, ecdsa) = keys(app.keys.all(), app.public.all());
        if made_by(&hmac, &ecdsa) {
            let id = app.sdk_app_id;
            return if id == wanted {
                (
                    "用了该应用已停用或尚未启用的密钥。".into(),
                    "It was made with a key of this app that is not in use at this time.".into(),
                )
            } else {
                (format!("用了 SDKAppID {id} 的密钥。"), format!("It was made with the key of SDKAppID {id}."))
            };
        }
    }
    for app in &case.app.config.trtc {
        for secret in app.secret_key.iter().flat_map(|keys| keys.all()) {
            for (zh, en, wrong) in wrong_forms(&secret.value) {
                if HmacKey::new(&wrong).is_ok_and(|key| made_by(&[&key], &[])) {
                    return (zh.into(), en.into());
                }
            }
        }
        for key in app.callback_key.iter().flat_map(|keys| keys.all()) {
            if HmacKey::new(&key.value).is_ok_and(|key| made_by(&[&key], &[])) {
                return (
                    "用了回调密钥，应使用 SDKSecretKey。".into(),
                    "It was made with the callback key; use SDKSecretKey.".into(),
                );
            }
        }
    }
    (
        "签名不符：密钥属于另一个应用或已更换，或签名后内容被改动。".into(),
        "The signature does not fit: the key is of another app or outdated, or something changed after signing.".into(),
    )
}

/// A secret as people wrongly use it.
fn wrong_forms(secret: &Secret) -> Vec<(&'static str, &'static str, Secret)> {
    let text = secret.reveal_text().trim();
    let mut forms = vec![
        ("密钥的大小写变了。", "The key's case was changed.", Secret::from(text.to_uppercase().as_str())),
        ("密钥末尾带了换行。", "The key was used with a line break at its end.", Secret::from(format!("{text}\n").as_str())),
    ];
    if let Ok(bytes) = hex::decode(text) {
        let zh = "密钥被当作十六进制解码了：应直接使用其文本。";
        forms.push((zh, "The key was hex-decoded; its text is the key.", Secret::new(bytes)));
    }
    forms
}
