//! What somebody does to resources behind CloudFormation's back.

use serde_json::Value;

use super::contents::ResourceView;
use super::local_cloud::LocalCloud;
use crate::local::stacks::properties::Properties;
use crate::local::stacks::resource::Drift;

impl LocalCloud {
    /// Changes the properties of resources behind CloudFormation's back, as somebody with a console does: by type. So many
    /// resources were changed.
    pub fn change_properties(&self, mut change: impl FnMut(&str, &mut Value)) -> usize {
        self.change_each(|resource, properties| change(&resource.resource_type, properties))
    }

    /// The same of resources as they are.
    pub fn change_each(&self, mut change: impl FnMut(&ResourceView, &mut Value)) -> usize {
        let mut state = self.lock();
        let mut changed = 0;
        for stack in state
            .shared
            .stacks
            .values_mut()
            .filter(|stack| !stack.is_deleted())
        {
            let views: Vec<ResourceView> = ResourceView::of_stack(stack).collect();
            for view in views {
                let Some(resource) = stack.resources.get_mut(&view.logical_id) else {
                    continue;
                };
                let mut after = (*view.properties).clone();
                change(&view, &mut after);
                if after != *view.properties {
                    changed += 1;
                    let before = std::mem::replace(&mut resource.properties, Properties::of(&after));
                    resource.drift.get_or_insert(Drift::Changed(before));
                }
            }
        }
        changed
    }

    /// Deletes resources behind CloudFormation's back. So many were deleted.
    pub fn delete_each(&self, mut goes: impl FnMut(&ResourceView) -> bool) -> usize {
        let mut state = self.lock();
        let mut deleted = 0;
        for stack in state
            .shared
            .stacks
            .values_mut()
            .filter(|stack| !stack.is_deleted())
        {
            let views: Vec<ResourceView> = ResourceView::of_stack(stack).collect();
            for view in views.iter().filter(|view| goes(view)) {
                if let Some(resource) = stack.resources.get_mut(&view.logical_id) {
                    resource.drift = Some(Drift::Gone);
                    deleted += 1;
                }
            }
        }
        deleted
    }
}
