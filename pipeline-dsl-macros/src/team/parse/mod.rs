//! Parses declaration by declaration; behind a mistake it goes on at the next one.

mod developer;
mod environment;
mod name;
mod place;
mod region;
mod wave;

use proc_macro2::{Delimiter, Ident, Span, TokenTree};
use syn::buffer::Cursor;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Result};
use syn::{Attribute, LitStr, Token, Visibility, braced, token};

use super::errors::Errors;
use super::include;
use super::provider::Provider;
use super::suggestion::did_you_mean;
use super::syntax::{Connection, Kind, Team, Text};

/// What a declaration begins with, and whether a name follows (otherwise `=` does).
const KEYWORDS: [(&str, bool); 10] = [
    ("organization", false),
    ("build", false),
    ("tag", true),
    ("connection", true),
    ("environment", true),
    ("production", true),
    ("wave", true),
    ("service", true),
    ("developer", true),
    ("developers", false),
];

/// The whole input of the macro.
pub(super) fn team(input: ParseStream<'_>, errors: &mut Errors) -> Result<Team> {
    const WHOLE: &str = "a team is a module: write `mod acme { build = \"111111111111\" in us-east-1; … }`";
    if input.is_empty() {
        return Err(syn::Error::new(Span::call_site(), WHOLE));
    }
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility: Visibility = input.parse()?;
    if !input.peek(Token![mod]) {
        let error = input.error(WHOLE);
        skip_all(input);
        return Err(error);
    }
    input.parse::<Token![mod]>()?;
    let mut team = Team {
        attributes,
        visibility,
        name: name::declared(input, "team", errors)?,
        organizations: Vec::new(),
        builds: Vec::new(),
        tags: Vec::new(),
        connections: Vec::new(),
        environments: Vec::new(),
        waves: Vec::new(),
        services: Vec::new(),
        developers: Vec::new(),
        included: Vec::new(),
        incomplete: false,
    };
    if !input.peek(token::Brace) {
        let error = input.error("the declarations of a team stand between braces: `mod acme { … }`");
        skip_all(input);
        return Err(error);
    }
    let body;
    braced!(body in input);
    while !body.is_empty() {
        let start = body.cursor();
        if let Err(error) = team.declaration(&body, errors) {
            errors.push(error);
            team.incomplete = true;
            recover(&body, start)?;
        }
    }
    if !input.is_empty() {
        errors.push(input.error("one `team!` declares one team: put a second one into a `team!` of its own"));
        skip_all(input);
    }
    Ok(team)
}

/// Syn reports whatever is left over, which would be a second error for one mistake.
fn skip_all(input: ParseStream<'_>) {
    while !input.is_empty() && input.parse::<TokenTree>().is_ok() {}
}

/// Skips to behind the next `;` or block, or to where a declaration seems to begin.
fn recover(input: ParseStream<'_>, start: Cursor<'_>) -> Result<()> {
    let mut moved = input.cursor() != start;
    while !input.is_empty() {
        if moved && begins_declaration(input) {
            break;
        }
        moved = true;
        match input.parse::<TokenTree>()? {
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                input.parse::<Option<Token![;]>>()?;
                break;
            }
            _ => {}
        }
    }
    Ok(())
}

/// To the end of the declaration.
fn skip(input: ParseStream<'_>) -> Result<()> {
    while !input.is_empty() && !input.peek(Token![;]) && !begins_declaration(input) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn begins_declaration(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let Ok(keyword) = ahead.call(Ident::parse_any) else {
        return false;
    };
    KEYWORDS.iter().any(|(word, named)| {
        keyword == word
            && if *named {
                ahead.peek(Ident::peek_any) || ahead.peek(LitStr)
            } else {
                ahead.peek(Token![=])
            }
    })
}

/// A word of our own: keywords of Rust are words like any other here.
fn word(input: ParseStream<'_>, expected: &str) -> Result<Ident> {
    if input.peek(Ident::peek_any) {
        input.call(Ident::parse_any)
    } else {
        Err(input.error(expected))
    }
}

/// The `;` behind a declaration. Where it is missing, the end of the declaration is to blame, not what follows.
fn end(input: ParseStream<'_>, start: Cursor<'_>, expected: &str) -> Result<()> {
    if input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
        return Ok(());
    }
    if input.is_empty() || begins_declaration(input) {
        return Err(syn::Error::new(
            last_span(start, input.cursor()),
            "a `;` is missing behind this",
        ));
    }
    Err(input.error(expected))
}

fn last_span(start: Cursor<'_>, end: Cursor<'_>) -> Span {
    let mut span = start.span();
    let mut cursor = start;
    while cursor != end {
        let Some((token, next)) = cursor.token_tree() else {
            break;
        };
        span = match token {
            TokenTree::Group(group) => group.span_close(),
            token => token.span(),
        };
        cursor = next;
    }
    span
}

fn equals(input: ParseStream<'_>, keyword: &str, example: &str) -> Result<()> {
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        Ok(())
    } else {
        Err(input.error(format!("expected `=`: write `{keyword} = {example};`")))
    }
}

fn text(input: ParseStream<'_>, example: &str) -> Result<LitStr> {
    if input.peek(LitStr) {
        input.parse()
    } else {
        Err(input.error(format!("expected text in quotes, such as `\"{example}\"`")))
    }
}

impl Team {
    fn declaration(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> Result<()> {
        let start = input.cursor();
        let keyword = word(input, "expected a declaration, such as `service orders;`")?;
        let mut after = "expected `;`";
        match keyword.to_string().as_str() {
            "organization" => {
                let example = "o-abcdefghij/r-h123/ou-h123-3zyxwvut/";
                equals(input, "organization", &format!("\"{example}\""))?;
                self.organizations.push((keyword, text(input, example)?));
            }
            "build" => {
                equals(input, "build", "\"111111111111\" in us-east-1")?;
                self.builds.push((keyword, place::place(input, errors)?));
            }
            "tag" => {
                let key = text(input, "cost-center")?;
                equals(input, &format!("tag \"{}\"", key.value()), "\"value\"")?;
                self.tags.push((key, text(input, "value")?));
            }
            "connection" => self.connections.push(connection(input)?),
            "environment" => {
                let declared = environment::environment(input, Kind::Standard, errors)?;
                self.environments.push(declared);
            }
            "production" => {
                after = "expected `unapproved \"reason\"` or `;`";
                let declared = environment::environment(input, Kind::Production, errors)?;
                self.environments.push(declared);
            }
            "wave" => {
                after = "expected `after approval` or `;`";
                let declared = wave::wave(input, errors)?;
                self.waves.push(declared);
            }
            "service" => {
                after = "expected `,` or `;`";
                let declared = name::declared(input, "service", errors)?;
                self.services.push(declared);
                while input.peek(Token![,]) {
                    input.parse::<Token![,]>()?;
                    let declared = name::declared(input, "service", errors)?;
                    self.services.push(declared);
                }
            }
            "developer" => {
                let (developer, block) = developer::developer(input, errors)?;
                self.developers.push(developer);
                if block {
                    input.parse::<Option<Token![;]>>()?;
                    return Ok(());
                }
                after = "expected `;`, or `{ … }` with forks and holds";
            }
            "developers" => self.developers(input, errors)?,
            other => {
                let words = KEYWORDS.iter().map(|(word, _)| *word);
                let near = did_you_mean(other, words);
                let message = if near.is_empty() {
                    format!(
                        "no declaration begins with `{other}`: expected `organization`, `build`, `tag`, \
                         `connection`, `environment`, `production`, `wave`, `service`, `developer` or \
                         `developers`"
                    )
                } else {
                    format!("no declaration begins with `{other}`{near}")
                };
                return Err(syn::Error::new(keyword.span(), message));
            }
        }
        end(input, start, after)
    }

    /// `developers = include "developers.toml"`
    fn developers(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> Result<()> {
        let example = "include \"developers.toml\"";
        equals(input, "developers", example)?;
        let include = word(input, "expected `include \"developers.toml\"`")?;
        if include != "include" {
            return Err(syn::Error::new(include.span(), format!("expected `{example}`")));
        }
        include::developers(&text(input, "developers.toml")?, self, errors);
        Ok(())
    }
}

/// Behind the keyword: `github = "arn:…"`.
fn connection(input: ParseStream<'_>) -> Result<Connection> {
    let keyword = word(input, &format!("expected {}", Provider::expected()))?;
    let name = keyword.to_string();
    let Some(provider) = Provider::of_keyword(&name) else {
        let near = did_you_mean(&name.to_lowercase(), Provider::keywords());
        let mend = if near.is_empty() {
            format!(": expected {}", Provider::expected())
        } else {
            near
        };
        return Err(syn::Error::new(
            keyword.span(),
            format!("no connection goes to `{name}`{mend}"),
        ));
    };
    let example = "arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d";
    equals(input, &format!("connection {name}"), &format!("\"{example}\""))?;
    Ok(Connection {
        provider,
        keyword,
        arn: Text {
            literal: text(input, example)?,
            place: None,
        },
    })
}
