//! STS: who is calling, and roles in other accounts.

use crate::local::clock::Clock;
use crate::local::http::credential::{SESSION_KEY_PREFIX, session_token};
use crate::local::http::names::{check_session, is_iam_name};
use crate::local::http::request::Request;
use crate::local::http::response::{ApiError, Xml};

pub(crate) fn get_caller_identity(request: &Request) -> Xml {
    Xml::Fields(vec![
        ("Account", Xml::text(request.account.clone())),
        ("Arn", Xml::text(format!("arn:aws:iam::{}:root", request.account))),
        ("UserId", Xml::text(request.account.clone())),
    ])
}

/// Any role of any account can be assumed: who may is a matter of policies, which are not evaluated here.
pub(crate) fn assume_role(clock: &mut Clock, request: &Request) -> Result<Xml, ApiError> {
    let arn = request.require("RoleArn")?;
    let session = request.require("RoleSessionName")?;
    let mut parts = arn.split(':');
    let (account, role) = (parts.nth(4).unwrap_or_default(), parts.next().unwrap_or_default());
    let name = role.rsplit('/').next().unwrap_or_default();
    // The role stands in the session's token, before a bar.
    let plain = arn.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'|');
    let known = plain && account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if !known || !role.starts_with("role/") || !is_iam_name(name, 64) {
        return Err(ApiError::validation(format!("{arn} is invalid")));
    }
    check_session(session)?;
    let now = clock.tick().to_timestamp();
    let expires = now.replacen("2026", "2099", 1);
    Ok(Xml::Fields(vec![
        (
            "Credentials",
            Xml::Fields(vec![
                ("AccessKeyId", Xml::text(format!("{SESSION_KEY_PREFIX}{account}"))),
                ("SecretAccessKey", Xml::text("local")),
                ("SessionToken", Xml::text(session_token(arn, session, &now))),
                ("Expiration", Xml::text(expires)),
            ]),
        ),
        (
            "AssumedRoleUser",
            Xml::Fields(vec![
                ("AssumedRoleId", Xml::text(format!("AROALOCAL:{session}"))),
                (
                    "Arn",
                    Xml::text(format!("arn:aws:sts::{account}:assumed-role/{name}/{session}")),
                ),
            ]),
        ),
    ]))
}
