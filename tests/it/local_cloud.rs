//! The local cloud by itself, through the SDK: AWS's rules, where they bite.

use aws_sdk_cloudformation::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_cloudformation::types::{Capability, ChangeSetType, Parameter};
use pipeline_dsl::local::LocalCloud;
use serde_json::json;

/// Puts an object into a bucket, signed as somebody of that account.
pub fn put_object(cloud: &LocalCloud, (account, region, bucket): (&str, &str, &str), key: &str) {
    let credential = format!(
        "AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/s3/aws4_request, SignedHeaders=host"
    );
    let uri = format!("https://s3.{region}.amazonaws.com/{bucket}/{key}");
    let answer = cloud.answer("PUT", &uri, [("authorization", credential.as_str())], b"content");
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
}

/// The buckets of an account that something is or was in.
pub fn buckets(cloud: &LocalCloud, (account, region): (&str, &str)) -> Vec<String> {
    let credential = format!(
        "AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/s3/aws4_request, SignedHeaders=host"
    );
    let uri = format!("https://s3.{region}.amazonaws.com/");
    let answer = cloud.answer("GET", &uri, [("authorization", credential.as_str())], b"");
    let text = String::from_utf8(answer.body).unwrap();
    text.split("<Name>")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("</Name>")?.0.to_owned()))
        .collect()
}

/// CloudFormation of the local cloud in one account and region.
pub struct Client {
    client: aws_sdk_cloudformation::Client,
    runtime: tokio::runtime::Runtime,
}

impl Client {
    pub fn new(cloud: &LocalCloud, account: &str, region: &str) -> Self {
        let config = aws_sdk_cloudformation::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .credentials_provider(Credentials::new(account, "local", None, None, "test"))
            .http_client(cloud.http_client())
            .build();
        Self {
            client: aws_sdk_cloudformation::Client::from_conf(config),
            runtime: tokio::runtime::Runtime::new().unwrap(),
        }
    }

    /// Makes a change set; the error is AWS's message.
    pub fn change_set(
        &self,
        stack: &str,
        template: &str,
        kind: ChangeSetType,
        parameters: &[(&str, &str)],
    ) -> Result<String, String> {
        let parameters = parameters.iter().map(|(name, value)| {
            Parameter::builder()
                .parameter_key(*name)
                .parameter_value(*value)
                .build()
        });
        let made = self
            .client
            .create_change_set()
            .stack_name(stack)
            .change_set_name("change")
            .change_set_type(kind)
            .template_body(template)
            .set_parameters(Some(parameters.collect()))
            .capabilities(Capability::CapabilityNamedIam);
        let made = self.runtime.block_on(made.send());
        made.map(|made| made.id.unwrap())
            .map_err(|error| error.message().unwrap_or_default().to_owned())
    }

    /// Makes a change set for a stack that is not there, and leaves it.
    pub fn named_change_set(&self, stack: &str, name: &str, template: &str) {
        let made = self
            .client
            .create_change_set()
            .stack_name(stack)
            .change_set_name(name);
        let made = made
            .change_set_type(ChangeSetType::Create)
            .template_body(template);
        self.runtime.block_on(made.send()).unwrap();
    }

    /// Creates a stack that is deployed with a role.
    pub fn created_with(&self, stack: &str, template: &str, role: &str) {
        let made = self.client.create_change_set().stack_name(stack);
        let made = made
            .change_set_name("first")
            .change_set_type(ChangeSetType::Create)
            .template_body(template)
            .role_arn(role)
            .send();
        let made = self.runtime.block_on(made).unwrap();
        assert_eq!(self.execute(made.id().unwrap(), stack), "CREATE_COMPLETE");
    }

    /// Deletes a stack; the error, where it is refused.
    pub fn deletion_error(&self, stack: &str) -> Option<String> {
        let deleted = self.client.delete_stack().stack_name(stack).send();
        let error = self.runtime.block_on(deleted).err()?;
        Some(aws_sdk_cloudformation::error::DisplayErrorContext(error).to_string())
    }

    /// How many change sets wait on a stack.
    pub fn change_sets(&self, stack: &str) -> usize {
        let listed = self.client.list_change_sets().stack_name(stack).send();
        self.runtime.block_on(listed).unwrap().summaries().len()
    }

    /// Protects a stack against deletion.
    pub fn protect(&self, stack: &str) {
        self.set_protection(stack, true);
    }

    /// Takes the protection off.
    pub fn unprotect(&self, stack: &str) {
        self.set_protection(stack, false);
    }

    fn set_protection(&self, stack: &str, is_protected: bool) {
        let protected = self.client.update_termination_protection().stack_name(stack);
        let protected = protected.enable_termination_protection(is_protected).send();
        self.runtime.block_on(protected).unwrap();
    }

    fn execute(&self, change_set: &str, stack: &str) -> String {
        let executed = self.client.execute_change_set().change_set_name(change_set);
        self.runtime.block_on(executed.send()).unwrap();
        loop {
            let status = self.status(stack).unwrap();
            if !status.ends_with("_IN_PROGRESS") {
                return status;
            }
        }
    }

    /// Creates a stack; the answer is its status, and why its resources failed.
    pub fn create(&self, stack: &str, template: &str) -> (String, Vec<String>) {
        let change_set = self
            .change_set(stack, template, ChangeSetType::Create, &[])
            .unwrap();
        let status = self.execute(&change_set, stack);
        (status, self.reasons(stack))
    }

    fn update(&self, stack: &str, template: &str) -> (String, Vec<String>) {
        let change_set = self
            .change_set(stack, template, ChangeSetType::Update, &[])
            .unwrap();
        let status = self.execute(&change_set, stack);
        (status, self.reasons(stack))
    }

    fn reasons(&self, stack: &str) -> Vec<String> {
        let events = self.client.describe_stack_events().stack_name(stack);
        let events = self
            .runtime
            .block_on(events.send())
            .unwrap()
            .stack_events
            .unwrap();
        events
            .into_iter()
            .filter(|event| {
                event
                    .resource_status
                    .as_ref()
                    .is_some_and(|status| status.as_str().ends_with("_FAILED"))
            })
            .filter_map(|event| event.resource_status_reason)
            .collect()
    }

    pub fn status(&self, stack: &str) -> Option<String> {
        let described = self.client.describe_stacks().stack_name(stack);
        let described = self.runtime.block_on(described.send()).ok()?;
        Some(
            described
                .stacks?
                .first()?
                .stack_status
                .as_ref()?
                .as_str()
                .to_owned(),
        )
    }

    pub fn delete(&self, stack: &str) {
        self.runtime
            .block_on(self.client.delete_stack().stack_name(stack).send())
            .unwrap();
        while self.status(stack).is_some() {}
    }
}

fn here() -> Client {
    Client::new(&LocalCloud::in_memory(), "111111111111", "us-east-1")
}

fn one(resource: &serde_json::Value) -> String {
    json!({"Resources": {"Only": resource}}).to_string()
}

fn queue(name: &str) -> String {
    one(&json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}))
}

fn topic_policy(principal: &str) -> String {
    json!({"Resources": {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
        "Policy": {"Type": "AWS::SNS::TopicPolicy", "Properties": {
            "Topics": [{"Ref": "Topic"}],
            "PolicyDocument": {"Statement": [{
                "Effect": "Allow", "Principal": {"AWS": [principal]}, "Action": ["sns:Publish"], "Resource": ["*"],
            }]},
        }},
    }})
    .to_string()
}

#[test]
fn templates_are_refused_before_anything_is_made() {
    let here = here();
    let refused = |template: &str| {
        here.change_set("s", template, ChangeSetType::Create, &[])
            .unwrap_err()
    };
    assert!(refused("{").contains("not well-formed"));
    assert!(refused("{}").contains("At least one Resources member"));
    let reference = one(&json!({"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Nobody"}}}));
    assert!(refused(&reference).contains("Unresolved resource dependencies [Nobody]"));
    assert!(refused(&one(&json!({"Type": "AWS::No::Thing"}))).contains("Unrecognized resource types"));
    let own = one(&json!({"Type": "AWS::SNS::Topic", "DependsOn": "Only", "Properties": {}}));
    assert!(refused(&own).contains("Circular dependency between resources: [Only]"));
    let large = one(&json!({"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "a".repeat(51_200)}}));
    assert!(refused(&large).contains("less than or equal to 51200"));
    assert_eq!(here.status("s"), None);
}

#[test]
fn parameters_must_be_given_and_known() {
    let here = here();
    let template = json!({
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Name"}}}},
    })
    .to_string();
    let with =
        |parameters: &[(&str, &str)]| here.change_set("s", &template, ChangeSetType::Create, parameters);
    assert!(with(&[]).unwrap_err().contains("[Name] must have values"));
    assert!(
        with(&[("Name", "a"), ("Other", "b")])
            .unwrap_err()
            .contains("[Other] do not exist")
    );
    assert!(with(&[("Name", "a")]).is_ok());
}

#[test]
fn a_principal_must_exist() {
    let here = here();
    let (status, reasons) = here.create("wrong", &topic_policy("arn:aws:iam::222222222222:role/nobody"));
    assert_eq!(status, "ROLLBACK_COMPLETE");
    assert!(reasons[0].contains("Invalid principal in policy"), "{reasons:?}");
    assert_eq!(
        here.create("right", &topic_policy("arn:aws:iam::222222222222:root"))
            .0,
        "CREATE_COMPLETE"
    );
}

#[test]
fn a_name_is_taken_once() {
    let cloud = LocalCloud::in_memory();
    let bucket = one(&json!({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "one-name"}}));
    let one_account = Client::new(&cloud, "111111111111", "us-east-1");
    let other_account = Client::new(&cloud, "222222222222", "eu-west-1");
    assert_eq!(one_account.create("first", &bucket).0, "CREATE_COMPLETE");
    let (status, reasons) = other_account.create("second", &bucket);
    assert_eq!(status, "ROLLBACK_COMPLETE", "buckets have no accounts");
    assert!(reasons[0].contains("one-name already exists"), "{reasons:?}");
    // Queues do, and regions.
    assert_eq!(one_account.create("queue", &queue("q")).0, "CREATE_COMPLETE");
    assert_eq!(other_account.create("queue", &queue("q")).0, "CREATE_COMPLETE");
}

#[test]
fn a_creation_that_failed_can_only_be_deleted() {
    let here = here();
    here.create("failed", &topic_policy("arn:aws:iam::222222222222:role/nobody"));
    let update = here
        .change_set("failed", &queue("q"), ChangeSetType::Update, &[])
        .unwrap_err();
    assert!(
        update.contains("is in ROLLBACK_COMPLETE state and can not be updated"),
        "{update}"
    );
    let create = here
        .change_set("failed", &queue("q"), ChangeSetType::Create, &[])
        .unwrap_err();
    assert!(create.contains("already exists"), "{create}");
    here.delete("failed");
    assert_eq!(here.create("failed", &queue("q")).0, "CREATE_COMPLETE");
}

#[test]
fn an_update_that_fails_is_taken_back() {
    let here = here();
    here.create("s", &queue("q"));
    let wrong = one(&json!({"Type": "AWS::SQS::Queue", "Properties": {
        "QueueName": "q", "MessageRetentionPeriod": 1,
    }}));
    let (status, reasons) = here.update("s", &wrong);
    assert_eq!(status, "UPDATE_ROLLBACK_COMPLETE");
    assert!(reasons[0].contains("MessageRetentionPeriod"), "{reasons:?}");
    // The name is still taken, and another name makes another queue.
    assert_eq!(here.update("s", &queue("p")).0, "UPDATE_COMPLETE");
    assert_eq!(here.create("t", &queue("q")).0, "CREATE_COMPLETE");
}

#[test]
fn what_is_the_same_contains_no_changes() {
    let cloud = LocalCloud::in_memory();
    let here = Client::new(&cloud, "111111111111", "us-east-1");
    here.create("s", &queue("q"));
    let change_set = here
        .change_set("s", &queue("q"), ChangeSetType::Update, &[])
        .unwrap();
    let described = here.client.describe_change_set().change_set_name(change_set);
    let described = here.runtime.block_on(described.send()).unwrap();
    assert_eq!(described.status.unwrap().as_str(), "FAILED");
    assert!(
        described
            .status_reason
            .unwrap()
            .contains("didn't contain changes")
    );
}

#[test]
fn capabilities_must_be_acknowledged() {
    let here = here();
    let role = one(&json!({"Type": "AWS::IAM::Role", "Properties": {
        "RoleName": "r",
        "AssumeRolePolicyDocument": {"Statement": []},
    }}));
    let made = here
        .client
        .create_change_set()
        .stack_name("s")
        .change_set_name("c")
        .change_set_type(ChangeSetType::Create)
        .template_body(role);
    let error = here.runtime.block_on(made.send()).unwrap_err();
    assert_eq!(error.code(), Some("InsufficientCapabilitiesException"));
}

#[test]
fn a_function_needs_a_role_that_trusts_it() {
    let here = here();
    let with_trust = |service: &str| {
        json!({"Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {
                "AssumeRolePolicyDocument": {"Statement": [{
                    "Effect": "Allow", "Principal": {"Service": service}, "Action": ["sts:AssumeRole"],
                }]},
            }},
            "Function": {"Type": "AWS::Lambda::Function", "Properties": {
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Handler": "index.handler",
                "Code": {"ZipFile": ""},
            }},
        }})
        .to_string()
    };
    let (status, reasons) = here.create("wrong", &with_trust("events.amazonaws.com"));
    assert_eq!(status, "ROLLBACK_COMPLETE");
    assert!(reasons[0].contains("cannot be assumed by Lambda"), "{reasons:?}");
    assert_eq!(
        here.create("right", &with_trust("lambda.amazonaws.com")).0,
        "CREATE_COMPLETE"
    );
}

#[test]
fn a_public_bucket_policy_is_blocked() {
    let here = here();
    let with = |condition: serde_json::Value| {
        json!({"Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {
                "PublicAccessBlockConfiguration": {"BlockPublicPolicy": true},
            }},
            "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {
                "Bucket": {"Ref": "Bucket"},
                "PolicyDocument": {"Statement": [{
                    "Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"], "Resource": ["*"],
                    "Condition": condition,
                }]},
            }},
        }})
        .to_string()
        .replace(
            "\"Properties\":{\"Public",
            "\"Properties\":{\"BucketName\":\"some-bucket\",\"Public",
        )
    };
    let (status, reasons) = here.create("open", &with(json!({"ArnLike": {"aws:PrincipalArn": ["*"]}})));
    assert_eq!(status, "ROLLBACK_COMPLETE");
    assert!(reasons[0].contains("BlockPublicPolicy"), "{reasons:?}");
    let closed = with(json!({"StringEquals": {"aws:PrincipalOrgID": ["o-abcdefghij"]}}));
    assert_eq!(here.create("closed", &closed).0, "CREATE_COMPLETE");
}
