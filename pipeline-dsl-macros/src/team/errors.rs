use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::origin::Origin;

/// Every mistake found so far; each becomes one error of rustc.
#[derive(Default)]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
}

impl Errors {
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// A mistake that all of these tokens are.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// A mistake in something that stands in the program or in an included file.
    pub(crate) fn of(&mut self, origin: &Origin, message: impl Display) {
        self.push(origin.error(message));
    }

    /// For want of a module to put them into.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.found
            .into_iter()
            .map(syn::Error::into_compile_error)
            .collect()
    }

    /// Inside a module, each in a constant of its own: of a module with a failed macro in it, rustc reports no name that
    /// it does not find.
    pub(crate) fn into_items(self) -> TokenStream {
        self.found
            .into_iter()
            .map(|error| {
                let error = error.into_compile_error();
                quote!(const _: () = { #error };)
            })
            .collect()
    }
}
