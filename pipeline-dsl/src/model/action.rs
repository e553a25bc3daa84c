use super::literal_text::text_with_rule;

text_with_rule! {
    /// An action of an AWS service that a policy allows: `dynamodb:CreateTable`, or a group of them such as
    /// `dynamodb:Describe*`; never a whole service.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
    Action, InvalidAction, is_action, "dynamodb:CreateTable",
    "is not an action to allow: write `service:Action`, such as `dynamodb:CreateTable`; `*` and `service:*` \
     are more than a deployment needs (a whole service that is meant: `.allow_broadly([\"service:*\"], …)`)",
}

const fn is_action(action: &str) -> bool {
    let mut rest = action.as_bytes();
    let mut service = 0;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match *byte {
            b':' => break,
            b'a'..=b'z' | b'0'..=b'9' | b'-' => service += 1,
            _ => return false,
        }
    }
    let mut letters = 0;
    let mut name = rest;
    while let [byte, tail @ ..] = name {
        match *byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => letters += 1,
            b'*' => {}
            _ => return false,
        }
        name = tail;
    }
    service > 0 && letters > 0
}

#[cfg(test)]
mod tests {
    use super::Action;

    #[test]
    fn names_a_service_and_what_it_does() {
        for action in ["dynamodb:CreateTable", "dynamodb:Describe*", "execute-api:Invoke"] {
            assert!(Action::try_from(action).is_ok(), "{action}");
        }
        for action in [
            "",
            "*",
            "*:*",
            "s3:*",
            "s3:**",
            "s3",
            "s3:",
            ":GetObject",
            "S3:GetObject",
            "s3:Get Object",
            "s3:Get:Object",
        ] {
            assert!(Action::try_from(action).is_err(), "{action}");
        }
    }
}
