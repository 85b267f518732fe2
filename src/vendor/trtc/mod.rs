//! Tencent RTC: tickets (userSig, privateMapKey) of both algorithms, written and verified.

pub mod alphabet;
mod document;
pub mod keys;
mod pem;
pub mod private_map_key;
#[cfg(test)]
mod tests;
pub mod ticket;
pub mod user_sig;
pub mod userbuf;
pub mod verify;

pub use document::SignError;
