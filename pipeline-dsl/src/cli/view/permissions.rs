//! A permission that comes or goes, in words.

use crate::deploy::{PermissionChange, PermissionEffect};

/// So many of a list are named; `--verbose` names all.
const NAMED: usize = 8;

/// `+ arn:aws:iam::222222222222:root may kms:Decrypt on * where kms:ViaService StringEquals s3.us-east-1.amazonaws.com`.
pub(crate) fn line(change: &PermissionChange, all: bool) -> String {
    let sign = if change.gained { '+' } else { '-' };
    let list = |texts: &[String]| listed(texts, all);
    let may = match change.effect {
        PermissionEffect::Boundary => {
            return format!("{sign} permissions boundary {}", list(&change.resources));
        }
        PermissionEffect::Attached => return format!("{sign} managed policy {}", list(&change.resources)),
        PermissionEffect::Allow => "may",
        PermissionEffect::Deny => "may not",
    };
    let mut words = vec![sign.to_string()];
    words.extend([list(&change.principals), may.to_owned(), list(&change.actions)]);
    if !change.resources.is_empty() {
        words.extend(["on".to_owned(), list(&change.resources)]);
    }
    if !change.conditions.is_empty() {
        words.extend(["where".to_owned(), change.conditions.join(" and ")]);
    }
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

fn listed(texts: &[String], all: bool) -> String {
    let named = if all { texts.len() } else { NAMED };
    let list = texts.iter().take(named).cloned().collect::<Vec<_>>().join(", ");
    match texts.len().saturating_sub(named) {
        0 => list,
        more => format!("{list} and {more} more (`--verbose` names them)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_named_on_demand() {
        let mut change = PermissionChange {
            gained: false,
            effect: PermissionEffect::Allow,
            principals: Vec::new(),
            actions: (0..10).map(|number| format!("s3:{number}")).collect(),
            resources: vec!["*".to_owned()],
            conditions: vec!["a b c".to_owned(), "d e f".to_owned()],
        };
        assert_eq!(
            line(&change, false),
            "- may s3:0, s3:1, s3:2, s3:3, s3:4, s3:5, s3:6, s3:7 and 2 more (`--verbose` names them) on * where a b c and d e f"
        );
        assert!(line(&change, true).contains("s3:9"));
        change.effect = PermissionEffect::Boundary;
        assert_eq!(line(&change, false), "- permissions boundary *");
    }
}
