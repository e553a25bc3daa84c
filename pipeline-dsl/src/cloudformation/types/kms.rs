use serde::Serialize;

use crate::cloudformation::policies::PolicyDocument;
use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, TypeFacts,
};
use crate::cloudformation::types::resource_kind::ResourceKind;
use crate::cloudformation::types::resource_type::{Attribute, HasArn, ResourceType};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Key {
    pub description: String,
    pub enable_key_rotation: bool,
    pub key_policy: PolicyDocument,
    pub pending_window_in_days: u8,
}

/// Of what is asked of a key: what CloudFormation asks of one that it has just made, when the tag that it was made with may not
/// count yet. "It might take up to five minutes for tag and alias changes to affect KMS key authorization."
/// <https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html>
pub const ASKED_OF_A_NEW_KEY: [&str; 6] = [
    "kms:CreateAlias",
    "kms:DescribeKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
];

impl ResourceType for Key {
    const KIND: ResourceKind = ResourceKind::Key;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::KMS::Key",
        properties: &[
            "Description",
            "EnableKeyRotation",
            "KeyPolicy",
            "PendingWindowInDays",
        ],
        required: &[],
        replaced_by: &[],
        identity: |new, _| {
            let id = new.unique_id.clone();
            let arn = new.arn("kms", &format!("key/{id}"));
            Identity::with_arn(id.clone(), arn).attribute("KeyId", id)
        },
        holds_data: true,
        policies: Policies::OnItself("KeyPolicy"),
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::Unknown,
            of_itself: &[
                "kms:CreateAlias",
                "kms:DeleteAlias",
                "kms:DescribeKey",
                "kms:EnableKeyRotation",
                "kms:GetKeyPolicy",
                "kms:GetKeyRotationStatus",
                "kms:ListResourceTags",
                "kms:PutKeyPolicy",
                "kms:TagResource",
                "kms:UntagResource",
                "kms:UpdateAlias",
                "kms:UpdateKeyDescription",
            ],
            of_account: &["kms:CreateKey"],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden {
            changes: &["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:CreateGrant"],
            strangers: &["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt"],
            developers: &["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"],
            builds: &[],
            targets: &["kms:Encrypt", "kms:GenerateDataKey"],
            program: &["kms:CreateAlias", "kms:TagResource", "kms:UntagResource"],
            plans: &[],
            deployments: &[
                "kms:ScheduleKeyDeletion",
                "kms:DisableKey",
                "kms:Decrypt",
                "kms:CreateGrant",
            ],
        },
    };
}

impl HasArn for Key {
    const ARN: Attribute = Attribute::GetAtt("Arn");
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alias {
    pub alias_name: String,
    pub target_key_id: Text,
}

impl ResourceType for Alias {
    const KIND: ResourceKind = ResourceKind::Alias;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::KMS::Alias",
        properties: &["AliasName", "TargetKeyId"],
        required: &["AliasName", "TargetKeyId"],
        replaced_by: &["AliasName"],
        // It has an ARN, and no attribute that says so.
        identity: |new, properties| {
            let name = new.name(properties, "AliasName");
            let arn = new.arn("kms", &name);
            Identity {
                arn: Some(arn),
                ..Identity::without_arn(name)
            }
        },
        holds_data: false,
        policies: Policies::None,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::Alias,
            of_itself: &["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
            of_account: &["kms:ListAliases"],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden::NOTHING,
    };
}
