//! Explains an answer other than 101: what the status says about the upgrade (RFC 6455 §4.1 step 1, §4.2.2, §4.4).

use super::head::{RequestHead, ResponseHead};
use super::sentence::quoted;
use crate::diagnostic::{Code, Finding};

/// The note that a request was refused, with what its status means here.
pub(super) fn finding(request: &RequestHead, response: &ResponseHead) -> Finding {
    let status = match response.reason.as_str() {
        "" => response.status.to_string(),
        reason => format!("{} {}", response.status, quoted(reason)),
    };
    let message = format!("the server answered {status} instead of 101: {}", meaning(request, response));
    Finding::new(Code::UpgradeRefused, message)
}

fn meaning(request: &RequestHead, response: &ResponseHead) -> String {
    let headers = &response.headers;
    let sentence = match response.status {
        426 => return other_versions(request, response),
        401 => match headers.get("WWW-Authenticate") {
            Some(scheme) => return format!("it asks for credentials ({})", quoted(scheme)),
            None => "it asks for credentials",
        },
        407 => match headers.get("Proxy-Authenticate") {
            Some(scheme) => return format!("a proxy on the way asks for credentials ({})", quoted(scheme)),
            None => "a proxy on the way asks for credentials",
        },
        403 => {
            "it understood the request and does not allow it; often the Origin, a cookie or a token is at fault"
        }
        300..=399 => match headers.get("Location") {
            Some(location) => {
                return format!("it points to {}, and browsers follow no redirection here", quoted(location));
            }
            None => "it redirects without saying where to, and browsers follow no redirection here",
        },
        200..=299 => {
            "it served the page as if no upgrade was asked for; often a server or a proxy on the way knows no WebSocket \
             at this path"
        }
        400 if headers.contains("Sec-WebSocket-Version") => return other_versions(request, response),
        400 => {
            "it holds the request for malformed; often a proxy on the way took headers of the upgrade away"
        }
        404 => "it knows nothing at this path",
        405 => "it does not allow this method at this path",
        429 => "it holds the client for too eager",
        502 | 504 => "a gateway on the way got no answer from the server behind it",
        503 => "it cannot serve the request now",
        status if status / 100 == 5 => "it failed while it handled the request",
        status if status / 100 == 4 => "it holds the request for wrong",
        _ => "this status says nothing about an upgrade",
    };
    sentence.to_owned()
}

/// RFC 6455 §4.4: the server lists the versions that it speaks.
fn other_versions(request: &RequestHead, response: &ResponseHead) -> String {
    let asked = match request.headers.joined("Sec-WebSocket-Version") {
        Some(version) => format!("the client asked for version {}", quoted(&version)),
        None => "the client named no version".to_owned(),
    };
    match (response.headers.joined("Sec-WebSocket-Version"), response.headers.joined("Upgrade")) {
        (Some(versions), _) => format!("{asked}, and the server speaks {}", quoted(&versions)),
        (None, Some(protocols)) => {
            format!(
                "{asked}, and the server wants an upgrade to {} without saying which versions",
                quoted(&protocols)
            )
        }
        (None, None) => format!("{asked}, and the server does not say which versions it speaks"),
    }
}
