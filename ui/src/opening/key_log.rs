//! Counts the secrets of a key log (RFC 9850; the file that `SSLKEYLOGFILE` names), to show before there is a capture. Only counts
//! are kept: the secrets themselves are for engines alone, which read the file by themselves.

use std::collections::BTreeMap;

/// Labels that a line may begin with (RFC 9850 §2; `CLIENT_RANDOM` and `RSA` are those of TLS 1.2 and before).
const LABELS: [&str; 12] = [
    KEY,
    "CLIENT_RANDOM",
    "RSA",
    "CLIENT_EARLY_TRAFFIC_SECRET",
    "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    "SERVER_HANDSHAKE_TRAFFIC_SECRET",
    "CLIENT_TRAFFIC_SECRET_0",
    "SERVER_TRAFFIC_SECRET_0",
    "EARLY_EXPORTER_SECRET",
    "EXPORTER_SECRET",
    "ECH_SECRET",
    "ECH_CONFIG",
];

/// A server's private key in PEM counts as one, however many lines it has.
const KEY: &str = "RSA private key";

/// The longest line that is looked at; the longest secrets have a few hundred digits.
const LINE: usize = 4096;

/// What a key log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Secrets by label.
    pub labels: BTreeMap<&'static str, u64>,
    /// Lines that are neither a secret, nor a comment, nor blank.
    pub others: u64,
    /// The line at hand is one of a private key.
    is_in_key: bool,
}

impl Counts {
    /// Secrets in all.
    pub fn secrets(&self) -> u64 {
        self.labels.values().sum()
    }

    /// The page cannot use private keys: they count as what is not understood.
    pub fn without_keys(&mut self) {
        self.others += self.labels.remove(KEY).unwrap_or_default();
    }

    fn line(&mut self, line: &[u8]) {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            return;
        }
        let is_private =
            line.ends_with(b" PRIVATE KEY-----") && !line.ends_with(b" ENCRYPTED PRIVATE KEY-----");
        match line {
            line if is_private && line.starts_with(b"-----BEGIN ") => return self.is_in_key = true,
            line if is_private && self.is_in_key && line.starts_with(b"-----END ") => {
                self.is_in_key = false;
                *self.labels.entry(KEY).or_default() += 1;
                return;
            }
            _ if self.is_in_key => return,
            _ => {}
        }
        match label(line) {
            Some(label) => *self.labels.entry(label).or_default() += 1,
            None => self.others += 1,
        }
    }
}

/// Counts while a key log is read piece by piece.
#[derive(Debug, Default)]
pub struct Counting {
    counts: Counts,
    /// The beginning of a line whose end did not come yet; never longer than [`LINE`].
    begun: Vec<u8>,
}

impl Counting {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        let mut lines = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(part) = lines.next() {
            let room = LINE.saturating_sub(self.begun.len());
            self.begun.extend(part.iter().take(room));
            if lines.peek().is_some() {
                self.counts.line(&self.begun);
                self.begun.clear();
            }
        }
    }

    /// The file has ended.
    pub fn finish(mut self) -> Counts {
        self.counts.line(&self.begun);
        self.counts
    }
}

/// Text of which most lines are secrets.
pub fn looks_like(text: &str) -> bool {
    let mut counting = Counting::default();
    counting.push(text.as_bytes());
    let counts = counting.finish();
    // The last line may have been cut, or a private key.
    counts.is_in_key || (counts.secrets() > counts.others.saturating_sub(1) && counts.secrets() > 0)
}

/// The label of a line that is a secret: label, client random, and secret, hexadecimal.
fn label(line: &[u8]) -> Option<&'static str> {
    let mut words = line.split(|byte| *byte == b' ');
    let (name, random, secret) = (words.next()?, words.next()?, words.next()?);
    let is_hexadecimal = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_hexdigit);
    let label = LABELS.into_iter().find(|label| label.as_bytes() == name)?;
    (words.next().is_none() && is_hexadecimal(random) && is_hexadecimal(secret)).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(label: &str) -> String {
        format!("{label} {} {}", "0f".repeat(32), "A5".repeat(48))
    }

    #[test]
    fn secrets_are_counted_by_label() {
        let log = format!(
            "# comment\r\n{}\r\n{}\n\n{}\nCLIENT_RANDOM xyz 00\nhello\n{}",
            secret("CLIENT_RANDOM"),
            secret("CLIENT_TRAFFIC_SECRET_0"),
            secret("CLIENT_RANDOM"),
            secret("EXPORTER_SECRET"),
        );
        // However it is cut.
        for size in [1, 7, 64, log.len()] {
            let mut counting = Counting::default();
            log.as_bytes().chunks(size).for_each(|piece| counting.push(piece));
            let counts = counting.finish();
            let labels: Vec<_> = counts.labels.iter().map(|(label, count)| (*label, *count)).collect();
            assert_eq!(
                labels,
                [("CLIENT_RANDOM", 2), ("CLIENT_TRAFFIC_SECRET_0", 1), ("EXPORTER_SECRET", 1)]
            );
            assert_eq!((counts.secrets(), counts.others), (4, 2), "in pieces of {size}");
        }
    }

    #[test]
    fn a_private_key_is_one_secret() {
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC==\n-----END RSA PRIVATE KEY-----\n";
        let mut counting = Counting::default();
        counting.push(format!("Bag Attributes\n{key}{}", secret("CLIENT_RANDOM")).as_bytes());
        let counts = counting.finish();
        assert_eq!((counts.labels.get(KEY), counts.secrets(), counts.others), (Some(&1), 2, 1));
        assert!(looks_like(key));
        assert!(looks_like("-----BEGIN PRIVATE KEY-----\nMIIEow\nIBAA"), "its beginning");
        assert!(!looks_like("-----BEGIN CERTIFICATE-----\nMIIEow\n-----END CERTIFICATE-----\n"));
    }

    #[test]
    fn prose_is_no_key_log() {
        assert!(looks_like(&secret("CLIENT_RANDOM")));
        assert!(looks_like(&format!("{}\nCLIENT_RAN", secret("RSA"))));
        for text in ["", "# only a comment", "CLIENT_RANDOM", "hello\nworld", "CLIENT_RANDOM 00 11 22"] {
            assert!(!looks_like(text), "{text}");
        }
    }

    #[test]
    fn a_line_without_end_takes_no_memory() {
        let mut counting = Counting::default();
        for _ in 0..100 {
            counting.push(&[b'a'; 1000]);
        }
        assert!(counting.begun.len() <= LINE);
        assert_eq!(counting.finish().others, 1);
    }
}
