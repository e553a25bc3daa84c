//! Whether the pipeline that deploys the team's own program could deploy a change, and go on afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;

use super::cloud::Cloud;
use super::outlook::{Outlook, Remark};
use super::view::names::first_of;
use super::view::progress::Progress;
use super::wait::unless_stopped;
use crate::deploy::{DeployedTemplate, NameForAccount, Plan, PlannedAction, deployed_templates};
use crate::proof::{Proved, describe, self_update};
use crate::synth::{Assembly, AssemblyStack, StackId};
use crate::team::Team;

/// So many accounts are named.
const NAMED: usize = 3;
/// As many requests are shown of each role.
const SHOWN: usize = 5;

/// Whose pipeline runs this program, by the roles that it takes: `acme/plan/acme-plan` is acme's.
fn run_by(roles: &[NameForAccount]) -> Option<&str> {
    roles.iter().find_map(|role| {
        let (team, rest) = role.name().split_once('/')?;
        let name = rest
            .strip_prefix("plan/")
            .or_else(|| rest.strip_prefix("update/"))?;
        name.strip_prefix(team)?.strip_prefix('-').map(|_| team)
    })
}

/// Looks at the roles that stand in the accounts. None, where somebody stops it.
pub(super) fn outlook(
    team: &Team,
    assembly: &Assembly,
    cloud: &Cloud,
    roles: &[NameForAccount],
    plan: &Plan,
    progress: &Progress,
) -> Result<Option<Outlook>, Box<dyn Error>> {
    let mut outlook = Outlook::default();
    let runs = run_by(roles);
    if let Some(other) = runs.filter(|runs| *runs != team.name().as_str()) {
        outlook.refused.push(Remark {
            text: format!(
                "this is the program of team `{}`, and the pipeline that of team `{other}`",
                team.name()
            ),
            help: "a team of another name is another team: deploy it yourself, and destroy the other one"
                .to_owned(),
        });
        return Ok(Some(outlook));
    }
    let own = format!("/{}-self-update", team.name());
    for orphan in plan
        .orphans
        .iter()
        .map(|orphan| &orphan.stack)
        .filter(|orphan| orphan.as_str().ends_with(&own))
    {
        outlook.refused.push(Remark {
            text: format!(
                "the program does not update itself from there any more, but its pipeline stands: {orphan}. It would take the \
                 roles away that it deploys with"
            ),
            help: "deploy it yourself: `deploy`, then `deploy --prune`".to_owned(),
        });
    }
    let holders: Vec<&AssemblyStack> = self_update::holders(team, assembly).collect();
    let is_pipeline = |stack: &AssemblyStack| stack.id.as_str().ends_with(&own);
    let planned = plan.stacks.iter();
    let planned: BTreeMap<&StackId, &PlannedAction> =
        planned.map(|planned| (&planned.stack, &planned.action)).collect();
    // What the plan knows is not asked again: of stacks that change, only their templates are.
    let (mut absent, mut asked, mut pipeline_stands) = (Vec::new(), Vec::new(), false);
    for stack in holders {
        match planned.get(&stack.id) {
            Some(PlannedAction::Create | PlannedAction::Recreate(_)) => absent.push(stack),
            Some(PlannedAction::Nothing | PlannedAction::Blocked(_)) => pipeline_stands |= is_pipeline(stack),
            None if !is_pipeline(stack) => {}
            _ => asked.push(stack),
        }
    }
    let stand = deployed_templates(assembly, Arc::clone(&cloud.aws), &asked);
    let stand = cloud.runtime.block_on(unless_stopped(stand, cloud, progress));
    let Some(stand) = stand else {
        return Ok(None);
    };
    let asked: BTreeMap<&StackId, &AssemblyStack> =
        asked.into_iter().map(|stack| (&stack.id, stack)).collect();
    let stand = stand.iter();
    let stand: Vec<(&AssemblyStack, &DeployedTemplate)> = stand
        .filter_map(|(id, standing)| Some((*asked.get(id)?, standing)))
        .collect();
    pipeline_stands |= stand
        .iter()
        .any(|(stack, standing)| is_pipeline(stack) && **standing != DeployedTemplate::Absent);
    // The first deployment is somebody's.
    if !pipeline_stands {
        if runs.is_some() && outlook.refused.is_empty() {
            outlook.refused.push(Remark {
                text: "the pipeline that runs this is not where the program says that it is".to_owned(),
                help: "a build account or primary region that moves is somebody's to deploy: `deploy`"
                    .to_owned(),
            });
        }
        return Ok(Some(outlook));
    }
    for (stack, standing) in stand {
        if let DeployedTemplate::Other(template) = standing {
            let denied = self_update::denied_with(team, assembly, stack, template)?;
            outlook.refused.extend(refusals(stack, &denied));
        }
    }
    outlook.notes.extend(not_reached(&absent));
    Ok(Some(outlook))
}

/// The accounts that have no role for the pipeline yet.
fn not_reached(absent: &[&AssemblyStack]) -> Option<Remark> {
    let accounts: Vec<&str> = absent.iter().map(|stack| stack.account.as_str()).collect();
    let commands: Vec<String> = absent.iter().map(|stack| command(stack)).collect();
    let (noun, role) = match absent.len() {
        0 => return None,
        1 => ("account", "its role is"),
        _ => ("accounts", "their roles are"),
    };
    Some(Remark {
        text: format!(
            "the pipeline cannot go to {noun} {} yet: {role} not there",
            first_of(&accounts, NAMED)
        ),
        help: format!("deploy once yourself: {}", first_of(&commands, NAMED)),
    })
}

/// For each role what it lacks.
fn refusals(stack: &AssemblyStack, denied: &[Proved]) -> Vec<Remark> {
    let mut by_role: BTreeMap<String, Vec<&Proved>> = BTreeMap::new();
    for proved in denied {
        let who = describe(&proved.hop.request.requester);
        by_role.entry(who).or_default().push(proved);
    }
    let remark = |(who, mut lacking): (String, Vec<&Proved>)| {
        // Several resources may ask the same.
        let mut said = BTreeSet::new();
        lacking.retain(|proved| said.insert((&proved.hop.request.action, &proved.hop.request.resource)));
        let mut text = format!("{who}, as it stands, cannot deploy this: it may not");
        for proved in lacking.iter().take(SHOWN) {
            let request = &proved.hop.request;
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                "\n    {} on {}: {}",
                request.action, request.resource, proved.hop.purpose
            );
        }
        if lacking.len() > SHOWN {
            let _ = write!(text, "\n    and {} more", lacking.len() - SHOWN);
        }
        Remark {
            text,
            help: format!(
                "deploy it once yourself, then the pipeline can: {}",
                command(stack)
            ),
        }
    };
    by_role.into_iter().map(remark).collect()
}

fn command(stack: &AssemblyStack) -> String {
    let name = stack
        .developer
        .map_or_else(|| stack.stack_name.clone(), |name| name.to_string());
    format!("`deploy --only {name}`")
}

/// What the shell of the pipeline reads.
pub(super) fn variables(plan: &Plan) -> String {
    let security = plan.security_changes().next().is_some() || plan.unknown_changes().next().is_some();
    format!("SECURITY_CHANGES={}\n", if security { "yes" } else { "no" })
}

#[cfg(test)]
mod tests {
    use super::run_by;

    #[test]
    fn a_pipeline_is_known_by_its_roles() {
        let run_by = |role: &str| run_by(&[role.parse().unwrap()]).map(ToOwned::to_owned);
        assert_eq!(run_by("acme/plan/acme-plan").as_deref(), Some("acme"));
        assert_eq!(run_by("acme/update/acme-update").as_deref(), Some("acme"));
        assert_eq!(
            run_by("222222222222=acme/plan/acme-plan").as_deref(),
            Some("acme")
        );
        for other in [
            "OrganizationAccountAccessRole",
            "acme/deployers/acme-plan",
            "acme/plan/other",
        ] {
            assert_eq!(run_by(other), None, "{other}");
        }
    }
}
