use super::developer::Developer;
use super::environment::Environment;
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
    pub(crate) environments: Vec<(Name, String)>,
    pub(crate) developers: Vec<(Name, String)>,
    all_developers: Option<String>,
    otherwise: Option<String>,
}

impl Values {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value in one environment.
    #[must_use]
    pub fn in_environment<Kind>(mut self, environment: Environment<Kind>, value: impl Into<String>) -> Self {
        self.environments.push((environment.name, value.into()));
        self
    }

    /// The value in the accounts of all developers who have none of their own.
    #[must_use]
    pub fn for_developers(mut self, value: impl Into<String>) -> Self {
        self.all_developers = Some(value.into());
        self
    }

    /// The value in the account of one developer. Then neither this one nor those of the other developers can have `"`, `\` or line
    /// breaks in them: they are put into the JSON that CodePipeline reads, of which it takes 1,000 characters for a stack.
    #[must_use]
    pub fn for_developer(mut self, developer: &Developer, value: impl Into<String>) -> Self {
        self.developers.push((developer.name, value.into()));
        self
    }

    /// The value wherever none is said.
    #[must_use]
    pub fn otherwise(mut self, value: impl Into<String>) -> Self {
        self.otherwise = Some(value.into());
        self
    }

    /// Every value, wherever it is for.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        let named = self.environments.iter().chain(&self.developers);
        let named = named.map(|(_, value)| value);
        let values = named.chain(&self.all_developers).chain(&self.otherwise);
        values.map(String::as_str)
    }

    /// What it is in an environment.
    pub(crate) fn of_environment(&self, environment: Name) -> Option<&str> {
        let own = self.environments.iter().find(|(name, _)| *name == environment);
        let own = own.map(|(_, value)| value);
        own.or(self.otherwise.as_ref()).map(String::as_str)
    }

    /// What it is in a developer's account.
    pub(crate) fn of_developer(&self, developer: Name) -> Option<&str> {
        let own = self.developers.iter().find(|(name, _)| *name == developer);
        own.map(|(_, value)| value.as_str()).or(self.of_developers())
    }

    /// What it is for developers who have no value of their own.
    pub(crate) fn of_developers(&self) -> Option<&str> {
        self.all_developers
            .as_ref()
            .or(self.otherwise.as_ref())
            .map(String::as_str)
    }
}

impl From<&str> for Values {
    fn from(value: &str) -> Self {
        Self::new().otherwise(value)
    }
}

impl From<String> for Values {
    fn from(value: String) -> Self {
        Self::new().otherwise(value)
    }
}

impl From<&String> for Values {
    fn from(value: &String) -> Self {
        Self::new().otherwise(value)
    }
}
