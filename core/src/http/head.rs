//! Turns the bytes of a head into a [`RequestHead`] or a [`ResponseHead`] (RFC 9112 §3 to §5), as it is and not only
//! as it should be: obsolete folded lines, bare LF, absolute targets, HTTP/1.0, bytes that are not UTF-8.
//!
//! `httparse` reads what is well-formed; a line parser of our own what it refuses. It refuses whole heads for one
//! wrong byte, which is right for an end point and wrong for an inspector.

use std::borrow::Cow;

use memchr::memchr_iter;

use super::headers::Headers;
use super::lenient;

/// With more lines than this, httparse's array of fields would cost more than it saves.
const MOST_FIELDS_FOR_HTTPARSE: usize = 4096;

/// A request's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestHead {
    /// As sent; methods are case-sensitive (RFC 9110 §9.1).
    pub method: String,
    /// As sent.
    pub target: String,
    /// `1.1`, `1.0`.
    pub version: String,
    /// The header fields.
    pub headers: Headers,
    /// Some bytes were not UTF-8 and were read as Latin-1.
    pub latin1: bool,
}

/// A response's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseHead {
    /// Three digits.
    pub status: u16,
    /// As sent; may be empty (RFC 9112 §4).
    pub reason: String,
    /// `1.1`, `1.0`.
    pub version: String,
    /// The header fields.
    pub headers: Headers,
    /// Some bytes were not UTF-8 and were read as Latin-1.
    pub latin1: bool,
}

/// Why bytes are no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// The first line has no method, or no target.
    #[error("the first line is not a method, a target and a version")]
    RequestLine,
    /// The first line has no status of three digits.
    #[error("the first line is not a version and a status of three digits")]
    StatusLine,
    /// The first line names no version of HTTP/1.
    #[error("the first line names no version of HTTP")]
    Version,
}

/// Reads a request's head. Empty lines before it are skipped.
pub fn parse_request(head: &[u8]) -> Result<RequestHead, HeadError> {
    let head = lenient::unfold(lenient::without_empty_lines(head));
    match strict_request(&head) {
        Some(request) => Ok(request),
        None => lenient::request(&head),
    }
}

/// Reads a response's head. Empty lines before it are skipped.
pub fn parse_response(head: &[u8]) -> Result<ResponseHead, HeadError> {
    let head = lenient::unfold(lenient::without_empty_lines(head));
    match strict_response(&head) {
        Some(response) => Ok(response),
        None => lenient::response(&head),
    }
}

/// Collects what was read, and notes whether some of it was Latin-1.
#[derive(Default)]
pub(super) struct Collector {
    pub(super) headers: Headers,
    pub(super) latin1: bool,
}

impl Collector {
    /// The bytes as text: UTF-8 if they are, else each byte is the code point of its value.
    pub(super) fn text<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, str> {
        match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                self.latin1 = true;
                Cow::Owned(bytes.iter().copied().map(char::from).collect())
            }
        }
    }

    pub(super) fn field(&mut self, name: &[u8], value: &[u8]) {
        let name = self.text(name);
        let value = self.text(value);
        self.headers.push(&name, &value);
    }
}

/// An array of fields for httparse, if the head has not too many lines.
fn field_array<'a>(head: &[u8]) -> Option<Vec<httparse::Header<'a>>> {
    let lines = memchr_iter(b'\n', head).count();
    (lines <= MOST_FIELDS_FOR_HTTPARSE).then(|| vec![httparse::EMPTY_HEADER; lines])
}

fn collect(fields: &[httparse::Header<'_>]) -> Collector {
    let bytes = fields.iter().map(|field| field.name.len() + field.value.len()).sum();
    let mut collector =
        Collector { headers: Headers::with_capacity(fields.len(), bytes), ..Collector::default() };
    for field in fields {
        let value = collector.text(lenient::trim(field.value));
        collector.headers.push(field.name, &value);
    }
    collector
}

fn strict_request(head: &[u8]) -> Option<RequestHead> {
    let mut fields = field_array(head)?;
    let mut request = httparse::Request::new(&mut fields);
    if !matches!(request.parse(head), Ok(httparse::Status::Complete(_))) {
        return None;
    }
    let (method, target, minor) = (request.method?, request.path?, request.version?);
    let Collector { headers, latin1 } = collect(request.headers);
    let version = format!("1.{minor}");
    Some(RequestHead { method: method.to_owned(), target: target.to_owned(), version, headers, latin1 })
}

fn strict_response(head: &[u8]) -> Option<ResponseHead> {
    let mut fields = field_array(head)?;
    let mut response = httparse::Response::new(&mut fields);
    if !matches!(response.parse(head), Ok(httparse::Status::Complete(_))) {
        return None;
    }
    let (status, reason, minor) = (response.code?, response.reason?, response.version?);
    // httparse gives an empty reason where it has bytes beyond ASCII.
    if reason.is_empty() {
        return None;
    }
    let Collector { headers, latin1 } = collect(response.headers);
    Some(ResponseHead { status, reason: reason.to_owned(), version: format!("1.{minor}"), headers, latin1 })
}

#[cfg(test)]
mod tests;
