use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::stack_graph::StackGraph;
use crate::cloudformation::{PseudoValues, Stack, StackKey};
use crate::constructs::{Design, Instance};
use crate::diagnostic::Diagnostics;
use crate::model::{AccountId, Name, OWNER_TAG, Region, TeamName};
use crate::team::Team;

/// The output that tells which template a stack has.
pub const TEMPLATE_DIGEST: &str = "TemplateDigest";

/// What synth makes of a team: stacks in dependency order, and their templates. What is deployed is this, and
/// it is what [`Assembly::write`] writes.
#[derive(Debug, Clone)]
pub struct Assembly {
    head: Head,
    stacks: Vec<AssemblyStack>,
    templates: IndexMap<Digest, Arc<str>>,
    warnings: Diagnostics,
}

/// Whose an assembly is.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head {
    pub(super) team: TeamName,
    pub(super) build_account: AccountId,
    pub(super) primary_region: Region,
}

/// The SHA-256 of some bytes, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Digest(Arc<str>);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        use fmt::Write as _;
        let mut hexadecimal = String::with_capacity(64);
        for byte in Sha256::digest(bytes) {
            // Writing to a string cannot fail.
            let _ = write!(hexadecimal, "{byte:02x}");
        }
        Self(hexadecimal.into())
    }

    /// A digest as it was written.
    pub(super) fn from_hexadecimal(digits: &str) -> Self {
        Self(digits.into())
    }

    /// Its 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// A stack's address: account, region and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct StackId(Arc<str>);

impl StackId {
    fn of(instance: &Instance) -> Self {
        Self(format!("{}/{}/{}", instance.account, instance.region, instance.name).into())
    }

    /// `111111111111/us-east-1/acme-build`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for StackId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for StackId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// A stack of the assembly.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssemblyStack {
    /// Its address.
    pub id: StackId,
    /// Its name.
    pub stack_name: String,
    /// The account it stands in.
    pub account: AccountId,
    /// The region it stands in.
    pub region: Region,
    /// Whose it is, where it is a developer's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub developer: Option<Name>,
    /// The service that it is for, where it is for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<Name>,
    /// The digest of its template, `templates/<digest>.json`.
    pub template: Digest,
    /// The parameters of its template.
    pub parameters: IndexMap<Arc<str>, ParameterValue>,
    /// The stacks that must be there before it.
    pub depends_on: Vec<StackId>,
    /// What CloudFormation wants acknowledged.
    pub capabilities: &'static [&'static str],
    /// Its tags, which CloudFormation passes on to its resources.
    pub tags: Arc<IndexMap<String, String>>,
}

impl AssemblyStack {
    /// What pseudo parameters stand for in it.
    pub(crate) fn pseudo_parameters(&self) -> PseudoValues<'_> {
        PseudoValues {
            account: self.account.as_str(),
            region: self.region.as_str(),
            partition: self.region.partition(),
            stack_name: &self.stack_name,
            stack_id: None,
        }
    }
}

/// Where the value of a parameter comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ParameterValue {
    /// The program.
    Value(String),
    /// Another stack, once it is there.
    Output {
        /// Which stack.
        stack: StackId,
        /// Which of its outputs.
        output: Arc<str>,
    },
}

impl Assembly {
    pub(super) fn of(team: &Team, design: &Design, graph: &StackGraph) -> Self {
        let mut templates = IndexMap::new();
        let mut digests: BTreeMap<&StackKey, Digest> = BTreeMap::new();
        for (key, stack) in &design.stacks {
            let template = template_text(stack);
            let digest = Digest::of(&template);
            digests.insert(key, digest.clone());
            templates.entry(digest).or_insert_with(|| Arc::from(template));
        }
        let ids: Vec<StackId> = design.instances.iter().map(StackId::of).collect();
        let places = Places::of(design, &ids);
        let tags = Arc::new(tags(team));

        let mut by_stack: BTreeMap<&StackKey, Vec<(&Instance, &StackId)>> = BTreeMap::new();
        for (instance, id) in design.instances.iter().zip(&ids) {
            by_stack.entry(&instance.stack).or_default().push((instance, id));
        }
        let mut stacks = Vec::with_capacity(ids.len());
        for key in graph.order() {
            let (Some(stack), Some(template)) = (design.stacks.get(key), digests.get(key)) else {
                continue;
            };
            let imported = imported(stack);
            let capabilities = capabilities(stack);
            for (instance, id) in by_stack.get(key).into_iter().flatten() {
                let mut depends_on: Vec<StackId> = graph
                    .needs(key)
                    .flat_map(|(needed, _)| places.of_needed(needed, instance.developer))
                    .cloned()
                    .collect();
                depends_on.sort_unstable();
                stacks.push(AssemblyStack {
                    id: (*id).clone(),
                    stack_name: instance.name.clone(),
                    account: instance.account,
                    region: instance.region,
                    developer: instance.developer,
                    service: instance.service,
                    template: template.clone(),
                    parameters: parameters(&imported, instance, &places),
                    depends_on,
                    capabilities,
                    tags: Arc::clone(&tags),
                });
            }
        }
        let head = Head {
            team: team.name(),
            build_account: team.world.build.account,
            primary_region: team.world.build.region,
        };
        Self::from_parts(head, stacks, templates)
    }

    pub(super) fn from_parts(
        head: Head,
        stacks: Vec<AssemblyStack>,
        templates: IndexMap<Digest, Arc<str>>,
    ) -> Self {
        Self {
            head,
            stacks,
            templates,
            warnings: Diagnostics::new(),
        }
    }

    pub(super) fn with_warnings(mut self, warnings: Diagnostics) -> Self {
        self.warnings = warnings;
        self
    }

    /// What may go wrong with it and stops nothing: quotas that AWS raises. They are not written with it.
    pub fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// The team's name.
    pub fn team(&self) -> TeamName {
        self.head.team
    }

    /// The account that everything is delivered from.
    pub fn build_account(&self) -> AccountId {
        self.head.build_account
    }

    /// The build account's primary region.
    pub fn primary_region(&self) -> Region {
        self.head.primary_region
    }

    /// The stacks, each after those that it needs.
    pub fn stacks(&self) -> &[AssemblyStack] {
        &self.stacks
    }

    /// The templates by digest.
    pub fn templates(&self) -> &IndexMap<Digest, Arc<str>> {
        &self.templates
    }

    /// The template of a stack.
    pub fn template(&self, stack: &AssemblyStack) -> &str {
        self.templates
            .get(&stack.template)
            .map_or("", |template| template)
    }
}

/// Which instances a stack's needs are met by.
struct Places<'a> {
    shared: BTreeMap<StackKey, Vec<&'a StackId>>,
    own: BTreeMap<(StackKey, Name), &'a StackId>,
}

impl<'a> Places<'a> {
    fn of(design: &'a Design, ids: &'a [StackId]) -> Self {
        let mut places = Self {
            shared: BTreeMap::new(),
            own: BTreeMap::new(),
        };
        for (instance, id) in design.instances.iter().zip(ids) {
            match instance.developer {
                Some(developer) => {
                    places.own.insert((instance.stack.clone(), developer), id);
                }
                None => places.shared.entry(instance.stack.clone()).or_default().push(id),
            }
        }
        places
    }

    /// A developer's stack is met by that developer's own, and by those there is one of.
    fn of_needed(&self, needed: &StackKey, developer: Option<Name>) -> impl Iterator<Item = &'a StackId> {
        let own = developer.and_then(|developer| self.own.get(&(needed.clone(), developer)));
        let shared = self.shared.get(needed).into_iter().flatten();
        own.into_iter().chain(shared).copied()
    }
}

/// Parameter, providing stack and output of everything that is carried over.
fn imported(stack: &Stack) -> IndexMap<Arc<str>, (&StackKey, Arc<str>)> {
    let mut imported = IndexMap::new();
    for import in stack.imports() {
        if let Some(carried) = &import.carried {
            imported
                .entry(carried.parameter.name().into())
                .or_insert_with(|| (&import.provider, Arc::from(carried.output.as_str())));
        }
    }
    imported
}

fn parameters(
    imported: &IndexMap<Arc<str>, (&StackKey, Arc<str>)>,
    instance: &Instance,
    places: &Places<'_>,
) -> IndexMap<Arc<str>, ParameterValue> {
    let mut parameters = IndexMap::with_capacity(imported.len() + instance.parameters.len());
    for (name, (provider, output)) in imported {
        if let Some(stack) = places.of_needed(provider, instance.developer).next() {
            let value = ParameterValue::Output {
                stack: stack.clone(),
                output: Arc::clone(output),
            };
            parameters.insert(Arc::clone(name), value);
        }
    }
    for (name, value) in &instance.parameters {
        parameters.insert(name.as_str().into(), ParameterValue::Value(value.clone()));
    }
    parameters
}

fn tags(team: &Team) -> IndexMap<String, String> {
    let mut tags = IndexMap::from([(OWNER_TAG.to_owned(), team.name().to_string())]);
    for tag in team.world.tags.iter() {
        tags.insert(tag.key.to_string(), tag.value.to_string());
    }
    tags
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
fn capabilities(stack: &Stack) -> &'static [&'static str] {
    let mut resources = stack.template().resources().values();
    if resources.any(|resource| resource.kind().needs_capability()) {
        &["CAPABILITY_NAMED_IAM"]
    } else {
        &[]
    }
}

/// A template as people read it: a space for each level, and a new line at the end.
///
/// Its last output is the digest of the rest, so that one look at a stack tells whether its template is this
/// one. (A tag could say it too, but CloudFormation passes tags on: each change would touch every resource.)
fn template_text(stack: &Stack) -> String {
    // Maps with string keys, lists and scalars: nothing of that can fail.
    let content = serde_json::to_vec(stack.template()).unwrap_or_default();
    let digest = Digest::of(&content);
    let description = "Tells pipeline-dsl whether the template has changed";
    let template = stack
        .template()
        .clone()
        .with_output(TEMPLATE_DIGEST, description, digest.as_str().into());
    // White space is about as much again.
    pretty(&template, content.len() * 2)
}

/// JSON with a space for each level.
pub(super) fn pretty(value: &impl Serialize, expected_bytes: usize) -> String {
    let mut bytes = Vec::with_capacity(expected_bytes);
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    // Maps with string keys, lists and scalars, into memory: nothing of that can fail, and JSON is UTF-8.
    let _ = value.serialize(&mut serializer);
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}
