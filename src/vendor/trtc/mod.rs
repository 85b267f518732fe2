//! trtc: filled by its formats.

pub mod callback;
pub mod room_url;
