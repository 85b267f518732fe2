//! The privilege text inside a token 04: which room, log in, publish, which streams (`zego.md` section 3, plaintext).
//! ZEGO looks at it only where its support has switched privilege checks on.

use super::json_text::push_quoted;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the holder of a token may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Privileges {
    /// The only room; empty means any.
    pub room_id: String,
    /// Key "1": log in to the room.
    pub login: bool,
    /// Key "2": publish a stream.
    pub publish: bool,
    /// The only streams that may be published; empty means any.
    pub stream_ids: Vec<String>,
}

impl Privileges {
    /// The payload text, members in the order of ZEGO's samples; no streams are written `null`, as the Go sample does.
    pub fn payload(&self) -> String {
        let mut text = String::with_capacity(80 + self.room_id.len());
        text.push_str("{\"room_id\":");
        push_quoted(&mut text, &self.room_id);
        push_map(&mut text, self.login, self.publish);
        text.push_str(",\"stream_id_list\":");
        if self.stream_ids.is_empty() {
            text.push_str("null");
        } else {
            for (place, id) in self.stream_ids.iter().enumerate() {
                text.push(if place == 0 { '[' } else { ',' });
                push_quoted(&mut text, id);
            }
            text.push(']');
        }
        text.push('}');
        text
    }

    /// Reads a payload; `None` when it is not a privilege text.
    pub fn parse(payload: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(default)]
            room_id: String,
            privilege: BTreeMap<String, i64>,
            #[serde(default)]
            stream_id_list: Option<Vec<String>>,
        }
        let wire: Wire = serde_json::from_str(payload).ok()?;
        let (login, publish) = powers(&wire.privilege);
        Some(Self { room_id: wire.room_id, login, publish, stream_ids: wire.stream_id_list.unwrap_or_default() })
    }
}

/// Login and publish of a privilege map; a key left out denies.
pub(super) fn powers(map: &BTreeMap<String, i64>) -> (bool, bool) {
    let granted = |key| map.get(key) == Some(&1);
    (granted("1"), granted("2"))
}

/// Appends `,"privilege":{"1":..,"2":..}`.
pub(super) fn push_map(text: &mut String, login: bool, publish: bool) {
    let digit = |granted| if granted { '1' } else { '0' };
    text.push_str(",\"privilege\":{\"1\":");
    text.push(digit(login));
    text.push_str(",\"2\":");
    text.push(digit(publish));
    text.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_is_the_vendors_text_and_reads_back() {
        let all = Privileges { room_id: "r1".into(), login: true, publish: false, stream_ids: vec!["s1".into(), "s\"2".into()] };
        assert_eq!(all.payload(), r#"{"room_id":"r1","privilege":{"1":1,"2":0},"stream_id_list":["s1","s\"2"]}"#);
        assert_eq!(Privileges::parse(&all.payload()), Some(all));
        let any = Privileges { publish: true, ..Privileges::default() };
        assert_eq!(any.payload(), r#"{"room_id":"","privilege":{"1":0,"2":1},"stream_id_list":null}"#);
        assert_eq!(Privileges::parse(&any.payload()), Some(any));
        assert_eq!(Privileges::parse("hello"), None);
    }
}
