//! Reads an assembly back: what was written can be deployed without the program that wrote it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use super::assembly::{Assembly, AssemblyStack, Digest, Head, ParameterValue, StackId};
use super::write::VERSION;

/// An assembly could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A file could not be read.
    #[error("could not read `{file}`")]
    Io {
        /// The file, from the assembly's directory.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// The manifest is not JSON.
    #[error("`manifest.json` is not JSON")]
    Json(#[from] serde_json::Error),
    /// The manifest was written by another version.
    #[error("`manifest.json` is of version {found}; this program reads version {VERSION}: synthesize again")]
    Version {
        /// Which.
        found: u64,
    },
    /// Something is missing in the manifest, or is not what it should be.
    #[error("`manifest.json` has no valid `{0}`")]
    Missing(&'static str),
}

impl Assembly {
    /// Reads the assembly that [`Assembly::write`] wrote into a directory.
    ///
    /// # Errors
    /// When a file is missing, or is not what `write` writes.
    pub fn read(directory: &Path) -> Result<Self, ReadError> {
        let read = |file: &str| {
            fs::read_to_string(directory.join(file)).map_err(|source| ReadError::Io {
                file: file.to_owned(),
                source,
            })
        };
        Self::from_manifest(&read("manifest.json")?, |digest| {
            read(&format!("templates/{digest}.json"))
        })
    }

    /// The assembly of a manifest, with its templates from wherever they are.
    ///
    /// # Errors
    /// When the manifest is not one, or a template is missing.
    pub fn from_manifest(
        manifest: &str,
        mut template: impl FnMut(&Digest) -> Result<String, ReadError>,
    ) -> Result<Self, ReadError> {
        let manifest: Value = serde_json::from_str(manifest)?;
        let version = field(&manifest, "version")
            .and_then(|version| version.as_u64().ok_or(ReadError::Missing("version")))?;
        if version != u64::from(VERSION) {
            return Err(ReadError::Version { found: version });
        }
        let stacks = field(&manifest, "stacks")?
            .as_array()
            .ok_or(ReadError::Missing("stacks"))?;
        let stacks: Vec<AssemblyStack> = stacks.iter().map(stack).collect::<Result<_, _>>()?;
        let mut templates = IndexMap::new();
        for AssemblyStack { template: digest, .. } in &stacks {
            if !templates.contains_key(digest) {
                templates.insert(digest.clone(), Arc::from(template(digest)?));
            }
        }
        let head = Head {
            team: parsed(&manifest, "team")?,
            build_account: parsed(&manifest, "buildAccount")?,
            primary_region: parsed(&manifest, "primaryRegion")?,
        };
        Ok(Self::from_parts(head, stacks, templates))
    }
}

fn field<'a>(value: &'a Value, name: &'static str) -> Result<&'a Value, ReadError> {
    value.get(name).ok_or(ReadError::Missing(name))
}

fn text<'a>(value: &'a Value, name: &'static str) -> Result<&'a str, ReadError> {
    field(value, name)?.as_str().ok_or(ReadError::Missing(name))
}

fn parsed<T: std::str::FromStr>(value: &Value, name: &'static str) -> Result<T, ReadError> {
    text(value, name)?.parse().map_err(|_| ReadError::Missing(name))
}

fn optional<T: std::str::FromStr>(value: &Value, name: &'static str) -> Result<Option<T>, ReadError> {
    value.get(name).map(|_| parsed(value, name)).transpose()
}

fn stack(value: &Value) -> Result<AssemblyStack, ReadError> {
    let parameters = field(value, "parameters")?
        .as_object()
        .ok_or(ReadError::Missing("parameters"))?;
    let depends_on = field(value, "dependsOn")?
        .as_array()
        .ok_or(ReadError::Missing("dependsOn"))?;
    let capabilities = field(value, "capabilities")?;
    let tags = field(value, "tags")?
        .as_object()
        .ok_or(ReadError::Missing("tags"))?;
    let id = |value: &Value| {
        value
            .as_str()
            .map(StackId::from)
            .ok_or(ReadError::Missing("dependsOn"))
    };
    let tag = |(key, value): (&String, &Value)| {
        let value = value.as_str().ok_or(ReadError::Missing("tags"))?;
        Ok((key.clone(), value.to_owned()))
    };
    Ok(AssemblyStack {
        id: StackId::from(text(value, "id")?),
        stack_name: text(value, "stackName")?.to_owned(),
        account: parsed(value, "account")?,
        region: parsed(value, "region")?,
        developer: optional(value, "developer")?,
        service: optional(value, "service")?,
        template: Digest::from_hexadecimal(text(value, "template")?),
        parameters: parameters
            .iter()
            .map(|(name, value)| Ok((Arc::from(name.as_str()), parameter(value)?)))
            .collect::<Result<_, ReadError>>()?,
        depends_on: depends_on.iter().map(id).collect::<Result<_, _>>()?,
        capabilities: if capabilities.as_array().is_some_and(std::vec::Vec::is_empty) {
            &[]
        } else {
            &["CAPABILITY_NAMED_IAM"]
        },
        tags: Arc::new(tags.iter().map(tag).collect::<Result<_, ReadError>>()?),
    })
}

fn parameter(value: &Value) -> Result<ParameterValue, ReadError> {
    if let Some(output) = value.get("output") {
        return Ok(ParameterValue::Output {
            stack: StackId::from(text(output, "stack")?),
            output: Arc::from(text(output, "output")?),
        });
    }
    Ok(ParameterValue::Value(text(value, "value")?.to_owned()))
}
