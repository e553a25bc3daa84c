use super::literal_text::text_with_rule;

text_with_rule! {
    /// The name of a stack that a pipeline deploys: a letter, then letters, digits and hyphens, at most 128
    /// characters.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
    StackName, InvalidStackName, is_stack_name, "orders",
    "is not a stack's name: write a letter, then letters, digits and hyphens, at most 128 characters",
}

const fn is_stack_name(name: &str) -> bool {
    let mut rest = name.as_bytes();
    while let [byte, tail @ ..] = rest {
        let first = rest.len() == name.len();
        match *byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'-' if !first => {}
            _ => return false,
        }
        rest = tail;
    }
    !name.is_empty() && name.len() <= 128
}

#[cfg(test)]
mod tests {
    use super::StackName;

    #[test]
    fn begins_with_a_letter() {
        for name in ["a", "orders-handler", "Orders2", "a-"] {
            assert!(StackName::try_from(name).is_ok(), "{name}");
        }
        for name in ["", "1a", "-a", "a_b", "a b", "ä"] {
            assert!(StackName::try_from(name).is_err(), "{name}");
        }
        assert!(StackName::try_from("a".repeat(129)).is_err());
    }
}
