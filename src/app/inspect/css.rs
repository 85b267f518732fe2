//! Push and play addresses of Tencent Cloud Streaming. The domain tells whose address it is and which key signs it.

use super::zego::sentence;
use super::{Case, Report};
use crate::config::Css;
use crate::live::time::UnixMs;
use crate::secret::Secret;
use crate::vendor::css::signed_url::{Fault, SignedUrl, Verdict, Warning, inspect};
use crate::vendor::css::tx_secret::tx_secret;

/// Judges an address.
pub(super) fn url(case: &Case<'_>, text: &str) -> Report {
    let mut report = Report::new("css_url");
    // Without keys it is only read; the domain is known then.
    let read = inspect(text, &[], case.now());
    let Some(url) = read.decoded.clone() else {
        read.faults.iter().for_each(|fault| told(&mut report, fault, None, case.now()));
        return report;
    };
    tell(&mut report, &url);
    let owner = case.app.config.css.iter().find_map(|css| Some((css, side(css, &url.domain)?)));
    let Some((css, side)) = owner else {
        let zh = format!("域名 {} 没有配置，无法核对。", url.domain);
        report.fault(
            "domain",
            "key_unknown",
            zh,
            format!("The domain {} is not configured here, so it cannot be judged.", url.domain),
        );
        return report;
    };
    report.tell("use", side.word());
    report.tell("name", css.name.clone());
    let keys = side.keys(css, case.at);
    let verdict = inspect(text, &keys, case.now());
    judged(case, &mut report, css, side, &url, &verdict);
    report
}

/// Which of its two domains an address is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Push,
    Play,
}

fn side(css: &Css, domain: &str) -> Option<Side> {
    let is = |other: &str| domain.eq_ignore_ascii_case(other);
    if is(&css.play_domain) {
        return Some(Side::Play);
    }
    (is(&css.push_domain) || css.domains.iter().any(|other| is(other))).then_some(Side::Push)
}

impl Side {
    fn word(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Play => "play",
        }
    }

    fn keys(self, css: &Css, at: UnixMs) -> Vec<&Secret> {
        let lists = match self {
            Self::Push => [css.push_key.as_ref(), css.push_key_backup.as_ref()],
            Self::Play => [css.play_key.as_ref(), None],
        };
        lists.into_iter().flatten().flat_map(|keys| keys.valid(at)).collect()
    }
}

fn tell(report: &mut Report, url: &SignedUrl) {
    report.tell("form", url.form);
    report.tell("domain", url.domain.clone());
    report.tell("app_name", url.app_name.clone());
    report.tell("stream_id", url.stream_name.clone());
    report.tell("signed", url.tx_secret.is_some());
    report.tell("expires_at", url.expires.map(|at| UnixMs::from_seconds(at).rfc3339()));
    let names: Vec<_> = url.parameters.iter().map(|(name, _)| name.clone()).collect();
    report.tell("parameters", names);
}

fn judged(case: &Case<'_>, report: &mut Report, css: &Css, side: Side, url: &SignedUrl, verdict: &Verdict) {
    for fault in &verdict.faults {
        match fault {
            Fault::BadSignature => {
                let (zh, en) = why(case, css, side, url);
                report.fault("txSecret", "bad_signature", zh, en);
            }
            other => told(report, other, url.expires, case.now()),
        }
    }
    for warning in &verdict.warnings {
        let (field, zh) = match warning {
            Warning::Decimal => ("txTime", "txTime 是十进制；Tencent 也接受，通常用大写十六进制。"),
            Warning::LowerCase => ("txTime", "txTime 是小写十六进制；签名用同样的文本时 Tencent 接受，通常用大写。"),
            Warning::Unsigned => ("txSecret", "地址没有签名；只有未开启鉴权的域名能用。"),
        };
        report.warn(field, warning.code(), zh, sentence(&warning.to_string()));
    }
    if verdict.key_index.is_some_and(|index| index > 0) {
        report.tell("key", "backup");
    }
    if verdict.faults.is_empty() {
        names(case, report, side, &url.stream_name);
    }
}

/// kaibo names streams `{room_id}_{user_id}`; other names say nothing of room and user.
fn names(case: &Case<'_>, report: &mut Report, side: Side, stream: &str) {
    let Some((room, user)) = stream.split_once('_') else { return };
    if case.room().is_some_and(|wanted| wanted != room) {
        let en = format!("The stream belongs to room {room}.");
        report.fault("stream_id", "room_mismatch", format!("这条流属于房间 {room}。"), en);
    }
    if side == Side::Push && case.user().is_some_and(|wanted| wanted != user) {
        let en = format!("The address is for user {user} to push.");
        report.fault("stream_id", "identifier_mismatch", format!("这个推流地址属于用户 {user}。"), en);
    }
}

fn told(report: &mut Report, fault: &Fault, expires: Option<i64>, now: i64) {
    match fault {
        Fault::Expired => report.expired("txTime", expires.unwrap_or_default(), now),
        Fault::Milliseconds => report.milliseconds("txTime"),
        Fault::KeyUnknown => {
            report.fault("txSecret", "key_unknown", "这里没有该域名的密钥，无法核对。", sentence(&fault.to_string()));
        }
        other => {
            let field = other.field();
            report.fault(field, other.code(), format!("{field} 缺失或读不出来：请整段复制地址。"), sentence(&other.to_string()));
        }
    }
}

/// The usual reasons of a txSecret that does not fit.
fn why(case: &Case<'_>, css: &Css, side: Side, url: &SignedUrl) -> (String, String) {
    let (Some(secret), Some(time)) = (url.tx_secret.as_deref(), url.tx_time.as_deref()) else { return general() };
    let made = |key: &Secret, stream: &str, time: &str| tx_secret(key, stream, time) == secret.to_ascii_lowercase();
    let stream = url.stream_name.as_str();
    for other in &case.app.config.css {
        let lists = [
            ("push_key", &other.push_key, Side::Push),
            ("push_key_backup", &other.push_key_backup, Side::Push),
            ("play_key", &other.play_key, Side::Play),
        ];
        for (name, keys, of) in lists {
            for key in keys.iter().flat_map(|keys| keys.all()) {
                if !made(&key.value, stream, time) {
                    continue;
                }
                return match (other.name == css.name, of == side) {
                    (true, true) if secret.bytes().any(|b| b.is_ascii_uppercase()) => {
                        ("txSecret 用了大写，应为小写。".into(), "txSecret is in capitals; lower case is wanted.".into())
                    }
                    (true, true) => {
                        ("用了已停用或尚未启用的密钥。".into(), "It was made with a key that is not in use at this time.".into())
                    }
                    (true, false) => (
                        format!("用了 {name}：推流和播放各用自己的密钥。"),
                        format!("It was made with {name}: push and play have a key each."),
                    ),
                    (false, _) => (
                        format!("用了 css {} 的 {name}。", other.name),
                        format!("It was made with {name} of css {}.", other.name),
                    ),
                };
            }
        }
    }
    let whole = [
        format!("{}/{stream}", url.app_name),
        format!("/{}/{stream}", url.app_name),
        format!("{stream}.flv"),
        format!("{stream}.m3u8"),
    ];
    for key in side.keys(css, case.at) {
        if whole.iter().any(|text| made(key, text, time)) {
            return (
                "签的是路径或带扩展名的流名：只签裸流名和 txTime。".into(),
                "The path, or the name with its extension, was signed: sign the bare stream name and txTime.".into(),
            );
        }
        let decimal = url.expires.map(|at| at.to_string()).unwrap_or_default();
        if [time.to_lowercase(), time.to_uppercase(), decimal].iter().any(|text| made(key, stream, text)) {
            return (
                "签名用的 txTime 与地址里的写法不同：两处必须逐字相同。".into(),
                "txTime was signed in another form than it is written: both must be the same, letter for letter.".into(),
            );
        }
    }
    general()
}

fn general() -> (String, String) {
    (
        "txSecret 不符：核对密钥（推流和播放各一个），并对裸流名和原样的 txTime 签名。".into(),
        "txSecret differs: compare the key (push and play have one each); sign the bare stream name and txTime as written."
            .into(),
    )
}
