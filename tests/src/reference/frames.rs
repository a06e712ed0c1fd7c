//! Takes a stream apart into frames (RFC 6455 §5.2), with their payloads unmasked (§5.3).

/// One frame.
pub(super) struct Frame {
    /// FIN.
    pub fin: bool,
    /// RSV1.
    pub rsv1: bool,
    /// The opcode.
    pub opcode: u8,
    /// The payload, unmasked.
    pub payload: Vec<u8>,
}

/// The frames that are whole.
pub(super) fn split(stream: &[u8]) -> Vec<Frame> {
    let mut frames = Vec::new();
    let mut at = 0;
    // One byte of the stream, then the next one; `None` where the stream ends.
    let mut next = || {
        at += 1;
        stream.get(at - 1).copied()
    };
    loop {
        let Some(first) = next() else { return frames };
        let Some(second) = next() else { return frames };
        let length_bytes = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mut length = 0_u64;
        for _ in 0..length_bytes {
            let Some(byte) = next() else { return frames };
            length = length * 256 + u64::from(byte);
        }
        if length_bytes == 0 {
            length = u64::from(second & 0x7f);
        }
        let mut key = Vec::new();
        if second & 0x80 != 0 {
            for _ in 0..4 {
                let Some(byte) = next() else { return frames };
                key.push(byte);
            }
        }
        let mut payload = Vec::new();
        for i in 0..length as usize {
            let Some(byte) = next() else { return frames };
            payload.push(if key.is_empty() { byte } else { byte ^ key[i % 4] });
        }
        frames.push(Frame { fin: first & 0x80 != 0, rsv1: first & 0x40 != 0, opcode: first & 0x0f, payload });
    }
}
