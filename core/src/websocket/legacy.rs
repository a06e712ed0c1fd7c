//! Decodes the frames of the drafts before hybi-04: draft-hixie-thewebsocketprotocol-75 §4.2, -76 (hybi-00) §5.2 and
//! §5.3. A frame's type byte is below 0x80 and its payload ends at 0xff, or it is 0x80 or above and a length stands
//! before the payload, seven bits a byte. Text is type 0x00. In hixie-76 the bytes 0xff 0x00 close the connection.
//!
//! Nothing is buffered, and no frame is too long. These drafts have no masks, fragments, ping or pong.

/// What a frame's type byte says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LegacyKind {
    /// 0x00: text up to 0xff.
    Text,
    /// 0x01 to 0x7f: bytes up to 0xff, to be passed over by a receiver.
    Reserved(u8),
    /// 0x80 to 0xff with a length, to be passed over by a receiver; some implementations use it for binary data.
    Binary {
        /// The type byte.
        kind: u8,
        /// Bytes of payload; `u64::MAX` where it says more than fits.
        length: u64,
    },
}

/// A piece of a direction's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegacyEvent<'a> {
    /// A frame's header is complete.
    FrameStart {
        /// Its type.
        kind: LegacyKind,
        /// Bytes of the header: type and length.
        header_length: u64,
    },
    /// Payload of the frame that started; never empty.
    Payload(&'a [u8]),
    /// The frame is complete, its closing 0xff included if it has one.
    FrameEnd,
    /// 0xff 0x00: the closing handshake of hixie-76. No frame events stand around it.
    Close,
}

/// Decodes one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LegacyDecoder {
    awaits: Awaits,
}

/// What the decoder awaits next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Awaits {
    #[default]
    Type,
    /// A frame's length, or more of it.
    Length { kind: u8, length: u64, header_length: u64 },
    /// Payload up to 0xff.
    Terminator,
    /// This many bytes of payload, and then the frame's end.
    Counted(u64),
}

impl LegacyDecoder {
    /// At a frame's first byte.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the next byte is a frame's first.
    pub fn awaits_frame(&self) -> bool {
        self.awaits == Awaits::Type
    }

    /// The next event in `input`, from which it takes what it has used. `None`: all of it is used.
    pub fn next<'a>(&mut self, input: &mut &'a [u8]) -> Option<LegacyEvent<'a>> {
        loop {
            match self.awaits {
                Awaits::Counted(0) => {
                    self.awaits = Awaits::Type;
                    return Some(LegacyEvent::FrameEnd);
                }
                Awaits::Counted(left) => {
                    let count = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
                    let payload = take(input, count)?;
                    self.awaits = Awaits::Counted(left - count as u64);
                    return Some(LegacyEvent::Payload(payload));
                }
                Awaits::Terminator => {
                    let end = memchr::memchr(0xff, input);
                    if end == Some(0) {
                        take(input, 1)?;
                        self.awaits = Awaits::Type;
                        return Some(LegacyEvent::FrameEnd);
                    }
                    return take(input, end.unwrap_or(input.len())).map(LegacyEvent::Payload);
                }
                Awaits::Type => {
                    let kind = *take(input, 1)?.first()?;
                    if kind >= 0x80 {
                        self.awaits = Awaits::Length { kind, length: 0, header_length: 1 };
                        continue;
                    }
                    self.awaits = Awaits::Terminator;
                    let kind = if kind == 0 { LegacyKind::Text } else { LegacyKind::Reserved(kind) };
                    return Some(LegacyEvent::FrameStart { kind, header_length: 1 });
                }
                Awaits::Length { kind, length, header_length } => {
                    let byte = *take(input, 1)?.first()?;
                    let length = length.saturating_mul(128).saturating_add(u64::from(byte & 0x7f));
                    let header_length = header_length.saturating_add(1);
                    if byte >= 0x80 {
                        self.awaits = Awaits::Length { kind, length, header_length };
                        continue;
                    }
                    if kind == 0xff && length == 0 {
                        self.awaits = Awaits::Type;
                        return Some(LegacyEvent::Close);
                    }
                    self.awaits = Awaits::Counted(length);
                    let kind = LegacyKind::Binary { kind, length };
                    return Some(LegacyEvent::FrameStart { kind, header_length });
                }
            }
        }
    }
}

/// The first `count` bytes of a non-empty `input`, which it loses.
fn take<'a>(input: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    if input.is_empty() {
        return None;
    }
    let (taken, rest) = input.split_at_checked(count)?;
    *input = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Events with adjacent payloads joined.
    #[derive(Debug, PartialEq)]
    enum Seen {
        Start(LegacyKind, u64),
        Payload(Vec<u8>),
        End,
        Close,
    }

    fn decode(parts: &[&[u8]]) -> Vec<Seen> {
        let mut decoder = LegacyDecoder::new();
        let mut seen = Vec::new();
        for mut part in parts.iter().copied() {
            while let Some(event) = decoder.next(&mut part) {
                match (event, seen.last_mut()) {
                    (LegacyEvent::Payload(more), Some(Seen::Payload(bytes))) => bytes.extend_from_slice(more),
                    (LegacyEvent::Payload(bytes), _) => seen.push(Seen::Payload(bytes.to_vec())),
                    (LegacyEvent::FrameStart { kind, header_length }, _) => {
                        seen.push(Seen::Start(kind, header_length))
                    }
                    (LegacyEvent::FrameEnd, _) => seen.push(Seen::End),
                    (LegacyEvent::Close, _) => seen.push(Seen::Close),
                }
            }
            assert!(part.is_empty());
        }
        seen
    }

    #[test]
    fn reads_text_and_the_closing_handshake() {
        assert_eq!(
            decode(&[b"\x00hi\xff\x00\xff\xff\x00"]),
            [
                Seen::Start(LegacyKind::Text, 1),
                Seen::Payload(b"hi".to_vec()),
                Seen::End,
                Seen::Start(LegacyKind::Text, 1),
                Seen::End,
                Seen::Close,
            ]
        );
    }

    #[test]
    fn passes_over_what_has_a_length() {
        let frame = [&[0x81, 0x81, 0x00][..], &[0xff; 128], b"\x00ok\xff"].concat();
        assert_eq!(
            decode(&[&frame]),
            [
                Seen::Start(LegacyKind::Binary { kind: 0x81, length: 128 }, 3),
                Seen::Payload(vec![0xff; 128]),
                Seen::End,
                Seen::Start(LegacyKind::Text, 1),
                Seen::Payload(b"ok".to_vec()),
                Seen::End,
            ]
        );
        let empty = LegacyKind::Binary { kind: 0x80, length: 0 };
        assert_eq!(decode(&[b"\x80\x00"]), [Seen::Start(empty, 2), Seen::End]);
    }

    #[test]
    fn a_length_without_end_stays_a_number() {
        let header = [&[0x80][..], &[0xff; 40], &[0x7f]].concat();
        let kind = LegacyKind::Binary { kind: 0x80, length: u64::MAX };
        assert_eq!(decode(&[&header]), [Seen::Start(kind, 42)]);
    }

    proptest! {
        #[test]
        fn cuts_change_nothing(
            bytes in proptest::collection::vec(prop_oneof![Just(0), Just(0xff), Just(0x80), Just(0x03), any::<u8>()], 0..60),
        ) {
            let one_by_one: Vec<&[u8]> = bytes.chunks(1).collect();
            prop_assert_eq!(decode(&one_by_one), decode(&[&bytes]));
        }
    }
}
