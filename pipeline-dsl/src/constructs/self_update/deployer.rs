//! The roles that the team's own pipeline deploys with: in the build account its projects' own, in every other account one that
//! plans and one that deploys, which trust those projects alone.

use crate::cloudformation::types::iam::Role;
use crate::cloudformation::{Handle, Principal, Stack, StackKey, Statement};
use crate::constructs::names::{Account, DeployerRole, Names, Place, SelfUpdateRole};
use crate::constructs::role::{self, NamedRole};
use crate::policy::Operator;
use crate::team::Team;

use super::account_kind::AccountKind;
use super::permissions;

/// What a role is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    Plan,
    Deploy,
}

impl Power {
    /// The role of that power in every account but the build account.
    pub(super) const fn role(self) -> DeployerRole {
        match self {
            Self::Plan => DeployerRole::Plan,
            Self::Deploy => DeployerRole::Update,
        }
    }

    /// The role of the project that takes it.
    const fn project(self) -> SelfUpdateRole {
        match self {
            Self::Plan => SelfUpdateRole::Plan,
            Self::Deploy => SelfUpdateRole::Deploy,
        }
    }
}

/// Whose account the roles are in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deployers {
    /// An account that is deployed to.
    Target(crate::model::AccountId),
    /// A developer's account, as its own stack names it.
    Developer,
}

/// `<team>-deployers`: both roles, in a stack of their own that stands in the team's primary region, whatever regions the other
/// stacks of the account are in.
pub(crate) fn deployers(team: &Team, names: &Names, whose: Deployers) -> Stack {
    let key = match whose {
        Deployers::Target(account) => StackKey::of("deployers", account),
        Deployers::Developer => StackKey::new("deployers"),
    };
    let description = format!("{}: what its own program deploys this account with", names.team);
    let mut stack = Stack::new(key, description);
    for power in [Power::Plan, Power::Deploy] {
        add_deployer(&mut stack, team, names, whose, power);
    }
    stack
}

fn add_deployer(
    stack: &mut Stack,
    team: &Team,
    names: &Names,
    whose: Deployers,
    power: Power,
) -> Handle<Role> {
    let home = Account::Id(team.world.build.account);
    let (account, kind) = match whose {
        Deployers::Target(account) => (Account::Id(account), AccountKind::Target(account)),
        Deployers::Developer => (Account::OfStack, AccountKind::Developer),
    };
    // The project's role is created later, by another stack: the account is trusted, narrowed to that role.
    let project = names.self_update_role_arn(&home, power.project());
    let trust = Statement::allow("ProgramAssumes")
        .by(Principal::Aws(vec![home.root(names.partition)]))
        .action(["sts:AssumeRole"])
        .when(Operator::ArnLike, "aws:PrincipalArn", [project]);
    let statements = match power {
        Power::Plan => permissions::planning(names, kind),
        Power::Deploy => permissions::deploying(team, names, kind),
    };
    let deployer = power.role();
    let entry = NamedRole {
        name: names.deployer_role_name(deployer).into(),
        path: names.deployer_role_path(deployer),
        arn: names.deployer_role_arn(&account, deployer),
        description: "The team's own program deploys this account with it".to_owned(),
        trust,
        statements,
    };
    role::add_named(stack, format!("{}Role", deployer.title()), entry)
}

/// What the project of that power may do: the same in the build account, and take its role in all others.
pub(super) fn of_build_account(team: &Team, names: &Names, power: Power) -> Vec<Statement> {
    let home = team.world.build;
    let kind = AccountKind::Build(Place::At(home.account, home.region));
    let mut statements = match power {
        Power::Plan => permissions::planning(names, kind),
        Power::Deploy => permissions::deploying(team, names, kind),
    };
    statements.push(
        Statement::allow("GoToAccounts")
            .action(["sts:AssumeRole"])
            .on([names.deployer_role_pattern(power.role())]),
    );
    statements
}
