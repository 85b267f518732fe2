use super::super::load::parse;
use super::*;

fn errors(text: &str) -> Vec<String> {
    judge(&parse(text).unwrap(), text).errors.iter().map(ToString::to_string).collect()
}

#[test]
fn each_impossible_value_is_named_with_its_line() {
    for (text, expected) in [
        ("[server]\nlisten = \"here\"", "line 2: server.listen must be"),
        ("[store]\nendpoint = \"dynamo\"", "line 2: store.endpoint must be"),
        ("[policy]\nrtcroom_user_ids = \"openid\"", "line 2: policy.rtcroom_user_ids must be one of standard, reference"),
        ("[policy]\nrtcroom_members = 0", "line 2: policy.rtcroom_members must be 1 to 100"),
        ("[policy]\nledger = \"paper\"", "line 2: policy.ledger must be one of log, table, off"),
        ("[policy]\nuser_sig_seconds = { default = 10, min = 60, max = 100 }", "line 2: policy.user_sig_seconds must have"),
        (
            "production = true\n[server]\npublic_url = \"https://a.example\"\n[access]\nopen_identity = true",
            "line 5: access.open_identity is for demos",
        ),
        (
            "[[access.operators]]\nname = \"a\"\nkey = \"canary-too-short\"\nscopes = [\"all\"]",
            "line 4: access.operators[0].scopes must be one of",
        ),
        ("[[zego]]\napp_id = 7\napp_key = \"canary\"", "line 3: zego[0].app_key is unusable"),
        ("[[zego]]\napp_id = 7\nserver_secret = \"canary\"", "line 3: zego[0].server_secret must have exactly 32"),
        ("[[trtc]]\nsdk_app_id = 7\nprivate_key = \"canary\"", "line 3: trtc[0].private_key is unusable"),
        ("[[css]]\npush_domain = \"a.example.com\"\nplay_domain = \"A.example.com\"", "line 3: css[0].play_domain must differ"),
        (
            "[[css]]\npush_domain = \"1.tlivepush.com\"\nplay_domain = \"b.example.com\"",
            "line 2: css[0].push_domain is one of Tencent's test domains",
        ),
        ("[domains]\nprofiles = [\"zego\"]", "line 2: domains.profiles must be one of zego-liveroom"),
        ("[callbacks]\npath_token = \"canary\"", "line 2: callbacks.path_token must have at least 16"),
        ("[wechat]\napp_id = \"wx123\"", "line 2: wechat.app_id must be"),
    ] {
        let found = errors(text);
        assert!(found.iter().any(|fault| fault.starts_with(expected)), "{expected}: {found:?}");
        assert!(!format!("{found:?}").contains("canary"), "{found:?}");
    }
}

#[test]
fn a_default_domain_of_tencents_is_said_and_in_production_refused() {
    let text = "[[css]]\npush_domain = \"1.livepush.myqcloud.com\"\nplay_domain = \"play.example.com\"\npush_key = \"abcdef\"";
    let judgement = judge(&parse(text).unwrap(), text);
    assert!(judgement.errors.is_empty());
    assert!(judgement.warnings.iter().any(|w| w.path == "css[0].push_domain"));
    let text = format!("production = true\n[server]\npublic_url = \"https://a.example\"\n{text}");
    assert_eq!(errors(&text).len(), 1);
}

#[test]
fn an_app_without_callback_key_is_said() {
    let text = "[[trtc]]\nsdk_app_id = 7\nsecret_key = \"5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e\"";
    let warnings = judge(&parse(text).unwrap(), text).warnings;
    assert!(warnings.iter().any(|w| w.path == "trtc[0].callback_key"), "{warnings:?}");
}

#[test]
fn the_example_passes() {
    let text = include_str!("../../../kaibo.example.toml");
    let judgement = judge(&parse(text).unwrap(), text);
    assert_eq!((judgement.errors, judgement.warnings), (vec![], vec![]));
}

#[test]
fn while_keys_change_one_fitting_pair_is_enough() {
    let keys: serde_json::Value = serde_json::from_str(include_str!("../../../tests/vectors/tencent-vectors.json")).unwrap();
    let pem = |name: &str, form: &str| keys["keys"][name][form].as_str().unwrap().to_owned();
    let found = |private: &[&str], public: &[&str]| {
        let list = |names: &[&str], form| format!("{:?}", names.iter().map(|name| pem(name, form)).collect::<Vec<_>>());
        let (private, public) = (list(private, "pkcs8"), list(public, "pub"));
        errors(&format!("[[trtc]]\nsdk_app_id = 7\nprivate_key = {private}\npublic_key = {public}"))
    };
    assert_eq!(found(&["p256other", "p256"], &["p256"]), Vec::<String>::new());
    assert_eq!(found(&["p256other"], &["p256", "p256other"]), Vec::<String>::new());
    assert!(found(&["p256other"], &["p256", "k256"])[0].starts_with("line 4: trtc[0].public_key is of another key"));
}

#[test]
fn a_list_whose_dates_or_places_do_not_go_together_is_named() {
    let backwards = "[{ value = \"v\", not_before = \"2026-02-01T00:00:00Z\", not_after = \"2026-01-01T00:00:00Z\" }]";
    for (section, key) in [
        ("[access]", "session_keys"),
        ("[wechat]", "app_secret"),
        ("[wechat]", "session_key_key"),
        ("[[access.operators]]", "key"),
        ("[[access.operators]]", "key_sha256"),
        ("[[access.issuers]]", "secret"),
        ("[[access.issuers]]", "public_key"),
        ("[[zego]]", "app_key"),
        ("[[zego]]", "server_secret"),
        ("[[zego]]", "callback_secret"),
        ("[[trtc]]", "secret_key"),
        ("[[trtc]]", "private_key"),
        ("[[trtc]]", "public_key"),
        ("[[trtc]]", "callback_key"),
        ("[[css]]", "push_key"),
        ("[[css]]", "push_key_backup"),
        ("[[css]]", "play_key"),
        ("[[css]]", "callback_key"),
        ("[tencent_api]", "secret_id"),
        ("[tencent_api]", "secret_key"),
        ("[callbacks]", "path_token"),
    ] {
        let found = errors(&format!("{section}\n{key} = {backwards}"));
        let said = format!("{key} has a key whose not_before is not earlier");
        assert!(found.iter().any(|fault| fault.contains(&said)), "{section} {key}: {found:?}");
    }
    let found = errors("[tencent_api]\nsecret_id = [\"a\", \"b\"]\nsecret_key = \"c\"");
    assert!(found[0].starts_with("line 3: tencent_api.secret_key must have as many keys as secret_id"), "{found:?}");
}
