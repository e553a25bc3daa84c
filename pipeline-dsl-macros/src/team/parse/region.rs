use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Result};
use syn::{LitInt, LitStr, Token};

use crate::team::errors::Errors;
use crate::team::syntax::Region;

/// A region in AWS's own spelling.
pub(super) fn region(input: ParseStream<'_>, errors: &mut Errors) -> Result<Region> {
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        let name = literal.value();
        errors.at(&literal, format!("write the region without quotes: `in {name}`"));
        return Ok(Region {
            name,
            first: literal.span(),
            last: literal.span(),
            place: None,
        });
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error("expected a region, such as `us-east-1`"));
    }
    let first = input.call(Ident::parse_any)?;
    let mut name = first.to_string();
    let mut last = first.span();
    while input.peek(Token![-]) {
        let hyphen: Token![-] = input.parse()?;
        name.push('-');
        last = hyphen.spans[0];
        if input.peek(LitInt) {
            let number: LitInt = input.parse()?;
            name.push_str(&number.to_string());
            last = number.span();
        } else if input.peek(Ident::peek_any) {
            let word = input.call(Ident::parse_any)?;
            name.push_str(&word.to_string());
            last = word.span();
        }
    }
    Ok(Region {
        name,
        first: first.span(),
        last,
        place: None,
    })
}
