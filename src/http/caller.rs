//! Who calls. The only file that makes the types of `live::caller`, and it makes them from a proof: a login session, the host
//! app's JWT or an operator key in `Authorization`, or, where the demo configuration allows it, a name alone.

use super::ask;
use super::fields::{self, Text, USER_ID};
use super::layer;
use crate::app::App;
use crate::app::access::Proof;
use crate::live::caller::{Actor, Manager, OperatorKey, Reader, Scope, Trust};
use crate::live::fault::Fault;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, header};
use std::borrow::Cow;
use std::marker::PhantomData;

/// Any proven caller. Without proof the request is refused before the handler runs.
#[derive(Debug)]
pub struct Caller {
    who: Who,
    address: Option<PathAndQuery>,
    user_id: Option<Box<[u8]>>,
}

#[derive(Debug)]
enum Who {
    User(String),
    // In a box: a caller is kept twice while its request is handled, and few are operators.
    Operator(Box<OperatorKey>),
    Open,
}

impl Caller {
    /// The user who acts. `named` is the user the body names, if it does; the query and `x-user-id` are looked at too.
    /// Naming another user is for operators with `issue`; they must name one.
    pub fn acting_as(&self, named: Option<&str>) -> Result<Actor, Fault> {
        self.acting_with(named, USER_ID, "user_id")
    }

    /// The same where user ids have another form, for the ZEGO demo's exchange.
    pub fn acting_with(&self, named: Option<&str>, rule: Text, field: &str) -> Result<Actor, Fault> {
        let named = self.named(named)?;
        let checked = || {
            let name = named.as_deref().ok_or_else(|| Fault::missing(field))?;
            fields::check(field, name, rule).map(|()| name.to_owned())
        };
        match &self.who {
            Who::User(own) if named.as_deref().is_none_or(|name| name == own) => {
                Ok(Actor { user_id: own.clone(), trust: Trust::Own })
            }
            Who::User(_) => Err(Fault::new("not_yourself", "只能以自己的身份请求。", "You can only ask for yourself.")),
            Who::Operator(key) if key.has(Scope::Issue) => {
                Ok(Actor { user_id: checked()?, trust: Trust::Issue { operator: key.name.clone() } })
            }
            Who::Operator(_) => Err(scope_missing(Scope::Issue)),
            Who::Open => Ok(Actor { user_id: checked()?, trust: Trust::Open }),
        }
    }

    /// The operator, if it is one with this scope.
    pub fn operator(&self, scope: Scope) -> Result<OperatorKey, Fault> {
        match &self.who {
            Who::Operator(key) if key.has(scope) => Ok((**key).clone()),
            Who::Open => Err(proof_missing()),
            _ => Err(scope_missing(scope)),
        }
    }

    /// Someone who manages a room. An operator with `write` acts as itself, unless it holds `issue` too and names a user.
    pub fn manager(&self, named: Option<&str>) -> Result<Manager, Fault> {
        let names = self.named(named)?.is_some();
        match &self.who {
            Who::Operator(key) if key.has(Scope::Write) && !(names && key.has(Scope::Issue)) => {
                Ok(Manager::Operator((**key).clone()))
            }
            _ => self.acting_as(named).map(Manager::User),
        }
    }

    /// Someone who looks: a user, or an operator with `read`. An operator with `issue` who names a user looks as that user.
    pub fn reader(&self) -> Result<Reader, Fault> {
        let names = self.named(None)?.is_some();
        match &self.who {
            Who::Operator(key) if !names || !key.has(Scope::Issue) => self.operator(Scope::Read).map(Reader::Operator),
            Who::Open if !names => Ok(Reader::Unnamed),
            _ => self.acting_as(None).map(Reader::User),
        }
    }

    /// The user whom the request names: in its body, or else in its query or header, which most handlers need not look at.
    fn named<'a>(&'a self, in_body: Option<&'a str>) -> Result<Option<Cow<'a, str>>, Fault> {
        if let Some(name) = in_body {
            return Ok(Some(name.into()));
        }
        let query = self.address.as_ref().and_then(PathAndQuery::query).unwrap_or_default();
        if let Some(name) = ask::in_query(query, &["user_id", "id_name"])? {
            return Ok(Some(name));
        }
        let Some(value) = &self.user_id else { return Ok(None) };
        match std::str::from_utf8(value) {
            Ok(name) => Ok(Some(name.trim().into()).filter(|name: &Cow<'_, str>| !name.is_empty())),
            Err(_) => Err(Fault::field("x-user-id", "malformed", "x-user-id 须为 UTF-8 文本", "x-user-id must be UTF-8 text")),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let who = match bearer(&parts.headers)? {
            Some(text) => match app.prove(text).await? {
                Proof::User(user) => Who::User(user),
                Proof::Operator(key) => Who::Operator(Box::new(key)),
            },
            None if app.config.access.open_identity => {
                layer::mark_open();
                Who::Open
            }
            None => return Err(proof_missing()),
        };
        ask::readable(parts.uri.query().unwrap_or_default())?;
        let address = parts.uri.path_and_query().cloned();
        Ok(Self { who, address, user_id: parts.headers.get(layer::USER_ID).map(|value| value.as_bytes().into()) })
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        Caller::from_request_parts(parts, app).await?.reader()
    }
}

/// A scope as a type, so that a handler's signature says what its caller may do.
pub trait Needs: Send {
    /// The scope.
    const SCOPE: Scope;
}

macro_rules! needs {
    ($($name:ident, $scope:ident, $says:literal;)+) => {$(
        #[doc = $says]
        #[derive(Debug)]
        pub struct $name;
        impl Needs for $name {
            const SCOPE: Scope = Scope::$scope;
        }
    )+};
}

needs! {
    MayRead, Read, "Scope `read`.";
    MayInspect, Inspect, "Scope `inspect`.";
    MayIssue, Issue, "Scope `issue`.";
    MayWrite, Write, "Scope `write`.";
}

/// An operator with a scope; anyone else is refused before the handler runs.
#[derive(Debug)]
pub struct Operator<S>(pub OperatorKey, PhantomData<S>);

impl<S: Needs> FromRequestParts<App> for Operator<S> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let caller = Caller::from_request_parts(parts, app).await?;
        Ok(Self(caller.operator(S::SCOPE)?, PhantomData))
    }
}

/// The bearer text. A header that is there and wrong is a bad proof, also where identity is open.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Fault> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = all.next() else { return Ok(None) };
    let one = all.next().is_none().then_some(value);
    let (scheme, text) = one.and_then(|value| value.to_str().ok()?.trim().split_once(' ')).unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") && !text.trim().is_empty() {
        return Ok(Some(text.trim()));
    }
    Err(Fault::new(
        "key_invalid",
        "Authorization 须为 Bearer 加登录凭证或密钥。",
        "Authorization must be Bearer and a login session or key.",
    ))
}

fn proof_missing() -> Fault {
    Fault::new(
        "proof_missing",
        "缺少身份证明：请在 Authorization 中带上 Bearer 登录凭证或密钥。",
        "Proof is missing: send a login session or key as Authorization: Bearer.",
    )
}

fn scope_missing(scope: Scope) -> Fault {
    let word = scope.word();
    Fault::new("scope_missing", format!("需要权限 {word} 的密钥。"), format!("This needs a key with scope {word}."))
}
