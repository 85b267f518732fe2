//! What a phone or a host app's backend calls: one file per noun, types beside their handlers.

pub mod codes;
pub mod domains;
pub mod mix_plan;
pub mod outs;
pub mod presence;
pub mod recordings;
pub mod rooms;
pub mod seats;
pub mod streams;
