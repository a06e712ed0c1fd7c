//! What is pointed at in a frame, and what is said of it.

use super::bits::{Field, Part};

/// What is pointed at: a field of the diagram, or a byte below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointed {
    /// A field.
    Field(Part),
    /// A byte of the frame, counted from its first one.
    Byte(u64),
}

impl Pointed {
    /// The field lights up.
    pub fn lights(self, field: &Field) -> bool {
        match self {
            Self::Field(part) => part == field.part,
            Self::Byte(at) => field.bytes().contains(&at),
        }
    }

    /// The byte lights up.
    pub fn lights_byte(self, at: u64, fields: &[Field]) -> bool {
        match self {
            Self::Byte(byte) => byte == at,
            Self::Field(part) => fields.iter().any(|field| field.part == part && field.bytes().contains(&at)),
        }
    }
}

/// What a frame's bytes are on the screen: those of the header, and the first ones of the payload.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bytes {
    /// The bytes on the wire; `None` where one is lost.
    pub wire: Vec<Option<u8>>,
    /// Where the payload begins among them.
    pub header: u64,
    /// The masking key.
    pub key: Option<[u8; 4]>,
}

impl Bytes {
    /// A byte.
    pub fn at(&self, at: u64) -> Option<u8> {
        usize::try_from(at).ok().and_then(|at| self.wire.get(at).copied().flatten())
    }

    /// What a byte of the payload is without its mask: its own value, the key's byte, and both combined (RFC 6455 §5.3).
    pub fn unmasked(&self, at: u64) -> Option<(u8, u8, u8)> {
        let place = at.checked_sub(self.header)?;
        let (byte, key) = (self.at(at)?, self.key?);
        let with = key[usize::try_from(place % 4).ok()?];
        Some((byte, with, byte ^ with))
    }

    /// The bytes as text of a hex dump, from one place to before another.
    pub fn hex(&self, from: u64, to: u64) -> String {
        let bytes = (from..to.min(self.wire.len() as u64)).map(|at| match self.at(at) {
            Some(byte) => format!("{byte:02x}"),
            None => "··".to_owned(),
        });
        bytes.collect::<Vec<_>>().join(" ")
    }
}

/// `63 'c'`, or only the number where no character is to be seen.
pub fn character(byte: u8) -> String {
    match byte {
        0x21..=0x7e => format!("{byte:02x} ‘{}’", char::from(byte)),
        0x20 => "20 space".to_owned(),
        _ => format!("{byte:02x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_byte_is_combined_with_its_byte_of_the_key() {
        let wire = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
        let bytes = Bytes { wire: wire.map(Some).to_vec(), header: 6, key: Some([0x37, 0xfa, 0x21, 0x3d]) };
        // The sample of RFC 6455 §5.7: "Hello".
        let text: String =
            (6..11).filter_map(|at| bytes.unmasked(at)).map(|(.., byte)| char::from(byte)).collect();
        assert_eq!(text, "Hello");
        assert_eq!(bytes.unmasked(5), None);
        assert_eq!(bytes.unmasked(11), None);
        assert_eq!(bytes.hex(0, 3), "81 85 37");
    }

    #[test]
    fn a_byte_of_the_header_lights_all_its_fields() {
        let field = |part, first, bits| Field {
            part,
            first,
            bits,
            value: String::new(),
            meaning: String::new(),
            rfc: "",
        };
        let fields = [field(Part::Fin, 0, 1), field(Part::Opcode, 4, 4), field(Part::Key, 16, 32)];
        let lit: Vec<bool> = fields.iter().map(|field| Pointed::Byte(0).lights(field)).collect();
        assert_eq!(lit, [true, true, false]);
        assert!(Pointed::Field(Part::Key).lights_byte(5, &fields));
        assert!(!Pointed::Field(Part::Key).lights_byte(6, &fields));
        assert_eq!([0x63, 0x20, 0x00].map(character), ["63 ‘c’", "20 space", "00"]);
    }
}
