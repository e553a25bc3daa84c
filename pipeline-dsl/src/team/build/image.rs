use super::ecr_repository::EcrRepository;
use super::environment::EnvironmentType;
use super::secret::Secret;
use crate::diagnostic::SourceLocation;
use crate::model::is_near;

/// What stands behind the colon in the images for Lambda.
/// <https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_codebuild.LinuxLambdaBuildImage.html> (2.276)
const OF_LAMBDA: &[&str] = &[
    "corretto11",
    "corretto17",
    "corretto21",
    "corretto25",
    "dotnet6",
    "dotnet8",
    "dotnet10",
    "go1.21",
    "go1.24",
    "nodejs18",
    "nodejs20",
    "nodejs22",
    "nodejs24",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
    "ruby3.2",
    "ruby3.4",
];

/// The images that AWS curates, with what stands behind the colon, in November 2026; those for reserved fleets are left out.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/ec2-compute-images.html>
/// <https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_codebuild.LinuxBuildImage.html> (2.276)
const CURATED: [(&str, &[&str]); 8] = [
    ("aws/codebuild/amazonlinux-aarch64-lambda-standard", OF_LAMBDA),
    ("aws/codebuild/amazonlinux-x86_64-lambda-standard", OF_LAMBDA),
    (
        "aws/codebuild/amazonlinux-aarch64-standard",
        &["2.0", "3.0", "4.0"],
    ),
    (
        "aws/codebuild/amazonlinux-x86_64-standard",
        &["4.0", "5.0", "6.0", "corretto11", "corretto8"],
    ),
    (
        "aws/codebuild/amazonlinux2-aarch64-standard",
        &["1.0", "2.0", "3.0"],
    ),
    (
        "aws/codebuild/amazonlinux2-x86_64-standard",
        &["1.0", "2.0", "3.0", "4.0", "5.0", "corretto11", "corretto8"],
    ),
    (
        "aws/codebuild/standard",
        &["1.0", "2.0", "3.0", "4.0", "5.0", "6.0", "7.0", "8.0"],
    ),
    (
        "aws/codebuild/windows-base",
        &["2.0", "2019-1.0", "2019-2.0", "2019-3.0", "2022-1.0"],
    ),
];

/// The image that a build runs in.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) name: String,
    /// What its registry asks for, where that is not ECR.
    pub(crate) credentials: Option<Secret>,
    pub(crate) location: Option<SourceLocation>,
}

impl Image {
    /// The repository that it is in, where that is one of ECR.
    pub(crate) fn ecr_repository(&self) -> Option<EcrRepository<'_>> {
        EcrRepository::of_image(&self.name)
    }

    /// The environment that one of AWS's curated images is for; of another image, nobody knows.
    pub(crate) fn made_for(&self) -> Option<EnvironmentType> {
        let is_curated = self.name.starts_with("aws/") && self.instead_of_unknown().is_none();
        is_curated.then(|| EnvironmentType::of_image(&self.name))
    }

    /// For one that is named as AWS's curated images are and is none that is known: those that it could have been meant as.
    pub(crate) fn instead_of_unknown(&self) -> Option<Vec<String>> {
        let (repository, tag) = self.name.split_once(':').unwrap_or((&self.name, ""));
        if !repository.starts_with("aws/") {
            return None;
        }
        let known = |curated: &str| {
            let dated = tag.strip_prefix(curated);
            // A version of an image is named by its day: `aws/codebuild/standard:7.0-24.10.29`.
            dated.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let named = CURATED.iter().find(|(curated, _)| *curated == repository);
        if named.is_some_and(|(_, tags)| tags.iter().any(|curated| known(curated))) {
            return None;
        }
        let near = || {
            let mut by_letters = (1..=3).flat_map(|letters| CURATED.iter().map(move |each| (letters, each)));
            by_letters
                .find(|(letters, (curated, _))| is_near(repository.as_bytes(), curated.as_bytes(), *letters))
                .map(|(_, each)| each)
        };
        let images = named.or_else(near).into_iter();
        Some(
            images
                .flat_map(|(curated, tags)| tags.iter().map(move |tag| format!("{curated}:{tag}")))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instead_of(name: &str) -> Option<Vec<String>> {
        let image = Image {
            name: name.to_owned(),
            credentials: None,
            location: None,
        };
        image.instead_of_unknown()
    }

    #[test]
    fn images_of_aws_are_known_and_those_of_others_are_theirs() {
        for name in [
            "aws/codebuild/standard:7.0",
            "aws/codebuild/standard:7.0-24.10.29",
            "aws/codebuild/amazonlinux-x86_64-standard:corretto8",
            "aws/codebuild/amazonlinux-aarch64-lambda-standard:nodejs22",
            "111111111111.dkr.ecr.us-east-1.amazonaws.com/builder:1",
            "standard:7.0",
        ] {
            assert_eq!(instead_of(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_misspelt_has_what_it_could_be() {
        let versions = instead_of("aws/codebuild/standard:70").unwrap();
        assert!(versions.contains(&"aws/codebuild/standard:7.0".to_owned()));
        assert!(!instead_of("aws/codebuild/standard").unwrap().is_empty());
        let near = instead_of("aws/codebuild/amazonlinux-x86-64-standard:5.0").unwrap();
        assert!(near.contains(&"aws/codebuild/amazonlinux-x86_64-standard:5.0".to_owned()));
        assert_eq!(instead_of("aws/ubuntu:20"), Some(Vec::new()));
    }
}
