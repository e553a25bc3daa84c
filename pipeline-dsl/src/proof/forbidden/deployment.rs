use std::collections::BTreeSet;

use super::asking::{
    BEST_PRACTICES, BUCKET_CHANGES, WRITES, administrator, as_role, purpose, requester, roles,
};
use crate::cloudformation::ResourceKind;
use crate::model::{Name, bucket_name};
use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::identity::{Home, bounded_by};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::hops::asking::{names_of_roles, passing, service};
use crate::proof::json::{items, text};
use crate::proof::policies::ownership::unrelated_bucket;
use crate::team::{Definition, Permissions, Team};

const PASS_ROLE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html";
const BOUNDARY: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html";

/// Deployment roles do what the service declared; nobody else takes them, and they take nobody else.
pub(super) fn all(team: &Team, deployed: &Deployed, hops: &mut Hops<'_>) {
    // Services that others stand for are not deployed here.
    let proved: BTreeSet<Name> = roles(deployed).filter_map(|role| role.service).collect();
    for role in roles(deployed) {
        hops.serve(format!(
            "role {} of {}",
            role.identity.reference, role.home.account
        ));
        assumed_by_others(deployed, role, hops);
        match purpose(role) {
            "deployment" => {
                escalates(team, deployed, role, hops);
                changes_others(team, &proved, deployed, role, hops);
                replaces_templates(deployed, role, &requester(role), hops);
            }
            "action" => passes(deployed, role, hops),
            _ => {}
        }
    }
    for policy in deployed.of_kind(ResourceKind::ManagedPolicy) {
        hops.serve(format!("roles within {}", policy.identity.arn));
        let who = Requester::Role(bounded_by(&policy.identity.arn));
        let user = policy.home.iam("user/somebody");
        hops.add_each(
            "a role beyond its boundary",
            BOUNDARY,
            &who,
            &["iam:CreateUser"],
            &user,
        );
        for role in roles(deployed).filter(|role| role.home.account == policy.home.account) {
            for action in ["iam:PassRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"] {
                let request = Request::new(who.clone(), action, &role.identity.arn);
                hops.add("a role beyond its boundary", BOUNDARY, request);
            }
        }
        let widens = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"];
        let boundary = &policy.identity.arn;
        hops.add_each("a role widens its boundary", BOUNDARY, &who, &widens, boundary);
        hands_on_others(deployed, policy, &who, hops);
        replaces_templates(deployed, policy, &who, hops);
        let read = Request::new(
            who,
            "s3:GetObject",
            format!("{}/object", unrelated_bucket(policy.home)),
        );
        if !deployed.declarations.grant(policy, &read) {
            hops.add("a role beyond its boundary", BOUNDARY, read);
        }
    }
}

/// The roles that the stacks of other services make are theirs to hand on.
fn hands_on_others(deployed: &Deployed, boundary: &Resource, who: &Requester, hops: &mut Hops<'_>) {
    let others = roles(deployed).filter(|role| {
        role.home.account == boundary.home.account
            && purpose(role) == "deployment"
            && role.service != boundary.service
    });
    for role in others {
        let statements = items(&role.properties, "Policies")
            .filter_map(|policy| policy.get("PolicyDocument"))
            .flat_map(|document| items(document, "Statement"))
            .filter(|statement| text(statement, &["Sid"]) == "PassRoles");
        for made in statements.flat_map(|statement| items(statement, "Resource")) {
            let made = made.as_str().unwrap_or_default().replace('*', "function");
            let pass = Request::new(who.clone(), "iam:PassRole", made);
            hops.add("a service hands on a role of another", PASS_ROLE, pass);
        }
    }
}

/// Whoever writes where the team keeps its templates decides what the next deployment of the team makes.
fn replaces_templates(deployed: &Deployed, resource: &Resource, who: &Requester, hops: &mut Hops<'_>) {
    let home = resource.home;
    let bucket = bucket_name(deployed.team, "templates", home.account, home.region);
    let bucket = format!("arn:{}:s3:::{bucket}", home.region.partition());
    let purpose = "a service replaces the templates of the team";
    hops.add_each(
        purpose,
        BEST_PRACTICES,
        who,
        &WRITES,
        &format!("{bucket}/template.json"),
    );
    hops.add_each(purpose, BEST_PRACTICES, who, BUCKET_CHANGES, &bucket);
}

/// Every role, by every other role and by the services that it is not for.
fn assumed_by_others(deployed: &Deployed, role: &Resource, hops: &mut Hops<'_>) {
    let arn = &role.identity.arn;
    let trust = role
        .properties
        .get("AssumeRolePolicyDocument")
        .cloned()
        .unwrap_or_default();
    let trusted = trust.to_string();
    for name in [
        "lambda",
        "ec2",
        "codebuild",
        "codepipeline",
        "cloudformation",
        "events",
        "ecs-tasks",
    ] {
        let principal = format!("{name}.amazonaws.com");
        if !trusted.contains(&principal) {
            let request = Request::new(service(&principal), "sts:AssumeRole", arn);
            let request = match ServiceCall::by_service(&principal, "sts:AssumeRole") {
                Some(call) => request.sent_on(call, [("aws:SourceAccount", role.home.account.as_str())]),
                None => request,
            };
            hops.add("a service that the role is not for", BEST_PRACTICES, request);
        }
    }
    let account = administrator(role.home.account.as_str());
    hops.add_each(
        "an administrator takes the role",
        BEST_PRACTICES,
        &account,
        &["sts:AssumeRole"],
        arn,
    );
    for other in
        roles(deployed).filter(|other| other.identity.arn != *arn && other.developer == role.developer)
    {
        // The pipeline of the same service assumes its action role.
        if trusted.contains(&other.identity.arn) {
            continue;
        }
        hops.add_each(
            "another role takes the role",
            BEST_PRACTICES,
            &requester(other),
            &["sts:AssumeRole"],
            arn,
        );
        // And if its account let it do everything.
        let widened = Request::new(administrator(other.home.account.as_str()), "sts:AssumeRole", arn);
        let widened = as_role(widened, &other.identity.arn);
        hops.add(
            "another role, which may do everything, takes the role",
            BEST_PRACTICES,
            widened,
        );
    }
}

/// An action role hands its deployment role to CloudFormation, and to nobody else.
fn passes(deployed: &Deployed, role: &Resource, hops: &mut Hops<'_>) {
    let who = requester(role);
    for other in roles(deployed).filter(|other| other.home.account == role.home.account) {
        for passed_to in [
            "cloudformation.amazonaws.com",
            "lambda.amazonaws.com",
            "ec2.amazonaws.com",
        ] {
            let own =
                purpose(other) == "deployment" && (other.service, other.home) == (role.service, role.home);
            if own && passed_to.starts_with("cloudformation") {
                continue;
            }
            let pass = passing(who.clone(), &other.identity.arn, passed_to);
            hops.add(
                "an action hands on another role, or to another service",
                PASS_ROLE,
                pass,
            );
        }
    }
}

/// A deployment role that would become more than it is.
fn escalates(program: &Team, deployed: &Deployed, role: &Resource, hops: &mut Hops<'_>) {
    let who = requester(role);
    let home = role.home;
    let path = text(&role.properties, &["Path"]);
    let team = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let Some(service_name) = role.service else {
        return;
    };
    let declared = declared(program, service_name);
    let of_stacks = RolesOfStacks::of(program, declared, home, service_name);
    let unbounded = of_stacks.unbounded;
    let inside = &of_stacks.made;
    let usual = home.iam(&format!("role/{team}/service/{service_name}/function"));
    let outside = home.iam("role/function");
    let boundary = home.iam(&format!(
        "policy/{team}/{team}-{service_name}-boundary-{}",
        home.region
    ));
    let other_boundary = home.iam("policy/another-boundary");
    // A second opinion on the table of calls, like that of `hops/deployment.rs`.
    let bounded = [
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:AttachRolePolicy",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
    ];
    let mut add = |request: Request| hops.add("a deployment gives itself more", BOUNDARY, request);
    for action in bounded {
        for inside in inside.iter().filter(|_| !unbounded) {
            add(Request::new(who.clone(), action, inside));
        }
        let mut bounded = |on: &str, boundary: &str| {
            let request = Request::new(who.clone(), action, on);
            add(request.sent_on(
                ServiceCall::IamChangesRole,
                [("iam:PermissionsBoundary", boundary)],
            ));
        };
        for inside in inside.iter().filter(|_| !unbounded) {
            bounded(inside, &other_boundary);
        }
        if !inside.contains(&usual) {
            bounded(&usual, &boundary);
        }
        bounded(&outside, &boundary);
        bounded(&role.identity.arn, &boundary);
    }
    for action in [
        "iam:UpdateAssumeRolePolicy",
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:DeleteRolePermissionsBoundary",
    ] {
        add(Request::new(who.clone(), action, &outside));
        for other in roles(deployed).filter(|other| other.home.account == home.account) {
            add(Request::new(who.clone(), action, &other.identity.arn));
        }
    }
    for inside in inside.iter().filter(|_| !unbounded) {
        add(Request::new(
            who.clone(),
            "iam:DeleteRolePermissionsBoundary",
            inside,
        ));
    }
    for action in [
        "iam:CreatePolicyVersion",
        "iam:DeletePolicy",
        "iam:SetDefaultPolicyVersion",
    ] {
        add(Request::new(who.clone(), action, &boundary));
    }
    for (action, on) in policies_and_profiles(deployed, role, team) {
        add(Request::new(who.clone(), action, on));
    }
    add(Request::new(
        who.clone(),
        "iam:CreateUser",
        home.iam("user/somebody"),
    ));
    add(Request::new(
        who.clone(),
        "iam:CreateAccessKey",
        home.iam("user/somebody"),
    ));
    let nesting = declared.is_some_and(|(_, permissions)| permissions.nested_stacks.is_some());
    hands_on(deployed, role, inside, nesting, hops);
}

/// What the program declares for the deployment of a service.
fn declared(program: &Team, service: Name) -> Option<(&Definition, &Permissions)> {
    let mut pipelines = program.pipelines.iter();
    let pipeline = pipelines.find(|pipeline| pipeline.service.name == service)?;
    Some((pipeline, pipeline.permissions.as_ref()?))
}

/// The roles that a service's own stacks make.
struct RolesOfStacks {
    /// One of each kind, by ARN.
    made: Vec<String>,
    /// Whether they need no boundary.
    unbounded: bool,
}

impl RolesOfStacks {
    fn of(program: &Team, declared: Option<(&Definition, &Permissions)>, home: Home, service: Name) -> Self {
        let roles =
            declared.and_then(|(pipeline, permissions)| Some((pipeline, permissions.roles.as_ref()?)));
        let names = match roles {
            Some((pipeline, roles)) => names_of_roles(program, pipeline, roles),
            None => vec![format!("{}/service/{service}/function", program.name())],
        };
        Self {
            made: names
                .iter()
                .map(|name| home.iam(&format!("role/{name}")))
                .collect(),
            unbounded: roles.is_some_and(|(_, roles)| roles.unbounded.is_some()),
        }
    }
}

/// A deployment that gives roles to whom they are not for.
fn hands_on(deployed: &Deployed, role: &Resource, made: &[String], nesting: bool, hops: &mut Hops<'_>) {
    let who = requester(role);
    let mut add = |request: Request| hops.add("a deployment gives itself more", BOUNDARY, request);
    let passed = services_of_own_roles(role);
    for passed_to in ["ec2.amazonaws.com", "glue.amazonaws.com"] {
        if !passed.contains(&passed_to) {
            for made in made {
                add(passing(who.clone(), made, passed_to));
            }
        }
    }
    let account = role.home.account;
    for other in roles(deployed).filter(|other| other.home.account == account) {
        for passed_to in ["lambda.amazonaws.com", "cloudformation.amazonaws.com"] {
            // Nested stacks have the role of the stack that they are in.
            if nesting && passed_to.starts_with("cloudformation") && other.identity.arn == role.identity.arn {
                continue;
            }
            add(passing(who.clone(), &other.identity.arn, passed_to));
        }
    }
}

/// A deployment on the stacks of other services, and on those of the team.
fn changes_others(
    team: &Team,
    proved: &BTreeSet<Name>,
    deployed: &Deployed,
    role: &Resource,
    hops: &mut Hops<'_>,
) {
    let others = team.pipelines.iter().filter(|pipeline| {
        let service = pipeline.service.name;
        Some(service) != role.service && proved.contains(&service)
    });
    let others = others.flat_map(|pipeline| pipeline.stacks.iter().map(|stack| stack.name.as_str()));
    let own = deployed.of_account(role.home.account);
    let own = own.filter_map(|resource| resource.stack.rsplit('/').next());
    let stacks: BTreeSet<&str> = others.chain(own).collect();
    for stack in stacks {
        let arn = role.home.arn("cloudformation", &format!("stack/{stack}/a1b2c3d"));
        for action in ["cloudformation:UpdateStack", "cloudformation:DeleteStack"] {
            let request = Request::new(requester(role), action, &arn);
            if !deployed.declarations.grant(role, &request) {
                hops.add(
                    "a deployment changes a stack that is not its own",
                    BEST_PRACTICES,
                    request,
                );
            }
        }
    }
}

/// Managed policies and instance profiles that are not the service's own.
fn policies_and_profiles(deployed: &Deployed, role: &Resource, team: &str) -> Vec<(&'static str, String)> {
    let home = role.home;
    let policies = deployed.of_kind(ResourceKind::ManagedPolicy);
    let policies = policies.filter(|policy| policy.home.account == home.account);
    let mut policies: Vec<String> = policies.map(|policy| policy.identity.arn.clone()).collect();
    policies.push(home.iam("policy/function"));
    policies.push(home.iam(&format!("policy/{team}/service/another_one/function")));
    let profiles = [
        home.iam("instance-profile/instance"),
        home.iam(&format!("instance-profile/{team}/service/another_one/instance")),
    ];
    let each = |actions: &'static [&'static str], on: Vec<String>| {
        on.into_iter()
            .flat_map(|arn| actions.iter().map(move |action| (*action, arn.clone())))
            .collect::<Vec<_>>()
    };
    let of_policies = ["iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy"].as_slice();
    let of_profiles = ["iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile"].as_slice();
    let mut all = each(of_policies, policies);
    all.extend(each(of_profiles, profiles.to_vec()));
    all
}

/// The services that the roles of the service's own stacks are for: the program says so.
fn services_of_own_roles(role: &Resource) -> Vec<&str> {
    items(&role.properties, "Policies")
        .filter_map(|policy| policy.get("PolicyDocument"))
        .flat_map(|document| items(document, "Statement"))
        .filter(|statement| text(statement, &["Sid"]) == "PassRoles")
        .filter_map(|statement| statement.pointer("/Condition/StringEquals/iam:PassedToService"))
        .flat_map(|services| services.as_array().into_iter().flatten())
        .filter_map(serde_json::Value::as_str)
        .collect()
}
