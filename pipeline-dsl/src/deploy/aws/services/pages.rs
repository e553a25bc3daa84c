//! Listings come in pages, and end.

use std::collections::BTreeSet;

use crate::deploy::aws::call_error::CallError;
use crate::synth::Digest;

/// The way through the pages of one listing.
#[derive(Debug)]
pub(crate) struct Pages {
    operation: &'static str,
    /// More than these there cannot be.
    most: usize,
    seen: BTreeSet<Digest>,
}

impl Pages {
    pub(crate) fn of(operation: &'static str, most: usize) -> Self {
        Self {
            operation,
            most,
            seen: BTreeSet::new(),
        }
    }

    /// The token of the next page; none behind the last.
    ///
    /// # Errors
    /// When there are more pages than there can be, or the same comes again.
    pub(crate) fn next(&mut self, token: Option<String>) -> Result<Option<String>, CallError> {
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return Ok(None);
        };
        if !self.seen.insert(Digest::of(&token)) {
            let text = format!(
                "after {} pages it names one that was read already",
                self.seen.len() + 1
            );
            return Err(CallError::unreadable(self.operation, &text));
        }
        if self.seen.len() >= self.most {
            let text = format!("after {} pages there are still more", self.most);
            return Err(CallError::unreadable(self.operation, &text));
        }
        Ok(Some(token))
    }
}

#[cfg(test)]
mod tests {
    use super::Pages;

    #[test]
    fn a_listing_ends() {
        let mut pages = Pages::of("ListStacks", 3);
        let mut next = |token: &str| {
            pages
                .next(Some(token.to_owned()))
                .map_err(|error| error.to_string())
        };
        assert_eq!(next("a"), Ok(Some("a".to_owned())));
        assert_eq!(
            next("a").unwrap_err(),
            "ListStacks failed: after 2 pages it names one that was read already"
        );
        assert_eq!(next("b"), Ok(Some("b".to_owned())));
        assert_eq!(
            next("c").unwrap_err(),
            "ListStacks failed: after 3 pages there are still more"
        );
        assert_eq!(next(""), Ok(None));
    }
}
