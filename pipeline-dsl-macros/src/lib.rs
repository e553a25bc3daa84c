//! The `team!` macro of `pipeline-dsl`, which documents it.

mod literals;
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
/// | `wave name = [a, b];` | environments deployed together |
/// | `wave name = [a] after approval within 3 days;` | after somebody's approval; seven days if nothing is said |
/// | `service name, name;` | services |
/// | `developer name = "<account>" in <region>;` | a developer, with `{ … }` of the lines below |
/// | `fork service = "owner/name";` | the developer's own repository; `follow` lets upstream win too |
/// | `hold service, service;` | keeps upstream versions away |
/// | `developers = include "developers.toml";` | developers of a list, see below |
///
/// Everything becomes a `const` of the module, in lower case as it was written, and `TEAM`. Write
/// `acme::dev`, not `use acme::*`: a glob import would turn lower-case constants into patterns. A name with
/// an underscore becomes one with a hyphen: `order_items` is deployed as `order-items`. Each service is a type
/// too, so that an artifact of one service cannot be used in the pipeline of another.
///
/// # A list of developers
///
/// The file stands beside `Cargo.toml` (its path is relative to it), is read at compile time with the same checks,
/// and the build runs again when it changes:
///
/// ```toml
/// [alice]
/// account = "555555555555"
/// region = "us-east-1"
/// connection.github = "arn:aws:codeconnections:us-east-1:555555555555:connection/4e5f6a7b"
/// fork.orders = "alice/orders"    # or { repository = "alice/orders", follow = true }
///
/// [bob]
/// account = "666666666666"
/// region = "eu-west-1"
/// hold = ["billing"]
/// ```
#[proc_macro]
pub fn team(input: TokenStream) -> TokenStream {
    team::expand(input.into()).into()
}

/// An account, checked by rustc at the literal.
///
/// ```
/// # use pipeline_dsl::model::AccountId;
/// assert_eq!(pipeline_dsl::account_id!("111111111111"), AccountId::new("111111111111"));
/// ```
#[proc_macro]
pub fn account_id(input: TokenStream) -> TokenStream {
    literals::one(input.into(), "AccountId", "111111111111").into()
}

/// The name of an environment, wave, service or developer, checked by rustc at the literal.
///
/// ```
/// # use pipeline_dsl::model::Name;
/// assert_eq!(pipeline_dsl::name!("orders"), Name::new("orders"));
/// ```
#[proc_macro]
pub fn name(input: TokenStream) -> TokenStream {
    literals::one(input.into(), "Name", "orders").into()
}

/// The path of an organizational unit, checked by rustc at the literal.
///
/// ```
/// # use pipeline_dsl::model::OrganizationPath;
/// assert_eq!(pipeline_dsl::organization_path!("o-abcdefghij/r-h123/ou-h123-3zyxwvut/"), OrganizationPath::new("o-abcdefghij/r-h123/ou-h123-3zyxwvut/"));
/// ```
#[proc_macro]
pub fn organization_path(input: TokenStream) -> TokenStream {
    literals::one(
        input.into(),
        "OrganizationPath",
        "o-abcdefghij/r-h123/ou-h123-3zyxwvut/",
    )
    .into()
}

/// The key of an artifact, checked by rustc at the literal.
///
/// ```
/// # use pipeline_dsl::model::ObjectKey;
/// assert_eq!(pipeline_dsl::object_key!("orders/orders.zip"), ObjectKey::new("orders/orders.zip"));
/// ```
#[proc_macro]
pub fn object_key(input: TokenStream) -> TokenStream {
    literals::one(input.into(), "ObjectKey", "orders/orders.zip").into()
}

/// The path of a file in an artifact, checked by rustc at the literal.
///
/// ```
/// # use pipeline_dsl::model::ArtifactPath;
/// assert_eq!(pipeline_dsl::artifact_path!("deploy/orders.yaml"), ArtifactPath::new("deploy/orders.yaml"));
/// ```
#[proc_macro]
pub fn artifact_path(input: TokenStream) -> TokenStream {
    literals::one(input.into(), "ArtifactPath", "deploy/orders.yaml").into()
}

/// The name of a stack, checked by rustc at the literal.
///
/// ```
/// # use pipeline_dsl::model::StackName;
/// assert_eq!(pipeline_dsl::stack_name!("orders-handler"), StackName::new("orders-handler"));
/// ```
#[proc_macro]
pub fn stack_name(input: TokenStream) -> TokenStream {
    literals::one(input.into(), "StackName", "orders-handler").into()
}

/// A repository at its provider, checked by rustc at the literal.
///
/// ```
/// # use pipeline_dsl::model::RepositoryName;
/// assert_eq!(pipeline_dsl::repository_name!("acme/orders"), RepositoryName::new("acme/orders"));
/// ```
#[proc_macro]
pub fn repository_name(input: TokenStream) -> TokenStream {
    literals::one(input.into(), "RepositoryName", "acme/orders").into()
}

/// A branch of a repository, checked by rustc at the literal.
///
/// ```
/// # use pipeline_dsl::model::BranchName;
/// assert_eq!(pipeline_dsl::branch_name!("feature/refunds"), BranchName::new("feature/refunds"));
/// ```
#[proc_macro]
pub fn branch_name(input: TokenStream) -> TokenStream {
    literals::one(input.into(), "BranchName", "main").into()
}

/// Actions of AWS services, each checked by rustc at its literal.
///
/// ```
/// # use pipeline_dsl::model::Action;
/// let list: [Action; 2] = pipeline_dsl::actions!["dynamodb:CreateTable", "dynamodb:DeleteTable"];
/// ```
#[proc_macro]
pub fn actions(input: TokenStream) -> TokenStream {
    literals::list(input.into(), "Action", "dynamodb:CreateTable").into()
}

/// ARNs of resources, each checked by rustc at its literal.
///
/// ```
/// # use pipeline_dsl::model::ResourceArn;
/// let list: [ResourceArn; 2] = pipeline_dsl::resource_arns!["arn:${AWS::Partition}:sns:*:${AWS::AccountId}:orders", "*"];
/// ```
#[proc_macro]
pub fn resource_arns(input: TokenStream) -> TokenStream {
    literals::list(
        input.into(),
        "ResourceArn",
        "arn:${AWS::Partition}:sns:*:${AWS::AccountId}:orders",
    )
    .into()
}

/// AWS services as principals, each checked by rustc at its literal.
///
/// ```
/// # use pipeline_dsl::model::ServicePrincipal;
/// let list: [ServicePrincipal; 2] = pipeline_dsl::service_principals!["lambda.amazonaws.com", "states.amazonaws.com"];
/// ```
#[proc_macro]
pub fn service_principals(input: TokenStream) -> TokenStream {
    literals::list(input.into(), "ServicePrincipal", "lambda.amazonaws.com").into()
}
