use super::*;
use crate::live::whitelist::read::read;
use crate::live::whitelist::required::{Setup, profiles, required};
use serde_json::Value;

fn entries(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|f| f.entry.clone()).collect()
}

fn need(list: List, entry: &str) -> Required {
    Required {
        list,
        entry: entry.into(),
        known: true,
        profiles: vec!["config"],
        why_zh: String::new(),
        why_en: String::new(),
        source: "",
    }
}

fn checked(configured: &str, needs: &[Required]) -> Report {
    check(&read(configured).expect("readable"), needs)
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.warnings.iter().map(|w| w.code).collect()
}

#[test]
fn every_comparison_comes_out_as_written() {
    let all: Value = serde_json::from_str(include_str!("../../../../tests/vectors/wechat-vectors.json")).expect("JSON");
    let cases = all["domain_diff"].as_array().expect("cases");
    assert_eq!(cases.len(), 4);
    for case in cases {
        let needs: Vec<_> = case["required"]
            .as_object()
            .expect("lists")
            .iter()
            .flat_map(|(kind, entries)| {
                let list = List::from_word(kind).expect("a list");
                entries.as_array().expect("texts").iter().map(move |e| need(list, e.as_str().expect("text")))
            })
            .collect();
        let report = checked(&case["configured"].to_string(), &needs);
        assert_eq!(Value::from(report.ok), case["ok"], "{case}");
        for (found, want) in [(&report.missing, "missing"), (&report.invalid, "invalid"), (&report.extra, "extra")] {
            assert_eq!(serde_json::json!(entries(found)), case[want], "{want} of {case}");
        }
    }
}

#[test]
fn the_pictures_host_is_named_as_a_lookalike() {
    let report = checked("request: https://yun.tim.qcloud.com", &[need(List::Request, "https://yun.tim.qq.com")]);
    assert_eq!(entries(&report.lookalikes), ["https://yun.tim.qcloud.com"]);
    assert_eq!(report.lookalikes[0].instead.as_deref(), Some("https://yun.tim.qq.com"));
    assert_eq!(codes(&report), ["lookalike"]);
}

#[test]
fn the_right_host_in_the_wrong_list_is_misplaced_with_either_scheme() {
    let needs = [need(List::Socket, "wss://ws.example.com")];
    for configured in ["request: https://ws.example.com", "request: wss://ws.example.com", "download: https://ws.example.com"] {
        let report = checked(configured, &needs);
        assert_eq!((report.misplaced.len(), report.misplaced[0].belongs_in), (1, Some(List::Socket)), "{configured}");
        assert!(codes(&report).contains(&"misplaced"));
    }
}

#[test]
fn an_entry_required_where_it_stands_is_not_misplaced() {
    let needs = [need(List::Upload, "https://cos.example.com"), need(List::Download, "https://cos.example.com")];
    let report = checked("upload: https://cos.example.com", &needs);
    assert_eq!((report.missing.len(), report.misplaced.len()), (1, 0));
}

#[test]
fn ports_paths_and_doubled_schemes_are_explained() {
    let needs = [need(List::Request, "https://api.example.com"), need(List::Socket, "wss://ws.example.com")];
    let report = checked(
        "request: https://api.example.com:443\nsocket: wss://ws.example.com/ws\nsocket: wss://wss://ws.example.com",
        &needs,
    );
    assert_eq!(entries(&report.missing), ["https://api.example.com", "wss://ws.example.com"]);
    for code in ["explicit_default_port", "path_in_entry", "doubled_scheme", "lookalike"] {
        assert!(codes(&report).contains(&code), "{code}");
    }
    assert_eq!(report.invalid[0].reason, Some("path_not_allowed"));
}

#[test]
fn an_own_host_at_amazon_or_not_listed_is_a_warning() {
    for host in ["abc.execute-api.us-east-1.amazonaws.com", "abc.execute-api.cn-north-1.amazonaws.com.cn"] {
        let setup = Setup { public_url: Some(format!("https://{host}")), ..Setup::default() };
        let needs = required(&profiles(["css"]).expect("known"), &setup);
        let report = checked("request: https://other.example.com", &needs);
        assert_eq!(codes(&report), ["amazonaws_without_icp", "own_host_not_listed"]);
        assert!(!report.ok);
    }
}

#[test]
fn a_required_socket_port_is_ignored_when_matching() {
    let report = checked("socket: wss://ws.example.com", &[need(List::Socket, "wss://ws.example.com:8282")]);
    assert!(report.ok && report.missing.is_empty());
}

#[test]
fn long_lists_warn_and_too_long_ones_fail() {
    let list = |count: usize| (0..count).map(|n| format!("request: https://h{n}.example.com\n")).collect::<String>();
    assert!(checked(&list(20), &[]).warnings.is_empty());
    assert_eq!(codes(&checked(&list(21), &[])), ["many_entries"]);
    assert!(checked(&list(200), &[]).ok);
    let report = checked(&list(201), &[]);
    assert_eq!((report.ok, codes(&report)), (false, vec!["too_many_entries"]));
}

#[test]
fn pasting_what_is_required_is_all_right() {
    let setup = Setup {
        public_url: Some("https://api.example.com".into()),
        zego: Vec::new(),
        sdk_app_ids: vec![1400087915],
        more: Lists::default(),
    };
    let needs = required(&profiles(["trtc-room", "tuicallkit", "im-2019"]).expect("known"), &setup);
    let pasted: String =
        super::super::required::paste(&needs).into_iter().map(|(list, text)| format!("[{}]\n{text}\n", list.field())).collect();
    let report = checked(&pasted, &needs);
    assert_eq!((report.ok, report.extra.len(), report.warnings.len()), (true, 0, 0));
}
