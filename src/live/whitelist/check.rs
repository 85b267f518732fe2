//! Compares what the console holds with what is required, and says what to change.

use super::entry::{EntryFault, Oddity, normalise, take_apart};
use super::lookalike::{Likeness, likeness};
use super::required::Required;
use super::{List, Lists};
use serde::Serialize;
use std::collections::BTreeSet;

/// Older guides say 20 entries per list; the newest text gives no figure.
const MANY: usize = 20;
/// WeChat's limit per list on the third-party-platform page.
const LIMIT: usize = 200;

/// One entry and what is said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// As written by whoever configured or requires it.
    pub entry: String,
    /// The list it stands in, or is missing from.
    pub list: List,
    /// A stable word, where there is more to say than the heading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The required entry that was meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// The list where it belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub belongs_in: Option<List>,
}

/// Something to know or do, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// A stable word.
    pub code: &'static str,
    /// The sentence, in Chinese.
    pub zh: String,
    /// The sentence, in English.
    pub en: String,
}

/// The outcome. `extra` is information only; look-alikes and misplaced entries are in it too, unless they are invalid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// True when nothing required is missing, every entry is usable, and no list is over the limit.
    pub ok: bool,
    /// Required, and not in its list.
    pub missing: Vec<Finding>,
    /// Configured, and unusable: it never counts.
    pub invalid: Vec<Finding>,
    /// The right host in the wrong list.
    pub misplaced: Vec<Finding>,
    /// Not required, but nearly: probably meant for a missing one.
    pub lookalikes: Vec<Finding>,
    /// Configured, and not required by these profiles.
    pub extra: Vec<Finding>,
    /// Sentences to act on.
    pub warnings: Vec<Warning>,
}

/// Compares the configured lists with the required entries (wechat.md section 5).
pub fn check(configured: &Lists, required: &[Required]) -> Report {
    let mut report = Report::default();
    let wanted: BTreeSet<(List, String)> =
        required.iter().filter(|r| r.known).map(|r| (r.list, normal(r.list, &r.entry))).collect();
    let mut have = BTreeSet::new();
    for (list, text) in configured.iter() {
        match normalise(list, text) {
            Err(fault) => {
                report.invalid.push(finding(text, list, Some(fault.code())));
                report.warn_about_fault(list, text, fault);
            }
            Ok(entry) => {
                if entry.oddities.contains(&Oddity::ExplicitDefaultPort) {
                    report.warn(
                        "explicit_default_port",
                        format!("{} 带了 :443，只放行写明 :443 的地址；请去掉端口。", entry.text),
                        format!("{} spells out :443 and allows only addresses that do so too; drop the port.", entry.text),
                    );
                }
                if have.insert((list, entry.text.clone())) && !wanted.contains(&(list, entry.text.clone())) {
                    report.extra.push(finding(&entry.text, list, None));
                }
            }
        }
    }
    report.missing = wanted.difference(&have).map(|(list, entry)| finding(entry, *list, None)).collect();
    report.explain_the_missing(configured);
    report.warn_about_hosts(&wanted, &have);
    report.warn_about_required(required);
    let sizes_fit = report.judge_sizes(&have);
    report.ok = sizes_fit && report.missing.is_empty() && report.invalid.is_empty();
    report
}

fn finding(entry: &str, list: List, reason: Option<&'static str>) -> Finding {
    Finding { entry: entry.to_owned(), list, reason, instead: None, belongs_in: None }
}

/// Required entries are compared in the same normal form; one that is unusable stays as it is and is then missing.
fn normal(list: List, entry: &str) -> String {
    normalise(list, entry).map_or_else(|_| entry.to_owned(), |entry| entry.text)
}

impl Report {
    fn warn(&mut self, code: &'static str, zh: String, en: String) {
        let warning = Warning { code, zh, en };
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn warn_about_fault(&mut self, list: List, text: &str, fault: EntryFault) {
        let field = list.field();
        match fault {
            EntryFault::PathNotAllowed => self.warn(
                "path_in_entry",
                format!("{field} 里的 {text} 带了路径；只保留协议和主机名（例如去掉 /ws）。"),
                format!("{text} in {field} has a path; keep scheme and host only (drop /ws, for example)."),
            ),
            EntryFault::DoubledScheme => self.warn(
                "doubled_scheme",
                format!("{field} 里的 {text} 写了两个协议头；只保留一个。"),
                format!("{text} in {field} has two schemes before the host; keep one."),
            ),
            _ => {}
        }
    }

    /// For each missing entry: is its host in another list, or is something nearly the same there?
    fn explain_the_missing(&mut self, configured: &Lists) {
        for missing in self.missing.clone() {
            let Some(want) = host_and_port(missing.list, &missing.entry) else { continue };
            for (list, text) in configured.iter() {
                let Some(have) = host_and_port(list, text) else { continue };
                let meant = Finding { instead: Some(missing.entry.clone()), ..finding(text.trim(), list, None) };
                if list != missing.list {
                    if have.0 == want.0 {
                        self.misplaced.push(Finding { reason: Some("wrong_list"), belongs_in: Some(missing.list), ..meant });
                    }
                    continue;
                }
                let usable = normalise(list, text).is_ok();
                if let Some(like) = likeness((&have.0, have.1), (&want.0, want.1)).filter(|_| usable) {
                    self.warn_about_likeness(like, text.trim(), &missing.entry);
                    self.lookalikes.push(Finding { reason: Some(like.code()), ..meant });
                }
            }
        }
        // An entry that is right where it stands is misplaced from nowhere: it may be required in both lists.
        let extra: BTreeSet<(List, String)> =
            self.extra.iter().chain(&self.invalid).map(|f| (f.list, normal(f.list, &f.entry))).collect();
        let unwanted = |f: &Finding| extra.contains(&(f.list, normal(f.list, &f.entry)));
        self.misplaced.retain(unwanted);
        self.lookalikes.retain(unwanted);
        for misplaced in self.misplaced.clone() {
            let (list, right) = (misplaced.list.field(), misplaced.belongs_in.map_or("", List::field));
            let instead = misplaced.instead.unwrap_or_default();
            self.warn(
                "misplaced",
                format!("{} 在 {list} 里；{right} 里需要 {instead}。", misplaced.entry),
                format!("{} stands in {list}; {right} needs {instead}.", misplaced.entry),
            );
        }
    }

    fn warn_about_likeness(&mut self, like: Likeness, have: &str, want: &str) {
        let (zh, en) = match like {
            Likeness::PortDiffers => ("端口不同", "has another port"),
            Likeness::ParentDomain => {
                ("是上级域名，微信不会用它代替子域名", "is the parent domain, which WeChat does not accept in its place")
            }
            Likeness::NameDiffers => ("只是看起来像", "only looks like it"),
        };
        self.warn("lookalike", format!("缺少 {want}；{have} {zh}。"), format!("{want} is missing; {have} {en}."));
    }

    fn warn_about_hosts(&mut self, wanted: &BTreeSet<(List, String)>, have: &BTreeSet<(List, String)>) {
        let hosts: BTreeSet<String> =
            wanted.union(have).filter_map(|(list, entry)| host_and_port(*list, entry)).map(|(host, _)| host).collect();
        for host in hosts.iter().filter(|h| h.ends_with(".amazonaws.com") || h.ends_with(".amazonaws.com.cn")) {
            self.warn(
                "amazonaws_without_icp",
                format!("{host} 是亚马逊的域名，你无法为它备案；发布前请换成自己已备案的域名。"),
                format!("{host} belongs to Amazon and cannot get ICP filing for you; use a domain of your own before release."),
            );
        }
    }

    fn warn_about_required(&mut self, required: &[Required]) {
        for need in required {
            if !need.known {
                self.warn(
                    "entry_not_known",
                    format!("{} 还缺一项：{}（{}）。", need.list.field(), need.entry, need.why_zh),
                    format!("{} still lacks one entry: {} ({}).", need.list.field(), need.entry, need.why_en),
                );
            } else if need.profiles.contains(&"kaibo")
                && self.missing.iter().any(|m| m.list == need.list && m.entry == need.entry)
            {
                self.warn(
                    "own_host_not_listed",
                    format!("{} 里没有你自己的后端 {}，页面无法取得凭证。", need.list.field(), need.entry),
                    format!("{} lacks your own backend {}; pages cannot fetch any credential.", need.list.field(), need.entry),
                );
            }
        }
    }

    /// False when a list is over WeChat's limit.
    fn judge_sizes(&mut self, have: &BTreeSet<(List, String)>) -> bool {
        let mut fits = true;
        for list in List::ALL {
            let count = have.iter().filter(|(l, _)| *l == list).count();
            let field = list.field();
            if count > LIMIT {
                fits = false;
                self.warn(
                    "too_many_entries",
                    format!("{field} 有 {count} 项，上限为 {LIMIT}。"),
                    format!("{field} has {count} entries; the limit is {LIMIT}."),
                );
            } else if count > MANY {
                self.warn(
                    "many_entries",
                    format!("{field} 有 {count} 项；部分账号每个列表只允许 {MANY} 项。"),
                    format!("{field} has {count} entries; some accounts may hold only {MANY} per list."),
                );
            }
        }
        fits
    }
}

/// Host and port of an entry, even of one that its list does not take.
fn host_and_port(list: List, text: &str) -> Option<(String, Option<u16>)> {
    let address = take_apart(text.trim()).ok()?;
    Some((address.host, address.port.filter(|_| list != List::Socket)))
}

#[cfg(test)]
mod tests;
