//! How S3 answers.

use crate::local::http::answer::Answer;
use crate::local::http::call::Call;
use crate::local::http::response::{ApiError, Xml, element};

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

pub(crate) fn refused(call: &Call, error: &ApiError) -> Answer {
    let mut body = String::new();
    let fields = Xml::Fields(vec![
        ("Code", Xml::text(error.code)),
        ("Message", Xml::text(&error.message)),
        ("RequestId", Xml::text("local")),
    ]);
    element("Error", &fields, &mut body);
    // A HEAD has no body to say it in.
    if call.method == "HEAD" {
        body.clear();
    }
    Answer::new(error.status, body)
}

pub(crate) fn document(name: &str, content: &Xml) -> Answer {
    let mut inner = String::new();
    content.write(&mut inner);
    Answer::new(200, format!("<{name} xmlns=\"{NAMESPACE}\">{inner}</{name}>"))
}
