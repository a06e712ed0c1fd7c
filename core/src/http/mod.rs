//! HTTP/1.x as far as a WebSocket needs it (RFC 9112, RFC 6455 §4): heads, the length of bodies that are passed
//! over, the upgrade with all its checks, and the handshakes of the drafts before RFC 6455.
//!
//! Everything here speaks of one request and one response. What needs other connections (a key used twice, an
//! Accept that belongs to another request) or packets (data before the 101) is left to those who see them.

pub mod accept;
pub mod accept_cause;
pub mod body;
pub mod deflate_offer;
pub mod detect;
pub mod extensions;
pub mod head;
pub mod head_reader;
pub mod headers;
pub mod legacy;
mod lenient;
mod refusal;
pub mod request_checks;
pub mod response_checks;
mod sentence;
pub mod subprotocol;
pub mod upgrade;

pub use body::{BodyLength, BodySkipper, GapSkip, SkipProgress};
pub use deflate_offer::{ContextTakeover, DeflateAgreement, DeflateParameters};
pub use detect::{Tri, is_http2_preface, looks_like_request, looks_like_response};
pub use head::{HeadError, RequestHead, ResponseHead, parse_request, parse_response};
pub use head_reader::{HeadProgress, HeadReader};
pub use headers::Headers;
pub use request_checks::{check_request, in_light_of_answer};
pub use response_checks::{AcceptMismatch, Outcome, ResponseCheck, check_response, check_response_alone};
pub use upgrade::{Protocol, asks_for_websocket, names_websocket, protocol_of_response};
