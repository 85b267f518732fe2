//! `kaibo trigger`: callbacks signed as the vendors sign them, sent to a local or deployed address.

use super::serve::{ServeArgs, configuration};
use super::{fail, seconds};
use crate::app::outbound::Outbound;
use crate::clock::{Clock, Random, SystemClock, SystemRandom};
use crate::live::time::UnixMs;
use crate::simulator::send::send;
use crate::simulator::{Ask, Prepared, kinds, prepare};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to send.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kaibo trigger --list
  kaibo trigger css.stream.begin css.recording.ready css.stream.end --room evening --record 43567 --shuffle
  kaibo trigger trtc.room.enter --room 1001 --set EventInfo.Role=21
  kaibo trigger zego.stream.begin --set signature=wrong          (answers 401)")]
pub struct TriggerArgs {
    /// Kinds, e.g. css.recording.ready; --list shows them all.
    #[arg(required_unless_present = "list")]
    kinds: Vec<String>,
    /// Show every kind with the vendor's own name or number.
    #[arg(long)]
    list: bool,
    /// Where to: the server's address. By default the kaibo of this configuration.
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// ZEGO app id, sdkappid or css name, when several are configured.
    #[arg(long)]
    app: Option<String>,
    /// The room.
    #[arg(long)]
    room: Option<String>,
    /// The stream; by default {room}_{user}.
    #[arg(long)]
    stream: Option<String>,
    /// The user.
    #[arg(long)]
    user: Option<String>,
    /// The record id that a css push carries.
    #[arg(long)]
    record: Option<String>,
    /// The vendor's own session: ZEGO's room session, css' sequence, the recording task. By default the same within an hour.
    #[arg(long)]
    session: Option<String>,
    /// The file's id.
    #[arg(long)]
    file: Option<String>,
    /// The vendor's running number.
    #[arg(long)]
    seq: Option<u64>,
    /// The Tencent RTC app that a css stream is relayed from.
    #[arg(long, value_name = "SDKAPPID")]
    relayed_from: Option<u32>,
    /// Deliver each so often.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    times: u32,
    /// Deliver in another order.
    #[arg(long)]
    shuffle: bool,
    /// As if sent so long ago and delivered only now, e.g. 11m.
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    late: Option<i64>,
    /// How long what ends had gone on, e.g. 90s. By default since its beginning, when that is named before it; else 1m.
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    lasted: Option<i64>,
    /// Put a member in before signing, e.g. --set EventInfo.RoomId=7; sign or signature replaces the signature.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// A body of your own, a JSON object; it is signed all the same.
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=value")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Runs it.
pub async fn run(file: Option<PathBuf>, serve: &ServeArgs, args: TriggerArgs) -> ExitCode {
    if args.list {
        print!("{}", kinds::table());
        return ExitCode::SUCCESS;
    }
    let config = match configuration(file, serve) {
        Ok(config) => config,
        Err(sentence) => return fail(sentence),
    };
    let body = match args.body.as_ref().map(std::fs::read).transpose() {
        Ok(body) => body,
        Err(error) => return fail(format_args!("--body cannot be read: {error}")),
    };
    let mut deliveries = Vec::new();
    let now = SystemClock.now();
    for (place, word) in args.kinds.iter().enumerate() {
        let ask = ask(&args, &body, place, now);
        match prepare(&config, word, &ask) {
            Ok(prepared) => deliveries.extend(std::iter::repeat_n((place, prepared), args.times as usize)),
            Err(error) => return fail(format_args!("{error} ({})", error.code())),
        }
    }
    if args.shuffle {
        shuffle(&mut deliveries);
    }
    let to = args.to.clone().unwrap_or_else(|| format!("http://{}", config.server.listen.replace("0.0.0.0", "127.0.0.1")));
    println!("{} deliveries to {to}", deliveries.len());
    deliver_all(&to, &args.kinds, deliveries).await
}

fn ask(args: &TriggerArgs, body: &Option<Vec<u8>>, place: usize, now: UnixMs) -> Ask {
    let sent_at = now.plus_seconds(-args.late.unwrap_or(0));
    // In the order in which they are named, a second apart.
    let moment = |place: usize| sent_at.plus_seconds(i64::try_from(place).unwrap_or(0));
    let mut nonce = [0; 8];
    SystemRandom::default().fill(&mut nonce);
    Ask {
        app: args.app.clone(),
        room: args.room.clone(),
        stream: args.stream.clone(),
        user: args.user.clone(),
        record: args.record.clone(),
        session: args.session.clone(),
        file: args.file.clone(),
        seq: args.seq,
        relayed_from: args.relayed_from,
        at: moment(place),
        began_at: match args.lasted {
            Some(seconds) => Some(moment(place).plus_seconds(-seconds)),
            None => args.kinds.iter().take(place).rposition(|kind| begins(kind)).map(moment),
        },
        sent_at,
        nonce: u64::from_be_bytes(nonce),
        set: args.set.clone(),
        body: body.clone(),
    }
}

/// True for what a later end or file belongs to.
fn begins(kind: &str) -> bool {
    kind.ends_with(".begin") && !kind.contains(".room.")
}

fn shuffle<T>(items: &mut [T]) {
    let random = SystemRandom::default();
    for last in (1..items.len()).rev() {
        let mut bytes = [0; 8];
        random.fill(&mut bytes);
        let other = usize::try_from(u64::from_be_bytes(bytes) % (last as u64 + 1)).unwrap_or(0);
        items.swap(last, other);
    }
}

/// Sends one after the other and sums up by kind and answer.
async fn deliver_all(to: &str, words: &[String], deliveries: Vec<(usize, Prepared)>) -> ExitCode {
    let outbound = Outbound::default();
    let mut sums: Vec<(usize, u16, usize, String)> = Vec::new();
    for (place, prepared) in deliveries {
        let reply = match send(&outbound, to, &prepared).await {
            Ok(reply) => reply,
            Err(error) => return fail(format_args!("{to} did not take {}: {error}. Is kaibo running there?", prepared.kind)),
        };
        match sums.iter_mut().find(|(p, status, ..)| (*p, *status) == (place, reply.status)) {
            Some((_, _, count, _)) => *count += 1,
            None => sums.push((place, reply.status, 1, reply.text)),
        }
    }
    sums.sort_by_key(|(place, status, ..)| (*place, *status));
    let mut all_taken = true;
    for (place, status, count, text) in sums {
        let word = words.get(place).map_or("", String::as_str);
        println!("  {word:<28} {count:>5} x {status}");
        if status != 200 {
            all_taken = false;
            println!("    {}", text.chars().take(300).collect::<String>());
        }
    }
    if all_taken {
        println!("All taken. GET /v1/callbacks and the page at / show what became of them.");
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: TriggerArgs,
    }

    fn lasted(line: &str) -> Vec<Option<i64>> {
        let args = Line::parse_from(format!("trigger {line}").split(' ')).args;
        let asks = (0..args.kinds.len()).map(|place| ask(&args, &None, place, SystemClock.now()));
        asks.map(|ask| ask.began_at.map(|began| (ask.at.0 - began.0) / 1000)).collect()
    }

    #[test]
    fn what_ends_began_when_its_beginning_was_named() {
        assert_eq!(
            lasted("zego.room.begin zego.stream.begin zego.stream.end zego.recording.ready"),
            [None, None, Some(1), Some(2)]
        );
        assert_eq!(lasted("css.stream.end"), [None], "the simulator's own minute");
        assert_eq!(lasted("trtc.video.begin trtc.video.end --lasted 90s"), [Some(90), Some(90)]);
    }
}
