//! A region in AWS's own spelling: `us-east-1` is several tokens to Rust, and one name to everybody else.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{LitInt, LitStr, Token};

pub(crate) struct RegionName {
    name: String,
    first: Span,
    last: Span,
}

impl Parse for RegionName {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
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
        Ok(Self {
            name,
            first: first.span(),
            last,
        })
    }
}

/// `Region::new("us-east-1")`, spanned over the whole name, so that rustc underlines all of it.
impl ToTokens for RegionName {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let name = LitStr::new(&self.name, self.first);
        let mut arguments = Group::new(Delimiter::Parenthesis, name.into_token_stream());
        arguments.set_span(self.last);
        tokens.extend(quote_spanned!(self.first=> ::pipeline_dsl::model::Region::new));
        arguments.to_tokens(tokens);
    }
}
