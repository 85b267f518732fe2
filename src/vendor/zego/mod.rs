//! ZEGO's formats, pure: login tokens, server calls, callbacks and mixes. Time and nonce are arguments everywhere.
//!
//! Section numbers are those of the vendor page `zego.md`; `tests/vectors/zego-vectors.json` holds its known answers.
//!
//! | module | what | section |
//! | --- | --- | --- |
//! | [`app_key`] | the AppKey (AppSign) as it is mailed, cleaned | 2, steps 1 to 3 |
//! | [`login_token`] | login token version 01: issue and verify | 2 |
//! | [`server_secret`] | the 32-byte ServerSecret, and why a token cannot be issued | 3, parameter errors |
//! | [`envelope`] | the sealed box around tokens 03 and 04, AES-CBC and AES-GCM | 3, binary layout |
//! | [`privileges`] | the privilege text inside token 04 | 3, plaintext |
//! | [`token03`], [`token04`] | what the box holds, and issuing it | 3 |
//! | [`sealed_token`] | opening and judging tokens 03 and 04 | 3, checks of ZEGO's tool |
//! | [`fault`] | what a verifier finds wrong, with stable code words | 3, 4.1 |
//! | [`server_api`] | signed server calls, and reading their answers | 6 |
//! | [`callback`] | callbacks: verify, then parse into one event | 5 |
//! | [`mix`] | mixing plans for the client SDK and the server API | 7 |

pub mod app_key;
pub mod callback;
pub mod envelope;
pub mod fault;
pub mod login_token;
pub mod mix;
pub mod privileges;
pub mod sealed_token;
pub mod server_api;
pub mod server_secret;
pub mod token03;
pub mod token04;

mod json_text;
#[cfg(test)]
mod vectors;
