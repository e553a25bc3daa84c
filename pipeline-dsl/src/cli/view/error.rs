//! An error with everything that led to it.

use std::error::Error;

use crate::cli::printer::Printer;
use crate::deploy::DestroyError;

pub(crate) fn print(error: &(dyn Error + 'static), printer: &Printer) {
    printer.error(&format!("error: {}", chain(error)));
    let help = error.downcast_ref::<DestroyError>().and_then(DestroyError::help);
    if let Some(help) = help {
        printer.error(&format!("  help: {help}"));
    }
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
