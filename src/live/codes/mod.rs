//! The dictionary: cause and cure of codes, in Chinese and English. It answers `GET /v1/codes/{vendor}/{code}` and
//! `kaibo explain`. Static text only; whoever adds a code word to kaibo adds its row in `kaibo.rs`, `inspector.rs` or `whitelist.rs`.
//!
//! Where one number means several things at a vendor, the code has a prefix: `exit:2`, `rtcroom:5001`, `stream_close:1`.
//! The bare number still finds it when nothing else has that number.

mod css;
mod inspector;
mod kaibo;
mod media;
mod symptom;
mod trtc;
mod wechat;
mod whitelist;
mod zego;
mod zego_reasons;

use serde::Serialize;
use std::borrow::Cow;

/// The vendors of the dictionary.
pub const VENDORS: [&str; 6] = ["zego", "trtc", "css", "wechat", "kaibo", "symptom"];

/// ZEGO's room server codes reach the page with this much added (jZego-wx: "liveroom cmd error, result=").
const ZEGO_ROOM_OFFSET: i64 = 1_000_000_000;

/// What is known about one code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Whose code it is.
    pub vendor: &'static str,
    /// The code as the dictionary writes it.
    pub code: Cow<'static, str>,
    /// What it says, in Chinese.
    pub title_zh: &'static str,
    /// What it says, in English.
    pub title_en: &'static str,
    /// Why it comes, in Chinese.
    pub cause_zh: &'static str,
    /// Why it comes, in English.
    pub cause_en: &'static str,
    /// What to do, in Chinese.
    pub cure_zh: &'static str,
    /// What to do, in English.
    pub cure_en: &'static str,
    /// Where this is written.
    pub source: &'static str,
}

/// Codes that share one explanation: title, cause and cure in each language.
struct Row {
    /// Separated by blanks.
    codes: &'static str,
    zh: [&'static str; 3],
    en: [&'static str; 3],
}

/// Rows from one document.
struct Table {
    vendor: &'static str,
    source: &'static str,
    rows: &'static [Row],
}

const fn row(codes: &'static str, zh: [&'static str; 3], en: [&'static str; 3]) -> Row {
    Row { codes, zh, en }
}

fn tables() -> impl Iterator<Item = &'static Table> {
    [zego::TABLES, zego_reasons::TABLES, trtc::TABLES, css::TABLES, media::TABLES, wechat::TABLES]
        .into_iter()
        .chain([kaibo::TABLES, inspector::TABLES, whitelist::TABLES, symptom::TABLES])
        .flatten()
}

impl Table {
    fn entries(&self) -> impl Iterator<Item = Entry> {
        self.rows.iter().flat_map(|row| row.codes.split(' ').map(|code| self.entry(row, Cow::Borrowed(code))))
    }

    fn entry(&self, row: &Row, code: Cow<'static, str>) -> Entry {
        let ([title_zh, cause_zh, cure_zh], [title_en, cause_en, cure_en]) = (row.zh, row.en);
        Entry { vendor: self.vendor, code, title_zh, title_en, cause_zh, cause_en, cure_zh, cure_en, source: self.source }
    }
}

/// Every entry, for the documentation.
pub fn all() -> impl Iterator<Item = Entry> {
    tables().flat_map(Table::entries)
}

/// One vendor's code. The live-pusher and live-player codes, which are WeChat's, are found under zego, trtc and css too,
/// because their SDKs pass them on.
pub fn lookup(vendor: &str, code: &str) -> Option<Entry> {
    let vendor = vendor.trim().to_ascii_lowercase();
    // A symptom is words, and people type them with blanks.
    let code = if vendor == "symptom" { code.trim().to_ascii_lowercase().replace([' ', '_'], "-") } else { clean(code) };
    let own = best(&code, all().filter(|entry| entry.vendor == vendor));
    match vendor.as_str() {
        "zego" => own.or_else(|| zego_room(&code)).or_else(|| component(&code)),
        "trtc" | "css" => own.or_else(|| component(&code)),
        _ => own,
    }
}

/// Every vendor's entry for a code, exact matches first.
pub fn find(code: &str) -> Vec<Entry> {
    let code = clean(code);
    let mut found: Vec<_> = all().filter(|entry| entry.code.eq_ignore_ascii_case(&code)).collect();
    found.extend(all().filter(|entry| bare(&entry.code) == Some(code.as_str())));
    if found.is_empty() {
        found.extend(zego_room(&code));
    }
    found
}

/// What people paste: `result=1000001002`, `errCode: -12020`, `ZegoClient.Error.Timeout`.
fn clean(code: &str) -> String {
    let code = code.trim();
    let number = code.rsplit_once(['=', ' ']).map_or(code, |(_, number)| number);
    number.trim_end_matches([',', '.', ';']).to_ascii_lowercase()
}

/// The number behind a prefix.
fn bare(code: &str) -> Option<&str> {
    code.split_once(':').map(|(_, number)| number)
}

fn best(code: &str, entries: impl Iterator<Item = Entry>) -> Option<Entry> {
    let mut second = None;
    for entry in entries {
        if entry.code.eq_ignore_ascii_case(code) {
            return Some(entry);
        }
        if second.is_none() && bare(&entry.code) == Some(code) {
            second = Some(entry);
        }
    }
    second
}

fn component(code: &str) -> Option<Entry> {
    media::TABLES.iter().flat_map(Table::entries).find(|entry| entry.code == code)
}

/// A room server code without a row of its own: at least it is said what kind of number it is.
fn zego_room(code: &str) -> Option<Entry> {
    let number: i64 = code.parse().ok()?;
    let inner = number.checked_sub(ZEGO_ROOM_OFFSET).filter(|inner| (1..ZEGO_ROOM_OFFSET).contains(inner));
    match inner {
        Some(_) => {
            let table = zego::TABLES.first()?;
            Some(table.entry(&zego::UNKNOWN_ROOM_CODE, Cow::Owned(number.to_string())))
        }
        // The other way round: someone left the offset out.
        None => {
            let full = number.checked_add(ZEGO_ROOM_OFFSET)?.to_string();
            best(&full, zego::TABLES.iter().flat_map(Table::entries))
        }
    }
}

#[cfg(test)]
mod tests;
