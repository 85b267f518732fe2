//! Where the streams of a mix go on the canvas. Integers, rounded down; the first stream is the main one.

use super::MixError;

/// How a canvas is shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The seed's: the main stream everywhere, one in the lower right, one in the lower left. At most three.
    Seed,
    /// Equal fields, row by row.
    Grid,
    /// The main stream on three quarters, the others in a column (wide canvas) or a row (tall canvas) beside it.
    Focus,
}

/// A rectangle in pixels; the right and bottom edges are outside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// Upper edge.
    pub top: u32,
    /// Left edge.
    pub left: u32,
    /// Lower edge.
    pub bottom: u32,
    /// Right edge.
    pub right: u32,
}

impl Layout {
    /// Reads the word of the HTTP contract.
    ///
    /// # Errors
    /// [`MixError::LayoutUnknown`].
    pub fn from_word(word: &str) -> Result<Self, MixError> {
        match word {
            "seed" => Ok(Self::Seed),
            "grid" => Ok(Self::Grid),
            "focus" => Ok(Self::Focus),
            other => Err(MixError::LayoutUnknown(other.chars().take(32).collect())),
        }
    }

    /// The places for `count` streams, in their order.
    pub(super) fn places(self, count: u32, width: u32, height: u32) -> Vec<Rect> {
        match self {
            Self::Seed => seed(width, height).into_iter().take(count as usize).collect(),
            Self::Grid => grid(count, width, height),
            Self::Focus => focus(count, width, height),
        }
    }
}

fn seed(width: u32, height: u32) -> [Rect; 3] {
    let top = 2 * height / 3;
    [
        Rect { top: 0, left: 0, bottom: height, right: width },
        Rect { top, left: 2 * width / 3, bottom: height, right: width },
        Rect { top, left: 0, bottom: height, right: width / 3 },
    ]
}

fn grid(count: u32, width: u32, height: u32) -> Vec<Rect> {
    let longer = (1..=count).find(|n| n * n >= count).unwrap_or(1);
    let shorter = count.div_ceil(longer);
    let (columns, rows) = if width >= height { (longer, shorter) } else { (shorter, longer) };
    (0..count)
        .map(|place| {
            let (row, column) = (place / columns, place % columns);
            Rect {
                top: edge(row, rows, height),
                left: edge(column, columns, width),
                bottom: edge(row + 1, rows, height),
                right: edge(column + 1, columns, width),
            }
        })
        .collect()
}

fn focus(count: u32, width: u32, height: u32) -> Vec<Rect> {
    let others = count.saturating_sub(1);
    if others == 0 {
        return vec![Rect { top: 0, left: 0, bottom: height, right: width }];
    }
    let wide = width >= height;
    let (bottom, right) = if wide { (height, edge(3, 4, width)) } else { (edge(3, 4, height), width) };
    let main = Rect { top: 0, left: 0, bottom, right };
    let side = (0..others).map(|place| {
        if wide {
            Rect { top: edge(place, others, height), left: right, bottom: edge(place + 1, others, height), right: width }
        } else {
            Rect { top: bottom, left: edge(place, others, width), bottom: height, right: edge(place + 1, others, width) }
        }
    });
    std::iter::once(main).chain(side).collect()
}

/// The edge before part `place` of `parts`, on an even pixel so that video encoders need not blend.
const fn edge(place: u32, parts: u32, size: u32) -> u32 {
    if place >= parts { size } else { (size * place / parts) & !1 }
}
