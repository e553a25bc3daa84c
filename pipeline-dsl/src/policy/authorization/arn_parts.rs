//! An ARN as a program writes it, in parts: the colons of `${AWS::Region}` divide nothing.

use std::fmt;

/// The parts of an ARN, which may have wildcards and the pseudo parameters of CloudFormation.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html#arns-syntax>
///
/// ```
/// # use pipeline_dsl::policy::authorization::ArnParts;
/// let topic = ArnParts::of("arn:${AWS::Partition}:sns:*:${AWS::AccountId}:orders").unwrap();
/// assert_eq!((topic.service, topic.region, topic.account), ("sns", "*", "${AWS::AccountId}"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArnParts<'a> {
    /// `aws`
    pub partition: &'a str,
    /// `sns`
    pub service: &'a str,
    /// `us-east-1`; of some services nothing.
    pub region: &'a str,
    /// `111111111111`; of some services nothing.
    pub account: &'a str,
    /// All that is behind them: `table/orders`.
    pub resource: &'a str,
}

impl<'a> ArnParts<'a> {
    /// Those of an ARN; none where it lacks some.
    pub fn of(arn: &'a str) -> Option<Self> {
        let rest = arn.strip_prefix("arn:")?;
        let (partition, rest) = first_part(rest)?;
        let (service, rest) = first_part(rest)?;
        let (region, rest) = first_part(rest)?;
        let (account, resource) = first_part(rest)?;
        Some(Self {
            partition,
            service,
            region,
            account,
            resource,
        })
    }
}

impl fmt::Display for ArnParts<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(
            formatter,
            "arn:{partition}:{service}:{region}:{account}:{resource}"
        )
    }
}

/// What stands before the first colon that is in no `${…}`, and what behind it.
fn first_part(text: &str) -> Option<(&str, &str)> {
    let mut within = false;
    let colon = text.find(|letter: char| {
        within = match letter {
            '{' => true,
            '}' => false,
            _ => within,
        };
        letter == ':' && !within
    })?;
    Some((text.get(..colon)?, text.get(colon + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::ArnParts;

    #[test]
    fn pseudo_parameters_are_not_divided() {
        let arn = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:orders:live";
        let parts = ArnParts::of(arn).unwrap();
        assert_eq!(parts.partition, "${AWS::Partition}");
        assert_eq!(parts.region, "${AWS::Region}");
        assert_eq!(parts.resource, "function:orders:live");
        assert_eq!(parts.to_string(), arn);
        assert_eq!(ArnParts::of("arn:aws:s3:::orders").unwrap().account, "");
        assert_eq!(ArnParts::of("arn:aws:s3"), None);
        assert_eq!(ArnParts::of("*"), None);
    }
}
