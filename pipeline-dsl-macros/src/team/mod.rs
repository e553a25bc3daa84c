//! `team! { mod name { … } }`: parse, then expand. What was understood is expanded even when something else
//! was not, so that one mistake does not make a hundred.

mod emit;
mod parse;
mod region;
mod syntax;

use proc_macro2::TokenStream;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    match syn::parse2::<syntax::Team>(input) {
        Ok(team) => emit::team(&team),
        Err(error) => error.into_compile_error(),
    }
}
