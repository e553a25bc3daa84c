//! What a resource is called once it is there: its physical id, its ARN and its attributes, as CloudFormation gives them.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>

use serde_json::Value;

use crate::model::{AccountId, Region};

/// Where a resource stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) account: AccountId,
    pub(super) region: Region,
}

/// Physical id and ARN.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) reference: String,
    pub(super) arn: String,
}

impl Home {
    pub(super) fn arn(self, service: &str, resource: &str) -> String {
        let Self { account, region } = self;
        format!(
            "arn:{}:{service}:{region}:{account}:{resource}",
            region.partition()
        )
    }

    pub(super) fn iam(self, resource: &str) -> String {
        format!("arn:{}:iam::{}:{resource}", self.region.partition(), self.account)
    }
}

impl Identity {
    /// Of a resource whose properties are resolved as far as its name needs. What AWS would make up is made of the logical
    /// id, which is enough to tell one resource from another.
    pub(super) fn of(home: Home, stack: &str, logical_id: &str, r#type: &str, properties: &Value) -> Self {
        let text = |property: &str| properties.get(property).and_then(Value::as_str);
        let named = |property: &str| {
            text(property).map_or_else(|| format!("{stack}-{logical_id}"), ToOwned::to_owned)
        };
        let by_name = |reference: String, arn: String| Self { reference, arn };
        let itself = |arn: String| Self {
            reference: arn.clone(),
            arn,
        };
        match r#type {
            "AWS::IAM::Role" => {
                let (path, name) = (text("Path").unwrap_or("/"), named("RoleName"));
                by_name(name.clone(), home.iam(&format!("role{path}{name}")))
            }
            "AWS::IAM::ManagedPolicy" => {
                let (path, name) = (text("Path").unwrap_or("/"), named("ManagedPolicyName"));
                itself(home.iam(&format!("policy{path}{name}")))
            }
            "AWS::S3::Bucket" => {
                let name = named("BucketName");
                let arn = format!("arn:{}:s3:::{name}", home.region.partition());
                by_name(name, arn)
            }
            "AWS::KMS::Key" => {
                let id = format!("{stack}-{logical_id}").to_lowercase();
                let arn = home.arn("kms", &format!("key/{id}"));
                by_name(id, arn)
            }
            "AWS::SNS::Topic" => itself(home.arn("sns", &named("TopicName"))),
            "AWS::SQS::Queue" => {
                let name = named("QueueName");
                let suffix = home.region.partition().dns_suffix();
                let url = format!("https://sqs.{}.{suffix}/{}/{name}", home.region, home.account);
                by_name(url, home.arn("sqs", &name))
            }
            "AWS::Lambda::Function" => {
                let name = named("FunctionName");
                by_name(name.clone(), home.arn("lambda", &format!("function:{name}")))
            }
            "AWS::Events::Rule" => {
                let name = named("Name");
                by_name(name.clone(), home.arn("events", &format!("rule/{name}")))
            }
            "AWS::Logs::LogGroup" => {
                let name = named("LogGroupName");
                by_name(name.clone(), home.arn("logs", &format!("log-group:{name}:*")))
            }
            "AWS::CodeBuild::Project" => {
                let name = named("Name");
                by_name(name.clone(), home.arn("codebuild", &format!("project/{name}")))
            }
            "AWS::CodePipeline::Pipeline" => {
                let name = named("Name");
                by_name(name.clone(), home.arn("codepipeline", &name))
            }
            "AWS::CloudWatch::Alarm" => {
                let name = named("AlarmName");
                by_name(name.clone(), home.arn("cloudwatch", &format!("alarm:{name}")))
            }
            _ => itself(home.arn("cloudformation", &format!("{stack}/{logical_id}"))),
        }
    }

    pub(super) fn attribute(&self, attribute: &str) -> Option<&str> {
        match attribute {
            "Arn" | "TopicArn" => Some(&self.arn),
            "QueueName" | "TopicName" => self.arn.rsplit(':').next(),
            "KeyId" => Some(&self.reference),
            _ => None,
        }
    }
}
