//! The heads of an upgrade as a browser and a server write them (RFC 6455 §4).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

use crate::random::Random;

/// What a browser offers and a server accepts where messages are compressed (RFC 7692).
pub const DEFLATE: &str = "permessage-deflate";

/// A `Sec-WebSocket-Key`.
pub fn key(random: &mut Random) -> String {
    let mut nonce = [0; 16];
    random.fill(&mut nonce);
    STANDARD.encode(nonce)
}

/// The request's head.
pub fn request(host: &str, target: &str, key: &str, extension: Option<&str>) -> String {
    let extensions = extension.map_or(String::new(), |name| format!("Sec-WebSocket-Extensions: {name}\r\n"));
    format!(
        "GET {target} HTTP/1.1\r\n\
         Host: {host}\r\n\
         Connection: Upgrade\r\n\
         Pragma: no-cache\r\n\
         Cache-Control: no-cache\r\n\
         User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
         Upgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\n\
         Accept-Encoding: gzip, deflate\r\n\
         Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n\
         Sec-WebSocket-Key: {key}\r\n\
         {extensions}\r\n"
    )
}

/// The response's head.
pub fn response(key: &str, extension: Option<&str>) -> String {
    let digest = Sha1::digest(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    let accept = STANDARD.encode(digest);
    let extensions = extension.map_or(String::new(), |name| format!("Sec-WebSocket-Extensions: {name}\r\n"));
    format!(
        "HTTP/1.1 101 Switching Protocols\r\n\
         Upgrade: websocket\r\n\
         Connection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\
         {extensions}\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6455 §1.3.
    #[test]
    fn accepts_the_key_of_the_standard() {
        let response = response("dGhlIHNhbXBsZSBub25jZQ==", None);
        assert!(response.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    }
}
