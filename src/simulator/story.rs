//! Stories for `kaibo seed`: what people do through the API and what vendors say meanwhile, as data.

use super::Ask;
use crate::live::time::UnixMs;
use serde_json::{Value, json};

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// A call of the API, made in the name of a user.
    Call {
        /// Who acts.
        user: &'static str,
        /// Path of the call; `{seat}` stands for the seat made last.
        path: String,
        /// Its JSON body.
        body: Value,
    },
    /// A vendor says something. It may come again, and in another order within its chapter.
    Say {
        /// The kind.
        kind: &'static str,
        /// About what.
        ask: Box<Ask>,
    },
    /// The chapter so far is over: all of it is delivered before what follows.
    Settle(&'static str),
}

/// A story's name and what it shows.
pub const STORIES: &[(&str, &str)] = &[(
    "busy-evening",
    "all three vendors: live rooms, seats, reconnects, a room of the vendor's own, recordings in every state",
)];

/// The steps of a story that happens now; none of that name. `old` is a moment more than a day ago, for what only time makes.
pub fn steps(name: &str, now: UnixMs, old: Option<UnixMs>) -> Option<Vec<Step>> {
    (name == "busy-evening").then(|| busy_evening(now, old))
}

struct Teller {
    steps: Vec<Step>,
    now: UnixMs,
}

impl Teller {
    fn call(&mut self, user: &'static str, path: impl Into<String>, body: Value) {
        self.steps.push(Step::Call { user, path: path.into(), body });
    }

    fn say(&mut self, kind: &'static str, room: &str, seconds: i64, change: impl FnOnce(&mut Ask)) {
        let mut ask = Ask {
            room: Some(room.to_owned()),
            // Another evening is other vendor sessions.
            session: Some(format!("{}{}", self.now.seconds(), room.bytes().map(u64::from).sum::<u64>())),
            at: self.now.plus_seconds(seconds),
            sent_at: self.now,
            ..Ask::default()
        };
        change(&mut ask);
        self.steps.push(Step::Say { kind, ask: Box::new(ask) });
    }

    fn settle(&mut self, what: &'static str) {
        self.steps.push(Step::Settle(what));
    }

    fn open(&mut self, user: &'static str, provider: &str, room: &str, title: &str, record: bool) {
        self.call(user, "/v1/rooms", json!({ "provider": provider, "room_id": room, "title": title, "record": record }));
    }
}

fn by(user: &'static str) -> impl FnOnce(&mut Ask) {
    move |ask| ask.user = Some(user.to_owned())
}

fn run(user: &'static str, number: u32, began: UnixMs) -> impl FnOnce(&mut Ask) {
    move |ask| {
        ask.user = Some(user.to_owned());
        ask.session = ask.session.take().map(|session| format!("{session}{number}"));
        ask.began_at = Some(began);
    }
}

fn busy_evening(now: UnixMs, old: Option<UnixMs>) -> Vec<Step> {
    let mut t = Teller { steps: Vec::new(), now };
    let at = |seconds| now.plus_seconds(seconds);

    t.open("anna", "zego", "evening-show", "Evening show", true);
    t.say("zego.room.begin", "evening-show", 0, by("anna"));
    t.say("zego.room.enter", "evening-show", 0, by("anna"));
    t.say("zego.stream.begin", "evening-show", 1, by("anna"));
    t.settle("a live ZEGO room");
    t.call("bo", "/v1/rooms/evening-show/seats", json!({ "kind": "request" }));
    t.call("anna", "/v1/rooms/evening-show/seats/{seat}/accept", json!({}));
    t.say("zego.stream.begin", "evening-show", 2, by("bo"));
    t.call("cleo", "/v1/rooms/evening-show/seats", json!({ "kind": "request" }));
    t.settle("a guest on a seat, another waiting");

    t.open("dara", "css", "kitchen", "In the kitchen", true);
    t.say("css.stream.begin", "kitchen", 0, run("dara", 1, at(0)));
    t.say("css.recording.started", "kitchen", 1, run("dara", 1, at(0)));
    t.say("css.stream.end", "kitchen", 5, run("dara", 1, at(0)));
    t.say("css.recording.ended", "kitchen", 6, run("dara", 1, at(0)));
    t.say("css.recording.ready", "kitchen", 6, run("dara", 1, at(1)));
    t.say("css.stream.begin", "kitchen", 8, run("dara", 2, at(8)));
    t.say("css.recording.started", "kitchen", 9, run("dara", 2, at(8)));
    t.settle("a host who lost the network and came back; the recording goes on");

    for (user, room, title) in
        [("emil", "garden", "Garden tour"), ("fay", "choir", "Choir"), ("gus", "chess", "Chess"), ("hana", "reading", "Reading")]
    {
        t.open(user, "css", room, title, true);
    }
    for (user, room) in [("emil", "garden"), ("fay", "choir"), ("gus", "chess")] {
        t.say("css.stream.begin", room, 0, run(user, 1, at(0)));
        t.say("css.stream.end", room, 4, run(user, 1, at(0)));
    }
    t.say("css.recording.started", "garden", 1, run("emil", 1, at(0)));
    t.say("css.recording.ended", "garden", 5, run("emil", 1, at(0)));
    t.say("css.recording.ready", "garden", 5, run("emil", 1, at(1)));
    t.say("css.recording.started", "choir", 1, run("fay", 1, at(0)));
    t.say("css.recording.error", "choir", 2, run("fay", 1, at(0)));
    t.settle("recordings ready, failed, processing and expected");
    t.call("emil", "/v1/rooms/garden/close", json!({}));

    t.open("ines", "trtc", "800100", "Quiz", true);
    t.say("trtc.room.begin", "800100", 0, by("ines"));
    t.say("trtc.room.enter", "800100", 0, by("ines"));
    t.say("trtc.video.begin", "800100", 1, by("ines"));
    t.say("trtc.audio.begin", "800100", 1, by("ines"));
    t.say("trtc.recording.started", "800100", 2, by("ines"));
    t.say("trtc.recording.failover", "800100", 3, by("ines"));
    t.settle("a live Tencent RTC room whose recording moved, with an alarm");

    t.say("zego.room.begin", "lobby", 0, by("jun"));
    t.say("zego.room.enter", "lobby", 0, by("jun"));
    t.say("zego.stream.begin", "lobby", 1, by("jun"));
    t.say("zego.stream.end", "lobby", 4, run_end("jun", at(1)));
    t.say("zego.recording.ready", "lobby", 5, run_end("jun", at(2)));
    t.settle("a room that only the vendor made known, with its file");

    let orphan = old.unwrap_or(now);
    t.say("css.recording.ready", "nowhere", 0, |ask| {
        ask.record = Some(format!("lost-{}", orphan.seconds()));
        (ask.at, ask.sent_at, ask.began_at) = (orphan, orphan, Some(orphan.plus_seconds(-60)));
    });
    t.settle(if old.is_some() { "an orphan" } else { "a recording that no room claims: an orphan in 24 hours" });
    t.steps
}

fn run_end(user: &'static str, began: UnixMs) -> impl FnOnce(&mut Ask) {
    move |ask| (ask.user, ask.began_at) = (Some(user.to_owned()), Some(began))
}
