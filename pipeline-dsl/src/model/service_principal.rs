use super::literal_text::{same, text_with_rule};

text_with_rule! {
    /// An AWS service as a principal: `lambda.amazonaws.com`.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services>
    ServicePrincipal, InvalidServicePrincipal, is_principal, "lambda.amazonaws.com",
    "is not a service principal: write it as `lambda.amazonaws.com`",
}

const fn is_principal(principal: &str) -> bool {
    let mut rest = principal.as_bytes();
    let mut before = 0;
    while let [byte, tail @ ..] = rest {
        if before > 0 && (same(rest, b".amazonaws.com") || same(rest, b".amazonaws.com.cn")) {
            return true;
        }
        if !matches!(*byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.') {
            return false;
        }
        before += 1;
        rest = tail;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::ServicePrincipal;

    #[test]
    fn ends_with_the_domain_of_aws() {
        for principal in [
            "lambda.amazonaws.com",
            "ecs-tasks.amazonaws.com",
            "ops.apigateway.amazonaws.com",
            "ec2.amazonaws.com.cn",
        ] {
            assert!(ServicePrincipal::try_from(principal).is_ok(), "{principal}");
        }
        for principal in [
            "",
            "lambda",
            ".amazonaws.com",
            "amazonaws.com",
            "*.amazonaws.com",
            "a.amazonaws.com.evil",
        ] {
            assert!(ServicePrincipal::try_from(principal).is_err(), "{principal}");
        }
    }
}
