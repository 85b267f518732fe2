//! ZEGO's formats, pure: login tokens, server calls, callbacks and mixes. Time and nonce are arguments everywhere.
//!
//! Section numbers are those of the vendor page `zego.md`; `tests/vectors/zego-vectors.json` holds its known answers.
//!
//! | module | what | section |
//! | --- | --- | --- |
//! | [`app_key`] | the AppKey (AppSign) as it is mailed, cleaned | 2, steps 1 to 3 |
//! | [`login_token`] | login token version 01: issue and verify | 2 |
//! | [`fault`] | what a verifier finds wrong, with stable code words | 3, 4.1 |

pub mod app_key;
pub mod fault;
pub mod login_token;

mod json_text;
#[cfg(test)]
mod vectors;
