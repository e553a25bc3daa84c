//! The table itself: found by service at the first question, read service by service.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use super::{ActionFacts, ResourceType, TakenType};

const TEXT: &str = include_str!("reference.txt");

static SERVICES: LazyLock<BTreeMap<&'static str, Service>> = LazyLock::new(|| {
    let blocks = TEXT.split("\n[").skip(1);
    let services = blocks.filter_map(|block| block.split_once("]\n"));
    let unread = |text| Service {
        text,
        actions: OnceLock::new(),
    };
    services.map(|(prefix, text)| (prefix, unread(text))).collect()
});

struct Service {
    text: &'static str,
    /// By name in small letters: capitals make no difference.
    actions: OnceLock<BTreeMap<String, ActionFacts>>,
}

/// The day that the table is of, `2026-04-14`.
pub fn date() -> &'static str {
    let mut lines = TEXT.lines();
    lines
        .find_map(|line| line.strip_prefix("date "))
        .unwrap_or_default()
}

/// What is known of an action, `lambda:CreateFunction`; capitals make no difference.
pub fn action(action: &str) -> Option<&'static ActionFacts> {
    let (service, name) = action.split_once(':')?;
    of_service(service)?.get(&name.to_ascii_lowercase())
}

/// The actions that a policy's action stands for, which may have wildcards.
pub fn actions(pattern: &str) -> Vec<&'static ActionFacts> {
    let Some((service, name)) = pattern.split_once(':') else {
        return Vec::new();
    };
    let name = name.to_ascii_lowercase();
    let Some(actions) = of_service(service) else {
        return Vec::new();
    };
    if !name.contains(['*', '?']) {
        return actions.get(&name).into_iter().collect();
    }
    let all = actions.iter();
    all.filter(|(candidate, _)| super::arn_format::meets_text(&name, candidate))
        .map(|(_, facts)| facts)
        .collect()
}

/// Whether there is a service with this prefix.
pub fn knows_service(prefix: &str) -> bool {
    SERVICES.contains_key(prefix.to_ascii_lowercase().as_str())
}

/// The prefixes of all services.
pub(super) fn services() -> impl Iterator<Item = &'static str> {
    SERVICES.keys().copied()
}

/// The actions of a service, by their names in small letters.
pub(super) fn of_service(prefix: &str) -> Option<&'static BTreeMap<String, ActionFacts>> {
    let (prefix, service) = SERVICES.get_key_value(prefix.to_ascii_lowercase().as_str())?;
    Some(service.actions.get_or_init(|| read(prefix, service.text)))
}

fn read(service: &'static str, text: &'static str) -> BTreeMap<String, ActionFacts> {
    let (types, actions): (Vec<&str>, Vec<&str>) = text
        .lines()
        .filter(|line| !line.is_empty())
        .partition(|line| line.starts_with(": "));
    let types: BTreeMap<&str, ResourceType> = types
        .into_iter()
        .filter_map(|line| {
            let (name, rest) = line.strip_prefix(": ")?.split_once(' ')?;
            let (arn, keys) = rest.split_once(' ').unwrap_or((rest, ""));
            Some((name, ResourceType { name, arn, keys }))
        })
        .collect();
    actions
        .into_iter()
        .map(|line| {
            let (line, keys) = line.split_once('|').unwrap_or((line, ""));
            let (name, takes) = line.split_once(' ').unwrap_or((line, ""));
            let takes = takes.split_ascii_whitespace().filter_map(|taken| {
                let name = taken.trim_end_matches('*');
                Some(TakenType {
                    r#type: *types.get(name)?,
                    required: taken.len() > name.len(),
                })
            });
            let facts = ActionFacts {
                service,
                name,
                takes: takes.collect(),
                keys,
            };
            (name.to_ascii_lowercase(), facts)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{SERVICES, TEXT, of_service};

    /// Every line is understood, and every type that an action takes is told.
    #[test]
    fn is_read_to_the_last_line() {
        let mut read = 0;
        for (service, unread) in SERVICES.iter() {
            let actions = of_service(service).unwrap();
            let is_action = |line: &&str| !line.is_empty() && !line.starts_with(": ");
            for line in unread.text.lines().filter(is_action) {
                let (named, _) = line.split_once('|').unwrap_or((line, ""));
                let mut words = named.split_ascii_whitespace();
                let facts = actions.get(&words.next().unwrap().to_ascii_lowercase()).unwrap();
                let required = words.clone().filter(|word| word.ends_with('*')).count();
                assert_eq!(facts.takes.len(), words.count(), "{service}: {line}");
                let known = facts.takes.iter().filter(|taken| taken.required).count();
                assert_eq!(known, required, "{service}: {line}");
                read += 1;
            }
        }
        let apart = |line: &&str| !line.is_empty() && !line.starts_with([':', '[', '#']);
        let told = TEXT.lines().filter(apart).count();
        assert_eq!(read + 1, told, "all lines but that of the date");
        assert!(read > 20_000, "{read}");
    }
}
