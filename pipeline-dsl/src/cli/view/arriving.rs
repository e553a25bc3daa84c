//! Whom a deployment brings upstream's artifacts, and what is deployed of them there.

use indexmap::IndexMap;

use crate::delivery::Arriving;

/// So many are named of what is alike; `--verbose` names all.
const NAMED: usize = 3;

/// What developers get, whoever they are.
#[derive(PartialEq, Eq, Hash)]
struct Gift<'a> {
    artifacts: &'a [String],
    pipelines: &'a [String],
    over_own: &'a [String],
}

/// A text for each, developers who get the same in one.
pub(super) fn lines(arriving: &[Arriving], all: bool) -> Vec<String> {
    let mut alike: IndexMap<Gift<'_>, Vec<&str>> = IndexMap::new();
    for each in arriving {
        let gift = Gift {
            artifacts: &each.artifacts,
            pipelines: &each.pipelines,
            over_own: &each.over_own,
        };
        alike.entry(gift).or_default().push(each.developer.as_str());
    }
    let texts = alike.iter().map(|(gift, developers)| text(gift, developers, all));
    texts.collect()
}

fn text(gift: &Gift<'_>, developers: &[&str], all: bool) -> String {
    let gets = if developers.len() == 1 { "gets" } else { "get" };
    let (pipeline, deploys) = if gift.pipelines.len() == 1 {
        ("pipeline", "deploys")
    } else {
        ("pipelines", "deploy")
    };
    let instead = match gift.over_own.len() {
        0 => String::new(),
        count if count == gift.artifacts.len() => " in place of what the fork has built".to_owned(),
        _ => format!(
            "\n    in place of what the fork has built: {}",
            several(gift.over_own, all)
        ),
    };
    format!(
        "deliver   {} {gets} what upstream has of {}\n    {pipeline} {} {deploys} it there{instead}",
        several(developers, all),
        several(gift.artifacts, all),
        several(gift.pipelines, all),
    )
}

/// `a`, `a and b`, `a, b, c and 2 more`.
fn several<T: AsRef<str>>(names: &[T], all: bool) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let shown = if all { names.len() } else { NAMED };
    match names.as_slice() {
        many if many.len() > shown => {
            let (first, others) = many.split_at(shown);
            format!("{} and {} more", first.join(", "), others.len())
        }
        [few @ .., last] if !few.is_empty() => format!("{} and {last}", few.join(", ")),
        one => one.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::several;

    #[test]
    fn few_are_named_and_many_are_counted() {
        assert_eq!(several(&["a"], false), "a");
        assert_eq!(several(&["a", "b", "c"], false), "a, b and c");
        assert_eq!(several(&["a", "b", "c", "d", "e"], false), "a, b, c and 2 more");
        assert_eq!(several(&["a", "b", "c", "d", "e"], true), "a, b, c, d and e");
    }
}
