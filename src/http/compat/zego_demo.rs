//! ZEGO's demos: their token call is `client::zego::login_token` under another address; this is their room list.

use crate::app::App;
use crate::app::lists::{Part, RoomFilter, rooms};
use crate::live::caller::Reader;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::room::RoomStatus;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

/// `GET /demo/roomlist`: open ZEGO rooms, newest first. The page shows the id where a name is empty.
pub async fn room_list(State(app): State<App>, _: Reader) -> Result<Json<Value>, Fault> {
    let filter = RoomFilter { status: Some(RoomStatus::Open), provider: Some(Provider::Zego), ..RoomFilter::default() };
    let page = rooms(&app, &filter, Part { limit: 100, ..Part::default() }).await?;
    let list: Vec<Value> = page
        .items
        .iter()
        .map(|room| json!({ "room_id": room.room_id, "room_name": room.title.as_deref().unwrap_or_default() }))
        .collect();
    Ok(Json(json!({ "data": { "room_list": list } })))
}
