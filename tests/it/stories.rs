//! What hosts, phones and networks do to callbacks, as stories: what a caller sees is right in every order.

use crate::harness::{ALL, Kaibo};
use crate::vendors::{Dice, Said, at, close, form, fresh, open, open_with, orders, say, seen};
use kaibo::live::time::UnixMs;
use serde_json::{Value, json};

async fn start() -> Kaibo {
    Kaibo::start_at(at(0), |_| {}).await
}

async fn read(kaibo: &Kaibo, target: &str) -> Value {
    kaibo.get(target, Some(ALL)).await.expect(200).json()
}

fn push(word: &'static str, n: u32, seconds: i64, sequence: &str, record: u32) -> Said {
    Said::at(word, n, seconds).with(|ask| {
        ask.session = Some(format!("{sequence}{n}"));
        ask.file = Some(format!("{sequence}-f{n}"));
        ask.record = Some(record.to_string());
    })
}

#[tokio::test]
async fn a_reconnecting_host_has_two_pushes_under_one_record_id() {
    let kaibo = start().await;
    for order in orders(6).iter().step_by(form(37, 7)) {
        let n = fresh();
        open(&kaibo, "css", n).await;
        let said = [
            push("css.stream.begin", n, 2, "1", n),
            push("css.stream.end", n, 30, "1", n).with(|ask| ask.began_at = Some(at(2))),
            push("css.stream.begin", n, 35, "2", n),
            push("css.stream.end", n, 90, "2", n).with(|ask| ask.began_at = Some(at(35))),
            push("css.recording.ready", n, 29, "1", n).with(|ask| ask.began_at = Some(at(3))),
            push("css.recording.ready", n, 89, "2", n).with(|ask| ask.began_at = Some(at(36))),
        ];
        for i in order {
            say(&kaibo, &said[*i]).await;
        }
        let recording = read(&kaibo, &format!("/v1/recordings/{n}")).await;
        assert_eq!(recording["status"], "ready", "{order:?} {recording}");
        assert_eq!(recording["files"].as_array().unwrap().len(), 2, "{order:?} {recording}");
        let pushes: Vec<_> = recording["sessions"].as_array().unwrap().iter().filter(|s| s["kind"] == "push").collect();
        assert_eq!(pushes.len(), 2, "{order:?} {recording}");
        assert!(pushes.iter().all(|push| push["status"] == "ended" && push["reason"] == "client_end"), "{order:?} {recording}");
        let streams = read(&kaibo, &format!("/v1/rooms/{n}/streams")).await;
        assert_eq!(streams["items"].as_array().unwrap().len(), 2, "{streams}");
    }
}

#[tokio::test]
async fn an_old_file_goes_to_the_old_opening_of_a_host_who_closed_and_reopened() {
    for provider in ["css", "zego", "trtc"] {
        let kaibo = start().await;
        let n = fresh();
        let clock = kaibo.clock.clone().unwrap();
        let ask = json!({ "provider": provider, "room_id": n.to_string(), "record": true });
        let first = open_with(&kaibo, ask.clone()).await["record_id"].as_str().unwrap().to_owned();
        let (begin, end, ready) = match provider {
            "css" => ("css.stream.begin", "css.stream.end", "css.recording.ready"),
            "zego" => ("zego.stream.begin", "zego.stream.end", "zego.recording.ready"),
            _ => ("trtc.video.begin", "trtc.video.end", "trtc.recording.ready"),
        };
        let of = |said: Said, run: &str, began: i64| {
            said.with(|ask| {
                (ask.session, ask.file) = (Some(format!("{run}{n}")), Some(format!("{run}-f{n}")));
                ask.began_at = Some(at(began));
            })
        };
        say(&kaibo, &of(Said::at(begin, n, 5), "1", 5)).await;
        clock.set(at(60));
        close(&kaibo, &n.to_string()).await;
        let second = open_with(&kaibo, ask).await["record_id"].as_str().unwrap().to_owned();
        assert_ne!(first, second);
        // The new push begins before the old one's end and file are told.
        say(&kaibo, &of(Said::at(begin, n, 65), "2", 65)).await;
        say(&kaibo, &of(Said::at(ready, n, 58), "1", 6)).await;
        say(&kaibo, &of(Said::at(end, n, 59), "1", 5)).await;
        let old = read(&kaibo, &format!("/v1/recordings/{first}")).await;
        assert_eq!(old["files"][0]["file_id"].as_str(), Some(format!("1-f{n}").as_str()), "{provider} {old}");
        let new = read(&kaibo, &format!("/v1/recordings/{second}")).await;
        assert_eq!((new["files"].as_array().unwrap().len(), new["status"].as_str()), (0, Some("recording")), "{provider} {new}");
        let room = read(&kaibo, &format!("/v1/rooms/{n}")).await;
        assert_eq!((room["live"].clone(), room["record_id"].as_str()), (json!(true), Some(second.as_str())), "{provider} {room}");
        say(&kaibo, &of(Said::at(ready, n, 100), "2", 66)).await;
        let new = read(&kaibo, &format!("/v1/recordings/{second}")).await;
        assert_eq!(new["files"][0]["file_id"].as_str(), Some(format!("2-f{n}").as_str()), "{provider} {new}");
    }
}

#[tokio::test]
async fn a_file_that_overtakes_its_own_push_is_not_taken_for_an_older_pushs() {
    for provider in ["css", "zego"] {
        let kaibo = start().await;
        let clock = kaibo.clock.clone().unwrap();
        let (begin, end, ready) = match provider {
            "css" => ("css.stream.begin", "css.stream.end", "css.recording.ready"),
            _ => ("zego.stream.begin", "zego.stream.end", "zego.recording.ready"),
        };
        let of = |said: Said, n: u32, run: &str, began: i64| {
            said.with(|ask| {
                (ask.session, ask.file) = (Some(format!("{run}{n}")), Some(format!("{run}-f{n}")));
                ask.began_at = Some(at(began));
            })
        };
        for old_end_is_told in [true, false] {
            let n = fresh();
            let ask = json!({ "provider": provider, "room_id": n.to_string(), "record": true });
            clock.set(at(0));
            open_with(&kaibo, ask.clone()).await;
            say(&kaibo, &of(Said::at(begin, n, 5), n, "1", 5)).await;
            if old_end_is_told {
                say(&kaibo, &of(Said::at(end, n, 59), n, "1", 5)).await;
            }
            clock.set(at(60));
            close(&kaibo, &n.to_string()).await;
            let second = open_with(&kaibo, ask).await["record_id"].as_str().unwrap().to_owned();
            say(&kaibo, &of(Said::at(ready, n, 100), n, "2", 66)).await;
            say(&kaibo, &of(Said::at(begin, n, 65), n, "2", 65)).await;
            let new = read(&kaibo, &format!("/v1/recordings/{second}")).await;
            assert_eq!(new["files"][0]["file_id"].as_str(), Some(format!("2-f{n}").as_str()), "{provider} {new}");
        }
        // In a room that only the vendor knows, its end is what tells the two apart.
        if provider == "zego" {
            let n = fresh();
            say(&kaibo, &of(Said::at(begin, n, 5), n, "1", 5)).await;
            say(&kaibo, &of(Said::at(end, n, 40), n, "1", 5)).await;
            say(&kaibo, &of(Said::at(ready, n, 100), n, "2", 66)).await;
            say(&kaibo, &of(Said::at(begin, n, 65), n, "2", 65)).await;
            let all = read(&kaibo, &format!("/v1/rooms/{n}/recordings")).await;
            let room = read(&kaibo, &format!("/v1/rooms/{n}")).await;
            assert_eq!(room["recordings"][0]["files"].as_array().map(Vec::len), Some(1), "{all} {room}");
        }
    }
}

#[tokio::test]
async fn a_task_that_only_told_its_end_waits_for_its_begin_where_two_openings_would_do() {
    let kaibo = start().await;
    let n = fresh();
    let clock = kaibo.clock.clone().unwrap();
    let ask = json!({ "provider": "trtc", "room_id": n.to_string(), "record": true });
    let first = open_with(&kaibo, ask.clone()).await["record_id"].as_str().unwrap().to_owned();
    clock.set(at(60));
    close(&kaibo, &n.to_string()).await;
    open_with(&kaibo, ask).await;
    say(&kaibo, &Said::at("trtc.recording.ended", n, 70)).await;
    let task = read(&kaibo, &format!("/v1/recordings/task-88{n}")).await;
    assert_eq!(task["room_id"], Value::Null, "{task}");
    say(&kaibo, &Said::at("trtc.recording.started", n, 10)).await;
    let old = read(&kaibo, &format!("/v1/recordings/{first}")).await;
    assert_eq!(old["sessions"][0]["id"].as_str(), Some(format!("88{n}").as_str()), "{old}");
}

#[tokio::test]
async fn a_room_end_that_overtakes_a_stream_start_leaves_nothing_live() {
    let kaibo = start().await;
    for ours in [true, false] {
        let n = fresh();
        if ours {
            open(&kaibo, "zego", n).await;
        }
        for (word, seconds) in [("zego.room.end", 40), ("zego.room.begin", 1), ("zego.room.enter", 2), ("zego.stream.begin", 3)] {
            say(&kaibo, &Said::at(word, n, seconds)).await;
        }
        let room = read(&kaibo, &format!("/v1/rooms/{n}")).await;
        assert_eq!((room["live"].clone(), room["members"].as_array().unwrap().len()), (json!(false), 0), "{room}");
        assert_eq!(room["streams"][0]["end_reason"], "room_ended", "{room}");
        assert_eq!(room["status"], if ours { "open" } else { "closed" });
    }
    // Tencent's rooms live again: only what began before the end is over.
    let n = fresh();
    open(&kaibo, "trtc", n).await;
    for (word, seconds) in [("trtc.room.end", 40), ("trtc.video.begin", 3), ("trtc.audio.begin", 50)] {
        say(&kaibo, &Said::at(word, n, seconds).with(|ask| ask.user = Some(format!("u{seconds}")))).await;
    }
    let room = read(&kaibo, &format!("/v1/rooms/{n}")).await;
    let live: Vec<_> = room["streams"].as_array().unwrap().iter().filter(|s| s["status"] == "live").collect();
    assert_eq!((live.len(), live[0]["user_id"].as_str()), (1, Some("u50")), "{room}");
}

#[tokio::test]
async fn a_sequence_that_restarts_in_the_second_room_session_is_a_new_stream() {
    let kaibo = start().await;
    for order in orders(5).iter().step_by(form(11, 1)) {
        let n = fresh();
        open(&kaibo, "zego", n).await;
        let run = |word, seconds, session: &str, seq| {
            Said::at(word, n, seconds).with(|ask| (ask.session, ask.seq) = (Some(format!("{session}{n}")), Some(seq)))
        };
        let said = [
            run("zego.stream.begin", 3, "1", 7),
            run("zego.stream.end", 30, "1", 8),
            run("zego.room.end", 40, "1", 0),
            run("zego.room.begin", 50, "2", 0),
            run("zego.stream.begin", 51, "2", 1),
        ];
        for i in order {
            say(&kaibo, &said[*i]).await;
        }
        let room = read(&kaibo, &format!("/v1/rooms/{n}")).await;
        assert_eq!((room["live"].clone(), room["streams"].as_array().unwrap().len()), (json!(true), 2), "{order:?} {room}");
        assert_eq!(room["live_since"], at(51).rfc3339(), "{order:?} {room}");
    }
}

#[tokio::test]
async fn a_push_whose_begin_and_end_share_a_sequence_is_over_in_either_order() {
    let kaibo = start().await;
    for order in [[0, 1], [1, 0]] {
        let n = fresh();
        open(&kaibo, "css", n).await;
        let said = [Said::at("css.stream.begin", n, 2), Said::at("css.stream.end", n, 2).with(|ask| ask.began_at = Some(at(2)))];
        for i in order {
            say(&kaibo, &said[i]).await;
        }
        let stream = read(&kaibo, &format!("/v1/streams/{n}_host1")).await;
        assert_eq!((stream["status"].as_str(), stream["end_reason"].as_str()), (Some("ended"), Some("client_end")), "{stream}");
        assert_eq!(read(&kaibo, &format!("/v1/rooms/{n}/live")).await["live"], false);
    }
}

#[tokio::test]
async fn a_user_on_two_phones_is_inside_until_the_second_leaves() {
    let kaibo = start().await;
    for order in orders(4) {
        let n = fresh();
        open(&kaibo, "zego", n).await;
        let on = |word, seconds, phone: &str, seq| {
            let set = vec![("session_id".to_owned(), format!("\"{phone}\""))];
            Said::at(word, n, seconds).with(|ask| (ask.seq, ask.set) = (Some(seq), set))
        };
        let said = [
            on("zego.room.enter", 2, "901", 1),
            on("zego.room.enter", 4, "902", 2),
            on("zego.stream.begin", 5, "902", 1),
            on("zego.room.leave", 30, "901", 3),
        ];
        for i in &order {
            say(&kaibo, &said[*i]).await;
        }
        let room = read(&kaibo, &format!("/v1/rooms/{n}")).await;
        assert_eq!((room["member_count"].clone(), room["live"].clone()), (json!(1), json!(true)), "{order:?} {room}");
        say(&kaibo, &on("zego.room.leave", 60, "902", 4)).await;
        let room = read(&kaibo, &format!("/v1/rooms/{n}")).await;
        assert_eq!((room["member_count"].clone(), room["live"].clone()), (json!(0), json!(false)), "{order:?} {room}");
        assert_eq!(room["streams"][0]["end_reason"], "member_left");
    }
}

/// Sends all at the same moment.
async fn at_once(kaibo: &std::sync::Arc<Kaibo>, said: Vec<Said>) {
    let mut racing = tokio::task::JoinSet::new();
    for said in said {
        let kaibo = kaibo.clone();
        racing.spawn(async move { say(&kaibo, &said).await });
    }
    while let Some(done) = racing.join_next().await {
        done.unwrap();
    }
}

#[tokio::test]
async fn ties_are_never_missed_however_their_sides_race() {
    let kaibo = std::sync::Arc::new(start().await);
    let mut dice = Dice(3);
    let races: [(&str, &[(&str, i64)]); 4] = [
        ("css", &[("css.recording.started", 3), ("css.stream.begin", 2)]),
        ("css", &[("css.recording.ready", 60), ("css.stream.begin", 2), ("css.recording.ended", 61)]),
        ("zego", &[("zego.recording.ready", 60), ("zego.stream.begin", 2)]),
        ("trtc", &[("trtc.recording.started", 3), ("trtc.video.begin", 2), ("trtc.recording.ready", 60)]),
    ];
    for (provider, race) in races {
        for with_record in [false, true] {
            // Without a record id in the vendor's words the tie is found by stream and time.
            let about = |n: u32| -> Vec<Said> {
                let told = race.iter().map(|(word, seconds)| {
                    let word = kaibo::simulator::kinds::find(word).unwrap().word;
                    Said::at(word, n, *seconds).with(|ask| {
                        ask.began_at = Some(at(3));
                        ask.record = (with_record && provider == "css").then(|| n.to_string());
                    })
                });
                told.collect()
            };
            let ours = [true, false];
            // Where neither a room nor a record id is known, nobody could see the tie.
            let visible = |ours: &bool| *ours || provider == "zego" || (provider == "css" && with_record);
            for ours in ours.into_iter().filter(visible) {
                let quiet = fresh();
                if ours {
                    open(&kaibo, provider, quiet).await;
                }
                for said in about(quiet) {
                    say(&kaibo, &said).await;
                }
                let want = seen(&kaibo, quiet).await;
                assert!(want.contains("\"kind\"") || want.contains("\"file_id\""), "{provider} {ours}: {want}");
                for _ in 0..form(4, 40) {
                    let n = fresh();
                    if ours {
                        open(&kaibo, provider, n).await;
                    }
                    let mut said = about(n);
                    dice.shuffle(&mut said);
                    at_once(&kaibo, said).await;
                    assert_eq!(seen(&kaibo, n).await, want, "{provider} at once");
                }
                for order in orders(race.len()) {
                    let n = fresh();
                    if ours {
                        open(&kaibo, provider, n).await;
                    }
                    let said = about(n);
                    for i in &order {
                        say(&kaibo, &said[*i]).await;
                    }
                    assert_eq!(seen(&kaibo, n).await, want, "{provider} {order:?}");
                }
            }
        }
    }
    assert_eq!(kaibo.app.now(), UnixMs(at(0).0));
}
