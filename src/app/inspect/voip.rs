//! The signature of `wx.joinVoIPChat` with its inputs. The key is the user's own session_key: the one kept of the last login,
//! or one that stands with the inputs, for the command line.

use super::time::length;
use super::{Case, Report};
use crate::app::wechat::login::last_login;
use crate::secret::Secret;
use crate::vendor::wechat::voip::{VoipFault, VoipJoin, VoipRefusal, sign, time_stamp, verify};
use serde_json::{Map, Value};

/// WeChat publishes no limit; a signature is meant for one join at once.
const USED_WITHIN: i64 = 300;

/// Judges a signature.
pub(super) async fn judge(case: &Case<'_>, values: &Map<String, Value>) -> Report {
    let mut report = Report::new("voip_signature");
    let text = |one: &str, other: &str| {
        let value = values.get(one).or_else(|| values.get(other))?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let configured = case.app.config.wechat.as_ref().map(|wechat| wechat.app_id.clone()).unwrap_or_default();
    let app_id = text("appId", "app_id").or_else(|| text("appid", "appID")).unwrap_or_else(|| configured.clone());
    let group = text("groupId", "group_id").unwrap_or_default();
    let nonce = text("nonceStr", "nonce_str").unwrap_or_default();
    let time = text("timeStamp", "time_stamp").or_else(|| text("timestamp", "time")).unwrap_or_default();
    let signature = text("signature", "sign").unwrap_or_default();
    report.tell("app_id", app_id.clone());
    report.tell("group_id", group.clone());
    report.tell("nonce_str", nonce.clone());
    report.tell("time_stamp", time.clone());
    // The same checks as before signing; any key will do for them.
    let seconds = time_stamp(&time);
    let join = VoipJoin { app_id: &app_id, group_id: &group, nonce: &nonce, time_stamp: *seconds.as_ref().unwrap_or(&1) };
    let unfit = seconds.err().or_else(|| sign(&Secret::from("-"), &join).err());
    if let Some(refusal) = unfit {
        refused(&mut report, refusal);
        return report;
    }
    let key = match (text("sessionKey", "session_key"), case.user()) {
        (Some(key), _) if key != "null" => Some(Secret::from(key.as_str())),
        (_, Some(user)) => last_login(case.app, user).await.ok().map(|kept| kept.session_key),
        _ => None,
    };
    let Some(key) = key else {
        let zh = "没有该用户的 session_key，无法核对：给出登录过的 user_id。";
        let en = "No session_key is known to check with: give the user_id of someone who logged in.";
        report.fault("session_key", "key_unknown", zh, en);
        return report;
    };
    match verify(&key, &app_id, &group, &nonce, &time, &signature) {
        Err(fault) => unproven(&mut report, fault),
        Ok(()) if !configured.is_empty() && app_id != configured => {
            let en = format!("It is for {app_id}; this mini program is {configured}.");
            report.fault("app_id", "app_id_mismatch", format!("签给了 {app_id}，本小程序是 {configured}。"), en);
        }
        Ok(()) if case.room().is_some_and(|room| room != group) => {
            let en = format!("It opens group {group}, another one than asked for.");
            report.fault("group_id", "room_mismatch", format!("签给了 {group}，不是要进的房间。"), en);
        }
        Ok(()) => warn_of_age(&mut report, time.parse().unwrap_or_default(), case.now()),
    }
    report
}

fn warn_of_age(report: &mut Report, made: i64, now: i64) {
    report.issued("time_stamp", made, now);
    let age = now.saturating_sub(made);
    if age > USED_WITHIN {
        let (zh, en) = length(age);
        let en = format!("It was made {en} ago; sign anew for each join, WeChat publishes no life.");
        report.warn("time_stamp", "late", format!("签名于 {zh}前；每次加入前都应重新签名，微信没有公布有效期。"), en);
    }
}

fn refused(report: &mut Report, refusal: VoipRefusal) {
    match refusal {
        VoipRefusal::TimestampNotSeconds => report.milliseconds("time_stamp"),
        VoipRefusal::TimestampInvalid => {
            report.fault(
                "time_stamp",
                "malformed",
                "timeStamp 不是正整数秒。",
                "timeStamp is not a positive whole number of Unix seconds.",
            );
        }
        VoipRefusal::NonceTooLong | VoipRefusal::NonceEmpty | VoipRefusal::NonceNotAscii => {
            report.fault(
                "nonce_str",
                "malformed",
                "nonceStr 须为 1 到 127 个 ASCII 字符。",
                "nonceStr must be 1 to 127 ASCII characters.",
            );
        }
        VoipRefusal::GroupEmpty | VoipRefusal::SessionMissing => {
            report.fault("group_id", "malformed", "groupId 为空。", "groupId is empty.");
        }
    }
}

fn unproven(report: &mut Report, fault: VoipFault) {
    let zh = match fault {
        VoipFault::Milliseconds => return report.milliseconds("time_stamp"),
        VoipFault::DecodedKey => "session_key 被 base64 解码了：HMAC 的密钥就是它的文本。",
        VoipFault::NotSorted => "四个值没有排序就拼接了：先按字典序排序。",
        VoipFault::UpperCase => "签名正确但用了大写：微信要小写十六进制。",
        VoipFault::MadeByWechat => "这是微信 getvoipsign 生成的签名，只有微信能核对。",
        VoipFault::Other => "签名不符：session_key 多半早于用户最近一次 wx.login，或某个值不同。",
    };
    report.fault("signature", fault.code(), zh, super::zego::sentence(&fault.to_string()));
}
