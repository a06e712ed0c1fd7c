//! Joins fragments (RFC 6455 §5.4) and inflates what is compressed (RFC 7692 §7.2.2).

use flate2::{Decompress, FlushDecompress};

use super::frames::Frame;

/// One message: what its application saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// That of its first frame.
    pub opcode: u8,
    /// The payload, inflated.
    pub payload: Vec<u8>,
}

/// Whether permessage-deflate was agreed; if so, with the window kept from message to message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermessageDeflate {
    /// It was.
    Agreed,
    /// It was not.
    Absent,
}

/// The messages in the order in which their first frames stand; those without their last frame are left out.
pub(super) fn join(frames: &[Frame], deflate: PermessageDeflate) -> Vec<Message> {
    let mut messages: Vec<Option<Message>> = Vec::new();
    let mut window = Decompress::new(false);
    // The place of the message that is being continued, whether it is compressed, and its payload so far.
    let mut open: Option<(usize, u8, bool, Vec<u8>)> = None;
    for frame in frames {
        if frame.opcode >= 8 {
            messages.push(Some(Message { opcode: frame.opcode, payload: frame.payload.clone() }));
            continue;
        }
        if frame.opcode > 0 {
            assert!(open.is_none(), "one message after the other");
            let compressed = frame.rsv1 && deflate == PermessageDeflate::Agreed;
            open = Some((messages.len(), frame.opcode, compressed, Vec::new()));
            messages.push(None);
        }
        let (place, opcode, compressed, mut payload) = open.take().expect("a message to continue");
        payload.extend(&frame.payload);
        if !frame.fin {
            open = Some((place, opcode, compressed, payload));
            continue;
        }
        if compressed {
            payload = inflate(&mut window, &payload);
        }
        messages[place] = Some(Message { opcode, payload });
    }
    messages.into_iter().flatten().collect()
}

/// §7.2.2: append 0x00 0x00 0xff 0xff, then inflate.
fn inflate(window: &mut Decompress, payload: &[u8]) -> Vec<u8> {
    let input = [payload, &[0, 0, 0xff, 0xff]].concat();
    let mut out = vec![0; 1 << 20];
    let (read, written) = (window.total_in(), window.total_out());
    window.decompress(&input, &mut out, FlushDecompress::Sync).expect("sound data");
    assert_eq!(window.total_in() - read, input.len() as u64, "a message of less than a mebibyte");
    out.truncate((window.total_out() - written) as usize);
    out
}
