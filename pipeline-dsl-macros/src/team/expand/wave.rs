use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::{constant, name_constant};
use crate::team::syntax::{Approval, Wave};

pub(super) fn wave(wave: &Wave) -> TokenStream {
    let declared = &wave.name;
    let name = name_constant(declared);
    let environments = environments(wave);
    let span = declared.ident.span();
    let value = match &wave.approval {
        None => quote_spanned!(span=> ::pipeline_dsl::team::Wave::declared(NAME, ENVIRONMENTS)),
        Some(approval) => {
            let timeout = timeout(approval);
            quote_spanned! {span=>
                {
                    #timeout
                    ::pipeline_dsl::team::Wave::declared_after_approval(NAME, ENVIRONMENTS, TIMEOUT)
                }
            }
        }
    };
    let doc = format!("The wave `{}`.", declared.deployed());
    let r#type = quote!(::pipeline_dsl::team::Wave);
    let value = quote! {
        {
            #name
            const ENVIRONMENTS: &[::pipeline_dsl::team::Environment] = &[#environments];
            #value
        }
    };
    constant(declared, &doc, &r#type, &value)
}

/// The environments, or where none of them was understood (and that was reported) one that stands in.
fn environments(wave: &Wave) -> TokenStream {
    if wave.environments.is_empty() {
        return quote! {
            ::pipeline_dsl::team::Environment::standard(
                NAME,
                ::pipeline_dsl::model::AccountId::new("000000000000"),
                ::pipeline_dsl::model::Region::UsEast1,
            )
            .any()
        };
    }
    let environments = wave.environments.iter().map(|name| {
        let ident = &name.ident;
        quote_spanned!(ident.span()=> #ident.any())
    });
    quote!(#(#environments),*)
}

/// `TIMEOUT`, beside a constant that checks it.
fn timeout(approval: &Approval) -> TokenStream {
    let Some((number, unit)) = &approval.within else {
        return quote! {
            const TIMEOUT: ::pipeline_dsl::model::ApprovalTimeout =
                ::pipeline_dsl::model::ApprovalTimeout::DEFAULT;
        };
    };
    let (constructor, minutes) = match unit.to_string().as_str() {
        "minute" | "minutes" => ("minutes", 1_u32),
        "hour" | "hours" => ("hours", 60),
        _ => ("days", 24 * 60),
    };
    let constructor = syn::Ident::new(constructor, number.span());
    quote_spanned! {number.span()=>
        const _: ::pipeline_dsl::model::ApprovalTimeout =
            ::pipeline_dsl::model::ApprovalTimeout::#constructor(#number);
        const TIMEOUT: ::pipeline_dsl::model::ApprovalTimeout =
            ::pipeline_dsl::model::ApprovalTimeout::lenient(u32::saturating_mul(#number, #minutes));
    }
}
