//! What is known of a resource type, beside its properties: each type tells it in its own file under [`super::types`].

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::Partition;
use crate::policy::ServiceCall;

/// What is known of a resource type.
#[derive(Debug)]
pub struct TypeFacts {
    /// What CloudFormation calls it, `AWS::S3::Bucket`.
    pub name: &'static str,
    /// The properties that we write, or that the local cloud reads.
    pub properties: &'static [&'static str],
    /// Those that CloudFormation requires.
    pub required: &'static [&'static str],
    /// Those of which a change makes a new resource.
    pub replaced_by: &'static [&'static str],
    /// What a new resource is called.
    pub identity: fn(&NewResource<'_>, &Value) -> Identity,
    /// Whether it holds data, or the key to data.
    pub holds_data: bool,
    /// The policies that it has, or puts on others.
    pub policies: Policies,
    /// The roles that it gives to a service, each as the service and the pointer to the role's ARN; `*` stands for each item.
    pub passed_roles: &'static [(&'static str, &'static str)],
    /// The calls of AWS's services that its own policy may let in.
    pub called_by: &'static [ServiceCall],
    /// What it does by itself once it is there.
    pub acts: Acts,
    /// What CloudFormation asks for it.
    pub handlers: Handlers,
    /// How it is read back once it is there.
    pub read_back: ReadBack,
    /// The property by which CloudFormation imports one that is there already and retained by its template; none, where a
    /// resource that is left behind does not stand in the way of the next.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html>
    pub imported_by: Option<&'static str>,
    /// What must not be done with it.
    pub forbidden: Forbidden,
}

/// Where a resource is made, and what AWS would make up for it.
#[derive(Debug)]
pub struct NewResource<'a> {
    /// The account, by its id.
    pub account: &'a str,
    /// The region, by its name.
    pub region: &'a str,
    /// The region's partition.
    pub partition: Partition,
    /// Its name in the template.
    pub logical_id: &'a str,
    /// The name that CloudFormation makes up where the template gives none.
    pub made_up_name: String,
    /// An id that no other resource has.
    pub unique_id: String,
}

/// What a resource is called once it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// What `Ref` returns.
    pub physical_id: String,
    /// Its ARN, where it has one.
    pub arn: Option<String>,
    /// What `Fn::GetAtt` returns.
    pub attributes: BTreeMap<&'static str, String>,
    /// What else only one resource of an account can have: a name whatever its case, a policy's place.
    pub taken: Vec<String>,
}

/// The policies that a resource has, or puts on others.
#[derive(Debug, Clone, Copy)]
pub enum Policies {
    /// None.
    None,
    /// A role's: its trust policy, its inline policies, its permissions boundary.
    OfRole,
    /// It is a policy itself, for roles.
    Managed,
    /// One on itself, in this property.
    OnItself(&'static str),
    /// One on itself that AWS makes of its ARN and its account, until a resource of another type puts another there.
    OnItselfByDefault(fn(&str, &str) -> Value),
    /// One on the bucket that a property names.
    OnBucket,
    /// One on the topics that a property lists.
    OnTopics,
    /// One on the queues that a property lists.
    OnQueues,
    /// One statement of a function's.
    StatementOnFunction,
}

/// What CloudFormation asks of AWS for a resource with the permissions of whoever deploys: the `handlers` of the type's schema,
/// without what the properties that we never write would take, and without what deletes data (buckets and keys are retained).
/// <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers>
///
/// `tests/interop/test_handlers.py` compares it with the schemas that cfn-lint carries.
#[derive(Debug, Clone, Copy)]
pub struct Handlers {
    /// Of what these are asked.
    pub on: AskedOf,
    /// What the ARN of that is made of.
    pub arn: ArnForm,
    /// What is asked of that.
    pub of_itself: &'static [&'static str],
    /// What is asked of no one resource: for these AWS knows none, or looks through all of an account.
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
    pub of_account: &'static [&'static str],
}

/// The resource that a handler's calls are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedOf {
    /// The resource itself.
    Itself,
    /// What has the ARN, or the ARNs, in this property.
    Arn(&'static str),
    /// The bucket that this property names.
    Bucket(&'static str),
    /// The function that this property names, or has the ARN of.
    Function(&'static str),
    /// The queues whose URLs this property lists.
    Queues(&'static str),
}

/// What an ARN is made of, as far as it is known before the resource is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArnForm {
    /// The resource's own name, behind this.
    Named {
        /// The service in the ARN.
        service: &'static str,
        /// What stands before the name: `alarm:`.
        before: &'static str,
    },
    /// A role's path and name.
    Role,
    /// A managed policy's path and name.
    Policy,
    /// A key's alias.
    Alias,
    /// A function's name.
    Function,
    /// A log group's name.
    LogGroup,
    /// A bucket's name.
    Bucket,
    /// AWS makes it up, or it is another resource's.
    Unknown,
}

/// How what stands in an account is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadBack {
    /// Drift detection looks at it: the type's schema has a handler that reads.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html>
    DriftDetection,
    /// SNS is asked for the policy of its topic.
    TopicPolicy,
    /// SQS is asked for the policy of its queue.
    QueuePolicy,
    /// CodeBuild is asked for the project.
    Project,
    /// Not at all.
    Nothing,
}

/// What a resource does by itself, in the delivery of artifacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acts {
    /// Nothing: others use it.
    Nothing,
    /// A bucket, which announces its new objects.
    Announces,
    /// A rule, which hands events on.
    Routes,
    /// A subscription, which delivers messages.
    Delivers,
    /// A function, which runs.
    Runs,
    /// A project, which builds.
    Builds,
    /// A pipeline, which deploys.
    Deploys,
}

/// What must not be done with a resource, and by whom: what the access proof asks AWS to deny.
#[derive(Debug, Clone, Copy)]
pub struct Forbidden {
    /// What changes who may use it, or what it is: for nobody of these but through CloudFormation.
    pub changes: &'static [&'static str],
    /// For whoever has nothing to do with the team.
    pub strangers: &'static [&'static str],
    /// For a developer, where it is in an account of somebody else.
    pub developers: &'static [&'static str],
    /// For what a repository's build runs.
    pub builds: &'static [&'static str],
    /// For an account that is deployed to, where it is in another.
    pub targets: &'static [&'static str],
    /// For the team's own program, past CloudFormation.
    pub program: &'static [&'static str],
    /// For the team's own program when it plans, through CloudFormation too.
    pub plans: &'static [&'static str],
    /// For the team's own program when it deploys, through CloudFormation too: what reads data, or loses it.
    pub deployments: &'static [&'static str],
}

impl Forbidden {
    /// Nothing that is worth asking: it holds nothing, and what it does to others is asked of those.
    pub const NOTHING: Self = Self {
        changes: &[],
        strangers: &[],
        developers: &[],
        builds: &[],
        targets: &[],
        program: &[],
        plans: &[],
        deployments: &[],
    };
}

/// The texts at a JSON pointer, in which `*` stands for each item of a list.
pub fn each_text<'a>(value: &'a Value, pointer: &str) -> Vec<&'a str> {
    let mut found = vec![value];
    for part in pointer.split('/').skip(1) {
        let inside = found.into_iter().flat_map(|value| -> Vec<&Value> {
            match part {
                "*" => value.as_array().into_iter().flatten().collect(),
                name => value.get(name).into_iter().collect(),
            }
        });
        found = inside.collect();
    }
    found.into_iter().filter_map(Value::as_str).collect()
}

impl Policies {
    /// Whether they decide who may do what.
    pub const fn decide_access(self) -> bool {
        match self {
            Self::None | Self::OnItselfByDefault(_) => false,
            Self::OfRole
            | Self::Managed
            | Self::OnItself(_)
            | Self::OnBucket
            | Self::OnTopics
            | Self::OnQueues
            | Self::StatementOnFunction => true,
        }
    }
}

impl NewResource<'_> {
    /// The name that a property gives, or one that is made up.
    pub fn name(&self, properties: &Value, property: &str) -> String {
        let given = properties.get(property).and_then(Value::as_str);
        given.map_or_else(|| self.made_up_name.clone(), ToOwned::to_owned)
    }

    /// An ARN in its region and account.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        let Self {
            partition,
            region,
            account,
            ..
        } = self;
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }

    /// An ARN of IAM, below the path that the properties give.
    pub fn iam_arn(&self, properties: &Value, kind: &str, name: &str) -> String {
        let path = properties.get("Path").and_then(Value::as_str).unwrap_or("/");
        format!("arn:{}:iam::{}:{kind}{path}{name}", self.partition, self.account)
    }
}

impl Identity {
    /// Of a resource whose ARN is the attribute `Arn`.
    pub fn with_arn(physical_id: String, arn: String) -> Self {
        Self {
            physical_id,
            attributes: BTreeMap::from([("Arn", arn.clone())]),
            arn: Some(arn),
            taken: Vec::new(),
        }
    }

    /// Of a resource that nothing refers to, with an id that AWS makes up.
    pub fn nameless(new: &NewResource<'_>) -> Self {
        Self::without_arn(format!("{}-{}", new.logical_id, new.unique_id))
    }

    /// Of a resource that has no ARN.
    pub fn without_arn(physical_id: String) -> Self {
        Self {
            physical_id,
            arn: None,
            attributes: BTreeMap::new(),
            taken: Vec::new(),
        }
    }

    /// The same with one more attribute.
    #[must_use]
    pub fn attribute(mut self, name: &'static str, value: String) -> Self {
        self.attributes.insert(name, value);
        self
    }

    /// The same with something that no other resource can have.
    #[must_use]
    pub fn taking(mut self, taken: String) -> Self {
        self.taken.push(taken);
        self
    }
}
