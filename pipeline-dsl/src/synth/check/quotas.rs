//! How much an account may hold altogether: more than it may hold by default is a warning, for AWS gives more to who asks.

use std::collections::BTreeMap;

use crate::cloudformation::StackKey;
use crate::cloudformation::quotas::{QUOTAS, Quota};
use crate::constructs::Design;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{AccountId, Region};

/// An account, and a region where the quota holds in each.
type Place = (AccountId, Option<Region>);

pub(super) fn check(design: &Design, found: &mut Diagnostics, warnings: &mut Diagnostics) {
    for quota in &QUOTAS {
        let counted = count(design, quota);
        let over = |(place, count): &(&Place, &usize)| **count > allowed(quota, **place);
        let over: Vec<(&Place, &usize)> = counted.iter().filter(over).collect();
        let Some((place, count)) = over.iter().max_by_key(|(_, count)| **count) else {
            continue;
        };
        match quota.most.filter(|most| **count > *most) {
            Some(most) => found.push(impossible(quota, **place, **count, most)),
            None => warnings.push(unusual(quota, **place, **count, over.len() - 1)),
        }
    }
}

fn allowed(quota: &Quota, (_, region): Place) -> usize {
    region.map_or(quota.default, |region| quota.default_in(region))
}

fn count(design: &Design, quota: &Quota) -> BTreeMap<Place, usize> {
    let of_stack = |key: &StackKey| match (quota.resource_type, design.stacks.get(key)) {
        (None, _) => 1,
        (Some(wanted), Some(stack)) => {
            let resources = stack.template().resources().values();
            resources.filter(|resource| resource.kind() == wanted).count()
        }
        (Some(_), None) => 0,
    };
    let mut of_stacks: BTreeMap<&StackKey, usize> = BTreeMap::new();
    let mut counted = BTreeMap::new();
    for instance in &design.instances {
        let here = *of_stacks
            .entry(&instance.stack)
            .or_insert_with(|| of_stack(&instance.stack));
        let place = (instance.account, quota.regional.then_some(instance.region));
        *counted.entry(place).or_default() += here;
    }
    counted
}

fn told((account, region): Place) -> String {
    region.map_or_else(
        || format!("account {account}"),
        |region| format!("account {account} in {region}"),
    )
}

fn impossible(quota: &Quota, place: Place, count: usize, most: usize) -> Diagnostic {
    let message = format!(
        "{} gets {count} {} of the team, and AWS allows {most}",
        told(place),
        quota.what
    );
    Diagnostic::new("synth::limit", message)
        .note(quota.page)
        .help("divide the services between two teams that deploy to different accounts")
}

fn unusual(quota: &Quota, place: Place, count: usize, more: usize) -> Diagnostic {
    let others = match more {
        0 => String::new(),
        1 => " (and so does one other)".to_owned(),
        more => format!(" (and so do {more} others)"),
    };
    let message = format!(
        "{} gets {count} {} of the team{others}: more than the {} that an account has room for by default",
        told(place),
        quota.what,
        allowed(quota, place)
    );
    Diagnostic::warning("synth::quota", message)
        .note(quota.page)
        .help("ask AWS for more in the console of Service Quotas before the deployment")
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::check;
    use crate::cloudformation::types::iam::Role;
    use crate::cloudformation::{PolicyDocument, Stack, StackKey};
    use crate::constructs::{Design, Instance};
    use crate::diagnostic::Diagnostics;
    use crate::model::{AccountId, Region};

    /// So many stacks of one role each, one after the other in each of these regions.
    fn roles(stacks: usize, regions: &[Region]) -> Design {
        let key = StackKey::new("roles");
        let mut stack = Stack::new(key.clone(), String::new());
        let role = Role {
            role_name: "role".into(),
            path: String::new(),
            description: String::new(),
            assume_role_policy_document: PolicyDocument::new([]),
            policies: Vec::new(),
        };
        stack.add("Role", &role);
        let instance = |(number, region): (usize, &Region)| Instance {
            stack: key.clone(),
            name: format!("stack-{number}"),
            account: AccountId::new("111111111111"),
            region: *region,
            developer: None,
            service: None,
            parameters: Vec::new(),
        };
        let regions = regions.iter().cycle().take(stacks);
        Design {
            stacks: IndexMap::from([(key.clone(), stack)]),
            instances: regions.enumerate().map(instance).collect(),
        }
    }

    fn found(design: &Design) -> (Vec<String>, Vec<String>) {
        let (mut found, mut warnings) = (Diagnostics::new(), Diagnostics::new());
        check(design, &mut found, &mut warnings);
        let told = |all: &Diagnostics| all.iter().map(|each| each.message().to_owned()).collect();
        (told(&found), told(&warnings))
    }

    #[test]
    fn roles_are_counted_over_all_regions_and_stacks_in_each() {
        let both = [Region::UsEast1, Region::EuWest1];
        assert_eq!(found(&roles(1_000, &both)), (vec![], vec![]));
        let expected = "account 111111111111 gets 1001 roles of the team: more than the 1000 that an account has room \
                        for by default";
        assert_eq!(found(&roles(1_001, &both)), (vec![], vec![expected.to_owned()]));
        let (errors, warnings) = found(&roles(2_001, &both[..1]));
        assert!(errors.is_empty());
        let stacks = "gets 2001 stacks of the team: more than the 2000";
        assert!(
            warnings.iter().any(|warning| warning.contains(stacks)),
            "{warnings:?}"
        );
    }

    #[test]
    fn what_aws_does_not_raise_is_an_error() {
        let (errors, _) = found(&roles(5_001, &[Region::UsEast1, Region::EuWest1]));
        let expected = "account 111111111111 gets 5001 roles of the team, and AWS allows 5000";
        assert_eq!(errors, [expected]);
    }
}
