//! What was written, with the user's tokens.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, LitStr, Visibility};

use super::region::RegionName;

pub(crate) struct Team {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) organization: Option<LitStr>,
    pub(crate) build: Option<Place>,
    pub(crate) tags: Vec<(LitStr, LitStr)>,
    pub(crate) connections: Vec<Connection>,
    pub(crate) environments: Vec<Environment>,
    pub(crate) waves: Vec<Wave>,
    pub(crate) services: Vec<Ident>,
    pub(crate) developers: Vec<Developer>,
    /// What was not understood, as errors.
    pub(crate) errors: TokenStream,
}

/// `"111111111111" in us-east-1`
pub(crate) struct Place {
    pub(crate) account: LitStr,
    pub(crate) region: RegionName,
}

/// `connection github = "arn:…";`
pub(crate) struct Connection {
    pub(crate) provider: Ident,
    pub(crate) arn: LitStr,
}

pub(crate) struct Environment {
    pub(crate) kind: Kind,
    pub(crate) name: Ident,
    pub(crate) place: Place,
}

pub(crate) enum Kind {
    Standard,
    Production,
    Unapproved(LitStr),
}

pub(crate) struct Wave {
    pub(crate) name: Ident,
    pub(crate) environments: Vec<Ident>,
    pub(crate) approval: bool,
}

pub(crate) struct Developer {
    pub(crate) name: Ident,
    pub(crate) place: Place,
    pub(crate) connection: Option<Connection>,
    pub(crate) forks: Vec<Fork>,
    pub(crate) holds: Vec<Ident>,
}

pub(crate) struct Fork {
    pub(crate) service: Ident,
    pub(crate) repository: LitStr,
    pub(crate) follow: bool,
}
