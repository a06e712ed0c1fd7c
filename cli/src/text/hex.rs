//! Bytes as hexadecimal: a short run for a table's cell, and lines with offsets and ASCII for reading.

use std::fmt::Write;

/// `de ad be ef`, at most `most` bytes, `…` where there are more.
pub fn run(bytes: &[u8], most: usize) -> String {
    let shown = &bytes[..bytes.len().min(most)];
    let mut out = String::with_capacity(shown.len() * 3 + 3);
    for (at, byte) in shown.iter().enumerate() {
        let _ = write!(out, "{}{byte:02x}", if at > 0 { " " } else { "" });
    }
    if shown.len() < bytes.len() {
        out.push_str(" …");
    }
    out
}

/// `00000010  de ad be ef …  │....│`, sixteen bytes a line.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = String> {
    bytes.chunks(16).enumerate().map(|(row, chunk)| {
        let mut out = format!("{:08x} ", row * 16);
        for at in 0..16 {
            if at % 8 == 0 {
                out.push(' ');
            }
            match chunk.get(at) {
                Some(byte) => {
                    let _ = write!(out, "{byte:02x} ");
                }
                None => out.push_str("   "),
            }
        }
        out.push_str(" │");
        out.extend(chunk.iter().map(|&b| if (0x20..0x7f).contains(&b) { char::from(b) } else { '.' }));
        out.push('│');
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long() {
        assert_eq!(run(&[0xde, 0xad], 4), "de ad");
        assert_eq!(run(&[1, 2, 3], 2), "01 02 …");
        assert_eq!(run(&[], 2), "");
        let dump: Vec<String> = lines(b"0123456789abcdef\x1b").collect();
        assert_eq!(dump[0], "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  │0123456789abcdef│");
        assert_eq!(dump[1].trim_end(), format!("00000010  1b {}│.│", " ".repeat(47)).trim_end());
    }
}
