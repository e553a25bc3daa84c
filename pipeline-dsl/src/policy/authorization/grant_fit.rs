//! What a program's grant never allows, told of the ARN that is wrong and not of each action, with what to write in its place.

use super::meant_arn::{Meant, meant};
use super::{ActionFacts, ArnParts, actions};

/// Why a grant allows less than it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantMisfit {
    /// No action of the grant is asked on this ARN.
    WrongArn {
        /// As it is written.
        arn: String,
        /// The actions that it was probably written for; of the grant, if it was for none of them.
        actions: Vec<String>,
        /// What to write in its place, so that they are asked on it. Nothing where that is not known, or is there already.
        instead: Vec<String>,
        /// Whether it is an ARN with a slip in it, or one of another service: what AWS's reference does not know of may still be
        /// right.
        is_certain: bool,
    },
    /// The actions are asked on other ARNs than those of the grant, which others of its actions are asked on.
    MissingArn {
        /// `s3:ListBucket`
        actions: Vec<String>,
        /// The first that they are not asked on, `arn:aws:s3:::bucket/*`.
        arn: String,
        /// What to add, `arn:aws:s3:::bucket`.
        add: Vec<String>,
        /// Whether it is so by the service's own kinds of resource.
        is_certain: bool,
    },
    /// The action has no type of resource.
    TakesNone {
        /// `logs:DescribeLogGroups`
        action: String,
        /// The first ARN of the grant.
        arn: String,
    },
}

/// An action as it is written, with what is known of it.
type Known<'a> = (&'a str, Vec<&'static ActionFacts>);

/// What never applies in a grant of these actions on these resources, either of which may have wildcards. An action that is not in the table is passed
/// over, and so are resources of its service next to it.
pub fn misfits_of_grant<A: AsRef<str>, R: AsRef<str>>(named: &[A], resources: &[R]) -> Vec<GrantMisfit> {
    let named = named.iter().map(AsRef::as_ref);
    let (known, unknown): (Vec<Known<'_>>, Vec<Known<'_>>) = named
        .map(|action| (action, actions(action)))
        .partition(|(_, facts)| !facts.is_empty());
    let resources: Vec<&str> = resources.iter().map(AsRef::as_ref).collect();
    let Some(first) = resources.first().filter(|_| !known.is_empty()) else {
        return Vec::new();
    };
    let fits = |(_, facts): &Known<'_>, resource: &str| facts.iter().any(|each| each.is_asked_on(resource));
    let (homeless, housed): (Vec<&Known<'_>>, Vec<&Known<'_>>) = known
        .iter()
        .partition(|action| !resources.iter().any(|resource| fits(action, resource)));
    let (homeless, takes_none): (Vec<&Known<'_>>, Vec<&Known<'_>>) = homeless
        .into_iter()
        .partition(|(_, facts)| facts.iter().any(|each| !each.takes().is_empty()));
    let mut found: Vec<GrantMisfit> = takes_none
        .iter()
        .map(|(action, _)| GrantMisfit::TakesNone {
            action: (*action).to_owned(),
            arn: (*first).to_owned(),
        })
        .collect();
    let is_of_unknown = |resource: &str| unknown.iter().any(|(action, _)| is_service_of(action, resource));
    let wrong: Vec<&str> = resources
        .iter()
        .copied()
        .filter(|resource| !known.iter().any(|action| fits(action, resource)) && !is_of_unknown(resource))
        .collect();
    // Those that take no resource are told, and with them why nothing fits.
    if !homeless.is_empty() || !housed.is_empty() {
        for arn in &wrong {
            found.push(wrong_arn(arn, &homeless, &known, &resources));
        }
    }
    if wrong.is_empty() && !homeless.is_empty() {
        found.push(missing_arn(&homeless, &resources));
    }
    found
}

fn wrong_arn(arn: &str, homeless: &[&Known<'_>], known: &[Known<'_>], resources: &[&str]) -> GrantMisfit {
    let own = |action: &&&Known<'_>| is_service_of(action.0, arn);
    let all: Vec<&Known<'_>> = known.iter().collect();
    // The actions that lack a resource, and of these those of its service; else it is there for nothing.
    let mut for_it: Vec<&Known<'_>> = homeless.iter().filter(own).copied().collect();
    if for_it.is_empty() {
        for_it = homeless.to_vec();
    }
    if for_it.is_empty() {
        for_it = all.iter().filter(own).copied().collect();
    }
    let facts: Vec<&[&ActionFacts]> = for_it.iter().map(|(_, facts)| facts.as_slice()).collect();
    let meant = meant(arn, &facts);
    let is_likely = !meant.is_empty() && meant.iter().all(Meant::is_likely);
    let instead: Vec<String> = meant
        .into_iter()
        .filter(|each| each.is_likely() || !homeless.is_empty())
        .map(|each| each.arn)
        .filter(|instead| !resources.contains(&instead.as_str()))
        .collect();
    let for_it = if for_it.is_empty() { all } else { for_it };
    GrantMisfit::WrongArn {
        arn: arn.to_owned(),
        is_certain: is_likely || is_of_another_service(arn, &for_it),
        actions: names(&for_it),
        instead,
    }
}

fn missing_arn(homeless: &[&Known<'_>], resources: &[&str]) -> GrantMisfit {
    let facts: Vec<&[&ActionFacts]> = homeless.iter().map(|(_, facts)| facts.as_slice()).collect();
    let own = |resource: &&&str| homeless.iter().any(|(action, _)| is_service_of(action, resource));
    let nearest = resources.iter().find(own).or(resources.first());
    let arn = nearest.copied().unwrap_or_default();
    let meant = meant(arn, &facts);
    GrantMisfit::MissingArn {
        actions: names(homeless),
        arn: arn.to_owned(),
        is_certain: !meant.is_empty() || is_of_another_service(arn, homeless),
        add: meant.into_iter().map(|each| each.arn).collect(),
    }
}

fn is_service_of(action: &str, resource: &str) -> bool {
    let own = action.split(':').next().unwrap_or_default();
    ArnParts::of(resource).is_some_and(|parts| parts.service.eq_ignore_ascii_case(own))
}

/// Whether the resource is one that no action of its service is asked on: a queue for an action of SNS.
fn is_of_another_service(arn: &str, actions: &[&Known<'_>]) -> bool {
    let Some(parts) = ArnParts::of(arn) else {
        return false;
    };
    let is_asked_on_its = |facts: &&ActionFacts| {
        let mut formats = facts
            .takes()
            .iter()
            .filter_map(|taken| ArnParts::of(taken.r#type.arn));
        formats.any(|format| format.service == parts.service)
    };
    !parts.service.contains(['*', '?'])
        && actions
            .iter()
            .all(|(action, facts)| !is_service_of(action, arn) && !facts.iter().any(is_asked_on_its))
}

fn names(actions: &[&Known<'_>]) -> Vec<String> {
    actions.iter().map(|(action, _)| (*action).to_owned()).collect()
}
