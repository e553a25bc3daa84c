//! Answers in AWS's query protocol: XML, with errors by code.

use crate::local::store::error::StoreError;

/// An element's content.
#[derive(Debug, Clone)]
pub(crate) enum Xml {
    Text(String),
    Fields(Vec<(&'static str, Xml)>),
    List(Vec<Xml>),
}

impl Xml {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn write(&self, into: &mut String) {
        match self {
            Self::Text(text) => escape(text, into),
            Self::Fields(fields) => {
                for (name, content) in fields {
                    element(name, content, into);
                }
            }
            Self::List(members) => {
                for member in members {
                    element("member", member, into);
                }
            }
        }
    }
}

pub(crate) fn element(name: &str, content: &Xml, into: &mut String) {
    into.extend(["<", name, ">"]);
    content.write(into);
    into.extend(["</", name, ">"]);
}

fn escape(text: &str, into: &mut String) {
    for c in text.chars() {
        match c {
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '&' => into.push_str("&amp;"),
            '"' => into.push_str("&quot;"),
            '\r' => into.push_str("&#13;"),
            '\t' | '\n' => into.push(c),
            // XML has no way to write these: https://www.w3.org/TR/xml/#charsets
            _ if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => into.push('\u{fffd}'),
            _ => into.push(c),
        }
    }
}

/// An error that AWS would answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl ApiError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            code,
            message: message.into(),
        }
    }

    /// What CloudFormation says of most mistakes.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }

    pub(crate) fn denied(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 403,
            ..Self::new(code, message)
        }
    }

    pub(crate) fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 404,
            ..Self::new(code, message)
        }
    }

    pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 409,
            ..Self::new(code, message)
        }
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self {
            status: 500,
            ..Self::new("InternalFailure", message)
        }
    }

    /// The state cannot be kept, or not be read: another try would not help, so it is no error of a server.
    fn unusable_state(error: &StoreError) -> Self {
        let mut message = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            message.extend([": ", &cause.to_string()]);
            source = cause.source();
        }
        Self::new("LocalStateUnusable", message)
    }

    pub(crate) fn body(&self) -> String {
        let mut body = String::from("<ErrorResponse>");
        let error = Xml::Fields(vec![
            (
                "Type",
                Xml::text(if self.status < 500 { "Sender" } else { "Receiver" }),
            ),
            ("Code", Xml::text(self.code)),
            ("Message", Xml::text(self.message.clone())),
        ]);
        element("Error", &error, &mut body);
        element("RequestId", &Xml::text("local"), &mut body);
        body.push_str("</ErrorResponse>");
        body
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::unusable_state(&error)
    }
}

/// The whole answer of an action.
pub(crate) fn document(action: &str, result: &Xml) -> String {
    let mut body = format!("<{action}Response><{action}Result>");
    result.write(&mut body);
    body.push_str("</");
    body.push_str(action);
    body.push_str("Result><ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></");
    body.push_str(action);
    body.push_str("Response>");
    body
}
