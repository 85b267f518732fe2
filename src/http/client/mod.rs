//! What a phone or a host app's backend calls: one file per noun, types beside their handlers.

pub mod codes;
pub mod css;
pub mod domains;
pub mod inspect;
pub mod mix_plan;
pub mod outs;
pub mod presence;
pub mod recordings;
pub mod rooms;
pub mod seats;
pub mod sessions;
pub mod streams;
pub mod tickets;
pub mod trtc;
pub mod voip;
pub mod zego;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, header};

/// An answer that holds a credential: nobody on the way may keep it.
pub type Credential<T> = ([(HeaderName, HeaderValue); 1], Json<T>);

/// Wraps it.
pub fn credential<T>(out: T) -> Credential<T> {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(out))
}
