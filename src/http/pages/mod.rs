//! Pages that are not part of the API.

pub mod health;
