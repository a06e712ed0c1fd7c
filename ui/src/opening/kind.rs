//! What a file is, by its first bytes: a capture, a key log, or something that is often taken for a capture.

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// pcap or pcapng, or something compressed that may hold one.
    Capture,
    /// Secrets of TLS connections, a line each (RFC 9850).
    KeyLog,
    /// No bytes at all.
    Empty,
    /// The browser does not give its bytes: a folder, or a file that is gone.
    Unread,
    /// Something else.
    Other(&'static Other),
    /// None of these.
    Unknown,
}

/// Something that is no capture, but known.
#[derive(Debug, PartialEq, Eq)]
pub struct Other {
    /// What it is, as in “This is …”.
    pub name: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

const HAR: Other = Other {
    name: "a HAR file, the browser's list of HTTP requests",
    advice: "It holds no packets. Capture the traffic itself, with Wireshark, tcpdump or dumpcap.",
};
const JSON: Other = Other { name: "JSON text", advice: "It holds no packets." };
const HTML: Other =
    Other { name: "a web page", advice: "Was a download answered by a page that asks to log in?" };
const XML: Other = Other {
    name: "XML text",
    advice: "If tshark or Wireshark wrote it (PDML), save the packets as pcapng instead.",
};
const TEXT: Other = Other {
    name: "text",
    advice: "If it is what tcpdump prints, let tcpdump write the packets instead: tcpdump -w capture.pcap",
};
const PNG: Other = Other { name: "a picture (PNG)", advice: "It holds no packets." };
const JPEG: Other = Other { name: "a picture (JPEG)", advice: "It holds no packets." };
const GIF: Other = Other { name: "a picture (GIF)", advice: "It holds no packets." };
const PDF: Other = Other { name: "a PDF document", advice: "It holds no packets." };
const ZIP: Other = Other { name: "a ZIP archive", advice: "Unpack it, and open the capture in it." };
const XZ: Other = Other { name: "compressed with xz", advice: "Unpack it first: unxz" };
const BZIP2: Other = Other { name: "compressed with bzip2", advice: "Unpack it first: bunzip2" };
const SEVEN_ZIP: Other = Other { name: "a 7-Zip archive", advice: "Unpack it, and open the capture in it." };
const SNOOP: Other = Other {
    name: "a capture of Solaris' snoop",
    advice: "Wireshark's editcap makes a capture of it: editcap -F pcapng in.snoop out.pcapng",
};
const NETWORK_MONITOR: Other = Other {
    name: "a capture of Microsoft Network Monitor",
    advice: "Wireshark's editcap makes a capture of it: editcap -F pcapng in.cap out.pcapng",
};
const ETL: Other = Other {
    name: "an event trace of Windows (ETL), by its name",
    advice: "Microsoft's etl2pcapng makes a capture of it: etl2pcapng in.etl out.pcapng",
};
const PRIVATE_KEY: Other = Other {
    name: "a private key",
    advice: "This page cannot use it; the desktop app and the command line can: sockscope --rsa-key FILE",
};
const ENCRYPTED_KEY: Other = Other {
    name: "a private key with a passphrase",
    advice: "Write it without one: openssl pkey -in FILE -out PLAIN",
};
const PROGRAM: Other = Other { name: "a program", advice: "It holds no packets." };

/// Beginnings that tell what a file is.
const MAGIC: &[(&[u8], Kind)] = &[
    // pcap: µs and ns of either byte order, and the modified form of old Linux kernels.
    (&[0xd4, 0xc3, 0xb2, 0xa1], Kind::Capture),
    (&[0xa1, 0xb2, 0xc3, 0xd4], Kind::Capture),
    (&[0x4d, 0x3c, 0xb2, 0xa1], Kind::Capture),
    (&[0xa1, 0xb2, 0x3c, 0x4d], Kind::Capture),
    (&[0x34, 0xcd, 0xb2, 0xa1], Kind::Capture),
    (&[0xa1, 0xb2, 0xcd, 0x34], Kind::Capture),
    // pcapng, gzip, zstd.
    (&[0x0a, 0x0d, 0x0d, 0x0a], Kind::Capture),
    (&[0x1f, 0x8b], Kind::Capture),
    (&[0x28, 0xb5, 0x2f, 0xfd], Kind::Capture),
    (b"snoop\0\0\0", Kind::Other(&SNOOP)),
    (b"GMBU", Kind::Other(&NETWORK_MONITOR)),
    (b"RTSS", Kind::Other(&NETWORK_MONITOR)),
    (b"\x89PNG", Kind::Other(&PNG)),
    (&[0xff, 0xd8, 0xff], Kind::Other(&JPEG)),
    (b"GIF8", Kind::Other(&GIF)),
    (b"%PDF", Kind::Other(&PDF)),
    (b"PK\x03\x04", Kind::Other(&ZIP)),
    (b"7z\xbc\xaf\x27\x1c", Kind::Other(&SEVEN_ZIP)),
    (b"\xfd7zXZ\0", Kind::Other(&XZ)),
    (b"BZh", Kind::Other(&BZIP2)),
    (b"\x7fELF", Kind::Other(&PROGRAM)),
    (b"MZ", Kind::Other(&PROGRAM)),
];

impl Kind {
    /// A server's private key, where it cannot be used.
    pub const PRIVATE_KEY: Self = Self::Other(&PRIVATE_KEY);

    /// What begins with these bytes. Only where they tell nothing, the name may.
    pub fn of(beginning: &[u8], name: &str) -> Self {
        if beginning.is_empty() {
            return Self::Empty;
        }
        if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| beginning.starts_with(magic)) {
            return *kind;
        }
        if let Some(kind) = text(beginning).and_then(of_text) {
            return kind;
        }
        if name.to_ascii_lowercase().ends_with(".etl") {
            return Self::Other(&ETL);
        }
        Self::Unknown
    }

    /// A sentence on what it is, and what to do about it; for what is no capture.
    pub fn sentences(self) -> (String, &'static str) {
        match self {
            Self::Capture => {
                ("It begins like a capture.".into(), "It may be damaged, or not be what its first bytes say.")
            }
            Self::KeyLog => ("This is a key log.".into(), ""),
            Self::Empty => {
                ("The file is empty.".into(), "Was the capture stopped before a packet was written?")
            }
            Self::Unread => (
                "The browser does not give the file's bytes.".into(),
                "Is it a folder, or was it moved or changed since it was chosen?",
            ),
            Self::Other(other) => (format!("This is {}.", other.name), other.advice),
            Self::Unknown => ("What this file is cannot be told from its first bytes.".into(), ""),
        }
    }
}

/// The bytes as text, if they are; the last character may be cut.
fn text(bytes: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let is_printed =
        |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1b}');
    text.chars().all(is_printed).then_some(text)
}

fn of_text(text: &str) -> Option<Kind> {
    if super::key_log::looks_like(text) {
        return Some(Kind::KeyLog);
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let beginning: String = text.chars().take(2048).collect::<String>().to_ascii_lowercase();
    Some(Kind::Other(if beginning.starts_with(['{', '[']) {
        if beginning.contains("\"log\"")
            && (beginning.contains("\"creator\"") || beginning.contains("\"entries\""))
        {
            &HAR
        } else {
            &JSON
        }
    } else if beginning.starts_with("-----begin encrypted private key") {
        &ENCRYPTED_KEY
    } else if beginning.starts_with("<!doctype html") || beginning.starts_with("<html") {
        &HTML
    } else if beginning.starts_with('<') {
        &XML
    } else {
        &TEXT
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_first_bytes() {
        let secret = "ab".repeat(32);
        let key_log = format!("# made by hand\nCLIENT_RANDOM {secret} {secret}{}\n", "00".repeat(16));
        let cases: &[(&[u8], Kind)] = &[
            (b"", Kind::Empty),
            (&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0], Kind::Capture),
            (&[0x0a, 0x0d, 0x0d, 0x0a, 0x1c, 0, 0, 0], Kind::Capture),
            (&[0x1f, 0x8b, 8, 0], Kind::Capture),
            (b"\x89PNG\r\n\x1a\n", Kind::Other(&PNG)),
            (b"PK\x03\x04", Kind::Other(&ZIP)),
            (b"%PDF-1.7", Kind::Other(&PDF)),
            (b"snoop\0\0\0\0\0\0\x02", Kind::Other(&SNOOP)),
            (b"\n {\"log\": {\"version\": \"1.2\", \"creator\": {}", Kind::Other(&HAR)),
            (b"{\"type\": \"log\"}", Kind::Other(&JSON)),
            (b"\xef\xbb\xbf<!DOCTYPE html><html>", Kind::Other(&HTML)),
            (b"<?xml version=\"1.0\"?><pdml>", Kind::Other(&XML)),
            (b"12:00:00.1 IP 10.0.0.1 > 10.0.0.2", Kind::Other(&TEXT)),
            (key_log.as_bytes(), Kind::KeyLog),
            (b"caf\xc3", Kind::Other(&TEXT)),
            (&[0, 1, 2, 3], Kind::Unknown),
            ("\u{89}PNG\u{1a}".as_bytes(), Kind::Unknown),
            (&[0xff, 0xfe, 0xfd], Kind::Unknown),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Kind::of(bytes, "file"), *expected, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_name_counts_only_where_bytes_tell_nothing() {
        let key = b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n";
        assert_eq!(Kind::of(key, "server.pem"), Kind::Other(&ENCRYPTED_KEY));
        assert_eq!(Kind::of(b"-----BEGIN PRIVATE KEY-----\nMIIE\n", "server.pem"), Kind::KeyLog);
        assert_eq!(Kind::of(&[0, 0, 1, 0], "Trace.ETL"), Kind::Other(&ETL));
        assert_eq!(Kind::of(b"%PDF-1.7", "trace.etl"), Kind::Other(&PDF));
    }
}
