//! `developers = include "developers.toml"`: the list is read when the program is compiled. rustc cannot point into
//! that file, so every message names file, line and column.

use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;

use proc_macro2::{Ident, Span};
use syn::LitStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::errors::Errors;
use super::origin::Origin;
use super::provider::Provider;
use super::suggestion::did_you_mean;
use super::syntax::{Connection, Developer, Fork, Name, Place, Region, Team, Text};

const KEYS: [&str; 5] = ["account", "region", "connection", "fork", "hold"];

/// Adds the developers of a file to the team. The path is relative to the crate's `Cargo.toml`.
pub(super) fn developers(path: &LitStr, team: &mut Team, errors: &mut Errors) {
    let name = path.value();
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    let whole = root.join(&name);
    let text = match std::fs::read_to_string(&whole) {
        Ok(text) => text,
        Err(error) => {
            // Where this crate is built is of no interest, and differs from machine to machine.
            let message = format!("cannot read `{name}`, beside this crate's `Cargo.toml`: {error}");
            errors.at(path, message);
            team.incomplete = true;
            return;
        }
    };
    if let Some(whole) = whole.to_str() {
        team.included.push(LitStr::new(whole, path.span()));
    }
    let file = File {
        name,
        text: &text,
        span: path.span(),
    };
    team.developers.extend(file.developers(errors));
}

struct File<'a> {
    name: String,
    text: &'a str,
    span: Span,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl File<'_> {
    fn developers(&self, errors: &mut Errors) -> Vec<Developer> {
        let (table, mistakes) = DeTable::parse_recoverable(self.text);
        // Of a table that is there twice, its keys are not told again.
        let mut repeated = 0..0;
        for mistake in &mistakes {
            let span = mistake.span().unwrap_or_default();
            let origin = self.at(span.clone());
            let written = self.text.get(span.clone()).unwrap_or_default();
            if mistake.message() != "duplicate key" {
                errors.of(&origin, mistake.message());
            } else if !repeated.contains(&span.start) {
                errors.of(
                    &origin,
                    format!("`{written}` is there twice: take one of the two out"),
                );
                if self.is_header(span.start) {
                    repeated = span.start..self.end_of_table(span.end);
                }
            }
        }
        let mut entries: Vec<_> = table.into_inner().into_iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        entries
            .iter()
            .filter_map(|(name, value)| self.developer(name.get_ref(), &name.span(), value, errors))
            .collect()
    }

    fn developer(
        &self,
        name: &str,
        span: &Range<usize>,
        value: &Value<'_>,
        errors: &mut Errors,
    ) -> Option<Developer> {
        let origin = self.at(span.clone());
        let Some(table) = value.get_ref().as_table() else {
            let message = format!("expected a table: write `[{name}]`, then `account = \"111111111111\"`");
            errors.of(&origin, message);
            return None;
        };
        let mut developer = Developer {
            name: self.name(name, &origin, errors)?,
            place: Place {
                account: None,
                region: None,
            },
            connections: Vec::new(),
            forks: Vec::new(),
            holds: Vec::new(),
            incomplete: false,
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut is_dotted = false;
        for (key, value) in entries {
            let at = self.at(key.span());
            match key.get_ref().as_ref() {
                "account" => developer.place.account = self.text(value, errors),
                "region" => developer.place.region = self.text(value, errors).map(region),
                "connection" => {
                    developer.connections = self.connections(value, errors);
                    developer.incomplete = developer.connections.is_empty();
                }
                "fork" => developer.forks = self.forks(value, errors),
                "hold" => developer.holds = self.holds(value, errors),
                other if value.get_ref().is_table() && did_you_mean(other, KEYS).is_empty() => {
                    is_dotted = true;
                    errors.of(
                        &at,
                        format!("`{name}.{other}` is not the name of a developer: write `[{name}-{other}]`"),
                    );
                }
                other => {
                    let near = did_you_mean(other, KEYS);
                    let mend = if near.is_empty() {
                        ": expected `account`, `region`, `connection`, `fork` or `hold`".to_owned()
                    } else {
                        near
                    };
                    errors.of(&at, format!("a developer has no `{other}`{mend}"));
                }
            }
        }
        for (key, example) in [("account", "\"111111111111\""), ("region", "\"us-east-1\"")] {
            if !is_dotted && !table.iter().any(|(given, _)| given.get_ref().as_ref() == key) {
                errors.of(
                    &origin,
                    format!("`{name}` has no {key}: write `{key} = {example}`"),
                );
            }
        }
        Some(developer)
    }

    fn connections(&self, value: &Value<'_>, errors: &mut Errors) -> Vec<Connection> {
        let mut connections = Vec::new();
        for ((name, origin), value) in self.table(value, "connection.github = \"arn:…\"", errors) {
            let Some(provider) = Provider::of_keyword(&name) else {
                let expected = Provider::expected();
                errors.of(
                    &origin,
                    format!("no connection goes to `{name}`: expected {expected}"),
                );
                continue;
            };
            if let Some(arn) = self.text(value, errors) {
                connections.push(Connection {
                    provider,
                    keyword: Ident::new(&name, self.span),
                    arn,
                });
            }
        }
        connections
    }

    fn forks(&self, value: &Value<'_>, errors: &mut Errors) -> Vec<Fork> {
        let mut forks = Vec::new();
        for ((service, origin), value) in self.table(value, "fork.orders = \"alice/orders\"", errors) {
            let Some(service) = self.name(&service, &origin, errors) else {
                continue;
            };
            if value.get_ref().as_str().is_some() {
                if let Some(repository) = self.text(value, errors) {
                    forks.push(Fork {
                        service,
                        repository,
                        branch: None,
                        follow: false,
                    });
                }
                continue;
            }
            let (mut repository, mut branch, mut follow) = (None, None, false);
            let example = "{ repository = \"alice/orders\", branch = \"feature\", follow = true }";
            for ((key, at), value) in self.table(value, example, errors) {
                match (key.as_str(), value.get_ref()) {
                    ("repository", _) => repository = self.text(value, errors),
                    ("branch", _) => branch = self.text(value, errors),
                    ("follow", DeValue::Boolean(given)) => follow = *given,
                    ("follow", _) => errors.of(&at, "`follow` is `true` or `false`"),
                    _ => errors.of(&at, format!("a fork has no `{key}`: write `{example}`")),
                }
            }
            if let Some(repository) = repository {
                forks.push(Fork {
                    service,
                    repository,
                    branch,
                    follow,
                });
            } else if value.get_ref().is_table() {
                errors.of(&origin, format!("this fork has no repository: write `{example}`"));
            }
        }
        forks
    }

    fn holds(&self, value: &Value<'_>, errors: &mut Errors) -> Vec<Name> {
        let Some(list) = value.get_ref().as_array() else {
            errors.of(
                &self.at(value.span()),
                "expected a list of services: write `hold = [\"billing\"]`",
            );
            return Vec::new();
        };
        list.iter()
            .filter_map(|service| {
                let text = self.text(service, errors)?;
                self.name(&text.literal.value(), &self.at(service.span()), errors)
            })
            .collect()
    }

    /// The entries of a table, in the order they are written.
    fn table<'v>(
        &self,
        value: &'v Value<'v>,
        example: &str,
        errors: &mut Errors,
    ) -> Vec<((String, Origin), &'v Value<'v>)> {
        let Some(table) = value.get_ref().as_table() else {
            errors.of(&self.at(value.span()), format!("write `{example}`"));
            return Vec::new();
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
            .into_iter()
            .map(|(key, value)| ((key.get_ref().to_string(), self.at(key.span())), value))
            .collect()
    }

    fn text(&self, value: &Value<'_>, errors: &mut Errors) -> Option<Text> {
        let origin = self.at(value.span());
        if let Some(text) = value.get_ref().as_str() {
            Some(Text {
                literal: LitStr::new(text, self.span),
                place: origin.place,
            })
        } else {
            let message = match value.get_ref() {
                DeValue::Integer(number) => format!("write this as text: `\"{number}\"`"),
                _ => "expected text in quotes".to_owned(),
            };
            errors.of(&origin, message);
            None
        }
    }

    /// A developer or a service, as it is deployed (`order-items`) or as Rust calls it (`order_items`).
    fn name(&self, written: &str, origin: &Origin, errors: &mut Errors) -> Option<Name> {
        let Ok(mut ident) = syn::parse_str::<Ident>(&written.replace('-', "_")) else {
            let message = format!(
                "`{written}` is not a name: write a lower-case letter, then lower-case letters, digits and single \
                 hyphens, and no keyword of Rust"
            );
            errors.of(origin, message);
            return None;
        };
        ident.set_span(self.span);
        Some(Name {
            ident,
            origin: origin.clone(),
        })
    }

    /// Whether this is in the name of a table, `[alice]`.
    fn is_header(&self, position: usize) -> bool {
        let before = self.text.get(..position).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.trim_start().starts_with('[')
    }

    /// Where the next table begins.
    fn end_of_table(&self, position: usize) -> usize {
        let behind = self.text.get(position..).unwrap_or_default();
        behind.find("\n[").map_or(self.text.len(), |next| position + next)
    }

    /// `developers.toml:2:11`: lines and columns from one, columns in characters.
    fn at(&self, range: Range<usize>) -> Origin {
        let before = self.text.get(..range.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Origin {
            span: self.span,
            place: Some(Rc::from(format!("{}:{line}:{column}", self.name))),
        }
    }
}

fn region(text: Text) -> Region {
    Region {
        name: text.literal.value(),
        first: text.literal.span(),
        last: text.literal.span(),
        place: text.place,
    }
}
