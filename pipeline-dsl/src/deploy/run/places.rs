//! Where a team has had stacks. The build stack remembers: its template names every account and region of the program, and
//! parameters those that the program names no more, until they are pruned.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::cloudformation::limits::PARAMETER_VALUE;
use crate::deploy::aws::StackClient;
use crate::deploy::report::outcome::StackError;
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::template::TemplateBody;
use crate::model::{AccountId, Region};
use crate::synth::{Assembly, AssemblyStack, FORMER_PLACES, NO_FORMER_PLACES, PLACES, TEMPLATE_DIGEST};

/// An account and a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StackPlace {
    pub(crate) account: AccountId,
    pub(crate) region: Region,
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

/// The stack that remembers them: the one whose template has the parameters.
pub(crate) fn keeper(assembly: &Assembly) -> Option<&AssemblyStack> {
    let [parameter, ..] = FORMER_PLACES;
    assembly.stacks().iter().find(|stack| {
        let template = assembly.template(stack);
        // Most templates need not be read for it.
        template.contains(parameter)
            && serde_json::from_str::<Value>(template)
                .is_ok_and(|template| template.pointer(&format!("/Parameters/{parameter}")).is_some())
    })
}

/// Every place that the program names.
pub(crate) fn named(assembly: &Assembly) -> BTreeSet<StackPlace> {
    let place = |(account, region)| StackPlace { account, region };
    let stacks = assembly.stacks().iter();
    stacks.map(|stack| place((stack.account, stack.region))).collect()
}

/// The places that a deployed build stack remembers and the program does not name.
pub(crate) async fn former(
    client: &StackClient,
    deployed: &StackState,
    body: Option<&TemplateBody>,
    named: &BTreeSet<StackPlace>,
) -> Result<BTreeSet<StackPlace>, StackError> {
    let remembered = FORMER_PLACES
        .iter()
        .filter_map(|name| deployed.parameters.get(*name));
    let mut former: BTreeSet<StackPlace> = remembered.flat_map(|value| read(value)).collect();
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

/// The parameters that remember them, all of them in their order: a region, then its accounts, as
/// `us-east-1,111111111111,222222222222,eu-west-1,111111111111`.
pub(crate) fn remember(former: &BTreeSet<StackPlace>) -> Result<Vec<(&'static str, String)>, StackError> {
    let mut by_region: BTreeMap<&str, Vec<AccountId>> = BTreeMap::new();
    for place in former {
        by_region
            .entry(place.region.as_str())
            .or_default()
            .push(place.account);
    }
    let mut values: Vec<String> = Vec::new();
    for (region, accounts) in by_region {
        // A value names the region of its accounts before them.
        let mut told = false;
        for account in accounts {
            let more = if told {
                format!(",{account}")
            } else {
                format!(",{region},{account}")
            };
            match values.last_mut() {
                Some(value) if value.len() + more.len() <= PARAMETER_VALUE => value.push_str(&more),
                _ => values.push(format!("{region},{account}")),
            }
            told = true;
        }
    }
    if values.len() > FORMER_PLACES.len() {
        return Err(StackError::TooManyFormerPlaces { places: former.len() });
    }
    let none = std::iter::repeat_with(|| NO_FORMER_PLACES.to_owned());
    Ok(FORMER_PLACES
        .into_iter()
        .zip(values.into_iter().chain(none))
        .collect())
}

/// The places that one parameter names.
pub(crate) fn read(value: &str) -> Vec<StackPlace> {
    let mut region = None;
    let mut places = Vec::new();
    for part in value.split(',') {
        match part.parse::<AccountId>() {
            Ok(account) => places.extend(region.map(|region| StackPlace { account, region })),
            Err(_) => region = part.parse::<Region>().ok().or(region),
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{StackPlace, read, remember};
    use crate::cloudformation::limits::PARAMETER_VALUE;
    use crate::deploy::StackError;
    use crate::model::Region;
    use crate::synth::FORMER_PLACES;

    /// So many accounts, each in two regions.
    fn places(accounts: u64) -> BTreeSet<StackPlace> {
        let both = |number| {
            [Region::UsEast1, Region::EuWest1].map(|region| StackPlace {
                account: format!("{number:012}").parse().unwrap(),
                region,
            })
        };
        (1..=accounts).flat_map(both).collect()
    }

    #[test]
    fn what_is_remembered_is_read_again() {
        for accounts in [0, 1, 2, 154, 155, 400, 1_249] {
            let former = places(accounts);
            let parameters = remember(&former).unwrap();
            assert!(parameters.iter().map(|(name, _)| *name).eq(FORMER_PLACES));
            assert!(parameters.iter().all(|(_, value)| value.len() <= PARAMETER_VALUE));
            let again: BTreeSet<_> = parameters.iter().flat_map(|(_, value)| read(value)).collect();
            assert_eq!(again, former);
        }
    }

    #[test]
    fn more_than_have_room_are_an_error() {
        let error = remember(&places(1_300)).unwrap_err();
        assert!(matches!(error, StackError::TooManyFormerPlaces { places: 2_600 }));
    }
}
