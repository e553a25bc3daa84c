use super::context::Context;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
const RETENTIONS: &[u64] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

pub(super) fn check(context: &Context<'_>) -> Result<(), String> {
    match context.properties["RetentionInDays"].as_u64() {
        Some(days) if !RETENTIONS.contains(&days) => {
            Err(format!("RetentionInDays {days} is not one of those"))
        }
        _ => Ok(()),
    }
}
