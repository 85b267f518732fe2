//! No key is forgotten: the parser itself says which keys take a list with dates, and each has its proof.

use super::*;
use kaibo::config::load::parse;

/// Every key of the document that takes a list with dates, and what proves here that the list is obeyed.
const PROVED: [(&str, fn()); 21] = [
    ("access.session_keys", a_login_session_of_the_old_key_counts_until_its_end_and_then_nowhere),
    ("access.operators.key", an_operator_key_counts_in_its_time_and_then_nowhere),
    ("access.operators.key_sha256", pairs::a_hashed_operator_key_counts_in_its_time_and_then_nowhere),
    ("access.issuers.secret", the_host_apps_jwt_counts_by_the_keys_of_the_moment),
    ("access.issuers.public_key", pairs::the_host_apps_public_key_counts_in_its_time),
    ("wechat.app_secret", wechat_is_asked_with_the_secret_of_the_moment),
    ("wechat.session_key_key", a_session_key_sealed_with_the_old_key_opens_until_its_end),
    ("zego.app_key", every_credential_is_signed_by_the_first_key_that_is_valid),
    ("zego.server_secret", every_credential_is_signed_by_the_first_key_that_is_valid),
    ("zego.callback_secret", a_callback_counts_by_the_keys_of_the_moment),
    ("trtc.secret_key", every_credential_is_signed_by_the_first_key_that_is_valid),
    ("trtc.private_key", pairs::an_old_applications_pem_key_signs_in_its_time_and_verifies_in_its_time),
    ("trtc.public_key", pairs::a_public_key_outlives_its_private_half_until_its_own_end),
    ("trtc.callback_key", a_callback_counts_by_the_keys_of_the_moment),
    ("css.push_key", every_credential_is_signed_by_the_first_key_that_is_valid),
    ("css.push_key_backup", a_backup_push_key_signs_when_the_primary_one_has_ended),
    ("css.play_key", every_credential_is_signed_by_the_first_key_that_is_valid),
    ("css.callback_key", a_callback_counts_by_the_keys_of_the_moment),
    ("tencent_api.secret_id", pairs::tencents_api_is_asked_with_the_pair_of_the_moment),
    ("tencent_api.secret_key", pairs::tencents_api_is_asked_with_the_pair_of_the_moment),
    ("callbacks.path_token", callback_addresses_change_with_their_path_token),
];

/// The keys that the parser knows in a section, from its own complaint about one that it does not know.
fn known(section: &str) -> Vec<String> {
    let sentence = parse(&in_section(section, "nothing_known = 1")).unwrap_err().sentence;
    sentence.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn in_section(section: &str, line: &str) -> String {
    match section {
        "" => line.to_owned(),
        "access.operators" | "access.issuers" | "zego" | "trtc" | "css" => format!("[[{section}]]\n{line}"),
        section => format!("[{section}]\n{line}"),
    }
}

#[test]
fn every_key_that_takes_a_list_with_dates_has_its_proof() {
    let sections = known("").into_iter().filter(|section| section != "production");
    let sections = sections.chain(["access.operators".to_owned(), "access.issuers".to_owned()]);
    let mut found = Vec::new();
    for section in sections {
        for key in known(&section) {
            let list = format!("{key} = [{{ value = \"v\", not_before = \"{}\" }}]", BEGIN.rfc3339());
            if parse(&in_section(&section, &list)).is_ok() {
                found.push(format!("{section}.{key}"));
            }
        }
    }
    let mut proved = PROVED.map(|(key, _)| key);
    found.sort();
    proved.sort();
    assert_eq!(found, proved);
    for key in proved {
        let (section, key) = key.rsplit_once('.').unwrap();
        let config = parse(&in_section(section, &format!("{key} = [\"canary\"]"))).unwrap();
        assert!(!format!("{config:?}").contains("canary"), "{section}.{key}");
    }
}
