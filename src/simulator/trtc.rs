//! Tencent RTC's callbacks (tencent.md section 9), signed over their raw bytes.

use super::kinds::Kind;
use super::{Ask, Parts, SimulatorError, app, key, kind_number, members, overrides};
use crate::config::Config;
use crate::vendor::trtc::callback::sign;
use serde_json::{Value, json};

const VENDOR: &str = "trtc";

pub(super) fn prepare(config: &Config, kind: &Kind, ask: &Ask) -> Result<Parts, SimulatorError> {
    let trtc = app(&config.trtc, ask, VENDOR, |app| app.sdk_app_id.to_string())?;
    let secret = key(&trtc.callback_key, trtc.accept_unsigned, ask, VENDOR)?;
    let body = match (&ask.body, ask.set.is_empty()) {
        // The sign covers the bytes: a body of one's own goes out as it is.
        (Some(own), true) => own.clone(),
        _ => Value::Object(members(ask, || build(kind, ask))?).to_string().into_bytes(),
    };
    let mut headers = vec![("content-type", "application/json".to_owned()), ("sdkappid", trtc.sdk_app_id.to_string())];
    if let Some(secret) = secret {
        headers.push(("sign", overrides::signature(&ask.set).unwrap_or_else(|| sign(secret, &body))));
    }
    Ok((trtc.sdk_app_id.to_string(), headers, body))
}

fn build(kind: &Kind, ask: &Ask) -> Value {
    let number = kind_number(kind);
    let room: Value = ask.room().parse::<u32>().map_or_else(|_| json!(ask.room()), |n| json!(n));
    let mut info = json!({ "RoomId": room, "EventTs": ask.at.seconds(), "EventMsTs": ask.at.0, "UserId": ask.user() });
    match number {
        101 | 102 | 701 | 702 => {}
        103 => (info["Role"], info["TerminalType"], info["UserType"], info["Reason"]) = (json!(20), json!(3), json!(2), json!(1)),
        104 => (info["Role"], info["Reason"]) = (json!(20), json!(1)),
        105 => info["Role"] = json!(21),
        201..=206 => info["Reason"] = json!(0),
        401 => {
            info["TaskId"] = json!(ask.session());
            info["RoomType"] = json!(i32::from(ask.room().parse::<u32>().is_err()));
            info["Payload"] =
                json!({ "Url": "rtmp://push.example.test/live/relay", "Status": 2, "ErrorCode": 0, "ErrorMsg": "" });
        }
        _ => {
            info["UserId"] = json!("recorder_10000001");
            info["TaskId"] = json!(ask.session());
            info["Payload"] = payload(number, ask);
        }
    }
    json!({ "EventGroupId": number / 100, "EventType": number, "CallbackTs": ask.sent_at.0, "EventInfo": info })
}

fn payload(number: i64, ask: &Ask) -> Value {
    let name = format!("{}.mp4", ask.file());
    match number {
        302 | 305 => json!({ "LeaveCode": 0 }),
        304 => json!({ "FileList": format!("{}.m3u8", ask.file()) }),
        307 => json!({ "FileName": name, "UserId": ask.user(), "TrackType": "audio_video", "BeginTimeStamp": ask.began_at().0 }),
        309 => json!({ "Url": "https://pic.example.test/background.png" }),
        310 => json!({ "Status": 0, "FileList": [name], "FileMessage": [{ "FileName": name, "UserId": ask.user(),
            "TrackType": "audio_video", "MediaId": "main", "StartTimeStamp": ask.began_at().0, "EndTimeStamp": ask.at.0 }] }),
        311 => json!({ "Status": 0, "Errmsg": "", "TencentVod": { "UserId": ask.user(), "TrackType": "audio_video",
            "MediaId": "main", "FileId": ask.file(), "VideoUrl": format!("https://vod.example.test/{name}"), "CacheFile": name,
            "StartTimeStamp": ask.began_at().0, "EndTimeStamp": ask.at.0 } }),
        _ => json!({ "Status": 0 }),
    }
}
