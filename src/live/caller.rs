//! Who acts, as types. Only `http/caller.rs` makes them, from a proof; use cases ask for them.

use super::room::Room;

/// What an operator key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Read everything.
    Read,
    /// Use the inspector.
    Inspect,
    /// Issue credentials for any user (server-to-server use).
    Issue,
    /// Close rooms, put users out, add recording tasks.
    Write,
}

impl Scope {
    /// The word in the configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Inspect => "inspect",
            Self::Issue => "issue",
            Self::Write => "write",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Read, Self::Inspect, Self::Issue, Self::Write].into_iter().find(|s| s.word() == word)
    }
}

/// Why an actor is believed to be the user it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It proved to be this user: a login session or the host app's JWT.
    Own,
    /// It named itself, which the demo configuration allows.
    Open,
    /// An operator key with scope `issue` named the user.
    Issue {
        /// The key's name.
        operator: String,
    },
}

/// A user who acts, proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The user id used for all vendors.
    pub user_id: String,
    /// Why we believe it.
    pub trust: Trust,
}

impl Actor {
    /// Open identity and scope `issue` may ask any role in direct credential calls.
    pub fn may_ask_any_role(&self) -> bool {
        self.trust != Trust::Own
    }

    /// True for a phone: everything but an operator key.
    pub fn is_phone(&self) -> bool {
        !matches!(self.trust, Trust::Issue { .. })
    }
}

/// An operator, proven by its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorKey {
    /// The configured name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

impl OperatorKey {
    /// True when the key holds the scope.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// Someone who manages a room: a user, who may turn out to be the host or not, or an operator with scope `write`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manager {
    /// A user.
    User(Actor),
    /// An operator.
    Operator(OperatorKey),
}

impl Manager {
    /// The user, if it is one.
    pub fn user_id(&self) -> Option<&str> {
        match self {
            Self::User(actor) => Some(&actor.user_id),
            Self::Operator(_) => None,
        }
    }

    /// True for the room's owner and for operators with `write`.
    pub fn runs(&self, room: &Room) -> bool {
        match self {
            Self::User(actor) => room.owned_by(&actor.user_id),
            Self::Operator(key) => key.has(Scope::Write),
        }
    }
}

/// Someone who looks without acting: any proven caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A user.
    User(Actor),
    /// An operator.
    Operator(OperatorKey),
    /// Someone who did not name itself, where the demo configuration allows it.
    Unnamed,
}

impl Reader {
    /// The user id, when a user looks.
    pub fn user_id(&self) -> Option<&str> {
        match self {
            Self::User(actor) => Some(&actor.user_id),
            Self::Operator(_) | Self::Unnamed => None,
        }
    }

    /// True for an operator with the scope.
    pub fn operator_with(&self, scope: Scope) -> bool {
        matches!(self, Self::Operator(key) if key.has(scope))
    }
}
