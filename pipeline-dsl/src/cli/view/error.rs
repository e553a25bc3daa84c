//! An error with everything that led to it.

use std::error::Error;

use crate::cli::Printer;
use crate::deploy::DeliveryError;

pub(crate) fn print(error: &dyn Error, printer: &Printer) {
    printer.error(&format!("error: {}", chain(error)));
}

/// The error and its causes, in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Why the account of a place did not do what was asked, and what to do about it.
pub(crate) fn of_place(place: &str, error: &DeliveryError, printer: &Printer) {
    let help = error
        .help()
        .map_or_else(String::new, |help| format!("\n  help: {help}"));
    printer.error(&format!("error: {place}: {}{help}", chain(error)));
}
