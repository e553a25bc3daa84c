//! Templates that a call cannot carry go through S3: a bucket of the team's in that account and region, made when it
//! is first needed. Objects are named by their content, and expire.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::cloudformation::limits::{TEMPLATE_BYTES, TEMPLATE_INLINE_BYTES};
use crate::deploy::aws::{Aws, CallErrorKind};
use crate::deploy::report::outcome::StackError;
use crate::deploy::state::stack_state::TemplateSource;
use crate::deploy::walk::shared::Shared;
use crate::model::{AccountId, Region, TeamName, bucket_name};
use crate::synth::Digest;

/// CloudFormation reads a template while it makes the change set, and never again.
const DAYS: i32 = 7;

type Key = (AccountId, Region, Digest);

/// What was uploaded in this run: each template once for each account and region.
#[derive(Debug, Default)]
pub(crate) struct TemplateStore {
    uploaded: Mutex<BTreeMap<Key, Arc<Shared<String, StackError>>>>,
}

impl TemplateStore {
    /// The template as a call takes it.
    pub(crate) async fn source(
        &self,
        aws: &Aws,
        team: TeamName,
        account: AccountId,
        region: Region,
        text: &str,
    ) -> Result<TemplateSource, StackError> {
        let bytes = text.len();
        if bytes <= TEMPLATE_INLINE_BYTES {
            return Ok(TemplateSource::Body(text.to_owned()));
        }
        if bytes > TEMPLATE_BYTES {
            return Err(StackError::TemplateTooLarge {
                bytes,
                limit: TEMPLATE_BYTES,
            });
        }
        let digest = Digest::of(text);
        let cell = {
            let mut uploaded = self.uploaded.lock().await;
            Arc::clone(uploaded.entry((account, region, digest.clone())).or_default())
        };
        let lasts = |error: &StackError| error.kind() == CallErrorKind::Permanent;
        let url = cell
            .get(lasts, || async {
                let client = aws.buckets(account, region).await?;
                let bucket = bucket_name(team, "templates", account, region);
                let key = format!("{digest}.json");
                let uploaded = match client.put(&bucket, &key, text).await {
                    Err(error) if error.kind() == CallErrorKind::Missing => {
                        match client.create_expiring(&bucket, DAYS).await {
                            Ok(()) => client.put(&bucket, &key, text).await,
                            Err(error) => Err(error),
                        }
                    }
                    uploaded => uploaded,
                };
                uploaded?;
                Ok::<_, StackError>(client.url(&bucket, &key))
            })
            .await?;
        Ok(TemplateSource::Url(url))
    }
}
