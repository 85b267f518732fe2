//! The seven calls of Tencent's RTCRoom backend (tencent.md section 6). Camel case, status 200 with `code` and `message`
//! whatever became of the call: the published client reads nothing else. Only an outage is told by its status, so that
//! alarms see it. With a login session the userID is the session's; another one named is code 8.

use crate::app::{App, rtcroom};
use crate::http::ask::{self, Raw};
use crate::http::caller::Caller;
use crate::http::fields::{Text, Values, chars};
use crate::http::language::Language;
use crate::live::caller::{Actor, Reader};
use crate::live::fault::Fault;
use crate::live::rtcroom::{INFO_MAX, OK, UserIds, made_user_id, number};
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A user id before the rule for it is asked.
const ANY: Text = chars(1, 512);

/// Names longer than this are cut: the reference had no limit, and a demo that is refused shows nothing.
const NICKNAME_MAX: usize = 64;

/// One call: who asks, with what.
pub struct Call {
    app: App,
    caller: Result<Caller, Fault>,
    values: Result<Values, Fault>,
    language: Language,
}

impl FromRequest<App> for Call {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, app: &App) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, app).await;
        let language = Language::of(&parts.headers, &app.config.server.default_language);
        let in_query = ask::query(parts.uri.query().unwrap_or_default()).map(ask::Query::into_values);
        let headers = parts.headers.clone();
        let in_body = match Raw::from_request(Request::from_parts(parts, body), app).await {
            Ok(Raw(bytes)) => ask::json_object(&headers, &bytes),
            Err(fault) => Err(fault),
        };
        let values = in_query.and_then(|mut values| {
            values.extend(in_body?);
            Ok(values)
        });
        Ok(Self { app: app.clone(), caller, values, language })
    }
}

impl Call {
    /// Without proof nothing is looked at.
    fn values(&self) -> Result<&Values, Fault> {
        self.caller()?;
        self.values.as_ref().map_err(Clone::clone)
    }

    fn caller(&self) -> Result<&Caller, Fault> {
        self.caller.as_ref().map_err(Clone::clone)
    }

    /// A text, or a number as its digits: demos send both.
    fn text(&self, name: &str) -> Result<Option<String>, Fault> {
        Ok(match self.values()?.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        })
    }

    fn room_id(&self) -> Result<String, Fault> {
        self.text("roomID")?.filter(|text| !text.is_empty()).ok_or_else(|| Fault::missing("roomID"))
    }

    fn nickname(&self) -> Result<Option<String>, Fault> {
        let nickname = self.text("nickName")?.filter(|text| !text.is_empty());
        Ok(nickname.map(|text| text.chars().take(NICKNAME_MAX).collect()))
    }

    /// A count, or what stands for one that is missing or makes no sense.
    fn count(&self, name: &str, default: usize, most: usize) -> Result<usize, Fault> {
        let text = self.text(name)?;
        Ok(text.and_then(|text| text.parse::<usize>().ok()).unwrap_or(default).min(most))
    }

    /// The user who acts.
    fn actor(&self, named: Option<String>) -> Result<Actor, Fault> {
        let named = named.filter(|name| !name.is_empty());
        let actor = self.caller()?.acting_with(named.as_deref(), ANY, "userID")?;
        if UserIds::from_word(&self.app.config.policy.rtcroom_user_ids).takes(&actor.user_id) {
            return Ok(actor);
        }
        Err(Fault::field("userID", "malformed", "userID 不符合规则", "userID does not fit the rule"))
    }

    fn user(&self) -> Result<Actor, Fault> {
        self.actor(self.text("userID")?)
    }

    fn reader(&self) -> Result<Reader, Fault> {
        self.caller()?.reader()
    }

    /// The answer: what the call gave beside `code` and `message`, or the number of what went wrong.
    fn answer(&self, done: Result<Value, Fault>) -> Response {
        let (body, retry_after) = match done {
            Ok(mut body) => {
                if let Some(members) = body.as_object_mut() {
                    members.insert("code".to_owned(), OK.into());
                    members.insert("message".to_owned(), self.language.pick("请求成功", "done").into());
                }
                (body, None)
            }
            Err(fault) => match number(&fault) {
                Some(code) => {
                    let message = self.language.pick(&fault.zh, &fault.en);
                    (json!({ "code": code, "message": message }), fault.retry_after)
                }
                None => return fault.into_response(),
            },
        };
        let mut response = axum::Json(body).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// `get_login_info`: a user without a userID gets a made one, where identity is open.
pub async fn get_login_info(State(app): State<App>, call: Call) -> Response {
    let done = async {
        let named = call.text("userID")?.filter(|name| !name.is_empty());
        let who = match call.actor(named.clone()) {
            Err(fault) if fault.code == "field_missing" && named.is_none() => {
                call.actor(Some(made_user_id(app.random_bytes())))?
            }
            other => other?,
        };
        let login = rtcroom::log_in(&app, &who).await?;
        Ok(json!({
            "sdkAppID": login.sdk_app_id,
            "accountType": login.account_type,
            "userID": who.user_id,
            "userSig": login.user_sig,
        }))
    };
    call.answer(done.await)
}

/// `create_room`.
pub async fn create_room(State(app): State<App>, call: Call) -> Response {
    let done = async {
        let info = call.text("roomInfo")?.ok_or_else(|| Fault::missing("roomInfo"))?;
        let who = call.user()?;
        if info.chars().count() > INFO_MAX {
            let (zh, en) = (format!("roomInfo 最多 {INFO_MAX} 个字符"), format!("roomInfo may have {INFO_MAX} characters"));
            return Err(Fault::field("roomInfo", "too_long", zh, en));
        }
        let kind = call.text("roomType")?.unwrap_or_default();
        if kind.chars().count() > NICKNAME_MAX {
            return Err(Fault::field("roomType", "too_long", "roomType 过长", "roomType is too long"));
        }
        let nickname = call.nickname()?;
        let (room, key) = rtcroom::create(&app, &who, info, kind, nickname.as_deref()).await?;
        let info = room.info.unwrap_or_default();
        Ok(json!({ "userID": who.user_id, "roomID": room.room_id, "roomInfo": info, "privateMapKey": key }))
    };
    call.answer(done.await)
}

/// `enter_room`.
pub async fn enter_room(State(app): State<App>, call: Call) -> Response {
    let done = async {
        let (room_id, who, nickname) = (call.room_id()?, call.user()?, call.nickname()?);
        let key = rtcroom::enter(&app, &who, &room_id, nickname.as_deref()).await?;
        Ok(json!({ "userID": who.user_id, "roomID": room_id, "privateMapKey": key }))
    };
    call.answer(done.await)
}

/// `quit_room`.
pub async fn quit_room(State(app): State<App>, call: Call) -> Response {
    let done = async {
        let (room_id, who) = (call.room_id()?, call.user()?);
        rtcroom::quit(&app, &who, &room_id).await.map(|()| json!({}))
    };
    call.answer(done.await)
}

/// `heartbeat`.
pub async fn heartbeat(State(app): State<App>, call: Call) -> Response {
    let done = async {
        let (room_id, who) = (call.room_id()?, call.user()?);
        rtcroom::beat(&app, &who, &room_id).await.map(|()| json!({}))
    };
    call.answer(done.await)
}

/// `get_room_list`.
pub async fn get_room_list(State(app): State<App>, call: Call) -> Response {
    let done = async {
        call.reader()?;
        let (index, count) = (call.count("index", 0, 10_000)?, call.count("count", 10, 100)?);
        let kind = call.text("roomType")?.unwrap_or_default();
        let rooms = rtcroom::list(&app, index, count, &kind).await?;
        let told: Vec<Value> = rooms
            .into_iter()
            .map(|room| json!({ "roomID": room.room_id, "roomInfo": room.info, "roomCreator": room.creator }))
            .collect();
        Ok(json!({ "rooms": told }))
    };
    call.answer(done.await)
}

/// `get_room_members`.
pub async fn get_room_members(State(app): State<App>, call: Call) -> Response {
    let done = async {
        call.reader()?;
        let members = rtcroom::members(&app, &call.room_id()?).await?;
        let told: Vec<Value> =
            members.into_iter().map(|(user_id, nickname)| json!({ "userID": user_id, "nickName": nickname })).collect();
        Ok(json!({ "members": told }))
    };
    call.answer(done.await)
}
