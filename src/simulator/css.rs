//! Tencent Cloud Streaming's callbacks (tencent.md section 8), signed over their own expiry.

use super::kinds::Kind;
use super::{Ask, Parts, SimulatorError, app, key, kind_number, members, overrides};
use crate::config::{Config, Css};
use crate::vendor::css::callback::sign;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const VENDOR: &str = "css";

/// A sign is good for ten minutes.
const SIGN_LIFE_SECONDS: i64 = 600;

pub(super) fn prepare(config: &Config, kind: &Kind, ask: &Ask) -> Result<Parts, SimulatorError> {
    let css = app(&config.css, ask, VENDOR, |app| app.name.clone())?;
    let secret = key(&css.callback_key, css.accept_unsigned, ask, VENDOR)?;
    let mut members = members(ask, || build(kind, ask, css))?;
    if let Some(secret) = secret {
        let expires = members.entry("t").or_insert_with(|| json!(ask.sent_at.seconds() + SIGN_LIFE_SECONDS));
        let expires = expires.as_str().map_or_else(|| expires.to_string(), str::to_owned);
        let signature = overrides::signature(&ask.set).unwrap_or_else(|| sign(secret, &expires));
        members.insert("sign".to_owned(), Value::String(signature));
    }
    let headers = vec![("content-type", "application/json".to_owned())];
    Ok((css.name.clone(), headers, Value::Object(members).to_string().into_bytes()))
}

/// What the push address carried: the record id, and who it was relayed from.
fn stream_param(ask: &Ask) -> String {
    let record = match &ask.record {
        Some(id) if id.parse::<u32>().is_ok() => format!("&cliRecoId={id}"),
        Some(id) => format!("&userdefinerecordid={id}"),
        None => String::new(),
    };
    match ask.relayed_from {
        Some(app) => format!(
            "txSecret=0&txTime=0&from=interactive&sdkappid={app}&groupid={}&userid={}{record}",
            ask.room(),
            STANDARD.encode(ask.user())
        ),
        None => format!("txSecret=0&txTime=0{record}"),
    }
}

fn build(kind: &Kind, ask: &Ask, css: &Css) -> Value {
    let (stream, domain, appid) = (ask.stream(), &css.push_domain, css.appid);
    match kind.vendor {
        "0" | "1" => {
            let mut push = json!({ "event_type": kind_number(kind), "appid": appid, "app": domain, "appname": css.app_name,
                "stream_id": stream, "channel_id": stream, "event_time": ask.at.seconds(), "sequence": ask.session(),
                "node": "198.51.100.7", "user_ip": "192.0.2.9", "stream_param": stream_param(ask), "errcode": 0,
                "errmsg": "The push request has been accepted", "set_id": 2, "width": 0, "height": 0, "idc_id": 24 });
            if kind.vendor == "0" {
                push["errcode"] = json!(1);
                push["errmsg"] = json!("The push client actively stopped the push");
                push["push_duration"] = json!((ask.at.0 - ask.began_at().0).to_string());
            }
            push
        }
        "100" => {
            let ext = json!({ "video_codec": "h264", "resolution": "720x1280", "session_id": ask.session() });
            let mut file = json!({ "event_type": 100, "appid": appid, "app": domain, "appname": css.app_name,
                "stream_id": stream, "channel_id": stream, "file_id": ask.file(), "record_file_id": ask.file(),
                "file_format": "mp4", "task_id": ask.session(), "start_time": ask.began_at().seconds(),
                "end_time": ask.at.seconds(), "start_time_usec": 316_441, "end_time_usec": 618_577,
                "duration": ask.at.seconds() - ask.began_at().seconds(), "file_size": 277_941_079, "media_start_time": 0,
                "record_bps": 0, "callback_ext": ext.to_string(), "stream_param": stream_param(ask),
                "video_url": format!("https://vod.example.test/{}.mp4", ask.file()) });
            if ask.record.is_none() && ask.relayed_from.is_none() {
                file["stream_param"] = json!("");
            }
            file
        }
        "8" => json!({ "event_type": 8, "appid": appid, "domain": domain, "path": css.app_name,
            "mix_session_id": ask.session(), "status_code": 0, "status_msg": "", "timestamp": ask.at.seconds(),
            "stream_list": [] }),
        "200" => json!({ "event_type": 200, "stream_id": stream, "channel_id": stream, "create_time": ask.at.seconds(),
            "file_size": 7520, "width": 720, "height": 1280, "pic_url": format!("/2026/{}.jpg", ask.file()),
            "pic_full_url": format!("https://pic.example.test/{}.jpg", ask.file()) }),
        "317" => json!({ "event_type": 317, "streamId": stream, "channelId": stream, "type": [1], "score": [93],
            "img": format!("https://pic.example.test/{}.jpg", ask.file()), "suggestion": "Review", "label": "Ad",
            "screenshotTime": ask.at.seconds() }),
        "321" => json!({ "event_type": 321, "appid": appid, "domain": domain, "path": css.app_name, "stream_id": stream,
            "stream_param": stream_param(ask), "sequence": ask.session(), "user_ip": "192.0.2.9", "data_time": ask.at.0,
            "report_interval": 5000, "timeout": 0, "interface": "general_callback",
            "abnormal_event": [{ "type": 6, "count": 1, "detail": [], "type_desc_en": "no video for 3 s" }] }),
        word => json!({ "event_type": 332, "appid": appid, "appname": css.app_name, "domain": domain,
            "event_time": ask.at.seconds(), "record_event": word, "task_id": ask.session(), "session_id": ask.session(),
            "record_detail": "{\"file_format\":3,\"start_model\":1,\"record_content\":1,\"source_type\":1}",
            "seq": ask.seq.unwrap_or_else(|| default_seq(word)), "stream_id": stream, "stream_param": stream_param(ask) }),
    }
}

/// A running number in the order in which the words usually come.
fn default_seq(word: &str) -> u64 {
    match word {
        "record_start_succeeded" | "record_start_failed" => 1,
        "record_paused" => 2,
        "record_resumed" => 3,
        "record_error" => 4,
        _ => 5,
    }
}
