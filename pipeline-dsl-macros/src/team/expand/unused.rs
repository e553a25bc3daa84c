use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;

use crate::team::syntax::Team;

/// A warning for each environment that no wave names. A macro cannot warn, but what it expands to can use something
/// deprecated, and rustc then says why.
pub(super) fn warnings(team: &Team) -> TokenStream {
    let named: BTreeSet<String> = team
        .waves
        .iter()
        .flat_map(|wave| &wave.environments)
        .map(super::super::syntax::Name::written)
        .collect();
    let declared = |name: &String| team.environments.iter().any(|each| each.name.written() == *name);
    // A misspelled one is rustc's to report, and may be the one that seems to be missing.
    if !named.iter().all(declared) {
        return TokenStream::new();
    }
    team.environments
        .iter()
        .filter(|environment| !named.contains(&environment.name.written()))
        .map(|environment| {
            let span = environment.name.ident.span();
            let note = format!(
                "nothing is deployed to `{}`: name it in a wave, or take it out",
                environment.name.deployed()
            );
            let unused = Ident::new("environment_in_no_wave", span);
            quote_spanned! {span=>
                const _: () = {
                    #[deprecated(note = #note)]
                    const #unused: () = ();
                    #unused
                };
            }
        })
        .collect()
}
