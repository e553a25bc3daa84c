use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::{checked, constant, deployed, place};
use crate::team::syntax::{Name, Place, Team};

/// The build account, as a constant: declared twice, rustc shows both places.
pub(super) fn build(keyword: &Ident, place: &Place) -> TokenStream {
    let name = Name::of(keyword);
    let constants = place::constants(place, None);
    let made = quote_spanned!(keyword.span()=> ::pipeline_dsl::team::BuildAccount::new(ACCOUNT, REGION));
    constant(
        &name,
        "The build account.",
        &quote!(::pipeline_dsl::team::BuildAccount),
        &quote!({ #constants #made }),
    )
}

pub(super) fn world(team: &Team) -> TokenStream {
    let name = checked("NAME", "TeamName", &deployed(&team.name));
    let organization = if let Some((keyword, _)) = team.organizations.first() {
        quote!(::core::option::Option::Some(#keyword))
    } else {
        quote!(::core::option::Option::None)
    };
    // None was reported as missing, or as not understood.
    let placeholder = || {
        quote! {
            ::pipeline_dsl::team::BuildAccount::new(
                ::pipeline_dsl::model::AccountId::new("000000000000"),
                ::pipeline_dsl::model::Region::UsEast1,
            )
        }
    };
    let build = team
        .builds
        .first()
        .map_or_else(placeholder, |(keyword, _)| quote!(#keyword));
    let checks = team.tags.iter().map(|(key, value)| {
        quote_spanned! {key.span()=>
            const _: ::pipeline_dsl::team::Tag = ::pipeline_dsl::team::Tag::new(#key, #value);
        }
    });
    let tags = team
        .tags
        .iter()
        .map(|(key, value)| quote!(::pipeline_dsl::team::Tag::lenient(#key, #value)));
    let environments = team.environments.iter().map(|each| &each.name.ident);
    let waves = team.waves.iter().map(|each| &each.name.ident);
    let services = team.services.iter().map(|each| &each.ident);
    let developers = team.developers.iter().map(|each| &each.name.ident);
    quote! {
        /// The declared world: add the pipelines of its services, then build the team.
        pub const TEAM: ::pipeline_dsl::team::World = {
            #name
            const ENVIRONMENTS: &[::pipeline_dsl::team::Environment] = &[#(#environments.any()),*];
            const WAVES: &[::pipeline_dsl::team::Wave] = &[#(#waves),*];
            const SERVICES: &[::pipeline_dsl::team::Service] = &[#(#services.any()),*];
            const DEVELOPERS: &[::pipeline_dsl::team::Developer] = &[#(#developers),*];
            #(#checks)*
            const TAGS: &[::pipeline_dsl::team::Tag] = &[#(#tags),*];
            ::pipeline_dsl::team::World {
                name: NAME,
                build: #build,
                organization: #organization,
                environments: ::std::borrow::Cow::Borrowed(ENVIRONMENTS),
                waves: ::std::borrow::Cow::Borrowed(WAVES),
                services: ::std::borrow::Cow::Borrowed(SERVICES),
                developers: ::std::borrow::Cow::Borrowed(DEVELOPERS),
                tags: ::std::borrow::Cow::Borrowed(TAGS),
                source_account_everywhere: false,
                self_update: ::core::option::Option::None,
            }
        };
    }
}
