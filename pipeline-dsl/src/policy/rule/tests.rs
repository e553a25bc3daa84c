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
            "arn:aws:iam::aws:policy/*",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            true,
        ),
        (
            "arn:aws:iam::111111111111:policy/*",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            false,
        ),
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
    let not_like = json!({"StringNotLike": {"aws:SourceAccount": ["1*"]}});
    assert!(when(&not_like, asked()));
    assert!(when(&not_like, asked().with("aws:SourceAccount", "2")));
    assert!(!when(&not_like, asked().with("aws:SourceAccount", "12")));
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
    let paths = asked().with("aws:PrincipalOrgPaths", vec!["o-a/r-b/ou-c/ou-d/".to_owned()]);
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
    assert!(when(&insecure, asked().with("aws:SecureTransport", false)));
    assert!(!when(&insecure, asked().with("aws:SecureTransport", true)));
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
        asked().with("aws:TagKeys", tags.collect::<Vec<String>>())
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

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
#[test]
fn what_is_asked_of_no_resource_only_a_star_allows() {
    for (pattern, expected) in [
        ("*", true),
        ("arn:aws:kms:us-east-1:111111111111:key/*", false),
        ("arn:aws:*", false),
    ] {
        let asked = ("kms:CreateKey", "*");
        assert_eq!(
            on(&json!("kms:CreateKey"), &json!(pattern), asked),
            expected,
            "{pattern}"
        );
    }
}
