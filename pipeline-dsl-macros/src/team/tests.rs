//! What the macro expands to, of complete input and of input that somebody is still typing; and that no input at all makes
//! it panic or expand to something that is not Rust.
#![allow(clippy::unwrap_used, reason = "tests")]

use proc_macro2::TokenStream;
use proptest::prelude::*;

fn expanded(input: &str) -> String {
    let tokens = super::expand(input.parse().unwrap());
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}

#[test]
fn complete() {
    insta::assert_snapshot!(expanded(
        r#"
        /// Acme.
        pub mod acme {
            organization = "o-abcdefghij/r-h123/";
            build = "111111111111" in us-east-1;
            tag "owner" = "delivery";
            connection github = "arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b";
            environment dev = "222222222222" in eu-west-1;
            production prod = "333333333333" in us-west-2;
            production demo = "444444444444" in us-west-2 unapproved "nobody depends on it";
            wave development = [dev, demo];
            wave release = [prod] after approval within 3 days;
            service order_items;
            developer alice = "555555555555" in us-east-1 {
                connection github = "arn:aws:codeconnections:us-east-1:555555555555:connection/0a1b";
                fork order_items = "alice/order-items" branch "refunds" follow;
            }
            developer bob = "666666666666" in us-east-1 { hold order_items; }
        }
        "#
    ));
}

/// One after the other, as it is typed: whatever is understood is declared, so that completion finds it.
#[test]
fn incomplete() {
    for (name, input) in [
        ("nothing", ""),
        ("visibility", "pub"),
        ("module", "mod acme"),
        ("body", "mod acme {}"),
        ("keyword", "mod acme { environment }"),
        ("name", "mod acme { environment dev }"),
        ("equals", "mod acme { environment dev = }"),
        ("account", "mod acme { environment dev = \"222222222222\" }"),
        ("in", "mod acme { environment dev = \"222222222222\" in }"),
        (
            "half_a_region",
            "mod acme { environment dev = \"222222222222\" in us- }",
        ),
        (
            "line_before_others",
            "mod acme { wave te build = \"111111111111\" in us-east-1; service orders; }",
        ),
        (
            "half_a_list",
            "mod acme { wave test = [dev, ] after service orders; }",
        ),
        (
            "half_a_block",
            "mod acme { service orders; developer alice = \"5\" in us-east-1 { fork orders } }",
        ),
    ] {
        insta::assert_snapshot!(format!("incomplete_{name}"), expanded(input));
    }
}

/// Developers of a list, and the list itself, so that the build runs again when it changes.
#[test]
fn included() {
    let path = "../tests/ui/included/files/developers.toml";
    let input = format!("mod acme {{ service orders, billing; developers = include \"{path}\"; }}");
    let output = expanded(&input);
    let whole = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let rereads = output.contains("include_bytes!") && output.contains(&format!("\"{}\"", whole.display()));
    assert!(rereads, "{output}");
    assert!(
        output.contains("pub const mary_ann: ::pipeline_dsl::team::Developer"),
        "{output}"
    );
}

/// Tokens that declarations are made of, in any order.
fn tokens() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "mod",
        "acme",
        "pub",
        "organization",
        "build",
        "tag",
        "connection",
        "github",
        "environment",
        "production",
        "wave",
        "service",
        "developer",
        "developers",
        "include",
        "fork",
        "hold",
        "follow",
        "after",
        "approval",
        "within",
        "days",
        "unapproved",
        "in",
        "us",
        "east",
        "type",
        "r#type",
        "_",
        "=",
        ";",
        ",",
        "-",
        "#",
        "\"\"",
        "\"111111111111\"",
        "\"orders\"",
        "\"Cargo.toml\"",
        "3",
        "1.5",
        "'a'",
        "'a",
        "-1",
        "u32",
    ];
    let leaf = prop::sample::select(WORDS).prop_map(ToOwned::to_owned);
    leaf.prop_recursive(4, 64, 12, |inner| {
        (
            prop::collection::vec(inner, 0..12),
            prop::sample::select(&["{", "[", "(", " "]),
        )
            .prop_map(|(parts, open)| {
                let body = parts.join(" ");
                match open {
                    "{" => format!("{{ {body} }}"),
                    "[" => format!("[ {body} ]"),
                    "(" => format!("( {body} )"),
                    _ => body,
                }
            })
    })
}

/// Declarations that are nearly right: one of their tokens is another one.
fn declarations() -> impl Strategy<Value = String> {
    const LINES: &[&str] = &[
        "build = \"111111111111\" in us-east-1 ;",
        "organization = \"o-abcdefghij/r-h123/\" ;",
        "tag \"a\" = \"b\" ;",
        "environment dev = \"222222222222\" in eu-west-1 ;",
        "production prod = \"333333333333\" in us-west-2 unapproved \"because\" ;",
        "wave test = [ dev , prod ] after approval within 3 days ;",
        "service orders ;",
        "developer alice = \"555555555555\" in us-east-1 { fork orders = \"a/b\" follow ; hold billing ; }",
        "developers = include \"developers.toml\" ;",
    ];
    let lines = prop::collection::vec(
        (
            prop::sample::select(LINES),
            any::<prop::sample::Index>(),
            tokens(),
        ),
        0..8,
    );
    lines.prop_map(|lines| {
        let lines: Vec<String> = lines
            .into_iter()
            .map(|(line, index, other)| {
                let mut words: Vec<&str> = line.split(' ').collect();
                let position = index.index(words.len());
                // Brackets stay balanced.
                if !words[position].contains(['[', ']', '{', '}']) {
                    words[position] = &other;
                }
                words.join(" ")
            })
            .collect();
        format!("mod acme {{ {} }}", lines.join("\n"))
    })
}

/// It does not panic, and what comes out is Rust.
fn expands(input: &str) -> Result<(), TestCaseError> {
    let Ok(input) = input.parse::<TokenStream>() else {
        return Ok(());
    };
    let output = super::expand(input);
    prop_assert!(syn::parse2::<syn::File>(output.clone()).is_ok(), "{output}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_tokens_expand(input in tokens()) {
        expands(&input)?;
        expands(&format!("mod acme {{ {input} }}"))?;
    }

    #[test]
    fn any_declarations_expand(input in declarations()) {
        expands(&input)?;
    }
}
