//! Tencent Cloud Streaming (云直播): signed addresses, what a stream's query text tells, and event callbacks.
//! Document: `tencent.md` sections 7 and 8; vectors: `tests/vectors/tencent-vectors.json`.

pub mod callback;
pub mod name;
pub mod play_url;
pub mod push_url;
pub mod signed_url;
pub mod stream_param;
pub mod tx_secret;

#[cfg(test)]
pub(crate) mod vectors;
