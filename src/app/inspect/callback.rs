//! A vendor's callback, as it was logged or caught: the body, with path and headers where they matter. Judged only where
//! callback keys are held; elsewhere it is `key_unknown`. Nothing is applied and nothing kept.

mod vendors;

use super::form::Vendor;
use super::{Case, Report};
use crate::config::keys::Keys;
use crate::live::event::{Event, What};
use crate::live::time::UnixMs;
use crate::secret::Secret;
use subtle::ConstantTimeEq;

/// Judges a callback.
pub(super) fn judge(case: &Case<'_>, vendor: Vendor) -> Report {
    let mut report = match vendor {
        Vendor::Zego => vendors::zego(case),
        Vendor::Css => vendors::css(case),
        Vendor::Trtc => vendors::trtc(case),
    };
    path_token(case, &mut report);
    report
}

impl Case<'_> {
    /// The app in the callback's path: what follows the vendor's name.
    fn app_in_path(&self) -> Option<&str> {
        self.in_path(1)
    }

    fn in_path(&self, place: usize) -> Option<&str> {
        let path = self.asked.path.as_deref()?.split(['?', '#']).next()?;
        path.split('/').skip_while(|part| *part != "callbacks").skip(1).nth(place).filter(|part| !part.is_empty())
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.asked.headers.get(name).map(String::as_str)
    }

    fn keys<'k>(&self, keys: &'k Option<Keys>) -> Vec<&'k Secret> {
        keys.as_ref().map(|keys| keys.valid(self.at)).unwrap_or_default()
    }
}

/// The last part of the address proves the sender too, where it is told.
fn path_token(case: &Case<'_>, report: &mut Report) {
    let (Some(given), Some(keys)) = (case.in_path(2), &case.app.config.callbacks.path_token) else { return };
    let right = keys.valid(case.at).iter().any(|key| bool::from(key.reveal().ct_eq(given.as_bytes())));
    if !right {
        report.fault(
            "path",
            "bad_signature",
            "地址最后一段不是现在有效的 path_token：请重新复制回调地址。",
            "The last part of the address is no path_token that is valid now: copy the callback address again.",
        );
    }
}

impl Report {
    fn no_callback_key(&mut self, key: &str) {
        self.fault(
            "callback_key",
            "key_unknown",
            format!("这里没有该应用的 {key}：请在持有回调密钥的一侧检查（kaibo serve 或命令行）。"),
            format!(
                "No {key} of this app is held here: inspect it where callback keys are held (kaibo serve or the command line)."
            ),
        );
    }

    /// What an event says, without addresses and signatures.
    fn event(&mut self, event: &Event) {
        self.tell("app", event.app.clone());
        self.tell("event", event.kind.clone());
        self.tell("event_key", event.key.clone());
        self.tell("happened_at", event.at.rfc3339());
        let named = [
            ("room_id", &event.room_id),
            ("stream_id", &event.stream_id),
            ("user_id", &event.user_id),
            ("record_id", &event.record_id),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                self.tell(name, value.clone());
            }
        }
        match &event.what {
            What::Unreadable { reason } => self.warn(
                "text",
                "not_judged",
                format!("签名正确，但读不出这个事件：{reason}。"),
                format!("The signature is right, but the event cannot be read: {reason}."),
            ),
            What::UnknownKind => self.warn(
                "text",
                "not_judged",
                "签名正确，但事件类型未知；会记入收件箱。",
                "The signature is right, but the kind of event is unknown; the inbox keeps it.",
            ),
            _ => {}
        }
    }

    fn late(&mut self, when: i64) {
        let when = UnixMs::from_seconds(when).rfc3339();
        self.warn(
            "t",
            "late",
            format!("签名时间 t（{when}）已过，但仍在宽限内。"),
            format!("t ({when}) is past, within what is allowed."),
        );
    }
}
