//! A request and an answer of any bytes: heads and bodies end in the same place however they are cut, an answer on
//! first bytes never changes, and all checks take what the parser lets through.

use sockscope_core::http::{
    BodySkipper, GapSkip, HeadProgress, HeadReader, SkipProgress, Tri, asks_for_websocket, check_request,
    check_response, check_response_alone, is_http2_preface, looks_like_request, looks_like_response,
    parse_request, parse_response,
};

use super::{Input, pieces};

/// A head's most bytes: small, so that the limit is met.
const LIMIT: usize = 1_000;

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let (seed, length) = (input.u8(), input.u16());
    let request = input.bytes(usize::from(length));
    let response = input.rest();
    for bytes in [request, response] {
        assert_eq!(heads(&[bytes]), heads(&pieces(bytes, seed)));
        for look in [looks_like_request, looks_like_response, is_http2_preface] {
            check_look(bytes, look);
        }
    }
    check_heads(request, response, seed);
}

/// The heads that stand one behind the other, and how many bytes they and a head that is too long take.
fn heads(chunks: &[&[u8]]) -> (Vec<Vec<u8>>, bool, usize) {
    let mut reader = HeadReader::new(LIMIT);
    let mut heads = Vec::new();
    for mut chunk in chunks.iter().copied() {
        loop {
            match reader.push(chunk) {
                HeadProgress::NeedMore => break,
                HeadProgress::TooLong => return (heads, true, 0),
                HeadProgress::Complete { head, consumed } => {
                    assert!(head.len() <= LIMIT && consumed > 0);
                    heads.push(head.into_owned());
                    chunk = &chunk[consumed..];
                }
            }
            if chunk.is_empty() {
                break;
            }
        }
        assert!(reader.held() <= LIMIT);
    }
    (heads, false, reader.held())
}

fn check_look(bytes: &[u8], look: fn(&[u8]) -> Tri) {
    let mut before = Tri::NeedMore;
    for length in (0..bytes.len().min(200)).chain([bytes.len()]) {
        let now = look(&bytes[..length]);
        assert!(before == Tri::NeedMore || now == before, "{before:?}, then {now:?} of {length} bytes");
        before = now;
    }
}

fn check_heads(request: &[u8], response: &[u8], seed: u8) {
    let (request, response) = (parse_request(request), parse_response(response));
    if let Ok(request) = &request {
        check_body(BodySkipper::for_request(request), request.target.as_bytes(), seed);
        if let Some(protocol) = asks_for_websocket(request) {
            check_request(request, protocol);
            if let Ok(response) = &response {
                let check = check_response(request, protocol, response);
                assert!(check.findings.iter().all(|finding| !finding.message.is_empty()));
            }
        }
    }
    if let Ok(response) = &response {
        check_response_alone(response);
        let method = request.as_ref().map(|request| request.method.as_str()).ok();
        check_body(BodySkipper::for_response(response, method), response.reason.as_bytes(), seed);
    }
}

/// The body ends in the same place however it is cut; a gap longer than any body does not go unnoticed.
fn check_body(skipper: BodySkipper, bytes: &[u8], seed: u8) {
    let end = |chunks: &[&[u8]]| {
        let (mut skipper, mut taken) = (skipper.clone(), 0);
        for chunk in chunks {
            match skipper.push(chunk) {
                SkipProgress::NeedMore => taken += chunk.len(),
                SkipProgress::Done { consumed } => return (taken + consumed, "done"),
                SkipProgress::Lost { consumed } => return (taken + consumed, "lost"),
            }
        }
        (taken, "more")
    };
    // A body without bytes has ended before any come.
    if !skipper.is_done() {
        assert_eq!(end(&[bytes]), end(&pieces(bytes, seed)));
        let fixed_or_none = skipper.clone().skip_gap(u64::MAX) == GapSkip::InStep;
        assert!(!fixed_or_none || !matches!(skipper.length(), sockscope_core::http::BodyLength::Chunked));
    }
}
