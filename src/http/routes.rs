//! Every address of the product on one page.

use crate::app::App;
use axum::Router;

/// Everything, for `kaibo serve`.
pub fn all(_app: App) -> Router {
    Router::new()
}
