use proc_macro2::{Delimiter, Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Result};
use syn::{LitStr, Token, braced, token};

use super::{connection, end, environment, name, word};
use crate::team::errors::Errors;
use crate::team::suggestion::did_you_mean;
use crate::team::syntax::{Developer, Fork, Place, Text};

const LINES: [&str; 3] = ["connection", "fork", "hold"];

/// Behind the keyword: `name = "<account>" in <region>`, then perhaps a block, which ends the declaration.
pub(super) fn developer(input: ParseStream<'_>, errors: &mut Errors) -> Result<(Developer, bool)> {
    let mut developer = Developer {
        name: name::declared(input, "developer", errors)?,
        place: Place {
            account: None,
            region: None,
        },
        connections: Vec::new(),
        forks: Vec::new(),
        holds: Vec::new(),
        incomplete: false,
    };
    match environment::account(input, "developer", &developer.name, errors) {
        Ok(place) => developer.place = place,
        Err(error) => {
            errors.push(error);
            while !(input.is_empty()
                || input.peek(Token![;])
                || input.peek(token::Brace)
                || super::begins_declaration(input))
            {
                input.parse::<TokenTree>()?;
            }
        }
    }
    if !input.peek(token::Brace) {
        return Ok((developer, false));
    }
    let body;
    braced!(body in input);
    while !body.is_empty() {
        let start = body.cursor();
        if let Err(error) = developer.line(&body, errors) {
            errors.push(error);
            developer.incomplete = true;
            let mut moved = body.cursor() != start;
            while !(body.is_empty() || moved && begins_line(&body)) {
                moved = true;
                match body.parse::<TokenTree>()? {
                    TokenTree::Punct(punct) if punct.as_char() == ';' => break,
                    TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
                    _ => {}
                }
            }
        }
    }
    Ok((developer, true))
}

fn begins_line(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead
        .call(Ident::parse_any)
        .is_ok_and(|keyword| LINES.iter().any(|line| keyword == line))
        && ahead.peek(Ident::peek_any)
}

impl Developer {
    fn line(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> Result<()> {
        let start = input.cursor();
        let keyword = word(input, "expected `connection`, `fork` or `hold`")?;
        let mut after = "expected `;`";
        match keyword.to_string().as_str() {
            "connection" => self.connections.push(connection(input)?),
            "fork" => {
                after = "expected `branch`, `follow` or `;`";
                let fork = fork(input)?;
                self.forks.push(fork);
            }
            "hold" => {
                after = "expected `,` or `;`";
                self.holds.push(name::reference(input, "service")?);
                while input.peek(Token![,]) {
                    input.parse::<Token![,]>()?;
                    self.holds.push(name::reference(input, "service")?);
                }
            }
            other => {
                let near = did_you_mean(other, LINES);
                let mend = if near.is_empty() {
                    ": expected `connection`, `fork` or `hold`".to_owned()
                } else {
                    near
                };
                let message = format!("no line of a developer begins with `{other}`{mend}");
                return Err(syn::Error::new(keyword.span(), message));
            }
        }
        if begins_line(input) {
            // Reported at the end of this line, not at the next one.
            let span = super::last_span(start, input.cursor());
            errors.push(syn::Error::new(span, "a `;` is missing behind this"));
            return Ok(());
        }
        end(input, start, after)
    }
}

/// Behind the keyword: `orders = "alice/orders" branch "feature" follow`.
fn fork(input: ParseStream<'_>) -> Result<Fork> {
    let service = name::reference(input, "service")?;
    let written = service.written();
    let mend = format!("say which repository: `fork {written} = \"alice/{written}\";`");
    if !input.peek(Token![=]) {
        return Err(if input.is_empty() || input.peek(Token![;]) {
            syn::Error::new(service.origin.span, mend)
        } else {
            input.error(mend)
        });
    }
    input.parse::<Token![=]>()?;
    if !input.peek(LitStr) {
        return Err(input.error(format!(
            "expected a repository in quotes: `fork {written} = \"alice/{written}\";`"
        )));
    }
    let repository = Text {
        literal: input.parse()?,
        place: None,
    };
    let (mut branch, mut follow) = (None, false);
    while input.peek(Ident::peek_any) && !begins_line(input) {
        let keyword = word(input, "")?;
        if keyword == "branch" && branch.is_none() {
            branch = Some(self::branch(input, &written)?);
        } else if keyword == "follow" && !follow {
            follow = true;
        } else {
            return Err(syn::Error::new(
                keyword.span(),
                "expected `branch`, `follow` or `;`",
            ));
        }
    }
    Ok(Fork {
        service,
        repository,
        branch,
        follow,
    })
}

/// Behind the keyword: `"feature/refunds"`.
fn branch(input: ParseStream<'_>, service: &str) -> Result<Text> {
    if !input.peek(LitStr) {
        return Err(input.error(format!(
            "expected a branch in quotes: `fork {service} = \"alice/{service}\" branch \"feature\";`"
        )));
    }
    Ok(Text {
        literal: input.parse()?,
        place: None,
    })
}
