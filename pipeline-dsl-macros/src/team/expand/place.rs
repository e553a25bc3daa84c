use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::LitStr;

use crate::team::syntax::{Place, Region};

/// `ACCOUNT` and `REGION`, each beside a constant that checks it.
///
/// What could not be read was reported: something stands in its place, so that nothing else is wrong with it.
pub(super) fn constants(place: &Place, home: Option<&Ident>) -> TokenStream {
    let account = place.account.as_ref().map_or_else(
        || {
            quote!(
                const ACCOUNT: ::pipeline_dsl::model::AccountId =
                    ::pipeline_dsl::model::AccountId::new("000000000000");
            )
        },
        |account| super::checked("ACCOUNT", "AccountId", account),
    );
    let region = if let Some(region) = &place.region {
        let checked = self::region(region, home);
        let name = &region.name;
        quote! {
            const _: ::pipeline_dsl::model::Region = #checked;
            const REGION: ::pipeline_dsl::model::Region = ::pipeline_dsl::model::Region::lenient(#name);
        }
    } else {
        quote!(
            const REGION: ::pipeline_dsl::model::Region = ::pipeline_dsl::model::Region::UsEast1;
        )
    };
    quote!(#account #region)
}

/// `Region::new("eu-west-1").reached_from(build.region())`, spanned over the whole name, so that rustc underlines
/// all of it; for the build account itself `.with_codepipeline()`.
fn region(region: &Region, home: Option<&Ident>) -> TokenStream {
    let literal = LitStr::new(&region.name, region.first);
    let mut tokens = match &region.place {
        None => {
            let arguments = spanned(region, quote!(#literal));
            quote_spanned!(region.first=> ::pipeline_dsl::model::Region::new #arguments)
        }
        Some(place) => {
            let place: &str = place;
            quote_spanned!(region.first=> ::pipeline_dsl::model::Region::included(#literal, #place))
        }
    };
    if let Some(build) = home {
        let arguments = spanned(region, quote!(#build.region()));
        tokens.extend(quote_spanned!(region.first=> .reached_from #arguments));
    } else {
        let arguments = spanned(region, TokenStream::new());
        tokens.extend(quote_spanned!(region.first=> .with_codepipeline #arguments));
    }
    tokens
}

fn spanned(region: &Region, arguments: TokenStream) -> TokenStream {
    let mut group = Group::new(Delimiter::Parenthesis, arguments);
    group.set_span(region.last);
    group.into_token_stream()
}
