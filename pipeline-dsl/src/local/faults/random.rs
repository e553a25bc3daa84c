use std::hash::{DefaultHasher, Hash, Hasher};

/// Numbers that look like chance and are the same for the same seed: `SplitMix64`.
/// <https://doi.org/10.1145/2714064.2660195>
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// Begins with a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Chance for one choice among many.
    pub(crate) fn of(seed: u64, what: &str, count: u64) -> Self {
        let mut hasher = DefaultHasher::new();
        (seed, what, count).hash(&mut hasher);
        Self::new(hasher.finish())
    }

    /// The next number, of all that there are.
    #[expect(
        clippy::should_implement_trait,
        reason = "it never ends, and nobody iterates over it"
    )]
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The next number below this one.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}
