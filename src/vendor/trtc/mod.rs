//! Tencent RTC: tickets (userSig, privateMapKey) of both algorithms, written and verified; callbacks; the room URL.

pub mod alphabet;
pub mod callback;
mod document;
pub mod keys;
mod pem;
pub mod private_map_key;
pub mod room_url;
#[cfg(test)]
mod tests;
pub mod ticket;
pub mod user_sig;
pub mod userbuf;
pub mod verify;

pub use document::SignError;
