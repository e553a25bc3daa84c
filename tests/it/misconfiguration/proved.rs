//! What is wrong only with all templates together: the proof asks them what AWS would allow.

use pipeline_dsl::prelude::*;

use super::{Case, of_permissions};
use crate::sample;

pub(super) const CASES: &[Case] = &[
    Case {
        title: "a deployment that could replace the templates of the team",
        others: ["never: it was AdministratorAccess", "never", "never"],
        code: "proof::allowed",
        named: &["`acme-orders-deployment-us-east-1`", "`s3:PutObject`"],
        team: || of_permissions(Permissions::new().allow_broadly(["s3:*"], ["*"], "it has many buckets")),
        mended: || {
            let buckets = "arn:aws:s3:::orders-*";
            of_permissions(Permissions::new().allow_broadly(["s3:*"], [buckets], "it has many buckets"))
        },
    },
    Case {
        title: "a deployment that reads the artifacts of the team by itself",
        others: ["run: AccessDenied"; 3],
        code: "proof::denied",
        named: &["`orders`", "`s3:GetObject`"],
        team: || {
            let artifacts = "arn:aws:s3:::acme-build-111111111111-us-east-1-an/*";
            of_permissions(Permissions::new().allow(["s3:GetObject"], [artifacts]))
        },
        mended: || {
            let own = "arn:aws:s3:::orders-settings/*";
            of_permissions(Permissions::new().allow(["s3:GetObject"], [own]))
        },
    },
    Case {
        title: "roles that depend on a condition key of which nobody says that AWS sends it",
        others: ["run: AccessDenied"; 3],
        code: "proof::assumed-condition-key",
        named: &["`aws:SourceAccount`"],
        team: || {
            sample::world()
                .source_account_everywhere()
                .with(sample::pipeline())
                .build()
        },
        mended: || sample::world().with(sample::pipeline()).build(),
    },
];

/// One mistake each, though of several requests.
#[test]
fn each_is_seen_by_the_proof() {
    for case in CASES {
        let told = super::told((case.team)());
        let mistake = told.iter().next().unwrap();
        assert!(told.iter().all(|each| each.code() == case.code), "{told}");
        for name in case.named {
            assert!(mistake.message().contains(name), "{mistake}");
        }
    }
}
