use super::plan::{BUILD, Care, Kind, ORGANIZATION, Plan, connection};

/// `team! { … }`, and a function that makes the team.
pub fn program(plan: &Plan) -> String {
    let mut lines = vec![
        format!("build = \"{BUILD}\" in {};", plan.home),
        format!("connection github = \"{}\";", connection(BUILD)),
    ];
    if plan.organization {
        lines.push(format!("organization = \"{ORGANIZATION}\";"));
    }
    lines.extend((0..plan.tags).map(|tag| format!("tag \"tag-{tag}\" = \"value {tag}\";")));
    for (number, environment) in plan.environments.iter().enumerate() {
        let (keyword, waiver) = match environment.kind {
            Kind::Standard => ("environment", ""),
            Kind::Production => ("production", ""),
            Kind::Unapproved => ("production", " unapproved \"because\""),
        };
        let account = Plan::account_of_environment(number);
        lines.push(format!(
            "{keyword} env_{number} = \"{account}\" in {}{waiver};",
            environment.region
        ));
        let approval = match environment.timeout {
            Some(minutes) => format!(" after approval within {minutes} minutes"),
            None if environment.asks() => " after approval".to_owned(),
            None => String::new(),
        };
        lines.push(format!("wave wave_{number} = [env_{number}]{approval};"));
    }
    lines.extend((0..plan.services).map(|number| format!("service service_{number};")));
    lines.extend((0..plan.developers.len()).map(|number| developer(plan, number)));
    format!(
        "team! {{ mod acme {{\n{}\n}} }}\n\n{}",
        lines.join("\n"),
        team(plan)
    )
}

fn developer(plan: &Plan, number: usize) -> String {
    let account = Plan::account_of_developer(number);
    let cares: String = plan
        .cares(number)
        .map(|(service, care)| match care {
            Care::Taken => String::new(),
            Care::Held => format!(" hold service_{service};"),
            Care::Forked => format!(" fork service_{service} = \"dev-{number}/own\";"),
            Care::Followed => format!(" fork service_{service} = \"dev-{number}/own\" follow;"),
        })
        .collect();
    let own = format!("connection github = \"{}\";", connection(&account));
    let region = plan.developers[number].0;
    format!("developer dev_{number} = \"{account}\" in {region} {{ {own}{cares} }}")
}

fn team(plan: &Plan) -> String {
    let waves: String = (0..plan.environments.len())
        .map(|wave| format!(".release(acme::wave_{wave})"))
        .collect();
    let pipelines: String = (0..plan.services)
        .map(|number| format!(".with(super::pipeline(acme::service_{number}, acme::github){waves})"))
        .collect();
    format!("pub fn by_macro() -> Result<Team> {{\nacme::TEAM{pipelines}.build()\n}}\n")
}
