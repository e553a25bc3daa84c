use std::collections::{BTreeMap, BTreeSet};

use super::asking::{Source, by_service, passing, role};
use super::storage::Storage;
use crate::cloudformation::ResourceKind;
use crate::cloudformation::types::codepipeline::{
    ChangeSet, CodeBuild, ConnectionSource, CreateChangeSet, DeclaredAction, PipelineAction, S3Deploy,
    S3Source,
};
use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::json::text;

const ROLE: &str = "https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html";
const CROSS_ACCOUNT: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html";
const CROSS_REGION: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html";
const SOURCE: &str = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html";
const DEPLOY: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html";
const S3_DEPLOY: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html";
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
    for stage in pipeline.pipeline.iter().flat_map(|declared| &declared.stages) {
        for action in &stage.actions {
            running.action(&format!("{}/{}", stage.name, action.name), action, hops);
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
    let declared = pipeline.pipeline.as_ref();
    if let Some(declared) = declared.and_then(|declared| declared.action(stage, action)) {
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
    let stores = pipeline.pipeline.iter().flat_map(|declared| &declared.stores);
    stores
        .filter_map(|(region, bucket)| Some((region.clone(), Storage::of(deployed, bucket)?)))
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

/// What CodePipeline asks when it creates a change set, and when it executes one, from [`DEPLOY`]. It is a second opinion: by it
/// the proof judges the action role of `constructs/targets/roles.rs`.
const CREATE: [&str; 4] = [
    "cloudformation:DescribeStacks",
    "cloudformation:DescribeChangeSet",
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteChangeSet",
];
const EXECUTE: [&str; 3] = [
    "cloudformation:DescribeStacks",
    "cloudformation:DescribeChangeSet",
    "cloudformation:ExecuteChangeSet",
];

/// An artifact in a store: CodePipeline makes up the rest of its key.
const ARTIFACT: &str = "pipeline/artifact/a1b2c3d";
/// A file of an archive, by a digest of its content.
const ASSET: &str = "0f1e2d3c.zip";

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
    fn action(&mut self, purpose: &str, action: &DeclaredAction, hops: &mut Hops<'_>) {
        let who = match &action.role {
            None => self.role.clone(),
            Some(arn) => {
                let assume = Request::new(self.role.clone(), "sts:AssumeRole", arn);
                hops.add(
                    format!("{purpose}: the pipeline assumes the action's role"),
                    CROSS_ACCOUNT,
                    assume,
                );
                role(arn)
            }
        };
        let region = action
            .region
            .as_deref()
            .unwrap_or(self.pipeline.home.region.as_str());
        match &action.does {
            PipelineAction::S3Source(source) => self.source(purpose, source, &who, hops),
            PipelineAction::ConnectionSource(source) => self.connect(purpose, source, &who, hops),
            PipelineAction::CodeBuild(build) => self.build(purpose, action, build, &who, hops),
            PipelineAction::CreateChangeSet(create) => {
                let stack = self.change(purpose, &create.change_set, &CREATE, &who, region, hops);
                give_role(purpose, &create.role, &who, &stack, hops);
                self.read_template(purpose, create, &who, region, hops);
                self.read_assets(purpose, create, region, hops);
            }
            PipelineAction::ExecuteChangeSet(change_set) => {
                self.change(purpose, change_set, &EXECUTE, &who, region, hops);
            }
            PipelineAction::S3Deploy(deploy) => self.deploy_files(purpose, deploy, &who, region, hops),
            PipelineAction::Approval(approval) => {
                let request = Request::new(who, "sns:Publish", &approval.topic);
                hops.add(format!("{purpose}: the approval is asked for"), APPROVAL, request);
            }
        }
    }

    fn source(&self, purpose: &str, source: &S3Source<String>, who: &Requester, hops: &mut Hops<'_>) {
        let S3Source { bucket, key } = source;
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

    fn connect(
        &self,
        purpose: &str,
        source: &ConnectionSource<String>,
        who: &Requester,
        hops: &mut Hops<'_>,
    ) {
        let connection = &source.connection;
        let prefix = connection.split(':').nth(2).unwrap_or_default();
        let request = Request::new(who.clone(), format!("{prefix}:UseConnection"), connection);
        hops.add(format!("{purpose}: the repository is read"), CONNECTIONS, request);
        if let Some(store) = self.stores.get(self.pipeline.home.region.as_str()) {
            store.write(hops, &format!("{purpose}: the source is kept"), who, ARTIFACT);
        }
    }

    /// A build of the pipeline reads what it is given, and writes what it makes.
    fn build(
        &mut self,
        purpose: &str,
        action: &DeclaredAction,
        build: &CodeBuild<String>,
        who: &Requester,
        hops: &mut Hops<'_>,
    ) {
        let region = self.pipeline.home.region.as_str();
        self.copy(purpose, region, hops);
        let name = &build.project;
        let mut projects = self.deployed.of_kind(ResourceKind::Project);
        let project = projects.find(|project| {
            project.identity.reference == *name && project.home.account == self.pipeline.home.account
        });
        let (Some(project), Some(store)) = (project, self.stores.get(region)) else {
            return;
        };
        let starts = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"];
        let purpose_of_start = format!("{purpose}: the build is started");
        hops.add_each(&purpose_of_start, ROLE, who, &starts, &project.identity.arn);
        let builder = role(text(&project.properties, &["ServiceRole"]));
        if !action.inputs.is_empty() {
            let reads = ["s3:GetObject", "s3:GetObjectVersion"];
            let purpose = format!("{purpose}: the build reads its input");
            store.read(hops, &purpose, &builder, &reads, ARTIFACT);
        }
        if !action.outputs.is_empty() {
            let purpose = format!("{purpose}: the build writes its output");
            store.write(hops, &purpose, &builder, ARTIFACT);
        }
    }

    /// An archive is read in the region's store, and its files are put into a bucket.
    fn deploy_files(
        &mut self,
        purpose: &str,
        deploy: &S3Deploy<String>,
        who: &Requester,
        region: &str,
        hops: &mut Hops<'_>,
    ) {
        self.copy(purpose, region, hops);
        if let Some(store) = self.stores.get(region) {
            let reads = ["s3:GetObject", "s3:GetObjectVersion"];
            let purpose = format!("{purpose}: the archive is read");
            store.read(hops, &purpose, who, &reads, ARTIFACT);
        }
        let Some(bucket) = Storage::of(self.deployed, &deploy.bucket) else {
            return;
        };
        let purpose = format!("{purpose}: its files are put where templates find them");
        let looks = [
            "s3:GetBucketAcl",
            "s3:GetBucketLocation",
            "s3:GetBucketVersioning",
        ];
        hops.add_each(&purpose, S3_DEPLOY, who, &looks, bucket.arn());
        let file = format!("{}/{ASSET}", deploy.prefix);
        bucket.write(hops, &purpose, who, &file);
        let permits = ["s3:PutObjectAcl", "s3:PutObjectVersionAcl"];
        hops.add_each(&purpose, S3_DEPLOY, who, &permits, &bucket.object(&file));
    }

    /// Where a stack's parameters name the bucket of its assets, CloudFormation reads them for it.
    fn read_assets(
        &self,
        purpose: &str,
        create: &CreateChangeSet<String>,
        region: &str,
        hops: &mut Hops<'_>,
    ) {
        let given = create.parameter_overrides.as_deref().unwrap_or_default();
        let declared = self.pipeline.pipeline.iter();
        let there = declared.flat_map(|declared| declared.actions()).filter(|action| {
            let home = self.pipeline.home.region.as_str();
            action.region.as_deref().unwrap_or(home) == region
        });
        let deploys: BTreeSet<(&str, &str)> = there
            .filter_map(|action| action.does.s3_deploy())
            .map(|deploy| (deploy.bucket.as_str(), deploy.prefix.as_str()))
            .collect();
        for (bucket, prefix) in deploys {
            let named = given.contains(&format!("\"{bucket}\""));
            if let Some(storage) = Storage::of(self.deployed, bucket).filter(|_| named) {
                let purpose = format!("{purpose}: an asset is read for the stack");
                let actions = ["s3:GetObject", "s3:GetObjectVersion"];
                let file = format!("{prefix}/{ASSET}");
                storage.read(hops, &purpose, &role(&create.role), &actions, &file);
            }
        }
    }

    /// Asks for what is done to a stack. The answer is the stack's ARN.
    fn change(
        &mut self,
        purpose: &str,
        change_set: &ChangeSet<String>,
        calls: &[&str],
        who: &Requester,
        region: &str,
        hops: &mut Hops<'_>,
    ) -> String {
        self.copy(purpose, region, hops);
        let account = who.account().unwrap_or_default();
        let partition = self.pipeline.home.region.partition();
        let name = &change_set.stack;
        let stack = format!("arn:{partition}:cloudformation:{region}:{account}:stack/{name}/a1b2c3d");
        let purpose = format!("{purpose}: the stack is changed");
        hops.add_each(&purpose, ROLE, who, calls, &stack);
        stack
    }

    fn read_template(
        &self,
        purpose: &str,
        create: &CreateChangeSet<String>,
        who: &Requester,
        region: &str,
        hops: &mut Hops<'_>,
    ) {
        let Some(store) = self.stores.get(region) else {
            return;
        };
        let actions = ["s3:GetObject", "s3:GetObjectVersion"];
        let reads = format!("{purpose}: the template is read");
        store.read(hops, &reads, who, &actions, ARTIFACT);
        let looks = ["s3:ListBucket", "s3:GetBucketLocation"];
        hops.add_each(&reads, DEPLOY, who, &looks, store.arn());
        hops.add_each(&reads, DEPLOY, who, &["kms:DescribeKey"], &store.key);
        let overrides = create.parameter_overrides.as_deref().unwrap_or_default();
        if overrides.contains("Fn::GetArtifactAtt") {
            let reads = format!("{purpose}: the function's code is read for its stack");
            store.read(hops, &reads, &role(&create.role), &actions, ARTIFACT);
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

/// CloudFormation is given a role, and assumes it for the stack.
fn give_role(purpose: &str, given: &str, who: &Requester, stack: &str, hops: &mut Hops<'_>) {
    let pass = passing(who.clone(), given, "cloudformation.amazonaws.com");
    hops.add(
        format!("{purpose}: CloudFormation is given its role"),
        PASS_ROLE,
        pass,
    );
    let account = who.account().unwrap_or_default();
    let assume = by_service(
        ServiceCall::CloudFormationAssumesRole,
        "cloudformation.amazonaws.com",
        "sts:AssumeRole",
        given,
        Source { account, arn: stack },
    );
    hops.add(
        format!("{purpose}: CloudFormation assumes its role"),
        STACK_ROLE,
        assume,
    );
}
