//! Many names in one line, how many there are of something, and what accounts are called.

use crate::model::Name;

/// All of them, where they are at most so many; else the first, and how many there are besides.
pub(crate) fn first_of<T: AsRef<str>>(names: &[T], at_most: usize) -> String {
    match names {
        [first, rest @ ..] if names.len() > at_most => format!("{} and {} more", first.as_ref(), rest.len()),
        few => few.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(", "),
    }
}

/// `1 artifact`, `2 artifacts`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// Whose account it is: a developer's, or else the build account.
pub(crate) fn place(developer: Option<Name>) -> String {
    developer.map_or_else(|| "build account".to_owned(), |name| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::{counted, first_of};

    #[test]
    fn few_are_named_and_many_are_counted() {
        assert_eq!(first_of(&["a", "b"], 2), "a, b");
        assert_eq!(first_of(&["a", "b", "c"], 2), "a and 2 more");
        assert_eq!(first_of::<&str>(&[], 2), "");
        assert_eq!(counted(1, "stack"), "1 stack");
        assert_eq!(counted(0, "stack"), "0 stacks");
    }
}
