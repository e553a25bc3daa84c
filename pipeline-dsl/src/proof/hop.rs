use std::sync::Arc;

use crate::diagnostic::SourceLocation;
use crate::policy::{Request, Requester};

/// One request: of the running system, or one that must never go through.
#[derive(Debug, Clone)]
pub struct Hop {
    /// What it is called, the same in every run of the same program.
    pub id: String,
    /// What it belongs to: `pipeline acme-orders`, `developer alice`.
    pub serves: Arc<str>,
    /// Why it is made, or who would gain by it.
    pub purpose: String,
    /// The page that says so.
    pub page: &'static str,
    /// Whether it must go through.
    pub expectation: Expectation,
    /// The request itself.
    pub request: Request,
    /// What the program says, where the request is made from that.
    pub declared: Option<Declared>,
}

/// What a program grants, in one of the places where it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Where the program grants it.
    pub location: SourceLocation,
    /// The service that it is granted to.
    pub service: String,
    /// Who of that service.
    pub grantee: Grantee,
    /// The resource as the program writes it.
    pub resource: String,
    /// The account and the region, `222222222222/us-east-1`.
    pub place: String,
    /// How many developers have the same stacks, and are not asked about.
    pub stands_for: usize,
}

/// Whom a program grants something, by ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grantee {
    /// The role that CloudFormation deploys the service with.
    DeploymentRole(String),
    /// The role that the pipeline's actions ask CloudFormation with.
    ActionRole(String),
    /// The role that CodeBuild builds the service with.
    BuildRole(String),
    /// The roles that the service's own stacks make: a pattern.
    RolesOfStacks(String),
}

impl Grantee {
    /// The ARN, or the pattern.
    pub fn arn(&self) -> &str {
        match self {
            Self::DeploymentRole(arn)
            | Self::ActionRole(arn)
            | Self::BuildRole(arn)
            | Self::RolesOfStacks(arn) => arn,
        }
    }
}

/// Whether a request must go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// The system does not work without it.
    Allowed,
    /// Nobody must be able to do it.
    Denied,
}

/// Takes hops of one kind, and hands each on: there are too many of them to be kept.
pub(super) struct Hops<'a> {
    expectation: Expectation,
    serves: Arc<str>,
    taken: usize,
    hand_on: &'a mut dyn FnMut(Hop),
}

impl<'a> Hops<'a> {
    pub(super) fn new(expectation: Expectation, hand_on: &'a mut dyn FnMut(Hop)) -> Self {
        Self {
            expectation,
            serves: Arc::from(""),
            taken: 0,
            hand_on,
        }
    }

    /// What the next ones belong to.
    pub(super) fn serve(&mut self, serves: impl Into<Arc<str>>) {
        self.serves = serves.into();
    }

    pub(super) fn add(&mut self, purpose: impl Into<String>, page: &'static str, request: Request) {
        self.push(purpose.into(), page, request, None);
    }

    /// A request that the program grants.
    pub(super) fn add_declared(
        &mut self,
        purpose: impl Into<String>,
        page: &'static str,
        request: Request,
        declared: Declared,
    ) {
        self.push(purpose.into(), page, request, Some(declared));
    }

    fn push(&mut self, purpose: String, page: &'static str, request: Request, declared: Option<Declared>) {
        let letter = match self.expectation {
            Expectation::Allowed => 'a',
            Expectation::Denied => 'd',
        };
        self.taken += 1;
        (self.hand_on)(Hop {
            id: format!("{letter}{}", self.taken),
            serves: Arc::clone(&self.serves),
            purpose,
            page,
            expectation: self.expectation,
            request,
            declared,
        });
    }

    /// One hop for each action.
    pub(super) fn add_each(
        &mut self,
        purpose: &str,
        page: &'static str,
        requester: &Requester,
        actions: &[&str],
        resource: &str,
    ) {
        for action in actions {
            self.add(purpose, page, Request::new(requester.clone(), *action, resource));
        }
    }
}

/// The hops that somebody adds, in a list: for those who ask of few.
pub(super) fn collected(expectation: Expectation, add: impl FnOnce(&mut Hops<'_>)) -> Vec<Hop> {
    let mut found = Vec::new();
    let mut hand_on = |hop| found.push(hop);
    add(&mut Hops::new(expectation, &mut hand_on));
    found
}
