use crate::cloudformation::types::codebuild::{Environment, EnvironmentVariable, RegistryCredential};
use crate::team::{EnvironmentType, Image, Variable, VariableValue};

/// What something is built in.
pub(crate) fn environment(r#type: EnvironmentType, image: &str, compute_type: &str) -> Environment {
    Environment {
        r#type: r#type.as_str().to_owned(),
        compute_type: compute_type.to_owned(),
        image: image.to_owned(),
        privileged_mode: false,
        image_pull_credentials_type: None,
        registry_credential: None,
        environment_variables: Vec::new(),
    }
}

/// The same with the image of a service's build, which its role pulls where CodeBuild itself cannot.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html>
pub(super) fn pulling(mut environment: Environment, image: &Image) -> Environment {
    let by_role = image.credentials.is_some() || image.ecr_repository().is_some();
    environment.image_pull_credentials_type = by_role.then_some("SERVICE_ROLE");
    environment.registry_credential = image.credentials.as_ref().map(|secret| RegistryCredential {
        credential: secret.name.clone(),
        credential_provider: EnvironmentVariable::SECRET,
    });
    environment
}

/// Variables as CodeBuild takes them.
pub(super) fn variables<'a>(variables: impl Iterator<Item = &'a Variable>) -> Vec<EnvironmentVariable> {
    let variable = |variable: &Variable| {
        let (r#type, value) = match &variable.value {
            VariableValue::Plain(value) => (None, value.clone()),
            VariableValue::Secret(secret) => (Some(EnvironmentVariable::SECRET), secret.reference()),
            VariableValue::Parameter(parameter) => {
                (Some(EnvironmentVariable::PARAMETER), parameter.name.clone())
            }
        };
        EnvironmentVariable {
            name: variable.name.clone(),
            r#type,
            value,
        }
    };
    variables.map(variable).collect()
}
