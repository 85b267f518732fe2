use super::*;

fn told(guard: i64, at: i64) -> Option<Told> {
    Some(Told { guard, at: UnixMs(at) })
}

fn end(guard: i64, at: i64, reason: &str) -> Option<End> {
    Some(End { told: Told { guard, at: UnixMs(at) }, reason: reason.into(), ..End::default() })
}

fn stream(begin: Option<Told>, end: Option<End>) -> StreamRow {
    StreamRow {
        run: "s/st".into(),
        stream_id: "st".into(),
        session: "s".into(),
        provider: Provider::Zego,
        app: "1".into(),
        user_id: Some("u".into()),
        record_id: None,
        begin,
        end,
    }
}

#[test]
fn a_stream_lives_until_its_own_end() {
    let rows = OpeningRows { streams: vec![stream(told(1, 100), None)], ..OpeningRows::default() };
    assert_eq!(rows.live_view().live_since, Some(UnixMs(100)));
    let rows = OpeningRows { streams: vec![stream(told(1, 100), end(2, 200, "client_end"))], ..OpeningRows::default() };
    assert!(!rows.live_view().live);
    let rows = OpeningRows { streams: vec![stream(told(3, 300), end(2, 200, "client_end"))], ..OpeningRows::default() };
    assert!(rows.live_view().live);
}

#[test]
fn a_room_end_that_overtook_the_stream_start_still_ends_it() {
    let mut closed = end(900, 900, "normal");
    if let Some(end) = &mut closed {
        end.for_good = true;
    }
    let session = SessionRow { session: "s".into(), begin: None, end: closed };
    let rows = OpeningRows { streams: vec![stream(told(1, 950), None)], sessions: vec![session], ..OpeningRows::default() };
    assert_eq!(rows.streams(None)[0].end_reason.as_deref(), Some("room_ended"));
}

#[test]
fn a_user_on_two_phones_is_present_until_both_are_gone() {
    let stay = |begin, end| MemberRow {
        user_id: "u".into(),
        session: "s".into(),
        nickname: None,
        audience: false,
        robot: false,
        begin,
        end,
    };
    let mut rows =
        OpeningRows { members: vec![stay(told(1, 10), end(3, 30, "normal")), stay(told(2, 20), None)], ..OpeningRows::default() };
    rows.streams.push(stream(told(1, 15), None));
    assert_eq!(rows.members().len(), 1);
    assert!(rows.live_view().live);
    rows.members[1].end = end(4, 40, "normal");
    assert!(rows.members().is_empty());
    assert_eq!(rows.streams(None)[0].end_reason.as_deref(), Some("member_left"));
}
