//! What the subscriber logs, in words.

use serde_json::Value;

/// Why nothing was copied that the developer holds back.
pub(super) const HELD: &str = "it is held";
/// Why nothing was copied that the program does not have any more.
pub(super) const UNKNOWN: &str = "the program does not have it any more";

/// Why nothing was copied, by what the subscriber logged.
pub(super) fn kept(log: &[String]) -> Option<String> {
    let events = log
        .iter()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut reason = None;
    for event in events {
        let said = event.get("event").and_then(Value::as_str).unwrap_or_default();
        reason = match said {
            "copied" | "restored" => return None,
            "kept" => Some("what is here is newer".to_owned()),
            "unchanged" => Some("it is here already".to_owned()),
            "held" => Some(HELD.to_owned()),
            "unknown" => Some(UNKNOWN.to_owned()),
            "gone" => Some("that version is gone".to_owned()),
            "ignored" => Some("it is of another bucket".to_owned()),
            _ => reason,
        };
    }
    reason
}
