//! The types that SAM's transform makes of its own.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html>

use serde_json::Value;

/// What a resource of SAM's becomes; nothing of types that are CloudFormation's own, or that are not known.
pub(super) fn generated(resource_type: &str, properties: &Value) -> Option<Vec<&'static str>> {
    Some(match resource_type {
        "AWS::Serverless::Function" => function(properties),
        "AWS::Serverless::Api" => vec![
            "AWS::ApiGateway::RestApi",
            "AWS::ApiGateway::Deployment",
            "AWS::ApiGateway::Stage",
        ],
        "AWS::Serverless::HttpApi" => vec!["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"],
        "AWS::Serverless::SimpleTable" => vec!["AWS::DynamoDB::Table"],
        "AWS::Serverless::LayerVersion" => vec!["AWS::Lambda::LayerVersion"],
        "AWS::Serverless::StateMachine" => {
            let mut made = vec!["AWS::StepFunctions::StateMachine"];
            if properties.get("Role").is_none() {
                made.push(ROLE);
            }
            made
        }
        "AWS::Serverless::Application" => vec!["AWS::CloudFormation::Stack"],
        _ => return None,
    })
}

const ROLE: &str = "AWS::IAM::Role";

fn function(properties: &Value) -> Vec<&'static str> {
    let mut made = vec!["AWS::Lambda::Function"];
    let has = |property: &str| properties.get(property).is_some();
    if !has("Role") {
        made.push(ROLE);
    }
    if has("AutoPublishAlias") {
        made.extend(["AWS::Lambda::Version", "AWS::Lambda::Alias"]);
    }
    if has("FunctionUrlConfig") {
        made.extend(["AWS::Lambda::Url", "AWS::Lambda::Permission"]);
    }
    if has("EventInvokeConfig") {
        made.push("AWS::Lambda::EventInvokeConfig");
    }
    let events = properties.get("Events").and_then(Value::as_object);
    for event in events.into_iter().flat_map(|events| events.values()) {
        made.extend_from_slice(of_event(
            event.get("Type").and_then(Value::as_str).unwrap_or_default(),
        ));
    }
    made
}

fn of_event(event: &str) -> &'static [&'static str] {
    match event {
        "Api" => &[
            "AWS::ApiGateway::RestApi",
            "AWS::ApiGateway::Deployment",
            "AWS::ApiGateway::Stage",
            "AWS::Lambda::Permission",
        ],
        "HttpApi" => &[
            "AWS::ApiGatewayV2::Api",
            "AWS::ApiGatewayV2::Stage",
            "AWS::Lambda::Permission",
        ],
        "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
            &["AWS::Events::Rule", "AWS::Lambda::Permission"]
        }
        "ScheduleV2" => &["AWS::Scheduler::Schedule"],
        "SQS" | "Kinesis" | "DynamoDB" | "MSK" | "MQ" | "SelfManagedKafka" | "DocumentDB" => {
            &["AWS::Lambda::EventSourceMapping"]
        }
        "SNS" => &["AWS::SNS::Subscription", "AWS::Lambda::Permission"],
        "CloudWatchLogs" => &["AWS::Logs::SubscriptionFilter", "AWS::Lambda::Permission"],
        "IoTRule" => &["AWS::IoT::TopicRule", "AWS::Lambda::Permission"],
        _ => &["AWS::Lambda::Permission"],
    }
}
