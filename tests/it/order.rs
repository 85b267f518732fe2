//! Promise 4: order and repetition do not matter, on the pure model and through the store, and both hold the same rows.

use crate::harness::{Kaibo, fixture};
use crate::vendors::{Dice, NOW, PROVIDERS, Said, about, at, form, fresh, lifecycle, open, orders, say, seen};
use aws_sdk_dynamodb::types::AttributeValue;
use kaibo::live::event::Event;
use kaibo::live::fact::{Fact, Model, Value, of_recording, of_room};
use kaibo::live::opening::OpeningRows;
use kaibo::live::time::UnixMs;
use kaibo::store::{Store, facts};
use std::collections::{BTreeMap, BTreeSet};

fn facts_of(event: &Event) -> Vec<Fact> {
    let mut facts = of_room(event, "o");
    facts.extend(of_recording(event, "r"));
    facts
}

fn end_state<'a>(facts: impl IntoIterator<Item = &'a Vec<Fact>>) -> Model {
    let mut model = Model::default();
    facts.into_iter().flatten().for_each(|fact| {
        model.apply(fact);
    });
    model
}

/// Two vendor sessions, two users on two devices, reconnects, several tasks and files: what a mix is drawn from.
fn pool(provider: &str, n: u32) -> Vec<Said> {
    let mut pool = lifecycle(provider, n);
    let again = |said: &Said, seconds: i64, seq: u64, user: &str| {
        let (word, mut ask) = (said.0, said.1.clone());
        ask.at = UnixMs(ask.at.0 + seconds * 1000);
        ask.began_at = ask.began_at.map(|began| UnixMs(began.0 + seconds * 1000));
        (ask.seq, ask.user) = (Some(ask.seq.unwrap_or(1) + seq), Some(user.to_owned()));
        ask.file = ask.file.map(|file| format!("{file}-{user}-{seconds}"));
        Said(word, ask)
    };
    let first = pool.clone();
    for (seconds, seq, user) in [(100, 4, "host1"), (130, 8, "host1"), (3, 2, "guest2"), (100, 6, "guest2")] {
        pool.extend(first.iter().map(|said| again(said, seconds, seq, user)));
    }
    // A second vendor session whose numbers begin anew.
    pool.extend(first.iter().map(|said| again(said, 300, 0, "host1").with(|ask| ask.session = Some(format!("99{n}")))));
    if provider == "trtc" {
        for (word, seconds) in [("trtc.room.begin", 0), ("trtc.room.end", 80), ("trtc.audio.begin", 3), ("trtc.audio.end", 59)] {
            pool.push(Said::at(word, n, seconds));
        }
    }
    // No vendor gives one identity to two events.
    let mut keys = BTreeSet::new();
    pool.retain(|said| keys.insert(said.event().key));
    pool
}

#[test]
fn every_order_of_a_broadcasts_six_events_ends_in_one_state_on_the_model() {
    let all = orders(6);
    assert_eq!(all.len(), 720);
    for provider in PROVIDERS {
        let facts: Vec<Vec<Fact>> = lifecycle(provider, 7).iter().map(|said| facts_of(&said.event())).collect();
        let want = end_state(&facts);
        assert!(want.0.len() >= 3, "{provider}: {want:?}");
        let mut dice = Dice(1);
        for order in &all {
            for times in [1, 2, 13] {
                // Each round in another order, so that repetitions mix.
                let mut said: Vec<usize> = order.clone();
                for _ in 1..times {
                    let mut round = order.clone();
                    dice.shuffle(&mut round);
                    said.extend(round);
                }
                assert_eq!(end_state(said.iter().map(|i| &facts[*i])), want, "{provider} {said:?}");
            }
        }
    }
}

#[test]
fn any_mix_of_events_in_any_order_ends_as_the_same_events_in_time_order_on_the_model() {
    for provider in PROVIDERS {
        let facts: Vec<Vec<Fact>> = pool(provider, 7).iter().map(|said| facts_of(&said.event())).collect();
        let mut dice = Dice(4);
        for _ in 0..form(2_000, 20_000) {
            let said: Vec<usize> = (0..dice.below(60) + 1).map(|_| dice.below(facts.len())).collect();
            let distinct: BTreeSet<usize> = said.iter().copied().collect();
            let (got, want) = (end_state(said.iter().map(|i| &facts[*i])), end_state(distinct.iter().map(|i| &facts[*i])));
            assert_eq!(got, want, "{provider} {said:?}");
        }
    }
}

#[test]
fn the_vendors_published_order_cases_end_as_published() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../vectors/zego-vectors.json")).unwrap();
    let cases = vectors["vectors"].as_array().unwrap().iter().filter(|v| v["kind"] == "zego_callback_order");
    let mut seen = 0;
    for case in cases {
        seen += 1;
        let events: Vec<Event> = case["events"].as_array().unwrap().iter().map(zego_event).collect();
        for order in orders(events.len()) {
            let mut openings: BTreeMap<String, Model> = BTreeMap::new();
            for event in order.iter().map(|i| &events[*i]) {
                let opening = kaibo::live::fact::vendor_opening(event);
                for fact in of_room(event, &opening) {
                    openings.entry(opening.clone()).or_default().apply(&fact);
                }
            }
            for (_, room) in case["expected_final"].as_object().unwrap() {
                for (session, want) in room["sessions"].as_object().unwrap() {
                    let rows = openings.values().map(rows).find(|rows| rows.sessions.iter().any(|s| &s.session == session));
                    let rows = rows.unwrap();
                    let live: BTreeSet<String> = rows.streams(None).into_iter().filter(|s| s.live).map(|s| s.stream_id).collect();
                    let users: BTreeSet<String> = rows.members().into_iter().map(|m| m.user_id).collect();
                    let list = |name: &str| -> BTreeSet<String> {
                        want[name].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
                    };
                    assert_eq!((live, users), (list("live_streams"), list("online_users")), "{} {order:?}", case["id"]);
                    assert_eq!(rows.session_over().is_some(), want["closed"].as_bool().unwrap(), "{} {order:?}", case["id"]);
                }
            }
        }
    }
    assert_eq!(seen, 4);
}

fn zego_event(body: &serde_json::Value) -> Event {
    Said("zego.stream.begin", kaibo::simulator::Ask { body: Some(body.to_string().into_bytes()), ..about(1) }).event()
}

/// The model's rows as the table would give them.
fn rows(model: &Model) -> OpeningRows {
    use kaibo::live::fact::{Half, Place};
    use kaibo::live::opening::{End, MemberRow, SessionRow, StreamRow, Told};
    let mut all = OpeningRows::default();
    for (place, row) in &model.0 {
        let text = |name: &str| match row.get(name) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let int = |name: &str| match row.get(name) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        };
        let flag = |name: &str| row.get(name) == Some(&Value::Flag(true));
        let told = |half: Half| Some(Told { guard: int(half.guard())?, at: UnixMs(int(half.at())?) });
        let end = told(Half::End).map(|told| End {
            told,
            reason: text("end_reason").unwrap_or_default(),
            code: text("end_code"),
            began_at: int("end_began_at").map(UnixMs),
            for_good: flag("for_good"),
        });
        let begin = told(Half::Begin);
        match place {
            Place::Stream { run, .. } => all.streams.push(StreamRow {
                run: run.clone(),
                stream_id: text("stream_id").unwrap(),
                session: text("session").unwrap_or_default(),
                provider: kaibo::live::event::Provider::from_word(&text("provider").unwrap()).unwrap(),
                app: text("app").unwrap(),
                user_id: text("user_id"),
                record_id: text("record_id"),
                begin,
                end,
            }),
            Place::Member { session, user, .. } => all.members.push(MemberRow {
                user_id: user.clone(),
                session: session.clone(),
                nickname: text("nickname"),
                audience: flag("audience"),
                robot: flag("robot"),
                begin,
                end,
            }),
            Place::Session { session, .. } => all.sessions.push(SessionRow { session: session.clone(), begin, end }),
            _ => {}
        }
    }
    all
}

/// The suite that ties model and table: the same facts in the same mixes leave the same attributes in both.
pub async fn model_and_table_agree(store: &Store, mixes: usize) {
    for (provider, seed) in PROVIDERS.iter().zip(1..) {
        let events: Vec<Event> = pool(provider, 7).iter().map(Said::event).collect();
        let mut dice = Dice(seed);
        for _ in 0..mixes {
            // Other rows at each mix, also on a store that keeps what an earlier run left.
            let name = format!("mix-{}-{}", fresh(), std::process::id());
            let mut model = Model::default();
            for _ in 0..dice.below(30) + 1 {
                let event = &events[dice.below(events.len())];
                let facts = [of_room(event, &name), of_recording(event, &name)].concat();
                for fact in &facts {
                    let news = model.apply(fact);
                    assert_eq!(store.apply(fact, None).await.unwrap(), news, "{provider} {fact:?}");
                }
            }
            for (place, want) in &model.0 {
                let key = facts::key(place);
                let mut row = store.get(&key, true).await.unwrap().unwrap();
                row.retain(|name, _| !["pk", "sk", "schema"].contains(&name.as_str()));
                let got: BTreeMap<String, Value> =
                    row.iter().map(|(name, value)| (name.clone(), plain(value, &want[name]))).collect();
                assert_eq!(&got, want, "{provider} {key:?}");
            }
            if let Some(opening) = model.0.keys().find_map(|place| match place {
                kaibo::live::fact::Place::Stream { opening, .. } => Some(opening),
                _ => None,
            }) {
                let (table, _) = store.opening(opening, at(0)).await.unwrap();
                assert_eq!(table.streams(None), rows(&model).streams(None), "{provider}");
                assert_eq!(table.members(), rows(&model).members(), "{provider}");
            }
        }
    }
}

fn plain(value: &AttributeValue, like: &Value) -> Value {
    match (value, like) {
        (AttributeValue::S(text), _) => Value::Text(text.clone()),
        (AttributeValue::Bool(flag), _) => Value::Flag(*flag),
        (AttributeValue::N(number), Value::Real(_)) => Value::Real(number.parse().unwrap()),
        (AttributeValue::N(number), _) => Value::Int(number.parse().unwrap()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_table_keeps_what_the_model_keeps() {
    let store = Store::open(&fixture().store, None).await.unwrap();
    model_and_table_agree(&store, form(15, 200)).await;
}

/// Through doors, store and readers: every order ends in what a caller sees after the right order.
async fn through_the_store(kaibo: &Kaibo, provider: &str, ours: bool, every: usize) {
    let mut want = String::new();
    for order in orders(6).iter().step_by(every) {
        let n = fresh();
        if ours {
            open(kaibo, provider, n).await;
        }
        let life = lifecycle(provider, n);
        if want.is_empty() {
            let first = fresh();
            if ours {
                open(kaibo, provider, first).await;
            }
            for said in lifecycle(provider, first) {
                say(kaibo, &said).await;
            }
            want = seen(kaibo, first).await;
        }
        for i in order {
            say(kaibo, &life[*i]).await;
        }
        assert_eq!(seen(kaibo, n).await, want, "{provider} {order:?}");
    }
}

#[tokio::test]
async fn every_order_through_the_store_is_seen_alike_in_a_room_of_ours() {
    let kaibo = Kaibo::start_at(at(0), |_| {}).await;
    for provider in PROVIDERS {
        through_the_store(&kaibo, provider, true, form(31, 1)).await;
    }
}

#[tokio::test]
async fn every_order_through_the_store_is_seen_alike_in_a_vendors_room() {
    let kaibo = Kaibo::start_at(at(0), |_| {}).await;
    for provider in ["zego", "css"] {
        through_the_store(&kaibo, provider, false, form(31, 1)).await;
    }
}

#[tokio::test]
async fn mixes_through_the_store_are_seen_as_the_same_events_in_time_order() {
    let kaibo = Kaibo::start_at(at(0), |_| {}).await;
    let mut dice = Dice(9);
    for provider in PROVIDERS {
        for _ in 0..form(8, 200) {
            let (n, sorted) = (fresh(), fresh());
            open(&kaibo, provider, n).await;
            open(&kaibo, provider, sorted).await;
            let (mixed, straight) = (pool(provider, n), pool(provider, sorted));
            let said: Vec<usize> = (0..dice.below(20) + 1).map(|_| dice.below(mixed.len())).collect();
            for i in &said {
                say(&kaibo, &mixed[*i]).await;
            }
            let mut distinct: Vec<usize> = said.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            distinct.sort_by_key(|i| straight[*i].1.at);
            for i in distinct {
                say(&kaibo, &straight[i]).await;
            }
            assert_eq!(seen(&kaibo, n).await, seen(&kaibo, sorted).await, "{provider} {said:?}");
        }
    }
    assert_eq!(kaibo.app.now().seconds(), NOW);
}
