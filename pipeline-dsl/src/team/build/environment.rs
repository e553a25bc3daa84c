//! What a build runs on: environment types with the compute types that they have.

/// The type of a build environment, by its AWS name.
///
/// Reserved fleets, Lambda and macOS are not among them.
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
    /// `LINUX_EC2`: a machine of its own on x86, without a container.
    LinuxEc2,
    /// `ARM_EC2`: a machine of its own on ARM, without a container.
    ArmEc2,
    /// `WINDOWS_SERVER_2019_CONTAINER`.
    WindowsServer2019Container,
    /// `WINDOWS_SERVER_2022_CONTAINER`.
    WindowsServer2022Container,
}

impl EnvironmentType {
    /// As CodeBuild spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LinuxContainer => "LINUX_CONTAINER",
            Self::ArmContainer => "ARM_CONTAINER",
            Self::LinuxGpuContainer => "LINUX_GPU_CONTAINER",
            Self::LinuxEc2 => "LINUX_EC2",
            Self::ArmEc2 => "ARM_EC2",
            Self::WindowsServer2019Container => "WINDOWS_SERVER_2019_CONTAINER",
            Self::WindowsServer2022Container => "WINDOWS_SERVER_2022_CONTAINER",
        }
    }

    /// The type that an image of CodeBuild's own runs on, by its name; of any other image, Linux on x86.
    pub(crate) fn of_image(image: &str) -> Self {
        if image.contains("aarch64") {
            Self::ArmContainer
        } else if image.contains("windows-base:2019") {
            Self::WindowsServer2019Container
        } else if image.contains("windows-base:2022") {
            Self::WindowsServer2022Container
        } else {
            Self::LinuxContainer
        }
    }

    /// The compute types that it has, smallest first.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html#environment.types>
    pub const fn compute_types(self) -> &'static [&'static str] {
        match self {
            Self::LinuxContainer | Self::ArmContainer | Self::LinuxEc2 | Self::ArmEc2 => &[
                "BUILD_GENERAL1_SMALL",
                "BUILD_GENERAL1_MEDIUM",
                "BUILD_GENERAL1_LARGE",
                "BUILD_GENERAL1_XLARGE",
                "BUILD_GENERAL1_2XLARGE",
            ],
            Self::LinuxGpuContainer => &["BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_LARGE"],
            Self::WindowsServer2019Container | Self::WindowsServer2022Container => &[
                "BUILD_GENERAL1_MEDIUM",
                "BUILD_GENERAL1_LARGE",
                "BUILD_GENERAL1_XLARGE",
                "BUILD_GENERAL1_2XLARGE",
            ],
        }
    }

    /// Whether a build can start Docker there: `PrivilegedMode` is for containers on Linux.
    /// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html>
    pub const fn can_be_privileged(self) -> bool {
        match self {
            Self::LinuxContainer | Self::ArmContainer | Self::LinuxGpuContainer => true,
            Self::LinuxEc2
            | Self::ArmEc2
            | Self::WindowsServer2019Container
            | Self::WindowsServer2022Container => false,
        }
    }

    /// Whether a host keeps anything for the next build.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-caching.html>
    pub const fn has_local_cache(self) -> bool {
        match self {
            Self::LinuxContainer | Self::WindowsServer2019Container | Self::WindowsServer2022Container => {
                true
            }
            Self::ArmContainer | Self::LinuxGpuContainer | Self::LinuxEc2 | Self::ArmEc2 => false,
        }
    }
}
