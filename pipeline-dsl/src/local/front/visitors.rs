//! Who may ask a local cloud that listens on a port.

use crate::local::http::answer::Answer;
use crate::local::http::response::ApiError;

/// The names by which a local cloud is called on its port: this machine's own, and those that the user gave it.
///
/// A page in a browser that lets its own name point to this machine sends that name; so only names that are known
/// are answered. What a browser sends for a page says where the page is from, and tools do not say that.
#[derive(Debug, Clone, Default)]
pub struct Visitors {
    hosts: Vec<String>,
}

impl Visitors {
    /// Those who call this machine `localhost`, `127.0.0.1` or `[::1]`, whatever the port, or by one of these names.
    pub fn calling(hosts: impl IntoIterator<Item = String>) -> Self {
        Self {
            hosts: hosts.into_iter().collect(),
        }
    }

    /// The answer to a request that is turned away, by its `Host` and `Origin`; none, where it may go on.
    pub fn turn_away(&self, host: &str, origin: Option<&str>) -> Option<Answer> {
        let reason = self.refusal(host, origin)?;
        Some(Answer::of_error(&ApiError::denied("AccessDenied", reason)))
    }

    /// Why a request is not answered, by its `Host` and `Origin`.
    fn refusal(&self, host: &str, origin: Option<&str>) -> Option<String> {
        if let Some(origin) = origin {
            return Some(format!(
                "the request comes from a page of {origin}: the local cloud does not answer browsers"
            ));
        }
        let name = without_port(host);
        let known = ["localhost", "127.0.0.1", "[::1]"]
            .into_iter()
            .chain(self.hosts.iter().map(String::as_str))
            .any(|known| known.eq_ignore_ascii_case(name));
        (!known).then(|| {
            format!(
                "the local cloud is not called {name:?}: use 127.0.0.1 or localhost, or start it with \
                 `local serve --host-header NAME`"
            )
        })
    }
}

/// The name in `name:port`.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::Visitors;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let visitors = Visitors::calling(["cloud.test".to_owned()]);
        for host in [
            "localhost",
            "LOCALHOST:4599",
            "127.0.0.1:1",
            "[::1]:4599",
            "[::1]",
            "cloud.test:80",
        ] {
            assert_eq!(visitors.refusal(host, None), None, "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:4599",
            "127.0.0.1.evil.example",
            "localhost.evil.example:4599",
            "localhost:4599@evil.example",
            "::1",
        ] {
            assert!(visitors.refusal(host, None).is_some(), "{host}");
        }
    }

    #[test]
    fn pages_are_not_answered() {
        let visitors = Visitors::default();
        for origin in ["http://evil.example", "null", "http://localhost:4599"] {
            assert!(
                visitors.refusal("localhost:4599", Some(origin)).is_some(),
                "{origin}"
            );
        }
    }
}
