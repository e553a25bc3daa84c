//! Expands to public constructors: everything here can be written by hand.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;
use syn::ext::IdentExt;

use super::syntax::{Connection, Developer, Environment, Fork, Kind, Place, Team, Wave};

pub(crate) fn team(team: &Team) -> TokenStream {
    let Team {
        attributes,
        visibility,
        name,
        errors,
        ..
    } = team;
    let connections = team.connections.iter().map(named_connection);
    let environments = team.environments.iter().map(environment);
    let waves = team.waves.iter().map(wave);
    let services = team.services.iter().map(service);
    let developers = team.developers.iter().map(developer);
    let world = match &team.build {
        Some(build) => world(team, build),
        None if errors.is_empty() => {
            let message = "the build account is missing: `build = \"111111111111\" in us-east-1;`";
            syn::Error::new(name.span(), message).into_compile_error()
        }
        None => TokenStream::new(),
    };
    quote! {
        #(#attributes)*
        // Constants are named as they were declared; a world declares more than each program uses.
        #[allow(non_upper_case_globals, dead_code, reason = "named as they were declared")]
        #visibility mod #name {
            #errors
            #(#connections)*
            #(#environments)*
            #(#waves)*
            #(#services)*
            #(#developers)*
            #world
        }
    }
}

/// `order_items` is deployed as `order-items`.
fn deployed_name(ident: &Ident) -> TokenStream {
    let name = LitStr::new(&ident.unraw().to_string().replace('_', "-"), ident.span());
    quote_spanned!(ident.span()=> ::pipeline_dsl::model::Name::new(#name))
}

/// Account and region, as arguments.
fn place(place: &Place) -> TokenStream {
    let Place { account, region } = place;
    let account = quote_spanned!(account.span()=> ::pipeline_dsl::model::AccountId::new(#account));
    quote!(#account, #region)
}

fn connection(connection: &Connection) -> TokenStream {
    let Connection { provider, arn } = connection;
    quote_spanned!(provider.span()=> ::pipeline_dsl::model::Connection::#provider(#arn))
}

fn named_connection(declared: &Connection) -> TokenStream {
    let name = &declared.provider;
    let value = connection(declared);
    let doc = format!("The connection to {name}.");
    quote_spanned! {name.span()=>
        #[doc = #doc]
        pub const #name: ::pipeline_dsl::model::Connection = #value;
    }
}

fn environment(environment: &Environment) -> TokenStream {
    let name = &environment.name;
    let (deployed, place) = (deployed_name(name), place(&environment.place));
    let value = match &environment.kind {
        Kind::Standard => quote_spanned! {name.span()=>
            ::pipeline_dsl::team::Environment::standard(#deployed, #place)
        },
        Kind::Production => quote_spanned! {name.span()=>
            ::pipeline_dsl::team::Environment::production(#deployed, #place)
        },
        Kind::Unapproved(reason) => quote_spanned! {name.span()=>
            ::pipeline_dsl::team::Environment::production(#deployed, #place).unapproved(#reason)
        },
    };
    let doc = format!("The environment `{name}`.");
    quote_spanned! {name.span()=>
        #[doc = #doc]
        pub const #name: ::pipeline_dsl::team::Environment = #value;
    }
}

fn wave(wave: &Wave) -> TokenStream {
    let Wave {
        name,
        environments,
        approval,
    } = wave;
    let deployed = deployed_name(name);
    let approval = approval.then(|| quote!(.after_approval()));
    let value = quote_spanned! {name.span()=>
        ::pipeline_dsl::team::Wave::new(#deployed, ENVIRONMENTS) #approval
    };
    let doc = format!("The wave `{name}`.");
    quote_spanned! {name.span()=>
        #[doc = #doc]
        pub const #name: ::pipeline_dsl::team::Wave = {
            const ENVIRONMENTS: &[::pipeline_dsl::team::Environment] = &[#(#environments),*];
            #value
        };
    }
}

fn service(name: &Ident) -> TokenStream {
    let deployed = deployed_name(name);
    let value = quote_spanned!(name.span()=> ::pipeline_dsl::team::Service::new(#deployed));
    let doc = format!("The service `{name}`.");
    quote_spanned! {name.span()=>
        #[doc = #doc]
        pub const #name: ::pipeline_dsl::team::Service = #value;
    }
}

fn developer(developer: &Developer) -> TokenStream {
    let Developer { name, holds, .. } = developer;
    let (deployed, place) = (deployed_name(name), place(&developer.place));
    let forks = developer.forks.iter().map(|fork| self::fork(developer, fork));
    let value = quote_spanned! {name.span()=>
        ::pipeline_dsl::team::Developer::declared(#deployed, #place, FORKS, HOLDS)
    };
    let doc = format!("The developer `{name}`.");
    quote_spanned! {name.span()=>
        #[doc = #doc]
        pub const #name: ::pipeline_dsl::team::Developer = {
            const FORKS: &[::pipeline_dsl::team::Fork] = &[#(#forks),*];
            const HOLDS: &[::pipeline_dsl::team::Service] = &[#(#holds),*];
            #value
        };
    }
}

fn fork(developer: &Developer, fork: &Fork) -> TokenStream {
    let Fork {
        service,
        repository,
        follow,
    } = fork;
    let Some(own) = &developer.connection else {
        let message = format!(
            "a fork is read through a connection in the developer's own account: add \
             `connection github = \"arn:aws:codeconnections:…\";` to `{}`",
            developer.name
        );
        return syn::Error::new(service.span(), message).into_compile_error();
    };
    let connection = connection(own);
    let follow = follow.then(|| quote!(.follow()));
    quote_spanned! {service.span()=>
        ::pipeline_dsl::team::Fork::new(#service, #repository, #connection) #follow
    }
}

fn world(team: &Team, build: &Place) -> TokenStream {
    let name = LitStr::new(&team.name.unraw().to_string().replace('_', "-"), team.name.span());
    let organization = if let Some(path) = &team.organization {
        let path = quote_spanned!(path.span()=> ::pipeline_dsl::model::OrganizationPath::new(#path));
        quote!(::core::option::Option::Some(#path))
    } else {
        quote!(::core::option::Option::None)
    };
    let build_place = place(build);
    let build = quote_spanned! {build.account.span()=>
        ::pipeline_dsl::team::BuildAccount::new(#build_place)
    };
    let tags = team
        .tags
        .iter()
        .map(|(key, value)| quote!(::pipeline_dsl::team::Tag::new(#key, #value)));
    let environments = team.environments.iter().map(|environment| &environment.name);
    let waves = team.waves.iter().map(|wave| &wave.name);
    let services = &team.services;
    let developers = team.developers.iter().map(|developer| &developer.name);
    let borrowed = quote!(::std::borrow::Cow::Borrowed);
    let team_name = quote_spanned!(team.name.span()=> ::pipeline_dsl::model::TeamName::new(#name));
    quote! {
        /// The declared world: add the pipelines of its services, then build the team.
        pub const TEAM: ::pipeline_dsl::team::World = ::pipeline_dsl::team::World {
            name: #team_name,
            organization: #organization,
            build: #build,
            environments: #borrowed(&[#(#environments),*]),
            waves: { const WAVES: &[::pipeline_dsl::team::Wave] = &[#(#waves),*]; #borrowed(WAVES) },
            services: #borrowed(&[#(#services),*]),
            developers: {
                const DEVELOPERS: &[::pipeline_dsl::team::Developer] = &[#(#developers),*];
                #borrowed(DEVELOPERS)
            },
            tags: { const TAGS: &[::pipeline_dsl::team::Tag] = &[#(#tags),*]; #borrowed(TAGS) },
        };
    }
}
