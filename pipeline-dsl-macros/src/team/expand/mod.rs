//! Expands to public constructors: everything here can be written by hand. Each literal becomes a `const` of its
//! own, so that rustc checks all of them and reports each at its token.

mod developer;
mod place;
mod wave;
mod world;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;

use super::errors::Errors;
use super::syntax::{Connection, Environment, Kind, Name, Team, Text};

pub(super) fn team(team: &Team, errors: Errors) -> TokenStream {
    let Team {
        attributes,
        visibility,
        included,
        ..
    } = team;
    let name = &team.name.ident;
    let errors = errors.into_items();
    let organizations = team.organizations.iter().map(|(keyword, path)| {
        let text = Text {
            literal: path.clone(),
            place: None,
        };
        let path = checked("PATH", "OrganizationPath", &text);
        constant(
            &Name::of(keyword),
            "Where the developers' accounts are.",
            &quote!(::pipeline_dsl::model::OrganizationPath),
            &quote!({ #path PATH }),
        )
    });
    let connections = team.connections.iter().map(|declared| {
        let doc = format!("The connection to {}.", declared.keyword);
        let value = connection(declared);
        constant(
            &Name::of(&declared.keyword),
            &doc,
            &quote!(::pipeline_dsl::model::Connection),
            &quote!({ #value CONNECTION }),
        )
    });
    let builds = team
        .builds
        .iter()
        .map(|(keyword, place)| world::build(keyword, place));
    let home = team.builds.first().map(|(keyword, _)| keyword);
    let environments = team
        .environments
        .iter()
        .map(|declared| environment(declared, home));
    let waves = team.waves.iter().map(wave::wave);
    let services = team.services.iter().enumerate().map(|(position, name)| {
        let again = team
            .services
            .iter()
            .take(position)
            .any(|other| other.written() == name.written());
        service(name, again)
    });
    let developers = team
        .developers
        .iter()
        .map(|declared| developer::developer(declared, home));
    let world = world::world(team);
    quote! {
        #(#attributes)*
        // Named as they were declared; a world declares more than each program uses.
        #[allow(
            non_upper_case_globals,
            non_camel_case_types,
            dead_code,
            unreachable_pub,
            reason = "the names are the program's, and a program need not use all of them"
        )]
        #visibility mod #name {
            #errors
            // The build reads these again when they change.
            #(const _: &[u8] = ::core::include_bytes!(#included);)*
            #(#builds)*
            #(#organizations)*
            #(#connections)*
            #(#environments)*
            #(#waves)*
            #(#services)*
            #(#developers)*
            #world
        }
    }
}

/// `pub const name: Type = value;`, all of it where the name is.
fn constant(name: &Name, doc: &str, r#type: &TokenStream, value: &TokenStream) -> TokenStream {
    let ident = &name.ident;
    quote_spanned! {ident.span()=>
        #[doc = #doc]
        pub const #ident: #r#type = #value;
    }
}

/// `AccountId::new("…")` where the literal is, or for one in an included file `AccountId::included("…", place)`.
fn text(r#type: &str, text: &Text) -> TokenStream {
    let Text { literal, place } = text;
    match place {
        None => constructor(r#type, literal),
        Some(place) => {
            let r#type = syn::Ident::new(r#type, literal.span());
            let place: &str = place;
            quote_spanned!(literal.span()=> ::pipeline_dsl::model::#r#type::included(#literal, #place))
        }
    }
}

fn constructor(r#type: &str, literal: &LitStr) -> TokenStream {
    let r#type = syn::Ident::new(r#type, literal.span());
    quote_spanned!(literal.span()=> ::pipeline_dsl::model::#r#type::new(#literal))
}

/// `const _: AccountId = AccountId::new("…"); const ACCOUNT: AccountId = AccountId::lenient("…");`: the first is the check,
/// and whatever is made of the second is right even when that fails. So one mistake is one error.
fn checked(constant: &str, r#type: &str, text: &Text) -> TokenStream {
    let literal = &text.literal;
    let span = literal.span();
    let check = self::text(r#type, text);
    let (constant, r#type) = (syn::Ident::new(constant, span), syn::Ident::new(r#type, span));
    quote_spanned! {span=>
        const _: ::pipeline_dsl::model::#r#type = #check;
        const #constant: ::pipeline_dsl::model::#r#type = ::pipeline_dsl::model::#r#type::lenient(#literal);
    }
}

/// `NAME`, beside a constant that checks it.
fn name_constant(name: &Name) -> TokenStream {
    checked("NAME", "Name", &deployed(name))
}

fn deployed(name: &Name) -> Text {
    Text {
        literal: LitStr::new(&name.deployed(), name.ident.span()),
        place: name.origin.place.clone(),
    }
}

/// `CONNECTION`, beside a constant that checks it.
fn connection(connection: &Connection) -> TokenStream {
    let Connection {
        provider,
        keyword,
        arn,
    } = connection;
    let Text { literal, place } = arn;
    let span = literal.span();
    let variant = syn::Ident::new(&provider.to_string(), Span::call_site());
    let provided = quote!(::pipeline_dsl::model::Provider::#variant);
    let check = if let Some(place) = place {
        let place: &str = place;
        quote_spanned!(span=> ::pipeline_dsl::model::Connection::included(#provided, #literal, #place))
    } else {
        let mut constructor = keyword.clone();
        constructor.set_span(span);
        quote_spanned!(span=> ::pipeline_dsl::model::Connection::#constructor(#literal))
    };
    quote_spanned! {span=>
        const _: ::pipeline_dsl::model::Connection = #check;
        const CONNECTION: ::pipeline_dsl::model::Connection =
            ::pipeline_dsl::model::Connection::lenient(#provided, #literal);
    }
}

fn environment(environment: &Environment, home: Option<&syn::Ident>) -> TokenStream {
    let declared = &environment.name;
    let name = name_constant(declared);
    let place = place::constants(&environment.place, home);
    let standard = quote!(::pipeline_dsl::team::Environment<::pipeline_dsl::team::Standard>);
    let production = quote!(::pipeline_dsl::team::Environment<::pipeline_dsl::team::Production>);
    let span = declared.ident.span();
    let (r#type, value) = match &environment.kind {
        Kind::Standard => (
            standard,
            quote_spanned!(span=> ::pipeline_dsl::team::Environment::standard(NAME, ACCOUNT, REGION)),
        ),
        Kind::Production => (
            production,
            quote_spanned!(span=> ::pipeline_dsl::team::Environment::production(NAME, ACCOUNT, REGION)),
        ),
        Kind::Unapproved(reason) => (
            standard,
            quote_spanned! {reason.span()=>
                ::pipeline_dsl::team::Environment::production(NAME, ACCOUNT, REGION).unapproved(#reason)
            },
        ),
    };
    let doc = format!("The environment `{}`.", declared.deployed());
    constant(declared, &doc, &r#type, &quote!({ #name #place #value }))
}

fn service(declared: &Name, again: bool) -> TokenStream {
    let ident = &declared.ident;
    let name = name_constant(declared);
    let doc = format!("The service `{}`.", declared.deployed());
    // Of two services of one name, rustc reports the constants; one type is enough.
    let r#type = (!again).then(|| {
        quote_spanned! {ident.span()=>
            #[doc = #doc]
            #[derive(Debug)]
            pub enum #ident {}
        }
    });
    let value = quote_spanned!(ident.span()=> { #name ::pipeline_dsl::team::Service::declared(NAME) });
    let constant = constant(
        declared,
        &doc,
        &quote!(::pipeline_dsl::team::Service<#ident>),
        &value,
    );
    quote!(#r#type #constant)
}
