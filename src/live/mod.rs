//! The business, pure: rooms, members, seats, streams, recordings, tickets and the events that move them.
//! No I/O, async, clock or random here; time and ids arrive as arguments.

pub mod codes;
pub mod event;
pub mod time;
pub mod whitelist;
