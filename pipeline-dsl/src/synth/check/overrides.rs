//! How long the parameters are that a pipeline gives to a stack: too long in however many environments is one mistake.

use std::collections::BTreeMap;

use super::origin::Origin;
use crate::cloudformation::limits;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Name;

const PAGE: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html";

/// Those that are too long, by the service and the stack that they are for.
#[derive(Debug, Default)]
pub(super) struct TooLong<'a>(BTreeMap<(Option<Name>, String), (usize, Origin<'a>)>);

impl<'a> TooLong<'a> {
    /// Notes how long they are in one place.
    pub(super) fn add(&mut self, stack: &str, bytes: usize, origin: Origin<'a>) {
        if bytes > limits::PARAMETER_OVERRIDES {
            let key = (origin.service_name(), stack.to_owned());
            let (longest, _) = self.0.entry(key).or_insert((bytes, origin));
            *longest = bytes.max(*longest);
        }
    }

    /// One mistake for each stack.
    pub(super) fn report(self, found: &mut Diagnostics) {
        for ((_, stack), (bytes, origin)) in self.0 {
            let message = format!(
                "the bytes of the parameters that the pipeline gives to stack `{stack}`: {bytes}, and AWS allows {}",
                limits::PARAMETER_OVERRIDES
            );
            let told = Diagnostic::new("synth::limit", message)
                .note(PAGE)
                .help("put parameters that are always the same into a configuration file of the artifact: `.configuration(bundle.file(\"config.json\"))`");
            found.extend(origin.place(origin.at_parameters(&stack, told).into()));
        }
    }
}
