//! `team! { mod name { … } }`: parse, check what two declarations say of each other, expand. What was understood
//! is expanded even when something else was not, so that one mistake does not make a hundred and editors keep
//! working.

mod check;
mod errors;
mod expand;
mod include;
mod origin;
mod parse;
mod provider;
mod suggestion;
mod syntax;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use syn::parse::Parser;

use errors::Errors;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let parser = |input: syn::parse::ParseStream<'_>| parse::team(input, &mut errors);
    match parser.parse2(input) {
        Ok(mut team) => {
            check::team(&mut team, &mut errors);
            expand::team(&team, errors)
        }
        Err(error) => {
            errors.push(error);
            errors.into_tokens()
        }
    }
}
