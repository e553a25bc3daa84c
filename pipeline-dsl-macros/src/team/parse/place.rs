use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Result};
use syn::{Ident, LitInt, LitStr, Token, token};

use super::region;
use crate::team::errors::Errors;
use crate::team::syntax::{Place, Text};

/// `"111111111111" in us-east-1`
pub(super) fn place(input: ParseStream<'_>, errors: &mut Errors) -> Result<Place> {
    let literal = account(input, errors)?;
    let region = if input.peek(Token![in]) {
        input.parse::<Token![in]>()?;
        Some(region::region(input, errors)?)
    } else {
        let example = format!("write `\"{}\" in us-east-1`", literal.value());
        if ends(input) {
            errors.at(&literal, format!("a region is missing behind this: {example}"));
            None
        } else if input.peek(Ident::peek_any) {
            // `"111111111111" us-east-1` is understood.
            errors.push(input.error(format!("expected `in`: {example}")));
            Some(region::region(input, errors)?)
        } else {
            errors.push(input.error(format!("expected `in`: {example}")));
            super::skip(input)?;
            None
        }
    };
    let account = Text { literal, place: None };
    Ok(Place {
        account: Some(account),
        region,
    })
}

fn ends(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![;]) || input.peek(token::Brace) || super::begins_declaration(input)
}

fn account(input: ParseStream<'_>, errors: &mut Errors) -> Result<LitStr> {
    const EXPECTED: &str = "expected an account in quotes, and its region: `\"111111111111\" in us-east-1`";
    if input.peek(LitInt) {
        let number: LitInt = input.parse()?;
        let message = format!("an account is text, because of its leading zeros: write `\"{number}\"`");
        errors.at(&number, message);
        return Ok(LitStr::new(&number.to_string(), number.span()));
    }
    if input.peek(LitStr) {
        return input.parse();
    }
    Err(syn::Error::new_spanned(rest(input), EXPECTED))
}

/// What stands there instead, to underline all of it.
fn rest(input: ParseStream<'_>) -> TokenStream {
    let ahead = input.fork();
    let mut rest = TokenStream::new();
    while !ahead.is_empty() && !ahead.peek(Token![;]) && !ahead.peek(token::Brace) {
        let Ok(token) = ahead.parse::<TokenTree>() else {
            break;
        };
        rest.extend([token]);
    }
    rest
}
