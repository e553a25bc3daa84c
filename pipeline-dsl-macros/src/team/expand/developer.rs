use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{checked, connection, constant, name_constant, place};
use crate::team::syntax::Developer;

pub(super) fn developer(developer: &Developer, home: Option<&Ident>) -> TokenStream {
    let declared = &developer.name;
    let name = name_constant(declared);
    let place = place::constants(&developer.place, home);
    let own = developer.connections.first().map(connection);
    let repositories = developer.forks.iter().enumerate().map(|(number, fork)| {
        checked(
            &format!("REPOSITORY_{number}"),
            "RepositoryName",
            &fork.repository,
        )
    });
    let branches = developer.forks.iter().enumerate().filter_map(|(number, fork)| {
        let branch = fork.branch.as_ref()?;
        Some(checked(&format!("BRANCH_{number}"), "BranchName", branch))
    });
    let forks = developer.forks.iter().enumerate().map(|(number, fork)| {
        let repository = format_ident!("REPOSITORY_{number}");
        let branch = if fork.branch.is_some() {
            let branch = format_ident!("BRANCH_{number}");
            quote!(::core::option::Option::Some(#branch))
        } else {
            quote!(::core::option::Option::None)
        };
        let service = &fork.service.ident;
        let follow = fork.follow.then(|| quote!(.follow()));
        quote_spanned! {service.span()=>
            ::pipeline_dsl::team::Fork::declared(#service, #repository, CONNECTION, #branch) #follow
        }
    });
    let holds = developer.holds.iter().map(|held| {
        let service = &held.ident;
        quote_spanned!(service.span()=> #service.any())
    });
    let doc = format!("The developer `{}`.", declared.deployed());
    let r#type = quote!(::pipeline_dsl::team::Developer);
    let made = quote_spanned! {declared.ident.span()=>
        ::pipeline_dsl::team::Developer::declared(NAME, ACCOUNT, REGION, FORKS, HOLDS)
    };
    let value = quote! {
        {
            #name
            #place
            #own
            #(#repositories)*
            #(#branches)*
            const FORKS: &[::pipeline_dsl::team::Fork] = &[#(#forks),*];
            const HOLDS: &[::pipeline_dsl::team::Service] = &[#(#holds),*];
            #made
        }
    };
    constant(declared, &doc, &r#type, &value)
}
