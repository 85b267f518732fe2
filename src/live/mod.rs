//! The business, pure: rooms, members, seats, streams, recordings, tickets and the events that move them.
//! No I/O, async, clock or random here; time and ids arrive as arguments.

pub mod caller;
pub mod codes;
pub mod end_reason;
pub mod event;
pub mod fact;
pub mod fault;
pub mod ids;
pub mod inbox;
pub mod opening;
pub mod policy;
pub mod recording;
pub mod room;
pub mod rtcroom;
pub mod seat;
pub mod ticket;
pub mod time;
pub mod user_id;
pub mod whitelist;
