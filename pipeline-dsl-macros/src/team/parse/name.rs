use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Result};
use syn::{LitInt, LitStr, Token};

use crate::team::errors::Errors;
use crate::team::syntax::Name;

/// The name of something declared. `order-items` and `"orders"` are understood, and reported with the mend.
pub(super) fn declared(input: ParseStream<'_>, what: &str, errors: &mut Errors) -> Result<Name> {
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        return match syn::parse_str::<Ident>(&literal.value().replace('-', "_")) {
            Ok(mut ident) => {
                ident.set_span(literal.span());
                errors.at(
                    &literal,
                    format!("write the name without quotes: `{what} {ident}`"),
                );
                Ok(named(ident, literal.span()))
            }
            Err(_) => Err(syn::Error::new(
                literal.span(),
                format!("this is not a name: write a word, such as `{what} orders`"),
            )),
        };
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error(format!("expected the name of this {what}")));
    }
    let ident = input.call(Ident::parse_any)?;
    if !input.peek(Token![-]) {
        return usable(&ident).map(|()| named(ident.clone(), ident.span()));
    }
    let mut tokens = ident.to_token_stream();
    let mut joined = ident.to_string();
    while input.peek(Token![-]) {
        tokens.extend(input.parse::<Token![-]>()?.into_token_stream());
        joined.push('_');
        if input.peek(Ident::peek_any) {
            let part = input.call(Ident::parse_any)?;
            joined.push_str(&part.to_string());
            part.to_tokens(&mut tokens);
        } else if input.peek(LitInt) {
            let part: LitInt = input.parse()?;
            joined.push_str(&part.to_string());
            part.to_tokens(&mut tokens);
        }
    }
    let message = format!(
        "a name is one word here: write `{joined}`, which is deployed as `{}`",
        joined.replace('_', "-")
    );
    let error = syn::Error::new_spanned(tokens, message);
    match syn::parse_str::<Ident>(&joined) {
        Ok(mut name) => {
            errors.push(error);
            name.set_span(ident.span());
            Ok(named(name, ident.span()))
        }
        Err(_) => Err(error),
    }
}

/// A name that stands for something declared elsewhere.
pub(super) fn reference(input: ParseStream<'_>, what: &str) -> Result<Name> {
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        let message = format!("write the {what} without quotes: `{}`", literal.value());
        return Err(syn::Error::new(literal.span(), message));
    }
    if !input.peek(Ident::peek_any) {
        return Err(input.error(format!("expected the name of a declared {what}")));
    }
    let ident = input.call(Ident::parse_any)?;
    usable(&ident)?;
    let span = ident.span();
    Ok(named(ident, span))
}

/// Keywords of Rust cannot name a constant.
fn usable(ident: &Ident) -> Result<()> {
    match syn::parse2::<Ident>(ident.to_token_stream()) {
        Ok(_) => Ok(()),
        Err(_) if ident == "_" => Err(syn::Error::new(ident.span(), "expected a name")),
        Err(_) => {
            let message = format!("`{ident}` is a keyword of Rust: write another name, or `r#{ident}`");
            Err(syn::Error::new(ident.span(), message))
        }
    }
}

fn named(ident: Ident, span: Span) -> Name {
    Name {
        ident,
        origin: span.into(),
    }
}
