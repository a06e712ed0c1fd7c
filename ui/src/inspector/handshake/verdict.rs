//! What came of an upgrade, in words.

use sockscope_core::session::api::{CheckOutcome, HandshakeView, Severity};

/// How it is shown: sign and class.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// `✓`, `✗`, `⚠` or `–`.
    pub sign: &'static str,
    /// The class of its colour.
    pub tone: &'static str,
    /// One sentence.
    pub sentence: String,
    /// What else is to be said.
    pub more: Option<String>,
}

/// What came of it.
pub fn verdict(view: &HandshakeView) -> Verdict {
    let failed = |severity| {
        view.checks
            .iter()
            .filter(|check| check.outcome == CheckOutcome::Failed && check.severity == severity)
            .count()
    };
    let (errors, warnings) = (failed(Severity::Error), failed(Severity::Warning));
    let status = view.response.as_ref().map(|response| response.status);
    let new = |sign, tone, sentence: String, more: Option<String>| Verdict { sign, tone, sentence, more };
    let legacy = legacy(&view.protocol);
    match view.verdict.as_str() {
        "valid" if warnings > 0 => {
            new("✓", "good", format!("The upgrade is valid, with {}.", counted(warnings, "warning")), legacy)
        }
        "valid" => new("✓", "good", "The upgrade is valid.".to_owned(), legacy),
        "invalid" => new(
            "✗",
            "bad",
            format!("The server switched protocols, but {}.", match errors {
                0 | 1 => "the upgrade breaks a rule".to_owned(),
                many => format!("the upgrade breaks {many} rules"),
            }),
            Some("A client that follows the standard fails such a connection.".to_owned()),
        ),
        "refused" => new(
            "✗",
            "bad",
            match status {
                Some(status) => format!("The server refused the upgrade with status {status}."),
                None => "The server refused the upgrade.".to_owned(),
            },
            status.and_then(why).map(str::to_owned),
        ),
        "unanswered" => new(
            "✗",
            "bad",
            "The request was never answered.".to_owned(),
            Some("No response head was found in the capture, or the connection was still waiting when it ended.".to_owned()),
        ),
        "partial" => new(
            "⚠",
            "warn",
            "Only a part of the handshake was captured.".to_owned(),
            Some("What needs the other part cannot be checked; the frames are decoded all the same.".to_owned()),
        ),
        "missing" => new(
            "⚠",
            "warn",
            "The handshake was not captured: the capture began later.".to_owned(),
            Some(match view.confidence {
                Some(confidence) => format!(
                    "A chain of well-formed frame headers gave the conversation away: it is {} certain that these are WebSocket frames.",
                    percent(confidence)
                ),
                None => "These connections are read as WebSocket because that was asked for.".to_owned(),
            }),
        ),
        other => new("–", "dim", format!("The handshake is {other}."), None),
    }
}

fn legacy(protocol: &str) -> Option<String> {
    Some(match protocol {
        "hixie-76" => "Draft hixie-76 has no key and no Accept: two keys in the head and eight bytes behind it are answered by the 16 bytes of \
             an MD5 behind the response's head."
            .to_owned(),
        "hixie-75" => "Draft hixie-75 has no key and no Accept: nothing proves that the server read the request.".to_owned(),
        "rfc6455" => return None,
        draft => format!("Draft {draft} of what became RFC 6455."),
    })
}

/// Why a status usually refuses an upgrade.
fn why(status: u16) -> Option<&'static str> {
    Some(match status {
        200 => {
            "The server, or a proxy, treats it as an ordinary request: it does not know of a WebSocket at this target, or the Upgrade header was lost on the way."
        }
        301 | 302 | 303 | 307 | 308 => {
            "A redirection; browsers do not follow it for a WebSocket. Use the address that it names."
        }
        400 => {
            "The server found the request malformed; a proxy that drops Upgrade and Connection is the usual reason."
        }
        401 => {
            "Authentication is missing or wrong. A browser's WebSocket cannot set an Authorization header."
        }
        403 => "Forbidden: often the Origin is not on the server's list, or a token or cookie is missing.",
        404 => "There is no WebSocket at this target.",
        407 => "A proxy asks for authentication.",
        426 => "The server wants another version of the protocol: see its Sec-WebSocket-Version.",
        429 => "Too many attempts.",
        500..=599 => "The server, or what stands behind a proxy, failed.",
        _ => return None,
    })
}

fn counted(count: usize, one: &str) -> String {
    crate::words::counted(count as u64, one)
}

/// Never 100 % unless it is.
fn percent(confidence: f64) -> String {
    match confidence {
        1.0.. => "100 %".to_owned(),
        0.999.. => "more than 99.9 %".to_owned(),
        other => format!("{:.1} %", (other * 1000.0).floor() / 10.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sockscope_core::session::api::ResponseRow;

    fn view(verdict: &str, protocol: &str) -> HandshakeView {
        HandshakeView {
            verdict: verdict.to_owned(),
            protocol: protocol.to_owned(),
            ..HandshakeView::default()
        }
    }

    #[test]
    fn every_verdict_has_its_words() {
        for (name, sign) in [
            ("valid", "✓"),
            ("invalid", "✗"),
            ("refused", "✗"),
            ("unanswered", "✗"),
            ("partial", "⚠"),
            ("missing", "⚠"),
        ] {
            let told = verdict(&view(name, "rfc6455"));
            assert_eq!(told.sign, sign, "{name}");
            assert!(told.sentence.ends_with('.'), "{}", told.sentence);
        }
        assert!(verdict(&view("valid", "hixie-76")).more.is_some_and(|more| more.contains("MD5")));
        assert_eq!(verdict(&view("valid", "rfc6455")).more, None);
    }

    #[test]
    fn a_refusal_says_its_status() {
        let response = ResponseRow { status: 403, ..ResponseRow::default() };
        let told = verdict(&HandshakeView { response: Some(response), ..view("refused", "rfc6455") });
        assert_eq!(told.sentence, "The server refused the upgrade with status 403.");
        assert!(told.more.is_some_and(|more| more.contains("Origin")));
    }

    #[test]
    fn certainty_is_never_rounded_up() {
        assert_eq!(
            [1.0, 0.9999, 0.9499, 0.5].map(percent),
            ["100 %", "more than 99.9 %", "94.9 %", "50.0 %"]
        );
    }
}
