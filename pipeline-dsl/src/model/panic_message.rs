/// A message put together in a `const`, where `format!` is not: what a compile error says about a text that
/// stands in another file.
pub(super) struct PanicMessage {
    bytes: [u8; Self::LONGEST],
    length: usize,
}

impl PanicMessage {
    const LONGEST: usize = 1_024;

    const EMPTY: Self = Self {
        bytes: [0; Self::LONGEST],
        length: 0,
    };

    /// `this is not an AWS account id: …`, about a literal that the compiler underlines.
    pub(super) const fn this(rule: &str) -> Self {
        Self::EMPTY.push("this ").push(rule)
    }

    /// `developers.toml:2:11: `123` is not an AWS account id: …`
    pub(super) const fn at(place: &str, text: &str, rule: &str) -> Self {
        Self::EMPTY
            .push(place)
            .push(": `")
            .push(text)
            .push("` ")
            .push(rule)
    }

    /// What does not fit any more is left out.
    const fn push(mut self, text: &str) -> Self {
        if self.length + text.len() > Self::LONGEST {
            return self;
        }
        let (_, mut room) = self.bytes.split_at_mut(self.length);
        let mut rest = text.as_bytes();
        while let ([byte, tail @ ..], Some((slot, remaining))) = (rest, room.split_first_mut()) {
            *slot = *byte;
            room = remaining;
            rest = tail;
        }
        self.length += text.len();
        self
    }

    pub(super) const fn as_str(&self) -> &str {
        let (message, _) = self.bytes.split_at(self.length);
        match str::from_utf8(message) {
            Ok(message) => message,
            // Only whole texts are ever stored.
            Err(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PanicMessage;

    #[test]
    fn leaves_out_what_does_not_fit() {
        let message = PanicMessage::at("a.toml:1:1", "x", "is not y");
        assert_eq!(message.as_str(), "a.toml:1:1: `x` is not y");
        let message = PanicMessage::at("a.toml:1:1", &"x".repeat(2_000), "is not y");
        assert_eq!(message.as_str(), "a.toml:1:1: `` is not y");
    }
}
