//! A mix plan: several streams of a ZEGO room on one canvas, as the client SDK takes it and as the server call does.

use super::App;
use super::chores::publisher;
use super::rooms::{RoomView, read_room};
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::opening::Stream;
use crate::live::policy::room_closed;
use crate::live::room::RoomStatus;
use crate::vendor::zego::mix::{Layout, Mix, MixError, MixTask};
use serde_json::Value;

/// What a caller asks for.
#[derive(Clone, Debug)]
pub struct AskMix {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// `seed`, `grid` or `focus`.
    pub layout: String,
    /// The main one first; none: the room's live streams, the owner's first.
    pub streams: Option<Vec<String>>,
    /// Id of the result.
    pub output_stream_id: Option<String>,
}

/// The plan in both spellings.
#[derive(Clone, Debug)]
pub struct MixPlan {
    /// Argument of `updateMixStream`.
    pub update_mix_stream: Value,
    /// Argument of `stopMixStream`.
    pub stop_mix_stream: Value,
    /// Body of StartMix.
    pub start_mix: Value,
    /// Body of StopMix.
    pub stop_mix: Value,
    /// Inputs that nobody publishes now: ZEGO refuses the whole mix for one of them.
    pub missing_streams: Vec<String>,
}

/// Makes a plan. `host`: the user who asks, unless an operator does.
pub async fn plan(app: &App, host: Option<&str>, room_id: &str, ask: AskMix) -> Result<MixPlan, Fault> {
    let view = read_room(app, room_id).await?;
    let room = &view.room;
    if host.is_some_and(|host| !room.owned_by(host)) {
        return Err(Fault::new(
            "role_not_allowed",
            "只有房主或运营密钥可以制定混流方案。",
            "Only the host or an operator key may plan a mix.",
        ));
    }
    if room.provider != Provider::Zego {
        return Err(Fault::field(
            "room_id",
            "unknown_value",
            "混流方案只用于 zego 房间",
            "room_id must name a zego room: mix plans are for ZEGO only",
        ));
    }
    if room.status == RoomStatus::Closed {
        return Err(room_closed());
    }
    let layout = Layout::from_word(&ask.layout).map_err(|error| refused(&error))?;
    let streams = ask.streams.unwrap_or_else(|| live_streams(&view));
    let mix = Mix::plan(ask.width, ask.height, layout, &streams, ask.output_stream_id.as_deref()).map_err(|e| refused(&e))?;
    let output = mix.output_stream_id();
    let task = MixTask {
        task_id: output,
        user_id: room.owner_id.as_deref().unwrap_or("kaibo"),
        sequence: u64::try_from(app.now().0).unwrap_or_default(),
        room_id,
    };
    let live = |id: &String| view.streams.iter().any(|stream| stream.live && stream.stream_id == *id);
    Ok(MixPlan {
        update_mix_stream: mix.update_mix_stream(),
        stop_mix_stream: mix.stop_mix_stream(),
        start_mix: mix.start_mix(&task),
        stop_mix: mix.stop_mix(&task),
        missing_streams: streams.iter().filter(|id| !live(id)).cloned().collect(),
    })
}

/// The room's live streams: the owner's first, then in the order they began.
fn live_streams(view: &RoomView) -> Vec<String> {
    let mut live: Vec<&Stream> = view.streams.iter().filter(|stream| stream.live).collect();
    let guest = |stream: &Stream| !publisher(&view.room, stream).is_some_and(|user| view.room.owned_by(user));
    live.sort_by_key(|stream| (guest(stream), stream.began_at));
    let mut ids: Vec<String> = live.into_iter().map(|stream| stream.stream_id.clone()).collect();
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids
}

fn refused(error: &MixError) -> Fault {
    let zh = match error {
        MixError::LayoutUnknown(_) => "layout 须为 seed、grid 或 focus 之一".to_owned(),
        MixError::NoStreams => "至少要有一路流；房间里现在没有直播流，请先推流或写明 streams".to_owned(),
        MixError::LayoutFull { asked } => format!("seed 布局最多 3 路流，现在有 {asked} 路；请改用 grid 或 focus"),
        MixError::TooManyStreams { asked } => format!("ZEGO 最多混 9 路流，现在有 {asked} 路"),
        MixError::StreamRepeated(_) => "同一路流出现了两次，每路只能出现一次".to_owned(),
        MixError::OutputIsInput => "混流输出的 id 不能与输入相同".to_owned(),
        MixError::StreamIdInvalid { field } => format!("{field} 中的流 id 须为 1 至 256 字节且不含 %"),
        MixError::SizeOutOfRange { side, .. } => format!("{side} 须在 16 到 3000 之间"),
    };
    match error {
        MixError::LayoutFull { .. } => Fault::new("layout_full", format!("{zh}。"), format!("{error}.")),
        MixError::NoStreams => Fault::field(error.field(), "missing", zh, error.to_string()),
        MixError::TooManyStreams { .. } => Fault::field(error.field(), "too_long", zh, error.to_string()),
        MixError::SizeOutOfRange { .. } => Fault::field(error.field(), "out_of_range", zh, error.to_string()),
        MixError::LayoutUnknown(_) => Fault::field(error.field(), "unknown_value", zh, error.to_string()),
        _ => Fault::field(error.field(), "malformed", zh, error.to_string()),
    }
}
