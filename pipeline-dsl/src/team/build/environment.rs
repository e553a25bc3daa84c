/// The type of a build environment, by its AWS name: those that CodeBuild has on demand.
///
/// Reserved fleets, and what only they have (macOS, Windows Server 2022, machines without a container), and Lambda are not among
/// them.
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
}

impl EnvironmentType {
    /// As CodeBuild spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LinuxContainer => "LINUX_CONTAINER",
            Self::ArmContainer => "ARM_CONTAINER",
            Self::LinuxGpuContainer => "LINUX_GPU_CONTAINER",
            Self::WindowsServer2019Container => "WINDOWS_SERVER_2019_CONTAINER",
        }
    }

    /// The type that an image of CodeBuild's own runs on, by its name; of any other image, Linux on x86.
    pub(crate) fn of_image(image: &str) -> Self {
        if image.contains("aarch64") {
            Self::ArmContainer
        } else if image.contains("windows-base:2019") {
            Self::WindowsServer2019Container
        } else {
            Self::LinuxContainer
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
        }
    }

    /// Whether a build can start Docker there.
    /// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html>
    pub const fn can_be_privileged(self) -> bool {
        match self {
            Self::LinuxContainer | Self::ArmContainer | Self::LinuxGpuContainer => true,
            Self::WindowsServer2019Container => false,
        }
    }

    /// Whether a host keeps anything for the next build.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-caching.html>
    pub const fn has_local_cache(self) -> bool {
        match self {
            Self::LinuxContainer | Self::WindowsServer2019Container => true,
            Self::ArmContainer | Self::LinuxGpuContainer => false,
        }
    }
}
