//! Answers of the services that speak JSON.
//! <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>

use serde_json::{Value, json};

use super::answer::Answer;
use super::response::ApiError;

pub(crate) fn spoken(status: u16, value: &Value) -> Answer {
    Answer::new(status, value.to_string()).with("content-type", "application/x-amz-json-1.0".to_owned())
}

pub(crate) fn refused(error: &ApiError) -> Answer {
    let body = json!({"__type": error.code, "message": error.message});
    spoken(error.status, &body).with("x-amzn-errortype", error.code.to_owned())
}
