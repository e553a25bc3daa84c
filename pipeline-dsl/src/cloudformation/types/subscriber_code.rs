//! The code of the subscriber: a file of its own, and behind it the keys of the artifacts that the program has.
//!
//! They stand in the code because nowhere else is room for them: an environment has 4 KB, a parameter too, and a team may have
//! a thousand artifacts. All developers have the same, so their stacks share one template.

use std::collections::BTreeSet;

/// What the last line of the code begins and ends with. Keys have neither spaces nor quotes.
const BEGIN: &str = "\nKEYS = frozenset(\"";
const END: &str = "\".split())\n";

/// The code of a function that copies artifacts, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriberCode<'a> {
    /// What it does.
    pub source: &'a str,
    /// The artifacts that it copies; none where it does not name them, and copies all.
    pub keys: Option<BTreeSet<&'a str>>,
}

impl<'a> SubscriberCode<'a> {
    /// Where probes are put: no artifact's key begins so, and the function lets them through.
    pub const PROBES: &'static str = "pipeline-dsl-check/";

    /// The code that copies artifacts of these keys.
    pub fn write(source: &str, keys: &BTreeSet<&str>) -> String {
        let keys: Vec<&str> = keys.iter().copied().collect();
        format!("{source}{BEGIN}{}{END}", keys.join(" "))
    }

    /// Takes deployed code apart.
    pub fn read(code: &'a str) -> Self {
        let apart = code.strip_suffix(END).and_then(|code| code.rsplit_once(BEGIN));
        let is_key = |byte: u8| byte.is_ascii_alphanumeric() || b"/._- ".contains(&byte);
        match apart.filter(|(_, keys)| keys.bytes().all(is_key)) {
            Some((source, keys)) => Self {
                source,
                keys: Some(keys.split(' ').filter(|key| !key.is_empty()).collect()),
            },
            None => Self {
                source: code,
                keys: None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::SubscriberCode;

    const SOURCE: &str = "KEYS = frozenset()\n";

    #[test]
    fn keys_are_read_as_they_are_written() {
        for keys in [vec![], vec!["a.zip"], vec!["a.zip", "b/c-d_e.zip"]] {
            let keys: BTreeSet<&str> = keys.into_iter().collect();
            let code = SubscriberCode::write(SOURCE, &keys);
            let read = SubscriberCode::read(&code);
            assert_eq!((read.source, read.keys), (SOURCE, Some(keys)));
        }
    }

    #[test]
    fn what_does_more_than_name_keys_is_code() {
        let code = SubscriberCode::write(SOURCE, &BTreeSet::from(["a.zip"]));
        for other in [
            SOURCE.to_owned(),
            format!("{code}import os\n"),
            code.replace("a.zip", "\".split()) or open(\"a.zip"),
        ] {
            let read = SubscriberCode::read(&other);
            assert_eq!((read.source, read.keys), (other.as_str(), None));
        }
    }
}
