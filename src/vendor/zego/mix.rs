//! Mixing plans (`zego.md` section 7): several streams on one canvas, as the client SDK takes it and as the server API does.
//! A plan only says where things go; whether the streams are there is not known here.

use serde_json::{Value, json};
use thiserror::Error;

mod layout;
#[cfg(test)]
mod tests;

pub use layout::{Layout, Rect};

/// Frames per second of the seed; ZEGO allows 20 unless raised.
pub const FPS: u32 = 15;
/// Bits per second of the seed.
pub const BITRATE: u32 = 800_000;
/// Background of the seed, `0xRRGGBBAA`: 0xc8c8c800. It does not fit in a signed 32-bit integer.
pub const BACKGROUND: u32 = 3_368_601_600;
/// Inputs that ZEGO mixes by default.
pub const MOST_INPUTS: usize = 9;
/// Streams that the seed's layout has a place for; the seed gives a fourth an empty rectangle.
pub const MOST_SEED_INPUTS: usize = 3;
/// Narrowest and widest canvas; the vendor's lower bound is 0, which means "not given" and shows nothing.
pub const SIDES: std::ops::RangeInclusive<u32> = 16..=3000;

/// Why no plan is made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MixError {
    /// The word names no layout.
    #[error("there is no layout {0:?}; take seed, grid or focus")]
    LayoutUnknown(String),
    /// The SDK refuses an empty list.
    #[error("a mix needs at least one stream; name the main one first")]
    NoStreams,
    /// More than the seed's layout has places for.
    #[error("the layout \"seed\" has room for 3 streams, not {asked}; take \"grid\" or \"focus\"")]
    LayoutFull {
        /// Streams asked for.
        asked: usize,
    },
    /// More than ZEGO mixes.
    #[error("ZEGO mixes 9 streams at most, not {asked}")]
    TooManyStreams {
        /// Streams asked for.
        asked: usize,
    },
    /// ZEGO code 110200175.
    #[error("stream {0:?} is named twice; each input may appear once")]
    StreamRepeated(String),
    /// An output that is also an input.
    #[error("the mixed stream must not have the id of one of its inputs")]
    OutputIsInput,
    /// An id ZEGO would refuse.
    #[error("a stream id in {field} must have 1 to 256 bytes and no %")]
    StreamIdInvalid {
        /// `streams` or `output_stream_id`.
        field: &'static str,
    },
    /// Canvas too small or too large.
    #[error("{side} must be from 16 to 3000, not {asked}")]
    SizeOutOfRange {
        /// `width` or `height`.
        side: &'static str,
        /// Pixels asked for.
        asked: u32,
    },
}

impl MixError {
    /// The stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::LayoutUnknown(_) => "layout_unknown",
            Self::NoStreams => "no_streams",
            Self::LayoutFull { .. } => "layout_full",
            Self::TooManyStreams { .. } => "too_many_streams",
            Self::StreamRepeated(_) => "stream_repeated",
            Self::OutputIsInput => "output_is_input",
            Self::StreamIdInvalid { .. } => "stream_id_invalid",
            Self::SizeOutOfRange { .. } => "size_out_of_range",
        }
    }

    /// The member of the request that is at fault.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::LayoutUnknown(_) => "layout",
            Self::StreamIdInvalid { field } => field,
            Self::OutputIsInput => "output_stream_id",
            Self::SizeOutOfRange { side, .. } => side,
            _ => "streams",
        }
    }
}

/// A canvas with its streams, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mix {
    output: String,
    layout: Layout,
    width: u32,
    height: u32,
    streams: Vec<String>,
}

/// What the server API wants to know besides the picture.
#[derive(Clone, Copy, Debug)]
pub struct MixTask<'a> {
    /// Own id of the mix; the same again is an update.
    pub task_id: &'a str,
    /// ZEGO compares `Sequence` per user: use one user id per task.
    pub user_id: &'a str,
    /// Rises from call to call.
    pub sequence: u64,
    /// Where the result is announced.
    pub room_id: &'a str,
}

impl Mix {
    /// Makes a plan (`zego.md` section 7). `streams`: the main one first, then in the order of their places, later ones
    /// covering earlier ones. `width` and `height` in pixels. `output`: default `mix-` and the first stream.
    ///
    /// # Errors
    /// [`MixError`], each with its own sentence.
    pub fn plan(width: u32, height: u32, layout: Layout, streams: &[String], output: Option<&str>) -> Result<Self, MixError> {
        for (side, asked) in [("width", width), ("height", height)] {
            if !SIDES.contains(&asked) {
                return Err(MixError::SizeOutOfRange { side, asked });
            }
        }
        check_streams(layout, streams)?;
        let first = streams.first().ok_or(MixError::NoStreams)?;
        let output = output.map_or_else(|| format!("mix-{first}"), str::to_owned);
        if !valid_id(&output) {
            return Err(MixError::StreamIdInvalid { field: "output_stream_id" });
        }
        if streams.contains(&output) {
            return Err(MixError::OutputIsInput);
        }
        Ok(Self { output, layout, width, height, streams: streams.to_vec() })
    }

    /// The id of the mixed stream.
    pub fn output_stream_id(&self) -> &str {
        &self.output
    }

    /// The argument of the client SDK's `updateMixStream`, spelled as it takes it.
    pub fn update_mix_stream(&self) -> Value {
        // The seed keeps odd sizes; the newer layouts round down to even ones, as the server wants them.
        let (width, height) = if self.layout == Layout::Seed { (self.width, self.height) } else { self.even() };
        let list: Vec<Value> = self
            .placed(width, height)
            .map(|(id, r)| json!({"streamId": id, "top": r.top, "left": r.left, "bottom": r.bottom, "right": r.right}))
            .collect();
        json!({
            "outputStreamId": self.output, "outputFps": FPS, "outputBitrate": BITRATE,
            "outputWidth": width, "outputHeight": height, "outputBgColor": BACKGROUND, "streamList": list,
        })
    }

    /// The argument of the client SDK's `stopMixStream`.
    pub fn stop_mix_stream(&self) -> Value {
        json!({"outputStreamId": self.output})
    }

    /// The JSON body of the server call StartMix. Sizes are rounded down to even numbers, as ZEGO demands there.
    pub fn start_mix(&self, task: &MixTask<'_>) -> Value {
        let (width, height) = self.even();
        let inputs: Vec<Value> = self
            .placed(width, height)
            .enumerate()
            .map(|(layer, (id, r))| {
                let rect = json!({"Layer": layer, "Top": r.top, "Left": r.left, "Bottom": r.bottom, "Right": r.right});
                json!({"StreamId": id, "RectInfo": rect})
            })
            .collect();
        json!({
            "TaskId": task.task_id, "UserId": task.user_id, "Sequence": task.sequence, "RoomId": task.room_id,
            "MixInput": inputs,
            "MixOutput": [{"StreamId": self.output, "VideoBitrate": BITRATE, "Fps": FPS, "Width": width, "Height": height}],
            "BackGroundColorHex": format!("0x{BACKGROUND:08x}"),
        })
    }

    /// The JSON body of the server call StopMix.
    pub fn stop_mix(&self, task: &MixTask<'_>) -> Value {
        json!({"TaskId": task.task_id, "UserId": task.user_id, "Sequence": task.sequence})
    }

    const fn even(&self) -> (u32, u32) {
        (self.width & !1, self.height & !1)
    }

    fn placed(&self, width: u32, height: u32) -> impl Iterator<Item = (&String, Rect)> {
        self.streams.iter().zip(self.layout.places(self.streams.len() as u32, width, height))
    }
}

fn check_streams(layout: Layout, streams: &[String]) -> Result<(), MixError> {
    let asked = streams.len();
    if layout == Layout::Seed && asked > MOST_SEED_INPUTS {
        return Err(MixError::LayoutFull { asked });
    }
    if asked > MOST_INPUTS {
        return Err(MixError::TooManyStreams { asked });
    }
    if !streams.iter().all(|id| valid_id(id)) {
        return Err(MixError::StreamIdInvalid { field: "streams" });
    }
    let mut seen = std::collections::BTreeSet::new();
    match streams.iter().find(|id| !seen.insert(*id)) {
        Some(twice) => Err(MixError::StreamRepeated(twice.clone())),
        None => Ok(()),
    }
}

/// ZEGO's limits of a stream id (`zego.md` section 4.4).
fn valid_id(id: &str) -> bool {
    (1..=256).contains(&id.len()) && !id.contains('%')
}
