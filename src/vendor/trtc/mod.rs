//! Tencent RTC: tickets (userSig, privateMapKey) of both algorithms, written and verified.

pub mod alphabet;
pub mod keys;
mod pem;
#[cfg(test)]
mod tests;
