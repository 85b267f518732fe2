//! What `kaibo serve` prints: where it is, what to paste at the vendors, and three calls to try.

use super::serve::Origin;
use crate::config::Config;
use crate::http::routes;
use crate::live::time::UnixMs;

/// Prints it.
pub fn print(config: &Config, origin: &Origin, now: UnixMs) {
    print!("{}", text(config, origin, now));
}

fn text(config: &Config, origin: &Origin, now: UnixMs) -> String {
    let here = format!("http://{}", config.server.listen.replace("0.0.0.0", "127.0.0.1"));
    let mut out = format!(
        "\nkaibo {} 开播\n\n  address        {}\n  console page   {here}/\n",
        env!("CARGO_PKG_VERSION"),
        config.public_url()
    );
    match origin {
        Origin::File(file) => out.push_str(&format!("  configuration  {}\n", file.display())),
        Origin::Demo(file) => {
            out.push_str(&format!("  configuration  {} (a demo with random keys; callers name themselves)\n", file.display()));
            let key = config.access.operators.first().and_then(|operator| operator.key.as_ref());
            if let Some(key) = key.and_then(|keys| keys.all().first()) {
                out.push_str(&format!("  operator key   {}\n", key.value.reveal_text()));
            }
        }
    }
    let callbacks = routes::callback_addresses(config, now);
    if !callbacks.is_empty() {
        out.push_str("\n  Callback addresses to paste at the vendors:\n");
        for (name, address) in callbacks {
            out.push_str(&format!("    {name:<28} {address}\n"));
        }
    }
    if matches!(origin, Origin::Demo(_)) {
        out.push_str(&format!("\n  Try it:\n{}", calls(config, &here)));
        out.push_str(
            "\n  Your own keys: copy kaibo.example.toml to kaibo.toml here, put them in, start again.\n  \
             正式使用：复制 kaibo.example.toml 为 kaibo.toml，填入自己的密钥后重新启动。\n",
        );
    }
    out.push_str("\n  Ctrl-C stops.\n\n");
    out
}

fn calls(config: &Config, here: &str) -> String {
    let app_id = config.zego.first().map(|app| app.app_id).unwrap_or_default();
    routes::first_calls(here, app_id).iter().map(|call| format!("    {call}\n")).collect()
}
