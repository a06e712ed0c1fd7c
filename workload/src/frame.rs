//! Writes WebSocket frames (RFC 6455 §5.2).

/// A text message.
pub const TEXT: u8 = 1;
/// A binary message.
pub const BINARY: u8 = 2;
/// Closes the connection.
pub const CLOSE: u8 = 8;
/// Asks for a Pong.
pub const PING: u8 = 9;
/// Answers a Ping.
pub const PONG: u8 = 10;

/// The bit that ends a message.
pub const FIN: u8 = 0x80;
/// The bit that says: compressed (RFC 7692 §6).
pub const RSV1: u8 = 0x40;

/// Appends a frame with this first byte to `stream`, masked with `mask` where there is one.
pub fn write(first: u8, mask: Option<[u8; 4]>, payload: &[u8], stream: &mut Vec<u8>) {
    let masked = if mask.is_some() { 0x80 } else { 0 };
    match payload.len() {
        length @ 0..126 => stream.extend([first, masked | length as u8]),
        length @ 126..0x1_0000 => {
            stream.extend([first, masked | 126]);
            stream.extend((length as u16).to_be_bytes());
        }
        length => {
            stream.extend([first, masked | 127]);
            stream.extend((length as u64).to_be_bytes());
        }
    }
    stream.extend(mask.iter().flatten());
    let start = stream.len();
    stream.extend_from_slice(payload);
    let Some([a, b, c, d]) = mask else { return };
    let word = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = stream[start..].as_chunks_mut::<8>();
    for bytes in words {
        *bytes = (u64::from_ne_bytes(*bytes) ^ word).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip([a, b, c, d, a, b, c]) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6455 §5.7.
    #[test]
    fn writes_the_example_of_the_standard() {
        let mut stream = Vec::new();
        write(FIN | TEXT, Some([0x37, 0xfa, 0x21, 0x3d]), b"Hello", &mut stream);
        assert_eq!(stream, [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]);
    }
}
