//! Every address of the product on one page. One line of `ROUTES` mounts an address and documents it: what is served
//! and what is listed cannot differ. The functions below say which binary serves which group.

use super::{layer, pages};
use crate::app::App;
use crate::live::caller::Scope;
use crate::live::fault::Fault;
use axum::Router;
use axum::routing::{MethodRouter, get};

/// Which binary serves an address, and where it stands in the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What a phone or a host app's backend calls.
    Client,
    /// What vendors call.
    Callbacks,
    /// What operators call.
    Operator,
    /// What a browser or a monitor opens.
    Page,
    /// What published demos call.
    Compat,
}

/// Who may call an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anyone, without proof.
    Anyone,
    /// A user, proven or named by an operator with `issue`.
    User,
    /// Any proven caller; operators need `read` to look as themselves.
    Reader,
    /// An operator key with this scope.
    Operator(Scope),
    /// A vendor, by its signature and the path token.
    Vendor,
}

/// One address.
#[derive(Clone, Copy)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, parameters in braces.
    pub path: &'static str,
    /// Which binary serves it.
    pub group: Group,
    /// Who may call it.
    pub who: Who,
    /// One line for the documents.
    pub summary: &'static str,
    serve: fn() -> MethodRouter<App>,
}

const fn route(
    method: &'static str,
    path: &'static str,
    group: Group,
    who: Who,
    summary: &'static str,
    serve: fn() -> MethodRouter<App>,
) -> Route {
    Route { method, path, group, who, summary, serve }
}

const HEALTHZ: &str = "/healthz";
const READYZ: &str = "/readyz";
const CODES: &str = "/v1/codes";

/// All that is served.
pub const ROUTES: &[Route] = &[
    route("GET", HEALTHZ, Group::Page, Who::Anyone, "The process answers", || get(pages::health::alive)),
    route("GET", READYZ, Group::Page, Who::Anyone, "The store answers", || get(pages::health::ready)),
];

/// Where one of our own code words is explained; the `type` of a problem.
pub fn explanation(code: &str) -> String {
    format!("{CODES}/kaibo/{code}")
}

/// What a phone may call, with the pages beside it: fn_client.
pub fn client(app: App) -> Router {
    mount(app, &[Group::Client, Group::Compat, Group::Page])
}

/// What vendors call: fn_callbacks.
pub fn callbacks(app: App) -> Router {
    mount(app, &[Group::Callbacks])
}

/// What only operators call: fn_operator.
pub fn operator(app: App) -> Router {
    mount(app, &[Group::Operator])
}

/// The pages alone.
pub fn pages(app: App) -> Router {
    mount(app, &[Group::Page])
}

/// Everything, for `kaibo serve`.
pub fn all(app: App) -> Router {
    mount(app, &[Group::Client, Group::Callbacks, Group::Operator, Group::Page, Group::Compat])
}

fn mount(app: App, groups: &[Group]) -> Router {
    let served = ROUTES.iter().filter(|route| groups.contains(&route.group));
    let router = served.fold(Router::new(), |router, route| router.route(route.path, (route.serve)()));
    layer::around(router.fallback(unknown), app)
}

async fn unknown() -> Fault {
    Fault::new("route_unknown", "没有这个地址。请核对路径。", "There is no such address; check the path.")
}
