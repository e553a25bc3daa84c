//! Whatever an endpoint answers: nothing that a request carried, and no credential that an answer holds, is ever printed.

use std::sync::Arc;

use pipeline_dsl::delivery::delivery_status;
use pipeline_dsl::deploy::{Access, Event, Observer, Options, PerAccount, Selection, Summary, deploy};
use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::synth::{Assembly, synth};

use crate::peer::{self, Asked, Deed};
use crate::sample;

const KEY: &str = "ASIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDExample+Token==";

struct Quiet;

impl Observer for Quiet {
    fn observe(&self, _: &Event<'_>) {}
}

fn team() -> Arc<Assembly> {
    let world = sample::world().developers([sample::developer(0)]);
    Arc::new(synth(&world.with(sample::pipeline()).build().unwrap()).unwrap())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

fn deployed(does: impl Fn(&Asked) -> Deed + Send + Sync + 'static) -> Summary {
    let access = Access::Role(PerAccount::every("deployer"));
    let aws = peer::aws_with(&LocalCloud::in_memory(), access, does);
    let options = Options {
        poll_interval: std::time::Duration::from_micros(100),
        ..Options::default()
    };
    block_on(deploy(team(), aws, options, Arc::new(Quiet))).unwrap()
}

/// All that can be seen of what failed.
fn seen(summary: &Summary) -> Vec<String> {
    let failures = summary.failed.iter().map(|failure| {
        let mut text = format!("{} {:?}", failure.error, failure.error);
        let mut source = std::error::Error::source(&failure.error);
        while let Some(cause) = source {
            text += &format!(" {cause}");
            source = cause.source();
        }
        text
    });
    failures.collect()
}

#[track_caller]
fn holds_no_secret(text: &str) {
    for secret in [KEY, SECRET, TOKEN] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

fn session() -> String {
    format!(
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
         <AccessKeyId>{KEY}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{TOKEN}</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
    )
}

#[test]
fn a_session_that_cannot_be_read_is_not_shown() {
    let truncated = |length: usize| session().chars().take(length).collect::<String>();
    let whole = session();
    let unreadable = [
        truncated(whole.len() - 3),
        truncated(whole.len() - 90),
        whole.replace("2099-01-01T00:00:00Z", SECRET),
        whole.replace("<AccessKeyId>", "<AccessKey>"),
        whole.replace("AssumeRoleResult>", "Something>"),
        format!("{{\"SecretAccessKey\": \"{SECRET}\", \"SessionToken\": \"{TOKEN}\"}}"),
    ];
    for answer in unreadable {
        for status in [200, 400, 403] {
            let answer = answer.clone();
            let summary = deployed(move |asked: &Asked| match asked.action.as_str() {
                "AssumeRole" => Deed::answer(status, answer.clone()),
                _ => Deed::Pass,
            });
            assert!(!summary.is_success());
            for text in seen(&summary) {
                holds_no_secret(&text);
            }
        }
    }
}

#[test]
fn an_endpoint_that_repeats_what_it_was_sent_tells_nothing() {
    let echoes = |asked: &Asked, status: u16, code: &str| {
        let told = asked.headers.replace('<', "&lt;");
        let escaped = told.replace('+', "&#x2B;").replace('/', "&#47;");
        let reason = format!("{told} and {escaped} and the secret access key: {SECRET}");
        Deed::answer(
            status,
            format!(
                "<ErrorResponse><Error><Code>{code}</Code><Message>{reason}</Message></Error></ErrorResponse>"
            ),
        )
    };
    for (status, code) in [(400, "ValidationError"), (403, "AccessDenied"), (403, "")] {
        let summary = deployed(move |asked: &Asked| match asked.action.as_str() {
            "AssumeRole" => Deed::answer(200, session()),
            "GetCallerIdentity" => Deed::Pass,
            _ if asked.headers.contains(TOKEN) => echoes(asked, status, code),
            _ => Deed::Pass,
        });
        let seen = seen(&summary);
        assert!(!seen.is_empty());
        for text in &seen {
            holds_no_secret(text);
            assert!(text.contains("(hidden)") || code.is_empty(), "{text}");
        }
    }
    // And where the answer is a good one.
    let access = Access::Role(PerAccount::every("deployer"));
    let aws = peer::aws_with(&LocalCloud::in_memory(), access, |asked: &Asked| {
        let told = asked.headers.replace('<', "&lt;");
        match asked.action.as_str() {
            "AssumeRole" => Deed::answer(200, session()),
            "ListStackResources" => Deed::answer(
                200,
                format!(
                    "<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries><member>\
                     <LogicalResourceId>{told}</LogicalResourceId></member></StackResourceSummaries>\
                     </ListStackResourcesResult></ListStackResourcesResponse>"
                ),
            ),
            _ => Deed::Pass,
        }
    });
    let status = block_on(delivery_status(&team(), aws, &Selection::all())).unwrap();
    holds_no_secret(&format!("{status:?}"));
}

#[test]
fn what_is_told_fits_on_a_screen() {
    let summary = deployed(|asked: &Asked| match asked.action.as_str() {
        "DescribeStacks" => {
            let reason = "&#x9; no ".repeat(2_000_000);
            let told = format!("<Error><Code>AccessDenied</Code><Message>{reason}</Message></Error>");
            Deed::answer(400, format!("<ErrorResponse>{told}</ErrorResponse>"))
        }
        _ => Deed::Pass,
    });
    let [failure] = summary.failed.as_slice() else {
        panic!("{:?}", summary.failed.len())
    };
    let text = failure.error.to_string();
    assert!(text.len() < 2_500, "{}", text.len());
    assert!(!text.contains('\t'));
}
