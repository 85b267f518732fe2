//! What published demos call, word for word: ZEGO's demos and Tencent's RTCRoom mini program. They run with only the address
//! in their configuration edited, where identity is open or with a login session added.

pub mod rtcroom;
pub mod zego_demo;
