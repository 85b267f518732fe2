//! Every address of the product on one page. One line of `ROUTES` mounts an address and documents it: what is served
//! and what is listed cannot differ. The functions below say which binary serves which group.

use super::client::{
    codes, css, domains, inspect, mix_plan, presence, recordings, rooms, seats, sessions, streams, tickets, trtc, voip, zego,
};
use super::compat::{rtcroom, zego_demo};
use super::dispatch::{self, Answer, Answers};
use super::{callbacks as doors, openapi, operator as ops, pages};
use crate::app::App;
use crate::config::Config;
use crate::live::caller::Scope;
use crate::live::event::Provider;
use crate::live::time::UnixMs;
use axum::extract::Request;
use axum::http::Method;

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
    /// A user, or an operator with `write` as itself.
    Manager,
    /// The same, and operators with `issue` as themselves too: nobody is named in it.
    Planner,
    /// Any proven caller; operators need `read` to look as themselves.
    Reader,
    /// An operator key with this scope.
    Operator(Scope),
    /// A user of the RTCRoom calls: refused with status 200 and `code` 8.
    RtcRoom,
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
    pub(super) serve: Serve,
    /// Takes GET beside what the documents name.
    also_get: bool,
}

/// Calls the handler.
type Serve = fn(Request, App) -> Answer;

impl Route {
    /// True for its method, and HEAD where it takes GET.
    pub fn takes(&self, method: &Method) -> bool {
        match *method {
            Method::GET | Method::HEAD => self.also_get || self.method == "GET",
            Method::POST => self.method == "POST",
            _ => false,
        }
    }
}

/// An address for the table below.
pub const fn route(
    method: &'static str,
    path: &'static str,
    group: Group,
    who: Who,
    summary: &'static str,
    serve: Serve,
) -> Route {
    Route { method, path, group, who, summary, serve, also_get: false }
}

/// The function that calls a handler.
macro_rules! to {
    ($handler:path) => {
        |request, app| dispatch::call($handler, request, app)
    };
}

/// Answers while the process does.
pub const HEALTHZ: &str = "/healthz";
/// Answers while the store does.
pub const READYZ: &str = "/readyz";
const CONSOLE: &str = "/";
const DOCS: &str = "/docs";
const OPENAPI: &str = "/openapi.json";
const ASSET: &str = "/assets/{name}";
const CODES: &str = "/v1/codes";

const SESSIONS: &str = "/v1/sessions";
const VOIP_SIGNATURE: &str = "/v1/wechat/voip-signature";
const ZEGO_LOGIN_TOKEN: &str = "/v1/zego/login-token";
const ZEGO_TOKENS: &str = "/v1/zego/tokens";
const USER_SIG: &str = "/v1/trtc/user-sig";
const PRIVATE_MAP_KEY: &str = "/v1/trtc/private-map-key";
const CSS_URLS: &str = "/v1/css/urls";

const ROOMS: &str = "/v1/rooms";
const ROOM: &str = "/v1/rooms/{room_id}";
const ROOM_MEMBERS: &str = "/v1/rooms/{room_id}/members";
const ROOM_LIVE: &str = "/v1/rooms/{room_id}/live";
const ROOM_STREAMS: &str = "/v1/rooms/{room_id}/streams";
const ROOM_RECORDINGS: &str = "/v1/rooms/{room_id}/recordings";
const ROOM_TICKETS: &str = "/v1/rooms/{room_id}/tickets";
const ROOM_CLOSE: &str = "/v1/rooms/{room_id}/close";
const ROOM_KICK: &str = "/v1/rooms/{room_id}/kick";
const ROOM_HEARTBEAT: &str = "/v1/rooms/{room_id}/heartbeat";
const ROOM_LEAVE: &str = "/v1/rooms/{room_id}/leave";
const ROOM_MIX_PLAN: &str = "/v1/rooms/{room_id}/mix-plan";
const SEATS: &str = "/v1/rooms/{room_id}/seats";
const SEAT_ACCEPT: &str = "/v1/rooms/{room_id}/seats/{seat_id}/accept";
const SEAT_REFUSE: &str = "/v1/rooms/{room_id}/seats/{seat_id}/refuse";
const SEAT_END: &str = "/v1/rooms/{room_id}/seats/{seat_id}/end";
const STREAM: &str = "/v1/streams/{stream_id}";
const RECORDING: &str = "/v1/recordings/{record_id}";
const RECORDINGS: &str = "/v1/recordings";
const RECORDING_TASKS: &str = "/v1/recordings/{record_id}/tasks";
const CALLBACKS: &str = "/v1/callbacks";
const LEDGER: &str = "/v1/ledger";
const INSPECT: &str = "/v1/inspect";
const DOMAINS: &str = "/v1/domains";
const DOMAINS_CHECK: &str = "/v1/domains/check";
const CODE: &str = "/v1/codes/{vendor}/{code}";
const FROM_CSS: &str = "/callbacks/css/{name}/{path_token}";
const FROM_TRTC: &str = "/callbacks/trtc/{sdk_app_id}/{path_token}";
const FROM_ZEGO: &str = "/callbacks/zego/{app_id}/{path_token}";

const DEMO_TOKEN: &str = "/token";
const DEMO_ROOMS: &str = "/demo/roomlist";

/// One of the seven RTCRoom calls, under the base path with the old server's context or without it. POST is documented; the
/// old server took GET too.
macro_rules! rtcroom {
    ($base:literal, $name:ident, $summary:literal) => {
        Route {
            also_get: true,
            ..route("POST", concat!($base, stringify!($name)), Group::Compat, Who::RtcRoom, $summary, to!(rtcroom::$name))
        }
    };
}

/// All that is served.
pub const ROUTES: &[Route] = &[
    route("POST", SESSIONS, Group::Client, Who::Anyone, "Log in with the code of wx.login", to!(sessions::create)),
    route("GET", ZEGO_LOGIN_TOKEN, Group::Client, Who::User, "ZEGO login token 01, bare", to!(zego::login_token)),
    route("POST", ZEGO_TOKENS, Group::Client, Who::User, "ZEGO token 01, 03 or 04", to!(zego::token)),
    route("POST", USER_SIG, Group::Client, Who::User, "userSig of Tencent RTC", to!(trtc::user_sig)),
    route("POST", PRIVATE_MAP_KEY, Group::Client, Who::User, "privateMapKey of a Tencent room", to!(trtc::private_map_key)),
    route("POST", VOIP_SIGNATURE, Group::Client, Who::User, "Signature of wx.joinVoIPChat", to!(voip::sign)),
    route("POST", CSS_URLS, Group::Client, Who::User, "Push and play addresses of a stream", to!(css::urls)),
    route("POST", ROOMS, Group::Client, Who::User, "Open a room", to!(rooms::open)),
    route("GET", ROOMS, Group::Client, Who::Reader, "Rooms, newest first", to!(rooms::list)),
    route("GET", ROOM, Group::Client, Who::Reader, "A room with its opening", to!(rooms::read)),
    route("GET", ROOM_MEMBERS, Group::Client, Who::Reader, "Who is inside", to!(rooms::members_page)),
    route("GET", ROOM_LIVE, Group::Client, Who::Reader, "Whether a room is live", to!(streams::live)),
    route("GET", ROOM_STREAMS, Group::Client, Who::Reader, "Streams of a room", to!(streams::of_room)),
    route("GET", ROOM_RECORDINGS, Group::Client, Who::Reader, "Recordings of a room", to!(recordings::of_room)),
    route("POST", ROOM_TICKETS, Group::Client, Who::User, "A ticket to enter a room", to!(tickets::issue)),
    route("POST", ROOM_CLOSE, Group::Client, Who::Manager, "Close a room", to!(rooms::close)),
    route("POST", ROOM_KICK, Group::Client, Who::Manager, "Put someone out", to!(rooms::put_out)),
    route("POST", ROOM_HEARTBEAT, Group::Client, Who::User, "Keep a place, hear the news", to!(presence::heartbeat)),
    route("POST", ROOM_LEAVE, Group::Client, Who::User, "Give a place back", to!(presence::leave)),
    route("POST", ROOM_MIX_PLAN, Group::Client, Who::Planner, "Plan a mix", to!(mix_plan::plan)),
    route("POST", SEATS, Group::Client, Who::User, "Ask for a seat or offer one", to!(seats::ask)),
    route("POST", SEAT_ACCEPT, Group::Client, Who::Manager, "Accept a seat", to!(seats::accept)),
    route("POST", SEAT_REFUSE, Group::Client, Who::Manager, "Refuse a seat", to!(seats::refuse)),
    route("POST", SEAT_END, Group::Client, Who::Manager, "End a seat", to!(seats::end)),
    route("GET", STREAM, Group::Client, Who::Reader, "A stream", to!(streams::read)),
    route("GET", RECORDING, Group::Client, Who::Reader, "A recording", to!(recordings::read)),
    route("GET", RECORDINGS, Group::Operator, Who::Operator(Scope::Read), "Recordings by time", to!(ops::recordings::list)),
    route(
        "POST",
        RECORDING_TASKS,
        Group::Operator,
        Who::Operator(Scope::Write),
        "Tie a vendor's task to a recording",
        to!(ops::recordings::add_task),
    ),
    route("GET", CALLBACKS, Group::Operator, Who::Operator(Scope::Read), "The inbox", to!(ops::callbacks::list)),
    route("GET", LEDGER, Group::Operator, Who::Operator(Scope::Read), "Credentials given", to!(ops::ledger::list)),
    route("GET", DOMAINS, Group::Client, Who::Reader, "Domains the WeChat console needs", to!(domains::required)),
    route("POST", DOMAINS_CHECK, Group::Client, Who::Reader, "Check the console's lists", to!(domains::check)),
    route("GET", DOMAINS_CHECK, Group::Client, Who::Reader, "Whether one address would pass", to!(domains::check_url)),
    route("GET", CODE, Group::Client, Who::Anyone, "What a code means", to!(codes::explain)),
    route(
        "POST",
        INSPECT,
        Group::Client,
        Who::Operator(Scope::Inspect),
        "Judge any credential, address or callback",
        to!(inspect::inspect),
    ),
    route("POST", FROM_ZEGO, Group::Callbacks, Who::Vendor, "What ZEGO calls", to!(doors::zego)),
    route("POST", FROM_CSS, Group::Callbacks, Who::Vendor, "What Tencent Cloud Streaming calls", to!(doors::css)),
    route("POST", FROM_TRTC, Group::Callbacks, Who::Vendor, "What Tencent RTC calls", to!(doors::trtc)),
    route("GET", DEMO_TOKEN, Group::Compat, Who::User, "The token call of ZEGO's demos", to!(zego::login_token)),
    route("GET", DEMO_ROOMS, Group::Compat, Who::Reader, "The room list of ZEGO's demos", to!(zego_demo::room_list)),
    rtcroom!("/webrtc/weapp/webrtc_room/", get_login_info, "RTCRoom: login data"),
    rtcroom!("/webrtc/weapp/webrtc_room/", create_room, "RTCRoom: make a room"),
    rtcroom!("/webrtc/weapp/webrtc_room/", enter_room, "RTCRoom: enter a room"),
    rtcroom!("/webrtc/weapp/webrtc_room/", quit_room, "RTCRoom: leave a room"),
    rtcroom!("/webrtc/weapp/webrtc_room/", heartbeat, "RTCRoom: stay in a room"),
    rtcroom!("/webrtc/weapp/webrtc_room/", get_room_list, "RTCRoom: list rooms"),
    rtcroom!("/webrtc/weapp/webrtc_room/", get_room_members, "RTCRoom: list members"),
    rtcroom!("/weapp/webrtc_room/", get_login_info, "RTCRoom: login data"),
    rtcroom!("/weapp/webrtc_room/", create_room, "RTCRoom: make a room"),
    rtcroom!("/weapp/webrtc_room/", enter_room, "RTCRoom: enter a room"),
    rtcroom!("/weapp/webrtc_room/", quit_room, "RTCRoom: leave a room"),
    rtcroom!("/weapp/webrtc_room/", heartbeat, "RTCRoom: stay in a room"),
    rtcroom!("/weapp/webrtc_room/", get_room_list, "RTCRoom: list rooms"),
    rtcroom!("/weapp/webrtc_room/", get_room_members, "RTCRoom: list members"),
    route("GET", CONSOLE, Group::Page, Who::Anyone, "The console", to!(pages::console::serve)),
    route("GET", DOCS, Group::Page, Who::Anyone, "The API as a page", to!(openapi::page)),
    route("GET", OPENAPI, Group::Page, Who::Anyone, "The API as a document", to!(openapi::serve)),
    route("GET", ASSET, Group::Page, Who::Anyone, "A file of the pages", to!(pages::assets::serve)),
    route("GET", HEALTHZ, Group::Page, Who::Anyone, "The process answers", to!(pages::health::alive)),
    route("GET", READYZ, Group::Page, Who::Anyone, "The store answers", to!(pages::health::ready)),
];

/// Method and path of every address.
pub fn served() -> Vec<(&'static str, &'static str)> {
    ROUTES.iter().map(|route| (route.method, route.path)).collect()
}

/// Whose callbacks come to an address, given as in `ROUTES`.
pub fn vendor_of(path: &str) -> Option<&'static str> {
    [(FROM_ZEGO, "zego"), (FROM_CSS, "css"), (FROM_TRTC, "trtc")]
        .iter()
        .find(|(known, _)| *known == path)
        .map(|(_, vendor)| *vendor)
}

/// Where one of our own code words is explained; the `type` of a problem.
pub fn explanation(code: &str) -> String {
    format!("{CODES}/kaibo/{code}")
}

/// The address an app's callbacks go to; none for a provider that calls nobody. `token` is the path token, or what stands for it.
pub fn callback_address(config: &Config, provider: Provider, app: &str, token: &str) -> Option<String> {
    let path = match provider {
        Provider::Zego => FROM_ZEGO.replace("{app_id}", app),
        Provider::Trtc => FROM_TRTC.replace("{sdk_app_id}", app),
        Provider::Css => FROM_CSS.replace("{name}", app),
        Provider::Voip => return None,
    };
    Some(format!("{}{}", config.public_url(), path.replace("{path_token}", token)))
}

/// The address each configured app's callbacks go to, with the path token that signs now: `(app, address)`.
pub fn callback_addresses(config: &Config, now: UnixMs) -> Vec<(String, String)> {
    let Some(token) = config.callbacks.path_token.as_ref().and_then(|keys| keys.signing(now)) else { return Vec::new() };
    let zego = config.zego.iter().map(|app| ("ZEGO", Provider::Zego, app.app_id.to_string()));
    let trtc = config.trtc.iter().map(|app| ("Tencent RTC", Provider::Trtc, app.sdk_app_id.to_string()));
    let css = config.css.iter().map(|app| ("css", Provider::Css, app.name.clone()));
    let address = |(vendor, provider, app): (&str, Provider, String)| {
        Some((format!("{vendor} {app}"), callback_address(config, provider, &app, token.reveal_text())?))
    };
    zego.chain(trtc).chain(css).filter_map(address).collect()
}

/// Three calls to paste after a first start.
pub fn first_calls(here: &str, app_id: u32) -> [String; 3] {
    let room = ROOM_TICKETS.replace("{room_id}", "evening");
    [
        format!("curl '{here}{ZEGO_LOGIN_TOKEN}?app_id={app_id}&id_name=anchor_1'"),
        format!(
            "curl -X POST {here}{ROOMS} -H 'x-user-id: anchor_1' -d '{{\"provider\":\"zego\",\"room_id\":\"evening\",\"title\":\"Evening show\",\"record\":true}}'"
        ),
        format!("curl -X POST {here}{room} -H 'x-user-id: anchor_1' -d '{{\"role\":\"host\"}}'"),
    ]
}

/// True when the inspector is mounted.
pub fn has_inspector() -> bool {
    ROUTES.iter().any(|route| route.path == INSPECT)
}

/// What a phone may call, with the pages beside it: fn_client.
pub fn client(app: App) -> Answers {
    mount(app, &[Group::Client, Group::Compat, Group::Page])
}

/// What vendors call: fn_callbacks.
pub fn callbacks(app: App) -> Answers {
    mount(app, &[Group::Callbacks])
}

/// What only operators call: fn_operator.
pub fn operator(app: App) -> Answers {
    mount(app, &[Group::Operator])
}

/// The pages alone.
pub fn pages(app: App) -> Answers {
    mount(app, &[Group::Page])
}

/// Everything, for `kaibo serve`.
pub fn all(app: App) -> Answers {
    mount(app, &[Group::Client, Group::Callbacks, Group::Operator, Group::Page, Group::Compat])
}

fn mount(app: App, groups: &[Group]) -> Answers {
    Answers::new(app, ROUTES.iter().filter(|route| groups.contains(&route.group)))
}
