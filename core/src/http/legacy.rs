//! The challenge of hixie-76 (draft-hixie-thewebsocketprotocol-76 §1.3, §5.2, also hybi-00): two numbers hidden in
//! headers and eight bytes behind the request's head; the answer is their MD5, behind the response's head.

use md5::{Digest, Md5};

use super::head::RequestHead;
use crate::diagnostic::{Code, Finding};

/// Bytes behind the request's head.
pub const CHALLENGE_LENGTH: usize = 8;
/// Bytes behind the 101's head.
pub const ANSWER_LENGTH: usize = 16;

/// The right answer; `None` where the request's keys are none, so that no answer is right.
pub fn expected_answer(request: &RequestHead, key3: [u8; CHALLENGE_LENGTH]) -> Option<[u8; ANSWER_LENGTH]> {
    let first = number(request.headers.get("Sec-WebSocket-Key1")?)?;
    let second = number(request.headers.get("Sec-WebSocket-Key2")?)?;
    let challenge =
        Md5::new_with_prefix(first.to_be_bytes()).chain_update(second.to_be_bytes()).chain_update(key3);
    Some(challenge.finalize().into())
}

/// Says so where the answer is wrong.
pub fn check_answer(
    request: &RequestHead,
    key3: [u8; CHALLENGE_LENGTH],
    answer: [u8; ANSWER_LENGTH],
) -> Option<Finding> {
    let expected = expected_answer(request, key3)?;
    (answer != expected).then(|| {
        let message = format!(
            "the answer to the keys is “{}” where MD5 gives “{}”",
            answer.escape_ascii(),
            expected.escape_ascii()
        );
        Finding::new(Code::LegacyChallengeMismatch, message)
    })
}

/// The digits of a key as one number, divided by the number of its spaces; that must leave no remainder (§5.2).
fn number(key: &str) -> Option<u32> {
    let mut digits = key.bytes().filter(u8::is_ascii_digit).peekable();
    digits.peek()?;
    let number = digits
        .try_fold(0_u64, |number, digit| number.checked_mul(10)?.checked_add(u64::from(digit - b'0')))?;
    let spaces = u64::try_from(key.bytes().filter(|byte| *byte == b' ').count()).ok()?;
    (number.checked_rem(spaces)? == 0).then(|| u32::try_from(number / spaces).ok())?
}

#[cfg(test)]
mod tests {
    use super::super::head::parse_request;
    use super::*;

    fn request(key1: &str, key2: &str) -> RequestHead {
        let head = format!(
            "GET /demo HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\nSec-WebSocket-Key2: {key2}\r\n\
             Upgrade: WebSocket\r\nSec-WebSocket-Key1: {key1}\r\nOrigin: http://example.com\r\n\r\n"
        );
        parse_request(head.as_bytes()).unwrap()
    }

    #[test]
    fn the_known_answers_of_the_draft() {
        let check = |key1, key2, key3: &[u8; 8], answer: &[u8; 16]| {
            let request = request(key1, key2);
            assert_eq!(expected_answer(&request, *key3), Some(*answer));
            assert_eq!(check_answer(&request, *key3, *answer), None);
            let wrong = check_answer(&request, *key3, [b'x'; 16]).unwrap();
            assert_eq!(wrong.code, Code::LegacyChallengeMismatch);
        };
        // §1.2 and §1.3.
        check("4 @1  46546xW%0l 1 5", "12998 5 Y3 1  .P00", b"^n:ds[4U", b"8jKS'y:G*Co,Wxa-");
        check(
            "18x 6]8vM;54 *(5:  {   U1]8  z [  8",
            "1_ tx7X d  <  nw  334J702) 7]o}` 0",
            b"Tm[K T2u",
            b"fQJ,fN/4F4!~K~MH",
        );
    }

    #[test]
    fn keys_that_are_none() {
        for key in ["", "123", "1 2 3", " ", "a b", "99999999999999999999 1", "9999999999 "] {
            assert_eq!(expected_answer(&request(key, "12998 5 Y3 1  .P00"), [0; 8]), None, "{key}");
            assert_eq!(check_answer(&request(key, "12998 5 Y3 1  .P00"), [0; 8], [0; 16]), None, "{key}");
        }
    }
}
