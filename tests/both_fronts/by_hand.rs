use super::plan::{BUILD, Care, Kind, ORGANIZATION, Plan, connection};

/// A function that makes the team of public constructors.
pub fn program(plan: &Plan) -> String {
    let mut lines = environments(plan);
    lines.extend(
        (0..plan.services)
            .map(|number| format!("let service_{number} = Service::new(name!(\"service-{number}\"));")),
    );
    lines.extend(world(plan));
    for number in 0..plan.developers.len() {
        lines.extend(developer(plan, number));
    }
    let waves: String = (0..plan.environments.len())
        .map(|wave| format!(".release(wave_{wave}.clone())"))
        .collect();
    let pipelines: String = (0..plan.services)
        .map(|number| format!(".with(super::pipeline(service_{number}, github.clone()){waves})"))
        .collect();
    lines.push(format!(
        "let github = Connection::github(\"{}\");",
        connection(BUILD)
    ));
    lines.push(format!("world{pipelines}.build()"));
    format!("pub fn by_hand() -> Result<Team> {{\n{}\n}}\n", lines.join("\n"))
}

fn environments(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, environment) in plan.environments.iter().enumerate() {
        let (constructor, waiver) = match environment.kind {
            Kind::Standard => ("standard", ""),
            Kind::Production => ("production", ""),
            Kind::Unapproved => ("production", ".unapproved(\"because\")"),
        };
        let account = Plan::account_of_environment(number);
        let place = format!(
            "account_id!(\"{account}\"), Region::new(\"{}\")",
            environment.region
        );
        lines.push(format!(
            "let env_{number} = Environment::{constructor}(name!(\"env-{number}\"), {place}){waiver};"
        ));
        let approval = match environment.timeout {
            Some(minutes) => format!(".after_approval().within(ApprovalTimeout::minutes({minutes}))"),
            None if environment.asks() => ".after_approval()".to_owned(),
            None => String::new(),
        };
        lines.push(format!(
            "let wave_{number} = Wave::named(name!(\"wave-{number}\")){approval}.to(env_{number});"
        ));
    }
    lines
}

fn world(plan: &Plan) -> Vec<String> {
    let build = format!(
        "BuildAccount::new(account_id!(\"{BUILD}\"), Region::new(\"{}\"))",
        plan.home
    );
    let mut lines = vec![format!(
        "let world = World::new(TeamName::new(\"acme\"), {build});"
    )];
    if plan.organization {
        lines.push(format!(
            "let world = world.organization(organization_path!(\"{ORGANIZATION}\"));"
        ));
    }
    for tag in 0..plan.tags {
        lines.push(format!(
            "let world = world.tag(Tag::new(\"tag-{tag}\", \"value {tag}\"));"
        ));
    }
    for number in 0..plan.environments.len() {
        lines.push(format!(
            "let world = world.environment(env_{number}).wave(wave_{number}.clone());"
        ));
    }
    for number in 0..plan.services {
        lines.push(format!("let world = world.service(service_{number});"));
    }
    lines
}

fn developer(plan: &Plan, number: usize) -> Vec<String> {
    let account = Plan::account_of_developer(number);
    let place = format!(
        "account_id!(\"{account}\"), Region::new(\"{}\")",
        plan.developers[number].0
    );
    let mut lines = vec![format!(
        "let dev = Developer::new(name!(\"dev-{number}\"), {place});"
    )];
    for (service, care) in plan.cares(number) {
        let own = format!("Connection::github(\"{}\")", connection(&account));
        let fork = format!("Fork::new(service_{service}, repository_name!(\"dev-{number}/own\"), {own})");
        lines.extend(match care {
            Care::Taken => None,
            Care::Held => Some(format!("let dev = dev.hold(service_{service});")),
            Care::Forked => Some(format!("let dev = dev.fork({fork});")),
            Care::Followed => Some(format!("let dev = dev.fork({fork}.follow());")),
        });
    }
    lines.push("let world = world.developer(dev);".to_owned());
    lines
}
