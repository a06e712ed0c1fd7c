//! Turns the bytes of a frame's header into the fields of the bit diagram (RFC 6455 §5.2), with what each one says here.

use std::ops::Range;

use sockscope_core::session::api::{FrameView, Side};

use crate::words;

/// Where the frames of the first drafts are defined.
const DRAFT: &str = "draft-hixie-thewebsocketprotocol-76 §5.3";

/// A field of the diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The last fragment of its message.
    Fin,
    /// Reserved; permessage-deflate uses it.
    Rsv1,
    /// Reserved.
    Rsv2,
    /// Reserved.
    Rsv3,
    /// What the frame is.
    Opcode,
    /// Whether a masking key follows.
    Mask,
    /// The length, or which longer form follows.
    Length,
    /// The length in 16 or 64 bits.
    Extended,
    /// Four bytes that the payload is combined with.
    Key,
    /// The payload.
    Payload,
    /// What a frame of the first drafts begins with.
    Type,
}

impl Part {
    /// As the standard calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fin => "FIN",
            Self::Rsv1 => "RSV1",
            Self::Rsv2 => "RSV2",
            Self::Rsv3 => "RSV3",
            Self::Opcode => "opcode",
            Self::Mask => "MASK",
            Self::Length => "payload length",
            Self::Extended => "extended length",
            Self::Key => "masking key",
            Self::Payload => "payload",
            Self::Type => "frame type",
        }
    }

    /// Where RFC 6455 defines it.
    fn rfc(self) -> &'static str {
        match self {
            Self::Fin => "RFC 6455 §5.2, §5.4",
            Self::Rsv1 => "RFC 6455 §5.2, RFC 7692 §6",
            Self::Opcode => "RFC 6455 §5.2, §11.8",
            Self::Mask | Self::Key => "RFC 6455 §5.2, §5.3",
            _ => "RFC 6455 §5.2",
        }
    }
}

/// A field with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Which one.
    pub part: Part,
    /// Its first bit, counted from the frame's first one.
    pub first: u64,
    /// How many bits it has.
    pub bits: u64,
    /// Its value, as short as it can be said.
    pub value: String,
    /// What that means here.
    pub meaning: String,
    /// Where that is defined.
    pub rfc: &'static str,
}

impl Field {
    /// The bytes of the frame that it lies in.
    pub fn bytes(&self) -> Range<u64> {
        self.first / 8..(self.first + self.bits).div_ceil(8)
    }

    /// Its bits as they are counted: `bit 0`, `bits 4–7`.
    pub fn place(&self) -> String {
        match self.bits {
            1 => format!("bit {}", self.first),
            bits => format!("bits {}–{}", words::count(self.first), words::count(self.first + bits - 1)),
        }
    }
}

/// The fields of a frame, in their order on the wire.
pub fn fields(frame: &FrameView) -> Vec<Field> {
    let row = &frame.row;
    let byte = |at: usize| frame.header.get(at).copied().unwrap_or_default();
    let bit = |part: Part, first, is_set: bool, meaning: String| Field {
        part,
        first,
        bits: 1,
        value: u8::from(is_set).to_string(),
        meaning,
        rfc: Part::rfc(part),
    };
    let mut fields = vec![
        bit(Part::Fin, 0, row.fin, fin(row.fin, row.opcode).to_owned()),
        bit(Part::Rsv1, 1, row.rsv & 4 != 0, rsv1(row.rsv & 4 != 0).to_owned()),
        bit(Part::Rsv2, 2, row.rsv & 2 != 0, reserved(row.rsv & 2 != 0).to_owned()),
        bit(Part::Rsv3, 3, row.rsv & 1 != 0, reserved(row.rsv & 1 != 0).to_owned()),
        Field {
            part: Part::Opcode,
            first: 4,
            bits: 4,
            value: format!("{:04b}", row.opcode),
            meaning: opcode(row.opcode),
            rfc: Part::Opcode.rfc(),
        },
        bit(Part::Mask, 8, row.masked, mask(row.masked, row.from).to_owned()),
    ];
    let short = byte(1) & 0x7f;
    fields.push(Field {
        part: Part::Length,
        first: 9,
        bits: 7,
        value: short.to_string(),
        meaning: match short {
            126 => "126: the length follows in 16 bits.".to_owned(),
            127 => "127: the length follows in 64 bits.".to_owned(),
            length => format!("The payload has {}.", words::counted(length.into(), "byte")),
        },
        rfc: Part::Length.rfc(),
    });
    let mut at = 16;
    let extended = match short {
        126 => 16,
        127 => 64,
        _ => 0,
    };
    if extended > 0 {
        fields.push(Field {
            part: Part::Extended,
            first: at,
            bits: extended,
            value: words::count(row.length),
            meaning: long(row.length, extended),
            rfc: Part::Extended.rfc(),
        });
        at += extended;
    }
    if row.masked {
        fields.push(Field {
            part: Part::Key,
            first: at,
            bits: 32,
            value: row.mask.as_deref().map_or_else(String::new, spaced),
            meaning: "Byte i of the payload is combined by exclusive or with byte i mod 4 of the key."
                .to_owned(),
            rfc: Part::Key.rfc(),
        });
        at += 32;
    }
    if row.length > 0 {
        fields.push(Field {
            part: Part::Payload,
            first: at,
            bits: row.length.saturating_mul(8),
            value: words::counted(row.length, "byte"),
            meaning: match row.masked {
                true => "As on the wire, masked.",
                false => "As on the wire, not masked.",
            }
            .to_owned(),
            rfc: Part::Payload.rfc(),
        });
    }
    fields
}

/// The fields of a frame of the hixie drafts: its type, and for some a length; text ends before a byte 0xFF.
pub fn legacy_fields(frame: &FrameView) -> Vec<Field> {
    let header: Vec<String> = frame.header.iter().map(|byte| format!("{byte:02x}")).collect();
    let bits = 8 * frame.header.len() as u64;
    let meaning = match frame.header.as_slice() {
        [0x00] => "A text: UTF-8 up to a byte 0xFF.",
        [0xff, 0x00] => "The closing handshake.",
        _ => "A binary frame: its length follows, seven bits a byte.",
    };
    let mut fields = vec![Field {
        part: Part::Type,
        first: 0,
        bits,
        value: header.join(" "),
        meaning: meaning.to_owned(),
        rfc: DRAFT,
    }];
    if frame.row.length > 0 {
        fields.push(Field {
            part: Part::Payload,
            first: bits,
            bits: frame.row.length.saturating_mul(8),
            value: words::counted(frame.row.length, "byte"),
            meaning: "As on the wire; this draft does not mask.".to_owned(),
            rfc: DRAFT,
        });
    }
    fields
}

fn fin(is_set: bool, opcode: u8) -> &'static str {
    match (is_set, opcode) {
        (true, 0) => "The last fragment of its message.",
        (true, 8..) => "A control frame is never fragmented.",
        (true, _) => "The whole message in one frame.",
        (false, 0) => "More fragments of the message follow.",
        (false, 8..) => "Set to 0, although a control frame must not be fragmented.",
        (false, _) => "The first of several fragments.",
    }
}

fn rsv1(is_set: bool) -> &'static str {
    match is_set {
        true => "The message is compressed, where permessage-deflate was agreed on; else it must be 0.",
        false => "Not compressed, or not the first fragment.",
    }
}

fn reserved(is_set: bool) -> &'static str {
    match is_set {
        true => "Must be 0 unless an extension gives it a meaning.",
        false => "0, as it must be where no extension uses it.",
    }
}

fn opcode(opcode: u8) -> String {
    let meaning = match opcode {
        0 => "continuation: a further fragment of a message",
        1 => "text: UTF-8",
        2 => "binary",
        8 => "close",
        9 => "ping",
        10 => "pong",
        3..=7 => "reserved for further data frames",
        _ => "reserved for further control frames",
    };
    format!("0x{opcode:X}: {meaning}.")
}

fn mask(is_set: bool, from: Option<Side>) -> &'static str {
    match (is_set, from) {
        (true, Some(Side::Server)) => "A masking key follows, although a server must not mask.",
        (false, Some(Side::Client)) => "No masking key, although a client must mask every frame.",
        (true, _) => "A masking key follows, as in every frame of a client.",
        (false, _) => "No masking key, as in every frame of a server.",
    }
}

fn long(length: u64, bits: u64) -> String {
    let bytes = words::counted(length, "byte");
    match (bits, length) {
        (_, 0..=125) => format!("{bytes}: 7 bits would have been enough."),
        (64, 126..=65_535) => format!("{bytes}: 16 bits would have been enough."),
        (64, 0x8000_0000_0000_0000..) => format!("{bytes}: the highest bit must be 0."),
        _ => format!("{bytes}: the shortest form that holds it."),
    }
}

/// `a1b2c3d4` as `a1 b2 c3 d4`.
fn spaced(hexadecimal: &str) -> String {
    let digits: Vec<char> = hexadecimal.chars().collect();
    digits.chunks(2).map(|pair| pair.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// What a diagnostic of a frame's packet says of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// It speaks of this field.
    Field(Part),
    /// It speaks of no single field.
    Whole,
    /// It speaks of another frame: a packet may hold several.
    Other,
}

/// What a diagnostic with that code says of the frame.
pub fn blame(code: &str, frame: &FrameView) -> Blame {
    let row = &frame.row;
    let is_control = row.opcode >= 8;
    let minimal = match row.length {
        0..=125 => 2,
        126..=65_535 => 4,
        _ => 10,
    } + if row.masked { 4 } else { 0 };
    let (part, can_be) = match code {
        "client-frame-unmasked" => (Part::Mask, !row.masked),
        "server-frame-masked" => (Part::Mask, row.masked),
        "reserved-bit-without-extension" => (
            if row.rsv & 4 != 0 {
                Part::Rsv1
            } else if row.rsv & 2 != 0 {
                Part::Rsv2
            } else {
                Part::Rsv3
            },
            row.rsv != 0,
        ),
        "deflate-on-control-frame" | "deflate-on-continuation" => (Part::Rsv1, row.rsv & 4 != 0),
        "reserved-opcode" => (Part::Opcode, matches!(row.opcode, 3..=7 | 11..)),
        "continuation-without-start" => (Part::Opcode, row.opcode == 0),
        "new-data-frame-inside-message" => (Part::Opcode, row.opcode != 0 && !is_control),
        "data-after-close" => (Part::Opcode, !is_control),
        "control-after-close" => (Part::Opcode, is_control),
        "control-fragmented" => (Part::Fin, is_control && !row.fin),
        "message-never-finished" => (Part::Fin, !row.fin),
        "control-too-long" => (Part::Length, is_control && row.length > 125),
        "empty-fragment" => (Part::Length, row.length == 0),
        "length-not-minimal" => (Part::Extended, u64::from(row.header_length) > minimal),
        "length-msb-set" => (Part::Extended, row.length >> 63 == 1),
        "mask-zero" | "mask-reused" => (Part::Key, row.masked),
        _ => match code {
            "text-invalid-utf8"
            | "close-body-1-byte"
            | "close-reason-invalid-utf8"
            | "close-code-forbidden"
            | "close-code-unassigned"
            | "deflate-corrupt"
            | "deflate-beyond-window"
            | "deflate-takeover-used"
            | "deflate-final-block"
            | "deflate-tail-not-stripped"
            | "deflate-limit" => (Part::Payload, row.length > 0),
            _ => return Blame::Whole,
        },
    };
    if can_be { Blame::Field(part) } else { Blame::Other }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sockscope_core::session::api::FrameRow;

    fn frame(header: &[u8], length: u64) -> FrameView {
        let (first, second) = (header[0], header[1]);
        let masked = second & 0x80 != 0;
        let key =
            masked.then(|| header[header.len() - 4..].iter().map(|byte| format!("{byte:02x}")).collect());
        FrameView {
            row: FrameRow {
                fin: first & 0x80 != 0,
                rsv: first >> 4 & 7,
                opcode: first & 15,
                masked,
                mask: key,
                header_length: u8::try_from(header.len()).expect("short"),
                length,
                from: Some(Side::Client),
                ..FrameRow::default()
            },
            header: header.to_vec(),
            stream_offset: 0,
            payload_offset: 0,
        }
    }

    #[track_caller]
    fn check(frame: &FrameView, expected: &[(Part, &str, &str, Range<u64>)]) {
        let fields = fields(frame);
        let told: Vec<(Part, String, &str, Range<u64>)> = fields
            .iter()
            .map(|field| (field.part, field.place(), field.value.as_str(), field.bytes()))
            .collect();
        let expected: Vec<(Part, String, &str, Range<u64>)> = expected
            .iter()
            .map(|(part, place, value, bytes)| (*part, (*place).to_owned(), *value, bytes.clone()))
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn every_form_of_the_length_has_its_fields() {
        check(
            &frame(&[0xc1, 0xfe, 0x01, 0x80, 0xa1, 0xb2, 0xc3, 0xd4], 384),
            &[
                (Part::Fin, "bit 0", "1", 0..1),
                (Part::Rsv1, "bit 1", "1", 0..1),
                (Part::Rsv2, "bit 2", "0", 0..1),
                (Part::Rsv3, "bit 3", "0", 0..1),
                (Part::Opcode, "bits 4–7", "0001", 0..1),
                (Part::Mask, "bit 8", "1", 1..2),
                (Part::Length, "bits 9–15", "126", 1..2),
                (Part::Extended, "bits 16–31", "384", 2..4),
                (Part::Key, "bits 32–63", "a1 b2 c3 d4", 4..8),
                (Part::Payload, "bits 64–3,135", "384 bytes", 8..392),
            ],
        );
        let short = fields(&frame(&[0x89, 0x00], 0));
        assert_eq!(short.last().map(|field| (field.part, field.value.as_str())), Some((Part::Length, "0")));
        let long = fields(&frame(&[0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0], 65_536));
        assert_eq!(long[7].bytes(), 2..10);
        assert_eq!(long[7].meaning, "65,536 bytes: the shortest form that holds it.");
    }

    #[test]
    fn a_diagnostic_blames_a_field_only_where_it_can_be_true() {
        let longer_than_needed = frame(&[0x81, 0xfe, 0x00, 0x05, 1, 2, 3, 4], 5);
        assert_eq!(blame("length-not-minimal", &longer_than_needed), Blame::Field(Part::Extended));
        assert_eq!(blame("client-frame-unmasked", &longer_than_needed), Blame::Other);
        let plain = frame(&[0xb1, 0x05], 5);
        assert_eq!(blame("length-not-minimal", &plain), Blame::Other);
        assert_eq!(blame("client-frame-unmasked", &plain), Blame::Field(Part::Mask));
        assert_eq!(blame("reserved-bit-without-extension", &plain), Blame::Field(Part::Rsv2));
        assert_eq!(blame("text-invalid-utf8", &plain), Blame::Field(Part::Payload));
        assert_eq!(blame("tcp-gap", &plain), Blame::Whole);
    }

    #[test]
    fn a_frame_of_the_first_drafts_is_type_and_payload() {
        let mut text = frame(&[0x00, 0x00], 5);
        text.header = vec![0x00];
        let told: Vec<(Part, Range<u64>)> =
            legacy_fields(&text).iter().map(|field| (field.part, field.bytes())).collect();
        assert_eq!(told, [(Part::Type, 0..1), (Part::Payload, 1..6)]);
    }
}
