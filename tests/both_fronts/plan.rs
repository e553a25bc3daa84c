use proptest::prelude::*;

const REGIONS: [&str; 4] = ["us-east-1", "eu-west-1", "ap-southeast-2", "sa-east-1"];

/// What a team is made of.
#[derive(Debug, Clone)]
pub struct Plan {
    pub organization: bool,
    pub home: &'static str,
    pub tags: usize,
    /// Each is the only one of a wave.
    pub environments: Vec<Environment>,
    pub services: usize,
    /// Region, and what becomes of each service.
    pub developers: Vec<(&'static str, Vec<Care>)>,
}

#[derive(Debug, Clone)]
pub struct Environment {
    pub region: &'static str,
    pub kind: Kind,
    /// Of the approval, in minutes.
    pub timeout: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Standard,
    Production,
    Unapproved,
}

#[derive(Debug, Clone, Copy)]
pub enum Care {
    Taken,
    Held,
    Forked,
    Followed,
}

pub const BUILD: &str = "111111111111";
pub const ORGANIZATION: &str = "o-abcdefghij/r-h123/ou-h123-3zyxwvut/";

pub fn plan() -> impl Strategy<Value = Plan> {
    let region = || prop::sample::select(&REGIONS);
    let kind = prop::sample::select(&[Kind::Standard, Kind::Production, Kind::Unapproved]);
    let care = prop::sample::select(&[Care::Taken, Care::Held, Care::Forked, Care::Followed]);
    let environment = (region(), kind, prop::option::of(5_u32..=86_400));
    let environment = environment.prop_map(|(region, kind, timeout)| Environment {
        region,
        kind,
        timeout,
    });
    (
        any::<bool>(),
        region(),
        0_usize..3,
        prop::collection::vec(environment, 1..5),
        1_usize..4,
        prop::collection::vec((region(), prop::collection::vec(care, 3)), 0..4),
    )
        .prop_map(
            |(organization, home, tags, environments, services, developers)| Plan {
                organization,
                home,
                tags,
                environments,
                services,
                developers,
            },
        )
}

impl Environment {
    /// Production has to ask.
    pub fn asks(&self) -> bool {
        self.kind == Kind::Production || self.timeout.is_some()
    }
}

impl Plan {
    pub fn account_of_environment(number: usize) -> String {
        format!("{:012}", 200_000_000_000 + number)
    }

    /// With leading zeros.
    pub fn account_of_developer(number: usize) -> String {
        format!("{number:012}")
    }

    pub fn cares(&self, developer: usize) -> impl Iterator<Item = (usize, Care)> {
        let cares = self.developers[developer].1.clone();
        cares.into_iter().take(self.services).enumerate()
    }
}

pub fn connection(account: &str) -> String {
    format!("arn:aws:codeconnections:us-east-1:{account}:connection/0a1b2c3d")
}
