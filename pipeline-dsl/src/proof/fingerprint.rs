//! What a proof depends on, in one digest.

use std::fmt;
use std::io;

use sha2::{Digest as _, Sha256};

use crate::synth::{Assembly, Digest};
use crate::team::Team;

/// The digest of everything that the proof of a team's assembly depends on but this program itself: what the team declares, and
/// where; every stack with its parameters; every template.
pub fn fingerprint(team: &Team, assembly: &Assembly) -> Digest {
    use fmt::Write as _;
    let mut hashed = Hashed(Sha256::new());
    // Neither fails: nothing is written but into a hash, and what is written has string keys only.
    let _ = write!(hashed, "{team:?}");
    // A stack names its template by its digest.
    let _ = serde_json::to_writer(&mut hashed, assembly.stacks());
    Digest::of(hashed.0.finalize())
}

struct Hashed(Sha256);

impl fmt::Write for Hashed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

impl io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
