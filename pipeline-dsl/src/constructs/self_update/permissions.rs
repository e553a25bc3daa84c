//! What a deployment of the team's stacks needs in each kind of account, and no more: CloudFormation's own calls on the team's
//! stacks, and behind them, only through CloudFormation, what it asks for the types of resources that those stacks hold.

use std::collections::BTreeSet;

use crate::cloudformation::types::kms::ASKED_OF_A_NEW_KEY;
use crate::cloudformation::{ResourceKind, Statement, Text};
use crate::constructs::names::{Names, Purpose, SelfUpdateRole};
use crate::model::{Arn, Connection, OWNER_TAG};
use crate::policy::Operator;
use crate::team::Team;

use super::account_kind::AccountKind;

/// What a plan asks of the team's stacks: change sets, which it deletes again. The calls are those of `deploy/aws/services`; the
/// proof has a list of its own, by which it judges this one.
const PLAN: [&str; 7] = [
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteChangeSet",
    "cloudformation:DescribeChangeSet",
    "cloudformation:GetTemplate",
    "cloudformation:ListChangeSets",
    "cloudformation:TagResource",
    "cloudformation:UntagResource",
];
/// What a deployment asks beside; the proof has a list of its own.
const DEPLOY: [&str; 7] = [
    "cloudformation:ContinueUpdateRollback",
    "cloudformation:DeleteStack",
    "cloudformation:DescribeEvents",
    "cloudformation:DescribeStackEvents",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:ListStackResources",
    "cloudformation:RollbackStack",
];

/// What a plan asks: everything that changes nothing.
pub(super) fn planning(names: &Names, kind: AccountKind) -> Vec<Statement> {
    let mut statements = of_stacks(names, kind, "PlanStacks", BTreeSet::from(PLAN));
    statements.push(of_templates(names, kind));
    statements
}

/// What a deployment asks.
pub(super) fn deploying(team: &Team, names: &Names, kind: AccountKind) -> Vec<Statement> {
    let calls = PLAN.into_iter().chain(DEPLOY).collect();
    let mut statements = of_stacks(names, kind, "ChangeStacks", calls);
    statements.push(of_templates(names, kind));
    statements.push(of_resources(names, kind));
    statements.extend(of_account(names, kind));
    if kind.types().contains(&ResourceKind::Key) {
        statements.extend(of_keys(names, kind));
    }
    statements.extend(passing(names, kind));
    if kind.types().contains(&ResourceKind::Project) {
        statements.push(connecting(team, kind));
    }
    if kind.types().contains(&ResourceKind::Subscription) {
        statements.push(filling(team, names, kind));
    }
    statements
}

/// Looking for stacks that left the program looks at all, which asks for both calls.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html>
fn of_stacks(names: &Names, kind: AccountKind, sid: &str, actions: BTreeSet<&str>) -> Vec<Statement> {
    let stacks = kind.stacks().iter().map(|stack| {
        let name = names.prefixed(stack);
        kind.arn(names, "cloudformation", format!("stack/{name}/*"))
    });
    vec![
        Statement::allow("LookForStacks")
            .action(["cloudformation:DescribeStacks"])
            .on([kind.arn(names, "cloudformation", "stack/*")]),
        Statement::allow("ListStacks")
            .action(["cloudformation:ListStacks"])
            .on(["*".into()]),
        Statement::allow(sid).action(actions).on(stacks),
    ]
}

/// Templates that a call cannot carry go through a bucket.
fn of_templates(names: &Names, kind: AccountKind) -> Statement {
    let bucket = kind.buckets(names, "templates");
    Statement::allow("KeepTemplates")
        .action([
            "s3:CreateBucket",
            "s3:GetObject",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutLifecycleConfiguration",
            "s3:PutObject",
        ])
        // And what is in them: `*` stands for anything.
        .on([bucket])
}

/// What CloudFormation asks of the resources in the stacks. Each action is of one service, so that it meets only that
/// service's resources.
fn of_resources(names: &Names, kind: AccountKind) -> Statement {
    const APART: [ResourceKind; 3] = [
        ResourceKind::Key,
        ResourceKind::Subscription,
        ResourceKind::Backfill,
    ];
    let types = kind.types().iter().copied();
    let types: Vec<ResourceKind> = types.filter(|each| !APART.contains(each)).collect();
    let actions: BTreeSet<&str> = types
        .iter()
        .flat_map(|each| each.facts().handlers.of_itself)
        .copied()
        .collect();
    let mut resources: Vec<Text> = Vec::new();
    for each in types {
        for resource in kind.of_kind(names, each) {
            if !resources.contains(&resource) {
                resources.push(resource);
            }
        }
    }
    only_through_cloudformation(Statement::allow("ChangeResources").action(actions).on(resources))
}

/// What CloudFormation asks of no one resource.
fn of_account(names: &Names, kind: AccountKind) -> Vec<Statement> {
    let asked: BTreeSet<&str> = kind
        .types()
        .iter()
        .flat_map(|each| each.facts().handlers.of_account)
        .copied()
        .collect();
    // Of alarms, all can be named; the others take no resource at all.
    let (looks, others): (Vec<&str>, Vec<&str>) = asked
        .into_iter()
        .partition(|action| action.starts_with("cloudwatch:"));
    let mut statements = Vec::new();
    if !looks.is_empty() {
        let alarms = kind.arn(names, "cloudwatch", "alarm:*");
        let look = Statement::allow("LookThroughAccount").action(looks).on([alarms]);
        statements.push(only_through_cloudformation(look));
    }
    if !others.is_empty() {
        let ask = Statement::allow("AskOfNoResource")
            .action(others)
            .on(["*".into()]);
        statements.push(only_through_cloudformation(ask));
    }
    statements
}

/// A key's ARN cannot be known: ours carry the team's tag, and get it when they are made. Only CloudFormation may put it on.
/// What is asked of a key before its tag counts is allowed on keys without a tag too: it changes no policy of theirs.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html>
fn of_keys(names: &Names, kind: AccountKind) -> [Statement; 3] {
    let keys = kind.arn(names, "kms", "key/*");
    let team: Text = names.team.as_str().into();
    let (tag, others): (Vec<&str>, Vec<&str>) = ResourceKind::Key
        .facts()
        .handlers
        .of_itself
        .iter()
        .copied()
        .partition(|action| *action == "kms:TagResource");
    let (make, change): (Vec<&str>, Vec<&str>) = others
        .into_iter()
        .partition(|action| ASKED_OF_A_NEW_KEY.contains(action));
    let with_tag = |sid: &str, actions: Vec<&str>, operator| {
        let tag = format!("aws:ResourceTag/{OWNER_TAG}");
        let statement = Statement::allow(sid).action(actions).on([keys.clone()]);
        statement.when(operator, tag, [team.clone()])
    };
    let make = with_tag("MakeKeys", make, Operator::StringEqualsIfExists);
    let change = with_tag("ChangeKeys", change, Operator::StringEquals);
    let tag = Statement::allow("TagKeys").action(tag).on([keys.clone()]).when(
        Operator::StringEquals,
        format!("aws:RequestTag/{OWNER_TAG}"),
        [team.clone()],
    );
    [make, change, tag].map(only_through_cloudformation)
}

/// Each kind of role goes to the one service that it is for. AWS's own policies narrow `iam:PassRole` in the same way. Whoever
/// makes or changes a pipeline hands on its own role, and the roles of its actions: those that they assume, and those that they
/// give to CloudFormation.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_codepipeline.html>
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonDataZoneRedshiftGlueProvisioningPolicy.html>
fn passing(names: &Names, kind: AccountKind) -> Vec<Statement> {
    let path = |purpose| kind.roles(names, &format!("{}*", names.role_path(purpose)));
    let of_update = |role| names.self_update_role_arn(&kind.account(), role);
    let pass = |sid: &str, service: &'static str, roles: Vec<Text>| {
        let pass = Statement::allow(sid).action(["iam:PassRole"]).on(roles);
        let to_service = pass.when(Operator::StringEquals, "iam:PassedToService", [service.into()]);
        only_through_cloudformation(to_service)
    };
    let (mut builds, mut pipelines) = (vec![path(Purpose::Build)], vec![path(Purpose::Pipeline)]);
    let mut functions = Vec::new();
    match kind {
        AccountKind::Target(_) => return Vec::new(),
        AccountKind::Build(_) => {
            builds.push(path(Purpose::Checks));
            builds.extend(
                [
                    SelfUpdateRole::Build,
                    SelfUpdateRole::Plan,
                    SelfUpdateRole::Deploy,
                ]
                .map(of_update),
            );
            pipelines.push(of_update(SelfUpdateRole::Pipeline));
        }
        AccountKind::Developer => {
            pipelines.push(path(Purpose::Action));
            functions.push(kind.subscriber_role(names));
        }
    }
    let mut statements = vec![
        pass("PassToBuilds", "codebuild.amazonaws.com", builds),
        pass("PassToPipelines", "codepipeline.amazonaws.com", pipelines),
        pass(
            "PassToRules",
            "events.amazonaws.com",
            vec![path(Purpose::Trigger)],
        ),
    ];
    match kind {
        AccountKind::Target(_) => {}
        // The pipelines of the build account deploy to other accounts with roles of those. No page says whether these are asked
        // for as well, so they are granted: a service of one account cannot take a role of another in any case.
        AccountKind::Build(_) => statements.extend([
            pass(
                "PassElsewhereToPipelines",
                "codepipeline.amazonaws.com",
                vec![names.role_pattern(Purpose::Action)],
            ),
            pass(
                "PassElsewhereToCloudFormation",
                "cloudformation.amazonaws.com",
                vec![names.role_pattern(Purpose::Deployment)],
            ),
        ]),
        AccountKind::Developer => statements.extend([
            pass("PassToFunctions", "lambda.amazonaws.com", functions),
            pass(
                "PassToCloudFormation",
                "cloudformation.amazonaws.com",
                vec![path(Purpose::Deployment)],
            ),
        ]),
    }
    statements
}

/// Projects and pipelines are given connections: those of the program, in a developer's account those that are there.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_codeconnections.html>
fn connecting(team: &Team, kind: AccountKind) -> Statement {
    let connections: Vec<(&str, Text)> = match kind {
        AccountKind::Developer => [Connection::SERVICE, Connection::EARLIER_SERVICE]
            .map(|service| (service, kind.connections(service)))
            .to_vec(),
        AccountKind::Build(_) | AccountKind::Target(_) => {
            let builds = team.pipelines.iter().flat_map(|pipeline| &pipeline.builds);
            let own = team.world.self_update.iter().map(|update| &update.repository);
            let all = builds.map(|build| &build.repository).chain(own);
            all.map(|repository| &repository.connection)
                .map(|connection| (connection.service(), connection.arn().into()))
                .collect()
        }
    };
    let services: BTreeSet<&str> = connections.iter().map(|(service, _)| *service).collect();
    let actions = services.iter().flat_map(|service| {
        ["GetConnection", "PassConnection", "UseConnection"].map(|action| format!("{service}:{action}"))
    });
    let mut resources: Vec<Text> = Vec::new();
    for (_, connection) in connections {
        if !resources.contains(&connection) {
            resources.push(connection);
        }
    }
    only_through_cloudformation(Statement::allow("PassConnections").action(actions).on(resources))
}

/// A developer's account subscribes to the build account's topic, and is filled by its own function. Each action is of one service,
/// so that it meets only that service's resource; one statement, for a role's policies have room for little more.
fn filling(team: &Team, names: &Names, kind: AccountKind) -> Statement {
    let home = team.world.build;
    let topic = Arn::regional("sns", home.region, home.account, names.prefixed("artifacts"));
    let asked = [ResourceKind::Subscription, ResourceKind::Backfill];
    let actions = asked.iter().flat_map(|each| each.facts().handlers.of_itself);
    let fill = Statement::allow("FillAccount")
        .action(actions.copied())
        .on([topic.into(), kind.function(names)]);
    only_through_cloudformation(fill)
}

/// Not by the program itself: what it changes, stacks hold.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-calledviafirst>
fn only_through_cloudformation(statement: Statement) -> Statement {
    statement.when(
        Operator::StringEquals,
        "aws:CalledViaFirst",
        ["cloudformation.amazonaws.com".into()],
    )
}
