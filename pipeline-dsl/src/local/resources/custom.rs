use super::{Made, Rules};

/// Custom resources: the function is looked up, not run.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html>
pub(super) const RULES: Rules = Rules {
    name: "Custom::*",
    properties: &[],
    required: &["ServiceToken"],
    replaced_by: &["ServiceToken"],
    make: |place, _| Made::nameless(place),
    refuses: |context| {
        let token = context.text("ServiceToken");
        let region = token.split(':').nth(3).unwrap_or_default();
        if region != context.stack.region {
            return Err(format!(
                "Invalid service token {token}: it must be in {}",
                context.stack.region
            ));
        }
        match context.exists(token) {
            true => Ok(()),
            false => Err(format!(
                "Invalid service token {token}: there is no such function"
            )),
        }
    },
};

/// A resource that is nothing: it stands in stacks of which only their being there matters.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitconditionhandle.html>
pub(super) const HANDLES: &[Rules] = &[Rules {
    name: "AWS::CloudFormation::WaitConditionHandle",
    properties: &[],
    required: &[],
    replaced_by: &[],
    make: |place, _| Made::nameless(place),
    refuses: super::anything,
}];
