//! What people see.

pub(super) mod causes;
pub(super) mod check;
pub(super) mod diagnostic;
pub(super) mod error;
pub(super) mod names;
pub(super) mod picture;
mod picture_dot;
mod picture_html;
mod picture_layout;
mod picture_mermaid;
mod picture_svg;
pub(super) mod plan;
pub(super) mod progress;
pub(super) mod rehearsal;
mod rehearsal_report;
mod rehearsal_tree;
pub(super) mod status;
pub(super) mod summary;
