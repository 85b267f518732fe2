//! The HTTP floor: addresses, callers, problems. It knows statuses and headers; the floors below do not.

pub mod openapi;
pub mod pages;
pub mod routes;
