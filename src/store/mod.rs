//! DynamoDB, through aws-sdk-dynamodb everywhere: on AWS, on a URL, and on the engine embedded in this process.
//! No Scan, no Delete, no read-then-write where a condition can do it. `keys.rs` holds the key grammar, `table.rs` the
//! table's description, `client.rs` the four verbs; every other file is one noun.

pub mod chores;
pub mod client;
pub mod due;
pub mod embedded;
pub mod facts;
pub mod inbox;
pub mod item;
pub mod keys;
pub mod leases;
pub mod ledger;
pub mod lists;
pub mod logins;
pub mod quota;
pub mod recent;
pub mod recordings;
pub mod remote;
pub mod rooms;
pub mod seats;
pub mod table;

pub use client::{Query, Store, StoreError, Update, Written};
