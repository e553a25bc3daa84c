/// The type of a build environment, by its AWS name: those that CodeBuild has on demand.
///
/// Reserved fleets, and what only they have (macOS, Windows Server 2022, machines without a container), are not among them.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EnvironmentType {
    /// `LINUX_CONTAINER`: a container on x86.
    LinuxContainer,
    /// `ARM_CONTAINER`: a container on ARM.
    ArmContainer,
    /// `LINUX_GPU_CONTAINER`: a container with graphics processors.
    LinuxGpuContainer,
    /// `WINDOWS_SERVER_2019_CONTAINER`.
    WindowsServer2019Container,
    /// `LINUX_LAMBDA_CONTAINER`: Lambda on x86, which starts at once, and has neither Docker nor caches nor more than 15 minutes.
    LinuxLambdaContainer,
    /// `ARM_LAMBDA_CONTAINER`: the same on ARM.
    ArmLambdaContainer,
}

impl EnvironmentType {
    /// As CodeBuild spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LinuxContainer => "LINUX_CONTAINER",
            Self::ArmContainer => "ARM_CONTAINER",
            Self::LinuxGpuContainer => "LINUX_GPU_CONTAINER",
            Self::WindowsServer2019Container => "WINDOWS_SERVER_2019_CONTAINER",
            Self::LinuxLambdaContainer => "LINUX_LAMBDA_CONTAINER",
            Self::ArmLambdaContainer => "ARM_LAMBDA_CONTAINER",
        }
    }

    /// The type that an image of CodeBuild's own runs on, by its name; of any other image, Linux on x86.
    pub(crate) fn of_image(image: &str) -> Self {
        if image.starts_with("aws/codebuild/amazonlinux-aarch64-lambda") {
            Self::ArmLambdaContainer
        } else if image.starts_with("aws/codebuild/amazonlinux-x86_64-lambda") {
            Self::LinuxLambdaContainer
        } else if image.contains("aarch64") {
            Self::ArmContainer
        } else if image.contains("windows-base:2019") {
            Self::WindowsServer2019Container
        } else {
            Self::LinuxContainer
        }
    }

    /// Whether an image of this type runs in it.
    pub(crate) fn runs(self, image: Self) -> bool {
        // On graphics processors run images for Linux on x86.
        image == self || (self, image) == (Self::LinuxGpuContainer, Self::LinuxContainer)
    }

    /// An image of AWS's that runs in it.
    pub(crate) const fn an_image(self) -> &'static str {
        match self {
            Self::LinuxContainer | Self::LinuxGpuContainer => "aws/codebuild/amazonlinux-x86_64-standard:5.0",
            Self::ArmContainer => "aws/codebuild/amazonlinux-aarch64-standard:3.0",
            Self::WindowsServer2019Container => "aws/codebuild/windows-base:2019-3.0",
            Self::LinuxLambdaContainer => "aws/codebuild/amazonlinux-x86_64-lambda-standard:nodejs22",
            Self::ArmLambdaContainer => "aws/codebuild/amazonlinux-aarch64-lambda-standard:nodejs22",
        }
    }

    /// The compute types that it has, smallest first.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html>
    pub const fn compute_types(self) -> &'static [&'static str] {
        match self {
            Self::LinuxContainer | Self::ArmContainer => &[
                "BUILD_GENERAL1_SMALL",
                "BUILD_GENERAL1_MEDIUM",
                "BUILD_GENERAL1_LARGE",
                "BUILD_GENERAL1_XLARGE",
                "BUILD_GENERAL1_2XLARGE",
            ],
            Self::LinuxGpuContainer => &["BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_LARGE"],
            Self::WindowsServer2019Container => &["BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE"],
            Self::LinuxLambdaContainer | Self::ArmLambdaContainer => &[
                "BUILD_LAMBDA_1GB",
                "BUILD_LAMBDA_2GB",
                "BUILD_LAMBDA_4GB",
                "BUILD_LAMBDA_8GB",
                "BUILD_LAMBDA_10GB",
            ],
        }
    }

    /// Whether the builds are functions: CodeBuild lets nobody say how long one of them may take or wait.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/lambda.html#lambda.limitations>
    pub const fn is_lambda(self) -> bool {
        match self {
            Self::LinuxLambdaContainer | Self::ArmLambdaContainer => true,
            Self::LinuxContainer
            | Self::ArmContainer
            | Self::LinuxGpuContainer
            | Self::WindowsServer2019Container => false,
        }
    }

    /// Whether a build can start Docker there.
    /// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html>
    pub const fn can_be_privileged(self) -> bool {
        match self {
            Self::LinuxContainer | Self::ArmContainer | Self::LinuxGpuContainer => true,
            Self::WindowsServer2019Container | Self::LinuxLambdaContainer | Self::ArmLambdaContainer => false,
        }
    }

    /// Whether a host keeps anything for the next build.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-caching.html>
    pub const fn has_local_cache(self) -> bool {
        match self {
            Self::LinuxContainer | Self::WindowsServer2019Container => true,
            Self::ArmContainer
            | Self::LinuxGpuContainer
            | Self::LinuxLambdaContainer
            | Self::ArmLambdaContainer => false,
        }
    }
}
