//! The main story, told from outside: the program starts in an empty folder, a phone gets a token, opens a room and gets a ticket,
//! vendors call back, and the recording is found by its record id. Credentials are checked by the vendors' own procedures,
//! written here from their documents and not with our code.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "it/harness.rs"]
mod harness;
#[path = "it/program.rs"]
mod program;
#[path = "it/wire.rs"]
mod wire;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use harness::Request;
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use program::Program;
use serde_json::{Value, json};
use sha2::Sha256;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

struct Story {
    program: Program,
    keys: toml::Table,
}

impl Story {
    /// `kaibo` without a word, in an empty folder.
    fn start() -> Self {
        let program = Program::start_in(tempfile::tempdir().unwrap(), &[], Stdio::null());
        let keys = std::fs::read_to_string(program.folder.path().join("data/kaibo.demo.toml")).unwrap();
        Self { program, keys: toml::from_str(&keys).unwrap() }
    }

    fn line(&self, start: &str) -> String {
        let line =
            self.program.screen.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_else(|| panic!("{start}"));
        line.trim_start()[start.len()..].trim().split(' ').next().unwrap().to_owned()
    }

    fn key(&self, section: &str, name: &str) -> String {
        self.keys[section][0][name].as_str().unwrap().to_owned()
    }

    /// As a page calls: `statusCode` and `data` of the answer.
    fn call(&self, options: Value) -> Value {
        let wire = wire::wire(&options);
        let address = self.line("address").trim_start_matches("http://").parse().unwrap();
        let mut request = Request::to(address, &wire.method, &wire.url)
            .header("content-type", &wire.content_type)
            .header("referer", "https://servicewechat.com/wx0123456789abcdef/0/page-frame.html");
        for (name, value) in &wire.headers {
            request = request.header(name, value);
        }
        let answer = request.body(wire.body.unwrap_or_default()).exchange();
        json!({ "statusCode": answer.status, "data": wire::data(&answer.text(), "json") })
    }
}

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn sha1_hex(text: &str) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
}

/// zego.md section 2, steps 1 to 7 backwards.
fn check_login_token(token: &str, app_id: u64, app_key: &str, id_name: &str) {
    let document: Value = serde_json::from_slice(&STANDARD.decode(token).unwrap()).unwrap();
    let cleaned: String = app_key.replace("0x", "").replace(',', "");
    let (nonce, expired) = (document["nonce"].as_str().unwrap(), document["expired"].as_i64().unwrap());
    let text = format!("{app_id}{}{id_name}{nonce}{expired}", &cleaned[..32]);
    assert_eq!(document["hash"], hex::encode(Md5::digest(text)), "{document}");
    assert_eq!((document["ver"].as_i64(), nonce.len()), (Some(1), 16));
    assert!((now() + 1700..=now() + 1801).contains(&expired));
}

/// tencent.md section 4 for version 2; answers the document.
fn check_tencent_ticket(ticket: &str, secret: &str, sdk_app_id: u64, user_id: &str) -> Value {
    let standard = ticket.replace('*', "+").replace('-', "/").replace('_', "=");
    let mut json = String::new();
    let zipped = STANDARD.decode(standard).unwrap();
    flate2::read::ZlibDecoder::new(zipped.as_slice()).read_to_string(&mut json).unwrap();
    let document: Value = serde_json::from_str(&json).unwrap();
    let mut text = format!(
        "TLS.identifier:{user_id}\nTLS.sdkappid:{sdk_app_id}\nTLS.time:{}\nTLS.expire:{}\n",
        document["TLS.time"], document["TLS.expire"]
    );
    if let Some(userbuf) = document["TLS.userbuf"].as_str() {
        text.push_str(&format!("TLS.userbuf:{userbuf}\n"));
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    assert_eq!(document["TLS.sig"], STANDARD.encode(mac.finalize().into_bytes()), "{document}");
    assert_eq!((document["TLS.ver"].as_str(), document["TLS.identifier"].as_str()), (Some("2.0"), Some(user_id)));
    document
}

/// The printed calls work when pasted into a shell.
fn paste(line: &str) -> String {
    let done = Command::new("sh").args(["-c", &format!("{} -sS", line.trim())]).output().unwrap();
    assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn the_first_screen_is_the_first_success() {
    let story = Story::start();
    let calls: Vec<&str> = story.program.screen.lines().filter(|line| line.trim_start().starts_with("curl")).collect();
    assert_eq!(calls.len(), 3, "{}", story.program.screen);
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        assert!(std::env::var_os("CI").is_none(), "curl is missing");
        return;
    }
    check_login_token(&paste(calls[0]), 1_739_272_706, &story.key("zego", "app_key"), "anchor_1");
    let room: Value = serde_json::from_str(&paste(calls[1])).unwrap();
    assert_eq!((room["room_id"].as_str(), room["owner_id"].as_str()), (Some("evening"), Some("anchor_1")), "{room}");
    let ticket: Value = serde_json::from_str(&paste(calls[2])).unwrap();
    assert_eq!(ticket["zego"]["client"]["login"]["role"], 1, "{ticket}");
}

#[test]
fn a_zego_broadcast_from_the_first_token_to_the_replay() {
    let story = Story::start();
    let (app_id, app_key) = (1_739_272_706, story.key("zego", "app_key"));
    // The published demo's own call: GET, text/plain, app_id and id_name in the query, the bare token back.
    let token = story.call(json!({ "url": "/v1/zego/login-token", "data": { "app_id": app_id, "id_name": "主播1" },
        "header": { "content-type": "text/plain" } }));
    assert_eq!(token["statusCode"], 200);
    check_login_token(token["data"].as_str().unwrap(), app_id, &app_key, "主播1");

    let me = json!({ "x-user-id": "anchor_1" });
    let room = story.call(json!({ "url": "/v1/rooms", "method": "POST", "header": me,
        "data": { "provider": "zego", "room_id": "evening", "title": "晚间直播", "record": true } }));
    assert_eq!(room["statusCode"], 201, "{room}");
    let record_id = room["data"]["record_id"].as_str().unwrap().to_owned();
    let ticket =
        story.call(json!({ "url": "/v1/rooms/evening/tickets", "method": "POST", "header": me, "data": { "role": "host" } }));
    let section = &ticket["data"]["zego"];
    check_login_token(section["token"].as_str().unwrap(), app_id, &app_key, "anchor_1");
    assert_eq!(section["client"]["config"]["appid"], app_id, "the SDK times out when appid is a text");
    assert_eq!(ticket["data"]["record_id"].to_string(), record_id);

    let door = story.line("ZEGO 1739272706").replace(&story.line("address"), "");
    let secret = story.key("zego", "callback_secret");
    let send = |number: i64, mut event: Value| {
        let (timestamp, nonce) = (now().to_string(), number.to_string());
        let mut parts = [secret.as_str(), &timestamp, &nonce];
        parts.sort_unstable();
        let signature = sha1_hex(&parts.concat());
        for (name, value) in
            [("appid", app_id.to_string()), ("timestamp", timestamp.clone()), ("nonce", nonce.clone()), ("signature", signature)]
        {
            event[name] = value.into();
        }
        let answer = story.call(json!({ "url": door, "method": "POST", "data": event }));
        assert_eq!((&answer["statusCode"], &answer["data"]), (&json!(200), &json!({ "code": 0 })), "{answer}");
    };
    let begin = now() * 1000;
    send(
        1,
        json!({ "event": "stream_create", "room_id": "evening", "room_session_id": "6085791336856668982", "user_id": "anchor_1",
        "stream_id": "evening_anchor_1", "stream_seq": "1", "create_time_ms": begin.to_string() }),
    );
    let live = story.call(json!({ "url": "/v1/rooms/evening/live", "header": me }));
    assert_eq!(live["data"]["live"], true, "{live}");
    send(
        2,
        json!({ "event": "stream_close", "room_id": "evening", "room_session_id": "6085791336856668982", "user_id": "anchor_1",
        "stream_id": "evening_anchor_1", "stream_seq": "2", "type": "4", "create_time_ms": begin.to_string(),
        "destroy_timemillis": (begin + 60_000).to_string() }),
    );
    let stream = story.call(json!({ "url": "/v1/streams/evening_anchor_1", "header": me }));
    assert_eq!(
        (stream["data"]["status"].as_str(), stream["data"]["end_reason"].as_str()),
        (Some("ended"), Some("network")),
        "{stream}"
    );
    send(
        3,
        json!({ "event": "record", "stream_alias": "evening_anchor_1", "replay_url": "https://vod.example.test/a.mp4",
        "begin_time": (begin / 1000 + 2).to_string(), "end_time": (begin / 1000 + 58).to_string(), "extra_params": "{\"FileID\":\"f-1\"}" }),
    );
    let replay = story.call(json!({ "url": format!("/v1/recordings/{record_id}"), "header": me }));
    assert_eq!(
        (replay["data"]["status"].as_str(), replay["data"]["files"][0]["url"].as_str()),
        (Some("ready"), Some("https://vod.example.test/a.mp4")),
        "{replay}"
    );

    // A bad signature is refused, and leaves nothing.
    let forged = story.call(json!({ "url": door, "method": "POST", "data": { "event": "room_create", "appid": app_id,
        "timestamp": now(), "nonce": "9", "signature": "00", "room_id": "forged", "room_session_id": "1", "room_create_time": "1" } }));
    assert_eq!(forged["statusCode"], 401);
    assert_eq!(story.call(json!({ "url": "/v1/rooms/forged", "header": me }))["statusCode"], 404);
}

#[test]
fn a_tencent_room_with_its_recording_found_by_record_id() {
    let story = Story::start();
    let (sdk_app_id, secret) = (1_400_087_915, story.key("trtc", "secret_key"));
    let me = json!({ "x-user-id": "xiaoming" });
    let login = story.call(json!({ "url": "/v1/trtc/user-sig", "method": "POST", "header": me, "data": {} }));
    assert_eq!(login["data"]["algorithm"], "hmac-sha256");
    check_tencent_ticket(login["data"]["user_sig"].as_str().unwrap(), &secret, sdk_app_id, "xiaoming");
    let room = story.call(json!({ "url": "/v1/rooms", "method": "POST", "header": me,
        "data": { "provider": "trtc", "room_id": "12345", "record": true } }));
    let record_id = room["data"]["record_id"].as_str().unwrap().to_owned();
    let ticket =
        story.call(json!({ "url": "/v1/rooms/12345/tickets", "method": "POST", "header": me, "data": { "role": "host" } }));
    let page = &ticket["data"]["trtc"]["client"]["webrtcRoom"];
    assert_eq!((&page["sdkAppID"], &page["roomID"]), (&json!(sdk_app_id), &json!(12345)), "{ticket}");
    assert_eq!(page["recordId"].to_string(), record_id);
    check_tencent_ticket(page["userSig"].as_str().unwrap(), &secret, sdk_app_id, "xiaoming");
    let enter = check_tencent_ticket(page["privateMapKey"].as_str().unwrap(), &secret, sdk_app_id, "xiaoming");
    let userbuf = STANDARD.decode(enter["TLS.userbuf"].as_str().unwrap()).unwrap();
    // Numeric room, account, sdkappid, room, expiry, privileges, account type (tencent.md section 3.1).
    assert_eq!((userbuf[0], &userbuf[3..11], &userbuf[15..19]), (0, b"xiaoming".as_slice(), 12345u32.to_be_bytes().as_slice()));
    assert_eq!(userbuf[23..27], 255u32.to_be_bytes());
    let wanted = story.call(json!({ "url": "/v1/rooms/12345/tickets", "method": "POST", "header": { "x-user-id": "guest" }, "data": { "role": "host" } }));
    assert_eq!((&wanted["statusCode"], &wanted["data"]["code"]), (&json!(403), &json!("role_not_allowed")));

    // Tencent RTC signs its raw body; the relayed stream's recording comes from css and carries the record id.
    let body = json!({ "EventGroupId": 1, "EventType": 103, "CallbackTs": now() * 1000, "EventInfo": { "RoomId": 12345, "EventTs": now(),
        "EventMsTs": now() * 1000, "UserId": "xiaoming", "Role": 20, "TerminalType": 3, "UserType": 2, "Reason": 1 } });
    let mut mac = Hmac::<Sha256>::new_from_slice(story.key("trtc", "callback_key").as_bytes()).unwrap();
    mac.update(body.to_string().as_bytes());
    let door = story.line("Tencent RTC 1400087915").replace(&story.line("address"), "");
    let entered = story.call(json!({ "url": door, "method": "POST", "data": body.to_string(),
        "header": { "content-type": "application/json", "SdkAppId": "1400087915", "Sign": STANDARD.encode(mac.finalize().into_bytes()) } }));
    assert_eq!(entered["statusCode"], 200, "{entered}");
    let inside = story.call(json!({ "url": "/v1/rooms/12345", "header": me }));
    assert_eq!(inside["data"]["members"][0]["user_id"], "xiaoming", "{inside}");
    let t = now() + 600;
    let stream_param = format!("from=interactive&sdkappid={sdk_app_id}&groupid=12345&userid=eGlhb21pbmc=&cliRecoId={record_id}");
    let file = json!({ "event_type": 100, "appid": 1_250_000_001, "app": "push.example.com", "appname": "live", "stream_id": "1400087915_12345_xiaoming_main",
        "file_id": "5285890798866415058", "file_format": "HLS", "task_id": "1807121258070784645", "start_time": now(), "end_time": now() + 154,
        "duration": 153, "file_size": 277_941_079, "video_url": "http://1250000001.vod2.example.com/playlist.m3u8", "stream_param": stream_param,
        "t": t, "sign": hex::encode(Md5::digest(format!("{}{t}", story.key("css", "callback_key")))) });
    let door = story.line("css main").replace(&story.line("address"), "");
    for _ in 0..2 {
        assert_eq!(story.call(json!({ "url": door, "method": "POST", "data": file }))["data"], json!({ "code": 0 }));
    }
    let replay = story.call(json!({ "url": format!("/v1/recordings/{record_id}"), "header": me }));
    assert_eq!(replay["data"]["status"], "ready", "{replay}");
    assert_eq!(
        (replay["data"]["room_id"].as_str(), replay["data"]["files"][0]["format"].as_str()),
        (Some("12345"), Some("hls")),
        "{replay}"
    );

    let domains = story.call(json!({ "url": "/v1/domains", "header": me, "data": { "profiles": "trtc-webrtc-room" } }));
    assert!(domains["data"]["paste"]["requestdomain"].as_str().unwrap().contains("https://yun.tim.qq.com"), "{domains}");
    let inbox = story.call(json!({ "url": "/v1/callbacks", "data": { "record_id": record_id },
        "header": { "authorization": format!("Bearer {}", story.line("operator key")) } }));
    assert_eq!(inbox["data"]["items"][0]["deliveries"], 2, "{inbox}");
}
