//! Change sets in the target accounts, asked for over AWS's own protocol as CodePipeline does.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>

use crate::local::cloud::local_cloud::LocalCloud;

/// A stack that is changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'a> {
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) stack: &'a str,
    pub(super) named: &'a str,
}

/// What a change set came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prepared {
    /// There is something to change.
    Changes,
    /// There is nothing to change: CodePipeline goes on.
    Nothing,
}

impl Change<'_> {
    /// Creates the change set anew, and says whether there is something in it.
    pub(super) fn prepare(
        &self,
        cloud: &LocalCloud,
        template: &str,
        parameters: &[(String, String)],
        capabilities: &str,
        role: &str,
    ) -> Result<Prepared, String> {
        let status = self.status(cloud);
        if status.as_deref() == Some("ROLLBACK_COMPLETE") {
            // https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
            return Err(format!(
                "stack {} is in ROLLBACK_COMPLETE: it has to be deleted first",
                self.stack
            ));
        }
        let exists = status.is_some_and(|status| status != "REVIEW_IN_PROGRESS");
        let named = [("StackName", self.stack), ("ChangeSetName", self.named)];
        if exists {
            // One of that name is replaced; where there is none, that is as well.
            let _ = self.call(cloud, "DeleteChangeSet", &named);
        }
        let mut form: Vec<(String, String)> = [
            ("StackName", self.stack),
            ("ChangeSetName", self.named),
            ("ChangeSetType", if exists { "UPDATE" } else { "CREATE" }),
            ("TemplateBody", template),
            ("RoleARN", role),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        for (index, (name, value)) in parameters.iter().enumerate() {
            let member = format!("Parameters.member.{}", index + 1);
            form.push((format!("{member}.ParameterKey"), name.clone()));
            form.push((format!("{member}.ParameterValue"), value.clone()));
        }
        for (index, capability) in capabilities
            .split(',')
            .filter(|each| !each.is_empty())
            .enumerate()
        {
            form.push((
                format!("Capabilities.member.{}", index + 1),
                capability.to_owned(),
            ));
        }
        let form: Vec<(&str, &str)> = form
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.call(cloud, "CreateChangeSet", &form)?;
        self.prepared(cloud)
    }

    /// Waits until the change set is there.
    fn prepared(&self, cloud: &LocalCloud) -> Result<Prepared, String> {
        let named = [("StackName", self.stack), ("ChangeSetName", self.named)];
        loop {
            let described = self.call(cloud, "DescribeChangeSet", &named)?;
            let reason = element(&described, "StatusReason").unwrap_or_default();
            match element(&described, "Status").as_deref() {
                Some("CREATE_COMPLETE") => return Ok(Prepared::Changes),
                Some("FAILED")
                    if reason.contains("didn't contain changes") || reason.contains("No updates") =>
                {
                    return Ok(Prepared::Nothing);
                }
                Some("CREATE_PENDING" | "CREATE_IN_PROGRESS") => {}
                _ => return Err(reason),
            }
        }
    }

    /// Executes the change set, and waits until the stack is settled.
    pub(super) fn execute(&self, cloud: &LocalCloud) -> Result<Prepared, String> {
        if self.prepared(cloud)? == Prepared::Nothing {
            return Ok(Prepared::Nothing);
        }
        let named = [("StackName", self.stack), ("ChangeSetName", self.named)];
        self.call(cloud, "ExecuteChangeSet", &named)?;
        loop {
            match self.status(cloud) {
                Some(status) if status.ends_with("_IN_PROGRESS") => {}
                Some(status) if status == "CREATE_COMPLETE" || status == "UPDATE_COMPLETE" => {
                    return Ok(Prepared::Changes);
                }
                status => {
                    let status = status.unwrap_or_else(|| "gone".to_owned());
                    return Err(format!("stack {} is in {status}", self.stack));
                }
            }
        }
    }

    fn status(&self, cloud: &LocalCloud) -> Option<String> {
        let described = self
            .call(cloud, "DescribeStacks", &[("StackName", self.stack)])
            .ok()?;
        element(&described, "StackStatus")
    }

    fn call(&self, cloud: &LocalCloud, action: &str, form: &[(&str, &str)]) -> Result<String, String> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("Action", action)
            .append_pair("Version", "2010-05-15");
        body.extend_pairs(form);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260101/{}/cloudformation/aws4_request, SignedHeaders=host, Signature=local",
            self.account, self.region
        );
        let uri = format!("https://cloudformation.{}.amazonaws.com/", self.region);
        let headers = [("authorization", authorization.as_str())];
        let answer = cloud.answer("POST", &uri, headers, body.finish().as_bytes());
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        match answer.status {
            200 => Ok(text),
            _ => Err(element(&text, "Message").unwrap_or(text)),
        }
    }
}

/// The text of the first element of this name.
fn element(text: &str, name: &str) -> Option<String> {
    let document = roxmltree::Document::parse(text).ok()?;
    let found = document
        .descendants()
        .find(|node| node.tag_name().name() == name)?;
    found.text().map(ToOwned::to_owned)
}
