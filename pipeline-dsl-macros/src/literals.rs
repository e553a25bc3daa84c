//! Literals of the model where they are used: each becomes a `const`, which rustc checks at the user's token.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Token};

/// `object_key!("orders/orders.zip")`
pub(crate) fn one(input: TokenStream, r#type: &str, example: &str) -> TokenStream {
    let parser = |input: ParseStream<'_>| literal(input, r#type, example);
    match parser.parse2(input) {
        Ok(literal) => constant(&literal, r#type),
        Err(error) => error.into_compile_error(),
    }
}

/// `actions!["dynamodb:CreateTable", "dynamodb:DeleteTable"]`
pub(crate) fn list(input: TokenStream, r#type: &str, example: &str) -> TokenStream {
    let parser = |input: ParseStream<'_>| {
        let mut literals = Vec::new();
        while !input.is_empty() {
            literals.push(literal(input, r#type, example)?);
            if input.is_empty() {
                break;
            }
            input.parse::<Token![,]>()?;
        }
        Ok(literals)
    };
    match parser.parse2(input) {
        Ok(literals) => {
            let items = literals.iter().map(|literal| constant(literal, r#type));
            quote!([#(#items),*])
        }
        Err(error) => error.into_compile_error(),
    }
}

fn literal(input: ParseStream<'_>, r#type: &str, example: &str) -> syn::Result<LitStr> {
    if input.peek(LitStr) {
        return input.parse();
    }
    Err(input.error(format!(
        "expected text in quotes, such as `\"{example}\"`; text known at run time goes through \
         `{type}::try_from`",
        r#type = r#type
    )))
}

fn constant(literal: &LitStr, r#type: &str) -> TokenStream {
    let r#type = Ident::new(r#type, literal.span());
    quote_spanned! {literal.span()=>
        {
            const LITERAL: ::pipeline_dsl::model::#r#type = ::pipeline_dsl::model::#r#type::new(#literal);
            LITERAL
        }
    }
}
