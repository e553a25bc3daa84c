//! Parses declaration by declaration; behind a mistake it goes on at the next one.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitStr, Token, braced, bracketed, token};

use super::syntax::{Connection, Developer, Environment, Fork, Kind, Place, Team, Wave};

const LINES: &str = "expected `organization`, `build`, `tag`, `connection`, `environment`, `production`, `wave`, \
                     `service` or `developer`";

impl Parse for Team {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        input.parse::<Token![mod]>()?;
        let name = input.parse()?;
        let body;
        braced!(body in input);
        let mut team = Self {
            attributes,
            visibility,
            name,
            organization: None,
            build: None,
            tags: Vec::new(),
            connections: Vec::new(),
            environments: Vec::new(),
            waves: Vec::new(),
            services: Vec::new(),
            developers: Vec::new(),
            errors: TokenStream::new(),
        };
        while !body.is_empty() {
            if let Err(error) = team.declaration(&body) {
                team.errors.extend(error.into_compile_error());
                recover(&body)?;
            }
        }
        Ok(team)
    }
}

/// Skips to behind the next `;`, or behind a block.
fn recover(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        match input.parse::<TokenTree>()? {
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => break,
            _ => {}
        }
    }
    Ok(())
}

/// A word of our own: keywords are words like any other here.
fn word(input: ParseStream<'_>, expected: &str) -> syn::Result<Ident> {
    if input.peek(Ident::peek_any) {
        input.call(Ident::parse_any)
    } else {
        Err(input.error(expected))
    }
}

impl Team {
    fn declaration(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let keyword = word(input, LINES)?;
        match keyword.to_string().as_str() {
            "organization" => {
                input.parse::<Token![=]>()?;
                let path = input.parse()?;
                once(&keyword, self.organization.replace(path).is_some())?;
            }
            "build" => {
                input.parse::<Token![=]>()?;
                let place = input.parse()?;
                once(&keyword, self.build.replace(place).is_some())?;
            }
            "tag" => {
                let key = input.parse()?;
                input.parse::<Token![=]>()?;
                self.tags.push((key, input.parse()?));
            }
            "connection" => self.connections.push(input.parse()?),
            "environment" => {
                let environment = environment(input, Kind::Standard)?;
                self.environments.push(environment);
            }
            "production" => {
                let mut environment = environment(input, Kind::Production)?;
                if input.peek(Ident::peek_any) {
                    let unapproved = word(input, "")?;
                    if unapproved != "unapproved" {
                        return Err(syn::Error::new(
                            unapproved.span(),
                            "expected `unapproved \"reason\"` or `;`",
                        ));
                    }
                    environment.kind = Kind::Unapproved(input.parse()?);
                }
                self.environments.push(environment);
            }
            "wave" => self.waves.push(input.parse()?),
            "service" => self.services.push(input.parse()?),
            "developer" => {
                let developer = self.developer(input)?;
                self.developers.push(developer);
                return Ok(());
            }
            _ => return Err(syn::Error::new(keyword.span(), LINES)),
        }
        input.parse::<Token![;]>()?;
        Ok(())
    }

    /// A developer ends with `;` or with a block of forks and holds.
    fn developer(&mut self, input: ParseStream<'_>) -> syn::Result<Developer> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let mut developer = Developer {
            name,
            place: input.parse()?,
            connection: None,
            forks: Vec::new(),
            holds: Vec::new(),
        };
        if !input.peek(token::Brace) {
            input.parse::<Token![;]>()?;
            return Ok(developer);
        }
        let body;
        braced!(body in input);
        while !body.is_empty() {
            if let Err(error) = developer.line(&body) {
                self.errors.extend(error.into_compile_error());
                recover(&body)?;
            }
        }
        Ok(developer)
    }
}

impl Developer {
    fn line(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        const EXPECTED: &str = "expected `connection`, `fork` or `hold`";
        let keyword = word(input, EXPECTED)?;
        match keyword.to_string().as_str() {
            "connection" => {
                let connection = input.parse()?;
                once(&keyword, self.connection.replace(connection).is_some())?;
            }
            "fork" => {
                let service = input.parse()?;
                input.parse::<Token![=]>()?;
                let repository = input.parse()?;
                let mut follow = false;
                if input.peek(Ident::peek_any) {
                    let follows = word(input, "")?;
                    if follows != "follow" {
                        return Err(syn::Error::new(follows.span(), "expected `follow` or `;`"));
                    }
                    follow = true;
                }
                self.forks.push(Fork {
                    service,
                    repository,
                    follow,
                });
            }
            "hold" => self.holds.push(input.parse()?),
            _ => return Err(syn::Error::new(keyword.span(), EXPECTED)),
        }
        input.parse::<Token![;]>()?;
        Ok(())
    }
}

fn once(keyword: &Ident, again: bool) -> syn::Result<()> {
    if again {
        return Err(syn::Error::new(
            keyword.span(),
            format!("`{keyword}` is given twice"),
        ));
    }
    Ok(())
}

fn environment(input: ParseStream<'_>, kind: Kind) -> syn::Result<Environment> {
    let name = input.parse()?;
    input.parse::<Token![=]>()?;
    Ok(Environment {
        kind,
        name,
        place: input.parse()?,
    })
}

impl Parse for Place {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(LitStr) {
            return Err(input.error("expected an account in quotes, such as `\"111111111111\" in us-east-1`"));
        }
        let account = input.parse()?;
        input.parse::<Token![in]>()?;
        Ok(Self {
            account,
            region: input.parse()?,
        })
    }
}

impl Parse for Connection {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let provider = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self {
            provider,
            arn: input.parse()?,
        })
    }
}

impl Parse for Wave {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let list;
        bracketed!(list in input);
        let environments = list
            .parse_terminated(Ident::parse, Token![,])?
            .into_iter()
            .collect();
        let mut approval = false;
        if input.peek(Ident::peek_any) {
            let after = word(input, "")?;
            let approval_word = word(input, "expected `approval`")?;
            if after != "after" || approval_word != "approval" {
                return Err(syn::Error::new(after.span(), "expected `after approval` or `;`"));
            }
            approval = true;
        }
        Ok(Self {
            name,
            environments,
            approval,
        })
    }
}
