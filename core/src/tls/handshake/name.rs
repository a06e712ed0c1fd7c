//! A distinguished name as text (RFC 4514). `x509-cert` writes it too, but by a list of every attribute that was ever
//! registered, which weighs more than the rest of this module.

use std::fmt::Write;

use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::der::{Encode, Tag, Tagged};
use x509_cert::name::Name;

/// Types of attributes by their DER, with their short names: those of RFC 4514 §3, and others that certificates have.
const TYPES: [(&[u8], &str); 13] = [
    (b"\x55\x04\x03", "CN"),
    (b"\x55\x04\x04", "SN"),
    (b"\x55\x04\x05", "SERIALNUMBER"),
    (b"\x55\x04\x06", "C"),
    (b"\x55\x04\x07", "L"),
    (b"\x55\x04\x08", "ST"),
    (b"\x55\x04\x09", "STREET"),
    (b"\x55\x04\x0a", "O"),
    (b"\x55\x04\x0b", "OU"),
    (b"\x55\x04\x2a", "GN"),
    (b"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", "UID"),
    (b"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", "DC"),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", "EMAILADDRESS"),
];

/// The name, its last part first (RFC 4514 §2.1).
pub fn text(name: &Name) -> String {
    let mut parts: Vec<String> =
        name.iter_rdn().map(|part| part.iter().map(attribute).collect::<Vec<_>>().join("+")).collect();
    parts.reverse();
    parts.join(",")
}

/// `CN=value`, or both in numbers where one is no text (RFC 4514 §2.3, §2.4).
fn attribute(attribute: &AttributeTypeAndValue) -> String {
    let name = TYPES.iter().find(|(der, _)| *der == attribute.oid.as_bytes()).map(|(_, name)| name);
    let is_text = matches!(
        attribute.value.tag(),
        Tag::PrintableString | Tag::Utf8String | Tag::Ia5String | Tag::TeletexString
    );
    let value = std::str::from_utf8(attribute.value.value()).ok().filter(|_| is_text);
    if let (Some(name), Some(value)) = (name, value) {
        return format!("{name}={}", escaped(value));
    }
    let mut text = format!("{}=#", attribute.oid);
    for byte in attribute.value.to_der().unwrap_or_default() {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let last = value.char_indices().next_back().map(|(at, _)| at);
    for (at, letter) in value.char_indices() {
        match letter {
            '#' if at == 0 => out.push_str("\\#"),
            ' ' if at == 0 || Some(at) == last => out.push_str("\\ "),
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => out.extend(['\\', letter]),
            '\0'..='\x1f' | '\x7f' => {
                let _ = write!(out, "\\{:02x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    #[test]
    fn names_are_written_as_they_are_read() {
        for written in [
            "CN=ws.example,O=Harbour,C=DE",
            "UID=7,DC=example,DC=org",
            "CN=\\#1\\, \\\"two\\\"\\+\\<x\\>\\;\\\\,OU=a+L=b",
            "STREET=Am Hafen 1,ST=Wien,SERIALNUMBER=12,GN=Ada,SN=Lovelace",
            "CN=Größe 太好了",
        ] {
            let name = Name::from_str(written).expect("a name");
            assert_eq!(text(&name), name.to_string(), "{written}");
        }
        // What has no short name here is written in numbers.
        let name = Name::from_str("2.5.4.65=#0c0178,CN=x").expect("a name");
        assert_eq!(text(&name), "2.5.4.65=#0c0178,CN=x");
        assert_eq!(text(&Name::default()), "");
        assert_eq!(escaped(" a\u{7f} "), "\\ a\\7f\\ ");
    }
}
