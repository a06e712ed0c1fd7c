//! The key schedule of TLS 1.3 (RFC 8446 §7) from its traffic secrets on, which is where logs begin. A traffic secret
//! gives the keys of one direction and its successor, and nothing else can be made from it.

use hkdf::Hkdf;
use sha2::{Sha256, Sha384};

use super::Keys;
use crate::tls::cipher_suite::{CipherSuite, Hash};
use crate::tls::key_log::Secret;

/// A traffic secret of one direction.
#[derive(Clone, Debug)]
pub struct TrafficSecret {
    secret: Secret,
    hash: Hash,
}

impl TrafficSecret {
    /// `None` if its length is not that of the suite's hash.
    pub fn new(secret: Secret, suite: &CipherSuite) -> Option<Self> {
        (secret.bytes().len() == suite.hash.length()).then_some(Self { secret, hash: suite.hash })
    }

    /// The keys of its records (§7.3).
    pub fn keys(&self, key_length: usize) -> Option<Keys> {
        let mut keys = Keys { mac: Vec::new(), key: vec![0; key_length], iv: vec![0; 12] };
        self.expand(b"key", &mut keys.key)?;
        self.expand(b"iv", &mut keys.iv)?;
        Some(keys)
    }

    /// What follows it after a KeyUpdate (§7.2).
    pub fn next(&self) -> Option<Self> {
        let mut next = zeroize::Zeroizing::new([0; 48]);
        let next = next.get_mut(..self.hash.length())?;
        self.expand(b"traffic upd", next)?;
        Some(Self { secret: Secret::of(next)?, hash: self.hash })
    }

    /// HKDF-Expand-Label without a context (§7.1).
    fn expand(&self, label: &[u8], out: &mut [u8]) -> Option<()> {
        let length = u16::try_from(out.len()).ok()?.to_be_bytes();
        let label_length = [u8::try_from(b"tls13 ".len() + label.len()).ok()?];
        let info: [&[u8]; 5] = [&length, &label_length, b"tls13 ", label, &[0]];
        match self.hash {
            Hash::Sha384 => {
                Hkdf::<Sha384>::from_prk(self.secret.bytes()).ok()?.expand_multi_info(&info, out).ok()
            }
            _ => Hkdf::<Sha256>::from_prk(self.secret.bytes()).ok()?.expand_multi_info(&info, out).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_keys_of_rfc_8448() {
        // §3, "Simple 1-RTT Handshake": the server's handshake traffic secret and its write key and iv.
        let bytes = |text: &str| -> Vec<u8> {
            text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
        };
        let secret = bytes(
            "b6 7b 7d 69 0c c1 6c 4e 75 e5 42 13 cb 2d 37 b4 e9 c9 12 bc de d9 10 5d 42 be fd 59 d3 91 ad 38",
        );
        let suite = CipherSuite::of(0x1301).unwrap();
        let keys = TrafficSecret::new(Secret::of(&secret).unwrap(), suite).unwrap().keys(16).unwrap();
        assert_eq!(keys.key, bytes("3f ce 51 60 09 c2 17 27 d0 f2 e4 e8 6e e4 03 bc"));
        assert_eq!(keys.iv, bytes("5d 31 3e b2 67 12 76 ee 13 00 0b 30"));
    }
}
