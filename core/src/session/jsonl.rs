//! Writes rows of messages as JSON lines straight from their views: the same bytes as their rows would give, without
//! making the rows. A capture has millions of them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::capture::Timestamp;
use crate::conversation::MessageView;
use crate::diagnostic::Code;
use crate::stream::Side;
use crate::websocket::frame::Opcode;
use crate::websocket::message::PayloadWanted;

/// Writes JSON lines.
#[derive(Clone, Debug, Default)]
pub struct JsonLines {
    /// The second that `date` is for: the next row is most likely of the same.
    second: Option<u64>,
    date: [u8; 20],
    /// The latest time that was written, and how: one in two is the same again.
    latest: Option<Timestamp>,
    text: [u8; 31],
    base64: String,
}

/// What a row needs beside its payload, as a rule.
const ROW: usize = 384;

impl JsonLines {
    /// Appends the row of a message, and a line feed.
    pub fn message(
        &mut self,
        view: &MessageView<'_>,
        capture: Option<&str>,
        wanted: PayloadWanted,
        out: &mut Vec<u8>,
    ) {
        Self::head(capture, out);
        number(out, "", view.connection);
        self.behind_number(view, wanted, out);
    }

    /// Appends what is the same in all rows of a capture: what comes before a connection's number.
    pub fn head(capture: Option<&str>, out: &mut Vec<u8>) {
        out.push(b'{');
        if let Some(capture) = capture {
            out.extend_from_slice(b"\"capture\":");
            string(out, capture);
            out.push(b',');
        }
        out.extend_from_slice(b"\"connection\":");
    }

    /// Appends what follows the connection's number.
    pub fn behind_number(&mut self, view: &MessageView<'_>, wanted: PayloadWanted, out: &mut Vec<u8>) {
        out.reserve(ROW + view.payload.kept.len() * 4 / 3);
        number(out, ",\"message\":", view.number);
        sender(out, view.from, view.opcode);
        self.time(out, ",\"time\":\"", view.completed.time);
        self.time(out, ",\"started\":\"", view.started.time);
        // Most messages come in one packet and one frame, as long as the application sees them.
        let packet = number(out, ",\"first_packet\":", view.started.packet);
        again(out, ",\"last_packet\":", view.completed.packet, packet);
        match view.frames {
            1 => out.extend_from_slice(b",\"frames\":1"),
            frames => {
                number(out, ",\"frames\":", frames);
            }
        }
        let length = number(out, ",\"length\":", view.length);
        again(out, ",\"wire_length\":", view.wire_length, length);
        out.extend_from_slice(if view.compressed {
            b",\"compressed\":true"
        } else {
            b",\"compressed\":false"
        });
        if let Some(close) = view.close {
            if let Some(code) = close.code {
                number(out, ",\"code\":", u64::from(code));
            }
            if let Some(reason) = close.reason.as_deref().filter(|reason| !reason.is_empty()) {
                out.extend_from_slice(b",\"reason\":");
                string(out, reason);
            }
        }
        self.payload(out, view, wanted);
        if !view.payload.complete {
            out.extend_from_slice(b",\"complete\":false");
        }
        if !view.payload.holes.is_empty() {
            for (place, (offset, length)) in view.payload.holes.iter().enumerate() {
                number(out, if place == 0 { ",\"holes\":[[" } else { ",[" }, *offset);
                number(out, ",", *length);
                out.push(b']');
            }
            out.push(b']');
        }
        if view.payload.truncated {
            out.extend_from_slice(b",\"truncated\":true");
        }
        diagnostics(out, view.codes);
        if let Some(decoded) = view.decoded.filter(|_| wanted == PayloadWanted::Full) {
            out.extend_from_slice(b",\"decoded\":");
            decoded.write(out);
        }
        out.extend_from_slice(b"}\n");
    }

    fn payload(&mut self, out: &mut Vec<u8>, view: &MessageView<'_>, wanted: PayloadWanted) {
        let payload = &view.payload;
        match wanted {
            PayloadWanted::None => {}
            PayloadWanted::Full if payload.is_text && !payload.truncated => {
                out.extend_from_slice(b",\"text\":");
                text(out, payload.kept);
            }
            PayloadWanted::Full => self.base64(out, ",\"base64\":\"", payload.kept),
            PayloadWanted::Hash => {
                if let Some(hash) = payload.sha256 {
                    out.extend_from_slice(b",\"sha256\":\"");
                    for byte in hash {
                        const DIGITS: [u8; 16] = *b"0123456789abcdef";
                        out.push(DIGITS[usize::from(byte >> 4)]);
                        out.push(DIGITS[usize::from(byte & 0xf)]);
                    }
                    out.push(b'"');
                }
            }
            PayloadWanted::Preview => {
                let columns = super::rows::columns(payload, wanted);
                if let Some(text) = columns.preview {
                    out.extend_from_slice(b",\"preview\":");
                    string(out, &text);
                }
                if let Some(base64) = columns.preview_base64 {
                    plain(out, ",\"preview_base64\":\"", &base64);
                }
            }
        }
    }

    fn base64(&mut self, out: &mut Vec<u8>, key: &str, bytes: &[u8]) {
        self.base64.clear();
        STANDARD.encode_string(bytes, &mut self.base64);
        plain(out, key, &self.base64);
    }

    #[inline(always)]
    fn time(&mut self, out: &mut Vec<u8>, key: &str, time: Option<Timestamp>) {
        let Some(time) = time else { return };
        if self.latest != Some(time) {
            self.write_time(time);
        }
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(&self.text);
    }

    fn write_time(&mut self, time: Timestamp) {
        let (second, nanos) = (time.0 / 1_000_000_000, time.0 % 1_000_000_000);
        if self.second != Some(second) {
            self.second = Some(second);
            let text = time.rfc3339();
            self.date.copy_from_slice(&text[..20]); // As far as the point.
        }
        self.latest = Some(time);
        let (date, fraction) = self.text.split_at_mut(20);
        date.copy_from_slice(&self.date);
        // Fewer than 2^30, so that short divisions do.
        let mut rest = nanos as u32;
        for digit in fraction[..9].iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        fraction[9..].copy_from_slice(b"Z\"");
    }
}

/// Appends a key and a number.
#[inline(always)]
fn number(out: &mut Vec<u8>, key: &str, value: u64) -> Digits {
    let digits = Digits::of(value);
    out.extend_from_slice(key.as_bytes());
    digits.write(out);
    digits
}

/// The same for a number that is most likely one that was written already.
#[inline(always)]
fn again(out: &mut Vec<u8>, key: &str, value: u64, written: Digits) {
    if value != written.value {
        number(out, key, value);
        return;
    }
    out.extend_from_slice(key.as_bytes());
    written.write(out);
}

/// Appends who sent a message and what it is.
#[inline(always)]
fn sender(out: &mut Vec<u8>, from: Side, opcode: Opcode) {
    // A copy whose length is known here is a few moves; of another one a function is called.
    match (from, opcode) {
        (Side::Client, Opcode::TEXT) => out.extend_from_slice(b",\"from\":\"client\",\"opcode\":\"text\""),
        (Side::Server, Opcode::TEXT) => out.extend_from_slice(b",\"from\":\"server\",\"opcode\":\"text\""),
        _ => {
            plain(out, ",\"from\":\"", from.name());
            plain(out, ",\"opcode\":\"", opcode.name());
        }
    }
}

/// A number in digits: no more than eight of them are found without a loop, and copied as one word.
#[derive(Clone, Copy)]
struct Digits {
    value: u64,
    /// The digits and then anything, where they are not too many.
    text: [u8; 8],
    length: usize,
}

impl Digits {
    #[inline(always)]
    fn of(value: u64) -> Self {
        if value >= 100_000_000 {
            return Self { value, text: [0; 8], length: 0 };
        }
        // Halves of four digits, then quarters of two, then the digits, the first in the lowest byte; a division by a
        // hundred or ten is a multiplication that is right for so few digits.
        let halves = (value / 10_000) | ((value % 10_000) << 32);
        let hundreds = ((halves * 10_486) >> 20) & 0x7f_0000_007f;
        let quarters = hundreds | ((halves - hundreds * 100) << 16);
        let tens = ((quarters * 103) >> 10) & 0xf_000f_000f_000f;
        let digits = tens | ((quarters - tens * 10) << 8);
        // A number of nothing but zeros has one.
        let zeros = (digits | (1 << 56)).trailing_zeros() / 8;
        let text = (digits | u64::from_le_bytes([b'0'; 8])) >> (zeros * 8);
        Self { value, text: text.to_le_bytes(), length: 8 - zeros as usize }
    }

    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        if self.length == 0 {
            out.extend_from_slice(itoa::Buffer::new().format(self.value).as_bytes());
            return;
        }
        let end = out.len() + self.length;
        out.extend_from_slice(&self.text);
        out.truncate(end);
    }
}

/// Appends a key with its opening quote, and text that needs no escapes.
#[inline(always)]
fn plain(out: &mut Vec<u8>, key: &str, value: &str) {
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(value.as_bytes());
    out.push(b'"');
}

/// Appends a string with its quotes and escapes (RFC 8259 §7).
fn string(out: &mut Vec<u8>, value: &str) {
    text(out, value.as_bytes());
}

/// A one in each byte of a word.
const ONES: u64 = u64::MAX / 0xff;

/// The high bits of bytes of a word; the lowest that is set is that of the lowest byte below `limit`, which is at most 0x80.
#[inline(always)]
fn below(word: u64, limit: u64) -> u64 {
    word.wrapping_sub(ONES * limit) & !word & (ONES << 7)
}

/// The high bits of those bytes of a word that have an escape, as far as the first one: those behind it say nothing.
#[inline(always)]
fn escaped(word: [u8; 8]) -> u64 {
    let word = u64::from_le_bytes(word);
    let (quotes, backslashes) = (word ^ (ONES * u64::from(b'"')), word ^ (ONES * u64::from(b'\\')));
    below(word, 0x20) | below(quotes, 1) | below(backslashes, 1)
}

/// Whether any byte of a word is below a space.
#[inline(always)]
fn has_control(word: [u8; 8]) -> bool {
    below(u64::from_le_bytes(word), 0x20) != 0
}

/// Appends a word of which quotes and backslashes get a backslash each: it is written before every byte, and stays where
/// one is needed, so that nothing depends on where that is.
#[inline(always)]
fn quoted(out: &mut Vec<u8>, word: [u8; 8]) {
    let (mut text, mut length) = ([0; 16], 0);
    for byte in word {
        text[length & 15] = b'\\';
        length += usize::from(byte == b'"' || byte == b'\\');
        text[length & 15] = byte;
        length += 1;
    }
    let end = out.len() + length;
    out.extend_from_slice(&text);
    out.truncate(end);
}

/// How many bytes have no escape. Most text has few, so eight bytes are looked at in one go.
fn clean(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let escaped = escaped(*word);
        if escaped != 0 {
            return place * 8 + escaped.trailing_zeros() as usize / 8;
        }
    }
    let is_escaped = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    words.len() * 8 + rest.iter().position(is_escaped).unwrap_or(rest.len())
}

/// Appends the bytes of a string that is UTF-8, with its quotes and escapes.
fn text(out: &mut Vec<u8>, value: &[u8]) {
    out.push(b'"');
    let mut bytes = value;
    loop {
        let word = bytes.first_chunk::<8>().map(|word| (word, escaped(*word))).filter(|(_, bits)| *bits != 0);
        let length = match word {
            // JSON in a string: escapes lie close. A word of quotes and letters is written as a whole.
            Some((word, _)) if !has_control(*word) => {
                quoted(out, *word);
                bytes = bytes.get(8..).unwrap_or_default();
                continue;
            }
            Some((word, bits)) => {
                let length = bits.trailing_zeros() as usize / 8;
                let end = out.len() + length;
                out.extend_from_slice(word);
                out.truncate(end);
                length
            }
            None => {
                let length = clean(bytes);
                out.extend_from_slice(bytes.get(..length).unwrap_or_default());
                length
            }
        };
        let Some((&byte, behind)) = bytes.get(length..).and_then(<[u8]>::split_first) else { break };
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            _ => escape(out, byte),
        }
        bytes = behind;
    }
    out.push(b'"');
}

/// Appends the escape of a byte (RFC 8259 §7).
fn escape(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        0x08 => out.extend_from_slice(b"\\b"),
        0x09 => out.extend_from_slice(b"\\t"),
        0x0a => out.extend_from_slice(b"\\n"),
        0x0c => out.extend_from_slice(b"\\f"),
        0x0d => out.extend_from_slice(b"\\r"),
        _ => {
            out.extend_from_slice(b"\\u00");
            out.push(DIGITS[usize::from(byte >> 4)]);
            out.push(DIGITS[usize::from(byte & 0xf)]);
        }
    }
}

fn diagnostics(out: &mut Vec<u8>, codes: &[Code]) {
    for (place, code) in codes.iter().enumerate() {
        if codes.iter().take(place).any(|before| before == code) {
            continue;
        }
        plain(out, if place == 0 { ",\"diagnostics\":[\"" } else { ",\"" }, code.name());
    }
    if !codes.is_empty() {
        out.push(b']');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_numbers_of_every_length() {
        let powers = (0..20).map(|digits| 10_u64.pow(digits));
        let near = powers.flat_map(|power| [power - 1, power, power + 1, power / 3, power / 7 * 5]);
        for value in (0..20_000).chain((0..1 << 27).step_by(9_973)).chain(near).chain([u64::MAX]) {
            let mut out = b"x".to_vec();
            number(&mut out, "", value);
            assert_eq!(out, format!("x{value}").as_bytes());
        }
    }

    #[test]
    fn escapes_wherever_it_stands() {
        for byte in 0..=0x7f_u8 {
            for place in 0..20 {
                let mut value = "aé~\u{7f}x".repeat(4);
                while !value.is_char_boundary(place) {
                    value.insert(0, 'b');
                }
                value.insert(place, char::from(byte));
                let mut out = Vec::new();
                string(&mut out, &value);
                assert_eq!(
                    String::from_utf8(out).ok(),
                    serde_json::to_string(&value).ok(),
                    "{byte} at {place}"
                );
            }
        }
    }
}
