//! Who stands for whom: of developers and of services that are alike, two are proved for all.
//!
//! Two services have the same shape when exchanging their names, everywhere in the assembly, changes nothing: the templates
//! of one become those of the other, and every other template stays what it is. Whatever is asked of one of them, or of
//! both, is then asked of any two of that shape, with the same answer. Two of each shape are kept, so that what one must not
//! do to another of its own shape is asked too.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::cloudformation::types::subscriber_code::SubscriberCode;
use crate::model::{Name, pascal_case};
use crate::synth::{Assembly, AssemblyStack, ParameterValue, TEMPLATE_DIGEST};

/// So many of each shape are proved.
const OF_EACH_SHAPE: usize = 2;

/// Those who stand for all.
#[derive(Debug)]
pub(in crate::proof) struct Representatives {
    pub(in crate::proof) developers: BTreeSet<Name>,
    pub(in crate::proof) services: BTreeSet<Name>,
    /// Whether some services are proved by others alone.
    stand_for_services: bool,
}

impl Representatives {
    pub(in crate::proof) fn of(assembly: &Assembly) -> Self {
        let developers = developers(assembly);
        let (all, services) = services(assembly, &developers);
        Self {
            developers,
            stand_for_services: all.len() > services.len(),
            services,
        }
    }

    /// Whether some services are proved by others alone.
    pub(in crate::proof) fn stand_for_services(&self) -> bool {
        self.stand_for_services
    }

    /// All services, and the developers who stand for all.
    pub(in crate::proof) fn of_developers(assembly: &Assembly) -> Self {
        let stacks = assembly.stacks().iter();
        Self {
            developers: developers(assembly),
            services: stacks.filter_map(|stack| stack.service).collect(),
            stand_for_services: false,
        }
    }

    /// All of them.
    pub(in crate::proof) fn everybody(assembly: &Assembly) -> Self {
        let stacks = assembly.stacks().iter();
        Self {
            developers: stacks.filter_map(|stack| stack.developer).collect(),
            ..Self::of_developers(assembly)
        }
    }

    pub(in crate::proof) fn have_developer(&self, stack: &AssemblyStack) -> bool {
        stack.developer.is_none_or(|name| self.developers.contains(&name))
    }

    pub(in crate::proof) fn have_service(&self, stack: &AssemblyStack) -> bool {
        stack.service.is_none_or(|name| self.services.contains(&name))
    }
}

/// Of the developers with the same templates, regions and given parameters, the first two.
fn developers(assembly: &Assembly) -> BTreeSet<Name> {
    let mut shapes: IndexMap<Name, Vec<String>> = IndexMap::new();
    for stack in assembly.stacks() {
        let Some(developer) = stack.developer else {
            continue;
        };
        let given = given(stack, |_, _| String::new());
        let shape = format!("{} {}{given}", stack.template, stack.region);
        shapes.entry(developer).or_default().push(shape);
    }
    let mut taken: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut chosen = BTreeSet::new();
    for (developer, mut shape) in shapes {
        shape.sort_unstable();
        let count = taken.entry(shape).or_default();
        *count += 1;
        if *count <= OF_EACH_SHAPE {
            chosen.insert(developer);
        }
    }
    chosen
}

/// The parameters that are given, each with what is told of its value.
fn given(stack: &AssemblyStack, tell: impl Fn(&str, &ParameterValue) -> String) -> String {
    let parameters = stack.parameters.iter();
    let given =
        parameters.filter(|(_, value)| !matches!(value, ParameterValue::Value(text) if text.is_empty()));
    let told: Vec<String> = given
        .map(|(name, value)| format!("{name}{}", tell(name, value)))
        .collect();
    format!(" {}", told.join(" "))
}

/// All services by their names, and of those of the same shape the first two.
fn services(assembly: &Assembly, developers: &BTreeSet<Name>) -> (BTreeMap<Name, Words>, BTreeSet<Name>) {
    let compared = || {
        let stacks = assembly.stacks().iter();
        stacks.filter(|stack| stack.developer.is_none_or(|name| developers.contains(&name)))
    };
    let names: BTreeSet<Name> = compared().filter_map(|stack| stack.service).collect();
    let words: BTreeMap<Name, Words> = names.iter().map(|name| (*name, Words::of(name))).collect();
    let mut alike: IndexMap<Vec<String>, Vec<Name>> = IndexMap::new();
    let mut own: BTreeMap<Name, Vec<String>> = BTreeMap::new();
    let mut texts: BTreeMap<(&str, Name), String> = BTreeMap::new();
    for stack in compared() {
        let Some((service, words)) = stack.service.and_then(|name| Some((name, words.get(&name)?))) else {
            continue;
        };
        let text = texts
            .entry((stack.template.as_str(), service))
            .or_insert_with(|| {
                words
                    .replaced(without_digest(assembly.template(stack)), "@")
                    .into_owned()
            });
        let place = format!("{}/{}/{}", stack.account, stack.region, stack.stack_name);
        let parameters = given(stack, |_, value| match value {
            ParameterValue::Value(text) => format!("={text}"),
            ParameterValue::Output { stack, output } => format!("={stack} {output}"),
        });
        let told = words.replaced(&format!("{place}{parameters}"), "@").into_owned();
        own.entry(service).or_default().push(format!("{told}\n{text}"));
    }
    for (service, mut stacks) in own {
        stacks.sort_unstable();
        alike.entry(stacks).or_default().push(service);
    }
    let others = Others::of(assembly, compared(), &words);
    let mut chosen = BTreeSet::new();
    for (_, candidates) in alike {
        // By its first member; the others are exchangeable with it.
        let mut shapes: Vec<(Name, usize)> = Vec::new();
        for candidate in candidates {
            let found = shapes
                .iter_mut()
                .find(|(first, _)| others.stay_the_same(&words, *first, candidate));
            let count = if let Some((_, count)) = found {
                *count += 1;
                *count
            } else {
                shapes.push((candidate, 1));
                1
            };
            if count <= OF_EACH_SHAPE {
                chosen.insert(candidate);
            }
        }
    }
    (words, chosen)
}

/// The digest of a template tells of its names what the template tells already.
fn without_digest(template: &str) -> &str {
    let digest = template.rfind(TEMPLATE_DIGEST);
    digest.map_or(template, |position| template.get(..position).unwrap_or(template))
}

/// A service's name as it stands in templates: `order-items`, and `OrderItems` in the names of a pipeline's artifacts.
#[derive(Debug)]
struct Words {
    name: String,
    logical: String,
}

impl Words {
    fn of(name: &Name) -> Self {
        Self {
            name: name.to_string(),
            logical: pascal_case(name.as_str()),
        }
    }

    fn replaced<'a>(&self, text: &'a str, by: &str) -> Cow<'a, str> {
        replace_words(text, &[(&self.name, by), (&self.logical, by)])
    }
}

/// What templates and parameters say of services that are not their own.
struct Others {
    pieces: Vec<Piece>,
    /// The pieces that mention a service.
    mentioning: BTreeMap<Name, Vec<usize>>,
}

/// A resource, an output or another entry of a template, or a parameter that is given.
struct Piece {
    owner: Option<Name>,
    /// Its template, or its stack.
    place: String,
    /// As JSON.
    text: String,
    in_order: String,
}

impl Others {
    fn of<'a>(
        assembly: &Assembly,
        stacks: impl Iterator<Item = &'a AssemblyStack>,
        words: &BTreeMap<Name, Words>,
    ) -> Self {
        let vocabulary = Vocabulary::of(words);
        let mut others = Self {
            pieces: Vec::new(),
            mentioning: BTreeMap::new(),
        };
        let mut seen = BTreeSet::new();
        for stack in stacks {
            if stack.service.is_none() {
                for (name, value) in &stack.parameters {
                    if let ParameterValue::Value(given) = value {
                        others.add(&vocabulary, None, stack.id.as_str(), name, &given.as_str().into());
                    }
                }
            }
            let digest = stack.template.as_str();
            if seen.insert((digest, stack.service)) {
                others.add_template(&vocabulary, stack.service, digest, assembly.template(stack));
            }
        }
        others
    }

    fn add_template(&mut self, vocabulary: &Vocabulary, owner: Option<Name>, digest: &str, text: &str) {
        let mut mentioned = vocabulary.mentioned(text);
        if let Some(owner) = owner {
            mentioned.remove(&owner);
        }
        if mentioned.is_empty() {
            return;
        }
        // What synth wrote is JSON.
        let template: Value = serde_json::from_str(text).unwrap_or_default();
        for (section, entries) in template.as_object().into_iter().flatten() {
            let place = format!("{digest}/{section}");
            match entries.as_object() {
                Some(entries) => {
                    for (name, entry) in entries.iter().filter(|(name, _)| *name != TEMPLATE_DIGEST) {
                        self.add(vocabulary, owner, &place, name, entry);
                    }
                }
                None => self.add(vocabulary, owner, &place, "", entries),
            }
        }
    }

    fn add(&mut self, vocabulary: &Vocabulary, owner: Option<Name>, place: &str, name: &str, entry: &Value) {
        let text = json!({ name: entry }).to_string();
        let mentioned = vocabulary.mentioned(&text);
        let others: Vec<Name> = mentioned
            .into_iter()
            .filter(|service| Some(*service) != owner)
            .collect();
        if others.is_empty() {
            return;
        }
        for service in others {
            self.mentioning
                .entry(service)
                .or_default()
                .push(self.pieces.len());
        }
        self.pieces.push(Piece {
            owner,
            place: place.to_owned(),
            in_order: in_order(&text),
            text,
        });
    }

    /// Whether all of them stay what they are when two services exchange their names.
    fn stay_the_same(&self, words: &BTreeMap<Name, Words>, one: Name, other: Name) -> bool {
        let (Some(first), Some(second)) = (words.get(&one), words.get(&other)) else {
            return false;
        };
        let exchanged: [(&str, &str); 4] = [
            (&first.name, &second.name),
            (&second.name, &first.name),
            (&first.logical, &second.logical),
            (&second.logical, &first.logical),
        ];
        let concerned: BTreeSet<usize> = [one, other]
            .iter()
            .filter_map(|service| self.mentioning.get(service))
            .flatten()
            .copied()
            .collect();
        // What is their own is compared already, word by word.
        let own = [Some(one), Some(other)];
        let pieces = || {
            let pieces = concerned.iter().filter_map(|position| self.pieces.get(*position));
            pieces.filter(|piece| !own.contains(&piece.owner))
        };
        let mut before: Vec<(&str, Cow<'_, str>)> = pieces()
            .map(|piece| (piece.place.as_str(), Cow::from(piece.in_order.as_str())))
            .collect();
        let mut after: Vec<(&str, Cow<'_, str>)> = pieces()
            .map(|piece| {
                let exchanged = in_order(&replace_words(&piece.text, &exchanged));
                (piece.place.as_str(), Cow::from(exchanged))
            })
            .collect();
        before.sort_unstable();
        after.sort_unstable();
        before == after
    }
}

/// A piece in which what has no order is sorted.
fn in_order(text: &str) -> String {
    // We wrote it ourselves.
    let mut value: Value = serde_json::from_str(text).unwrap_or_default();
    sort(&mut value, false);
    value.to_string()
}

/// Sorts the members of objects, and of the lists that IAM takes for sets.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
fn sort(value: &mut Value, is_set: bool) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let names_a_set = matches!(
                    name.as_str(),
                    "Statement" | "Resource" | "Action" | "AWS" | "Service"
                );
                sort(member, names_a_set);
                if name == "ZipFile" {
                    sort_keys(member);
                }
            }
            members.sort_keys();
        }
        Value::Array(items) => {
            for item in items.iter_mut() {
                sort(item, false);
            }
            if is_set {
                items.sort_by_cached_key(Value::to_string);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The artifacts that a subscriber's code names are a set, too.
fn sort_keys(code: &mut Value) {
    let sorted = code.as_str().and_then(|code| {
        let SubscriberCode { source, keys, .. } = SubscriberCode::read(code);
        Some(SubscriberCode::write(source, &keys?))
    });
    if let Some(sorted) = sorted {
        *code = sorted.into();
    }
}

/// The names of all services, to be found in one reading of a text.
#[derive(Debug)]
struct Vocabulary(BTreeMap<String, Name>);

impl Vocabulary {
    fn of(words: &BTreeMap<Name, Words>) -> Self {
        let both = words
            .iter()
            .flat_map(|(name, words)| [(words.name.clone(), *name), (words.logical.clone(), *name)]);
        Self(both.collect())
    }

    fn mentioned(&self, text: &str) -> BTreeSet<Name> {
        let runs = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let mut found = BTreeSet::new();
        for run in runs {
            // Names begin and end with a hyphen's neighbour, logical ids with a capital's.
            let edges: Vec<usize> = edges(run).collect();
            for (position, start) in edges.iter().enumerate() {
                for end in edges.iter().skip(position + 1) {
                    let part = run.get(*start..*end).unwrap_or_default();
                    found.extend(self.0.get(part.trim_matches('-')).copied());
                }
            }
        }
        found
    }
}

/// Where a word can begin or end in a run of letters, digits and hyphens.
fn edges(run: &str) -> impl Iterator<Item = usize> {
    let inner = run
        .char_indices()
        .filter(|(position, c)| *position > 0 && (*c == '-' || c.is_ascii_uppercase()));
    std::iter::once(0)
        .chain(inner.map(|(position, _)| position))
        .chain(std::iter::once(run.len()))
}

/// The text with each of the words replaced by its other.
fn replace_words<'a>(text: &'a str, words: &[(&str, &str)]) -> Cow<'a, str> {
    let mut matches: Vec<(usize, &str, &str)> = words
        .iter()
        .flat_map(|(word, by)| {
            text.match_indices(*word)
                .map(move |(start, _)| (start, *word, *by))
        })
        .filter(|(start, word, _)| is_word(text, *start, word))
        .collect();
    // The longest, where two begin at once.
    matches.sort_unstable_by_key(|(start, word, _)| (*start, usize::MAX - word.len()));
    let mut replaced = String::new();
    let mut copied = 0;
    for (start, word, by) in matches {
        let Some(between) = text.get(copied..start) else {
            continue;
        };
        replaced.push_str(between);
        replaced.push_str(by);
        copied = start + word.len();
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    replaced.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(replaced)
}

/// Whether what begins there is not part of a longer word: `orders` is in `acme-orders-build` and `orders/orders.zip`, not
/// in `reorders` or `orders2`; `Orders` is in `OrdersOrdersZip`.
fn is_word(text: &str, start: usize, word: &str) -> bool {
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).and_then(|position| bytes.get(position));
    let after = bytes.get(start + word.len());
    let continues = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let logical = word.starts_with(|c: char| c.is_ascii_uppercase());
    let begins = !continues(before) || logical && !before.is_some_and(u8::is_ascii_uppercase);
    let ends = !continues(after) || logical && after.is_some_and(u8::is_ascii_uppercase);
    begins && ends
}

#[cfg(test)]
mod tests {
    use super::{Name, Vocabulary, Words, in_order, replace_words};

    #[test]
    fn a_word_is_not_part_of_a_longer_one() {
        let replaced = |text| replace_words(text, &[("orders", "@"), ("Orders", "@")]).into_owned();
        assert_eq!(
            replaced("acme-orders-build orders/orders.zip"),
            "acme-@-build @/@.zip"
        );
        assert_eq!(replaced("OrdersOrdersZip OrdersTwo"), "@@Zip @Two");
        assert_eq!(
            replaced("reorders orders2 Ordersome"),
            "reorders orders2 Ordersome"
        );
    }

    #[test]
    fn names_are_exchanged_at_once_and_the_longest_first() {
        let exchanged = [("a", "a-b"), ("a-b", "a")];
        assert_eq!(replace_words("x-a x-a-b a", &exchanged), "x-a-b x-a a-b");
    }

    #[test]
    fn whom_a_text_mentions_is_found_in_one_reading() {
        let names = ["orders", "order-items", "service-1"].map(|name| Name::new(name));
        let words = names.iter().map(|name| (*name, Words::of(name))).collect();
        let mentioned = |text: &str| {
            let found = Vocabulary::of(&words).mentioned(text);
            found
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(mentioned("role/acme/build/acme-orders-build"), "orders");
        assert_eq!(mentioned("OrderItemsOrderItemsZip"), "order-items");
        assert_eq!(mentioned("acme-service-10 acme-service-1-build"), "service-1");
        assert_eq!(mentioned("reorders, orders2"), "");
    }

    #[test]
    fn sets_have_no_order_and_lists_have() {
        let alike = |one: &str, other: &str| in_order(one) == in_order(other);
        assert!(alike(
            r#"{"Resource": ["a", "b"]}"#,
            r#"{"Resource": ["b", "a"]}"#
        ));
        assert!(alike(r#"{"A": 1, "B": 2}"#, r#"{"B": 2, "A": 1}"#));
        assert!(!alike(
            r#"{"Fn::Join": ["", ["a", "b"]]}"#,
            r#"{"Fn::Join": ["", ["b", "a"]]}"#
        ));
    }
}
