//! What AWS says, as far as a person reads it: without what would move a terminal's cursor, and not longer than a page.

/// So many characters are kept. AWS's longest reasons, those of policies that are refused, have some thousand.
const LONGEST: usize = 2_000;

/// A text of somebody else's that may be printed.
pub(super) fn said(text: &str) -> String {
    let mut said = String::new();
    let mut characters = text.chars();
    for (count, character) in characters.by_ref().enumerate() {
        if count == LONGEST {
            said.push('…');
            break;
        }
        // A control character, or one that turns the direction of the text around.
        let hidden = character.is_control()
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        match hidden {
            true if said.ends_with(' ') => {}
            true => said.push(' '),
            false => said.push(character),
        }
    }
    said.truncate(said.trim_end().len());
    said
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, said};

    #[test]
    fn nothing_moves_the_cursor() {
        assert_eq!(said("a\u{1b}[2Jb\r\n\tc\u{202e}d"), "a [2Jb c d");
        assert_eq!(said("Größe: 5 MB\n"), "Größe: 5 MB");
    }

    #[test]
    fn what_is_long_is_cut() {
        assert_eq!(said(&"ä".repeat(LONGEST)).chars().count(), LONGEST);
        let cut = said(&"ä".repeat(126_000_000));
        assert_eq!(cut.chars().count(), LONGEST + 1);
        assert!(cut.ends_with('…'));
    }
}
