//! What a deployment may do.

use pipeline_dsl::prelude::*;

use super::{Case, of_permissions};
use crate::sample;

const REFUSED: [&str; 3] = ["deploy: the policy is refused"; 3];
const DENIED: [&str; 3] = ["run: AccessDenied"; 3];
const TABLE: &str = "arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders";

/// A role that many accounts have.
const TASKS: &str = "arn:aws:iam::${AWS::AccountId}:role/ecsTaskExecutionRole";

pub(super) const CASES: &[Case] = &[
    Case {
        title: "a deployment that may do everything, at run time",
        others: [
            "never: it was AdministratorAccess",
            "never: AdministratorAccess is the default",
            "never",
        ],
        code: "team::action",
        named: &["`*`"],
        team: || of_permissions(Permissions::new().allow(["*"], ["*"])),
        mended: || of_permissions(Permissions::new().allow(["dynamodb:CreateTable"], [TABLE])),
    },
    Case {
        title: "a deployment that may do all of a service, at run time",
        others: ["never: `s3:*` and `kms:*` were given", "never", "never"],
        code: "team::action",
        named: &["`s3:*`"],
        team: || of_permissions(Permissions::new().allow(["s3:*"], ["*"])),
        mended: || {
            of_permissions(Permissions::new().allow(["s3:CreateBucket"], ["arn:aws:s3:::acme-orders"]))
        },
    },
    Case {
        title: "an action that is not one, at run time",
        others: REFUSED,
        code: "team::action",
        named: &["`nonsense`"],
        team: || of_permissions(Permissions::new().allow(["nonsense"], ["*"])),
        mended: || of_permissions(Permissions::new().allow(["dynamodb:CreateTable"], [TABLE])),
    },
    Case {
        title: "a resource that is not an ARN, at run time",
        others: REFUSED,
        code: "team::resource",
        named: &["`bucket`"],
        team: || of_permissions(Permissions::new().allow(["s3:GetObject"], ["bucket"])),
        mended: || of_permissions(Permissions::new().allow(["s3:GetObject"], ["arn:aws:s3:::bucket/*"])),
    },
    Case {
        title: "a deployment that may give itself more",
        others: ["never: PassRole on `*`", "never", "never"],
        code: "team::iam-action",
        named: &["`iam:CreateRole`"],
        team: || of_permissions(Permissions::new().allow(["iam:CreateRole"], ["*"])),
        mended: || {
            let roles = Roles::passed_to(["lambda.amazonaws.com"]).allow(["dynamodb:GetItem"], [TABLE]);
            of_permissions(Permissions::new().roles(roles))
        },
    },
    Case {
        title: "any role handed on, without saying to whom",
        others: ["never: PassRole on `*`", "never", "never"],
        code: "team::iam-action",
        named: &["`iam:PassRole`"],
        team: || of_permissions(Permissions::new().allow(["iam:PassRole"], [TASKS])),
        mended: || {
            of_permissions(Permissions::new().pass_role(
                TASKS,
                "ecs-tasks.amazonaws.com",
                "all tasks have it",
            ))
        },
    },
    Case {
        title: "a role handed on that is one of several",
        others: ["never", "never", "never"],
        code: "team::passed-role",
        named: &["is not one role"],
        team: || {
            let all = "arn:aws:iam::${AWS::AccountId}:role/*";
            of_permissions(Permissions::new().pass_role(all, "ecs-tasks.amazonaws.com", "tasks"))
        },
        mended: || of_permissions(Permissions::new().pass_role(TASKS, "ecs-tasks.amazonaws.com", "tasks")),
    },
    Case {
        title: "a role of the team's own handed on",
        others: ["never", "never", "never"],
        code: "team::passed-role",
        named: &["role of the team's own"],
        team: || {
            let own = "arn:aws:iam::${AWS::AccountId}:role/acme/delivery/pipeline/acme-orders";
            of_permissions(Permissions::new().pass_role(own, "ecs-tasks.amazonaws.com", "tasks"))
        },
        mended: || of_permissions(Permissions::new().pass_role(TASKS, "ecs-tasks.amazonaws.com", "tasks")),
    },
    Case {
        title: "a role of an account that the team does not deploy to handed on",
        others: ["run: AccessDenied"; 3],
        code: "team::passed-role",
        named: &["in an account that the team does not deploy to"],
        team: || {
            let foreign = "arn:aws:iam::777777777777:role/ecsTaskExecutionRole";
            of_permissions(Permissions::new().pass_role(foreign, "ecs-tasks.amazonaws.com", "tasks"))
        },
        mended: || of_permissions(Permissions::new().pass_role(TASKS, "ecs-tasks.amazonaws.com", "tasks")),
    },
    Case {
        title: "a role of the service that may change roles",
        others: ["never", "never", "never"],
        code: "team::iam-action",
        named: &["`iam:PutRolePolicy`", "a role of the service"],
        team: || {
            let roles = Roles::passed_to(["lambda.amazonaws.com"])
                .allow(["sqs:SendMessage"], ["arn:aws:sqs:*:*:orders"])
                .allow(["iam:PutRolePolicy"], ["arn:aws:iam::*:role/acme/*"]);
            of_permissions(sample::permissions().roles(roles))
        },
        mended: || {
            let roles = Roles::passed_to(["lambda.amazonaws.com"])
                .allow(["sqs:SendMessage"], ["arn:aws:sqs:*:*:orders"]);
            of_permissions(sample::permissions().roles(roles))
        },
    },
    Case {
        title: "all of IAM for a role of the service",
        others: ["never", "never", "never"],
        code: "team::iam-action",
        named: &["`iam:*`"],
        team: || {
            let roles = Roles::passed_to(["lambda.amazonaws.com"])
                .allow(["sqs:SendMessage"], ["arn:aws:sqs:*:*:orders"])
                .allow_broadly(["iam:*"], ["arn:aws:iam::*:policy/acme/*"], "it is easier");
            of_permissions(sample::permissions().roles(roles))
        },
        mended: || {
            let roles = Roles::passed_to(["lambda.amazonaws.com"])
                .allow(["sqs:SendMessage"], ["arn:aws:sqs:*:*:orders"]);
            of_permissions(sample::permissions().roles(roles))
        },
    },
    Case {
        title: "a role handed on without a reason",
        others: ["never", "never", "never"],
        code: "team::passed-role",
        named: &["without a reason"],
        team: || of_permissions(Permissions::new().pass_role(TASKS, "ecs-tasks.amazonaws.com", " ")),
        mended: || {
            of_permissions(Permissions::new().pass_role(
                TASKS,
                "ecs-tasks.amazonaws.com",
                "all tasks have it",
            ))
        },
    },
    Case {
        title: "a role handed to a service that does not exist",
        others: ["run: AccessDenied"; 3],
        code: "team::service-principal",
        named: &["ecs-tasks"],
        team: || of_permissions(Permissions::new().pass_role(TASKS, "ecs-tasks", "tasks")),
        mended: || of_permissions(Permissions::new().pass_role(TASKS, "ecs-tasks.amazonaws.com", "tasks")),
    },
    Case {
        title: "a service-linked role of any service",
        others: ["never: PassRole on `*`", "never", "never"],
        code: "team::service-linked-role",
        named: &["`iam:CreateServiceLinkedRole`", "`*`"],
        team: || of_permissions(Permissions::new().allow(["iam:CreateServiceLinkedRole"], ["*"])),
        mended: || {
            let roles =
                "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/ecs.amazonaws.com/*";
            of_permissions(Permissions::new().allow(["iam:CreateServiceLinkedRole"], [roles]))
        },
    },
    Case {
        title: "permissions that allow nothing",
        others: ["run: AccessDenied"; 3],
        code: "team::no-permissions",
        named: &[],
        team: || of_permissions(Permissions::new()),
        mended: || of_permissions(Permissions::new().allow(["dynamodb:CreateTable"], [TABLE])),
    },
    Case {
        title: "a permission without actions",
        others: REFUSED,
        code: "team::empty-permission",
        named: &[],
        team: || of_permissions(Permissions::new().allow::<&str, &str>([], ["*"])),
        mended: || of_permissions(Permissions::new().allow(["dynamodb:CreateTable"], [TABLE])),
    },
    Case {
        title: "roles that are passed to nobody",
        others: ["run: AccessDenied"; 3],
        code: "team::roles-for-nobody",
        named: &[],
        team: || {
            let roles = Roles::passed_to::<&str>([]).allow(["sns:Publish"], ["*"]);
            of_permissions(sample::permissions().roles(roles))
        },
        mended: || {
            let roles = Roles::passed_to(["lambda.amazonaws.com"]).allow(["dynamodb:GetItem"], [TABLE]);
            of_permissions(sample::permissions().roles(roles))
        },
    },
    Case {
        title: "roles that may do nothing",
        others: ["run: AccessDenied"; 3],
        code: "team::roles-that-may-nothing",
        named: &[],
        team: || of_permissions(sample::permissions().roles(Roles::passed_to(["lambda.amazonaws.com"]))),
        mended: || {
            let roles = Roles::passed_to(["lambda.amazonaws.com"]).allow(["dynamodb:GetItem"], [TABLE]);
            of_permissions(sample::permissions().roles(roles))
        },
    },
    Case {
        title: "roles for something that is not a service, at run time",
        others: REFUSED,
        code: "team::service-principal",
        named: &["`lambda`"],
        team: || {
            let roles = Roles::passed_to(["lambda"]).allow(["sns:Publish"], ["*"]);
            of_permissions(sample::permissions().roles(roles))
        },
        mended: || {
            let roles = Roles::passed_to(["lambda.amazonaws.com"]).allow(["dynamodb:GetItem"], [TABLE]);
            of_permissions(sample::permissions().roles(roles))
        },
    },
    Case {
        title: "an action with a slip in it",
        others: DENIED,
        code: "team::unknown-action",
        named: &["`dynamodb:CreateTabel`"],
        team: || of_permissions(Permissions::new().allow(["dynamodb:CreateTabel"], [TABLE])),
        mended: || of_permissions(Permissions::new().allow(["dynamodb:CreateTable"], [TABLE])),
    },
    Case {
        title: "an action of a service with a slip in it",
        others: DENIED,
        code: "team::unknown-action",
        named: &["`lamda:CreateFunction`"],
        team: || of_permissions(Permissions::new().allow(["lamda:CreateFunction"], ["*"])),
        mended: || {
            of_permissions(
                Permissions::new().allow(["lambda:CreateFunction"], ["arn:aws:lambda:*:*:function:orders"]),
            )
        },
    },
    Case {
        title: "a group of actions with a slip in it",
        others: DENIED,
        code: "team::unknown-action",
        named: &["`dynamodb:Descrbe*`"],
        team: || of_permissions(Permissions::new().allow(["dynamodb:Descrbe*"], [TABLE])),
        mended: || of_permissions(Permissions::new().allow(["dynamodb:Describe*"], [TABLE])),
    },
    Case {
        title: "an action on a resource of another service",
        others: DENIED,
        code: "team::resource-type",
        named: &[
            "`sns:CreateTopic`",
            "`arn:${AWS::Partition}:sqs:*:${AWS::AccountId}:orders`",
        ],
        team: || {
            let queue = "arn:${AWS::Partition}:sqs:*:${AWS::AccountId}:orders";
            of_permissions(Permissions::new().allow(["sns:CreateTopic"], [queue]))
        },
        mended: || {
            let topic = "arn:${AWS::Partition}:sns:*:${AWS::AccountId}:orders";
            of_permissions(Permissions::new().allow(["sns:CreateTopic"], [topic]))
        },
    },
    Case {
        title: "the ARN of a table with a colon in place of the slash",
        others: DENIED,
        code: "team::resource-type",
        named: &[
            "`dynamodb:CreateTable` and 2 more are",
            "`arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table:orders`",
        ],
        team: || of_tables("arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table:orders"),
        mended: || of_tables(TABLE),
    },
    Case {
        title: "an action on objects for the bucket",
        others: DENIED,
        code: "team::resource-type",
        named: &["`s3:GetObject`", "`arn:aws:s3:::acme-templates`"],
        team: || of_permissions(Permissions::new().allow(["s3:GetObject"], ["arn:aws:s3:::acme-templates"])),
        mended: || {
            of_permissions(Permissions::new().allow(["s3:GetObject"], ["arn:aws:s3:::acme-templates/*"]))
        },
    },
    Case {
        title: "an action on a bucket for its objects",
        others: DENIED,
        code: "team::resource-type",
        named: &["`s3:ListBucket`", "`arn:aws:s3:::acme-templates/*`"],
        team: || {
            let objects = "arn:aws:s3:::acme-templates/*";
            of_permissions(Permissions::new().allow(["s3:GetObject", "s3:ListBucket"], [objects]))
        },
        mended: || {
            let both = ["arn:aws:s3:::acme-templates/*", "arn:aws:s3:::acme-templates"];
            of_permissions(Permissions::new().allow(["s3:GetObject", "s3:ListBucket"], both))
        },
    },
    Case {
        title: "a bucket with a region and an account",
        others: DENIED,
        code: "team::resource-type",
        named: &["`arn:aws:s3:${AWS::Region}:${AWS::AccountId}:acme-orders`"],
        team: || {
            let bucket = "arn:aws:s3:${AWS::Region}:${AWS::AccountId}:acme-orders";
            of_permissions(Permissions::new().allow(["s3:CreateBucket"], [bucket]))
        },
        mended: || {
            of_permissions(Permissions::new().allow(["s3:CreateBucket"], ["arn:aws:s3:::acme-orders"]))
        },
    },
    Case {
        title: "a macro of CloudFormation's in an account of one's own",
        others: DENIED,
        code: "team::resource-type",
        named: &["${AWS::AccountId}:transform/Serverless-2016-10-31`"],
        team: || {
            let transform = "arn:aws:cloudformation:*:${AWS::AccountId}:transform/Serverless-2016-10-31";
            of_permissions(Permissions::new().allow(["cloudformation:CreateChangeSet"], [transform]))
        },
        mended: || {
            let transform = "arn:aws:cloudformation:*:aws:transform/Serverless-2016-10-31";
            of_permissions(Permissions::new().allow(["cloudformation:CreateChangeSet"], [transform]))
        },
    },
    Case {
        title: "a parameter with two slashes before its name",
        others: DENIED,
        code: "team::resource-type",
        named: &["parameter//orders/*`"],
        team: || {
            let parameters = "arn:aws:ssm:*:${AWS::AccountId}:parameter//orders/*";
            of_permissions(Permissions::new().allow(["ssm:GetParameter"], [parameters]))
        },
        mended: || {
            let parameters = "arn:aws:ssm:*:${AWS::AccountId}:parameter/orders/*";
            of_permissions(Permissions::new().allow(["ssm:GetParameter"], [parameters]))
        },
    },
    Case {
        title: "a resource of another partition",
        others: DENIED,
        code: "team::resource-partition",
        named: &["`arn:aws-cn:dynamodb:*:${AWS::AccountId}:table/orders`", "`aws`"],
        team: || of_tables("arn:aws-cn:dynamodb:*:${AWS::AccountId}:table/orders"),
        mended: || of_tables(TABLE),
    },
    Case {
        title: "a resource in a region that there is not",
        others: DENIED,
        code: "team::resource-region",
        named: &["`eu-cental-1`", "did you mean `eu-central-1`?"],
        team: || of_tables("arn:${AWS::Partition}:dynamodb:eu-cental-1:${AWS::AccountId}:table/orders"),
        mended: || of_tables("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"),
    },
    Case {
        title: "a resource that none of the actions is asked on",
        others: ["never"; 3],
        code: "team::resource-type",
        named: &["arn:aws:s3:::orders"],
        team: || {
            of_permissions(Permissions::new().allow(["dynamodb:CreateTable"], [TABLE, "arn:aws:s3:::orders"]))
        },
        mended: || of_permissions(Permissions::new().allow(["dynamodb:CreateTable"], [TABLE])),
    },
    Case {
        title: "a service principal with a slip in it",
        others: REFUSED,
        code: "team::unknown-principal",
        named: &["`lamda.amazonaws.com`"],
        team: || {
            let roles = Roles::passed_to(["lamda.amazonaws.com"]).allow(["dynamodb:GetItem"], [TABLE]);
            of_permissions(sample::permissions().roles(roles))
        },
        mended: || {
            let roles = Roles::passed_to(["lambda.amazonaws.com"]).allow(["dynamodb:GetItem"], [TABLE]);
            of_permissions(sample::permissions().roles(roles))
        },
    },
    Case {
        title: "a service principal with a region that it has not",
        others: REFUSED,
        code: "team::unknown-principal",
        named: &["`lambda.eu-central-1.amazonaws.com`"],
        team: || {
            let regional = "lambda.eu-central-1.amazonaws.com";
            let roles = Roles::passed_to([regional]).allow(["dynamodb:GetItem"], [TABLE]);
            of_permissions(sample::permissions().roles(roles))
        },
        mended: || {
            let roles = Roles::passed_to(["lambda.amazonaws.com"]).allow(["dynamodb:GetItem"], [TABLE]);
            of_permissions(sample::permissions().roles(roles))
        },
    },
    Case {
        title: "the operation of an API in place of the action",
        others: DENIED,
        code: "team::unknown-action",
        named: &["`s3:HeadObject`"],
        team: || of_permissions(Permissions::new().allow(["s3:HeadObject"], ["arn:aws:s3:::orders/*"])),
        mended: || of_permissions(Permissions::new().allow(["s3:GetObject"], ["arn:aws:s3:::orders/*"])),
    },
    Case {
        title: "a service by its name in place of the prefix of its actions",
        others: DENIED,
        code: "team::unknown-action",
        named: &["`cloudwatchlogs:CreateLogGroup`"],
        team: || {
            let group = "arn:aws:logs:*:${AWS::AccountId}:log-group:orders";
            of_permissions(Permissions::new().allow(["cloudwatchlogs:CreateLogGroup"], [group]))
        },
        mended: || {
            let group = "arn:aws:logs:*:${AWS::AccountId}:log-group:orders";
            of_permissions(Permissions::new().allow(["logs:CreateLogGroup"], [group]))
        },
    },
    Case {
        title: "an action that another service has",
        others: DENIED,
        code: "team::unknown-action",
        named: &["`events:CreateSchedule`"],
        team: || {
            let schedule = "arn:aws:scheduler:*:${AWS::AccountId}:schedule/default/orders";
            of_permissions(Permissions::new().allow(["events:CreateSchedule"], [schedule]))
        },
        mended: || {
            let schedule = "arn:aws:scheduler:*:${AWS::AccountId}:schedule/default/orders";
            of_permissions(Permissions::new().allow(["scheduler:CreateSchedule"], [schedule]))
        },
    },
    Case {
        title: "more than it names, without a reason",
        others: ["no such notion"; 3],
        code: "team::waiver",
        named: &["no reason"],
        team: || of_permissions(Permissions::new().allow_broadly(["glue:*"], ["*"], " ")),
        mended: || {
            of_permissions(Permissions::new().allow_broadly(["glue:*"], ["*"], "glue names few resources"))
        },
    },
    Case {
        title: "roles without a boundary, and without a reason",
        others: ["never: no role had one", "never", "never"],
        code: "team::waiver",
        named: &["no boundary"],
        team: || of_roles(Roles::without_boundary(["lambda.amazonaws.com"], "")),
        mended: || {
            of_roles(Roles::without_boundary(
                ["lambda.amazonaws.com"],
                "a vendor's templates",
            ))
        },
    },
    Case {
        title: "roles with names of their own, and without a reason",
        others: ["no such notion"; 3],
        code: "team::waiver",
        named: &["not under the path of their service"],
        team: || of_roles(roles_of_functions().named_by_stacks(" ")),
        mended: || of_roles(roles_of_functions().named_by_stacks("a vendor's templates")),
    },
    Case {
        title: "a path for roles that all of the account have",
        others: ["never"; 3],
        code: "team::role-path",
        named: &["`/`"],
        team: || of_roles(roles_of_functions().under_path("/", "they have none")),
        mended: || of_roles(roles_of_functions().named_by_stacks("they have none")),
    },
    Case {
        title: "a path for roles that is not whole",
        others: DENIED,
        code: "team::role-path",
        named: &["`orders`"],
        team: || of_roles(roles_of_functions().under_path("orders", "as before")),
        mended: || of_roles(roles_of_functions().under_path("/orders/", "as before")),
    },
    Case {
        title: "a path for roles with a wildcard",
        others: ["never"; 3],
        code: "team::role-path",
        named: &["`/*/`"],
        team: || of_roles(roles_of_functions().under_path("/*/", "as before")),
        mended: || of_roles(roles_of_functions().under_path("/orders/", "as before")),
    },
    Case {
        title: "a service's roles in the path of the team",
        others: [
            "never: all roles had one path",
            "no such notion",
            "no such notion",
        ],
        code: "team::role-path",
        named: &["`/acme/delivery/`", "the team's own"],
        team: || of_roles(roles_of_functions().under_path("/acme/delivery/", "as before")),
        mended: || of_roles(roles_of_functions().under_path("/orders/", "as before")),
    },
    Case {
        title: "a service's roles in a path of AWS's",
        others: REFUSED,
        code: "team::role-path",
        named: &["`/aws-service-role/`"],
        team: || of_roles(roles_of_functions().under_path("/aws-service-role/", "as before")),
        mended: || of_roles(roles_of_functions().under_path("/orders/", "as before")),
    },
    Case {
        title: "two services whose roles have one path",
        others: ["never"; 3],
        code: "team::shared-role-names",
        named: &["`orders`", "`billing`", "`shared/…`"],
        team: || of_two(["/shared/", "/shared/billing/"]),
        mended: || of_two(["/orders/", "/billing/"]),
    },
    Case {
        title: "a deployment that may become any role",
        others: ["never", "never", "never"],
        code: "team::action",
        named: &["`sts:*`"],
        team: || of_permissions(Permissions::new().allow_broadly(["sts:*"], ["*"], "it asks who it is")),
        mended: || of_permissions(Permissions::new().allow(["sts:GetServiceBearerToken"], ["*"])),
    },
    Case {
        title: "more resources than the policies of a role have room for",
        others: ["deploy: the role is refused"; 3],
        code: "synth::limit",
        named: &["`DeploymentRole`", "10240"],
        team: || {
            let tables = (0..300).map(|number| format!("arn:aws:dynamodb:*:*:table/orders-{number}"));
            of_permissions(Permissions::new().allow(["dynamodb:CreateTable"], tables))
        },
        mended: || {
            let tables = "arn:aws:dynamodb:*:*:table/orders-*";
            of_permissions(Permissions::new().allow(["dynamodb:CreateTable"], [tables]))
        },
    },
    Case {
        title: "more resources than the boundary of roles has room for",
        others: ["deploy: the policy is refused"; 3],
        code: "synth::limit",
        named: &["`Boundary`", "6144"],
        team: || {
            let tables = (0..200).map(|number| format!("arn:aws:dynamodb:*:*:table/orders-{number}"));
            let roles = Roles::passed_to(["lambda.amazonaws.com"]).allow(["dynamodb:GetItem"], tables);
            of_permissions(sample::permissions().roles(roles))
        },
        mended: || {
            let tables = "arn:aws:dynamodb:*:*:table/orders-*";
            let roles = Roles::passed_to(["lambda.amazonaws.com"]).allow(["dynamodb:GetItem"], [tables]);
            of_permissions(sample::permissions().roles(roles))
        },
    },
    Case {
        title: "roles that a service is given twice",
        others: ["no such notion"; 3],
        code: "team::given-already",
        named: &["`orders`", "`.roles(…)`"],
        team: || {
            let lambda =
                Roles::passed_to(["lambda.amazonaws.com"]).allow(["sns:Publish"], ["arn:aws:sns:*:*:a"]);
            let states =
                Roles::passed_to(["states.amazonaws.com"]).allow(["sns:Publish"], ["arn:aws:sns:*:*:b"]);
            of_permissions(sample::permissions().roles(lambda).roles(states))
        },
        mended: || {
            let roles = Roles::passed_to(["lambda.amazonaws.com", "states.amazonaws.com"])
                .allow(["sns:Publish"], ["arn:aws:sns:*:*:a", "arn:aws:sns:*:*:b"]);
            of_permissions(sample::permissions().roles(roles))
        },
    },
];

/// What may be newer than the table, and what the program says that it means, is let through with a warning.
#[test]
fn what_may_be_right_is_a_warning() {
    let warnings = |permissions: Permissions| {
        let team = of_permissions(permissions).unwrap();
        let codes: Vec<&str> = team.warnings().iter().map(|warning| warning.code()).collect();
        codes
    };
    let allow = |action: &str| Permissions::new().allow([action], ["*"]);
    assert_eq!(warnings(allow("dynamodb:ListTables")), [""; 0]);
    // Everything is seldom meant.
    assert_eq!(warnings(allow("dynamodb:CreateTable")), ["team::wide-resource"]);
    let every_topic = Permissions::new().allow(["sns:CreateTopic"], ["arn:aws:sns:*:*:*"]);
    assert_eq!(warnings(every_topic), ["team::wide-resource"]);
    assert_eq!(
        warnings(allow("dynamodb:FoldTableInTime")),
        ["team::action-not-known"]
    );
    assert_eq!(
        warnings(allow("quantumlake:CreateLake")),
        ["team::action-not-known"]
    );
    assert_eq!(warnings(allow("dynamodb:Zoom*")), ["team::action-not-known"]);
    let broadly = |action: &str, on: &str| Permissions::new().allow_broadly([action], [on], "it is new");
    assert_eq!(
        warnings(broadly("dynamodb:CreateTabel", TABLE)),
        ["team::unknown-action"]
    );
    assert_eq!(
        warnings(broadly("sns:CreateTopic", TABLE)),
        ["team::resource-type"]
    );
    assert_eq!(warnings(broadly("dynamodb:*", "*")), [""; 0]);
    // The reference does not know every type of resource of every service.
    let on = |action: &str, on: &str| Permissions::new().allow([action], [on]);
    assert_eq!(
        warnings(on("dynamodb:GetItem", "arn:aws:dynamodb:*:*:cube/orders/edge")),
        ["team::resource-type"]
    );
    assert_eq!(
        warnings(on("logs:DescribeLogGroups", "arn:aws:logs:*:*:log-group:*")),
        ["team::resource-type"]
    );
}

/// Following the advice of each mistake removes it.
#[test]
fn what_is_advised_is_right() {
    let topic = "arn:${AWS::Partition}:sns:*:${AWS::AccountId}:orders";
    for (action, on, advised, written) in [
        (
            "lamda:ListFunctons",
            "*",
            ("lambda:ListFunctions", "*"),
            "lambda:ListFunctions",
        ),
        (
            "dynamodb:Descrbe*",
            TABLE,
            ("dynamodb:Describe*", TABLE),
            "dynamodb:Describe*",
        ),
        ("sns:CreateTopic", TABLE, ("sns:CreateTopic", topic), topic),
    ] {
        let found = of_permissions(Permissions::new().allow([action], [on])).unwrap_err();
        let help = found.iter().next().unwrap().help_text().unwrap().to_owned();
        assert!(help.starts_with(&format!("write `{written}`")), "{help}");
        let mended = of_permissions(Permissions::new().allow([advised.0], [advised.1])).unwrap();
        assert!(mended.warnings().is_empty(), "{}", mended.warnings());
    }
}

/// A deployment that makes tables.
fn of_tables(table: &'static str) -> Result<Team> {
    let actions = [
        "dynamodb:CreateTable",
        "dynamodb:DeleteTable",
        "dynamodb:DescribeTable",
    ];
    of_permissions(Permissions::new().allow(actions, [table]))
}

fn roles_of_functions() -> Roles {
    Roles::passed_to(["lambda.amazonaws.com"]).allow(["dynamodb:GetItem"], [TABLE])
}

fn of_roles<Boundary>(roles: Roles<Boundary>) -> Result<Team> {
    of_permissions(sample::permissions().roles(roles))
}

/// Two services, each with a path for its roles.
fn of_two(paths: [&'static str; 2]) -> Result<Team> {
    let billing = Service::new(sample::name("billing"));
    let pipeline = |(service, path): (Service, &str)| {
        let (pipeline, bundle) =
            Pipeline::from_artifact(service, Artifact::key(format!("{0}/{0}.zip", service.name())));
        let stack = Stack::named(service.name().as_str()).template(bundle.file("template.yaml"));
        let roles = roles_of_functions().under_path(path, "as before");
        pipeline
            .stack(stack)
            .permissions(sample::permissions().roles(roles))
            .release(sample::wave())
    };
    let services = [sample::orders(), billing];
    let pipelines = services.into_iter().zip(paths).map(pipeline);
    sample::world().service(billing).with_all(pipelines).build()
}
