/// The tag that says which team a stack, and so every resource in it, belongs to.
pub const OWNER_TAG: &str = "pipeline-dsl:team";
