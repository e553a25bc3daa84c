use std::collections::BTreeSet;

use serde_json::Value;

use super::asking::{passing, role as role_of};
use crate::cloudformation::types::kms::ASKED_OF_A_NEW_KEY;
use crate::cloudformation::{AskedOf, ResourceKind, each_text};
use crate::model::{Connection, OWNER_TAG, bucket_name};
use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::json::{items, text};

const ALL_STACKS: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html";
const CALLS: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html";
const HANDLERS: &str =
    "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html";
const TEMPLATES: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html";
const CROSS_ACCOUNT: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html";
const PASS_ROLE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html";
const PIPELINES: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_codepipeline.html";
const KEY_TAGS: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html";
const CONNECTIONS: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_codeconnections.html";

/// What a plan asks CloudFormation, read off the calls in `deploy/aws/services`. It is a second opinion: by it the proof judges the
/// list of `constructs/self_update/permissions.rs`, so it never takes that one.
const PLAN: [&str; 8] = [
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteChangeSet",
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeStacks",
    "cloudformation:GetTemplate",
    "cloudformation:ListChangeSets",
    "cloudformation:TagResource",
    "cloudformation:UntagResource",
];
/// What a deployment asks beside: a second opinion, too.
const DEPLOY: [&str; 7] = [
    "cloudformation:ContinueUpdateRollback",
    "cloudformation:DeleteStack",
    "cloudformation:DescribeEvents",
    "cloudformation:DescribeStackEvents",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:ListStackResources",
    "cloudformation:RollbackStack",
];

/// What the team's own program asks when it plans and deploys, in each account with the role that it has there.
pub(super) fn all(deployed: &Deployed, hops: &mut Hops<'_>) {
    for role in deployed.of_kind(ResourceKind::Role) {
        let Some(power) = Power::of(role) else { continue };
        hops.serve(format!("self-update of account {}", role.home.account));
        let program = Program {
            deployed,
            role,
            who: role_of(&role.identity.arn),
        };
        if role.home.account == deployed.build_account {
            program.goes_to_accounts(power, hops);
        }
        program.plans(power, hops);
        if power == Power::Deploy {
            program.deploys(hops);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::proof) enum Power {
    Plan,
    Deploy,
}

impl Power {
    /// What the role is for, by its path and name.
    pub(in crate::proof) fn of(role: &Resource) -> Option<Self> {
        Self::named(text(&role.properties, &["Path"]), &role.identity.reference)
    }

    /// The same of a template. A second opinion on the paths and names that `constructs/names.rs` gives these roles.
    pub(in crate::proof) fn named(path: &str, name: &str) -> Option<Self> {
        match path.trim_end_matches('/').rsplit('/').next() {
            Some("plan") => Some(Self::Plan),
            Some("update") => Some(Self::Deploy),
            Some("self-update") if name.ends_with("-plan") => Some(Self::Plan),
            Some("self-update") if name.ends_with("-deploy") => Some(Self::Deploy),
            _ => None,
        }
    }
}

/// The program with one role.
struct Program<'a> {
    deployed: &'a Deployed,
    role: &'a Resource,
    who: Requester,
}

/// A request that CloudFormation makes for somebody.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-calledviafirst>
pub(in crate::proof) fn via_cloudformation(request: Request) -> Request {
    request.sent_on(
        ServiceCall::ThroughCloudFormation,
        [("aws:CalledViaFirst", "cloudformation.amazonaws.com")],
    )
}

impl Program<'_> {
    fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.deployed.of_account(self.role.home.account)
    }

    fn goes_to_accounts(&self, power: Power, hops: &mut Hops<'_>) {
        for other in self.deployed.of_kind(ResourceKind::Role) {
            if other.home.account != self.role.home.account && Power::of(other) == Some(power) {
                let assume = Request::new(self.who.clone(), "sts:AssumeRole", &other.identity.arn);
                hops.add(
                    format!("the program goes to account {}", other.home.account),
                    CROSS_ACCOUNT,
                    assume,
                );
            }
        }
    }

    fn plans(&self, power: Power, hops: &mut Hops<'_>) {
        let all = self.role.home.arn("cloudformation", "stack/*");
        for (action, on) in [
            ("cloudformation:DescribeStacks", all.as_str()),
            ("cloudformation:ListStacks", "*"),
        ] {
            let look = Request::new(self.who.clone(), action, on);
            hops.add("stacks that left the program are looked for", ALL_STACKS, look);
        }
        let (mut seen, mut places) = (BTreeSet::new(), BTreeSet::new());
        for resource in self.resources() {
            if !seen.insert(&resource.stack) {
                continue;
            }
            let name = resource.stack.rsplit('/').next().unwrap_or_default();
            let stack = resource
                .home
                .arn("cloudformation", &format!("stack/{name}/a1b2c3d"));
            hops.add_each(&format!("{name} is compared"), CALLS, &self.who, &PLAN, &stack);
            if power == Power::Deploy {
                hops.add_each(&format!("{name} is changed"), CALLS, &self.who, &DEPLOY, &stack);
            }
            if places.insert(resource.home.region) {
                self.keeps_templates(resource, hops);
            }
        }
    }

    fn keeps_templates(&self, resource: &Resource, hops: &mut Hops<'_>) {
        let home = resource.home;
        let name = bucket_name(self.deployed.team, "templates", home.account, home.region);
        let bucket = format!("arn:{}:s3:::{name}", home.region.partition());
        let purpose = "a template that is too large for a call is kept";
        // A second opinion: read off `deploy/aws/services/buckets.rs`, not off what is granted.
        let makes = [
            "s3:CreateBucket",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutLifecycleConfiguration",
        ];
        hops.add_each(purpose, TEMPLATES, &self.who, &makes, &bucket);
        let object = format!("{bucket}/template.json");
        let keeps = ["s3:GetObject", "s3:PutObject"];
        hops.add_each(purpose, TEMPLATES, &self.who, &keeps, &object);
    }

    /// The next version of the program may be the first in which a service has assets.
    fn makes_bucket_of_assets(&self, beside: &Resource, hops: &mut Hops<'_>) {
        let home = beside.home;
        let name = bucket_name(self.deployed.team, "assets", home.account, home.region);
        let bucket = format!("arn:{}:s3:::{name}", home.region.partition());
        let purpose = "a bucket for the first assets is made";
        for action in beside.kind.facts().handlers.of_itself {
            let request = Request::new(self.who.clone(), *action, &bucket);
            hops.add(purpose, HANDLERS, via_cloudformation(request));
        }
    }

    fn deploys(&self, hops: &mut Hops<'_>) {
        let (mut asked, mut buckets) = (BTreeSet::new(), BTreeSet::new());
        for resource in self.resources() {
            let purpose = format!(
                "CloudFormation changes {} of {}",
                resource.logical_id, resource.stack
            );
            self.changes(resource, &purpose, hops);
            if resource.kind == ResourceKind::Bucket && buckets.insert(resource.home.region) {
                self.makes_bucket_of_assets(resource, hops);
            }
            self.passes_roles(resource, &purpose, hops);
            self.passes_roles_of_actions(resource, &purpose, hops);
            self.passes_connections(resource, &purpose, hops);
            for action in resource.kind.facts().handlers.of_account {
                if asked.insert((resource.home.region, *action)) {
                    let on = match action.split(':').next() {
                        Some("cloudwatch") => resource.home.arn("cloudwatch", "alarm:*"),
                        _ => "*".to_owned(),
                    };
                    let request = Request::new(self.who.clone(), *action, on);
                    hops.add(&purpose, HANDLERS, via_cloudformation(request));
                }
            }
        }
    }

    fn changes(&self, resource: &Resource, purpose: &str, hops: &mut Hops<'_>) {
        let team_tag = |kind: &str| format!("aws:{kind}/{OWNER_TAG}");
        for on in self.asked_of(resource) {
            for action in resource.kind.facts().handlers.of_itself {
                let request = Request::new(self.who.clone(), *action, &on);
                let request = match *action {
                    "kms:TagResource" => request.sent_on(
                        ServiceCall::TagsResource,
                        [(team_tag("RequestTag"), self.deployed.team.as_str())],
                    ),
                    _ if resource.kind == ResourceKind::Key => {
                        if ASKED_OF_A_NEW_KEY.contains(action) {
                            let purpose = format!("{purpose}, before its tag counts");
                            hops.add(purpose, KEY_TAGS, via_cloudformation(request.clone()));
                        }
                        request.sent_on(
                            ServiceCall::TaggedResource,
                            [(team_tag("ResourceTag"), self.deployed.team.as_str())],
                        )
                    }
                    "sns:Subscribe" => request.sent_on(
                        ServiceCall::SnsSubscribes,
                        [
                            ("sns:Protocol", text(&resource.properties, &["Protocol"])),
                            ("sns:Endpoint", text(&resource.properties, &["Endpoint"])),
                        ],
                    ),
                    _ => request,
                };
                hops.add(purpose, HANDLERS, via_cloudformation(request));
            }
        }
    }

    /// The ARNs of what is asked: of some types those of other resources.
    fn asked_of(&self, resource: &Resource) -> Vec<String> {
        let properties = &*resource.properties;
        let named = |name| text(properties, &[name]);
        let last = |text: &str, separator| text.rsplit(separator).next().unwrap_or_default().to_owned();
        match resource.kind.facts().handlers.on {
            AskedOf::Itself => vec![resource.identity.arn.clone()],
            AskedOf::Arn(name) => {
                let several = items(properties, name).filter_map(Value::as_str);
                let one = properties.get(name).and_then(Value::as_str);
                one.into_iter().chain(several).map(ToOwned::to_owned).collect()
            }
            AskedOf::Bucket(name) => {
                let bucket = self.deployed.bucket(named(name));
                bucket
                    .map(|bucket| bucket.identity.arn.clone())
                    .into_iter()
                    .collect()
            }
            AskedOf::Function(name) => {
                let function = last(named(name), ':');
                vec![resource.home.arn("lambda", &format!("function:{function}"))]
            }
            AskedOf::Queues(name) => items(properties, name)
                .filter_map(Value::as_str)
                .map(|url| resource.home.arn("sqs", &last(url, '/')))
                .collect(),
        }
    }

    fn passes_roles(&self, resource: &Resource, purpose: &str, hops: &mut Hops<'_>) {
        for (service, pointer) in resource.kind.facts().passed_roles {
            let roles = each_text(&resource.properties, pointer).into_iter();
            for role in roles.filter(|role| !role.is_empty()) {
                let pass = passing(self.who.clone(), role, &format!("{service}.amazonaws.com"));
                let purpose = format!("{purpose}, which is given its role");
                hops.add(purpose, PASS_ROLE, via_cloudformation(pass));
            }
        }
    }

    /// The roles that a pipeline's actions assume, and those that they give to CloudFormation. Whether those of other accounts are
    /// asked for is not known; they are granted, and not asked here.
    fn passes_roles_of_actions(&self, resource: &Resource, purpose: &str, hops: &mut Hops<'_>) {
        let mut seen = BTreeSet::new();
        for action in resource.pipeline.iter().flat_map(|pipeline| pipeline.actions()) {
            let own = action.role.as_ref().map(|role| ("codepipeline", role));
            for (service, role) in own.into_iter().chain(action.does.passed_role()) {
                let here = role.split(':').nth(4) == Some(resource.home.account.as_str());
                if here && seen.insert((service, role)) {
                    let pass = passing(self.who.clone(), role, &format!("{service}.amazonaws.com"));
                    let purpose = format!("{purpose}, whose actions are given their roles");
                    hops.add(purpose, PIPELINES, via_cloudformation(pass));
                }
            }
        }
    }

    fn passes_connections(&self, resource: &Resource, purpose: &str, hops: &mut Hops<'_>) {
        let mut connections = vec![text(&resource.properties, &["Source", "Auth", "Resource"]).to_owned()];
        let actions = resource.pipeline.iter().flat_map(|pipeline| pipeline.actions());
        connections.extend(actions.filter_map(|action| action.does.connection().cloned()));
        connections.retain(|connection| !connection.is_empty());
        // A developer may have one of either kind.
        if resource.developer.is_some() && !connections.is_empty() {
            let earlier = Connection::EARLIER_SERVICE;
            connections.push(resource.home.arn(earlier, "connection/a1b2c3d"));
        }
        for connection in connections {
            let service = connection.split(':').nth(2).unwrap_or_default();
            // A second opinion: from the page, not from what is granted.
            let actions = ["GetConnection", "PassConnection", "UseConnection"];
            let purpose = format!("{purpose}, which is given its connection");
            for action in actions {
                let action = format!("{service}:{action}");
                let request = Request::new(self.who.clone(), action, &connection);
                hops.add(&purpose, CONNECTIONS, via_cloudformation(request));
            }
        }
    }
}
