use crate::diagnostic::SourceLocation;

/// Which pushes start a build, beside the branch of its repository.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trigger {
    /// Pushed tags like this one, in place of the branch.
    pub(crate) tags: Option<(String, SourceLocation)>,
    /// Pushes that change a file like one of these; without any, all.
    pub(crate) paths: Vec<(String, SourceLocation)>,
    /// Where the program names none at all, though it says that pushes are chosen by them.
    pub(crate) no_paths: Option<SourceLocation>,
    /// Where the program says that no push starts one.
    pub(crate) by_hand: Option<SourceLocation>,
}
