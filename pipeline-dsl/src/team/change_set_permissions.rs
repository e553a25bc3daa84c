//! What CloudFormation asks of whoever creates a change set, beside the role that the stack is deployed with.

use super::grant::Grant;
use crate::policy::is_like;

/// An action that a program grants the deployment of a service, and that is asked of the pipeline's action role too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AskedOfCreator {
    /// What the statement is called.
    pub(crate) sid: &'static str,
    pub(crate) action: &'static str,
    /// What the ARNs have in them that it is asked on.
    part: &'static str,
    /// All of them.
    all: &'static [&'static str],
}

/// Transforms, such as SAM's. Which of the two roles is asked, reports differ.
pub(crate) const TRANSFORMS: AskedOfCreator = AskedOfCreator {
    sid: "TransformTemplates",
    action: "cloudformation:CreateChangeSet",
    part: ":transform/",
    all: &["arn:${AWS::Partition}:cloudformation:${AWS::Region}:aws:transform/*"],
};

/// Parameters of a template whose values are in Parameter Store. No page of AWS's says who reads them. The CDK lets its deploy role,
/// which creates change sets, and those whose pipelines did not were denied until the action's role could:
/// <https://github.com/aws-samples/aws-cross-account-cicd-pipeline/issues/38>
/// <https://github.com/aws/aws-cdk-cli/blob/main/packages/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml>
pub(crate) const PARAMETERS: AskedOfCreator = AskedOfCreator {
    sid: "ReadTemplateParameters",
    action: "ssm:GetParameters",
    part: ":parameter",
    // AWS's own public parameters are in no account.
    all: &[
        "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/*",
        "arn:${AWS::Partition}:ssm:${AWS::Region}::parameter/*",
    ],
};

impl AskedOfCreator {
    /// The resources of a grant that it is asked on.
    pub(crate) fn resources(self, grant: &Grant) -> impl Iterator<Item = &str> {
        let grants = grant.actions.iter().any(|action| {
            let (asked, action) = (self.action.to_ascii_lowercase(), action.to_ascii_lowercase());
            is_like(&asked, &action)
        });
        let resources = grant.resources.iter().filter(move |_| grants);
        resources.flat_map(move |resource| {
            let named = resource.contains(self.part).then_some(resource.as_str());
            let all = if resource == "*" { self.all } else { &[] };
            named.into_iter().chain(all.iter().copied())
        })
    }
}
