//! What a file is known by when it is seen again: a page cannot open a file by itself, only recognise it.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Bytes of a file's beginning that are looked at.
pub const BEGINNING: u64 = 64 << 10;

/// What a file is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its name, without folders.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// SHA-256 of its first 64 KiB, hexadecimal.
    pub sha256: String,
}

impl Mark {
    /// The mark of a file with this beginning.
    pub fn of(name: String, size: u64, beginning: &[u8]) -> Self {
        let mut sha256 = String::with_capacity(64);
        for byte in Sha256::digest(beginning) {
            // A String takes everything.
            let _ = write!(sha256, "{byte:02x}");
        }
        Self { name, size, sha256 }
    }

    /// It is the same file, perhaps by another name.
    pub fn is_same(&self, other: &Self) -> bool {
        self.size == other.size && self.sha256 == other.sha256
    }

    /// How the file `found` differs from this one, in a sentence.
    pub fn difference(&self, found: &Self) -> String {
        let sizes = if self.size == found.size {
            "It has the right size, but begins with other bytes".to_owned()
        } else {
            format!(
                "It has {} bytes instead of {}",
                crate::words::count(found.size),
                crate::words::count(self.size)
            )
        };
        if self.name == found.name { format!("{sizes}. Was it captured anew?") } else { format!("{sizes}.") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_size_and_beginning() {
        let mark = Mark::of("a.pcap".into(), 3, b"abc");
        assert_eq!(mark.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(mark.is_same(&Mark::of("b.pcap".into(), 3, b"abc")));
        let longer = Mark::of("a.pcap".into(), 1004, b"abc");
        assert_eq!(mark.difference(&longer), "It has 1,004 bytes instead of 3. Was it captured anew?");
        let other = Mark::of("b.pcap".into(), 3, b"abd");
        assert_eq!(mark.difference(&other), "It has the right size, but begins with other bytes.");
    }
}
