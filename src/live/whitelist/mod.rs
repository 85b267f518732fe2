//! The whitelist: the server domain lists of the WeChat console. "It works only with debugging on" means that an entry
//! is missing there, and WeChat does not say which; this module does.
//!
//! `entry` judges one entry and one address, `profiles` knows what each client SDK needs, `required` fills that in for
//! one configuration, `read` takes a pasted list, `check` compares. Not for reading the live lists: that is WeChat's API.

pub mod categories;
pub mod check;
pub mod entry;
pub mod lookalike;
pub mod profiles;
pub mod read;
pub mod required;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One list of the WeChat console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum List {
    /// `wx.request`.
    #[serde(rename = "requestdomain")]
    Request,
    /// `wx.connectSocket`.
    #[serde(rename = "wsrequestdomain")]
    Socket,
    /// `wx.uploadFile`.
    #[serde(rename = "uploaddomain")]
    Upload,
    /// `wx.downloadFile`.
    #[serde(rename = "downloaddomain")]
    Download,
    /// UDP sockets.
    #[serde(rename = "udpdomain")]
    Udp,
    /// TCP sockets.
    #[serde(rename = "tcpdomain")]
    Tcp,
    /// Pages in a web-view.
    #[serde(rename = "bizdomain")]
    Business,
}

impl List {
    /// Every list, in the console's order.
    pub const ALL: [Self; 7] = [Self::Request, Self::Socket, Self::Upload, Self::Download, Self::Udp, Self::Tcp, Self::Business];

    /// WeChat's field name.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Request => "requestdomain",
            Self::Socket => "wsrequestdomain",
            Self::Upload => "uploaddomain",
            Self::Download => "downloaddomain",
            Self::Udp => "udpdomain",
            Self::Tcp => "tcpdomain",
            Self::Business => "bizdomain",
        }
    }

    /// The kind of call that it allows.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Socket => "socket",
            Self::Upload => "upload",
            Self::Download => "download",
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Business => "business",
        }
    }

    /// What an entry of this list starts with.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Request | Self::Upload | Self::Download | Self::Business => "https",
            Self::Socket => "wss",
            Self::Udp => "udp",
            Self::Tcp => "tcp",
        }
    }

    /// Reads a field name, a kind (`uploadFile` too), or the console's heading (`request合法域名`).
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase();
        let word = word.strip_suffix("合法域名").unwrap_or(&word);
        let kind = word.strip_suffix("file").unwrap_or(word);
        match word {
            "webviewdomain" | "业务域名" => Some(Self::Business),
            _ => Self::ALL.into_iter().find(|list| list.field() == word || list.kind() == kind),
        }
    }
}

/// Entries per list, as written by whoever configured them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lists(BTreeMap<List, Vec<String>>);

impl Lists {
    /// The entries of one list.
    pub fn of(&self, list: List) -> &[String] {
        self.0.get(&list).map_or(&[], Vec::as_slice)
    }

    /// Adds one entry.
    pub fn add(&mut self, list: List, entry: impl Into<String>) {
        self.0.entry(list).or_default().push(entry.into());
    }

    /// Every entry with its list, in the console's order.
    pub fn iter(&self) -> impl Iterator<Item = (List, &str)> {
        self.0.iter().flat_map(|(list, entries)| entries.iter().map(|entry| (*list, entry.as_str())))
    }

    /// True when no list holds an entry.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(Vec::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_known_by_field_kind_and_heading() {
        for list in List::ALL {
            assert_eq!(List::from_word(list.field()), Some(list));
            assert_eq!(List::from_word(list.kind()), Some(list));
        }
        assert_eq!(List::from_word("uploadFile"), Some(List::Upload));
        assert_eq!(List::from_word("downloadFile合法域名"), Some(List::Download));
        assert_eq!(List::from_word("socket合法域名"), Some(List::Socket));
        assert_eq!(List::from_word("api.example.com"), None);
    }
}
