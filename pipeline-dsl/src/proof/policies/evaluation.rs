//! All policies that are there, and what they come to together.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use super::policy::{Policy, Role, empty, everything, read};
use crate::proof::deployed::identity::bounded_by;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use super::asked::Asked;
use super::decision::{Decision, Verdict};
use super::ownership::{Owner, Ownership, bucket_of};
use crate::cloudformation::{Policies as TypePolicies, ResourceKind};
use crate::policy::{ContextValue, Naming, Request, Requester, ServiceCall};
use crate::proof::deployed::declarations::Declarations;
use crate::proof::deployed::resource::{Resource, Unreadable};
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::{Declared, Hop};
use crate::proof::policies::resource_policy;

/// Every policy of what is deployed. A copy shares what it does not change.
#[derive(Debug, Clone)]
pub(in crate::proof) struct Policies {
    roles: BTreeMap<String, Arc<Role>>,
    /// Resource policies, by the ARN of what they stand on.
    on: BTreeMap<String, Arc<Policy>>,
    /// Keys that have nothing to do with the team.
    unrelated: BTreeMap<String, Arc<Policy>>,
    ownership: Arc<Ownership>,
    declarations: Arc<Declarations>,
    members: Arc<BTreeSet<String>>,
    organization: Option<(String, String)>,
}

impl Policies {
    pub(in crate::proof) fn of(deployed: &Deployed) -> Result<Self, Unreadable> {
        let mut policies = Self {
            roles: BTreeMap::new(),
            on: BTreeMap::new(),
            unrelated: BTreeMap::new(),
            ownership: Arc::new(Ownership::of(deployed)),
            declarations: Arc::new(deployed.declarations.clone()),
            members: {
                let developers = deployed.all_developers.iter();
                Arc::new(developers.map(|(_, account, _)| account.to_string()).collect())
            },
            organization: deployed.organization.clone(),
        };
        for resource in deployed.resources.iter().chain(&deployed.admitted) {
            policies.add(deployed, resource)?;
            policies.add_unrelated(resource)?;
        }
        Ok(policies)
    }

    /// The same after the policies of one resource have changed, which `deployed` has already: only what depends on it is read.
    pub(in crate::proof) fn with_changed(
        &self,
        deployed: &Deployed,
        resource: &Resource,
    ) -> Result<Self, Unreadable> {
        match resource.kind.facts().policies {
            TypePolicies::None => Ok(self.clone()),
            TypePolicies::OfRole | TypePolicies::OnBucket | TypePolicies::OnItself(_) => {
                let mut changed = self.clone();
                changed.add(deployed, resource)?;
                Ok(changed)
            }
            TypePolicies::Managed => {
                let mut changed = self.clone();
                changed.add(deployed, resource)?;
                // Roles that it bounds.
                let arn = Some(resource.identity.arn.as_str());
                for role in deployed.of_kind_with_admitted(ResourceKind::Role) {
                    let boundary = role.properties.get("PermissionsBoundary");
                    if boundary.and_then(Value::as_str) == arn {
                        changed.add(deployed, role)?;
                    }
                }
                Ok(changed)
            }
            // What several resources say of one thing comes together in their order.
            TypePolicies::OnItselfByDefault(_)
            | TypePolicies::OnTopics
            | TypePolicies::OnQueues
            | TypePolicies::StatementOnFunction => Self::of(deployed),
        }
    }

    fn add(&mut self, deployed: &Deployed, resource: &Resource) -> Result<(), Unreadable> {
        let property = |name: &str| resource.properties.get(name);
        let text = |name: &str| property(name).and_then(Value::as_str).unwrap_or_default();
        let arn = resource.identity.arn.clone();
        match resource.kind.facts().policies {
            TypePolicies::OfRole => {
                let inline = property("Policies")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten();
                let mut identity = Vec::new();
                for policy in inline {
                    identity.push(read(resource, "identity policy", policy.get("PolicyDocument"))?);
                }
                let boundary = match property("PermissionsBoundary").and_then(Value::as_str) {
                    Some(boundary) => Some(match deployed.by_arn(boundary) {
                        Some(policy) => read(
                            policy,
                            "permissions boundary",
                            policy.properties.get("PolicyDocument"),
                        )?,
                        None => empty(resource, "permissions boundary"),
                    }),
                    None => None,
                };
                let role = Role {
                    trust: read(resource, "trust policy", property("AssumeRolePolicyDocument"))?,
                    identity,
                    boundary,
                };
                self.roles.insert(arn, Arc::new(role));
            }
            TypePolicies::Managed => {
                let role = Role {
                    trust: empty(resource, "trust policy"),
                    identity: vec![everything(resource)?],
                    boundary: Some(read(
                        resource,
                        "permissions boundary",
                        property("PolicyDocument"),
                    )?),
                };
                self.roles.insert(bounded_by(&arn), Arc::new(role));
            }
            TypePolicies::OnBucket => {
                if let Some(bucket) = deployed.bucket(text("Bucket")) {
                    let policy = read(resource, "bucket policy", property("PolicyDocument"))?;
                    self.on.insert(bucket.identity.arn.clone(), Arc::new(policy));
                }
            }
            TypePolicies::OnItself(name) => {
                let service = arn.split(':').nth(2).unwrap_or_default();
                let policy = read(resource, resource_policy::kind(service), property(name))?;
                self.on.insert(arn, Arc::new(policy));
            }
            TypePolicies::OnItselfByDefault(default) => {
                let policy = default(&arn, resource.home.account.as_str());
                let policy = read(resource, "topic policy", Some(&policy))?;
                self.on.entry(arn).or_insert_with(|| Arc::new(policy));
            }
            TypePolicies::OnTopics => {
                let policy = read(resource, "topic policy", property("PolicyDocument"))?;
                // One without statements is none: the topic keeps its default.
                if !policy.rules.is_empty() {
                    let policy = Arc::new(policy);
                    for topic in texts(property("Topics")) {
                        self.on.insert(topic.to_owned(), Arc::clone(&policy));
                    }
                }
            }
            TypePolicies::OnQueues => {
                for url in texts(property("Queues")) {
                    let queue = deployed
                        .of_kind_with_admitted(ResourceKind::Queue)
                        .find(|queue| queue.identity.reference == url);
                    if let Some(queue) = queue {
                        let policy = read(resource, "queue policy", property("PolicyDocument"))?;
                        self.on.insert(queue.identity.arn.clone(), Arc::new(policy));
                    }
                }
            }
            TypePolicies::StatementOnFunction => self.add_permission(deployed, resource)?,
            TypePolicies::None => {}
        }
        Ok(())
    }

    /// A key in the same account that has nothing to do with the team, as its owner would make it.
    fn add_unrelated(&mut self, resource: &Resource) -> Result<(), Unreadable> {
        let account = resource.home.account;
        let partition = resource.home.region.partition();
        let key = unrelated_key(resource);
        if self.on.contains_key(&key) {
            return Ok(());
        }
        let default = json!({"Statement": [{
            "Sid": "Enable IAM User Permissions",
            "Effect": "Allow",
            "Principal": {"AWS": format!("arn:{partition}:iam::{account}:root")},
            "Action": "kms:*",
            "Resource": "*",
        }]});
        let mut policy = read(resource, "key policy", Some(&default))?;
        policy.label = "a key that is not the team's".into();
        self.unrelated.insert(key, Arc::new(policy));
        Ok(())
    }

    /// A permission is a statement of the function's policy.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html>
    fn add_permission(&mut self, deployed: &Deployed, resource: &Resource) -> Result<(), Unreadable> {
        let function = resource.properties.get("FunctionName").and_then(Value::as_str);
        let function = deployed
            .of_kind_with_admitted(ResourceKind::Function)
            .find(|each| Some(each.identity.reference.as_str()) == function && each.stack == resource.stack);
        let Some(function) = function else { return Ok(()) };
        let policy = read(
            resource,
            "function policy",
            resource.properties.get("PolicyDocument"),
        )?;
        let of_function = self
            .on
            .entry(function.identity.arn.clone())
            .or_insert_with(|| Arc::new(empty(function, "function policy")));
        Arc::make_mut(of_function).rules.extend(policy.rules);
        Ok(())
    }

    /// Every policy, for those who look at statements one by one.
    pub(in crate::proof) fn all(&self) -> impl Iterator<Item = &Policy> {
        let roles = self.roles.values();
        roles
            .flat_map(|role| {
                std::iter::once(&role.trust)
                    .chain(&role.identity)
                    .chain(&role.boundary)
            })
            .chain(self.on.values().map(Arc::as_ref))
    }

    /// What the program grants.
    pub(in crate::proof) fn declarations(&self) -> &Declarations {
        &self.declarations
    }

    /// What AWS would answer.
    pub(in crate::proof) fn decide(&self, request: &Request) -> Decision {
        self.answer(request, None)
    }

    /// What AWS would answer, where a policy that is not the team's is taken to allow what the program grants.
    pub(in crate::proof) fn decide_hop(&self, hop: &Hop) -> Decision {
        self.answer(&hop.request, hop.declared.as_ref())
    }

    fn answer(&self, request: &Request, declared: Option<&Declared>) -> Decision {
        let circumstances = |request: &Request| self.with_circumstances(request);
        let mut asked = Asked::of(request, &circumstances, &self.declarations);
        let (service, resource) = (request.service(), request.resource.as_str());
        let resource_policy = self.resource_policy(service, resource);
        let requester = request.requester.account();
        // What is asked of no one resource is asked of the own account.
        let owner = match resource_policy {
            Some(policy) => Some(Owner::Account(policy.account.as_str())),
            None if resource == "*" => requester.map(Owner::Account),
            None => self.ownership.owner(resource, requester),
        };
        let same_account = match owner {
            Some(Owner::Account(account)) => Some(account) == requester,
            Some(Owner::Aws) => requester.is_some(),
            None => false,
        };
        let by_resource = resource_policy::decides(request);
        let named = resource_policy.and_then(|policy| asked.resource(policy));
        let assumed = declared.is_some_and(|declared| {
            resource_policy.is_none()
                && (!same_account || by_resource)
                && !self.ownership.is_the_teams(resource, &declared.service)
        });
        let verdict = match &request.requester {
            Requester::Service(_) | Requester::Federated(_) | Requester::Anonymous => {
                named == Some(Naming::Directly)
            }
            requester => {
                let own = match requester {
                    Requester::Role(arn) => asked.own(self.roles.get(arn).map(Arc::as_ref)),
                    _ => true,
                };
                match (same_account, by_resource) {
                    _ if assumed => own,
                    // The key's own policy must allow, or hand it to the account.
                    // https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
                    (true, true) => match named {
                        Some(Naming::Directly) => true,
                        Some(Naming::ByAccount) => own,
                        None => false,
                    },
                    (true, _) => own || named == Some(Naming::Directly),
                    (false, _) => own && named.is_some(),
                }
            }
        };
        let needs_resource_policy = !same_account
            || by_resource
            || matches!(
                request.requester,
                Requester::Service(_) | Requester::Federated(_) | Requester::Anonymous
            );
        if assumed {
            asked.assumes(resource_policy::kind(service));
        } else if needs_resource_policy && named.is_none() && !asked.refused {
            asked.lacks_resource_policy(resource_policy, resource_policy::kind(service));
        }
        let allowed = verdict && !asked.refused;
        Decision {
            verdict: if allowed {
                Verdict::Allowed
            } else {
                Verdict::Denied
            },
            steps: asked.steps,
        }
    }

    /// What AWS itself adds to a request.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    fn with_circumstances(&self, request: &Request) -> Request {
        let request = request
            .clone()
            .sent_on(ServiceCall::AnyRequest, [("aws:SecureTransport", true)]);
        let Some(account) = request.requester.account().map(ToOwned::to_owned) else {
            return request;
        };
        let arn = match &request.requester {
            Requester::Role(arn) => arn.clone(),
            Requester::Administrator(_)
            | Requester::Service(_)
            | Requester::Federated(_)
            | Requester::Anonymous => {
                format!("arn:aws:iam::{account}:role/administrator")
            }
        };
        let mut known = vec![("aws:PrincipalArn", ContextValue::Text(arn))];
        if let (Some((id, path)), true) = (&self.organization, self.members.contains(&account)) {
            known.push(("aws:PrincipalOrgID", ContextValue::Text(id.clone())));
            known.push(("aws:PrincipalOrgPaths", ContextValue::Texts(vec![path.clone()])));
        }
        known.push(("aws:PrincipalAccount", ContextValue::Text(account)));
        request.sent_on(ServiceCall::AnyPrincipal, known)
    }

    fn resource_policy(&self, service: &str, arn: &str) -> Option<&Policy> {
        match service {
            "sts" => self.roles.get(arn).map(|role| &role.trust),
            // Passing a role, and changing one, is decided by the own policies alone.
            "iam" => None,
            "s3" => self.on.get(bucket_of(arn)).map(Arc::as_ref),
            _ => {
                let policy = self.on.get(arn).or_else(|| self.unrelated.get(arn));
                policy.map(Arc::as_ref)
            }
        }
    }
}

/// The ARN of a key in the resource's account and region that has nothing to do with the team.
pub(in crate::proof) fn unrelated_key(resource: &Resource) -> String {
    resource.home.arn("kms", "key/unrelated")
}

fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}
