//! The access proof that comes before a deployment. One that this very program has made before, of the same team and the same
//! templates, is not made again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::printer::Printer;
use super::view;
use crate::diagnostic::Diagnostics;
use crate::proof::{Proof, fingerprint};
use crate::synth::{Assembly, Digest};
use crate::team::Team;

/// A proof that held.
#[derive(Debug)]
pub(super) struct Proved {
    /// Where it is remembered, beside the assembly.
    path: PathBuf,
    /// What it depends on; none, where this program cannot be told from another.
    digest: Option<Digest>,
    /// None, if it was remembered.
    proof: Option<Proof>,
}

/// Proves a team's assembly, unless that is remembered, and prints every warning that there is of the team.
///
/// # Errors
/// When a request would be answered wrongly, or a template cannot be read.
pub(super) fn prove(
    team: &Team,
    assembly: &Assembly,
    out: &Path,
    printer: &Printer,
) -> Result<Proved, Box<dyn std::error::Error>> {
    let path = out.join("proved");
    let digest = program().map(|program| Digest::of(format!("{program} {}", fingerprint(team, assembly))));
    let proof = if is_remembered(&path, digest.as_ref()) {
        None
    } else {
        Some(crate::proof::prove(team, assembly)?)
    };
    if let Some(broken) = proof.as_ref().map(Proof::diagnostics)
        && !broken.is_empty()
    {
        return Err(Box::new(broken));
    }
    view::diagnostic::print_each(team.warnings(), printer);
    view::diagnostic::print_each(assembly.warnings(), printer);
    if let Some(proof) = &proof {
        view::diagnostic::print_each(&proof.warnings(), printer);
    }
    Ok(Proved { path, digest, proof })
}

impl Proved {
    /// What the policies of others must allow.
    pub(super) fn notes(&self) -> Diagnostics {
        self.proof.as_ref().map(Proof::notes).unwrap_or_default()
    }

    /// Whether it was made by an earlier command.
    pub(super) fn is_remembered(&self) -> bool {
        self.proof.is_none()
    }

    /// Remembers it, unless it has something to tell, which has to be told each time.
    ///
    /// The assembly must have been written: the directory is ours then. A proof that cannot be remembered is made again.
    pub(super) fn remember(&self) {
        if let (Some(proof), Some(digest)) = (&self.proof, &self.digest)
            && proof.holds()
            && proof.warnings().is_empty()
            && proof.notes().is_empty()
        {
            // A link is not followed. Half of a digest is none, so this need not be written at once.
            if !fs::symlink_metadata(&self.path).is_ok_and(|there| there.is_symlink()) {
                let _ = fs::write(&self.path, format!("{digest}\n"));
            }
        }
    }
}

fn is_remembered(path: &Path, digest: Option<&Digest>) -> bool {
    let remembered = fs::read_to_string(path);
    digest.is_some_and(|digest| remembered.is_ok_and(|remembered| remembered.trim_end() == digest.as_str()))
}

/// What tells this program from every other, also from itself with another version of this crate.
fn program() -> Option<String> {
    let file = || -> io::Result<String> {
        let path = std::env::current_exe()?;
        let about = fs::metadata(&path)?;
        let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(format!(
            "{} {} {}",
            path.display(),
            about.len(),
            changed.as_nanos()
        ))
    };
    let file = file().ok()?;
    Some(format!("{} {file}", env!("CARGO_PKG_VERSION")))
}
