use super::decision::{Answer, Step};
use super::policy::{Policy, Role};
use crate::policy::{Effect, Naming, PreparedRequest, Request, Rule};
use crate::proof::deployed::declarations::Declarations;

/// A request on its way through the policies.
pub(in crate::proof) struct Asked<'a> {
    request: PreparedRequest<'a>,
    declarations: &'a Declarations,
    pub(in crate::proof) steps: Vec<Step>,
    /// Whether some policy refused it.
    pub(in crate::proof) refused: bool,
}

impl<'a> Asked<'a> {
    pub(in crate::proof) fn of(
        request: &'a Request,
        circumstances: &'a dyn Fn(&Request) -> Request,
        declarations: &'a Declarations,
    ) -> Self {
        Self {
            request: PreparedRequest::of(request).in_circumstances(circumstances),
            declarations,
            steps: Vec::new(),
            refused: false,
        }
    }

    /// How a resource policy allows it.
    pub(in crate::proof) fn resource(&mut self, policy: &Policy) -> Option<Naming> {
        let mut best: Option<(Naming, &Rule)> = None;
        for rule in &policy.rules {
            let Some(naming) = rule.names(&self.request.request().requester) else {
                continue;
            };
            if !rule.applies_to(&self.request) {
                continue;
            }
            if rule.effect() == Effect::Deny {
                self.refused = true;
                self.step(policy, Some(rule), Answer::Refuses);
                return None;
            }
            if best.is_none_or(|(before, _)| before == Naming::ByAccount) {
                best = Some((naming, rule));
            }
        }
        let (naming, rule) = best?;
        self.step(policy, Some(rule), Answer::Allows);
        Some(naming)
    }

    /// Whether the role's own policies allow it.
    pub(in crate::proof) fn own(&mut self, role: Option<&Role>) -> bool {
        let Some(role) = role else {
            self.nowhere("identity policy", Answer::Lacks);
            return false;
        };
        let identity = self.any(role.identity.iter(), true);
        let bounded = match &role.boundary {
            Some(boundary) => self.any(std::iter::once(boundary), true),
            None => true,
        };
        identity && bounded
    }

    fn any<'p>(&mut self, policies: impl Iterator<Item = &'p Policy>, needed: bool) -> bool {
        let mut allowed = false;
        let mut asked = None;
        for policy in policies {
            asked = Some(policy);
            for rule in &policy.rules {
                if !rule.applies_to(&self.request) {
                    continue;
                }
                match rule.effect() {
                    Effect::Deny => {
                        self.refused = true;
                        self.step(policy, Some(rule), Answer::Refuses);
                        return false;
                    }
                    Effect::Allow if !allowed => {
                        allowed = true;
                        self.step(policy, Some(rule), Answer::Allows);
                    }
                    Effect::Allow => {}
                }
            }
        }
        if let (false, Some(policy)) = (allowed, asked) {
            let answer = if needed { Answer::Lacks } else { Answer::Silent };
            self.step(policy, None, answer);
        }
        allowed
    }

    pub(in crate::proof) fn lacks_resource_policy(&mut self, policy: Option<&Policy>, kind: &'static str) {
        match policy {
            Some(policy) => self.step(policy, None, Answer::Lacks),
            None => self.nowhere(kind, Answer::Lacks),
        }
    }

    /// The policy of this kind is not the team's: it is taken to allow what the program grants.
    pub(in crate::proof) fn assumes(&mut self, kind: &'static str) {
        self.nowhere(kind, Answer::Assumed);
    }

    /// What is said of a policy that no template has.
    fn nowhere(&mut self, kind: &'static str, answer: Answer) {
        self.steps.push(Step {
            kind,
            policy: None,
            statement: None,
            location: None,
            answer,
        });
    }

    fn step(&mut self, policy: &Policy, rule: Option<&Rule>, answer: Answer) {
        let declaration = rule.and_then(|rule| {
            self.declarations
                .of_statement(policy.service, &policy.resource, rule.sid())
        });
        self.steps.push(Step {
            kind: policy.kind,
            policy: Some(policy.label.clone()),
            statement: rule.map(Rule::shared_sid),
            location: declaration.map(|declaration| declaration.location),
            answer,
        });
    }
}
