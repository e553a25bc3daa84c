//! The archives that builds make: the files that pipelines name.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write as _};

use serde_json::{Map, Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::cloudformation::types::WAIT_CONDITION_HANDLE;
use crate::local::runtime::Pipeline;
use crate::synth::Digest;

/// What pipelines want to find in an artifact.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Each file with the parameters that are given to it.
    files: BTreeMap<String, BTreeSet<String>>,
    /// Whether its files are assets.
    has_assets: bool,
}

/// What pipelines want to find in the artifact of a key.
pub(super) fn wanted<'a>(pipelines: impl Iterator<Item = &'a Pipeline>, key: &str) -> Wanted {
    let mut wanted = Wanted::default();
    let files = &mut wanted.files;
    for pipeline in pipelines {
        let source = pipeline.sources().find(|source| source.key == key);
        let Some(artifact) = source.and_then(|source| source.output) else {
            continue;
        };
        wanted.has_assets |= pipeline.assets().any(|archive| archive == artifact);
        for create in pipeline.change_sets() {
            let overrides = create.parameter_overrides.as_deref().unwrap_or_default();
            let overrides: Value = serde_json::from_str(overrides).unwrap_or_default();
            let parameters = overrides.as_object().into_iter().flatten();
            let parameters: Vec<String> = parameters.map(|(name, _)| name.clone()).collect();
            if let Some(file) = file_of(&create.template, artifact) {
                files.entry(file).or_default().extend(parameters);
            }
            let configuration = create.configuration.as_deref();
            if let Some(file) = configuration.and_then(|path| file_of(path, artifact)) {
                files.entry(file).or_default();
            }
        }
    }
    wanted
}

/// `Artifact::file`, where it is of this artifact.
fn file_of(path: &str, artifact: &str) -> Option<String> {
    let (of, file) = path.split_once("::")?;
    (of == artifact).then(|| file.to_owned())
}

/// An archive with these files, told apart from every other build's by its number.
pub(super) fn of(wanted: &Wanted, build: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // The same build makes the same bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let build_file = ("build.txt".to_owned(), build.to_owned());
    let asset = wanted
        .has_assets
        .then(|| (format!("assets/{}.zip", short_digest(build)), build.to_owned()));
    let files = wanted
        .files
        .iter()
        .map(|(path, parameters)| (path.clone(), template(parameters, build)));
    for (path, text) in files.chain(asset).chain([build_file]) {
        // Writing to memory does not fail, and a name that no archive can have leaves the file out.
        if archive.start_file(path, options).is_ok() {
            let _ = archive.write_all(text.as_bytes());
        }
    }
    archive.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// A template whose one resource is new with every build.
fn template(parameters: &BTreeSet<String>, build: &str) -> String {
    let declared = parameters
        .iter()
        .map(|name| (name.clone(), json!({"Type": "String"})))
        .collect::<Map<_, _>>();
    let logical_id = short_digest(build);
    let handle = json!({"Type": WAIT_CONDITION_HANDLE});
    json!({
        "Description": format!("Rehearsed: {build}"),
        "Parameters": declared,
        "Resources": {format!("Build{logical_id}"): handle},
    })
    .to_string()
}

/// So many digits as tell one build from another.
fn short_digest(build: &str) -> String {
    Digest::of(build).as_str().chars().take(12).collect()
}
