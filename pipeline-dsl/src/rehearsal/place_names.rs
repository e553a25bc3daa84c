use std::collections::BTreeMap;

use crate::local::runtime::Place;
use crate::team::Team;

/// What people call an account: `build account`, or the developer or the environment that it is.
#[derive(Debug)]
pub(super) struct PlaceNames {
    of_accounts: BTreeMap<String, String>,
    of_environments: BTreeMap<Place, String>,
}

impl PlaceNames {
    pub(super) fn of(team: &Team) -> Self {
        let developers = team.developers().iter();
        let mut of_accounts: BTreeMap<String, String> = developers
            .map(|developer| (developer.account.to_string(), developer.name.to_string()))
            .collect();
        of_accounts.insert(team.world.build.account.to_string(), "build account".to_owned());
        let mut of_environments = BTreeMap::new();
        for environment in team.world.environments.iter() {
            let place = Place {
                account: environment.account.to_string(),
                region: environment.region.to_string(),
            };
            of_environments
                .entry(place)
                .or_insert_with(|| environment.name.to_string());
        }
        Self {
            of_accounts,
            of_environments,
        }
    }

    pub(super) fn name(&self, place: &Place) -> String {
        let account = self.of_accounts.get(&place.account);
        let name = account.or_else(|| self.of_environments.get(place));
        name.unwrap_or(&place.account).clone()
    }
}
