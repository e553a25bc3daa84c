//! The names that we choose. Whoever needs one of another stack computes it here, and only here.

use sha2::{Digest as _, Sha256};

use crate::cloudformation::{Pseudo, Text, text};
use crate::model::{AccountId, Arn, Name, Partition, Region, TeamName};
use crate::team::{Definition, RoleNames, Team};

/// The names of one team.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    pub(crate) team: TeamName,
    pub(crate) partition: Partition,
    /// Whether services that are not documented to say for whom they act have to say it.
    pub(crate) source_account_everywhere: bool,
}

/// What a role is for. Each purpose has a path of its own, so that a policy can admit all roles of one
/// purpose without naming them, and `/acme/…` never matches a team called `acme-east`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// CodePipeline's service role.
    Pipeline,
    /// What starts a pipeline.
    Trigger,
    /// What builds a service.
    Build,
    /// What checks a pull request.
    Checks,
    /// What another CI uploads with.
    Upload,
    /// What a pipeline assumes in the account that it deploys to.
    Action,
    /// What CloudFormation deploys a service with.
    Deployment,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::Trigger => "trigger",
            Self::Build => "build",
            Self::Checks => "checks",
            Self::Upload => "upload",
            Self::Action => "action",
            Self::Deployment => "deployment",
        }
    }
}

/// A role of the pipeline that updates the team itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SelfUpdateRole {
    /// CodePipeline's service role.
    Pipeline,
    /// What builds the program.
    Build,
    /// What plans with it.
    Plan,
    /// What deploys with it.
    Deploy,
}

impl SelfUpdateRole {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::Build => "build",
            Self::Plan => "plan",
            Self::Deploy => "deploy",
        }
    }

    /// Begins the logical ids of what belongs to it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Pipeline => "Pipeline",
            Self::Build => "Build",
            Self::Plan => "Plan",
            Self::Deploy => "Deploy",
        }
    }
}

/// A role that the team's own program takes in every account but the build account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeployerRole {
    /// To plan.
    Plan,
    /// To deploy.
    Update,
}

impl DeployerRole {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Update => "update",
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Plan => "Plan",
            Self::Update => "Update",
        }
    }
}

impl Names {
    /// The names of a team.
    pub(crate) fn of(team: &Team) -> Self {
        Self {
            team: team.name(),
            partition: team.partition(),
            source_account_everywhere: team.world.source_account_everywhere,
        }
    }

    /// `acme-self-update`: the pipeline that updates the team itself.
    pub(crate) fn self_update(&self) -> String {
        self.prefixed("self-update")
    }

    /// `acme-self-update-plan`: a project of that pipeline, or a role.
    pub(crate) fn self_update_part(&self, part: &str) -> String {
        format!("{}-{part}", self.self_update())
    }

    /// The path of that pipeline's roles.
    pub(crate) fn self_update_path(&self) -> String {
        format!("/{}/self-update/", self.team)
    }

    /// A role of that pipeline, by its ARN.
    pub(crate) fn self_update_role_arn(&self, account: &Account, role: SelfUpdateRole) -> Text {
        let name = self.self_update_part(role.as_str());
        let resource = format!("role{}{name}", self.self_update_path());
        account.iam_arn(self.partition, &resource)
    }

    /// `acme/update/acme-update`, as `--role` takes it.
    pub(crate) fn deployer_role(&self, role: DeployerRole) -> String {
        format!("{}/{1}/{0}-{1}", self.team, role.as_str())
    }

    /// The path of that role.
    pub(crate) fn deployer_role_path(&self, role: DeployerRole) -> String {
        format!("/{}/{}/", self.team, role.as_str())
    }

    /// Its name.
    pub(crate) fn deployer_role_name(&self, role: DeployerRole) -> String {
        self.prefixed(role.as_str())
    }

    /// That role of one account, by its ARN.
    pub(crate) fn deployer_role_arn(&self, account: &Account, role: DeployerRole) -> Text {
        let resource = format!("role/{}", self.deployer_role(role));
        account.iam_arn(self.partition, &resource)
    }

    /// That role, in whichever account.
    pub(crate) fn deployer_role_pattern(&self, role: DeployerRole) -> Text {
        let role = self.deployer_role(role);
        Text::literal(format!("arn:{}:iam::*:role/{role}", self.partition))
    }

    /// `acme-build`, for stacks, topics, rules: whatever needs the team's prefix.
    pub(crate) fn prefixed(&self, name: impl std::fmt::Display) -> String {
        format!("{}-{name}", self.team)
    }

    /// `acme-target-orders`: the stack with the roles of a service where it is deployed to.
    pub(crate) fn target_stack(&self, service: &Name) -> String {
        self.prefixed(format_args!("target-{service}"))
    }

    /// `acme-service-orders`: the stack with its builds and its pipeline.
    pub(crate) fn service_stack(&self, service: &Name) -> String {
        self.prefixed(format_args!("service-{service}"))
    }

    /// `acme-developer-service-orders`: the stack with its pipeline in a developer's account.
    pub(crate) fn developer_service_stack(&self, service: &Name) -> String {
        self.prefixed(format_args!("developer-service-{service}"))
    }

    /// The path of all roles that services are built and delivered with.
    pub(crate) fn delivery_path(&self) -> String {
        format!("/{}/delivery/", self.team)
    }

    /// The path of those of one purpose.
    pub(crate) fn role_path(&self, purpose: Purpose) -> String {
        format!("{}{}/", self.delivery_path(), purpose.as_str())
    }

    /// What the names of the roles begin with that a service's own stacks create and that are named like this.
    pub(crate) fn role_beginnings(&self, named: &RoleNames, pipeline: &Definition) -> Vec<String> {
        let stacks = pipeline.stacks.iter().map(|stack| stack.name.as_str());
        named.beginnings(self.team.as_str(), pipeline.service.name, stacks)
    }

    /// The path of what is neither: boundaries and the subscriber's role.
    pub(crate) fn team_path(&self) -> String {
        format!("/{}/", self.team)
    }

    /// `acme-orders-deployment-us-east-1`.
    ///
    /// IAM's names are those of a whole account, and a stack stands in one region: with the region in the name, what a region
    /// needs can be made while that of another is still there. A service whose name does not fit is shortened, alike in every
    /// region, since developers share one template.
    pub(crate) fn role(&self, place: &Place, service: &Name, purpose: Purpose) -> Text {
        let longest = Region::ALL.iter().map(|region| region.as_str().len()).max();
        let hyphens = 3;
        let others = self.team.as_str().len() + purpose.as_str().len() + longest.unwrap_or(0) + hyphens;
        let service = shortened(service, ROLE_NAME_MAX.saturating_sub(others));
        let name = format!("{}-{service}-{}-", self.team, purpose.as_str());
        text![name, place.region()]
    }

    /// `acme-orders`: pipeline, trigger rule and CodeBuild project of a service.
    pub(crate) fn service(&self, service: &Name) -> String {
        self.prefixed(service)
    }

    /// `acme-orders-boundary-us-east-1`.
    pub(crate) fn boundary(&self, place: &Place, service: &Name) -> Text {
        text![format!("{}-{service}-boundary-", self.team), place.region()]
    }

    /// The boundary, by its ARN.
    pub(crate) fn boundary_arn(&self, place: &Place, service: &Name) -> Text {
        let path = format!("policy{}", self.team_path());
        let path = place.account().iam_arn(self.partition, &path);
        text![path, self.boundary(place, service)]
    }

    /// Begins the names of what copies artifacts into a developer's account.
    pub(crate) fn subscriber(&self) -> String {
        self.prefixed("subscriber")
    }

    /// `acme-subscriber-us-east-1`: the subscriber's role.
    pub(crate) fn subscriber_role(&self) -> Text {
        text![self.subscriber(), "-", Pseudo::Region]
    }

    /// The subscriber's function. It has the account in its name, so that logs and metrics of many developers
    /// can be told apart where they come together.
    pub(crate) fn subscriber_function(&self) -> Text {
        text![self.subscriber(), "-", Pseudo::AccountId]
    }

    /// What the subscriber's role is called in whichever account and region.
    pub(crate) fn subscriber_role_pattern(&self) -> Text {
        Text::literal(format!(
            "arn:{}:iam::*:role{}{}-*",
            self.partition,
            self.team_path(),
            self.subscriber()
        ))
    }

    /// A role of one place, by its ARN.
    pub(crate) fn role_arn(&self, place: &Place, service: &Name, purpose: Purpose) -> Text {
        let path = format!("role{}", self.role_path(purpose));
        let path = place.account().iam_arn(self.partition, &path);
        text![path, self.role(place, service, purpose)]
    }

    /// The roles that the stacks of services make, in whichever account.
    pub(crate) fn roles_made_by_services(&self) -> Text {
        Text::literal(format!(
            "arn:{}:iam::*:role/{}/service/*",
            self.partition, self.team
        ))
    }

    /// Every role of one purpose, in whichever account.
    pub(crate) fn role_pattern(&self, purpose: Purpose) -> Text {
        Text::literal(format!(
            "arn:{}:iam::*:role{}*",
            self.partition,
            self.role_path(purpose)
        ))
    }
}

/// The longest name of a role.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
const ROLE_NAME_MAX: usize = 64;

/// How many hexadecimal digits of a digest tell shortened names apart: two for each of its bytes.
const DIGEST_DIGITS: usize = 10;

/// The name of a service, or where it is longer than `room` its beginning and a digest of it. Two hyphens stand between
/// them: no service's own name has two in a row, so a shortened name is never that of another service.
fn shortened(service: &Name, room: usize) -> String {
    let name = service.as_str();
    if name.len() <= room {
        return name.to_owned();
    }
    let digits = Sha256::digest(name.as_bytes())
        .iter()
        .take(DIGEST_DIGITS / 2)
        .fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"));
    let beginning: String = name
        .chars()
        .take(room.saturating_sub(DIGEST_DIGITS + 2))
        .collect();
    format!("{}--{digits}", beginning.trim_end_matches('-'))
}

/// An account as a template names it: by its id, or as the one that the stack is in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Account {
    Id(AccountId),
    OfStack,
}

impl Account {
    pub(crate) fn id(&self) -> Text {
        match self {
            Self::Id(id) => id.as_str().into(),
            Self::OfStack => Pseudo::AccountId.into(),
        }
    }

    /// An IAM resource of the account.
    pub(crate) fn iam_arn(&self, partition: Partition, resource: &str) -> Text {
        match self {
            Self::Id(id) => Arn::iam(partition, *id, resource).into(),
            Self::OfStack => text![
                "arn:",
                Pseudo::Partition,
                ":iam::",
                Pseudo::AccountId,
                ":",
                resource
            ],
        }
    }

    /// The account as a principal.
    pub(crate) fn root(&self, partition: Partition) -> Text {
        self.iam_arn(partition, "root")
    }
}

/// A place as a template names it: by account and region, or as the one that the stack is in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    At(AccountId, Region),
    OfStack,
}

impl Place {
    pub(crate) fn account(&self) -> Account {
        match self {
            Self::At(account, _) => Account::Id(*account),
            Self::OfStack => Account::OfStack,
        }
    }

    pub(crate) fn region(&self) -> Text {
        match self {
            Self::At(_, region) => region.as_str().into(),
            Self::OfStack => Pseudo::Region.into(),
        }
    }

    /// A resource of the place.
    pub(crate) fn arn(&self, service: &'static str, resource: impl Into<Text>) -> Text {
        match self {
            Self::At(account, region) => {
                let resource = resource.into();
                match resource.as_literal() {
                    Some(resource) => Arn::regional(service, *region, *account, resource).into(),
                    None => text![
                        "arn:",
                        Pseudo::Partition,
                        ":",
                        service,
                        ":",
                        region.as_str(),
                        ":",
                        account.as_str(),
                        ":",
                        resource
                    ],
                }
            }
            Self::OfStack => text![
                "arn:",
                Pseudo::Partition,
                ":",
                service,
                ":",
                Pseudo::Region,
                ":",
                Pseudo::AccountId,
                ":",
                resource.into()
            ],
        }
    }

    /// S3 of the place, as `kms:ViaService` names it: with the same suffix in all partitions.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>
    pub(crate) fn s3_service(&self) -> Text {
        match self {
            Self::At(_, region) => format!("s3.{region}.amazonaws.com").into(),
            Self::OfStack => text!["s3.", Pseudo::Region, ".amazonaws.com"],
        }
    }
}
