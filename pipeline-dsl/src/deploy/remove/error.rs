use crate::deploy::report::outcome::StackError;
use crate::deploy::run::selection::UnknownSelection;

/// What is to be destroyed could not be found out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DestroyError {
    /// The selection names something that is not in the program.
    #[error(transparent)]
    Selection(#[from] UnknownSelection),
    /// An account and region could not be searched, or several.
    #[error("`{place}`{} could not be searched for stacks that the program does not name any more", others(*.more))]
    Unsearched {
        /// The first of them.
        place: String,
        /// How many there are besides.
        more: usize,
        /// Why the first could not be.
        source: Box<StackError>,
    },
}

fn others(more: usize) -> String {
    match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    }
}

impl DestroyError {
    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Selection(_) => None,
            Self::Unsearched { source, .. } => source.help(),
        }
    }
}
