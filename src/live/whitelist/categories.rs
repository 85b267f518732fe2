//! Which categories WeChat opens live-pusher and live-player to, as its documentation listed them on a day (wechat.md
//! section 9). Nobody but WeChat knows which category an account has: this is a table to compare with, never a verdict.

/// When the table was read. WeChat changes it without notice.
pub const READ_ON: &str = "2026-11";

/// One first-level category.
#[derive(Clone, Copy, Debug)]
pub struct Category {
    /// In Chinese, as the WeChat console shows it.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
    /// The second level, in English; empty where the first level is enough.
    pub second: &'static [&'static str],
}

/// The table of live-pusher; live-player's is the same.
pub const CATEGORIES: &[Category] = &[
    Category { zh: "社交", en: "Social", second: &["live (non-performance)", "live performance"] },
    Category { zh: "教育", en: "Education", second: &["online video courses"] },
    Category {
        zh: "医疗",
        en: "Medical",
        second: &["internet hospital", "public institution", "class-3 private", "other private institutions"],
    },
    Category {
        zh: "金融",
        en: "Finance",
        second: &[
            "bank",
            "trust",
            "public fund",
            "private fund",
            "securities and futures",
            "investment advice",
            "insurance",
            "enterprise credit",
            "NEEQ information",
            "stock information",
            "consumer finance",
            "financing guarantee",
            "auto finance and leasing",
        ],
    },
    Category { zh: "汽车", en: "Automobile", second: &["pre-sale"] },
    Category { zh: "政府主体账号", en: "Government account", second: &[] },
    Category { zh: "IT科技", en: "IT", second: &["multi-party communication", "audio-video devices"] },
    Category { zh: "房地产", en: "Real estate", second: &["marketing"] },
    Category { zh: "商业服务", en: "Business services", second: &["notary"] },
    Category { zh: "公共服务", en: "Public services", second: &["transport (Hong Kong and Macao government bodies)"] },
];

/// What to do with the table, in Chinese and English.
pub const NOTE_ZH: &str = "先通过类目审核，再在“开发 - 接口设置”打开实时播放和录制两个组件。社交-直播首次代码审核约 7 天；电商平台不可用；1 对 1 通话与 voip-room 另有各自的列表。";
/// The same in English.
pub const NOTE_EN: &str = "Get the category approved, then switch on both live components under the interface settings. The first code review of Social - live takes about 7 days; an e-commerce platform is not allowed; voip-room has a shorter list of its own";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_dated_and_has_no_name_twice() {
        assert!(READ_ON.len() >= 7 && READ_ON.starts_with("20"));
        let mut names: Vec<_> = CATEGORIES.iter().map(|category| category.en).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CATEGORIES.len());
    }
}
