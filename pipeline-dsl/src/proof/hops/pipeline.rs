use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Source, Storage, by_service, items, passing, role, text};
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::{Deployed, Resource};
use crate::proof::hop::Hops;

const ROLE: &str = "https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html";
const CROSS_ACCOUNT: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html";
const CROSS_REGION: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html";
const SOURCE: &str = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html";
const DEPLOY: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html";
const APPROVAL: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-service-role-permissions.html";
const PASS_ROLE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html";
const CONNECTIONS: &str = "https://docs.aws.amazon.com/dtconsole/latest/userguide/security-iam.html#permissions-reference-connections-use";
const STACK_ROLE: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html";

/// What a pipeline does, action by action.
pub(super) fn pipeline(deployed: &Deployed, pipeline: &Resource, hops: &mut Hops<'_>) {
    start(pipeline, hops);
    let mut running = Running::of(deployed, pipeline);
    for stage in items(&pipeline.properties, "Stages") {
        for action in items(stage, "Actions") {
            let purpose = format!("{}/{}", text(stage, &["Name"]), text(action, &["Name"]));
            running.action(&purpose, action, hops);
        }
    }
}

/// What one action does, by its stage's name and its own.
pub(super) fn action(
    deployed: &Deployed,
    pipeline: &Resource,
    stage: &str,
    action: &str,
    hops: &mut Hops<'_>,
) {
    let mut stages = items(&pipeline.properties, "Stages");
    let declared = stages
        .find(|declared| text(declared, &["Name"]) == stage)
        .and_then(|declared| items(declared, "Actions").find(|declared| text(declared, &["Name"]) == action));
    if let Some(declared) = declared {
        let purpose = format!("{stage}/{action}");
        Running::of(deployed, pipeline).action(&purpose, declared, hops);
    }
}

/// What happens before anything runs.
pub(super) fn start(pipeline: &Resource, hops: &mut Hops<'_>) {
    let role_arn = text(&pipeline.properties, &["RoleArn"]);
    let assume = by_service(
        ServiceCall::CodePipelineAssumesRole,
        "codepipeline.amazonaws.com",
        "sts:AssumeRole",
        role_arn,
        Source::of(pipeline),
    );
    hops.add("CodePipeline assumes the pipeline's role", ROLE, assume);
}

/// The artifact stores by region.
fn stores<'a>(deployed: &'a Deployed, pipeline: &Resource) -> BTreeMap<String, Storage<'a>> {
    items(&pipeline.properties, "ArtifactStores")
        .filter_map(|store| {
            let storage = Storage::of(deployed, text(store, &["ArtifactStore", "Location"]))?;
            Some((text(store, &["Region"]).to_owned(), storage))
        })
        .collect()
}

struct Running<'a> {
    deployed: &'a Deployed,
    pipeline: &'a Resource,
    role: Requester,
    stores: BTreeMap<String, Storage<'a>>,
    /// Regions that artifacts were copied to already.
    reached: BTreeSet<String>,
}

/// An artifact in a store: CodePipeline makes up the rest of its key.
const ARTIFACT: &str = "pipeline/artifact/a1b2c3d";

impl<'a> Running<'a> {
    fn of(deployed: &'a Deployed, pipeline: &'a Resource) -> Self {
        Self {
            deployed,
            pipeline,
            role: role(text(&pipeline.properties, &["RoleArn"])),
            stores: stores(deployed, pipeline),
            reached: BTreeSet::new(),
        }
    }
}

impl Running<'_> {
    fn action(&mut self, purpose: &str, action: &Value, hops: &mut Hops<'_>) {
        let who = match text(action, &["RoleArn"]) {
            "" => self.role.clone(),
            arn => {
                let assume = Request::new(self.role.clone(), "sts:AssumeRole", arn);
                hops.add(
                    format!("{purpose}: the pipeline assumes the action's role"),
                    CROSS_ACCOUNT,
                    assume,
                );
                role(arn)
            }
        };
        let region = match text(action, &["Region"]) {
            "" => self.pipeline.home.region.as_str(),
            region => region,
        };
        match text(action, &["ActionTypeId", "Provider"]) {
            "S3" => self.source(purpose, action, &who, hops),
            "CloudFormation" => self.deploy(purpose, action, &who, region, hops),
            "CodeStarSourceConnection" => self.connect(purpose, action, &who, hops),
            "CodeBuild" => self.build(purpose, action, &who, hops),
            "Manual" => {
                let topic = text(action, &["Configuration", "NotificationArn"]);
                let request = Request::new(who, "sns:Publish", topic);
                hops.add(format!("{purpose}: the approval is asked for"), APPROVAL, request);
            }
            _ => {}
        }
    }

    fn source(&self, purpose: &str, action: &Value, who: &Requester, hops: &mut Hops<'_>) {
        let bucket = text(action, &["Configuration", "S3Bucket"]);
        let key = text(action, &["Configuration", "S3ObjectKey"]);
        let Some(source) = Storage::of(self.deployed, bucket) else {
            return;
        };
        let actions = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging"];
        let reads = format!("{purpose}: the source is read");
        source.read(hops, &reads, who, &actions, key);
        let looks = [
            "s3:GetBucketVersioning",
            "s3:GetBucketAcl",
            "s3:GetBucketLocation",
            "s3:ListBucket",
        ];
        hops.add_each(&reads, SOURCE, who, &looks, source.arn());
        if let Some(store) = self.stores.get(self.pipeline.home.region.as_str()) {
            store.write(hops, &format!("{purpose}: the source is kept"), who, ARTIFACT);
        }
    }

    fn connect(&self, purpose: &str, action: &Value, who: &Requester, hops: &mut Hops<'_>) {
        let connection = text(action, &["Configuration", "ConnectionArn"]);
        let prefix = connection.split(':').nth(2).unwrap_or_default();
        let request = Request::new(who.clone(), format!("{prefix}:UseConnection"), connection);
        hops.add(format!("{purpose}: the repository is read"), CONNECTIONS, request);
        if let Some(store) = self.stores.get(self.pipeline.home.region.as_str()) {
            store.write(hops, &format!("{purpose}: the source is kept"), who, ARTIFACT);
        }
    }

    /// A build of the pipeline reads what it is given, and writes what it makes.
    fn build(&mut self, purpose: &str, action: &Value, who: &Requester, hops: &mut Hops<'_>) {
        let region = self.pipeline.home.region.as_str();
        self.copy(purpose, region, hops);
        let name = text(action, &["Configuration", "ProjectName"]);
        let mut projects = self.deployed.of_kind(ResourceKind::Project);
        let project = projects.find(|project| {
            project.identity.reference == name && project.home.account == self.pipeline.home.account
        });
        let (Some(project), Some(store)) = (project, self.stores.get(region)) else {
            return;
        };
        let starts = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"];
        let purpose_of_start = format!("{purpose}: the build is started");
        hops.add_each(&purpose_of_start, ROLE, who, &starts, &project.identity.arn);
        let builder = role(text(&project.properties, &["ServiceRole"]));
        if items(action, "InputArtifacts").next().is_some() {
            let reads = ["s3:GetObject", "s3:GetObjectVersion"];
            let purpose = format!("{purpose}: the build reads its input");
            store.read(hops, &purpose, &builder, &reads, ARTIFACT);
        }
        if items(action, "OutputArtifacts").next().is_some() {
            let purpose = format!("{purpose}: the build writes its output");
            store.write(hops, &purpose, &builder, ARTIFACT);
        }
    }

    fn deploy(&mut self, purpose: &str, action: &Value, who: &Requester, region: &str, hops: &mut Hops<'_>) {
        self.copy(purpose, region, hops);
        let configuration = action.get("Configuration").cloned().unwrap_or_default();
        let account = who.account().unwrap_or_default();
        let partition = self.pipeline.home.region.partition();
        let name = text(&configuration, &["StackName"]);
        let stack = format!("arn:{partition}:cloudformation:{region}:{account}:stack/{name}/a1b2c3d");
        let changes: &[&str] = match text(&configuration, &["ActionMode"]) {
            "CHANGE_SET_EXECUTE" => &[
                "cloudformation:DescribeStacks",
                "cloudformation:DescribeChangeSet",
                "cloudformation:ExecuteChangeSet",
            ],
            _ => &[
                "cloudformation:DescribeStacks",
                "cloudformation:DescribeChangeSet",
                "cloudformation:CreateChangeSet",
                "cloudformation:DeleteChangeSet",
            ],
        };
        hops.add_each(
            &format!("{purpose}: the stack is changed"),
            ROLE,
            who,
            changes,
            &stack,
        );
        let deployment = text(&configuration, &["RoleArn"]);
        if !deployment.is_empty() {
            let pass = passing(who.clone(), deployment, "cloudformation.amazonaws.com");
            hops.add(
                format!("{purpose}: CloudFormation is given its role"),
                PASS_ROLE,
                pass,
            );
            let assume = by_service(
                ServiceCall::CloudFormationAssumesRole,
                "cloudformation.amazonaws.com",
                "sts:AssumeRole",
                deployment,
                Source { account, arn: &stack },
            );
            hops.add(
                format!("{purpose}: CloudFormation assumes its role"),
                STACK_ROLE,
                assume,
            );
        }
        let Some(store) = self.stores.get(region) else {
            return;
        };
        if items(action, "InputArtifacts").next().is_some() {
            let reads = format!("{purpose}: the template is read");
            store.read(
                hops,
                &reads,
                who,
                &["s3:GetObject", "s3:GetObjectVersion"],
                ARTIFACT,
            );
            let looks = ["s3:ListBucket", "s3:GetBucketLocation"];
            hops.add_each(&reads, DEPLOY, who, &looks, store.arn());
            hops.add_each(&reads, DEPLOY, who, &["kms:DescribeKey"], &store.key);
        }
        if text(&configuration, &["ParameterOverrides"]).contains("Fn::GetArtifactAtt")
            && !deployment.is_empty()
        {
            let reads = format!("{purpose}: the function's code is read for its stack");
            let actions = ["s3:GetObject", "s3:GetObjectVersion"];
            store.read(hops, &reads, &role(deployment), &actions, ARTIFACT);
        }
    }

    /// CodePipeline copies what an action in another region reads.
    fn copy(&mut self, purpose: &str, region: &str, hops: &mut Hops<'_>) {
        let first = self.reached.insert(region.to_owned());
        let (home, there) = (
            self.stores.get(self.pipeline.home.region.as_str()),
            self.stores.get(region),
        );
        if !first {
            return;
        }
        let looks = [
            "s3:GetBucketAcl",
            "s3:GetBucketLocation",
            "s3:GetBucketVersioning",
        ];
        for store in [home, there].into_iter().flatten() {
            let reads = format!("{purpose}: artifacts are looked up in {region}");
            store.read(
                hops,
                &reads,
                &self.role,
                &["s3:GetObject", "s3:GetObjectVersion"],
                ARTIFACT,
            );
            hops.add_each(&reads, CROSS_REGION, &self.role, &looks, store.arn());
            store.write(
                hops,
                &format!("{purpose}: artifacts are copied to {region}"),
                &self.role,
                ARTIFACT,
            );
        }
    }
}
