//! The template of a call: in it, or in S3.

use crate::cloudformation::limits;
use crate::local::http::request::Request;
use crate::local::http::response::ApiError;
use crate::local::state::State;

impl State {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
    pub(crate) fn template(&self, request: &Request) -> Result<String, ApiError> {
        let too_long = |name: &str, limit: usize| {
            ApiError::validation(format!(
                "1 validation error detected: Value at '{name}' failed to satisfy constraint: Member must have length \
                 less than or equal to {limit}"
            ))
        };
        if let Some(body) = request.get("TemplateBody").filter(|body| !body.is_empty()) {
            return if body.len() <= limits::TEMPLATE_INLINE_BYTES {
                Ok(body.to_owned())
            } else {
                Err(too_long("templateBody", limits::TEMPLATE_INLINE_BYTES))
            };
        }
        if request.flag("UsePreviousTemplate") {
            let id = self.found(request, request.require("StackName")?)?;
            let deployed = self.stack(&id)?.deployed.as_ref();
            return Ok(deployed
                .map(|deployed| deployed.template.text().to_owned())
                .unwrap_or_default());
        }
        let url = request.get("TemplateURL").unwrap_or_default();
        if url.is_empty() {
            return Err(ApiError::validation(
                "Either Template URL or Template Body must be specified.",
            ));
        }
        let template = self.object_at(url).ok_or_else(|| {
            ApiError::validation(format!("S3 error: The specified key does not exist. ({url})"))
        })?;
        if template.len() <= limits::TEMPLATE_BYTES {
            Ok(template)
        } else {
            Err(too_long("templateURL", limits::TEMPLATE_BYTES))
        }
    }

    /// https://<host>/<bucket>/<key>, or https://<bucket>.s3.<rest>/<key>
    fn object_at(&self, url: &str) -> Option<String> {
        let (_, rest) = url.split_once("://")?;
        let (host, path) = rest.split_once('/')?;
        let (bucket, key) = match host.split_once(".s3.") {
            Some((bucket, _)) => (bucket, path),
            None => path.split_once('/')?,
        };
        let content = self.s3.buckets.all.get(bucket)?.newest(key)?.content.as_ref()?;
        String::from_utf8(self.s3.contents.read(content).ok()?).ok()
    }
}
