//! Buildspecs that stand in the program: what CodeBuild cannot read in them, and what does not go with the pipeline.
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html>

use serde_norway::{Mapping, Value};

use crate::model::is_near;
use crate::team::artifact::Artifact;
use crate::team::build::code_build::CodeBuild;
use crate::team::pipeline::Definition;

const KEYS: [&str; 9] = [
    "version",
    "run-as",
    "env",
    "proxy",
    "batch",
    "phases",
    "reports",
    "artifacts",
    "cache",
];
const PHASES: [&str; 4] = ["install", "pre_build", "build", "post_build"];
const OF_PHASE: [&str; 5] = ["run-as", "on-failure", "runtime-versions", "commands", "finally"];
const OF_ARTIFACT: [&str; 8] = [
    "files",
    "name",
    "discard-paths",
    "base-directory",
    "exclude-paths",
    "enable-symlinks",
    "s3-prefix",
    "secondary-artifacts",
];

/// What is wrong with a buildspec, and the mend.
pub(super) struct Mistake {
    pub(super) problem: String,
    pub(super) mend: String,
}

/// Every mistake in a buildspec. Keys that are unlike all of CodeBuild's are let through: they may be anchors of YAML.
pub(super) fn mistakes(text: &str, pipeline: &Definition, build: &CodeBuild) -> Vec<Mistake> {
    let mut found = Found::default();
    match serde_norway::from_str::<Value>(text) {
        Err(error) => found.add(format!("is no YAML: {error}"), mend_of_syntax(text)),
        Ok(mut spec) => {
            // What cannot be merged is left as it is.
            let _ = spec.apply_merge();
            match spec.as_mapping() {
                Some(spec) => of_spec(spec, pipeline, build, &mut found),
                None => found.add("has no keys", "begin it with `version: 0.2`, and `phases:` below"),
            }
        }
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<Mistake>);

impl Found {
    fn add(&mut self, problem: impl Into<String>, mend: impl Into<String>) {
        self.0.push(Mistake {
            problem: problem.into(),
            mend: mend.into(),
        });
    }

    /// Adds the keys that are misspelt, and says which keys they were meant for.
    fn misspelt<'a>(&mut self, place: &str, mapping: &Mapping, known: &[&'a str]) -> Vec<&'a str> {
        let mut meant = Vec::new();
        for key in mapping.keys().filter_map(Value::as_str) {
            if !known.contains(&key)
                && let Some(near) = nearest(key, known)
            {
                self.add(
                    format!("has `{key}` {place}, which CodeBuild does not know"),
                    format!("did you mean `{near}`?"),
                );
                meant.push(near);
            }
        }
        meant
    }
}

fn of_spec(spec: &Mapping, pipeline: &Definition, build: &CodeBuild, found: &mut Found) {
    version(spec.get("version"), found);
    let meant = found.misspelt("at the left", spec, &KEYS);
    let outside = PHASES.into_iter().chain(["commands"]);
    let outside: Vec<&str> = outside.filter(|key| spec.contains_key(*key)).collect();
    for key in &outside {
        found.add(
            format!("has `{key}` beside `phases`"),
            if *key == "commands" {
                "indent it under its phase, such as `build`, and that under `phases`"
            } else {
                "indent it under `phases`"
            },
        );
    }
    match spec.get("phases") {
        Some(Value::Mapping(phases)) => self::phases(phases, found),
        _ if meant.contains(&"phases") || !outside.is_empty() => {}
        _ => found.add(
            "has no `phases`",
            "say what is done: `phases: { build: { commands: [make] } }`",
        ),
    }
    match spec.get("artifacts") {
        Some(Value::Mapping(artifacts)) => self::artifacts(artifacts, pipeline, found),
        _ if meant.contains(&"artifacts") => {}
        _ => found.add(
            "makes no artifact: it has no `artifacts`",
            "name the files that are delivered: `artifacts: { files: ['**/*'], base-directory: out }`",
        ),
    }
    let writes = |action: &String| action.starts_with("codebuild:");
    let permissions = build.permissions.iter();
    let mut granted =
        permissions.flat_map(|permissions| permissions.grants.iter().flat_map(|grant| &grant.actions));
    let reports = spec.get("reports").and_then(Value::as_mapping);
    if reports.is_some_and(|reports| !reports.is_empty()) && !build.writes_reports && !granted.any(writes) {
        found.add(
            "has `reports`, which the build may not write",
            "write `.reports()` too",
        );
    }
}

fn version(version: Option<&Value>, found: &mut Found) {
    let mend = "write `version: 0.2`";
    match version.map(written) {
        Some(version) if matches!(version.as_str(), "0.1" | "0.2") => {}
        Some(version) => found.add(
            format!("has version `{version}`, and there are 0.1 and 0.2"),
            mend,
        ),
        None => found.add("has no `version` at the left", mend),
    }
}

fn phases(phases: &Mapping, found: &mut Found) {
    for (name, phase) in phases {
        let Some(name) = name.as_str() else {
            continue;
        };
        if OF_PHASE.contains(&name) {
            found.add(
                format!("has `{name}` beside the phases"),
                "indent it under its phase, such as `build`",
            );
        } else if !PHASES.contains(&name) {
            let mend = match nearest(name, &PHASES) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write its commands into one of `install`, `pre_build`, `build` and `post_build`"
                    .to_owned(),
            };
            found.add(format!("has phase `{name}`, which CodeBuild does not know"), mend);
        }
        if let Value::Mapping(phase) = phase {
            found.misspelt(&format!("in phase `{name}`"), phase, &OF_PHASE);
            for list in ["commands", "finally"] {
                if let Some(list) = phase.get(list) {
                    commands(name, list, found);
                }
            }
        }
    }
}

/// Commands are texts. What has a colon and a space in it is a mapping, unless it is quoted.
fn commands(phase: &str, list: &Value, found: &mut Found) {
    let commands = list
        .as_sequence()
        .map_or(std::slice::from_ref(list), Vec::as_slice);
    for command in commands {
        let Value::Mapping(command) = command else {
            continue;
        };
        let entries = command
            .iter()
            .map(|(key, value)| format!("{}: {}", written(key), written(value)));
        let command = entries.collect::<Vec<_>>().join(" ");
        found.add(
            format!("has a command in phase `{phase}` that is no text, `{command}`"),
            format!(
                "quote it, for `: ` makes a key of what stands before it: `- '{}'`",
                command.replace('\'', "''")
            ),
        );
    }
}

fn artifacts(artifacts: &Mapping, pipeline: &Definition, found: &mut Found) {
    let meant = found.misspelt("under `artifacts`", artifacts, &OF_ARTIFACT);
    if let Some(first) = pipeline.sources.first()
        && !artifacts.contains_key("files")
        && !meant.contains(&"files")
    {
        found.add(
            format!("names no files of `{}`, the first artifact", first.key),
            "write them under `artifacts`: `files: ['**/*']`",
        );
    }
    let none = Mapping::new();
    let secondary = artifacts.get("secondary-artifacts").and_then(Value::as_mapping);
    if !meant.contains(&"secondary-artifacts") {
        self::secondary(secondary.unwrap_or(&none), pipeline, found);
    }
}

/// The artifacts of the pipeline but the first, each by its identifier.
fn secondary(made: &Mapping, pipeline: &Definition, found: &mut Found) {
    let wanted = pipeline.sources.iter().skip(1);
    let wanted: Vec<(String, &Artifact)> = wanted.map(|source| (source.build_identifier(), source)).collect();
    let mut lacking: Vec<&(String, &Artifact)> = wanted
        .iter()
        .filter(|(identifier, _)| !made.contains_key(identifier.as_str()))
        .collect();
    let is_wanted = |name: &str| wanted.iter().any(|(identifier, _)| identifier == name);
    let unknown: Vec<&str> = made
        .keys()
        .filter_map(Value::as_str)
        .filter(|name| !is_wanted(name))
        .collect();
    for name in &unknown {
        let is_meant = |(identifier, _): &&(String, &Artifact)| {
            identifier.starts_with(name) || is_near(identifier.as_bytes(), name.as_bytes(), 2)
        };
        let only = unknown.len() == 1 && lacking.len() == 1;
        if let Some(position) = lacking.iter().position(|each| only || is_meant(each)) {
            let (identifier, source) = lacking.remove(position);
            found.add(
                format!(
                    "makes secondary artifact `{name}`, and `{}` is called `{identifier}`",
                    source.key
                ),
                format!(
                    "write `{identifier}:` there, or say its name in the program: `.identifier(\"{name}\")`"
                ),
            );
        } else {
            found.add(
                format!("makes secondary artifact `{name}`, which the pipeline does not have"),
                "take it out, or make it a source of the pipeline: `pipeline.source(Artifact::key(…))`",
            );
        }
    }
    for (identifier, source) in lacking {
        found.add(
            format!("does not make `{}`, an artifact of the pipeline", source.key),
            format!("name its files under `secondary-artifacts`: `{identifier}: {{ files: ['**/*'] }}`"),
        );
    }
    for (name, artifact) in made {
        if let (Some(name), Some(artifact)) = (name.as_str(), artifact.as_mapping())
            && is_wanted(name)
            && !artifact.contains_key("files")
        {
            found.add(
                format!("names no files of secondary artifact `{name}`"),
                format!("write them: `{name}: {{ files: ['**/*'] }}`"),
            );
        }
    }
}

/// The key that another one was meant for. Few letters are soon like others.
fn nearest<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    let most = if key.len() < 5 { 1 } else { 2 };
    let mut by_letters = (0..=most).flat_map(|letters| known.iter().map(move |known| (letters, *known)));
    by_letters
        .find(|(letters, known)| is_near(key.as_bytes(), known.as_bytes(), *letters))
        .map(|(_, known)| known)
}

/// A scalar as it is written.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null => String::new(),
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => "…".to_owned(),
    }
}

fn mend_of_syntax(text: &str) -> &'static str {
    let has_tab = |line: &str| {
        let indentation = line.chars().take_while(|c| c.is_whitespace());
        indentation.into_iter().any(|c| c == '\t')
    };
    if text.lines().any(has_tab) {
        "indent it with spaces: YAML has no tabs there"
    } else {
        "write it as YAML, each level two spaces further to the right; quote commands that have `: ` in them"
    }
}
