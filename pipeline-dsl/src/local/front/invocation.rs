//! Calls that run a function.
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use crate::local::cloud::local_cloud::LocalCloud;
use crate::local::http::answer::Answer;
use crate::local::http::call::Call;
use crate::local::http::credential::Credential;
use crate::local::http::ids::partition_of;
use crate::local::http::json::{refused, spoken};
use crate::local::http::response::ApiError;

impl LocalCloud {
    /// Answers a call that runs a function: the state is not locked meanwhile, for the function uses it.
    pub(crate) fn answer_invocation(&self, call: &Call) -> Option<Answer> {
        let name = call
            .path
            .strip_prefix("/2015-03-31/functions/")?
            .strip_suffix("/invocations")?;
        let credential = Credential::of(call)
            .ok()
            .filter(|credential| credential.service == "lambda")?;
        let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
        let partition = partition_of(&credential.region);
        let arn = if name.starts_with("arn:") {
            name.into_owned()
        } else {
            format!(
                "arn:{partition}:lambda:{}:{}:function:{name}",
                credential.region, credential.account
            )
        };
        if arn.split(':').nth(4) != Some(credential.account.as_str()) {
            let message = format!(
                "User: arn:{partition}:iam::{}:root is not authorized to perform: lambda:InvokeFunction on resource: {arn} \
                 because no resource-based policy allows the lambda:InvokeFunction action",
                credential.account
            );
            return Some(refused(&ApiError::denied("AccessDeniedException", message)));
        }
        if self.function(&arn).is_none() {
            let error =
                ApiError::not_found("ResourceNotFoundException", format!("Function not found: {arn}"));
            return Some(refused(&error));
        }
        let event = serde_json::from_slice(&call.body).unwrap_or_default();
        Some(match self.invoke(&arn, &event) {
            Ok(invocation) => spoken(200, &invocation.returned),
            Err(failure) => {
                let error = serde_json::json!({"errorMessage": failure.raised, "errorType": "Error"});
                spoken(200, &error).with("x-amz-function-error", "Unhandled".to_owned())
            }
        })
    }
}
