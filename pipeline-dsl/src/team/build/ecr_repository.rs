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
}
