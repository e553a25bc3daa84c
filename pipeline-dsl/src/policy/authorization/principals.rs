//! The names of AWS services as principals.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services>

use super::misspelt::distance;
use super::table::{knows_service, services};
use crate::model::Region;

/// Principals that are not called as their service's actions are. AWS keeps no list of them: these are in the guides of the
/// services.
const OTHERS: [&str; 29] = [
    "apidestinations.events",
    "build.apprunner",
    "credentials.iot",
    "delivery.logs",
    "ec2fleet",
    "ec2scheduled",
    "ecs-tasks",
    "edgelambda",
    "eks-fargate",
    "eks-fargate-pods",
    "eks-nodegroup",
    "export.rds",
    "lexv2",
    "macie",
    "malware-protection-plan.guardduty",
    "monitoring.rds",
    "opensearchservice",
    "ops.apigateway",
    "ops.emr-serverless",
    "pods.eks",
    "replication.dynamodb",
    "restore-testing.backup",
    "spot",
    "spotfleet",
    "streams.metrics.cloudwatch",
    "tasks.apprunner",
    "transitgateway",
    "vmie",
    "vpc-flow-logs",
];

/// Services of which a role trusts one principal in all regions, as their guides write its trust policy.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html>
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html>
const WITHOUT_REGION: [&str; 10] = [
    "apigateway",
    "cloudformation",
    "codebuild",
    "codepipeline",
    "ecs-tasks",
    "events",
    "glue",
    "lambda",
    "pipes",
    "scheduler",
];

/// The principal that was meant by one that is not known, `lambda.amazonaws.com` for `lamda.amazonaws.com`; none where it is
/// known, or nothing is near: it may be one that nobody told us of.
pub fn nearest_principal(principal: &str) -> Option<String> {
    let (name, domain) = principal.split_once(".amazonaws.com")?;
    let region = name
        .rsplit_once('.')
        .filter(|(_, last)| Region::try_from(*last).is_ok());
    let service = region.map_or(name, |(service, _)| service);
    if region.is_some() && WITHOUT_REGION.contains(&service) {
        return Some(format!("{service}.amazonaws.com{domain}"));
    }
    if knows_service(service) || OTHERS.contains(&service) {
        return None;
    }
    let known = services().chain(OTHERS);
    let near = known.filter_map(|candidate| {
        // Services that come again are numbered: `macie` and `macie2` are both principals.
        let numbered = without_numbers(candidate) == without_numbers(service);
        let letters = distance(service, candidate).filter(|_| !numbered)?;
        let likely = match candidate.len() {
            ..=3 => false,
            4..=7 => letters == 1,
            8.. => true,
        };
        likely.then_some((letters, candidate))
    });
    let (_, meant) = near.min()?;
    let region = region.map_or_else(String::new, |(_, region)| format!(".{region}"));
    Some(format!("{meant}{region}.amazonaws.com{domain}"))
}

/// The principal of a service that is called by its name alone, `ecs-tasks`, or nearly so.
pub fn principal_of(service: &str) -> Option<String> {
    let principal = format!("{service}.amazonaws.com");
    if knows_service(service) || OTHERS.contains(&service) {
        Some(principal)
    } else {
        nearest_principal(&principal)
    }
}

fn without_numbers(name: &str) -> &str {
    name.trim_end_matches(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{nearest_principal, principal_of};

    #[test]
    fn finds_what_was_meant() {
        for (written, meant) in [
            ("lamda.amazonaws.com", "lambda.amazonaws.com"),
            ("ecs-task.amazonaws.com", "ecs-tasks.amazonaws.com"),
            ("codebiuld.amazonaws.com", "codebuild.amazonaws.com"),
            ("lambda.eu-central-1.amazonaws.com", "lambda.amazonaws.com"),
            ("stats.us-east-1.amazonaws.com", "states.us-east-1.amazonaws.com"),
        ] {
            assert_eq!(nearest_principal(written).as_deref(), Some(meant), "{written}");
        }
        for right in [
            "lambda.amazonaws.com",
            "ecs-tasks.amazonaws.com",
            "ops.apigateway.amazonaws.com",
            "states.us-east-1.amazonaws.com",
            "macie.amazonaws.com",
            "ec2.amazonaws.com.cn",
            "quantumlake.amazonaws.com",
        ] {
            assert_eq!(nearest_principal(right), None, "{right}");
        }
    }

    #[test]
    fn completes_the_name_of_a_service() {
        for (written, meant) in [
            ("ecs-tasks", Some("ecs-tasks.amazonaws.com")),
            ("lamda", Some("lambda.amazonaws.com")),
            ("quantumlake", None),
        ] {
            assert_eq!(principal_of(written).as_deref(), meant, "{written}");
        }
    }
}
