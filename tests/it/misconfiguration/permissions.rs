//! What a deployment may do.

use pipeline_dsl::prelude::*;

use super::{Case, of_permissions};
use crate::sample;

const REFUSED: [&str; 3] = ["deploy: the policy is refused"; 3];

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
    },
    Case {
        title: "a deployment that may do all of a service, at run time",
        others: ["never: `s3:*` and `kms:*` were given", "never", "never"],
        code: "team::action",
        named: &["`s3:*`"],
        team: || of_permissions(Permissions::new().allow(["s3:*"], ["*"])),
    },
    Case {
        title: "an action that is not one, at run time",
        others: REFUSED,
        code: "team::action",
        named: &["`nonsense`"],
        team: || of_permissions(Permissions::new().allow(["nonsense"], ["*"])),
    },
    Case {
        title: "a resource that is not an ARN, at run time",
        others: REFUSED,
        code: "team::resource",
        named: &["`bucket`"],
        team: || of_permissions(Permissions::new().allow(["s3:GetObject"], ["bucket"])),
    },
    Case {
        title: "a deployment that may give itself more",
        others: ["never: PassRole on `*`", "never", "never"],
        code: "team::iam-action",
        named: &["`iam:CreateRole`"],
        team: || of_permissions(Permissions::new().allow(["iam:CreateRole"], ["*"])),
    },
    Case {
        title: "a service-linked role of any service",
        others: ["never: PassRole on `*`", "never", "never"],
        code: "team::service-linked-role",
        named: &["`iam:CreateServiceLinkedRole`", "`*`"],
        team: || of_permissions(Permissions::new().allow(["iam:CreateServiceLinkedRole"], ["*"])),
    },
    Case {
        title: "permissions that allow nothing",
        others: ["run: AccessDenied"; 3],
        code: "team::no-permissions",
        named: &[],
        team: || of_permissions(Permissions::new()),
    },
    Case {
        title: "a permission without actions",
        others: REFUSED,
        code: "team::empty-permission",
        named: &[],
        team: || of_permissions(Permissions::new().allow::<&str, &str>([], ["*"])),
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
    },
    Case {
        title: "roles that may do nothing",
        others: ["run: AccessDenied"; 3],
        code: "team::roles-that-may-nothing",
        named: &[],
        team: || of_permissions(sample::permissions().roles(Roles::passed_to(["lambda.amazonaws.com"]))),
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
    },
];
