use super::*;
use crate::live::event::What;
use crate::vendor;

const NOW: UnixMs = UnixMs(1_760_000_000_000);

fn config() -> Config {
    toml::from_str(include_str!("../../tests/it/fixture.toml")).unwrap()
}

fn read(prepared: &Prepared, provider: Provider) -> crate::live::event::Event {
    let header = |name: &str| prepared.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str());
    let now = NOW.seconds();
    match provider {
        Provider::Zego => {
            let key = "fedcba9876543210fedcba9876543210".into();
            let signed = vendor::zego::callback::verify(&prepared.body, header("content-type"), &[&key], 1_739_272_706, now, 600);
            vendor::zego::callback::parse(&signed.unwrap())
        }
        Provider::Css => {
            let key = "fixture-css-callback".into();
            let signed = vendor::css::callback::verify(&prepared.body, header("content-type"), &[&key], false, now, 0).unwrap();
            assert!(vendor::css::callback::belongs(&signed, "push.example.com", None, &[""; 0]));
            vendor::css::callback::parse(&signed, "main")
        }
        _ => {
            let key = "fixture-trtc-callback".into();
            let signed =
                vendor::trtc::callback::verify(&prepared.body, header("sign"), header("sdkappid"), &[&key], false, 1_400_087_915);
            vendor::trtc::callback::parse(&signed.unwrap(), 1_400_087_915)
        }
    }
}

#[test]
fn every_kind_is_signed_as_its_vendor_signs_and_is_understood() {
    for kind in kinds::ALL {
        let prepared = prepare(&config(), kind.word, &Ask::now(NOW)).unwrap();
        let event = read(&prepared, kind.provider);
        assert!(!matches!(event.what, What::Unreadable { .. } | What::UnknownKind), "{}: {:?}", kind.word, event.what);
        let noted = kind.means.ends_with("(noted)");
        assert_eq!(matches!(event.what, What::Noted), noted, "{}: {:?}", kind.word, event.what);
        let shown = format!("{prepared:?}");
        assert!(!shown.contains("fixture"), "{shown}");
    }
}

#[test]
fn words_are_told_apart_and_listed() {
    let mut words: Vec<_> = kinds::ALL.iter().map(|kind| kind.word).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), kinds::ALL.len());
    assert!(kinds::table().contains("css.recording.ready          100 "));
}

#[test]
fn a_push_carries_its_record_id_and_its_room() {
    let ask = Ask { record: Some("43567".into()), room: Some("12".into()), user: Some("u_9".into()), ..Ask::now(NOW) };
    let event = read(&prepare(&config(), "css.recording.ready", &ask).unwrap(), Provider::Css);
    assert_eq!((event.record_id.as_deref(), event.room_id.as_deref()), (Some("43567"), Some("12")));
    let ask = Ask { record: Some("evening-1".into()), relayed_from: Some(1_400_087_915), ..ask };
    let event = read(&prepare(&config(), "css.stream.begin", &ask).unwrap(), Provider::Css);
    assert_eq!((event.record_id.as_deref(), event.user_id.as_deref()), (Some("evening-1"), Some("u_9")));
    assert_eq!(event.relayed_from.as_deref(), Some("1400087915"));
}

#[test]
fn members_are_set_before_signing_and_the_sign_itself_after() {
    let ask = Ask { set: vec![("EventInfo.RoomId".into(), "7".into())], ..Ask::now(NOW) };
    assert_eq!(read(&prepare(&config(), "trtc.room.enter", &ask).unwrap(), Provider::Trtc).room_id.as_deref(), Some("7"));
    let ask = Ask { set: vec![("sign".into(), "wrong".into())], ..Ask::now(NOW) };
    for word in ["trtc.room.enter", "css.stream.begin", "zego.stream.begin"] {
        let prepared = prepare(&config(), word, &ask).unwrap();
        let all = format!("{:?}{}", prepared.headers, String::from_utf8_lossy(&prepared.body));
        assert!(all.contains("wrong"), "{all}");
    }
    let own = Ask { body: Some(br#"{"event":"novelty","x":1}"#.to_vec()), ..Ask::now(NOW) };
    assert_eq!(read(&prepare(&config(), "zego.stream.begin", &own).unwrap(), Provider::Zego).kind, "zego.novelty");
}

#[test]
fn what_cannot_be_built_says_why() {
    let word = |config: &Config, kind: &str, ask: &Ask| prepare(config, kind, ask).unwrap_err().code();
    let ask = Ask::now(NOW);
    assert_eq!(word(&config(), "css.nothing", &ask), "kind_unknown");
    assert_eq!(word(&config(), "css.stream.begin", &Ask { app: Some("other".into()), ..ask.clone() }), "app_unknown");
    assert_eq!(word(&config(), "css.stream.begin", &Ask { body: Some(b"[]".to_vec()), ..ask.clone() }), "body_malformed");
    let set = vec![("app.x".into(), "1".into())];
    assert_eq!(word(&config(), "css.stream.begin", &Ask { set, ..ask.clone() }), "set_malformed");
    let mut bare = config();
    bare.zego.clear();
    bare.css[0].callback_key = None;
    bare.trtc.push(bare.trtc[0].clone());
    assert_eq!(word(&bare, "zego.stream.begin", &ask), "app_missing");
    assert_eq!(word(&bare, "css.stream.begin", &ask), "key_missing");
    assert_eq!(word(&bare, "trtc.room.enter", &ask), "app_required");
    bare.callbacks.path_token = None;
    assert_eq!(word(&bare, "trtc.room.enter", &ask), "path_token_missing");
}
