use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Result};
use syn::{LitStr, Token};

use super::{name, place, skip, word};
use crate::team::errors::Errors;
use crate::team::syntax::{Environment, Kind, Name, Place};

/// Behind the keyword: `name = "<account>" in <region>`, for production also `unapproved "reason"`.
pub(super) fn environment(input: ParseStream<'_>, kind: Kind, errors: &mut Errors) -> Result<Environment> {
    let what = match kind {
        Kind::Standard => "environment",
        _ => "production",
    };
    let mut environment = Environment {
        name: name::declared(input, what, errors)?,
        place: Place {
            account: None,
            region: None,
        },
        kind,
    };
    match account(input, what, &environment.name, errors) {
        Ok(place) => environment.place = place,
        Err(error) => {
            // Declared all the same: whoever names it is not to blame.
            errors.push(error);
            skip(input)?;
            return Ok(environment);
        }
    }
    if input.peek(Ident::peek_any) && !super::begins_declaration(input) {
        waiver(input, &mut environment, errors)?;
    }
    Ok(environment)
}

/// `unapproved "reason"`. Where it is not understood, something like it was meant: the environment is declared, and
/// waits for no approval.
fn waiver(input: ParseStream<'_>, environment: &mut Environment, errors: &mut Errors) -> Result<()> {
    let waiver = word(input, "")?;
    let none = LitStr::new("none", waiver.span());
    if waiver != "unapproved" {
        let message = match environment.kind {
            Kind::Standard => "expected `;`",
            _ => "expected `unapproved \"reason\"` or `;`",
        };
        errors.at(&waiver, message);
        environment.kind = Kind::Unapproved(none);
        return skip(input);
    }
    if matches!(environment.kind, Kind::Standard) {
        let message = format!(
            "only production waits for an approval that could be waived: take `unapproved` out, or declare \
             `production {}`",
            environment.name.written()
        );
        errors.at(&waiver, message);
        return skip(input);
    }
    if !input.peek(LitStr) {
        errors.at(
            &waiver,
            "say why nobody has to approve: `unapproved \"nobody depends on it\"`",
        );
        environment.kind = Kind::Unapproved(none);
        return skip(input);
    }
    let reason: LitStr = input.parse()?;
    environment.kind = if reason.value().trim().is_empty() {
        errors.at(&reason, "say why nobody has to approve: an empty reason is none");
        Kind::Unapproved(none)
    } else {
        Kind::Unapproved(reason)
    };
    Ok(())
}

/// `= "<account>" in <region>`
pub(super) fn account(
    input: ParseStream<'_>,
    what: &str,
    declared: &Name,
    errors: &mut Errors,
) -> Result<Place> {
    let name = declared.written();
    if input.is_empty() || input.peek(Token![;]) || input.peek(syn::token::Brace) {
        let line = format!("{what} {name} = \"111111111111\" in us-east-1;");
        let message = format!("`{name}` has no account: write `{line}`");
        return Err(declared.origin.error(message));
    }
    if !input.peek(Token![=]) {
        let message = format!("expected `=`: write `{what} {name} = \"111111111111\" in us-east-1;`");
        return Err(input.error(message));
    }
    input.parse::<Token![=]>()?;
    place::place(input, errors)
}
