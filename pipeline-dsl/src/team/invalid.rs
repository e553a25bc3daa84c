//! Texts known at run time that are wrong, as mistakes of the team: `AccountId::try_from(read)?` in a function that makes one.

use std::panic::Location;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{
    InvalidAccountId, InvalidAction, InvalidApprovalTimeout, InvalidArtifactPath, InvalidBranchName,
    InvalidConnection, InvalidName, InvalidObjectKey, InvalidOrganizationPath, InvalidRepositoryName,
    InvalidResourceArn, InvalidServicePrincipal, InvalidStackName, UnknownRegion,
};

const CODE: &str = "team::invalid-text";

/// Their messages say what to write.
macro_rules! mistakes {
    ($($invalid:ident),* $(,)?) => {
        $(
            impl From<$invalid> for Diagnostics {
                #[track_caller]
                fn from(mistake: $invalid) -> Self {
                    Diagnostic::new(CODE, mistake.to_string())
                        .at(Location::caller(), "this text")
                        .into()
                }
            }
        )*
    };
}

mistakes!(
    InvalidAccountId,
    InvalidAction,
    InvalidApprovalTimeout,
    InvalidArtifactPath,
    InvalidBranchName,
    InvalidConnection,
    InvalidName,
    InvalidObjectKey,
    InvalidOrganizationPath,
    InvalidRepositoryName,
    InvalidResourceArn,
    InvalidServicePrincipal,
    InvalidStackName,
);

impl From<UnknownRegion> for Diagnostics {
    #[track_caller]
    fn from(mistake: UnknownRegion) -> Self {
        let told = Diagnostic::new(CODE, mistake.to_string()).at(Location::caller(), "this text");
        match mistake.meant() {
            Some(region) => told.help(format!("write `{region}`")).into(),
            None => told.into(),
        }
    }
}
