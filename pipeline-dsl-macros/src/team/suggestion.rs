/// The candidate that may have been meant: at most two letters away, and less than half of the word.
pub(crate) fn near<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(written, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 2 && distance * 2 < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Behind a message: `: did you mean `x`?`, or else nothing.
pub(crate) fn did_you_mean<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    near(written, candidates).map_or_else(String::new, |near| format!(": did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn short_words_are_not_near_everything() {
        assert_eq!(near("enviroment", ["environment", "wave"]), Some("environment"));
        assert_eq!(near("wvae", ["environment", "wave"]), Some("wave"));
        assert_eq!(near("qa", ["dev", "prod"]), None);
        assert_eq!(near("ordres", ["orders", "orderz"]), Some("orders"));
    }
}
