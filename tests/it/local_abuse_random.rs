//! The local cloud under whatever can be sent to it: it answers each time, and stays what it was.
//!
//! `FUZZ_SECONDS=3600 cargo test --test it local_abuse_random` does it for an hour.

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use pipeline_dsl::local::LocalCloud;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::{Map, Value, json};

use crate::local_abuse::{files, furnished, owner, process, seen};

/// What somebody sends.
#[derive(Debug, Clone)]
struct Sent {
    service: &'static str,
    method: String,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

/// Names that are there, names that are not, and anything.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("bucket".to_owned()),
        Just("stack".to_owned()),
        Just("change".to_owned()),
        Just("key".to_owned()),
        Just("../../escape".to_owned()),
        Just("arn:aws:cloudformation:us-east-1:111111111111:stack/stack/x".to_owned()),
        Just("%2F..%2F".to_owned()),
        Just(String::new()),
        "\\PC{0,12}",
    ]
}

fn method() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["GET", "PUT", "POST", "HEAD", "DELETE"]).prop_map(str::to_owned),
        "[A-Z]{0,8}",
    ]
}

fn path() -> impl Strategy<Value = String> {
    let query = prop::sample::select(vec![
        "",
        "?versions",
        "?delete",
        "?uploads",
        "?uploadId=1&partNumber=1",
        "?versionId=null",
        "?versioning",
        "?policy",
        "?prefix=%ff",
        "?key-marker=key&version-id-marker=x",
    ]);
    prop_oneof![
        (word(), word(), query).prop_map(|(bucket, key, query)| format!("/{bucket}/{key}{query}")),
        word().prop_map(|bucket| format!("/{bucket}")),
        Just("/2015-03-31/functions/arn:x/invocations".to_owned()),
        "\\PC{0,30}",
    ]
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let name = prop::sample::select(vec![
        "x-amz-target",
        "x-amz-copy-source",
        "x-amz-copy-source-range",
        "content-encoding",
        "content-length",
        "content-md5",
        "x-amz-checksum-crc32",
        "x-amz-content-sha256",
        "x-amz-security-token",
        "x-amz-expected-bucket-owner",
        "x-amz-meta-a",
    ]);
    let value = prop_oneof![
        word(),
        Just("aws-chunked".to_owned()),
        Just("bytes=18446744073709551615-18446744073709551615".to_owned()),
        Just("bytes=9-1".to_owned()),
        Just("bucket/key?versionId=null".to_owned()),
        Just("AmazonSQS.CreateQueue".to_owned()),
        Just("AmazonSQS.ReceiveMessage".to_owned()),
        Just("CodePipeline_20150709.GetPipelineState".to_owned()),
    ];
    vec((name, value), 0..4)
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let action = prop::sample::select(vec![
        "DescribeStacks",
        "CreateChangeSet",
        "DescribeChangeSet",
        "ExecuteChangeSet",
        "DeleteChangeSet",
        "DeleteStack",
        "ContinueUpdateRollback",
        "UpdateTerminationProtection",
        "ListStacks",
        "DescribeStackEvents",
        "GetTemplate",
        "AssumeRole",
        "Nothing",
    ]);
    let parameter = prop::sample::select(vec![
        "StackName",
        "ChangeSetName",
        "ChangeSetType",
        "TemplateBody",
        "TemplateURL",
        "UsePreviousTemplate",
        "NextToken",
        "ClientToken",
        "RoleArn",
        "RoleSessionName",
        "Tags.member.1.Key",
        "Parameters.member.1.ParameterKey",
    ]);
    let value = prop_oneof![
        word(),
        Just("CREATE".to_owned()),
        Just("true".to_owned()),
        Just("18446744073709551615".to_owned()),
        Just(r#"{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}"#.to_owned()),
        Just("http://x/bucket/key".to_owned()),
    ];
    let form = (action, vec((parameter, value), 0..6)).prop_map(|(action, parameters)| {
        let mut form = format!("Action={action}");
        for (name, value) in parameters {
            let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            form.extend(["&", name, "=", &value]);
        }
        form.into_bytes()
    });
    prop_oneof![
        3 => form,
        1 => Just(b"<Delete><Object><Key>key</Key></Object></Delete>".to_vec()),
        1 => Just(b"ffffffffffffffff\r\nx".to_vec()),
        1 => Just(json!({"QueueUrl": "/", "QueueName": "q", "VisibilityTimeout": u64::MAX, "MaxNumberOfMessages": u64::MAX}).to_string().into_bytes()),
        1 => vec(any::<u8>(), 0..60),
    ]
}

fn sent() -> impl Strategy<Value = Sent> {
    let service = prop::sample::select(vec![
        "s3",
        "cloudformation",
        "sqs",
        "sts",
        "codepipeline",
        "lambda",
    ]);
    (service, method(), path(), headers(), body()).prop_map(|(service, method, path, headers, body)| Sent {
        service,
        method,
        path,
        headers,
        body,
    })
}

/// Values with the functions of templates in them, most of which can be evaluated.
fn value() -> impl Strategy<Value = Value> {
    let name = || prop::sample::select(vec!["R0", "P", "AWS::Region", "AWS::AccountId", "AWS::NoValue"]);
    let condition = || prop::sample::select(vec!["C0", "C1"]);
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(Value::from),
        2 => any::<i64>().prop_map(Value::from),
        8 => word().prop_map(Value::from),
        4 => name().prop_map(|name| json!({"Ref": name})),
        2 => Just(json!({"Fn::GetAtt": ["R0", "Arn"]})),
        2 => Just(json!({"Fn::Sub": "${R0}-${!x}-${P}-${R0.Arn}"})),
        2 => Just(json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
        })),
    ];
    leaf.prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            vec(
                prop_oneof![
                    word().prop_map(Value::from),
                    name().prop_map(|name| json!({"Ref": name}))
                ],
                0..4
            )
            .prop_map(|items| json!({"Fn::Join": ["-", items]})),
            (condition(), inner.clone(), inner.clone())
                .prop_map(|(name, one, other)| json!({"Fn::If": [name, one, other]})),
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(inner, 0..3).prop_map(|values| {
                let named = ["Effect", "Statement", "Service", "Name"].into_iter().zip(values);
                named
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect::<Map<_, _>>()
                    .into()
            }),
        ]
    })
}

/// Anything: mostly what no template may say.
fn wild() -> impl Strategy<Value = Value> {
    let name = || {
        prop::sample::select(vec![
            "Ref",
            "Condition",
            "Fn::If",
            "Fn::Join",
            "Fn::Sub",
            "Fn::GetAtt",
            "Fn::And",
            "Type",
        ])
    };
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        word().prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 20, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            (name(), inner).prop_map(|(name, value)| json!({name: value})),
        ]
    })
}

fn condition() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        (word(), word()).prop_map(|(one, other)| json!({"Fn::Equals": [one, other]})),
        Just(json!({"Fn::Equals": [{"Ref": "P"}, {"Ref": "AWS::Region"}]})),
        Just(json!({"Condition": "C0"})),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(|items| json!({"Fn::And": items})),
            vec(inner.clone(), 0..3).prop_map(|items| json!({"Fn::Or": items})),
            inner.prop_map(|inner| json!({"Fn::Not": [inner]})),
        ]
    })
}

const TYPES: [(&str, &[&str]); 14] = [
    ("AWS::SQS::Queue", &["QueueName", "MessageRetentionPeriod"]),
    (
        "AWS::S3::Bucket",
        &["BucketName", "BucketEncryption", "VersioningConfiguration"],
    ),
    ("AWS::S3::BucketPolicy", &["Bucket", "PolicyDocument"]),
    (
        "AWS::IAM::Role",
        &["RoleName", "AssumeRolePolicyDocument", "Policies", "Path"],
    ),
    (
        "AWS::IAM::ManagedPolicy",
        &["ManagedPolicyName", "PolicyDocument"],
    ),
    ("AWS::KMS::Key", &["KeyPolicy"]),
    ("AWS::KMS::Alias", &["AliasName", "TargetKeyId"]),
    ("AWS::SNS::Topic", &["TopicName"]),
    (
        "AWS::SNS::Subscription",
        &["TopicArn", "Protocol", "Endpoint", "FilterPolicy"],
    ),
    (
        "AWS::Lambda::Function",
        &[
            "FunctionName",
            "Code",
            "Role",
            "Handler",
            "Runtime",
            "Environment",
        ],
    ),
    (
        "AWS::CodePipeline::Pipeline",
        &["Name", "RoleArn", "Stages", "ArtifactStores"],
    ),
    (
        "AWS::CodeBuild::Project",
        &["Name", "ServiceRole", "Artifacts", "Environment", "Source"],
    ),
    ("AWS::Events::Rule", &["Name", "EventPattern", "Targets"]),
    ("Custom::Backfill", &["ServiceToken"]),
];

fn resource() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(TYPES.to_vec());
    let condition = prop::option::of(prop::sample::select(vec!["C0", "C1"]));
    let names = vec("[a-z]{3,12}", 6);
    (kind, vec(value(), 6), names, condition, any::<bool>()).prop_map(
        |((kind, properties), values, names, condition, plain)| {
            // Half of them are named well, so that more is looked at than their names.
            let values = values.into_iter().zip(names).zip(properties.iter());
            let properties: Map<String, Value> = values
                .map(|((value, name), property)| {
                    if plain && property.ends_with("Name") {
                        ((*property).to_owned(), Value::from(name))
                    } else {
                        ((*property).to_owned(), value)
                    }
                })
                .collect();
            let mut resource = json!({"Type": kind, "Properties": properties});
            if let Some(condition) = condition {
                resource["Condition"] = condition.into();
            }
            resource
        },
    )
}

fn template() -> impl Strategy<Value = Value> {
    let conditions = (
        word().prop_map(|word| json!({"Fn::Equals": [word, {"Ref": "P"}]})),
        condition(),
    );
    let wild = prop::option::weighted(0.1, wild());
    (vec(resource(), 1..4), conditions, value(), wild).prop_map(|(resources, conditions, output, wild)| {
        let mut named = Map::new();
        named.insert("R0".to_owned(), json!({"Type": "AWS::SQS::Queue"}));
        for (number, resource) in (1..).zip(resources) {
            named.insert(format!("R{number}"), resource);
        }
        if let Some(wild) = wild {
            named.insert(
                "Wild".to_owned(),
                json!({"Type": "AWS::SNS::Topic", "Properties": {"TopicName": wild}}),
            );
        }
        json!({
            "Parameters": {"P": {"Type": "String", "Default": "us-east-1"}},
            "Conditions": {"C0": conditions.0, "C1": conditions.1},
            "Resources": named,
            "Outputs": {"O": {"Value": output}},
        })
    })
}

/// Anything that can be written where a policy is.
fn policy() -> impl Strategy<Value = Value> {
    let name = || {
        prop::sample::select(vec![
            "Version",
            "Statement",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
            "StringLike",
            "ForAllValues:ArnLike",
            "NumericLessThanIfExists",
            "IpAddress",
            "Null",
            "aws:SourceArn",
            "AWS",
            "Service",
            "Sid",
        ])
    };
    let leaf = prop_oneof![
        prop::sample::select(vec![
            "2012-10-17",
            "Allow",
            "Deny",
            "*",
            "s3:*",
            "s3:Get?bject",
            "arn:aws:s3:::bucket/*",
            "arn:aws:iam::111111111111:root",
            "${aws:username}",
            "${",
            "10.0.0.0/99",
            "1e999",
        ])
        .prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((name(), inner), 0..5).prop_map(|members| {
                let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
                members.collect::<Map<_, _>>().into()
            }),
        ]
    })
}

/// A text with some of its bytes taken out, and others put in.
fn damaged(text: String) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), 0..30_usize, vec(any::<u8>(), 0..20));
    vec(change, 0..4).prop_map(move |changes| {
        let mut bytes = text.clone().into_bytes();
        for (at, removed, put) in changes {
            let at = at.index(bytes.len() + 1);
            let end = bytes.len().min(at + removed);
            bytes.splice(at..end, put);
        }
        bytes
    })
}

/// What goes over the wire: requests that are nearly right, and bytes.
fn wire() -> impl Strategy<Value = Vec<u8>> {
    let request = (method(), path(), headers(), body()).prop_map(|(method, path, headers, body)| {
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        text +=
            "Authorization: AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/s3/aws4_request\r\n";
        text += &format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        text + &String::from_utf8_lossy(&body)
    });
    prop_oneof![
        4 => request.prop_flat_map(damaged),
        1 => vec(any::<u8>(), 0..400),
    ]
}

/// Tries one thing after the other; for as many seconds as `FUZZ_SECONDS` says. The tests here do so side by side.
fn always<T: std::fmt::Debug>(
    things: impl Strategy<Value = T>,
    holds: impl Fn(T) -> Result<(), TestCaseError>,
) {
    let seconds = std::env::var("FUZZ_SECONDS").map_or(0, |seconds| seconds.parse().unwrap());
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut tried = 0;
    loop {
        let config = ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        tried += config.cases;
        if let Err(failed) = TestRunner::new(config).run(&things, &holds) {
            panic!("after {tried} tries: {failed}");
        }
        if Instant::now() >= end {
            break;
        }
    }
    println!("{tried} tries");
}

/// Whatever was asked, it is answered, the next process reads what is kept, and no file is outside.
#[test]
fn every_request_is_answered() {
    always(vec(sent(), 1..25), |history| {
        let place = tempfile::tempdir().unwrap();
        let state = place.path().join("a/b/c/state");
        let cloud = LocalCloud::open(&state).unwrap();
        furnished(&cloud);
        for sent in &history {
            let headers: Vec<(&str, &str)> = sent
                .headers
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let answer = owner(&cloud).ask(sent.service, &sent.method, &sent.path, &headers, &sent.body);
            prop_assert!((200..600).contains(&answer.status), "{}", answer.status);
        }
        // Looking ends what runs, so that both see the same.
        cloud.settle().unwrap();
        let before = seen(&cloud);
        drop(cloud);
        prop_assert_eq!(seen(&LocalCloud::open(&state).unwrap()), before);
        prop_assert!(files(place.path()).iter().all(|file| file.starts_with(&state)));
        Ok(())
    });
}

/// Whatever is sent to the server, it goes on answering others.
#[test]
fn whatever_goes_over_the_wire_the_server_stays() {
    let out = tempfile::tempdir().unwrap();
    let mut server = process(out.path(), &["local", "serve", "--port", "0"]);
    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut lines = lines.map_while(Result::ok);
    let address = lines
        .find_map(|line| Some(line.split_once("http://")?.1.to_owned()))
        .unwrap();
    let exchange = |bytes: &[u8]| {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        // It may have answered and gone before it has read all.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer);
        (answer, ended)
    };
    always(wire(), |bytes| {
        let (answer, ended) = exchange(&bytes);
        let waited_for = ended
            .err()
            .is_some_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
        prop_assert!(!waited_for, "it does not answer");
        prop_assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."));
        let (answer, _) = exchange(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        prop_assert!(String::from_utf8_lossy(&answer).contains("MissingAuthenticationToken"));
        Ok(())
    });
    server.kill().unwrap();
    server.wait().unwrap();
}

/// Whatever a template says, it is refused, or the stack comes to an end.
#[test]
fn every_template_comes_to_an_end() {
    always(template(), |template| {
        let cloud = LocalCloud::in_memory();
        comes_to_an_end(&cloud, &template.to_string())
    });
}

/// The same for what is hardly a template any more.
#[test]
fn every_text_is_a_template_or_refused() {
    let damaged = template().prop_flat_map(|template| damaged(template.to_string()));
    always(damaged, |text| {
        let cloud = LocalCloud::in_memory();
        comes_to_an_end(&cloud, &String::from_utf8_lossy(&text))
    });
}

fn comes_to_an_end(cloud: &LocalCloud, template: &str) -> Result<(), TestCaseError> {
    let caller = owner(cloud);
    let made = caller.cloudformation(
        "CreateChangeSet",
        &[
            ("StackName", "random"),
            ("ChangeSetName", "change"),
            ("ChangeSetType", "CREATE"),
            ("TemplateBody", template),
            ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
        ],
    );
    prop_assert!(matches!(made.status, 200 | 400), "{}", made.status);
    if made.status == 200 {
        let named = [("StackName", "random"), ("ChangeSetName", "change")];
        prop_assert_eq!(caller.cloudformation("DescribeChangeSet", &named).status, 200);
        prop_assert_eq!(caller.cloudformation("ExecuteChangeSet", &named).status, 200);
        let status = caller.settled("random");
        prop_assert!(
            ["CREATE_COMPLETE", "ROLLBACK_COMPLETE"].contains(&status.as_str()),
            "{}",
            status
        );
    }
    Ok(())
}

/// Whatever a policy says, it is read, or the stack fails; what is read can be asked.
#[test]
fn every_policy_is_read_or_refused() {
    always(policy(), |policy| {
        // What the reader of policies takes can be looked into, and nothing else happens.
        drop(pipeline_dsl::policy::Rule::parse(&policy));
        let cloud = LocalCloud::in_memory();
        let template = json!({"Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "bucket"}},
            "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {
                "Bucket": {"Ref": "Bucket"}, "PolicyDocument": policy,
            }},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": policy}},
            "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}},
        }});
        comes_to_an_end(&cloud, &template.to_string())
    });
}

/// Whatever a file of the state says, it is refused, or what is seen is what was there.
#[test]
fn no_damaged_file_is_believed() {
    let damage = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..40_usize,
        vec(any::<u8>(), 0..40),
    );
    always(damage, |(chosen, at, removed, put)| {
        let place = tempfile::tempdir().unwrap();
        let cloud = LocalCloud::open(place.path()).unwrap();
        furnished(&cloud);
        let before = seen(&cloud);
        drop(cloud);
        let files = files(place.path());
        let file = chosen.get(&files);
        let mut bytes = fs::read(file).unwrap();
        let at = at.index(bytes.len() + 1);
        let end = bytes.len().min(at + removed);
        bytes.splice(at..end, put);
        fs::write(file, &bytes).unwrap();
        // The bytes of an object are looked at when they are asked for.
        if !file.parent().unwrap().ends_with("contents")
            && let Ok(cloud) = LocalCloud::open(place.path())
        {
            prop_assert_eq!(seen(&cloud), before);
        }
        Ok(())
    });
}
