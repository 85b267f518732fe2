//! What a call costs at the store, counted: the units of docs/costs.md, the same at a thousand and at a hundred thousand items,
//! and never a Scan.

use crate::harness::{Kaibo, fixture};
use crate::metered::{Metered, Used, metered};
use crate::vendors::{Said, at, deliver, form, fresh, open, open_with, say};
use kaibo::live::event::Provider;
use kaibo::live::room::{Opening, Origin, Room, RoomStatus};
use kaibo::live::time::UnixMs;
use kaibo::store::Store;
use serde_json::json;
use std::collections::BTreeMap;

async fn start() -> (Kaibo, Metered) {
    let config = fixture();
    let (store, meter) = metered(&config.store).await;
    (Kaibo::start_on(store, at(0), config).await, meter)
}

/// Write units, of them index entries, and read units.
type Units = (usize, usize, f64);

fn units(used: &Used) -> Units {
    assert!(used.calls.keys().all(|verb| ["GetItem", "PutItem", "UpdateItem", "Query"].contains(&verb.as_str())), "{used:?}");
    (used.writes, used.index_writes, used.reads)
}

/// One of each call, on rooms of their own.
async fn one_of_each(kaibo: &Kaibo, meter: &Metered) -> BTreeMap<&'static str, Units> {
    let mut all = BTreeMap::new();
    let mut note = |name, meter: &Metered| {
        all.insert(name, units(&meter.take()));
    };
    meter.take();
    let n = fresh();
    open_with(kaibo, json!({ "provider": "zego", "room_id": format!("plain-{n}") })).await;
    note("open a room", meter);
    open(kaibo, "zego", n).await;
    note("open a recorded room", meter);
    for (name, word, seconds) in [
        ("zego: a room session begins", "zego.room.begin", 1),
        ("zego: a host enters", "zego.room.enter", 2),
        ("zego: a stream begins", "zego.stream.begin", 3),
        ("zego: a stream ends", "zego.stream.end", 60),
        ("zego: a file", "zego.recording.ready", 61),
        ("zego: a mix, noted", "zego.mix.begin", 5),
        ("zego: a room session ends", "zego.room.end", 90),
    ] {
        say(kaibo, &Said::at(word, n, seconds).with(|ask| ask.began_at = Some(at(3)))).await;
        note(name, meter);
    }
    say(kaibo, &Said::at("zego.room.end", n, 90).with(|ask| ask.began_at = Some(at(3)))).await;
    note("the same callback again", meter);
    let n = fresh();
    open(kaibo, "css", n).await;
    meter.take();
    for (name, word, seconds) in [
        ("css: a push with a record id begins", "css.stream.begin", 3),
        ("css: a recording session runs", "css.recording.started", 4),
        ("css: a push with a record id ends", "css.stream.end", 60),
        ("css: a file with a record id", "css.recording.ready", 61),
    ] {
        say(kaibo, &Said::at(word, n, seconds).with(|ask| (ask.began_at, ask.record) = (Some(at(3)), Some(n.to_string())))).await;
        note(name, meter);
    }
    let n = fresh();
    open(kaibo, "trtc", n).await;
    meter.take();
    for (name, word, seconds) in [
        ("trtc: a host enters", "trtc.room.enter", 2),
        ("trtc: video begins", "trtc.video.begin", 3),
        ("trtc: a task runs", "trtc.recording.started", 4),
        ("trtc: a file", "trtc.recording.ready", 61),
    ] {
        say(kaibo, &Said::at(word, n, seconds).with(|ask| ask.began_at = Some(at(4)))).await;
        note(name, meter);
    }
    let viewer = Said::at("trtc.room.enter", n, 5).with(|ask| ask.set = vec![("EventInfo.Role".into(), "21".into())]);
    say(kaibo, &viewer).await;
    note("a viewer enters, audience = hosts", meter);
    deliver(kaibo, &Said::at("css.stream.begin", n, 1).with(|ask| ask.set = vec![("sign".into(), "0".into())]).prepared()).await;
    note("refused", meter);
    all
}

#[tokio::test]
async fn a_call_costs_what_the_cost_page_says() {
    let (kaibo, meter) = start().await;
    let measured = one_of_each(&kaibo, &meter).await;
    let table: String = measured.iter().map(|(name, (w, i, r))| format!("| {name} | {w} | {i} | {r} |\n")).collect();
    for (name, want) in WRITES {
        assert_eq!(measured[name].0, *want, "{name}\n{table}");
    }
    assert_eq!(measured.len(), WRITES.len(), "{table}");
}

/// Write units, index entries included, as measured and as docs/costs.md tells them. 1 for the inbox item and 1 for its place in
/// the inbox's list; 1 for each fact, each pointer and each tie; 1 for what lists show of the room and 1 more where that
/// changes; ZEGO 1 for the memory of signatures. A first file or task without a record id is kept apart and then moved.
const WRITES: &[(&str, usize)] = &[
    ("a viewer enters, audience = hosts", 0),
    ("css: a file with a record id", 4),
    ("css: a push with a record id begins", 9),
    ("css: a push with a record id ends", 7),
    ("css: a recording session runs", 4),
    ("open a recorded room", 4),
    ("open a room", 2),
    ("refused", 0),
    ("the same callback again", 1),
    ("trtc: a file", 4),
    ("trtc: a host enters", 4),
    ("trtc: a task runs", 11),
    ("trtc: video begins", 6),
    ("zego: a file", 14),
    ("zego: a host enters", 5),
    ("zego: a mix, noted", 3),
    ("zego: a room session begins", 5),
    ("zego: a room session ends", 5),
    ("zego: a stream begins", 7),
    ("zego: a stream ends", 6),
];

/// So many rooms of others, spread over the day.
async fn fill(store: &Store, count: usize) {
    let day = at(0).0 - 6 * 3_600_000;
    for chunk in (0..count).collect::<Vec<_>>().chunks(64) {
        let mut puts = tokio::task::JoinSet::new();
        for i in chunk {
            let opened_at = UnixMs(day + i64::try_from(*i).unwrap() * 40_000_000 / i64::try_from(count).unwrap().max(1));
            let opening = Opening { opening_id: Opening::new_id(opened_at, [7; 8]), record_id: None };
            let room = Room {
                room_id: format!("other-{i}"),
                provider: Provider::Zego,
                app: "1739272706".into(),
                origin: Origin::Api,
                status: RoomStatus::Open,
                title: Some("Another room".into()),
                info: None,
                owner_id: Some("someone".into()),
                capacity: None,
                audio: None,
                kind: None,
                opening_id: opening.opening_id.clone(),
                opened_at,
                closed_at: None,
                openings: vec![opening],
                cohosts: Vec::new(),
                bans: Vec::new(),
                live: false,
                live_since: None,
                last_live_at: None,
                asked_with: None,
                seated: Default::default(),
            };
            let store = store.clone();
            puts.spawn(async move { store.put_room(&room, None, at(0)).await.unwrap() });
        }
        puts.join_all().await;
    }
}

#[tokio::test]
async fn a_call_costs_the_same_however_much_is_kept() {
    let mut before = None;
    for count in form([100, 1_000], [1_000, 100_000]) {
        let (kaibo, meter) = start().await;
        fill(&kaibo.app.store, count).await;
        let measured = one_of_each(&kaibo, &meter).await;
        if let Some(before) = &before {
            assert_eq!(before, &measured, "{count}");
        }
        // A page of a list reads a page, not the list.
        kaibo.get("/v1/rooms?limit=20", Some(crate::harness::ALL)).await.expect(200);
        let page = meter.take();
        assert!(page.reads <= 30.0 && page.writes == 0, "{page:?}");
        before = Some(measured);
    }
}
