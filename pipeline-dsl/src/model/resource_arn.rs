use super::literal_text::{skip, text_with_rule};

text_with_rule! {
    /// The resources that a permission is for: an ARN with `*`, `?` and the pseudo parameters
    /// `${AWS::AccountId}`, `${AWS::Region}` and `${AWS::Partition}`, or `*` alone for actions that know no
    /// resource.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
    ResourceArn, InvalidResourceArn, is_resource, "*",
    "is not the ARN of a resource: write all its parts, such as \
     `arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders`, or `*` for actions that know no \
     resource; of the pseudo parameters only AccountId, Region and Partition are known",
}

const fn is_resource(arn: &str) -> bool {
    if let b"*" = arn.as_bytes() {
        return true;
    }
    let Some(mut rest) = skip(arn.as_bytes(), b"arn:") else {
        return false;
    };
    if let [b'a'..=b'z', ..] = rest
        && skip(rest, b"aws").is_none()
    {
        return false;
    }
    // Behind `arn:`: partition, service, region, account, resource.
    let mut colons = 0;
    let mut partition = 0;
    let mut service = 0;
    let mut resource = 0;
    // Of the account: how many digits, and whether it is a pattern.
    let mut digits = 0;
    let mut pattern = false;
    while let [byte, tail @ ..] = rest {
        // Of managed policies and transforms the account is AWS: `arn:aws:iam::aws:policy/ReadOnlyAccess`.
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
        if colons == 3
            && digits == 0
            && !pattern
            && let Some(behind @ [b':', ..]) = skip(rest, b"aws")
        {
            rest = behind;
            continue;
        }
        if let Some(behind) = pseudo_parameter(rest) {
            rest = behind;
            match colons {
                0 => partition += 1,
                1 => return false,
                3 => pattern = true,
                4.. => resource += 1,
                _ => {}
            }
            continue;
        }
        match (*byte, colons) {
            (b'$', _) => return false,
            (b':', 0..4) => colons += 1,
            (b'a'..=b'z' | b'0'..=b'9' | b'-' | b'*', 0) => partition += 1,
            (b'a'..=b'z' | b'0'..=b'9' | b'-', 1) => service += 1,
            (b'a'..=b'z' | b'0'..=b'9' | b'-' | b'*' | b'?', 2) => {}
            (b'0'..=b'9', 3) => digits += 1,
            (b'*' | b'?', 3) => pattern = true,
            (b'!'..=b'~', 4..) => resource += 1,
            _ => return false,
        }
        rest = tail;
    }
    let account = pattern || digits == 0 || digits == 12;
    colons == 4 && partition > 0 && service > 0 && resource > 0 && account
}

const fn pseudo_parameter(text: &[u8]) -> Option<&[u8]> {
    let known: [&[u8]; 3] = [b"${AWS::AccountId}", b"${AWS::Region}", b"${AWS::Partition}"];
    let mut rest: &[&[u8]] = &known;
    while let [parameter, tail @ ..] = rest {
        if let Some(behind) = skip(text, parameter) {
            return Some(behind);
        }
        rest = tail;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::ResourceArn;

    #[test]
    fn has_all_the_parts_of_an_arn() {
        for arn in [
            "*",
            "arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders",
            "arn:aws:s3:::bucket/*",
            "arn:aws:sns:${AWS::Region}:111111111111:orders",
            "arn:aws:logs:*:*:log-group:/aws/lambda/orders:*",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:cloudformation:*:aws:transform/Serverless-2016-10-31",
            "arn:aws:ec2:*::image/*",
        ] {
            assert!(ResourceArn::try_from(arn).is_ok(), "{arn}");
        }
        for arn in [
            "",
            "orders",
            "arn:",
            "arn:aws:s3",
            "arn:aws:s3:::",
            "arn:aws::us-east-1:1:a",
            "arn:aws:sns:us-east-1:orders",
            "arn:aws:sns:*:*:${AWS::StackName}",
            "arn:aws:sns:*:*:${Name}",
            "arn:aws:sns:*:*:a b",
            "arn:aws:s*:*:*:a",
            "arn:amazon:s3:::bucket",
            "arn:aws:sns:us-east-1:1111:orders",
            "arn:aws:iam::awsx:policy/a",
            "arn:aws:iam::aws1:policy/a",
            "arn:aws:iam::1aws:policy/a",
            "arn:aws:iam::aws",
        ] {
            assert!(ResourceArn::try_from(arn).is_err(), "{arn}");
        }
    }
}
