//! What was received of an upload, compared with all that was said of it.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>

use aws_smithy_checksums::ChecksumAlgorithm;
use aws_smithy_types::base64;
use md5::{Digest as _, Md5};

use crate::local::http::call::Call;
use crate::local::http::response::ApiError;
use crate::local::store::durable::digest;

/// The content of a request, as S3 takes it: whole, and the one that was meant.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
pub(crate) fn received(call: &Call) -> Result<Vec<u8>, ApiError> {
    if !call.header("content-length").is_empty()
        && call.header("content-length") != call.body.len().to_string()
    {
        return Err(incomplete());
    }
    let signed = call.header("x-amz-content-sha256");
    if is_sha256(signed) && digest(&call.body) != signed {
        return Err(ApiError::new(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ));
    }
    let (content, trailers) = if call.header("content-encoding").contains("aws-chunked") {
        unchunked(&call.body).ok_or_else(incomplete)?
    } else {
        (call.body.clone(), Vec::new())
    };
    let decoded = call.header("x-amz-decoded-content-length");
    if !decoded.is_empty() && decoded != content.len().to_string() {
        return Err(incomplete());
    }
    check_md5(call, &content)?;
    let headers = call.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_str()));
    let trailers = trailers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in headers.chain(trailers) {
        if let Some(algorithm) = name.strip_prefix("x-amz-checksum-") {
            check(algorithm, name, value, &content)?;
        }
    }
    Ok(content)
}

/// An upload that broke off.
pub(crate) fn incomplete() -> ApiError {
    ApiError::new(
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header.",
    )
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn check_md5(call: &Call, content: &[u8]) -> Result<(), ApiError> {
    let said = call.header("content-md5");
    if said.is_empty() {
        return Ok(());
    }
    match base64::decode(said) {
        Ok(said) if said.len() == 16 => {
            if said == Md5::digest(content).as_slice() {
                Ok(())
            } else {
                Err(ApiError::new(
                    "BadDigest",
                    "The Content-MD5 you specified did not match what we received.",
                ))
            }
        }
        _ => Err(ApiError::new(
            "InvalidDigest",
            "The Content-MD5 you specified is not valid.",
        )),
    }
}

/// `x-amz-checksum-algorithm` and the like name no algorithm, and are let be.
fn check(algorithm: &str, name: &str, said: &str, content: &[u8]) -> Result<(), ApiError> {
    let known = match algorithm {
        "crc32" => ChecksumAlgorithm::Crc32,
        "crc32c" => ChecksumAlgorithm::Crc32c,
        "crc64nvme" => ChecksumAlgorithm::Crc64Nvme,
        "sha1" => ChecksumAlgorithm::Sha1,
        "sha256" => ChecksumAlgorithm::Sha256,
        _ => return Ok(()),
    };
    let mut checksum = known.into_impl();
    checksum.update(content);
    let computed = checksum.finalize();
    match base64::decode(said) {
        Ok(said) if said.len() == computed.len() => {
            if said == computed {
                Ok(())
            } else {
                Err(ApiError::new(
                    "BadDigest",
                    format!(
                        "The {} you specified did not match the calculated checksum.",
                        algorithm.to_uppercase()
                    ),
                ))
            }
        }
        _ => Err(ApiError::new(
            "InvalidRequest",
            format!("Value for {name} header is invalid."),
        )),
    }
}

/// What was sent in chunks, with the headers behind the last of them.
type Unchunked = (Vec<u8>, Vec<(String, String)>);

/// Each chunk is its length in hexadecimal, perhaps a signature, and its bytes; the last is empty, and further headers may
/// follow. Nothing, where it breaks off.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>
fn unchunked(mut body: &[u8]) -> Option<Unchunked> {
    let mut content = Vec::new();
    loop {
        let line = take_line(&mut body)?;
        let length = line.split(';').next().unwrap_or_default();
        let length = usize::from_str_radix(length.trim(), 16).ok()?;
        if length == 0 {
            break;
        }
        let (chunk, rest) = body.split_at_checked(length)?;
        content.extend_from_slice(chunk);
        body = rest.strip_prefix(b"\r\n")?;
    }
    let mut trailers = Vec::new();
    while let Some(line) = take_line(&mut body) {
        if let Some((name, value)) = line.split_once(':') {
            trailers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    Some((content, trailers))
}

fn take_line(body: &mut &[u8]) -> Option<String> {
    let end = body.windows(2).position(|pair| pair == b"\r\n")?;
    let (line, rest) = body.split_at_checked(end)?;
    *body = rest.get(2..)?;
    Some(String::from_utf8_lossy(line).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Call, received};

    fn put(headers: &[(&str, &str)], body: &str) -> Result<String, &'static str> {
        let call = Call::new(
            "PUT",
            "http://localhost/bucket/key",
            headers.iter().copied(),
            body.as_bytes(),
        );
        match received(&call) {
            Ok(content) => Ok(String::from_utf8(content).unwrap()),
            Err(error) => Err(error.code),
        }
    }

    /// The check values of each algorithm for `123456789`.
    /// <https://reveng.sourceforge.io/crc-catalogue/all.htm>
    #[test]
    fn checksums_are_compared() {
        for (name, value) in [
            ("Content-MD5", "JfnnlDI7RTiF9RgfG2JNCw=="),
            ("x-amz-checksum-crc32", "y/Q5Jg=="),
            ("x-amz-checksum-crc32c", "4waSgw=="),
            ("x-amz-checksum-crc64nvme", "rosUhgp5mIg="),
            ("x-amz-checksum-sha1", "98O8HYCOBHMq32eZZczDTKeuNEE="),
            (
                "x-amz-checksum-sha256",
                "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
            ),
        ] {
            let right = put(&[(name, value)], "123456789");
            let wrong = put(&[(name, value)], "123456780");
            assert_eq!(wrong, Err("BadDigest"), "{name}");
            assert_eq!(right.as_deref(), Ok("123456789"), "{name}");
        }
        assert_eq!(put(&[("content-md5", "nonsense")], "x"), Err("InvalidDigest"));
        assert_eq!(
            put(&[("x-amz-checksum-crc32", "nonsense")], "x"),
            Err("InvalidRequest")
        );
        let zeros = "0".repeat(64);
        assert_eq!(
            put(&[("x-amz-content-sha256", &zeros)], "x"),
            Err("XAmzContentSHA256Mismatch")
        );
        assert_eq!(
            put(&[("x-amz-content-sha256", "UNSIGNED-PAYLOAD")], "x").as_deref(),
            Ok("x")
        );
        assert_eq!(
            put(&[("x-amz-checksum-algorithm", "CRC32")], "x").as_deref(),
            Ok("x")
        );
    }

    #[test]
    fn what_breaks_off_is_incomplete() {
        assert_eq!(put(&[("content-length", "10")], "123"), Err("IncompleteBody"));
        let chunked = ("content-encoding", "aws-chunked");
        let whole = "4;chunk-signature=0\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n";
        assert_eq!(put(&[chunked], whole).as_deref(), Ok("123456789"));
        let wrong = whole.replace("56789", "56780");
        assert_eq!(put(&[chunked], &wrong), Err("BadDigest"));
        for end in 0..whole.find("\r\n0\r\n").unwrap() + 5 {
            assert_eq!(
                put(&[chunked], whole.get(..end).unwrap()),
                Err("IncompleteBody"),
                "{end}"
            );
        }
        let length = ("x-amz-decoded-content-length", "10");
        assert_eq!(put(&[chunked, length], whole), Err("IncompleteBody"));
    }
}
