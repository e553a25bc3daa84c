use crate::model::Region;

/// A repository of ECR, by the name of an image in it.
///
/// `111111111111.dkr.ecr.us-east-1.amazonaws.com/builder:1`, or with a digest behind `@`:
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-pull-ecr-image.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EcrRepository<'a> {
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> EcrRepository<'a> {
    pub(crate) fn of_image(image: &'a str) -> Option<Self> {
        let (host, path) = image.split_once('/')?;
        let (account, rest) = host.split_once(".dkr.ecr.")?;
        let (region, domain) = rest.split_once('.')?;
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if !is_account || !matches!(domain, "amazonaws.com" | "amazonaws.com.cn") {
            return None;
        }
        let name = path.split(['@', ':']).next()?;
        (!name.is_empty()).then_some(Self {
            account,
            region,
            name,
        })
    }

    /// What is wrong with the registry of an image where it is meant as one of ECR, and the mend.
    pub(crate) fn mistake_in_registry(registry: &str) -> Option<(String, String)> {
        let domain = [".amazonaws.com.cn", ".amazonaws.com"]
            .into_iter()
            .find(|domain| registry.ends_with(domain))?;
        let parts: Vec<&str> = registry.strip_suffix(domain)?.split('.').collect();
        let wrong = |why: String| format!("`{registry}` is no registry of ECR: {why}");
        match parts.as_slice() {
            [account, "dkr", "ecr" | "ecr-fips", region] => {
                if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
                    let why = format!("`{account}` is no account, which has twelve digits");
                    let mend = "write the number of the account that has the image: `111111111111.dkr.ecr.…`";
                    return Some((wrong(why), mend.to_owned()));
                }
                let unknown = region.parse::<Region>().err()?;
                let mend = "write the region of the image as AWS does: `111111111111.dkr.ecr.us-east-1.amazonaws.com`";
                Some((wrong(unknown.to_string()), mend.to_owned()))
            }
            [account, "ecr", "dkr", region] => {
                let mend = format!("write `{account}.dkr.ecr.{region}{domain}`");
                Some((wrong("`dkr` stands before `ecr`".to_owned()), mend))
            }
            parts if parts.contains(&"ecr") => {
                let mend = "write account and region: `111111111111.dkr.ecr.us-east-1.amazonaws.com`";
                Some((wrong("it is not named as those are".to_owned()), mend.to_owned()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EcrRepository;

    #[test]
    fn an_image_of_ecr_names_its_repository() {
        let builder = EcrRepository {
            account: "111111111111",
            region: "eu-west-1",
            name: "acme/builder",
        };
        let host = "111111111111.dkr.ecr.eu-west-1.amazonaws.com";
        for end in [":1", "@sha256:00", ""] {
            assert_eq!(
                EcrRepository::of_image(&format!("{host}/acme/builder{end}")),
                Some(builder)
            );
        }
        for other in [
            "aws/codebuild/amazonlinux-x86_64-standard:5.0",
            "public.ecr.aws/docker/library/rust:1",
            "1.dkr.ecr.eu-west-1.amazonaws.com/builder",
            "111111111111.dkr.ecr.eu-west-1.example.com/builder",
            "111111111111.dkr.ecr.eu-west-1.amazonaws.com/",
            "rust:1",
        ] {
            assert_eq!(EcrRepository::of_image(other), None, "{other}");
        }
    }

    #[test]
    fn a_registry_that_is_meant_as_one_of_ecr_is_named_as_those_are() {
        for right in [
            "111111111111.dkr.ecr.eu-west-1.amazonaws.com",
            "111111111111.dkr.ecr-fips.us-east-1.amazonaws.com",
            "111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn",
            "ec2-1-2-3-4.eu-west-1.compute.amazonaws.com",
            "public.ecr.aws",
            "registry.example.com:5000",
            "",
        ] {
            assert_eq!(EcrRepository::mistake_in_registry(right), None, "{right}");
        }
        for (wrong, told) in [
            ("11111111111.dkr.ecr.eu-west-1.amazonaws.com", "twelve digits"),
            (
                "111111111111.ecr.dkr.eu-west-1.amazonaws.com",
                "`dkr` stands before",
            ),
            ("111111111111.dkr.ecr.eu-wst-1.amazonaws.com", "`eu-west-1`"),
            ("111111111111.ecr.eu-west-1.amazonaws.com", "not named"),
        ] {
            let (problem, _) = EcrRepository::mistake_in_registry(wrong).unwrap();
            assert!(problem.contains(told), "{problem}");
        }
    }
}
