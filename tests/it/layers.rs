//! A module names only lower layers: the house of the design, read off the `use` lines.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers, lowest first. `local` is AWS, and knows no more of us than AWS does.
const LAYERS: [&str; 14] = [
    "diagnostic",
    "model",
    "policy",
    "cloudformation",
    "team",
    "constructs",
    "synth",
    "proof",
    "deploy",
    "delivery",
    "local",
    "rehearsal",
    "check",
    "cli",
];

fn allowed(module: &str, named: &str) -> bool {
    let layer = |name| LAYERS.iter().position(|layer| *layer == name);
    let (Some(own), Some(other)) = (layer(module), layer(named)) else {
        return true;
    };
    match module {
        "local" => own == other || other <= 3,
        // Who rehearses plays in the local cloud.
        _ => other <= own && named != "local" || matches!(module, "cli" | "rehearsal"),
    }
}

/// Prove and deploy what was written, not what was meant.
fn sees_constructs(module: &str) -> bool {
    !matches!(module, "proof" | "deploy" | "delivery" | "local")
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.extend(
                path.extension()
                    .is_some_and(|extension| extension == "rs")
                    .then_some(path),
            ),
        }
    }
}

#[test]
fn each_module_names_only_lower_ones() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipeline-dsl/src");
    let mut found = Vec::new();
    files(&source, &mut found);
    assert!(found.len() > 80);
    let mut wrong = Vec::new();
    for path in found {
        let inside = path.strip_prefix(&source).unwrap();
        let module = inside
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs");
        if matches!(module, "lib" | "prelude") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        // Tests may look around.
        let code = text.split("#[cfg(test)]").next().unwrap();
        for rest in code.split("crate::").skip(1) {
            let named = rest
                .split(|c: char| !c.is_ascii_lowercase() && c != '_')
                .next()
                .unwrap();
            // What the program declares is what deployments are proved against.
            let meant = named == "constructs" || (named == "team" && module != "proof");
            if !allowed(module, named) || (!sees_constructs(module) && meant) {
                wrong.push(format!("{} names {named}", inside.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn one_module_names_the_sdk() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipeline-dsl/src");
    let mut found = Vec::new();
    files(&source, &mut found);
    let mut named = found
        .iter()
        .filter(|path| fs::read_to_string(path).unwrap().contains("aws_sdk_"))
        .map(|path| path.strip_prefix(&source).unwrap().parent().unwrap());
    assert!(named.all(|module| module == Path::new("deploy/aws")));
}
