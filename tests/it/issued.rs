//! What a credential itself says, read with the vendor's key as the vendor would: whether it counts, and until when.

use crate::harness::{Answer, Kaibo};
use kaibo::secret::Secret;
use kaibo::vendor::css::signed_url;
use kaibo::vendor::trtc::keys::HmacKey;
use kaibo::vendor::trtc::ticket::Kind;
use kaibo::vendor::trtc::verify::{Expectations, verify};
use kaibo::vendor::zego::app_key::AppKey;
use kaibo::vendor::zego::login_token::verify_login_token;
use kaibo::vendor::zego::sealed_token::{self, Wanted};
use kaibo::vendor::zego::server_secret::ServerSecret;
use serde_json::{Value, json};

/// One credential call of a vendor whose credentials name a user or that user's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    LoginToken,
    Token(&'static str),
    UserSig,
    MapKey,
    Push,
    Play,
}

/// All of them.
pub const CALLS: [Call; 9] = [
    Call::LoginToken,
    Call::Token("01"),
    Call::Token("03"),
    Call::Token("04"),
    Call::Token("04-gcm"),
    Call::UserSig,
    Call::MapKey,
    Call::Push,
    Call::Play,
];

impl Call {
    /// Where it is asked for.
    pub const fn path(self) -> &'static str {
        match self {
            Self::LoginToken => "/v1/zego/login-token",
            Self::Token(_) => "/v1/zego/tokens",
            Self::UserSig => "/v1/trtc/user-sig",
            Self::MapKey => "/v1/trtc/private-map-key",
            Self::Push | Self::Play => "/v1/css/urls",
        }
    }

    /// What is asked, for a user.
    pub fn body(self, user_id: &str) -> Value {
        match self {
            Self::LoginToken | Self::UserSig => json!({}),
            Self::Token(version) => json!({ "version": version, "room_id": "r1" }),
            Self::MapKey => json!({ "room_id": 77, "role": "viewer" }),
            Self::Push | Self::Play => json!({ "stream_id": format!("show_{user_id}") }),
        }
    }

    /// Asks for a user's own; `more` members are added to the body or the query.
    pub async fn ask(self, kaibo: &Kaibo, bearer: Option<&str>, user_id: &str, more: Value) -> Answer {
        let mut body = self.body(user_id);
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        if self != Self::LoginToken {
            return kaibo.post(self.path(), bearer, body).await;
        }
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let pairs: Vec<_> = body.as_object().unwrap().iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
        kaibo.get(&format!("{}?{}", self.path(), pairs.join("&")), bearer).await
    }

    /// The end that the credential carries, in Unix seconds, if it is this user's, made with this key, and good at `now`.
    pub fn ends(self, answer: &Answer, user_id: &str, key: &str, now: i64) -> Option<i64> {
        let secret = Secret::from(key);
        let said = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
        let login = |token: &str| {
            let verdict = verify_login_token(token, &[&AppKey::clean(key).ok()?], 1_739_272_706, user_id, now);
            verdict.valid().then(|| verdict.decoded.unwrap().expired)
        };
        match self {
            Self::LoginToken => login(&answer.text()),
            Self::Token("01") => login(&said("token")),
            Self::Token(_) => {
                let wanted = Wanted { app_id: 1_739_272_706, user_id: Some(user_id), room_id: None };
                let verdict = sealed_token::verify(&said("token"), &[&ServerSecret::new(&secret).ok()?], &wanted, now);
                verdict.valid().then(|| verdict.decoded.unwrap().expires)
            }
            Self::UserSig => ticket(&said("user_sig"), Kind::UserSig, user_id, &secret, now),
            Self::MapKey => ticket(&said("private_map_key"), Kind::PrivateMapKey, user_id, &secret, now),
            Self::Push => url(answer.json()["push"]["rtmp"].as_str()?, user_id, &secret, now),
            Self::Play => url(answer.json()["play"]["flv"].as_str()?, user_id, &secret, now),
        }
    }
}

fn ticket(text: &str, kind: Kind, user_id: &str, secret: &Secret, now: i64) -> Option<i64> {
    let expected = Expectations {
        kind: Some(kind),
        user_id: Some(user_id),
        sdk_app_id: Some(1_400_087_915),
        hmac: &[&HmacKey::new(secret).ok()?],
        now_seconds: now,
        ..Expectations::default()
    };
    verify(text, &expected).ok().map(|decoded| decoded.expires_at.seconds())
}

fn url(text: &str, user_id: &str, secret: &Secret, now: i64) -> Option<i64> {
    let verdict = signed_url::inspect(text, &[secret], now);
    let decoded = verdict.decoded.filter(|url| url.stream_name == format!("show_{user_id}"))?;
    verdict.faults.is_empty().then_some(decoded.expires)?
}

/// Opens the rooms that the calls are about, with this user as their owner.
pub async fn open_rooms(kaibo: &Kaibo, bearer: &str) {
    for (provider, room_id) in [("zego", "r1"), ("trtc", "77"), ("css", "show")] {
        let room = json!({ "provider": provider, "room_id": room_id });
        let answer = kaibo.post("/v1/rooms", Some(bearer), room).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
    }
}
