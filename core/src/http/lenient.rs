//! A line parser for heads that `httparse` refuses: white space before the colon, control bytes in a value, lines
//! without a colon, targets with a space, other versions than HTTP/1.0 and 1.1. It refuses only a first line that is
//! no request line and no status line.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use super::head::{Collector, HeadError, RequestHead, ResponseHead};

/// The head without empty lines before it (RFC 9112 §2.2).
pub(super) fn without_empty_lines(head: &[u8]) -> &[u8] {
    let empty = head.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    head.get(empty..).unwrap_or_default()
}

/// Joins folded lines (obs-fold, RFC 9112 §5.2): the line end and the white space around it become one space. Lines
/// that begin with white space directly behind the first line are dropped (§2.2).
pub(super) fn unfold(head: &[u8]) -> Cow<'_, [u8]> {
    if !memchr_iter(b'\n', head).any(|end| begins_with_space(head.get(end + 1..).unwrap_or_default())) {
        return Cow::Borrowed(head);
    }
    let mut lines = Lines(head);
    let mut unfolded = Vec::with_capacity(head.len());
    unfolded.extend_from_slice(lines.next().unwrap_or_default());
    let mut behind_first_line = true;
    for line in lines {
        if !begins_with_space(line) {
            unfolded.extend_from_slice(b"\r\n");
            unfolded.extend_from_slice(line);
            behind_first_line = false;
        } else if !behind_first_line {
            let kept = trim_end(&unfolded).len();
            unfolded.truncate(kept);
            unfolded.push(b' ');
            unfolded.extend_from_slice(trim(line));
        }
    }
    unfolded.extend_from_slice(b"\r\n\r\n");
    Cow::Owned(unfolded)
}

/// Without white space (SP, TAB) before and behind it.
pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().take_while(|byte| is_space(**byte)).count();
    trim_end(bytes.get(start..).unwrap_or_default())
}

/// Reads a request's head.
pub(super) fn request(head: &[u8]) -> Result<RequestHead, HeadError> {
    let mut lines = Lines(head);
    let line = trim(lines.next().unwrap_or_default());
    let method_end = line.iter().position(|byte| is_space(*byte)).ok_or(HeadError::RequestLine)?;
    let version_start = line.iter().rposition(|byte| is_space(*byte)).ok_or(HeadError::RequestLine)? + 1;
    let method = line.get(..method_end).unwrap_or_default();
    let version = version(line.get(version_start..).unwrap_or_default())?;
    let target = trim(line.get(method_end..version_start).unwrap_or_default());
    if target.is_empty() || !method.iter().all(|byte| is_token(*byte)) {
        return Err(HeadError::RequestLine);
    }
    let mut collector = fields(lines);
    let method = collector.text(method).into_owned();
    let target = collector.text(target).into_owned();
    Ok(RequestHead { method, target, version, headers: collector.headers, latin1: collector.latin1 })
}

/// Reads a response's head.
pub(super) fn response(head: &[u8]) -> Result<ResponseHead, HeadError> {
    let mut lines = Lines(head);
    let line = trim(lines.next().unwrap_or_default());
    let version_end = line.iter().position(|byte| is_space(*byte)).unwrap_or(line.len());
    let version = version(line.get(..version_end).unwrap_or_default())?;
    let rest = trim(line.get(version_end..).unwrap_or_default());
    let status_end = rest.iter().position(|byte| is_space(*byte)).unwrap_or(rest.len());
    let status = match rest.get(..status_end) {
        Some([a, b, c]) if [a, b, c].iter().all(|digit| digit.is_ascii_digit()) => {
            [a, b, c].iter().fold(0, |sum, digit| sum * 10 + u16::from(**digit - b'0'))
        }
        _ => return Err(HeadError::StatusLine),
    };
    let mut collector = fields(lines);
    let reason = collector.text(trim(rest.get(status_end..).unwrap_or_default())).into_owned();
    Ok(ResponseHead { status, reason, version, headers: collector.headers, latin1: collector.latin1 })
}

/// RFC 9110 §5.6.2.
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The lines without their ends, up to the empty one or the end of the bytes.
struct Lines<'a>(&'a [u8]);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let end = memchr(b'\n', self.0).unwrap_or(self.0.len());
        let line = self.0.get(..end).unwrap_or_default();
        self.0 = self.0.get(end + 1..).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        (!line.is_empty()).then_some(line)
    }
}

fn fields(lines: Lines<'_>) -> Collector {
    let mut collector = Collector::default();
    for line in lines {
        match memchr(b':', line) {
            Some(colon) => collector.field(
                // White space before the colon is forbidden (RFC 9112 §5.1), and meant as none.
                trim(line.get(..colon).unwrap_or_default()),
                trim(line.get(colon + 1..).unwrap_or_default()),
            ),
            // No field, but a reader of the row should see it.
            None => collector.field(trim(line), b""),
        }
    }
    collector
}

/// `HTTP/1.1` → `1.1`.
fn version(word: &[u8]) -> Result<String, HeadError> {
    match word {
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            Ok(format!("{}.{}", char::from(*major), char::from(*minor)))
        }
        _ => Err(HeadError::Version),
    }
}

fn trim_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}

fn begins_with_space(line: &[u8]) -> bool {
    line.first().is_some_and(|byte| is_space(*byte))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
