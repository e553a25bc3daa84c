//! The `team!` macro of `pipeline-dsl`, which documents it.

mod team;

use proc_macro::TokenStream;

/// Declares a team's world: accounts, environments, waves, services and developers, as typed constants.
///
/// ```
/// use pipeline_dsl::prelude::*;
///
/// team! {
///     /// Acme: what is delivered, from where and to whom.
///     mod acme {
///         organization = "o-abcdefghij/r-h123/ou-h123-3zyxwvut/";
///         build = "111111111111" in us-east-1;
///         tag "cost-center" = "delivery";
///
///         connection github = "arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d";
///
///         environment dev = "222222222222" in us-east-1;
///         production prod = "444444444444" in us-west-2;
///         production demo = "333333333333" in eu-west-1 unapproved "nobody depends on it";
///
///         wave development = [dev];
///         wave release = [prod, demo] after approval;
///
///         service orders;
///         service billing;
///
///         developer alice = "555555555555" in us-east-1 {
///             connection github = "arn:aws:codeconnections:us-east-1:555555555555:connection/4e5f6a7b";
///             fork orders = "alice/orders";
///             hold billing;
///         }
///         developer bob = "666666666666" in eu-west-1;
///     }
/// }
///
/// assert_eq!(acme::dev.region(), Region::UsEast1);
/// ```
///
/// | line | declares |
/// |---|---|
/// | `organization = "o-…/r-…/ou-…/";` | where the developers' accounts are; optional |
/// | `build = "<account>" in <region>;` | the build account and its primary region |
/// | `tag "key" = "value";` | a tag of every stack |
/// | `connection github = "arn:…";` | an authorized connection: `github`, `gitlab` or `bitbucket` |
/// | `environment name = "<account>" in <region>;` | an environment |
/// | `production name = "<account>" in <region>;` | one that needs an approval; or `unapproved "reason"` |
/// | `wave name = [a, b] after approval;` | environments deployed together; `after approval` is optional |
/// | `service name;` | a service |
/// | `developer name = "<account>" in <region>;` | a developer, with `{ … }` of the lines below |
/// | `fork service = "owner/name";` | the developer's own repository; `follow` lets upstream win too |
/// | `hold service;` | keeps upstream versions away |
///
/// Everything becomes a `const` of the module, in lower case as it was written, and `TEAM`. Write
/// `acme::dev`, not `use acme::*`: a glob import would turn lower-case constants into patterns. A name with
/// an underscore becomes one with a hyphen: `order_items` is deployed as `order-items`.
#[proc_macro]
pub fn team(input: TokenStream) -> TokenStream {
    team::expand(input.into()).into()
}
