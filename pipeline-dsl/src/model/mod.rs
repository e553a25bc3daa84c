//! The values a delivery system is described with: accounts, regions, names, ARNs.
//!
//! Each is checked by one rule, used twice: `new` is a `const fn` for literals (a bad literal in a named
//! `const` does not compile), `TryFrom`/`FromStr` for values known at run time.

mod account;
mod arn;
mod bucket_name;
mod code_connection;
mod name;
mod object_key;
mod organization;
mod partition;
mod region;

pub use account::{AccountId, InvalidAccountId};
pub use arn::Arn;
pub use bucket_name::bucket_name;
pub use code_connection::{Connection, InvalidConnection, Provider};
pub(crate) use name::pascal_case;
pub use name::{InvalidName, Name, TeamName};
pub use object_key::{InvalidObjectKey, ObjectKey};
pub use organization::{InvalidOrganizationPath, OrganizationPath};
pub use partition::Partition;
pub use region::{Region, UnknownRegion};
