//! Reads the body of a Close frame: a status code and a reason (RFC 6455 §5.5.1, §7.4).
//!
//! The body comes unmasked and whole (a control frame has at most 125 bytes, §5.5). Who closes when is not judged here.

use crate::diagnostic::{Cause, Code, Finding};

/// What a Close says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Close {
    /// Absent where the body is shorter than two bytes.
    pub code: Option<u16>,
    /// Absent where it is empty or not UTF-8.
    pub reason: Option<String>,
}

/// Reads a Close frame's body and checks it.
pub fn parse_close(body: &[u8]) -> (Close, Vec<Finding>) {
    let mut findings = Vec::new();
    let Some((code, reason)) = body.split_first_chunk::<2>() else {
        if let Some(byte) = body.first() {
            findings.push(Finding::new(
                Code::CloseBody1Byte,
                format!(
                    "The body of the Close is the single byte 0x{byte:02x}; it must be empty or begin with a code of two bytes."
                ),
            ));
        }
        return (Close::default(), findings);
    };
    let code = u16::from_be_bytes(*code);
    findings.extend(check_code(code, body));
    let reason = match std::str::from_utf8(reason) {
        Ok("") => None,
        Ok(text) => Some(text.to_owned()),
        Err(error) => {
            let place = error.valid_up_to();
            let byte = reason.get(place).copied().unwrap_or_default();
            findings.push(Finding::new(
                Code::CloseReasonInvalidUtf8,
                format!(
                    "The reason of the Close with code {code} is not UTF-8: byte {place} of its {} bytes, 0x{byte:02x}, begins no code point.",
                    reason.len()
                ),
            ));
            None
        }
    };
    (Close { code: Some(code), reason }, findings)
}

/// The name that IANA's "WebSocket Close Code Number Registry" has for `code`.
fn close_code_name(code: u16) -> Option<&'static str> {
    Some(match code {
        1000 => "Normal Closure",
        1001 => "Going Away",
        1002 => "Protocol error",
        1003 => "Unsupported Data",
        1004 => "Reserved",
        1005 => "No Status Rcvd",
        1006 => "Abnormal Closure",
        1007 => "Invalid frame payload data",
        1008 => "Policy Violation",
        1009 => "Message Too Big",
        1010 => "Mandatory Ext.",
        1011 => "Internal Error",
        1012 => "Service Restart",
        1013 => "Try Again Later",
        1014 => "Bad Gateway",
        1015 => "TLS handshake",
        3000 => "Unauthorized",
        3003 => "Forbidden",
        3008 => "Timeout",
        _ => return None,
    })
}

/// The same in the words of a sentence: `normal closure`.
pub fn close_code_words(code: u16) -> Option<&'static str> {
    Some(match code {
        1000 => "normal closure",
        1001 => "going away",
        1002 => "protocol error",
        1003 => "unsupported data",
        1005 => "no status received",
        1006 => "abnormal closure",
        1007 => "invalid payload data",
        1008 => "policy violation",
        1009 => "message too big",
        1010 => "extension missing",
        1011 => "internal error",
        1012 => "service restart",
        1013 => "try again later",
        1014 => "bad gateway",
        1015 => "TLS handshake failed",
        3000 => "unauthorized",
        3003 => "forbidden",
        3008 => "timeout",
        _ => return None,
    })
}

fn check_code(code: u16, body: &[u8]) -> Option<Finding> {
    match code {
        // §7.4.2: not used at all.
        0..=999 => Some(Finding::new(
            Code::CloseCodeForbidden,
            format!("The Close has the code {code}; codes below 1000 are not used."),
        )),
        // §7.4.1: reserved, never set in a Close frame.
        1004..=1006 | 1015 => {
            let name = close_code_name(code).unwrap_or("Reserved");
            Some(Finding::new(
                Code::CloseCodeForbidden,
                format!("The Close has the code {code} ({name}), which must never be sent in a Close frame."),
            ))
        }
        // §7.4.2: for future versions and for extensions; and what no range covers.
        1016..=2999 | 5000.. => {
            let finding = |message| Finding::new(Code::CloseCodeUnassigned, message);
            Some(match printable(body) {
                Some(text) => finding(format!(
                    "The Close has the code {code}, which nobody has assigned: its body reads as the text {text:?}, without a code before it."
                ))
                .cause(Cause::ReasonWithoutCode),
                None => finding(format!("The Close has the code {code}, which nobody has assigned.")),
            })
        }
        1000..=1003 | 1007..=1014 | 3000..=4999 => None,
    }
}

fn printable(body: &[u8]) -> Option<&str> {
    let is_printable = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    std::str::from_utf8(body).ok().filter(|text| text.chars().all(is_printable))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &[u8], code: Option<u16>, reason: Option<&str>, codes: &[Code], cause: Option<Cause>) {
        let (close, findings) = parse_close(body);
        assert_eq!(close, Close { code, reason: reason.map(str::to_owned) });
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), codes);
        assert_eq!(findings.iter().find_map(|finding| finding.cause), cause);
    }

    fn body(code: u16, reason: &[u8]) -> Vec<u8> {
        [&code.to_be_bytes(), reason].concat()
    }

    #[test]
    fn reads_code_and_reason() {
        check(b"", None, None, &[], None);
        check(&body(1000, b""), Some(1000), None, &[], None);
        check(&body(1001, "déjà".as_bytes()), Some(1001), Some("déjà"), &[], None);
        check(&body(4999, b"x"), Some(4999), Some("x"), &[], None);
    }

    #[test]
    fn tells_of_malformed_bodies() {
        check(b"\x03", None, None, &[Code::CloseBody1Byte], None);
        check(&body(1000, b"ok\xff"), Some(1000), None, &[Code::CloseReasonInvalidUtf8], None);
    }

    #[test]
    fn knows_every_range_of_codes() {
        for code in 0..=u16::MAX {
            let expected = match code {
                0..=999 | 1004 | 1005 | 1006 | 1015 => Some(Code::CloseCodeForbidden),
                1016..=2999 | 5000.. => Some(Code::CloseCodeUnassigned),
                _ => None,
            };
            let (_, findings) = parse_close(&body(code, b"\x01"));
            assert_eq!(findings.first().map(|finding| finding.code), expected, "{code}");
            assert!(findings.iter().all(|finding| finding.cause.is_none()), "{code}");
        }
    }

    #[test]
    fn recognises_a_reason_without_a_code() {
        let (code, reason) = (u16::from_be_bytes(*b"by"), Some("e now"));
        check(b"bye now", Some(code), reason, &[Code::CloseCodeUnassigned], Some(Cause::ReasonWithoutCode));
        check(&body(2000, b"bye"), Some(2000), Some("bye"), &[Code::CloseCodeUnassigned], None);
    }
}
