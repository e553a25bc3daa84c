//! Stacks of which the same is to be said are told together. Where what is said of them differs in their own accounts and regions
//! alone, the names of pseudo parameters stand for these, there and nowhere else.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::cloudformation::Pseudo;
use crate::deploy::StackPlan;

/// What is said of a stack, and what else has to be alike.
pub(super) struct Told<'a> {
    pub(super) stack: &'a StackPlan,
    pub(super) lines: String,
    pub(super) distinct: String,
}

/// The stacks that are told together, with what is said of all of them, in the order in which the first of each came.
pub(super) fn alike(told: Vec<Told<'_>>) -> Vec<(Vec<&StackPlan>, String)> {
    let regions: BTreeSet<String> = told.iter().filter_map(|each| own(each.stack).1).collect();
    // Stacks that are told together are behind one another in a few groups of one skeleton.
    let mut by_skeleton: IndexMap<String, Vec<usize>> = IndexMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for each in told {
        let pieces = pieces(each.stack, &each.lines, &regions);
        let skeleton: Vec<&str> = pieces.iter().map(Piece::in_skeleton).collect();
        let skeleton = format!("{}\n{}", each.distinct, skeleton.concat());
        let candidates = by_skeleton.entry(skeleton).or_default();
        let joined = candidates.iter().any(|position| {
            let group = groups.get_mut(*position);
            group.is_some_and(|group| group.join(each.stack, &pieces))
        });
        if !joined {
            candidates.push(groups.len());
            groups.push(Group {
                stacks: vec![each.stack],
                pieces,
            });
        }
    }
    groups
        .into_iter()
        .map(|group| {
            let text = group.pieces.iter().map(Piece::text).collect();
            (group.stacks, text)
        })
        .collect()
}

struct Group<'a> {
    stacks: Vec<&'a StackPlan>,
    pieces: Vec<Piece>,
}

impl<'a> Group<'a> {
    /// Takes a stack in, if the same can be said of it.
    fn join(&mut self, stack: &'a StackPlan, pieces: &[Piece]) -> bool {
        let together = self.pieces.iter().zip(pieces);
        let together: Option<Vec<Piece>> = together.map(|(these, those)| these.with(those)).collect();
        let Some(together) = together.filter(|_| self.pieces.len() == pieces.len()) else {
            return false;
        };
        self.pieces = together;
        self.stacks.push(stack);
        true
    }
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Anything.
    Text(String),
    /// An account or a region by its name; `own`, where it is the stack's.
    Name { name: String, own: Option<Pseudo> },
    /// The own one of each stack.
    Own(Pseudo),
}

impl Piece {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Name { name, .. } => name.clone(),
            Self::Own(pseudo) => format!("${{{}}}", pseudo.as_str()),
        }
    }

    /// What is alike in texts that could be told together.
    fn in_skeleton(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Name { .. } | Self::Own(_) => "\0",
        }
    }

    /// What stands for both.
    fn with(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Text(one), Self::Text(another)) => (one == another).then(|| self.clone()),
            (
                Self::Name { name, own },
                Self::Name {
                    name: other,
                    own: others,
                },
            ) => {
                if name == other {
                    let own = own.filter(|_| own == others);
                    Some(Self::Name {
                        name: name.clone(),
                        own,
                    })
                } else {
                    own.filter(|_| own == others).map(Self::Own)
                }
            }
            (Self::Own(pseudo), Self::Name { own, .. }) => (*own == Some(*pseudo)).then(|| self.clone()),
            (Self::Text(_) | Self::Name { .. } | Self::Own(_), _) => None,
        }
    }
}

/// The account and the region of a stack.
fn own(stack: &StackPlan) -> (Option<String>, Option<String>) {
    let mut parts = stack.stack.as_str().split('/');
    let mut next = || {
        parts
            .next()
            .filter(|part| !part.is_empty())
            .map(ToOwned::to_owned)
    };
    (next(), next())
}

/// A text, cut at its own account and at whatever is some stack's region.
fn pieces(stack: &StackPlan, text: &str, regions: &BTreeSet<String>) -> Vec<Piece> {
    let (account, region) = own(stack);
    let mut cuts: Vec<(usize, &str)> = Vec::new();
    for name in account.iter().chain(regions) {
        cuts.extend(text.match_indices(name.as_str()));
    }
    // The longer of two that begin together.
    cuts.sort_by_key(|(at, name)| (*at, std::cmp::Reverse(name.len())));
    let (mut pieces, mut end) = (Vec::new(), 0);
    for (at, name) in cuts {
        if at < end {
            continue;
        }
        pieces.push(Piece::Text(text.get(end..at).unwrap_or_default().to_owned()));
        let pseudo = [(&account, Pseudo::AccountId), (&region, Pseudo::Region)];
        let own = pseudo.into_iter().find(|(own, _)| own.as_deref() == Some(name));
        pieces.push(Piece::Name {
            name: name.to_owned(),
            own: own.map(|(_, pseudo)| pseudo),
        });
        end = at + name.len();
    }
    pieces.push(Piece::Text(text.get(end..).unwrap_or_default().to_owned()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::PlannedAction;
    use crate::synth::StackId;

    fn stack(id: &str) -> StackPlan {
        StackPlan {
            stack: StackId::from(id),
            action: PlannedAction::Update,
            reasons: Vec::new(),
            changes: Vec::new(),
        }
    }

    fn said(told: &[(&StackPlan, &str, &str)]) -> Vec<(usize, String)> {
        let told = told.iter().map(|(stack, lines, distinct)| Told {
            stack,
            lines: (*lines).to_owned(),
            distinct: (*distinct).to_owned(),
        });
        let groups = alike(told.collect()).into_iter();
        groups.map(|(stacks, text)| (stacks.len(), text)).collect()
    }

    #[test]
    fn a_pseudo_parameter_stands_where_texts_differ_and_nowhere_else() {
        let (one, other) = (
            stack("111111111111/us-east-1/a"),
            stack("222222222222/us-east-1/a"),
        );
        let abroad = stack("333333333333/eu-west-1/a");
        let lines = [
            "111111111111 from us-east-1 to us-west-2 in us-east-1",
            "222222222222 from us-east-1 to us-west-2 in us-east-1",
            "333333333333 from us-east-1 to us-west-2 in eu-west-1",
        ];
        let two = [(&one, lines[0], ""), (&other, lines[1], "")];
        let expected = "${AWS::AccountId} from us-east-1 to us-west-2 in us-east-1";
        assert_eq!(said(&two), [(2, expected.to_owned())]);
        let three = [two[0], two[1], (&abroad, lines[2], "")];
        let expected = "${AWS::AccountId} from us-east-1 to us-west-2 in ${AWS::Region}";
        assert_eq!(said(&three), [(3, expected.to_owned())]);
        let backwards = [three[2], three[0], three[1]];
        assert_eq!(said(&backwards), [(3, expected.to_owned())]);
    }

    #[test]
    fn what_is_not_the_same_is_told_apart() {
        let (one, other) = (
            stack("111111111111/us-east-1/a"),
            stack("222222222222/eu-west-1/a"),
        );
        let apart = [(&one, "to eu-west-1", ""), (&other, "to us-east-1", "")];
        assert_eq!(said(&apart).len(), 2);
        // The words are the same, and what changes is not.
        let apart = [(&one, "x", "Topic"), (&other, "x", "Role")];
        assert_eq!(said(&apart).len(), 2);
        assert_eq!(said(&[apart[0], (&other, "x", "Topic")]), [(2, "x".to_owned())]);
    }
}
