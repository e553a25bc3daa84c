use serde::Serialize;

use crate::cloudformation::policies::PolicyDocument;
use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, TypeFacts,
};
use crate::cloudformation::types::resource_kind::ResourceKind;
use crate::cloudformation::types::resource_type::{Attribute, HasArn, ResourceType};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    pub role_name: Text,
    pub path: String,
    pub description: String,
    pub assume_role_policy_document: PolicyDocument,
    pub policies: Vec<Policy>,
}

impl ResourceType for Role {
    const KIND: ResourceKind = ResourceKind::Role;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::IAM::Role",
        properties: &[
            "AssumeRolePolicyDocument",
            "Description",
            "Path",
            "PermissionsBoundary",
            "Policies",
            "RoleName",
        ],
        required: &["AssumeRolePolicyDocument"],
        replaced_by: &["Path", "RoleName"],
        identity: |new, properties| {
            let name = new.name(properties, "RoleName");
            let arn = new.iam_arn(properties, "role", &name);
            // Names are unique whatever the path, and whatever the case.
            let taken = format!("role:{}:{}", new.account, name.to_lowercase());
            Identity::with_arn(name, arn)
                .attribute("RoleId", format!("AROA{}", new.unique_id))
                .taking(taken)
        },
        holds_data: false,
        policies: Policies::OfRole,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::Role,
            of_itself: &[
                "iam:CreateRole",
                "iam:DeleteRole",
                "iam:DeleteRolePolicy",
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListRolePolicies",
                "iam:PutRolePolicy",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
                "iam:UpdateRoleDescription",
            ],
            of_account: &[],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden {
            changes: &[],
            strangers: &["sts:AssumeRole"],
            developers: &["sts:AssumeRole", "iam:PutRolePolicy"],
            builds: &["iam:PassRole", "iam:PutRolePolicy", "sts:AssumeRole"],
            targets: &["sts:AssumeRole"],
            program: &["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"],
            plans: &["iam:PutRolePolicy"],
            deployments: &[],
        },
    };
}

impl HasArn for Role {
    const ARN: Attribute = Attribute::GetAtt("Arn");
}

/// An inline policy of a role.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    pub policy_name: &'static str,
    pub policy_document: PolicyDocument,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ManagedPolicy {
    pub managed_policy_name: Text,
    pub path: String,
    pub description: String,
    pub policy_document: PolicyDocument,
}

impl ResourceType for ManagedPolicy {
    const KIND: ResourceKind = ResourceKind::ManagedPolicy;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::IAM::ManagedPolicy",
        properties: &["Description", "ManagedPolicyName", "Path", "PolicyDocument"],
        required: &["PolicyDocument"],
        replaced_by: &["Description", "ManagedPolicyName", "Path"],
        identity: |new, properties| {
            let name = new.name(properties, "ManagedPolicyName");
            let arn = new.iam_arn(properties, "policy", &name);
            let taken = format!("policy:{}:{}", new.account, name.to_lowercase());
            Identity::with_arn(arn.clone(), arn).taking(taken)
        },
        holds_data: false,
        policies: Policies::Managed,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::Policy,
            of_itself: &[
                "iam:CreatePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:GetPolicy",
                "iam:GetPolicyVersion",
                "iam:ListEntitiesForPolicy",
                "iam:ListPolicyVersions",
            ],
            of_account: &[],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden {
            changes: &[],
            strangers: &[],
            developers: &[],
            builds: &[],
            targets: &[],
            program: &["iam:CreatePolicyVersion"],
            plans: &[],
            deployments: &[],
        },
    };
}

impl HasArn for ManagedPolicy {
    const ARN: Attribute = Attribute::Ref;
}
