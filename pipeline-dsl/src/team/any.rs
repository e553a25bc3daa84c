/// The type parameter of what is known at run time only: an environment of whatever kind, a wave behind
/// whatever gate, a service that has no type of its own. What types cannot check then, the team checks.
#[derive(Debug, Clone, Copy)]
pub enum Any {}
