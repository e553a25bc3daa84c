//! What the proof takes as the program declares it, because the policy that decides is not the team's, and what has to be said in
//! that policy.

use serde_json::{Value, json};

use super::alike::{Alike, is_elsewhere, some_of};
use crate::diagnostic::Diagnostic;
use crate::proof::hop::Declared;

const CROSS_ACCOUNT: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html";
const KEY_POLICIES: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam";
const TRUST_POLICIES: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html";

/// What the reader has to see to in a policy of this kind, which no template of the team has.
pub(in crate::proof) fn note(alike: &Alike<'_>, kind: &'static str) -> Option<Diagnostic> {
    let declared = alike.first.hop.declared.as_ref()?;
    let request = &alike.first.hop.request;
    let owner = request.resource.split(':').nth(4).unwrap_or_default();
    let elsewhere = is_elsewhere(request);
    let (actions, resource) = (some_of(&alike.actions()), &declared.resource);
    let (message, page) = match (elsewhere, kind) {
        (true, _) => (
            format!("{actions} on `{resource}` needs a statement there: account {owner} decides too"),
            CROSS_ACCOUNT,
        ),
        (false, "key policy") => (
            format!(
                "{actions} on `{resource}` is for the key's own policy to allow, or to leave to the account"
            ),
            KEY_POLICIES,
        ),
        (false, _) => (
            format!("{actions} on `{resource}` is for its own {kind} to allow"),
            TRUST_POLICIES,
        ),
    };
    let mut note = Diagnostic::new("proof::not-ours", message)
        .as_note()
        .at(declared.location, "granted here")
        .note(format!("{} asks for it{}", alike.who(), alike.scattered()))
        .note(page);
    if request.resource.contains(":layer:") {
        note = note.note(
            "nothing is to do where its publisher lets everybody read it, as AWS does with its own layers",
        );
    }
    let others = alike.each(|proved| Some(proved.hop.declared.as_ref()?.stands_for));
    if let Some(others) = others.into_iter().max().filter(|others| *others > 0) {
        let those = match others {
            1 => "1 more developer has".to_owned(),
            others => format!("{others} more developers have"),
        };
        note = note.note(format!(
            "{those} the same stacks: the statement is for their accounts too"
        ));
    }
    let statement = statement(alike, kind, elsewhere);
    Some(note.help(format!("what its {kind} needs: {statement}")))
}

/// The statement that allows it there.
fn statement(alike: &Alike<'_>, kind: &'static str, elsewhere: bool) -> Value {
    // The default policy of keys: the account's own policies decide.
    if kind == "key policy" && !elsewhere {
        return json!({
            "Effect": "Allow",
            "Principal": {"AWS": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"},
            "Action": "kms:*",
            "Resource": "*",
        });
    }
    let accounts = alike.each(|proved| proved.hop.request.requester.account());
    let roles = alike.each(|proved| Some(proved.hop.declared.as_ref()?.grantee.arn()));
    // A role that is not there yet cannot be a principal: the account is, narrowed to the role.
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": {"AWS": one_or_many(&accounts)},
        "Action": one_or_many(&alike.actions()),
        "Condition": {"ArnLike": {"aws:PrincipalArn": one_or_many(&roles)}},
    });
    let resource = alike
        .first
        .hop
        .declared
        .as_ref()
        .map(|declared: &Declared| match kind {
            // These stand on one resource, and name none.
            // https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
            "trust policy" | "repository policy" => Value::Null,
            "key policy" => "*".into(),
            _ => declared.resource.as_str().into(),
        });
    if let (Some(fields), Some(resource @ Value::String(_))) = (statement.as_object_mut(), resource) {
        fields.insert("Resource".to_owned(), resource);
    }
    statement
}

fn one_or_many(items: &[&str]) -> Value {
    match items {
        [one] => (*one).into(),
        many => many.into(),
    }
}
