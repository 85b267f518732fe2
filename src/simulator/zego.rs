//! ZEGO's callbacks (zego.md section 5): numbers and texts as its samples have them, signed over timestamp and nonce.

use super::kinds::Kind;
use super::{Ask, Parts, SimulatorError, app, key, kind_number, members, overrides};
use crate::config::Config;
use crate::live::time::UnixMs;
use crate::vendor::zego::callback::sign;
use serde_json::{Value, json};

const VENDOR: &str = "zego";

pub(super) fn prepare(config: &Config, kind: &Kind, ask: &Ask) -> Result<Parts, SimulatorError> {
    let zego = app(&config.zego, ask, VENDOR, |app| app.app_id.to_string())?;
    let secret = key(&zego.callback_secret, false, ask, VENDOR)?.ok_or(SimulatorError::KeyMissing(VENDOR))?;
    let mut members = members(ask, || build(kind, ask))?;
    let cloud = members.contains_key("event_type");
    // Room events and cloud recording have the app as a number, the others as text.
    let as_number = cloud || matches!(kind.vendor, "room_create" | "room_close");
    let app_id = if as_number { json!(zego.app_id) } else { json!(zego.app_id.to_string()) };
    members.entry(if cloud { "app_id" } else { "appid" }).or_insert(app_id);
    let stamp = ask.sent_at.seconds();
    let stamp = if matches!(kind.vendor, "room_create" | "room_close") { json!(stamp) } else { json!(stamp.to_string()) };
    members.entry("timestamp").or_insert(stamp);
    members.entry("nonce").or_insert_with(|| json!(ask.nonce.to_string()));
    let text = |name: &str| members.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let signature = overrides::signature(&ask.set)
        .unwrap_or_else(|| sign(secret, &text("timestamp").unwrap_or_default(), &text("nonce").unwrap_or_default()));
    members.insert("signature".to_owned(), Value::String(signature));
    let headers = vec![("content-type", "application/json".to_owned())];
    Ok((zego.app_id.to_string(), headers, Value::Object(members).to_string().into_bytes()))
}

fn ms(at: UnixMs) -> String {
    at.0.to_string()
}

fn build(kind: &Kind, ask: &Ask) -> Value {
    let (room, user, stream, session) = (ask.room(), ask.user(), ask.stream(), ask.session());
    let number: Value = session.parse::<u64>().map_or_else(|_| json!(session), |n| json!(n));
    let seq = |first: u64| ask.seq.unwrap_or(first).to_string();
    match kind.vendor {
        "room_create" => json!({ "event": "room_create", "room_id": room, "room_session_id": number,
            "room_create_time": ms(ask.at), "id_name": user }),
        "room_close" => json!({ "event": "room_close", "room_id": room, "room_session_id": number, "close_reason": 0,
            "room_close_time": ms(ask.at) }),
        "room_login" => json!({ "event": "room_login", "room_id": room, "room_name": "", "room_seq": session,
            "user_account": user, "user_nickname": user, "session_id": "792148503087288320", "login_time": ms(ask.at),
            "user_role": "1", "auth_level": "1", "relogin": "0", "user_update_seq": seq(1), "callback_data": "", "term_type": "7" }),
        "room_logout" => json!({ "event": "room_logout", "room_id": room, "room_seq": session, "user_account": user,
            "user_nickname": user, "session_id": "792148503087288320", "login_time": ms(ask.began_at()),
            "logout_time": ms(ask.at), "reason": "0", "user_role": "1", "user_update_seq": seq(2) }),
        "stream_create" => json!({ "event": "stream_create", "room_id": room, "room_session_id": session, "user_id": user,
            "user_name": user, "channel_id": room, "stream_id": stream, "stream_sid": "s-1", "title": "",
            "stream_alias": stream, "stream_attr": "{\"cid\":0}", "stream_seq": seq(1),
            "create_time": ask.at.seconds().to_string(), "create_time_ms": ms(ask.at), "extra_info": "", "recreate": "0",
            "publish_id": user, "publish_name": user, "rtmp_url": [format!("rtmp://play.example.test/live/{stream}")],
            "hls_url": [], "hdl_url": [], "pic_url": [] }),
        "stream_close" => json!({ "event": "stream_close", "room_id": room, "room_session_id": session, "user_id": user,
            "user_name": user, "channel_id": room, "type": "0", "stream_alias": stream, "stream_id": stream,
            "stream_sid": "s-1", "stream_seq": seq(2), "third_define_data": "", "create_time_ms": ms(ask.began_at()),
            "destroy_timemillis": ms(ask.at) }),
        "record" => {
            let extra =
                json!({ "TaskId": session, "FileID": ask.file(), "Duration": (ask.at.0 - ask.began_at().0) as f64 / 1000.0 });
            json!({ "event": "record", "stream_alias": stream,
                "replay_url": format!("https://vod.example.test/{stream}/{}.mp4", ask.file()),
                "begin_time": ask.began_at().seconds().to_string(), "end_time": ask.at.seconds().to_string(),
                "extra_params": extra.to_string() })
        }
        name @ ("mix_start" | "mix_stop") => json!({ "event": name, "seq": seq(if name == "mix_start" { 1 } else { 2 }),
            "task_id": format!("mix-{room}"), "channel_id": room, "publish_id": user,
            "mix_url": format!("rtmp://mix.example.test/live/mix-{stream}"), "mix_stream_alias": format!("mix-{stream}"),
            "stream_alias": format!("mix-{stream}") }),
        _ => cloud(kind, ask),
    }
}

fn cloud(kind: &Kind, ask: &Ask) -> Value {
    let number = kind_number(kind);
    let detail = match number {
        1 => json!({ "upload_status": 1, "file_info": [{ "user_id": ask.user(), "user_name": ask.user(),
            "stream_id": ask.stream(), "file_id": ask.file(), "video_id": "",
            "file_url": format!("https://vod.example.test/{}.mp4", ask.file()), "output_file_format": "mp4",
            "file_size": 25_349_026, "duration": ask.at.0 - ask.began_at().0, "resolution_width": 720,
            "resolution_height": 1280, "media_track_type": 3, "begin_timestamp": ask.began_at().0, "status": 3 }] }),
        2 => json!({ "quit_reason": 6 }),
        102 => json!({ "m3u8_url": format!("https://vod.example.test/{}.m3u8", ask.file()) }),
        _ => json!({}),
    };
    json!({ "task_id": ask.session(), "room_id": ask.room(), "event_type": number, "message": "",
        "sequence": ask.seq.unwrap_or_else(|| u64::try_from(number).unwrap_or_default()), "detail": detail })
}
