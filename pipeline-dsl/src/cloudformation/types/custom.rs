use serde::Serialize;

use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, TypeFacts,
};
use crate::cloudformation::types::resource_kind::ResourceKind;
use crate::cloudformation::types::resource_type::ResourceType;

/// A custom resource that our own function answers: copies every current artifact of the program that is not held.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Backfill {
    pub service_token: Text,
    /// In seconds; a string, as CloudFormation wants it.
    pub service_timeout: String,
    pub build_bucket: Text,
    pub held_keys: Text,
    /// Which artifacts the program has, in short: the function itself has their names.
    pub artifacts: String,
}

impl Backfill {
    /// The property that says where artifacts are.
    pub const BUILD_BUCKET: &str = "BuildBucket";
    /// The property that names the artifacts which are held back, and the parameter that it is filled from.
    pub const HELD_KEYS: &str = "HeldKeys";
}

impl ResourceType for Backfill {
    const KIND: ResourceKind = ResourceKind::Backfill;
    const FACTS: TypeFacts = TypeFacts {
        name: "Custom::Backfill",
        properties: &[
            "Artifacts",
            Self::BUILD_BUCKET,
            Self::HELD_KEYS,
            "ServiceTimeout",
            "ServiceToken",
        ],
        required: &["ServiceToken"],
        replaced_by: &["ServiceToken"],
        identity: |new, _| Identity::nameless(new),
        holds_data: false,
        policies: Policies::None,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Nothing,
        handlers: Handlers {
            // The function behind it.
            // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
            on: AskedOf::Arn("ServiceToken"),
            arn: ArnForm::Unknown,
            of_itself: &["lambda:InvokeFunction"],
            of_account: &[],
        },
        read_back: ReadBack::Nothing,
        imported_by: None,
        forbidden: Forbidden::NOTHING,
    };
}
