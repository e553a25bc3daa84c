use super::{Made, Rules};

pub(super) const RULES: &[Rules] = &[Rules {
    name: "AWS::CloudWatch::Alarm",
    properties: &[
        "AlarmActions",
        "AlarmDescription",
        "AlarmName",
        "ComparisonOperator",
        "Dimensions",
        "EvaluationPeriods",
        "MetricName",
        "Namespace",
        "Period",
        "Statistic",
        "Threshold",
        "TreatMissingData",
    ],
    required: &["ComparisonOperator", "EvaluationPeriods"],
    replaced_by: &["AlarmName"],
    make: |place, properties| {
        let name = place.name(properties, "AlarmName");
        let arn = place.arn("cloudwatch", &format!("alarm:{name}"));
        Made::with_arn(name, arn)
    },
    refuses: super::anything,
}];
