//! What holds where a check found nothing. The table of diagnostics only says what is wrong where it did.

/// What holds if the check of this code found nothing.
pub fn sound(code: &str) -> Option<&'static str> {
    Some(match code {
        "request-not-get" => "The method is GET",
        "http-version-below-1.1" => "The request is HTTP/1.1 or later",
        "host-missing" => "Host is there",
        "upgrade-missing" => "Upgrade lists websocket",
        "connection-upgrade-missing" => "Connection lists Upgrade",
        "key-missing" => "Sec-WebSocket-Key is there",
        "key-duplicate" => "There is one Sec-WebSocket-Key",
        "key-not-base64" => "The key is Base64",
        "key-not-16-bytes" => "The key holds 16 bytes",
        "key-reused" => "The client did not use this key before",
        "key-seen-elsewhere" => "No other connection has this key",
        "version-missing" => "Sec-WebSocket-Version is there",
        "version-not-13" => "Sec-WebSocket-Version is 13",
        "version-duplicate" => "There is one Sec-WebSocket-Version",
        "subprotocol-bad-token" => "Offered sub-protocols are tokens",
        "subprotocol-duplicate" => "No sub-protocol is offered twice",
        "extensions-syntax" => "Sec-WebSocket-Extensions follows its grammar",
        "data-before-101" => "No frame came before the 101",
        "origin-empty" => "Origin has a value, or is not there",
        "legacy-handshake" => "The client speaks RFC 6455, no draft before it",
        "upgrade-refused" => "The status is 101",
        "upgrade-unanswered" => "The request was answered",
        "response-upgrade-missing" => "Upgrade is websocket",
        "response-connection-missing" => "Connection lists Upgrade",
        "response-http-1.0" => "The response is HTTP/1.1",
        "accept-missing" => "Sec-WebSocket-Accept is there",
        "accept-duplicate" => "There is one Sec-WebSocket-Accept",
        "accept-mismatch" => "Sec-WebSocket-Accept answers the key",
        "subprotocol-not-offered" => "The sub-protocol was offered, or there is none",
        "subprotocol-multiple" => "At most one sub-protocol was selected",
        "subprotocol-none-selected" => "A sub-protocol was selected, if some were offered",
        "extension-not-offered" => "Accepted extensions were offered",
        "extensions-header-repeated" => "There is at most one Sec-WebSocket-Extensions",
        "legacy-header" => "No header of an earlier draft",
        "legacy-challenge-mismatch" => "The answer to the challenge is right",
        "101-without-request" => "The 101 has its request",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sockscope_core::diagnostic::CHAPTERS;

    #[test]
    fn every_check_of_a_handshake_can_be_sound() {
        let of_handshakes =
            CHAPTERS.iter().filter(|chapter| ["Request", "Response"].contains(&chapter.title));
        let codes: Vec<&str> =
            of_handshakes.flat_map(|chapter| chapter.entries).map(|entry| entry.code.name()).collect();
        assert!(codes.len() > 30);
        for code in codes {
            assert!(sound(code).is_some(), "{code}");
        }
    }
}
