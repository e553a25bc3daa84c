//! Where a team has had stacks. The build stack remembers: its template names every account and region of the program, and
//! a parameter those that the program names no more, until they are pruned.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::aws::StackClient;
use super::outcome::StackError;
use super::stack_state::StackState;
use super::template::TemplateBody;
use crate::cloudformation::limits::PARAMETER_VALUE;
use crate::model::{AccountId, Region};
use crate::synth::{Assembly, AssemblyStack, FORMER_PLACES, NO_FORMER_PLACES, PLACES, TEMPLATE_DIGEST};

/// An account and a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StackPlace {
    pub(super) account: AccountId,
    pub(super) region: Region,
}

impl fmt::Display for StackPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.account, self.region)
    }
}

impl FromStr for StackPlace {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (account, region) = text.split_once('/').ok_or(())?;
        Ok(Self {
            account: account.parse().map_err(drop)?,
            region: region.parse().map_err(drop)?,
        })
    }
}

/// The stack that remembers them: the one whose template has the parameter.
pub(super) fn keeper(assembly: &Assembly) -> Option<&AssemblyStack> {
    assembly.stacks().iter().find(|stack| {
        let template = assembly.template(stack);
        // Most templates need not be read for it.
        template.contains(FORMER_PLACES)
            && serde_json::from_str::<Value>(template).is_ok_and(|template| {
                template
                    .pointer(&format!("/Parameters/{FORMER_PLACES}"))
                    .is_some()
            })
    })
}

/// Every place that the program names.
pub(super) fn named(assembly: &Assembly) -> BTreeSet<StackPlace> {
    let place = |(account, region)| StackPlace { account, region };
    let stacks = assembly.stacks().iter();
    stacks.map(|stack| place((stack.account, stack.region))).collect()
}

/// The places that a deployed build stack remembers and the program does not name.
pub(super) async fn former(
    client: &StackClient,
    deployed: &StackState,
    body: Option<&TemplateBody>,
    named: &BTreeSet<StackPlace>,
) -> Result<BTreeSet<StackPlace>, StackError> {
    let remembered = deployed.parameters.get(FORMER_PLACES).map(String::as_str);
    let remembered = remembered.unwrap_or_default().split(',');
    let mut former: BTreeSet<StackPlace> = remembered.filter_map(|place| place.parse().ok()).collect();
    let same = body.is_some_and(|body| {
        body.digest.is_some() && deployed.outputs.get(TEMPLATE_DIGEST) == body.digest.as_ref()
    });
    if !same {
        let template = client.template(&deployed.stack_id).await?;
        let template: Value = serde_json::from_str(&template).unwrap_or_default();
        let places = template
            .pointer(&format!("/Metadata/{PLACES}"))
            .and_then(Value::as_array);
        let places = places.into_iter().flatten().filter_map(Value::as_str);
        former.extend(places.filter_map(|place| place.parse::<StackPlace>().ok()));
    }
    Ok(former.difference(named).copied().collect())
}

/// The parameter that remembers them.
pub(super) fn remember(former: &BTreeSet<StackPlace>) -> Result<String, StackError> {
    if former.is_empty() {
        return Ok(NO_FORMER_PLACES.to_owned());
    }
    let places: Vec<String> = former.iter().map(ToString::to_string).collect();
    let remembered = places.join(",");
    match remembered.len() <= PARAMETER_VALUE {
        true => Ok(remembered),
        false => Err(StackError::TooManyFormerPlaces { places: places.len() }),
    }
}
