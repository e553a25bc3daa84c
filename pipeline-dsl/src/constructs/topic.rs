//! Topics that other stacks name without reading them.

use super::names::{Names, Place};
use crate::cloudformation::types::sns::Topic;
use crate::cloudformation::{Handle, KnownName, Stack};

/// Adds a topic under a name that other stacks compute.
pub(super) fn add(
    stack: &mut Stack,
    names: &Names,
    place: Place,
    logical_id: &str,
    name: &str,
    display_name: &str,
) -> Handle<Topic> {
    let topic_name = names.prefixed(name);
    let arn = place.arn("sns", topic_name.clone());
    let topic = Topic {
        topic_name,
        display_name: display_name.to_owned(),
    };
    stack.add(logical_id, &topic).known_as(KnownName {
        reference: arn.clone(),
        arn,
    })
}
