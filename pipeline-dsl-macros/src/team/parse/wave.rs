use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Result};
use syn::{LitInt, Token, bracketed, token};

use super::{begins_declaration, equals, name, skip, word};
use crate::team::errors::Errors;
use crate::team::syntax::{Approval, Wave};

/// Behind the keyword: `name = [a, b] after approval within 3 days`.
pub(super) fn wave(input: ParseStream<'_>, errors: &mut Errors) -> Result<Wave> {
    let mut wave = Wave {
        name: name::declared(input, "wave", errors)?,
        environments: Vec::new(),
        list: None,
        approval: None,
    };
    let written = wave.name.written();
    if let Err(error) = equals(input, &format!("wave {written}"), "[dev]") {
        errors.push(error);
        skip(input)?;
        return Ok(wave);
    }
    if input.peek(token::Bracket) {
        let list;
        let bracket = bracketed!(list in input);
        match environments(&list) {
            Ok(environments) => {
                wave.environments = environments;
                wave.list = Some(bracket.span.join());
            }
            Err(error) => {
                errors.push(error);
                while !list.is_empty() {
                    list.parse::<TokenTree>()?;
                }
            }
        }
    } else if input.peek(Ident::peek_any) {
        let single = name::reference(input, "environment")?;
        errors.of(
            &single.origin,
            format!("a wave lists its environments: write `[{}]`", single.written()),
        );
        wave.environments.push(single);
    } else {
        errors.push(input.error(format!(
            "a wave lists its environments: write `wave {written} = [dev];`"
        )));
        skip(input)?;
        return Ok(wave);
    }
    if input.peek(Ident::peek_any) && !begins_declaration(input) {
        wave.approval = approval(input, errors)?;
    }
    Ok(wave)
}

fn environments(list: ParseStream<'_>) -> Result<Vec<crate::team::syntax::Name>> {
    let mut environments = Vec::new();
    while !list.is_empty() {
        environments.push(name::reference(list, "environment")?);
        if list.is_empty() {
            break;
        }
        if !list.peek(Token![,]) {
            return Err(list.error("expected `,` between two environments"));
        }
        list.parse::<Token![,]>()?;
    }
    Ok(environments)
}

/// `after approval within 3 days`; none where it was not understood, and reported.
fn approval(input: ParseStream<'_>, errors: &mut Errors) -> Result<Option<Approval>> {
    const EXPECTED: &str = "expected `after approval` or `;`";
    const UNITS: [&str; 6] = ["minute", "minutes", "hour", "hours", "day", "days"];
    let after = word(input, EXPECTED)?;
    if after != "after" {
        errors.at(&after, EXPECTED);
        skip(input)?;
        // Whatever was meant, somebody is to be asked.
        return Ok(Some(Approval { within: None }));
    }
    if !input.peek(Ident::peek_any) {
        errors.at(&after, EXPECTED);
        return Ok(Some(Approval { within: None }));
    }
    let approval = word(input, EXPECTED)?;
    if approval != "approval" {
        errors.at(&approval, EXPECTED);
        skip(input)?;
        return Ok(Some(Approval { within: None }));
    }
    if !input.peek(Ident::peek_any) || begins_declaration(input) {
        return Ok(Some(Approval { within: None }));
    }
    let within = word(input, EXPECTED)?;
    let example = "expected `within 3 days` or `;`";
    if within != "within" {
        errors.at(&within, example);
        skip(input)?;
        return Ok(Some(Approval { within: None }));
    }
    if !input.peek(LitInt) {
        return Err(input.error("expected a number, such as `within 3 days`"));
    }
    let number: LitInt = input.parse()?;
    let unit = word(input, "expected `minutes`, `hours` or `days`")?;
    if !UNITS.iter().any(|known| unit == known) {
        errors.at(&unit, "expected `minutes`, `hours` or `days`");
        return Ok(Some(Approval { within: None }));
    }
    if input.peek(LitInt) {
        two_units(input, &number, &unit, errors)?;
        return Ok(Some(Approval { within: None }));
    }
    Ok(Some(Approval {
        within: Some((number, unit)),
    }))
}

/// `within 5 days 3 hours`: says how to write it with one of the two.
fn two_units(input: ParseStream<'_>, number: &LitInt, unit: &Ident, errors: &mut Errors) -> Result<()> {
    let minutes_of = |number: &LitInt, unit: &Ident| {
        let number = number.base10_parse::<u32>().ok()?;
        let unit = match unit.to_string().as_str() {
            "minute" | "minutes" => 1,
            "hour" | "hours" => 60,
            "day" | "days" => 24 * 60,
            _ => return None,
        };
        number.checked_mul(unit)
    };
    let more: LitInt = input.parse()?;
    let both = if input.peek(Ident::peek_any) {
        let of_more = word(input, "expected `minutes`, `hours` or `days`")?;
        let first = minutes_of(number, unit);
        first.and_then(|first| first.checked_add(minutes_of(&more, &of_more)?))
    } else {
        None
    };
    let written = match both {
        Some(minutes) if minutes % 60 == 0 => format!("within {} hours", minutes / 60),
        Some(minutes) => format!("within {minutes} minutes"),
        None => "within 3 days".to_owned(),
    };
    errors.at(
        &more,
        format!("expected one number with one unit: write `{written}`"),
    );
    skip(input)
}
