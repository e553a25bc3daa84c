//! A module names only lower layers: the house of the design, read off the `use` lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The layers, lowest first, each with the lower ones that it names. `proof` and `deploy` see what was written, never the
/// construct that wrote it; `local` is AWS, and knows no more of us than AWS does.
const LAYERS: [(&str, &[&str]); 15] = [
    ("diagnostic", &[]),
    ("model", &[]),
    ("policy", &["model"]),
    ("cloudformation", &["model", "policy"]),
    ("local", &["cloudformation", "model", "policy"]),
    ("team", &["cloudformation", "diagnostic", "model", "policy"]),
    ("needs", &["cloudformation", "policy", "team"]),
    ("constructs", &["cloudformation", "model", "policy", "team"]),
    (
        "synth",
        &["cloudformation", "constructs", "diagnostic", "model", "team"],
    ),
    (
        "proof",
        &["cloudformation", "diagnostic", "model", "policy", "synth", "team"],
    ),
    ("deploy", &["cloudformation", "model", "synth"]),
    ("delivery", &["cloudformation", "deploy", "model", "synth"]),
    (
        "check",
        &["cloudformation", "deploy", "diagnostic", "proof", "synth", "team"],
    ),
    (
        "rehearsal",
        &[
            "cloudformation",
            "constructs",
            "local",
            "model",
            "policy",
            "proof",
            "synth",
            "team",
        ],
    ),
    (
        "cli",
        &[
            "check",
            "cloudformation",
            "delivery",
            "deploy",
            "diagnostic",
            "local",
            "model",
            "needs",
            "policy",
            "proof",
            "rehearsal",
            "synth",
            "team",
        ],
    ),
];

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found)
        } else {
            found.extend(
                path.extension()
                    .is_some_and(|extension| extension == "rs")
                    .then_some(path),
            )
        }
    }
}

#[test]
fn each_layer_names_the_lower_ones_that_it_says() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&source, &mut found);
    assert!(found.len() > 80);
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in found {
        let inside = path.strip_prefix(&source).unwrap();
        let layer = inside
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs");
        if matches!(layer, "lib" | "prelude") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        // Tests may look around.
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lower = named.entry(layer.to_owned()).or_default();
        for rest in code.split("crate::").skip(1) {
            let other = rest
                .split(|c: char| !c.is_ascii_lowercase() && c != '_')
                .next()
                .unwrap();
            if other != layer && LAYERS.iter().any(|(layer, _)| *layer == other) {
                lower.insert(other.to_owned());
            }
        }
    }
    let said: BTreeMap<String, BTreeSet<String>> = LAYERS
        .iter()
        .map(|(layer, lower)| {
            let lower = lower.iter().map(|each| (*each).to_owned());
            ((*layer).to_owned(), lower.collect())
        })
        .collect();
    assert_eq!(named, said);
    for (position, (layer, lower)) in LAYERS.iter().enumerate() {
        let below: Vec<&str> = LAYERS[..position].iter().map(|(layer, _)| *layer).collect();
        assert!(
            lower.iter().all(|each| below.contains(each)),
            "{layer} names what is not below it"
        );
    }
}

#[test]
fn one_module_names_the_sdk() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&source, &mut found);
    let mut named = found
        .iter()
        .filter(|path| fs::read_to_string(path).unwrap().contains("aws_sdk_"))
        .map(|path| path.strip_prefix(&source).unwrap().parent().unwrap());
    assert!(named.all(|module| module.starts_with("deploy/aws")));
}

/// The folders in which files and folders may not name each other in a circle.
const WITHOUT_CIRCLES: [&str; 14] = [
    "rehearsal",
    "cli",
    "team",
    "policy",
    "constructs",
    "cloudformation",
    "model",
    "synth",
    "proof",
    "deploy",
    "delivery",
    "local",
    "check",
    "diagnostic",
];

/// The paths that a piece of code names, from `crate` on: `use` lines with their braces, and paths in the code.
fn named_paths(code: &str, own: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (start, root) in code.match_indices("crate::").chain(code.match_indices("super::")) {
        let before = code[..start].chars().next_back();
        // A visibility names no item.
        if code[..start].ends_with("pub(in ") {
            continue;
        }
        // `super::super::` is read from its first word on.
        if before.is_some_and(|before| before.is_alphanumeric() || before == '_' || before == ':') {
            continue;
        }
        let mut path = match root {
            "crate::" => Vec::new(),
            _ => own[..own.len() - 1].to_vec(),
        };
        let mut rest = &code[start + root.len()..];
        while let Some(further) = rest.strip_prefix("super::") {
            path.pop();
            rest = further;
        }
        tree(rest, &path, &mut found);
    }
    found
}

/// Reads `a::b`, or `a::{b, c::d}`; what follows it.
fn tree<'a>(text: &'a str, path: &[String], found: &mut Vec<Vec<String>>) -> &'a str {
    let mut path = path.to_vec();
    let mut rest = text.trim_start();
    loop {
        if let Some(mut inside) = rest.strip_prefix('{') {
            loop {
                inside = tree(inside, &path, found).trim_start();
                match inside.strip_prefix(',') {
                    Some(next) if !next.trim_start().starts_with('}') => inside = next,
                    Some(next) => return &next.trim_start()[1..],
                    None => return inside.strip_prefix('}').unwrap_or(inside),
                }
            }
        }
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        path.push(word.to_owned());
        match after.strip_prefix("::") {
            Some(after) if !after.starts_with('<') => rest = after,
            _ => {
                found.push(path);
                return after;
            }
        }
    }
}

/// A file as a path of modules: `deploy/stack/mod.rs` is `deploy`, `stack`, `mod`.
fn module_path(inside: &Path) -> Vec<String> {
    inside
        .with_extension("")
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn no_files_and_folders_name_each_other_in_a_circle() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&source, &mut found);
    // For each folder: which of its files and folders names which.
    let mut folders: BTreeMap<Vec<String>, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for file in &found {
        let own = module_path(file.strip_prefix(&source).unwrap());
        if !WITHOUT_CIRCLES.contains(&own[0].as_str()) || is_test(file) {
            continue;
        }
        let text = fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let code: String = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .map(|line| format!("{line}\n"))
            .collect();
        for named in named_paths(&code, &own) {
            for depth in 1..own.len() {
                let folder = own[..depth].to_vec();
                if named.len() < depth || named[..depth] != folder[..] {
                    break;
                }
                let from = &own[depth];
                // What is no file or folder of it is an item of its `mod.rs`.
                let to = named.get(depth).map_or("mod", String::as_str);
                let below = folder.iter().fold(source.clone(), |path, part| path.join(part));
                let is_sibling = below.join(to).is_dir() || below.join(format!("{to}.rs")).is_file();
                let to = if is_sibling { to } else { "mod" };
                // `mod.rs` only names what is below it; its own items are named as such.
                if from != to {
                    let edges = folders.entry(folder).or_default();
                    edges.entry(from.clone()).or_default().insert(to.to_owned());
                    break;
                }
            }
        }
        // What a `mod.rs` gives on.
        if own.last().is_some_and(|name| name == "mod") {
            let folder = own[..own.len() - 1].to_vec();
            let edges = folders
                .entry(folder)
                .or_default()
                .entry("mod".to_owned())
                .or_default();
            for line in code.lines() {
                let line = line.trim_start();
                let used = line.split_once("use ").filter(|(before, _)| {
                    matches!(before.trim_end(), "" | "pub" | "pub(crate)" | "pub(super)")
                });
                if let Some((_, used)) = used {
                    let word = used.split("::").next().unwrap();
                    if !matches!(word, "crate" | "super" | "std") {
                        edges.insert(word.to_owned());
                    }
                }
            }
        }
    }
    assert!(folders.len() > 5);
    let mut circles = Vec::new();
    for (folder, mut edges) in folders {
        // Whatever names nothing that is left is taken away; what remains, goes round.
        loop {
            let named: BTreeSet<String> = edges.keys().cloned().collect();
            let before = edges.len();
            for targets in edges.values_mut() {
                targets.retain(|target| named.contains(target));
            }
            edges.retain(|_, targets| !targets.is_empty());
            if edges.len() == before {
                break;
            }
        }
        if !edges.is_empty() {
            circles.push(format!("{}: {edges:?}", folder.join("/")));
        }
    }
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn no_folder_has_more_than_twenty_files() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&source, &mut found);
    let mut siblings: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
    for file in &found {
        let inside = file.strip_prefix(&source).unwrap();
        for path in inside.ancestors().filter(|path| !path.ends_with("mod.rs")) {
            if let Some(folder) = path.parent() {
                siblings
                    .entry(folder.to_owned())
                    .or_default()
                    .insert(path.to_owned());
            }
        }
    }
    let checked = |folder: &Path| WITHOUT_CIRCLES.iter().any(|each| folder.starts_with(each));
    let crowded: Vec<_> = siblings
        .iter()
        .filter(|(folder, inside)| checked(folder) && inside.len() > 20)
        .map(|(folder, inside)| format!("{}: {}", folder.display(), inside.len()))
        .collect();
    assert_eq!(crowded, Vec::<String>::new());
}

/// Whether the file is a module of tests: its parent says so.
fn is_test(path: &Path) -> bool {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let module = path.with_file_name("mod.rs");
    let folder = path.parent().unwrap().with_extension("rs");
    [module, folder].iter().any(|parent| {
        let text = fs::read_to_string(parent).unwrap_or_default();
        text.contains(&format!("#[cfg(test)]\nmod {name};"))
    })
}

/// What is known of a resource type stands in its own file, and everybody asks there.
#[test]
fn resource_types_are_named_in_their_files_only() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    // What services' own templates have is of no type that we know more of.
    let homes = ["cloudformation/types", "cloudformation/pseudo.rs", "needs"];
    let mut found = Vec::new();
    files(&source, &mut found);
    let mut wrong = Vec::new();
    for path in found {
        let inside = path.strip_prefix(&source).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let named = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        let named = named.filter(|line| line.contains("\"AWS::"));
        if !homes.iter().any(|home| inside.starts_with(home)) && !is_test(&path) {
            wrong.extend(named.map(|line| format!("{}: {}", inside.display(), line.trim())));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
