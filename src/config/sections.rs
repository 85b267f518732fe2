//! Which function may hold which key of the document (design section 4). What is not listed here, no function holds.

use super::load::{ConfigFault, Lines};
use toml::{Table, Value};

/// Whose document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// `kaibo serve` and the command line: all of it.
    Serve,
    /// What a phone may call.
    Client,
    /// What vendors call.
    Callbacks,
    /// What operators call.
    Operator,
    /// What a schedule does.
    Jobs,
}

impl Holder {
    /// The functions.
    pub const FUNCTIONS: [Self; 4] = [Self::Client, Self::Callbacks, Self::Operator, Self::Jobs];

    /// The name of its binary.
    pub fn name(self) -> &'static str {
        match self {
            Self::Serve => "kaibo",
            Self::Client => "fn_client",
            Self::Callbacks => "fn_callbacks",
            Self::Operator => "fn_operator",
            Self::Jobs => "fn_jobs",
        }
    }

    /// The function of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::FUNCTIONS.into_iter().find(|holder| holder.name() == name)
    }

    /// Makes credentials for the vendors.
    pub fn signs(self) -> bool {
        matches!(self, Self::Serve | Self::Client)
    }

    /// Proves callbacks.
    pub fn proves_callbacks(self) -> bool {
        matches!(self, Self::Serve | Self::Callbacks)
    }

    /// True when it may hold a key, e.g. `zego.app_key`.
    pub fn may_hold(self, key: &str) -> bool {
        if self == Self::Serve {
            return true;
        }
        let listed = |known: &str| known == key || key.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'));
        KEYS.iter().find(|(known, _)| listed(known)).is_some_and(|(_, holders)| holders.contains(&self))
    }
}

const C: Holder = Holder::Client;
const B: Holder = Holder::Callbacks;
const O: Holder = Holder::Operator;
const J: Holder = Holder::Jobs;

/// Every key, or the section whose keys are all alike, with the functions that may hold it.
const KEYS: &[(&str, &[Holder])] = &[
    ("production", &[C, B, O, J]),
    ("server", &[C, B, O, J]),
    ("store", &[C, B, O, J]),
    ("policy", &[C, B, O, J]),
    ("retention", &[C, B, O, J]),
    ("recordings", &[C, B, O, J]),
    ("domains", &[C, B, O, J]),
    ("access.open_identity", &[C]),
    ("access.session_keys", &[C]),
    ("access.session_hours", &[C]),
    ("access.operators.name", &[C, O]),
    ("access.operators.scopes", &[C, O]),
    ("access.operators.key_sha256", &[C, O]),
    // Its hash is enough everywhere.
    ("access.operators.key", &[]),
    ("access.issuers", &[C]),
    ("wechat", &[C]),
    ("zego.app_id", &[C, B, O, J]),
    ("zego.app_key", &[C]),
    ("zego.server_secret", &[C, J]),
    ("zego.callback_secret", &[B]),
    ("zego.server", &[C]),
    ("zego.log_url", &[C]),
    ("zego.token", &[C]),
    ("zego.api_base", &[J]),
    ("trtc.sdk_app_id", &[C, B, O, J]),
    ("trtc.secret_key", &[C]),
    ("trtc.private_key", &[C]),
    ("trtc.public_key", &[C]),
    ("trtc.account_type", &[C]),
    ("trtc.callback_key", &[B]),
    ("trtc.accept_unsigned", &[B]),
    ("css.name", &[C, B, O, J]),
    ("css.push_domain", &[C, B, O, J]),
    ("css.play_domain", &[C, B, O, J]),
    ("css.app_name", &[C, B, O, J]),
    ("css.push_key", &[C]),
    ("css.push_key_backup", &[C]),
    ("css.play_key", &[C]),
    ("css.callback_key", &[B]),
    ("css.appid", &[B]),
    ("css.domains", &[C, B, J]),
    ("css.accept_unsigned", &[B]),
    // Tells fn_client that the jobs can ask Tencent.
    ("tencent_api.region", &[C, J]),
    ("tencent_api", &[J]),
    ("callbacks.path_token", &[B]),
    // Failed callbacks are applied again by the jobs, under the same rules.
    ("callbacks.zego_window_seconds", &[B, J]),
    ("callbacks.css_late_seconds", &[B, J]),
    ("callbacks.audience", &[B, J]),
];

/// Words below a section whose keys are all alike, and below a secret.
const BELOW: &[&str] = &[
    "value",
    "not_before",
    "not_after",
    "listen",
    "public_url",
    "default_language",
    "allowed_origins",
    "table",
    "endpoint",
    "data_dir",
    "zego_login_seconds",
    "zego_token_seconds",
    "user_sig_seconds",
    "private_map_key_seconds",
    "css_url_seconds",
    "default",
    "min",
    "max",
    "quota",
    "per_user_per_minute",
    "per_room_per_minute",
    "ledger",
    "capacity",
    "seats_per_room",
    "lease_seconds",
    "seat_timeout_seconds",
    "room_idle_seconds",
    "rtcroom_lease_seconds",
    "rtcroom_members",
    "rtcroom_user_ids",
    "inbox_days",
    "ledger_days",
    "rooms_days",
    "recordings_days",
    "hosts",
    "profiles",
    "configured",
    "required",
    "requestdomain",
    "wsrequestdomain",
    "uploaddomain",
    "downloaddomain",
    "app_id",
    "app_secret",
    "session_key_key",
    "api_base",
    "voip",
    "issuer",
    "audience",
    "algorithms",
    "jwks_url",
    "secret",
    "public_key",
    "secret_id",
    "secret_key",
    "region",
];

/// The part of a path that is made of known words. What follows was written by a person, perhaps in the wrong place, and may be a
/// secret.
pub fn known_part(path: &str) -> &str {
    let mut end = path.len();
    while let Some(part) = path.get(..end).filter(|part| !part.is_empty()) {
        if is_known(&without_places(part)) {
            return part;
        }
        end = part.rfind('.').unwrap_or(0);
    }
    ""
}

fn is_known(path: &str) -> bool {
    let below = |rest: &str| rest.split('.').skip(1).all(|word| BELOW.contains(&word));
    KEYS.iter().any(|(key, _)| {
        key.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            || path.strip_prefix(key).is_some_and(|rest| rest.starts_with('.') && below(rest))
    })
}

/// `zego[1].app_id` as `zego.app_id`.
fn without_places(path: &str) -> String {
    path.split('.').map(|word| word.split('[').next().unwrap_or_default()).collect::<Vec<_>>().join(".")
}

/// What stands in a document and may not be in this holder's.
pub fn foreign(document: &Table, text: &str, holder: Holder) -> Vec<ConfigFault> {
    let lines = Lines::of(text);
    let mut found = Vec::new();
    visit(document, "", "", &mut |key, path| {
        if !holder.may_hold(key) {
            let name = holder.name();
            let sentence = if key == "access.operators.key" {
                format!("must not be in {name}: give key_sha256 instead, as `kaibo config split --for {name}` does")
            } else {
                format!("must not be in {name}, which has no use for it: `kaibo config split --for {name}` leaves it out")
            };
            found.push(ConfigFault { path: path.to_owned(), line: lines.line_of(path), sentence });
        }
    });
    found
}

/// Visits every key that holds a value: its name as in `KEYS`, and its path with places in lists.
fn visit(table: &Table, key: &str, path: &str, see: &mut dyn FnMut(&str, &str)) {
    let under = |above: &str, name: &str| if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
    for (name, value) in table {
        let (key, path) = (under(key, name), under(path, name));
        match value {
            Value::Table(inner) => visit(inner, &key, &path, see),
            Value::Array(list) if !list.is_empty() && list.iter().all(Value::is_table) && !secret(&key) => {
                for (at, inner) in list.iter().filter_map(Value::as_table).enumerate() {
                    visit(inner, &key, &format!("{path}[{at}]"), see);
                }
            }
            _ => see(&key, &path),
        }
    }
}

/// True for keys whose value may be a list of `{ value, not_before, not_after }`, which is one secret and no section.
pub(super) fn secret(key: &str) -> bool {
    !matches!(key, "zego" | "trtc" | "css" | "access.operators" | "access.issuers")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::parse;

    /// The keys that a section knows, from the parser's own complaint.
    fn known(section: &str) -> Vec<String> {
        let text = match section {
            "" => "nothing_known = 1".to_owned(),
            "access.operators" | "access.issuers" | "zego" | "trtc" | "css" => format!("[[{section}]]\nnothing_known = 1"),
            section => format!("[{section}]\nnothing_known = 1"),
        };
        let sentence = parse(&text).unwrap_err().sentence;
        sentence.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn every_key_of_the_document_is_given_to_someone_or_withheld_on_purpose() {
        let sections = known("");
        assert!(sections.len() > 10, "{sections:?}");
        for section in sections {
            for key in known(&section) {
                let path = format!("{section}.{key}");
                let deeper: Vec<_> = match path.as_str() {
                    "access.operators" => known(&path).iter().map(|key| format!("{path}.{key}")).collect(),
                    _ => vec![path],
                };
                for path in deeper {
                    let held = Holder::FUNCTIONS.into_iter().any(|holder| holder.may_hold(&path));
                    assert!(held || path == "access.operators.key", "{path}");
                }
            }
        }
    }

    #[test]
    fn a_key_of_another_function_is_named_with_its_line_and_not_repeated() {
        let text = "[[zego]]\napp_id = 1\n[[zego]]\napp_id = 2\napp_key = \"canary\"\ncallback_secret = [{ value = \"canary\" }]";
        let found =
            |holder| foreign(&text.parse().unwrap(), text, holder).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(found(Holder::Callbacks).starts_with("line 5: zego[1].app_key must not be in fn_callbacks"), "{}", found(B));
        assert!(found(Holder::Client).starts_with("line 6: zego[1].callback_secret must not be in fn_client"), "{}", found(C));
        assert_eq!(found(Holder::Operator).lines().count(), 2);
        assert_eq!(found(Holder::Serve), "");
        assert!(Holder::FUNCTIONS.into_iter().all(|holder| !found(holder).contains("canary")));
    }

    #[test]
    fn signing_keys_and_callback_keys_never_meet_in_a_function() {
        for holder in Holder::FUNCTIONS {
            let signs = ["zego.app_key", "trtc.secret_key", "trtc.private_key", "css.push_key", "access.session_keys"];
            let proves = ["zego.callback_secret", "trtc.callback_key", "css.callback_key", "callbacks.path_token"];
            assert_eq!(signs.map(|key| holder.may_hold(key)), [holder == C; 5], "{holder:?}");
            assert_eq!(proves.map(|key| holder.may_hold(key)), [holder == B; 4], "{holder:?}");
            assert_eq!(holder.may_hold("tencent_api.secret_key"), holder == J);
        }
    }
}
