//! What a person at a terminal gets: `kaibo inspect` and `kaibo explain`, run as programs.

use kaibo::clock::signing_nonces;
use kaibo::secret::Secret;
use kaibo::vendor::trtc::keys::{EcdsaKey, HmacKey, TicketKey};
use kaibo::vendor::trtc::user_sig::user_sig;
use kaibo::vendor::zego::app_key::AppKey;
use kaibo::vendor::zego::login_token::login_token;
use kaibo::vendor::zego::server_secret::ServerSecret;
use kaibo::vendor::zego::token04::{Claims04, issue_cbc};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

const FIXTURE: &str = include_str!("fixture.toml");
/// Every judgement here is as of this moment.
const NOW: i64 = 1_800_000_000;
const AT: [&str; 2] = ["--at", "1800000000"];
const TRTC: u32 = 1_400_087_915;

/// How a run ended, and what was printed.
#[derive(Debug)]
struct Done {
    code: i32,
    out: String,
    err: String,
}

/// A folder with a configuration to run the program in.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("kaibo.toml"), FIXTURE).unwrap();
        Self(folder)
    }

    /// Runs `kaibo` in English; whatever it prints, no key of the configuration is in it.
    fn run(&self, args: &[&str], typed: &str) -> Done {
        self.run_in("en_US.UTF-8", args, typed)
    }

    fn run_in(&self, language: &str, args: &[&str], typed: &str) -> Done {
        let mut program = Command::new(env!("CARGO_BIN_EXE_kaibo"));
        program.args(args).current_dir(self.0.path()).env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", language);
        let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A program that reads nothing may be gone already.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        let done = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let done = Done { code: done.status.code().unwrap(), out: text(done.stdout), err: text(done.stderr) };
        for secret in secrets() {
            assert!(!done.out.contains(&secret) && !done.err.contains(&secret), "a key is printed: {done:?}");
        }
        assert!(!self.0.path().join("data").exists(), "looking makes nothing");
        done
    }

    /// `kaibo inspect` as of NOW; the answer of `--json` must say the same as the words.
    fn inspect(&self, text: &str, more: &[&str]) -> (Done, Value) {
        let args = [&["inspect", text], AT.as_slice(), more].concat();
        let told = self.run(&args, "");
        let answer = self.run(&[args.as_slice(), &["--json"]].concat(), "");
        let json: Value = serde_json::from_str(&answer.out).unwrap();
        assert_eq!((told.code, &told.err, &answer.err), (answer.code, &String::new(), &String::new()));
        assert_eq!(json["valid"], told.code == 0, "{json}");
        let verdict = if told.code == 0 { "valid" } else { "not valid" };
        assert_eq!(told.out.lines().next(), Some(format!("{}: {verdict}", json["kind"].as_str().unwrap()).as_str()));
        for fault in json["faults"].as_array().unwrap() {
            let line = format!("  x {} ({}): ", fault["code"].as_str().unwrap(), fault["field"].as_str().unwrap());
            assert!(told.out.contains(&(line + fault["detail"].as_str().unwrap())), "{} lacks {fault}", told.out);
        }
        (told, json)
    }
}

/// The keys of the fixture, as written and as cleaned.
fn secrets() -> Vec<String> {
    let names = ["session_keys", "key", "secret", "app_secret", "app_key", "server_secret", "callback_secret", "secret_key"];
    let names = names.iter().chain(&["callback_key", "push_key", "play_key", "path_token"]);
    let value = |name: &&str| {
        let of_line = |line: &str| line.split_once(" = ").filter(|(key, _)| key == name).map(|(_, value)| value.to_owned());
        FIXTURE.lines().filter_map(of_line).map(|value| value.trim_matches('"').to_owned()).collect::<Vec<_>>()
    };
    let mut all: Vec<String> = names.flat_map(value).collect();
    assert!(all.len() >= 15, "{}", all.len());
    all.push("0102030405060708090a0b0c0d0e0f10".to_owned());
    all
}

fn hmac() -> TicketKey {
    let secret = crate::harness::fixture().trtc[0].secret_key.as_ref().unwrap().all()[0].value.clone();
    TicketKey::Hmac(HmacKey::new(&secret).unwrap())
}

fn zego_01(user: &str, expires: i64) -> String {
    let printed = crate::harness::fixture().zego[0].app_key.as_ref().unwrap().all()[0].value.clone();
    login_token(&AppKey::clean(printed.reveal_text()).unwrap(), 1_739_272_706, user, "0123456789abcdef", expires)
}

fn zego_04(user_id: &str) -> String {
    let secret = ServerSecret::new(&Secret::from("0123456789abcdef0123456789abcdef")).unwrap();
    let claims = Claims04 { app_id: 1_739_272_706, user_id, created: NOW, expires: NOW + 600, nonce: 7, payload: "" };
    issue_cbc(&secret, &claims, &[9; 16]).unwrap()
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["faults"].as_array().unwrap().iter().map(|fault| fault["code"].as_str().unwrap()).collect()
}

#[test]
fn a_good_credential_is_decoded_and_ends_with_0() {
    let folder = Folder::new();
    let sig = user_sig(&hmac(), TRTC, "user_1", NOW, 600).unwrap();
    let (told, answer) = folder.inspect(&sig, &["--user", "user_1", "--app", "1400087915"]);
    assert_eq!((told.code, &answer["kind"]), (0, &json!("user_sig")));
    for said in ["    identifier       user_1", "    sdkappid         1400087915", "    expires_at       2027-01-15T08:10:00Z"] {
        assert!(told.out.contains(said), "{}", told.out);
    }
    let (told, _) = folder.inspect(&zego_01("user_1", NOW + 600), &["--user", "user_1", "--app", "1739272706"]);
    assert_eq!(told.code, 0, "{}", told.out);
}

#[test]
fn what_is_piped_in_is_judged_like_what_is_typed() {
    let folder = Folder::new();
    let sig = user_sig(&hmac(), TRTC, "user_1", NOW, 600).unwrap();
    let (told, _) = folder.inspect(&sig, &[]);
    for args in [&["inspect"][..], &["inspect", "-"]] {
        // As `pbpaste |` and `cat file |` give it.
        let piped = folder.run(&[args, &AT].concat(), &format!("{sig}\n"));
        assert_eq!((piped.code, piped.out), (0, told.out.clone()), "{args:?}");
    }
    let nothing = folder.run(&["inspect"], "");
    assert_eq!((nothing.code, nothing.out.lines().next().unwrap().ends_with(": not valid")), (1, true), "{nothing:?}");
}

#[test]
fn an_expired_user_sig_is_named_in_both_languages_and_ends_with_1() {
    let folder = Folder::new();
    let sig = user_sig(&hmac(), TRTC, "user_1", NOW - 7200, 3600).unwrap();
    let (told, answer) = folder.inspect(&sig, &[]);
    assert_eq!((told.code, codes(&answer)), (1, vec!["expired"]), "{}", told.out);
    let chinese = folder.run_in("zh_CN.UTF-8", &["inspect", &sig, AT[0], AT[1]], "");
    assert_eq!(chinese.code, 1);
    assert!(chinese.out.starts_with("user_sig: 无效\n  x expired ("), "{}", chinese.out);
    // In its own time it was good.
    assert_eq!(folder.run(&["inspect", &sig, "--at", "2027-01-15T06:30:00Z"], "").code, 0);
}

#[test]
fn a_ticket_of_the_other_generation_is_named() {
    let folder = Folder::new();
    let vectors: Value = serde_json::from_str(include_str!("../vectors/tencent-vectors.json")).unwrap();
    let pem = vectors["keys"]["p256"]["pkcs8"].as_str().unwrap();
    let old = EcdsaKey::from_pem(pem, signing_nonces()).map(TicketKey::Ecdsa).unwrap();
    let sig = user_sig(&old, TRTC, "user_1", NOW, 600).unwrap();
    let (told, answer) = folder.inspect(&sig, &[]);
    assert_eq!((told.code, codes(&answer)), (1, vec!["unsupported_version"]), "{}", told.out);
    assert!(told.out.contains("v1 and v2 are mixed"), "{}", told.out);
}

#[test]
fn a_plus_that_became_a_blank_is_named() {
    let folder = Folder::new();
    // Standard base64 has a + once in 64 letters; some user's token has one.
    let sealed = (0..).map(|n| zego_04(&format!("user_{n}"))).find(|token| token.contains('+')).unwrap_or_default();
    let (told, answer) = folder.inspect(&sealed.replace('+', " "), &[]);
    assert_eq!(told.code, 1);
    assert_eq!(codes(&answer), ["wrong_alphabet"]);
    assert!(told.out.contains("A + became a blank"), "{}", told.out);
    let sig = (0..).map(|n| user_sig(&hmac(), TRTC, &format!("user_{n}"), NOW, 600).unwrap()).find(|sig| sig.contains('*'));
    let standard = sig.unwrap_or_default().replace('*', " ").replace('-', "/").replace('_', "=");
    let (told, answer) = folder.inspect(&standard, &[]);
    assert_eq!((told.code, codes(&answer)), (1, vec!["wrong_alphabet"]), "{}", told.out);
}

#[test]
fn a_token_that_was_cut_off_is_named() {
    let folder = Folder::new();
    for whole in [user_sig(&hmac(), TRTC, "user_1", NOW, 600).unwrap(), zego_04("user_1"), zego_01("user_1", NOW + 600)] {
        let (told, answer) = folder.inspect(&whole[..whole.len() - 9], &[]);
        assert_eq!((told.code, codes(&answer)), (1, vec!["malformed"]), "{}", told.out);
    }
    let (told, _) = folder.inspect(&user_sig(&hmac(), TRTC, "user_1", NOW, 600).unwrap()[..100], &[]);
    assert!(told.out.contains("the end is missing"), "{}", told.out);
}

#[test]
fn a_wrong_user_or_room_or_app_is_named_and_a_wrong_word_on_the_line_ends_with_2() {
    let folder = Folder::new();
    let sig = user_sig(&hmac(), TRTC, "user_1", NOW, 600).unwrap();
    assert_eq!(codes(&folder.inspect(&sig, &["--user", "user_2"]).1), ["identifier_mismatch"]);
    assert_eq!(codes(&folder.inspect(&sig, &["--app", "1400000001"]).1), ["sdkappid_mismatch"]);
    for args in
        [&["inspect", &sig, "--at", "tomorrow"][..], &["inspect", &sig, "--app", "x"], &["inspect", "a", "b"], &["explain"]]
    {
        let done = folder.run(args, "");
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{args:?}");
        assert!(done.err.contains("error: "), "{}", done.err);
    }
    let done = folder.run(&["inspect", &sig, "--header", "no colon"], "");
    assert_eq!((done.code, done.out.as_str()), (1, ""));
    assert!(done.err.starts_with("kaibo: --header must be"), "{}", done.err);
    let done = folder.run(&["inspect", &sig, "--config", "nowhere.toml"], "");
    assert!(done.code != 0 && done.err.contains("nowhere.toml"), "{done:?}");
}

#[test]
fn without_a_configuration_it_says_that_no_key_is_known() {
    let folder = Folder::new();
    std::fs::remove_file(folder.0.path().join("kaibo.toml")).unwrap();
    let (told, answer) = folder.inspect(&user_sig(&hmac(), TRTC, "user_1", NOW, 600).unwrap(), &[]);
    assert_eq!((told.code, codes(&answer)), (1, vec!["key_unknown"]));
    assert!(told.out.contains("identifier       user_1"), "{}", told.out);
}

#[test]
fn a_code_is_explained_as_it_was_pasted_in_the_language_of_the_terminal() {
    let folder = Folder::new();
    for (pasted, said) in [
        (&["70009"][..], "trtc 70009: "),
        (&["result=1000001002"], "zego 1000001002: "),
        (&["-2301"], ": "),
        (&["errCode: -12020"], ": "),
        (&["70009", "--vendor", "trtc"], "trtc 70009: "),
        (&["quota_exceeded", "--vendor", "kaibo"], "kaibo quota_exceeded: "),
    ] {
        let done = folder.run(&[&["explain"], pasted].concat(), "");
        assert_eq!((done.code, done.err.as_str()), (0, ""), "{pasted:?}");
        assert!(done.out.contains(said), "{}", done.out);
        for label in ["  cause   ", "  cure    ", "  source  "] {
            assert!(done.out.contains(label), "{}", done.out);
        }
    }
    let chinese = folder.run_in("zh_CN.UTF-8", &["explain", "70009"], "");
    assert!(chinese.out.contains("  原因  ") && chinese.out.contains("  处理  "), "{}", chinese.out);
}

#[test]
fn a_symptom_is_explained_however_it_is_spelled() {
    let folder = Folder::new();
    for symptom in ["black-screen", "only-with-debugging", "token-error", "no-recording"] {
        let done = folder.run(&["explain", symptom], "");
        assert!(done.code == 0 && done.out.starts_with(&format!("symptom {symptom}: ")), "{done:?}");
        assert!(done.out.contains("Check in turn: 1 "), "{}", done.out);
        let spoken = symptom.replace('-', " ");
        for args in [&["explain", spoken.as_str()][..], &["explain", &spoken, "--vendor", "symptom"]] {
            assert_eq!(folder.run(args, "").out, done.out, "{args:?}");
        }
    }
}

#[test]
fn an_unknown_code_ends_with_1_and_the_vendors_names() {
    let done = Folder::new().run(&["explain", "no-such-code"], "");
    assert_eq!((done.code, done.out.as_str()), (1, ""));
    assert!(done.err.contains("no-such-code is not in the dictionary") && done.err.contains("symptom"), "{}", done.err);
    assert_eq!(Folder::new().run(&["explain", "70009", "--vendor", "nobody"], "").code, 1);
}
