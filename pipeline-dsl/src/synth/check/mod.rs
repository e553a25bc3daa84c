//! AWS's limits: what could be refused on deployment is refused here, by name.

mod origin;
mod overrides;
mod parameters;
mod pipelines;
mod policies;
mod quotas;
mod templates;

use std::collections::BTreeMap;

use self::origin::Origin;
use self::overrides::TooLong;
use self::pipelines::LongestGiven;
use super::assembly::Assembly;
use crate::cloudformation::{Stack, StackKey};
use crate::constructs::Design;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::team::Team;

/// Checks every stack as it is written, and what accounts get altogether. What AWS allows on request is a warning.
pub(super) fn design(team: &Team, design: &Design, found: &mut Diagnostics, warnings: &mut Diagnostics) {
    let of_stacks = design.instances.iter().map(|instance| {
        let origin = Origin::of(team, instance.service, instance.developer);
        (&instance.stack, origin)
    });
    let of_stacks: BTreeMap<&StackKey, Origin<'_>> = of_stacks.collect();
    let mut given: BTreeMap<&StackKey, LongestGiven<'_>> = BTreeMap::new();
    for instance in &design.instances {
        let given = given.entry(&instance.stack).or_default();
        given.add(&instance.parameters);
    }
    let nothing = LongestGiven::default();
    let mut too_long = TooLong::default();
    for stack in design.stacks.values() {
        let of_team = Origin::of(team, None, None);
        let origin = of_stacks.get(stack.key()).copied().unwrap_or(of_team);
        let (mut here, mut warned) = (Diagnostics::new(), Diagnostics::new());
        templates::check(stack, &mut here);
        policies::check(stack, team.partition(), origin, &mut here);
        policies::check_patterns(stack, team.partition(), &mut here, &mut warned);
        let given = given.get(stack.key()).unwrap_or(&nothing);
        pipelines::check(stack, &mut here);
        pipelines::parameters(stack, given, origin, &mut too_long);
        found.extend(origin.place(here));
        warnings.extend(origin.place(warned));
    }
    too_long.report(found);
    let (mut here, mut warned) = (Diagnostics::new(), Diagnostics::new());
    quotas::check(design, &mut here, &mut warned);
    found.extend(Origin::of(team, None, None).place(here));
    warnings.extend(Origin::of(team, None, None).place(warned));
}

/// Checks what is known only of the whole.
pub(super) fn assembly(team: &Team, assembly: &Assembly, found: &mut Diagnostics) {
    for stack in assembly.stacks() {
        let mut here = Diagnostics::new();
        parameters::check(stack, &mut here);
        if !here.is_empty() {
            found.extend(Origin::of(team, stack.service, stack.developer).place(here));
        }
    }
    for (stack, too_large) in templates::too_large(assembly) {
        found.extend(Origin::of(team, stack.service, stack.developer).place(too_large.into()));
    }
}

/// A limit that is passed.
fn over(stack: &Stack, what: &str, count: usize, limit: usize, page: &str) -> Diagnostic {
    let message = format!(
        "{what} of stack `{}`: {count}, and AWS allows {limit}",
        stack.key()
    );
    Diagnostic::new("synth::limit", message).note(page.to_owned())
}
