use super::*;
use crate::live::caller::Trust;
use crate::live::event::Provider;
use crate::live::room::Origin;

fn room() -> Room {
    Room {
        room_id: "r1".into(),
        provider: Provider::Css,
        app: "main".into(),
        origin: Origin::Api,
        status: RoomStatus::Open,
        title: None,
        info: None,
        owner_id: Some("owner".into()),
        capacity: None,
        audio: None,
        kind: None,
        opening_id: "0000000000001-a".into(),
        opened_at: UnixMs(1),
        closed_at: None,
        openings: Vec::new(),
        cohosts: vec!["guest".into()],
        seated: Vec::new(),
        bans: vec!["out".into()],
        live: false,
        live_since: None,
        last_live_at: None,
        asked_with: None,
    }
}

fn actor(user_id: &str, trust: Trust) -> Actor {
    Actor { user_id: user_id.into(), trust }
}

fn verdict(actor: &Actor, room: Option<&Room>, role: Role) -> Result<(), &'static str> {
    Standing::direct(actor, room).and_then(|standing| standing.allows(role)).map_err(|fault| fault.code)
}

#[test]
fn a_life_outside_its_bounds_is_refused_with_the_bounds() {
    let life = Life { default: 600, min: 60, max: 3600 };
    assert_eq!(life.of(None), Ok(600));
    assert_eq!((life.of(Some(60)), life.of(Some(3600))), (Ok(60), Ok(3600)));
    for asked in [i64::MIN, -1, 0, 59, 3601, i64::MAX] {
        let fault = life.of(Some(asked)).unwrap_err();
        assert_eq!((fault.code, fault.fields[0].field.as_str()), ("ttl_out_of_range", "ttl_seconds"));
        assert!(fault.en.contains("60 to 3600") && fault.zh.contains("60 到 3600"));
    }
    let now = UnixMs(1_700_000_000_900);
    assert_eq!(life.until(now, UnixMs(1_700_000_060_000)), Ok(60));
    assert_eq!(life.until(now, UnixMs(1_700_000_059_999)).unwrap_err().code, "ttl_out_of_range");
}

#[test]
fn owners_host_accepted_seats_are_cohosts_and_everyone_watches() {
    let room = room();
    for (user, role, expected) in [
        ("owner", Role::Host, Ok(())),
        ("owner", Role::Cohost, Ok(())),
        ("owner", Role::Viewer, Ok(())),
        ("guest", Role::Host, Err("role_not_allowed")),
        ("guest", Role::Cohost, Ok(())),
        ("other", Role::Cohost, Err("role_not_allowed")),
        ("other", Role::Viewer, Ok(())),
        ("out", Role::Viewer, Err("banned")),
    ] {
        assert_eq!(verdict(&actor(user, Trust::Own), Some(&room), role), expected, "{user} {role:?}");
    }
}

#[test]
fn in_an_unknown_room_everyone_watches_and_is_told_to_open_it() {
    assert_eq!(verdict(&actor("owner", Trust::Own), None, Role::Viewer), Ok(()));
    let fault = Standing::direct(&actor("owner", Trust::Own), None).unwrap().allows(Role::Host).unwrap_err();
    assert!(fault.en.contains("POST /v1/rooms") && fault.zh.contains("POST /v1/rooms"));
}

#[test]
fn open_identity_and_issue_ask_any_role_but_not_for_someone_put_out() {
    for trust in [Trust::Open, Trust::Issue { operator: "ops".into() }] {
        assert_eq!(verdict(&actor("other", trust.clone()), None, Role::Host), Ok(()));
        assert_eq!(verdict(&actor("other", trust.clone()), Some(&room()), Role::Host), Ok(()));
        assert_eq!(verdict(&actor("out", trust), Some(&room()), Role::Viewer), Err("banned"));
    }
    // A ticket follows the room.
    assert_eq!(Standing::in_room("other", Some(&room())).unwrap().highest, Role::Viewer);
}

#[test]
fn nobody_publishes_into_a_closed_room() {
    let closed = Room { status: RoomStatus::Closed, ..room() };
    assert_eq!(verdict(&actor("owner", Trust::Own), Some(&closed), Role::Host), Err("room_closed"));
    assert_eq!(verdict(&actor("other", Trust::Own), Some(&closed), Role::Host), Err("role_not_allowed"));
    assert_eq!(verdict(&actor("owner", Trust::Own), Some(&closed), Role::Viewer), Ok(()));
}

#[test]
fn privilege_bits_ask_for_the_role_that_may_hold_them() {
    for role in [Role::Host, Role::Cohost, Role::Viewer] {
        assert_eq!(role_for_privileges(trtc_privileges(role)), role);
    }
    assert_eq!(role_for_privileges(170), Role::Viewer);
    assert_eq!(role_for_privileges(2 | 64), Role::Cohost);
    assert_eq!(role_for_privileges(63), Role::Host);
}

#[test]
fn a_css_stream_tells_its_room_and_user() {
    assert_eq!(css_stream_parts(&css_stream_id("r1", "user_1")), Some(("r1", "user_1")));
    assert_eq!(css_stream_parts("plain"), None);
    assert_eq!(css_stream_parts("_user"), None);
}
