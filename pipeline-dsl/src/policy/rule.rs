use iam_rs::{
    Arn, Context, Decision, IAMPolicy, IAMRequest, Principal as Identity, PrincipalId, evaluate_policy,
};
use serde_json::{Map, Value};

use super::Effect;
use super::request::{ContextValue, Request, Requester};

/// A statement of a policy as it was written, ready to be asked whether it applies to a request.
///
/// Actions, resources and conditions are matched by `iam-rs`; principals by [`Rule::names`], because what it means to be
/// named depends on the kind of policy.
#[derive(Debug, Clone)]
pub struct Rule {
    sid: String,
    effect: Effect,
    principals: Vec<Named>,
    /// Its actions in small letters; none where it names those that it is not about.
    actions: Option<Vec<String>>,
    statement: Value,
    policy: IAMPolicy,
}

/// Who is named as a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    Anyone,
    /// All of an account, as far as its own policies let them.
    Account(String),
    Role(String),
    Service(String),
}

/// How a requester is named by a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// By name, or with everybody: the statement alone can allow.
    Directly,
    /// As one of an account: the account's own policies must allow too.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts>
    ByAccount,
}

/// A statement that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a statement that cannot be read: {0}")]
pub struct MalformedStatement(String);

impl Rule {
    /// Reads a statement.
    ///
    /// # Errors
    /// When it is not one.
    pub fn parse(statement: &Value) -> Result<Self, MalformedStatement> {
        let malformed = |reason: &str| MalformedStatement(format!("{reason}: {statement}"));
        let fields = statement.as_object().ok_or_else(|| malformed("not an object"))?;
        if fields.contains_key("NotPrincipal") {
            return Err(malformed("`NotPrincipal` is not understood"));
        }
        let effect = match fields.get("Effect").and_then(Value::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => return Err(malformed("neither `Allow` nor `Deny`")),
        };
        let mut matched = fields.clone();
        let principals = match matched.remove("Principal") {
            Some(principal) => named(&principal).ok_or_else(|| malformed("unknown principals"))?,
            None => Vec::new(),
        };
        // A trust policy names no resource: it stands on one.
        if !matched.contains_key("NotResource") {
            matched.entry("Resource").or_insert_with(|| "*".into());
        }
        if let Some(condition) = matched.get_mut("Condition") {
            *condition = with_small_keys(condition);
        }
        // What applies is asked; what follows from it is decided elsewhere.
        matched.insert("Effect".to_owned(), "Allow".into());
        let policy = Map::from_iter([
            ("Version".to_owned(), "2012-10-17".into()),
            ("Statement".to_owned(), Value::Array(vec![Value::Object(matched)])),
        ]);
        let policy = serde_json::from_value(Value::Object(policy));
        Ok(Self {
            sid: fields
                .get("Sid")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            effect,
            principals,
            actions: actions(fields),
            statement: statement.clone(),
            policy: policy.map_err(|error| malformed(&error.to_string()))?,
        })
    }

    /// What it is called.
    pub fn sid(&self) -> &str {
        &self.sid
    }

    /// Whether it grants or refuses.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The statement itself.
    pub fn statement(&self) -> &Value {
        &self.statement
    }

    /// How it names the requester, if it does.
    pub fn names(&self, requester: &Requester) -> Option<Naming> {
        let direct = self.principals.iter().any(|named| match (named, requester) {
            (Named::Anyone, _) => true,
            (Named::Role(arn), Requester::Role(role)) => arn == role,
            (Named::Service(name), Requester::Service(service)) => name == service,
            _ => false,
        });
        if direct {
            return Some(Naming::Directly);
        }
        let account = requester.account()?;
        self.principals
            .iter()
            .any(|named| matches!(named, Named::Account(named) if named == account))
            .then_some(Naming::ByAccount)
    }

    /// Whether it is about this action on this resource in these circumstances. A request that `iam-rs` cannot
    /// evaluate is one that it does not apply to, unless it refuses.
    pub fn applies(&self, request: &Request) -> bool {
        // Most statements are about something else: say so before anything is copied.
        let action = request.action.to_ascii_lowercase();
        let others = |patterns: &Vec<String>| !patterns.iter().any(|each| Arn::wildcard_match(&action, each));
        if self.actions.as_ref().is_some_and(others) {
            return false;
        }
        let Ok(resource) = Arn::parse(&request.resource) else {
            return self.effect == Effect::Deny;
        };
        let asked = IAMRequest::new_with_context(
            identity(&request.requester),
            request.action.clone(),
            resource,
            context(request),
        );
        match evaluate_policy(&self.policy, &asked) {
            Ok(decision) => decision == Decision::Allow,
            Err(_) => self.effect == Effect::Deny,
        }
    }
}

fn actions(fields: &Map<String, Value>) -> Option<Vec<String>> {
    match fields.get("Action")? {
        Value::Array(actions) => actions
            .iter()
            .map(|action| Some(action.as_str()?.to_ascii_lowercase()))
            .collect(),
        action => Some(vec![action.as_str()?.to_ascii_lowercase()]),
    }
}

/// Condition keys are the same in capitals and small letters; to `iam-rs` they are not.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
fn with_small_keys(condition: &Value) -> Value {
    let operators = condition.as_object().into_iter().flatten();
    operators
        .map(|(operator, keys)| {
            let keys = keys.as_object().into_iter().flatten();
            let keys: Value = keys
                .map(|(key, values)| (key.to_lowercase(), values.clone()))
                .collect();
            (operator.clone(), keys)
        })
        .collect()
}

fn named(principal: &Value) -> Option<Vec<Named>> {
    if principal == "*" {
        return Some(vec![Named::Anyone]);
    }
    let mut all = Vec::new();
    for (kind, names) in principal.as_object()? {
        let names: Vec<&str> = match names {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().map(Value::as_str).collect::<Option<_>>()?,
            _ => return None,
        };
        for name in names {
            all.push(match (kind.as_str(), name) {
                ("AWS", "*") => Named::Anyone,
                ("AWS", account) if account.len() == 12 => Named::Account(account.to_owned()),
                ("AWS", arn) => match arn.strip_suffix(":root") {
                    Some(account) => Named::Account(account.rsplit(':').next()?.to_owned()),
                    None => Named::Role(arn.to_owned()),
                },
                ("Service", service) => Named::Service(service.to_owned()),
                _ => return None,
            });
        }
    }
    Some(all)
}

/// The principal of a request; it is not compared, but must be there.
fn identity(requester: &Requester) -> Identity {
    match requester {
        Requester::Role(arn) => Identity::Aws(PrincipalId::String(arn.clone())),
        Requester::Administrator(account) => Identity::Aws(PrincipalId::String(account.clone())),
        Requester::Service(service) => Identity::Service(PrincipalId::String(service.clone())),
        Requester::Anonymous => Identity::Wildcard,
    }
}

fn context(request: &Request) -> Context {
    let mut context = Context::new();
    for (key, value) in &request.context {
        let value = match value {
            ContextValue::Text(text) => iam_rs::ContextValue::String(text.clone()),
            ContextValue::Texts(texts) => iam_rs::ContextValue::StringList(texts.clone()),
            ContextValue::Flag(flag) => iam_rs::ContextValue::Boolean(*flag),
        };
        context.insert(key.to_lowercase(), value);
    }
    context
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Naming, Request, Requester, Rule};

    fn role() -> Requester {
        Requester::Role("arn:aws:iam::111111111111:role/acme/a".to_owned())
    }

    fn applies(statement: &Value, request: &Request) -> bool {
        Rule::parse(statement).unwrap().applies(request)
    }

    fn on(action: &Value, resource: &Value, asked: (&str, &str)) -> bool {
        let statement = json!({"Effect": "Allow", "Action": action, "Resource": resource});
        applies(&statement, &Request::new(role(), asked.0, asked.1))
    }

    fn when(condition: &Value, request: impl std::borrow::Borrow<Request>) -> bool {
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
        applies(&statement, request.borrow())
    }

    fn asked() -> Request {
        Request::new(role(), "s3:GetObject", "arn:aws:s3:::b/k")
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
    #[test]
    fn actions_match_without_case_and_by_wildcard() {
        let object = "arn:aws:s3:::b/k";
        for (pattern, action, expected) in [
            ("s3:GetObject", "s3:GetObject", true),
            ("s3:getobject", "s3:GetObject", true),
            ("s3:Get*", "s3:GetObjectVersion", true),
            ("s3:GetObject", "s3:GetObjectVersion", false),
            ("s3:*", "s3:PutObject", true),
            ("*", "s3:PutObject", true),
            ("s3:?etObject", "s3:GetObject", true),
        ] {
            assert_eq!(
                on(&json!(pattern), &json!("*"), (action, object)),
                expected,
                "{pattern}"
            );
        }
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
    #[test]
    fn resources_match_part_by_part() {
        for (pattern, resource, expected) in [
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/k/l", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b", false),
            ("arn:aws:s3:::b", "arn:aws:s3:::b", true),
            (
                "arn:aws:sns:*:111111111111:a",
                "arn:aws:sns:us-east-1:111111111111:a",
                true,
            ),
            (
                "arn:aws:logs:us-east-1:111111111111:log-group:/a/b:*",
                "arn:aws:logs:us-east-1:111111111111:log-group:/a/b:log-stream:x",
                true,
            ),
            (
                "arn:aws:iam::111111111111:role/acme/*",
                "arn:aws:iam::111111111111:role/other/a",
                false,
            ),
        ] {
            let asked = ("s3:GetObject", resource);
            assert_eq!(
                on(&json!("*"), &json!([pattern]), asked),
                expected,
                "{pattern} {resource}"
            );
        }
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
    #[test]
    fn a_key_that_is_missing_fails_unless_it_is_negated() {
        assert!(!when(
            &json!({"StringEquals": {"aws:SourceAccount": ["1"]}}),
            asked()
        ));
        assert!(when(
            &json!({"StringNotEquals": {"aws:SourceAccount": ["1"]}}),
            asked()
        ));
        assert!(when(
            &json!({"StringEqualsIfExists": {"aws:SourceAccount": ["1"]}}),
            asked()
        ));
        assert!(when(&json!({"Null": {"aws:SourceAccount": ["true"]}}), asked()));
        assert!(!when(&json!({"Null": {"aws:SourceAccount": ["false"]}}), asked()));
    }

    /// One of several values is enough; of a negated operator, none may match.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>
    #[test]
    fn values_are_alternatives_and_negated_ones_are_not() {
        let one = |value: &str| asked().with("aws:SourceAccount", value);
        let equals = json!({"StringEquals": {"aws:SourceAccount": ["1", "2"]}});
        assert!(when(&equals, one("2")));
        assert!(!when(&equals, one("3")));
        let not = json!({"StringNotEquals": {"aws:SourceAccount": ["1", "2"]}});
        assert!(!when(&not, one("2")));
        assert!(when(&not, one("3")));
    }

    #[test]
    fn arns_and_paths_match_by_wildcard() {
        let arn = asked().with("aws:PrincipalArn", "arn:aws:iam::1:role/acme/action/orders");
        assert!(when(
            &json!({"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/acme/action/*"]}}),
            arn.clone()
        ));
        assert!(!when(
            &json!({"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/acme/build/*"]}}),
            arn
        ));
        let paths = asked().with_all("aws:PrincipalOrgPaths", ["o-a/r-b/ou-c/ou-d/".to_owned()]);
        assert!(when(
            &json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-a/r-b/ou-c/*"]}}),
            paths.clone()
        ));
        assert!(!when(
            &json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-a/r-b/ou-x/*"]}}),
            paths
        ));
        assert!(!when(
            &json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["*"]}}),
            asked()
        ));
    }

    #[test]
    fn flags_are_compared_with_words() {
        let insecure = json!({"Bool": {"aws:SecureTransport": ["false"]}});
        assert!(when(&insecure, asked().with_flag("aws:SecureTransport", false)));
        assert!(!when(&insecure, asked().with_flag("aws:SecureTransport", true)));
        assert!(!when(&insecure, asked()));
    }

    #[test]
    fn an_account_is_named_by_its_root_or_its_id() {
        for principal in [
            json!({"AWS": ["arn:aws:iam::111111111111:root"]}),
            json!({"AWS": "111111111111"}),
        ] {
            let rule = json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"});
            let rule = Rule::parse(&rule).unwrap();
            assert_eq!(rule.names(&role()), Some(Naming::ByAccount));
            assert_eq!(rule.names(&Requester::Anonymous), None);
            assert_eq!(rule.names(&Requester::Administrator("2".to_owned())), None);
        }
        let anyone = json!({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"});
        assert_eq!(
            Rule::parse(&anyone).unwrap().names(&Requester::Anonymous),
            Some(Naming::Directly)
        );
    }

    /// The examples of
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    #[test]
    fn set_operators_follow_the_examples() {
        let asked_with = |tags: &[&str]| {
            let tags = tags.iter().map(ToString::to_string);
            asked().with_all("aws:TagKeys", tags)
        };
        let all = json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["environment", "cost-center"]}});
        assert!(when(&all, asked_with(&["environment"])));
        assert!(when(&all, asked_with(&["environment", "cost-center"])));
        assert!(!when(&all, asked_with(&["environment", "webserver"])));
        assert!(when(&all, asked()), "vacuously true, AWS warns");
        let any = json!({"ForAnyValue:StringEquals": {"aws:TagKeys": ["environment", "cost-center"]}});
        assert!(when(&any, asked_with(&["environment", "webserver"])));
        assert!(!when(&any, asked_with(&["webserver"])));
        assert!(!when(&any, asked()));
    }

    /// Operators and keys must all hold.
    #[test]
    fn conditions_are_joined() {
        let both = json!({
            "StringEquals": {"kms:ViaService": ["s3.us-east-1.amazonaws.com"], "aws:PrincipalOrgID": ["o-a"]},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]},
        });
        let right = asked()
            .with("kms:ViaService", "s3.us-east-1.amazonaws.com")
            .with("aws:PrincipalOrgID", "o-a")
            .with("kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::b/k");
        assert!(when(&both, right.clone()));
        for (key, wrong) in [
            ("kms:ViaService", "s3.eu-west-1.amazonaws.com"),
            ("aws:PrincipalOrgID", "o-b"),
            ("kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::c/k"),
        ] {
            assert!(!when(&both, right.clone().with(key, wrong)), "{key}");
        }
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
    #[test]
    fn condition_keys_are_the_same_in_capitals() {
        let capitals = json!({"StringEquals": {"AWS:SourceAccount": ["1"]}});
        assert!(when(&capitals, asked().with("aws:sourceaccount", "1")));
    }

    /// Where iam-rs 0.8.0 differs from
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN>;
    /// when one of these fails, it has been mended there, and the document of the proof is to be mended too.
    #[test]
    fn what_iam_rs_does_otherwise_than_aws() {
        let arn = asked().with("aws:SourceArn", "arn:aws:sns:us-east-1:1:a");
        // AWS: `ArnEquals` and `ArnLike` behave identically.
        assert!(!when(
            &json!({"ArnEquals": {"aws:SourceArn": ["arn:aws:sns:us-east-1:1:*"]}}),
            arn.clone()
        ));
        // AWS: each of the six parts is checked by itself.
        assert!(when(
            &json!({"ArnLike": {"aws:SourceArn": ["arn:aws:sns:*:a"]}}),
            arn
        ));
    }
}
