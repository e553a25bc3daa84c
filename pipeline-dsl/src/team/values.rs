use std::panic::Location;

use super::developer::Developer;
use super::environment::Environment;
use crate::diagnostic::SourceLocation;
use crate::model::Name;

/// What a parameter of a stack is in each place that the stack is deployed to. One value for all places is a text.
///
/// A place without a value is an error of the team, by the names of parameter and place. So is a value with `#{`, which CodePipeline
/// reads as the beginning of a variable.
///
/// ```
/// # use pipeline_dsl::prelude::*;
/// # const DEV: Environment<Standard> =
/// #     Environment::standard(Name::new("dev"), AccountId::new("222222222222"), Region::UsEast1);
/// # fn stack<S>(stack: Stack<S>) -> Stack<S> {
/// stack
///     .parameter("LogLevel", "info")
///     .parameter("VpcId", Values::new().in_environment(DEV, "vpc-0a1b2c3d").for_developers("vpc-4e5f6a7b"))
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    pub(crate) environments: Vec<(Name, Said)>,
    pub(crate) developers: Vec<(Name, Said)>,
    all_developers: Option<Said>,
    otherwise: Option<Said>,
}

/// A value, and where the program says it. Values are equal wherever they are said.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) value: String,
    /// Nowhere but where the parameter is, if it is the one value of it.
    pub(crate) location: Option<SourceLocation>,
}

impl PartialEq for Said {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Said {}

impl Said {
    fn at(location: SourceLocation, value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            location: Some(location),
        }
    }
}

impl Values {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value in one environment.
    #[must_use]
    #[track_caller]
    pub fn in_environment<Kind>(mut self, environment: Environment<Kind>, value: impl Into<String>) -> Self {
        self.environments
            .push((environment.name, Said::at(Location::caller(), value)));
        self
    }

    /// The value in the accounts of all developers who have none of their own.
    #[must_use]
    #[track_caller]
    pub fn for_developers(mut self, value: impl Into<String>) -> Self {
        self.all_developers = Some(Said::at(Location::caller(), value));
        self
    }

    /// The value in the account of one developer. Then neither this one nor those of the other developers can have `"`, `\` or line
    /// breaks in them: they are put into the JSON that CodePipeline reads, of which it takes 1,000 characters for a stack.
    #[must_use]
    #[track_caller]
    pub fn for_developer(mut self, developer: &Developer, value: impl Into<String>) -> Self {
        self.developers
            .push((developer.name, Said::at(Location::caller(), value)));
        self
    }

    /// The value wherever none is said.
    #[must_use]
    #[track_caller]
    pub fn otherwise(mut self, value: impl Into<String>) -> Self {
        self.otherwise = Some(Said::at(Location::caller(), value));
        self
    }

    /// One value for all places, said where the parameter is.
    fn everywhere(value: String) -> Self {
        let otherwise = Some(Said {
            value,
            location: None,
        });
        Self {
            otherwise,
            ..Self::default()
        }
    }

    /// Every value, wherever it is for.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Said> {
        let named = self.environments.iter().chain(&self.developers);
        let named = named.map(|(_, value)| value);
        named.chain(&self.all_developers).chain(&self.otherwise)
    }

    /// Those that are for developers, where one of these has their own.
    pub(crate) fn of_developers_by_name(&self) -> impl Iterator<Item = &Said> {
        let by_name = !self.developers.is_empty();
        let others = self.said_of_developers().filter(|_| by_name);
        self.developers.iter().map(|(_, value)| value).chain(others)
    }

    /// What it is in an environment.
    pub(crate) fn of_environment(&self, environment: Name) -> Option<&str> {
        let own = self.environments.iter().find(|(name, _)| *name == environment);
        let own = own.map(|(_, value)| value);
        own.or(self.otherwise.as_ref()).map(|said| said.value.as_str())
    }

    /// What it is for developers who have no value of their own.
    pub(crate) fn of_developers(&self) -> Option<&str> {
        self.said_of_developers().map(|said| said.value.as_str())
    }

    fn said_of_developers(&self) -> Option<&Said> {
        self.all_developers.as_ref().or(self.otherwise.as_ref())
    }
}

impl From<&str> for Values {
    fn from(value: &str) -> Self {
        Self::everywhere(value.to_owned())
    }
}

impl From<String> for Values {
    fn from(value: String) -> Self {
        Self::everywhere(value)
    }
}

impl From<&String> for Values {
    fn from(value: &String) -> Self {
        Self::everywhere(value.clone())
    }
}
