//! The configuration of a first start without a file: all three vendors with fresh random keys, open identity, a simulated WeChat.
//! It is kept in the data folder, so that addresses and keys stay the same at the next start.

use crate::clock::Random;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The demo's ZEGO app.
pub const ZEGO_APP_ID: u32 = 1_739_272_706;
/// The demo's Tencent RTC app.
pub const SDK_APP_ID: u32 = 1_400_087_915;

/// Where the demo configuration of a data folder is.
pub fn path(data_dir: &str) -> PathBuf {
    Path::new(data_dir).join("kaibo.demo.toml")
}

/// The text of the demo configuration, made at the first call; the folder is made if need be.
pub fn text(data_dir: &str, random: &dyn Random) -> std::io::Result<String> {
    let path = path(data_dir);
    match std::fs::read_to_string(&path) {
        Ok(text) => return Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    std::fs::create_dir_all(data_dir)?;
    let text = make(data_dir, random);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path)?.write_all(text.as_bytes())?;
    Ok(text)
}

fn make(data_dir: &str, random: &dyn Random) -> String {
    let hex = |bytes: usize| {
        let mut buffer = vec![0; bytes];
        random.fill(&mut buffer);
        hex::encode(buffer)
    };
    let listed =
        hex(32).as_bytes().chunks(2).map(|pair| format!("0x{}", String::from_utf8_lossy(pair))).collect::<Vec<_>>().join(",");
    format!(
        r#"# Made by `kaibo serve` at its first start without a configuration. All keys are random and worth nothing at the vendors.
# 由首次启动自动生成，密钥均为随机值，仅供演示。正式使用请复制 kaibo.example.toml 为 kaibo.toml。
[store]
data_dir = {data_dir:?}

[access]
open_identity = true
session_keys = "{session}"

[[access.operators]]
name = "demo"
key = "kop_{operator}"
scopes = ["read", "inspect", "issue", "write"]

[wechat]
app_id = "wx{wechat}"
api_base = "simulated"

[[zego]]
app_id = {ZEGO_APP_ID}
app_key = "{listed}"
server_secret = "{server_secret}"
callback_secret = "{callback_secret}"
server = "wss://wsliveroom{ZEGO_APP_ID}-api.zego.im/ws"
log_url = "https://weblogger{ZEGO_APP_ID}-api.zego.im/httplog"

[[trtc]]
sdk_app_id = {SDK_APP_ID}
secret_key = "{secret_key}"
callback_key = "{trtc_callback}"

[[css]]
name = "main"
push_domain = "push.example.com"
play_domain = "play.example.com"
push_key = "{push_key}"
play_key = "{play_key}"
callback_key = "{css_callback}"

[callbacks]
path_token = "{path_token}"

[domains]
profiles = ["zego-liveroom", "trtc-webrtc-room"]
"#,
        session = hex(32),
        operator = hex(16),
        wechat = hex(8),
        server_secret = hex(16),
        callback_secret = hex(16),
        secret_key = hex(32),
        trtc_callback = hex(16),
        push_key = hex(16),
        play_key = hex(16),
        css_callback = hex(16),
        path_token = hex(16),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededRandom;
    use crate::config::check::judge;
    use crate::config::load::parse;

    #[test]
    fn the_demo_is_made_once_and_passes() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let first = text(&data.to_string_lossy(), &SeededRandom::new(1)).unwrap();
        let second = text(&data.to_string_lossy(), &SeededRandom::new(2)).unwrap();
        assert_eq!(first, second);
        let judgement = judge(&parse(&first).unwrap(), &first);
        assert_eq!((judgement.errors, judgement.warnings), (vec![], vec![]));
        #[cfg(unix)]
        {
            let mode =
                std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path(&data.to_string_lossy())).unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
