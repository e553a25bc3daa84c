//! What was written, with the user's tokens.

use std::rc::Rc;

use proc_macro2::{Ident, Span};
use syn::{Attribute, LitInt, LitStr, Visibility};

use super::origin::Origin;
use super::provider::Provider;

pub(crate) struct Team {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Name,
    pub(crate) organizations: Vec<(Ident, LitStr)>,
    pub(crate) builds: Vec<(Ident, Place)>,
    pub(crate) tags: Vec<(LitStr, LitStr)>,
    pub(crate) connections: Vec<Connection>,
    pub(crate) environments: Vec<Environment>,
    pub(crate) waves: Vec<Wave>,
    pub(crate) services: Vec<Name>,
    pub(crate) developers: Vec<Developer>,
    /// The files that developers were read from, by their whole paths.
    pub(crate) included: Vec<LitStr>,
    /// Whether some declaration was not understood, so that what seems to be missing may be there.
    pub(crate) incomplete: bool,
}

/// A name that is declared, or named again.
#[derive(Clone)]
pub(crate) struct Name {
    /// What Rust calls it.
    pub(crate) ident: Ident,
    pub(crate) origin: Origin,
}

/// A text in quotes.
#[derive(Clone)]
pub(crate) struct Text {
    pub(crate) literal: LitStr,
    /// Where it stands in an included file.
    pub(crate) place: Option<Rc<str>>,
}

/// `"111111111111" in us-east-1`; what could not be read was reported, and is none.
pub(crate) struct Place {
    pub(crate) account: Option<Text>,
    pub(crate) region: Option<Region>,
}

/// `us-east-1`: several tokens to Rust, and one name to everybody else.
pub(crate) struct Region {
    pub(crate) name: String,
    pub(crate) first: Span,
    pub(crate) last: Span,
    pub(crate) place: Option<Rc<str>>,
}

/// `connection github = "arn:…";`
pub(crate) struct Connection {
    pub(crate) provider: Provider,
    /// The keyword as it was written.
    pub(crate) keyword: Ident,
    pub(crate) arn: Text,
}

pub(crate) struct Environment {
    pub(crate) name: Name,
    pub(crate) place: Place,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    Standard,
    Production,
    Unapproved(LitStr),
}

impl Kind {
    /// The rule of `pipeline_dsl::team::Environment`, which this crate cannot name, for a message at the name in the list. It is
    /// a first opinion: the library checks every team, and has the last word.
    pub(crate) fn needs_approval(&self) -> bool {
        match self {
            Self::Production => true,
            Self::Standard | Self::Unapproved(_) => false,
        }
    }
}

pub(crate) struct Wave {
    pub(crate) name: Name,
    pub(crate) environments: Vec<Name>,
    /// The brackets, to point at when there is nothing in them; none if the list could not be read.
    pub(crate) list: Option<Span>,
    pub(crate) approval: Option<Approval>,
}

/// `after approval within 3 days`
pub(crate) struct Approval {
    /// Number and unit.
    pub(crate) within: Option<(LitInt, Ident)>,
}

pub(crate) struct Developer {
    pub(crate) name: Name,
    pub(crate) place: Place,
    pub(crate) connections: Vec<Connection>,
    pub(crate) forks: Vec<Fork>,
    pub(crate) holds: Vec<Name>,
    /// Whether some line was not understood, so that a connection that seems to be missing may be there.
    pub(crate) incomplete: bool,
}

pub(crate) struct Fork {
    pub(crate) service: Name,
    pub(crate) repository: Text,
    pub(crate) branch: Option<Text>,
    pub(crate) follow: bool,
}

impl Name {
    /// A keyword that becomes a name.
    pub(crate) fn of(keyword: &Ident) -> Self {
        Self {
            ident: keyword.clone(),
            origin: keyword.span().into(),
        }
    }

    /// What it is called in AWS and in messages: `order_items` is `order-items`.
    pub(crate) fn deployed(&self) -> String {
        self.written().replace('_', "-")
    }

    pub(crate) fn written(&self) -> String {
        use syn::ext::IdentExt;
        self.ident.unraw().to_string()
    }
}

impl Text {
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            span: self.literal.span(),
            place: self.place.clone(),
        }
    }
}
