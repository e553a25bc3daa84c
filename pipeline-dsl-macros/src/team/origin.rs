use std::fmt::Display;
use std::rc::Rc;

use proc_macro2::Span;

/// Where something was written: in the program, or in a file that it includes.
#[derive(Clone)]
pub(crate) struct Origin {
    /// The token; for an included file, the literal that names it.
    pub(crate) span: Span,
    /// `developers.toml:2:11`
    pub(crate) place: Option<Rc<str>>,
}

impl Origin {
    pub(crate) fn error(&self, message: impl Display) -> syn::Error {
        match &self.place {
            Some(place) => syn::Error::new(self.span, format!("{place}: {message}")),
            None => syn::Error::new(self.span, message),
        }
    }

    /// `line 12` or `developers.toml:2:11`: where to look for the other one of two.
    pub(crate) fn line(&self) -> String {
        match &self.place {
            Some(place) => place.to_string(),
            None => format!("line {}", self.span.start().line),
        }
    }
}

impl From<Span> for Origin {
    fn from(span: Span) -> Self {
        Self { span, place: None }
    }
}
