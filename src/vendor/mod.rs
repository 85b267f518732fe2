//! The vendors' formats, pure: bytes in, bytes out. No I/O, async, clock or random: time and nonce are arguments.
//!
//! Knows nothing of ours but plain types: `crate::secret::Secret`, `crate::live::event` and `crate::live::time`.
//! Each format has its document in its module's first lines, and its vectors in `tests/vectors/`.

pub mod css;
pub mod tencent_api;
mod tencent_fields;
pub mod trtc;
pub mod wechat;
pub mod zego;
pub mod zlib;
