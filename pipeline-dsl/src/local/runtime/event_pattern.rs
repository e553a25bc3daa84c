//! Which events a pattern matches: EventBridge's patterns and SNS's filter policies share their form.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html>

use serde_json::Value;

/// Whether the event has what the pattern wants: each field one of the listed values.
pub(super) fn matches(pattern: &Value, event: &Value) -> bool {
    let Some(wanted) = pattern.as_object() else {
        return false;
    };
    wanted.iter().all(|(name, wanted)| {
        let there = event.get(name);
        match (wanted, there) {
            (Value::Array(alternatives), there) => alternatives.iter().any(|wanted| is(wanted, there)),
            (nested, Some(there)) => matches(nested, there),
            (_, None) => false,
        }
    })
}

fn is(wanted: &Value, there: Option<&Value>) -> bool {
    let Some(rule) = wanted.as_object() else {
        return there == Some(wanted);
    };
    let text = there.and_then(Value::as_str);
    rule.iter().all(|(operator, operand)| match operator.as_str() {
        "exists" => operand.as_bool() == Some(there.is_some()),
        "prefix" => text
            .zip(operand.as_str())
            .is_some_and(|(text, prefix)| text.starts_with(prefix)),
        "suffix" => text
            .zip(operand.as_str())
            .is_some_and(|(text, suffix)| text.ends_with(suffix)),
        "anything-but" => there.is_some_and(|there| match operand {
            Value::Array(values) => !values.contains(there),
            value => value != there,
        }),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::matches;

    #[test]
    fn every_field_must_be_one_of_the_values() {
        let event = json!({"source": "aws.s3", "detail": {"object": {"key": "orders/orders.zip"}}});
        let matches = |pattern| matches(&pattern, &event);
        assert!(matches(json!({"source": ["aws.ec2", "aws.s3"]})));
        assert!(matches(
            json!({"detail": {"object": {"key": ["orders/orders.zip"]}}})
        ));
        assert!(matches(
            json!({"detail": {"object": {"key": [{"prefix": "orders/"}]}}})
        ));
        assert!(!matches(
            json!({"source": ["aws.s3"], "detail": {"bucket": {"name": ["builds"]}}})
        ));
        assert!(!matches(json!({"source": ["aws.ec2"]})));
        assert!(!matches(json!({"account": ["111111111111"]})));
    }

    #[test]
    fn anything_but_the_listed_values() {
        let held = json!({"key": [{"anything-but": ["orders/orders.zip"]}]});
        assert!(!matches(&held, &json!({"key": "orders/orders.zip"})));
        assert!(matches(&held, &json!({"key": "billing/billing.zip"})));
        // A message without the field is not delivered.
        // https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
        assert!(!matches(&held, &json!({})));
    }
}
