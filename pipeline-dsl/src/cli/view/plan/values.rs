//! Values that differ, in words: `SourceVersion: main -> stable`, `~ stage release: + action approval`.

use super::super::names::first_of;
use crate::deploy::{Difference, PropertyChange, Step};

/// So many lines are said of one resource, so many members are named in one, and of each value so many characters; `--verbose` says
/// all.
const LINES: usize = 4;
const NAMED: usize = 4;
const CHARACTERS: usize = 80;
/// So many characters before the first that differs.
const CONTEXT: usize = 20;

/// The lines that say these values; with `all` nothing is left out.
pub(super) fn lines(changes: &[&PropertyChange], all: bool) -> Vec<String> {
    if all {
        return changes.iter().map(|change| line(change, true)).collect();
    }
    // What comes to one list, or goes from it, is one line.
    let mut lines: Vec<(&PropertyChange, Vec<&PropertyChange>)> = Vec::new();
    for change in changes {
        match lines.last_mut() {
            Some((first, together)) if is_told_with(first, change) => together.push(change),
            _ => lines.push((change, vec![change])),
        }
    }
    let left_out: usize = lines.iter().skip(LINES).map(|(_, together)| together.len()).sum();
    let mut said: Vec<String> = lines
        .iter()
        .take(LINES)
        .map(|(first, together)| match together.as_slice() {
            [_] => line(first, false),
            several => members(first, several),
        })
        .collect();
    match left_out {
        0 => {}
        1 => said.push("and 1 more value".to_owned()),
        more => said.push(format!("and {more} more values")),
    }
    said
}

fn is_told_with(first: &PropertyChange, other: &PropertyChange) -> bool {
    let is_member = matches!(first.what, Difference::Added | Difference::Removed);
    is_member && first.what == other.what && above(&first.path) == above(&other.path)
}

/// The list that a member is in.
fn above(path: &[Step]) -> &[Step] {
    path.split_last().map_or(path, |(_, above)| above)
}

/// One value; with `all` in full.
pub(super) fn line(change: &PropertyChange, all: bool) -> String {
    let place = Place::of(&change.path);
    match change.what {
        Difference::Changed => {
            let text = before_and_after(change.before.as_deref(), change.after.as_deref(), all);
            format!("{}{}: {text}", place.members(), place.property)
        }
        Difference::Added | Difference::Removed if all => {
            let value = change.before.as_deref().or(change.after.as_deref());
            format!("{}: {}", members(change, &[change]), value.unwrap_or_default())
        }
        Difference::Added | Difference::Removed => members(change, &[change]),
        Difference::Reordered => {
            let [before, after] = [&change.before, &change.after].map(|side| {
                let names = side.as_deref().unwrap_or_default();
                names.split(", ").collect::<Vec<&str>>()
            });
            let moved = moved(&before, &after).join(", ");
            let moved = if all { moved } else { shortened(&moved, 0) };
            format!("{}{} reordered: {moved}", place.members(), words(&place.property))
        }
    }
}

/// `~ stage release: + actions qa-orders-prepare, qa-orders-execute`.
fn members(first: &PropertyChange, together: &[&PropertyChange]) -> String {
    let sign = if first.what == Difference::Added { "+" } else { "-" };
    let place = Place::of(above(&first.path));
    let names: Vec<&str> = together
        .iter()
        .filter_map(|change| match change.path.last()? {
            Step::Member { name, .. } => Some(name.as_str()),
            Step::Property(_) | Step::Position(_) => None,
        })
        .collect();
    let by = match first.path.last() {
        Some(Step::Member { by, .. }) => by,
        Some(Step::Property(_) | Step::Position(_)) | None => "",
    };
    let what = match names.len() {
        1 => one_of(&place.property, by),
        _ if by == REGION => "regions".to_owned(),
        _ => words(&place.property),
    };
    format!("{}{sign} {what} {}", place.members(), first_of(&names, NAMED))
}

/// Where a value is: the members of lists on the way, `stage release`, and the property in the last of them.
struct Place {
    members: Vec<String>,
    property: String,
}

impl Place {
    fn of(path: &[Step]) -> Self {
        let (mut members, mut properties) = (Vec::new(), Vec::<String>::new());
        let mut previous: Option<&Step> = None;
        for step in path {
            match step {
                Step::Property(name) => properties.push(name.clone()),
                Step::Position(position) => properties.push(position.to_string()),
                Step::Member { by, name } => {
                    // A list in a list has no name of its own.
                    let of = properties.pop_if(|_| matches!(previous, Some(Step::Property(_))));
                    if !properties.is_empty() {
                        members.push(properties.join("."));
                    }
                    properties.clear();
                    members.push(match of {
                        Some(list) => format!("{} {name}", one_of(&list, by)),
                        None => name.clone(),
                    });
                }
            }
            previous = Some(step);
        }
        Self {
            members,
            property: properties.join("."),
        }
    }

    fn members(&self) -> String {
        if self.members.is_empty() {
            String::new()
        } else {
            format!("~ {}: ", self.members.join(", "))
        }
    }
}

/// What members are called by that are one for each region.
const REGION: &str = "Region";

/// What a member of a list is, by the list's name: one of `InputArtifacts` is an input artifact.
fn one_of(list: &str, by: &str) -> String {
    if by == REGION {
        return REGION.to_lowercase();
    }
    let words = words(list);
    match (words.strip_suffix("ies"), words.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(one)) => one.to_owned(),
        (None, None) => words,
    }
}

/// `InputArtifacts` as words.
fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() && !words.ends_with(['.', ' ']) {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// What stands in another place, without what stays at both ends.
fn moved<'a>(before: &[&str], after: &[&'a str]) -> Vec<&'a str> {
    let same = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let rest = |names: usize| names.saturating_sub(same);
    let ends = before.iter().rev().zip(after.iter().rev());
    let same_at_end = ends.take_while(|(a, b)| a == b).count();
    let count = rest(after.len()).saturating_sub(same_at_end);
    after.iter().skip(same).take(count).copied().collect()
}

/// `main -> v2`. Long values are told from where they begin to differ.
pub(super) fn before_and_after(before: Option<&str>, after: Option<&str>, all: bool) -> String {
    let letters = |value: Option<&str>| value.unwrap_or_default().chars().collect::<Vec<char>>();
    let (earlier, later) = (letters(before), letters(after));
    let same = earlier.iter().zip(&later).take_while(|(a, b)| a == b).count();
    let is_long = earlier.len().max(later.len()) > CHARACTERS;
    let begin = if is_long { same.saturating_sub(CONTEXT) } else { 0 };
    let text = |value: Option<&str>| match value {
        None => "nothing".to_owned(),
        Some("") => "\"\"".to_owned(),
        Some(value) if all => value.replace('\n', "\\n"),
        Some(value) => shortened(value, begin),
    };
    format!("{} -> {}", text(before), text(after))
}

/// A text from its `begin`th character on, as long as a line may be.
fn shortened(text: &str, begin: usize) -> String {
    let shown: String = text.chars().skip(begin).take(CHARACTERS).collect();
    let more = text.chars().count() > begin + CHARACTERS;
    let (before, after) = (if begin > 0 { "…" } else { "" }, if more { "…" } else { "" });
    format!("{before}{}{after}", shown.replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(text: &str) -> Step {
        match text.split_once('=') {
            Some((by, name)) => Step::Member {
                by: by.to_owned(),
                name: name.to_owned(),
            },
            None => Step::Property(text.to_owned()),
        }
    }

    fn change(path: &[&str], what: Difference, before: Option<&str>, after: Option<&str>) -> PropertyChange {
        PropertyChange {
            path: path.iter().copied().map(step).collect(),
            what,
            before: before.map(ToOwned::to_owned),
            after: after.map(ToOwned::to_owned),
        }
    }

    #[test]
    fn members_of_lists_are_called_what_they_are() {
        let release = ["Stages", "Name=release", "Actions"];
        let action = |name: &str| {
            change(
                &[&release[..], &[name]].concat(),
                Difference::Added,
                None,
                Some("{}"),
            )
        };
        let (one, other) = (action("Name=a"), action("Name=b"));
        let store = change(
            &["ArtifactStores", "Region=eu-north-1"],
            Difference::Added,
            None,
            Some("{}"),
        );
        let stage = change(&["Stages", "Name=test"], Difference::Removed, Some("{}"), None);
        let timeout = [&release[..], &["Name=approval", "TimeoutInMinutes"]].concat();
        let timeout = change(&timeout, Difference::Changed, Some("1"), Some("2"));
        let order = change(
            &["Stages"],
            Difference::Reordered,
            Some("s, a, b, z"),
            Some("s, b, a, z"),
        );
        let rule = ["Lifecycle", "Rules", "Id=old", "Days"];
        let rule = change(&rule, Difference::Changed, None, Some(""));
        let changes = [&store, &stage, &order, &one, &other, &timeout, &rule];
        let said = [
            "+ region eu-north-1",
            "- stage test",
            "stages reordered: b, a",
            "~ stage release: + actions a, b",
        ];
        let short = lines(&changes, false);
        assert_eq!(short[..4], said);
        assert_eq!(short[4..], ["and 2 more values"]);
        let whole = lines(&changes, true);
        assert_eq!(whole[0], "+ region eu-north-1: {}");
        assert_eq!(whole[3], "~ stage release: + action a: {}");
        assert_eq!(
            whole[5],
            "~ stage release, action approval: TimeoutInMinutes: 1 -> 2"
        );
        assert_eq!(whole[6], "~ Lifecycle, rule old: Days: nothing -> \"\"");
        let mut nested = change(
            &["FilterGroups", "", "Type=HEAD_REF", "Pattern"],
            Difference::Changed,
            Some("a"),
            Some("b"),
        );
        nested.path[1] = Step::Position(0);
        assert_eq!(
            line(&nested, false),
            "~ FilterGroups.0, HEAD_REF: Pattern: a -> b"
        );
    }

    #[test]
    fn words_are_plain() {
        assert_eq!(one_of("InputArtifacts", "Name"), "input artifact");
        assert_eq!(one_of("Policies", "PolicyName"), "policy");
        assert_eq!(one_of("Statement", "Sid"), "statement");
        assert_eq!(moved(&["a"], &["a"]), Vec::<&str>::new());
    }

    #[test]
    fn long_values_are_told_from_where_they_differ() {
        let (before, after) = ("x".repeat(100) + "a", "x".repeat(100) + "b");
        let told = before_and_after(Some(&before), Some(&after), false);
        let end = "x".repeat(CONTEXT);
        assert_eq!(told, format!("…{end}a -> …{end}b"));
        let told = before_and_after(Some(&before), Some(&after), true);
        assert_eq!(told, format!("{before} -> {after}"));
    }
}
