//! What the environment says of AWS, before the SDK believes it: an empty endpoint, or a key with the end of a line in it, makes
//! the SDK panic.
//! <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html#EVarSettings>

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as Provided;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};

use super::traffic::Traffic;
use crate::deploy::printable::{HIDDEN, chain};

/// Credentials that have not come by then do not come. It is shorter than a try may take.
pub(crate) const CREDENTIALS_TIMEOUT: Duration = Duration::from_secs(12);
/// Who is waited for meanwhile.
const PROVIDER: &str = "whoever gives AWS credentials";

const ENDPOINT: &str = "AWS_ENDPOINT_URL";
const REGIONS: &[&str] = &["AWS_REGION", "AWS_DEFAULT_REGION"];
const KEYS: &[&str] = &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// Files that the SDK reads to their end, whatever that takes.
const FILES: &[&str] = &[
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];
/// None of them is larger.
const LARGEST_FILE: u64 = 16 << 20;

/// What is there instead of a file that can be read to its end. One that is not there is nothing to read; `/dev/null` is nothing
/// to read either, and a pipe without a name is what a shell gives (`<(…)`).
fn no_file(path: &str) -> Option<&'static str> {
    let there = std::fs::metadata(path).ok()?;
    if there.is_dir() {
        return Some("a directory");
    }
    if there.len() > LARGEST_FILE {
        return Some("larger than any such file");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = there.file_type();
        if (kind.is_char_device() || kind.is_block_device()) && path != "/dev/null" {
            return Some("a device");
        }
        // Whoever opens it waits for somebody who writes, maybe for ever.
        let has_no_name = path.starts_with("/dev/fd/") || path.starts_with("/proc/");
        if kind.is_fifo() && !has_no_name {
            return Some("a named pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
    }
    None
}

/// A setting of the environment that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// An endpoint is no URL.
    #[error("{setting} is {}, which is no URL: give one such as `http://127.0.0.1:4599`, or unset it", shown(.value))]
    Endpoint {
        /// Where it is said.
        setting: String,
        /// What is said.
        value: String,
    },
    /// A region is empty, or no name at all.
    #[error("{setting} is {}, which is no region: give one such as `us-east-1`, or unset it", shown(.value))]
    Region {
        /// The variable.
        setting: String,
        /// Its value.
        value: String,
    },
    /// A file that would have to be read is none, or has no end.
    #[error("{setting} is `{}`, which is {what}: name a file, or unset it", crate::deploy::printable::printable(.value))]
    File {
        /// The variable.
        setting: String,
        /// Its value.
        value: String,
        /// What it is.
        what: &'static str,
    },
    /// A key or a token holds what none of them does. What it is, is not said.
    #[error("{setting} holds {what}: set it again, or unset it")]
    Key {
        /// The variable.
        setting: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

fn shown(value: &str) -> String {
    if value.is_empty() {
        "empty".to_owned()
    } else {
        format!(
            "`{}`",
            crate::deploy::printable::printable(&without_password(value))
        )
    }
}

/// A URL without the name and the password in it.
fn without_password(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((before, host)) => {
            let scheme = before.split_once("://").map_or("", |(scheme, _)| scheme);
            format!("{scheme}://{HIDDEN}@{host}")
        }
        None => url.to_owned(),
    }
}

/// Checks the variables that the SDK reads.
///
/// # Errors
/// The first that cannot be used.
pub(crate) fn check(
    variables: impl IntoIterator<Item = (String, String)>,
    given_endpoint: Option<&str>,
) -> Result<(), EnvironmentError> {
    if let Some(url) = given_endpoint {
        check_endpoint("--endpoint-url", url)?;
    }
    for (name, value) in variables {
        if name.starts_with(ENDPOINT) && given_endpoint.is_none() {
            check_endpoint(&name, &value)?;
        } else if REGIONS.contains(&name.as_str()) {
            let is_name = |character: char| character.is_ascii_alphanumeric() || character == '-';
            if value.is_empty() || !value.chars().all(is_name) {
                return Err(EnvironmentError::Region { setting: name, value });
            }
        } else if FILES.contains(&name.as_str()) {
            if let Some(what) = no_file(&value) {
                return Err(EnvironmentError::File {
                    setting: name,
                    value,
                    what,
                });
            }
        } else if KEYS.contains(&name.as_str())
            // Who sets it to nothing has none.
            && !value.trim().is_empty()
            && let Some(what) = wrong(&value)
        {
            return Err(EnvironmentError::Key { setting: name, what });
        }
    }
    Ok(())
}

/// Checks an endpoint that is said there.
pub(crate) fn check_endpoint(setting: &str, url: &str) -> Result<(), EnvironmentError> {
    let behind = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let host = behind.map(|behind| behind.split(['/', '?', '#']).next().unwrap_or_default());
    let (name, port) = match host.unwrap_or_default() {
        bracketed if bracketed.starts_with('[') => match bracketed.split_once(']') {
            Some((name, port)) => (name, port.strip_prefix(':')),
            None => ("", None),
        },
        host => host
            .split_once(':')
            .map_or((host, None), |(name, port)| (name, Some(port))),
    };
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
    if !name.is_empty() && is_port && url.chars().all(|character| character.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(EnvironmentError::Endpoint {
            setting: setting.to_owned(),
            value: url.to_owned(),
        })
    }
}

/// What is wrong with a key or a token, if anything is: it goes into a header of HTTP.
pub(super) fn wrong(key: &str) -> Option<&'static str> {
    if key.is_empty() {
        return Some("nothing");
    }
    if key.contains(['\r', '\n']) {
        return Some("the end of a line");
    }
    let is_letter = |character: char| character.is_ascii_graphic();
    (!key.chars().all(is_letter)).then_some("a character that no key has")
}

/// Credentials that can be sent, wherever they come from: of a profile or a process, too.
#[derive(Debug)]
pub(crate) struct Checked {
    inner: SharedCredentialsProvider,
    /// How it goes with whoever gives them.
    traffic: Arc<Traffic>,
    /// Whether it has ever given any.
    gave: AtomicBool,
    /// Why it never will: some providers say it once only, and who has never answered is not waited for again.
    never: OnceLock<String>,
}

impl Checked {
    pub(crate) fn around(
        inner: SharedCredentialsProvider,
        traffic: &Arc<Traffic>,
    ) -> SharedCredentialsProvider {
        SharedCredentialsProvider::new(Self {
            inner,
            traffic: Arc::clone(traffic),
            gave: AtomicBool::new(false),
            never: OnceLock::new(),
        })
    }

    /// What the provider gives, within its time.
    async fn given(&self) -> Result<Credentials, CredentialsError> {
        if let Some(said) = self.never.get() {
            return Err(CredentialsError::invalid_configuration(said.clone()));
        }
        self.traffic.asks(PROVIDER);
        let given = tokio::time::timeout(CREDENTIALS_TIMEOUT, self.inner.provide_credentials()).await;
        // Whatever it says, it has answered.
        self.traffic.is_answered(200);
        let given = given.unwrap_or_else(|_| {
            let seconds = CREDENTIALS_TIMEOUT.as_secs();
            let silent = format!(
                "whoever should give them has not answered within {seconds} seconds (`credential_process`, SSO, or the metadata \
                 service of an instance)"
            );
            if self.gave.load(Ordering::Relaxed) {
                return Err(CredentialsError::provider_error(silent));
            }
            let never = self.never.get_or_init(|| silent);
            Err(CredentialsError::invalid_configuration(never.clone()))
        });
        if let Err(error @ CredentialsError::InvalidConfiguration(_)) = &given {
            let why = std::error::Error::source(error).map(chain);
            self.never.get_or_init(|| why.unwrap_or_default());
        }
        if given.is_ok() {
            self.gave.store(true, Ordering::Relaxed);
        }
        given
    }

    async fn checked(&self) -> Result<Credentials, CredentialsError> {
        let credentials = self.given().await?;
        let keys = [
            ("access key", credentials.access_key_id()),
            ("secret key", credentials.secret_access_key()),
            ("session token", credentials.session_token().unwrap_or("none")),
        ];
        for (name, key) in keys {
            if let Some(what) = wrong(key) {
                let text = format!("the {name} that was found holds {what}");
                return Err(CredentialsError::invalid_configuration(text));
            }
        }
        Ok(credentials)
    }
}

impl ProvideCredentials for Checked {
    fn provide_credentials<'a>(&'a self) -> Provided<'a>
    where
        Self: 'a,
    {
        Provided::new(self.checked())
    }
}

#[cfg(test)]
mod tests {
    use super::{Checked, check};
    use aws_credential_types::Credentials;
    use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};

    fn error(name: &str, value: &str) -> Option<String> {
        let variables = [(name.to_owned(), value.to_owned())];
        check(variables, None).err().map(|error| error.to_string())
    }

    #[test]
    fn what_the_sdk_would_panic_at_is_an_error() {
        assert_eq!(
            error("AWS_ENDPOINT_URL", "").unwrap(),
            "AWS_ENDPOINT_URL is empty, which is no URL: give one such as `http://127.0.0.1:4599`, or unset it"
        );
        for url in [
            "localhost:4566",
            "http://",
            "http://:80",
            "ftp://a",
            "http://a b",
            "http://a:port",
            "http://[::1",
            "http://a\n",
        ] {
            assert!(error("AWS_ENDPOINT_URL_STS", url).is_some(), "{url}");
        }
        for url in [
            "http://127.0.0.1:4599",
            "https://vpce-1.cloudformation.us-east-1.vpce.amazonaws.com/",
            "http://[::1]:4599",
        ] {
            assert_eq!(error("AWS_ENDPOINT_URL", url), None);
        }
        assert_eq!(
            error("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE\n").unwrap(),
            "AWS_ACCESS_KEY_ID holds the end of a line: set it again, or unset it"
        );
        assert!(
            error("AWS_SESSION_TOKEN", "töken")
                .unwrap()
                .contains("no key has")
        );
        assert_eq!(
            error("AWS_REGION", "").unwrap(),
            "AWS_REGION is empty, which is no region: give one such as `us-east-1`, or unset it"
        );
        assert_eq!(error("AWS_REGION", "eu-west-1"), None);
        assert_eq!(error("AWS_CONFIG_FILE", "/nowhere/to/be/found"), None);
        assert!(error("AWS_CONFIG_FILE", "/").unwrap().contains("a directory"));
        let secret = error("AWS_ENDPOINT_URL", "http://user:pass@localhost:1").unwrap();
        assert!(secret.contains("`http://(hidden)@localhost:1`"), "{secret}");
        assert_eq!(error("AWS_PROFILE", ""), None);
        assert_eq!(error("AWS_SESSION_TOKEN", ""), None);
    }

    #[cfg(unix)]
    #[test]
    fn what_has_no_end_is_not_read() {
        for setting in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
            assert!(error(setting, "/dev/zero").unwrap().contains("a device"));
            assert_eq!(error(setting, "/dev/null"), None);
        }
    }

    #[cfg(unix)]
    #[test]
    fn nobody_is_waited_for_at_a_pipe_or_a_socket() {
        let place = tempfile::tempdir().unwrap();
        let pipe = place.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let socket = place.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for setting in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
            let refused = error(setting, pipe.to_str().unwrap()).unwrap();
            assert!(refused.contains("a named pipe"), "{refused}");
            let refused = error(setting, socket.to_str().unwrap()).unwrap();
            assert!(refused.contains("a socket"), "{refused}");
        }
    }

    #[test]
    fn a_given_endpoint_goes_before_the_environment() {
        let variables = [("AWS_ENDPOINT_URL".to_owned(), String::new())];
        assert_eq!(check(variables, Some("http://localhost:1")), Ok(()));
        assert!(
            check([], Some(""))
                .unwrap_err()
                .to_string()
                .starts_with("--endpoint-url is empty")
        );
    }

    #[tokio::test]
    async fn credentials_that_cannot_be_sent_are_refused_without_being_shown() {
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret\r\n", None, None, "test");
        let traffic = std::sync::Arc::default();
        let provider = Checked::around(SharedCredentialsProvider::new(credentials), &traffic);
        let error = provider.provide_credentials().await.unwrap_err();
        let text = crate::deploy::printable::chain(&error);
        assert!(
            text.contains("the secret key that was found holds the end of a line"),
            "{text}"
        );
        assert!(!text.contains("AKIA"), "{text}");
    }

    /// A provider that never gives anything, or one whose second error says less than the first.
    #[derive(Debug)]
    struct Provider {
        hangs: bool,
        asked: std::sync::atomic::AtomicU32,
    }

    impl ProvideCredentials for Provider {
        fn provide_credentials<'a>(&'a self) -> super::Provided<'a>
        where
            Self: 'a,
        {
            super::Provided::new(async {
                if self.hangs {
                    std::future::pending::<()>().await;
                }
                let asked = self.asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let said = if asked == 0 {
                    "could not parse"
                } else {
                    "already taken"
                };
                Err(super::CredentialsError::invalid_configuration(said))
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_none_is_left_and_an_error_is_the_same_each_time() {
        let traffic = std::sync::Arc::default();
        for (hangs, says) in [
            (true, "has not answered within 12 seconds"),
            (false, "could not parse"),
        ] {
            let provider = Provider {
                hangs,
                asked: std::sync::atomic::AtomicU32::new(0),
            };
            let provider = Checked::around(SharedCredentialsProvider::new(provider), &traffic);
            for _ in 0..2 {
                let error = provider.provide_credentials().await.unwrap_err();
                assert!(
                    crate::deploy::printable::chain(&error).contains(says),
                    "{error:?}"
                );
            }
        }
    }
}
