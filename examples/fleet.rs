//! A team of any size, made of values known at run time: what `team!` writes, written by hand.
//!
//! `DEVELOPERS=200 SERVICES=5 cargo run --example fleet -- synth`

#![allow(clippy::expect_used, reason = "names and accounts are made of numbers")]

use pipeline_dsl::diagnostic::Diagnostic;
use pipeline_dsl::prelude::*;

fn main() -> ExitCode {
    pipeline_dsl::cli::main(|| fleet(size("DEVELOPERS", 2)?, size("SERVICES", 2)?))
}

/// A number from the environment.
fn size(name: &str, default: usize) -> Result<usize> {
    let Ok(given) = std::env::var(name) else {
        return Ok(default);
    };
    given.parse().map_err(|_| {
        let message = format!("`{name}` is `{given}`, which is not a number");
        Diagnostic::new("fleet::size", message)
            .help(format!("write `{name}={default}`"))
            .into()
    })
}

const BUILD: BuildAccount = BuildAccount::new(AccountId::new("111111111111"), Region::UsEast1);
const GITHUB: Connection =
    Connection::github("arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d-build");

/// Three target accounts in three regions, an approval before the third, and developers with consecutive
/// account ids.
pub(crate) fn fleet(developers: usize, services: usize) -> Result<Team> {
    let first = Environment::standard(name!("first"), account_id!("222222222222"), Region::UsEast1);
    let second = Environment::standard(name!("second"), account_id!("333333333333"), Region::EuWest1);
    let third = Environment::production(name!("third"), account_id!("444444444444"), Region::UsWest2);
    let waves: [Wave; 3] = [
        Wave::named(name!("one")).to(first).any(),
        Wave::named(name!("two")).to(second).any(),
        Wave::named(name!("three")).after_approval().to(third).any(),
    ];
    let services: Vec<Service> = (0..services)
        .map(|number| Service::new(named(&format!("service-{number}"))))
        .collect();

    let mut world = World::new(TeamName::new("fleet"), BUILD)
        .organization(OrganizationPath::new("o-abcdefghij/r-h123/ou-h123-3zyxwvut/"))
        .environment(first)
        .environment(second)
        .environment(third)
        .developers((0..developers).map(developer));
    for wave in &waves {
        world = world.wave(wave.clone());
    }
    for service in &services {
        world = world.service(*service);
    }
    world
        .with_all(services.iter().map(|service| pipeline(*service, &waves)))
        .build()
}

fn developer(number: usize) -> Developer {
    let account = format!("{:012}", 500_000_000_000 + number);
    let account = account.parse().expect("twelve digits");
    Developer::new(named(&format!("developer-{number}")), account, Region::UsEast1)
}

fn pipeline(service: Service, waves: &[Wave; 3]) -> Pipeline<Releasing> {
    let name = service.name();
    let [one, two, three] = waves.clone();
    let (pipeline, bundle) = Pipeline::from_artifact(service, Artifact::key(format!("{name}/{name}.zip")));
    pipeline
        .built_by(CodeBuild::of(Repository::new(GITHUB, format!("fleet/{name}"))))
        .stack(Stack::named(name.as_str()).template(bundle.file("template.yaml")))
        .permissions(Permissions::new().allow(
            actions!["sns:CreateTopic", "sns:DeleteTopic", "sns:GetTopicAttributes"],
            [format!(
                "arn:${{AWS::Partition}}:sns:*:${{AWS::AccountId}}:{name}"
            )],
        ))
        .release(one)
        .release(two)
        .release(three)
}

fn named(name: &str) -> Name {
    name.parse().expect("lower-case letters, digits and hyphens")
}
