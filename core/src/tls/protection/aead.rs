//! Ciphers that authenticate by themselves, as TLS 1.3 (RFC 8446 §5.2) and TLS 1.2 (RFC 5246 §6.2.3.3) use them.

use aes::{Aes128, Aes256};
use aes_gcm::aead::array::Array;
use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use ccm::Ccm;
use ccm::consts::{U8, U12, U16};
use chacha20poly1305::ChaCha20Poly1305;

use crate::tls::cipher_suite::Bulk;

/// Length of a nonce.
pub const NONCE: usize = 12;

/// A cipher with its key.
pub enum Aead {
    Aes128Gcm(Box<Aes128Gcm>),
    Aes256Gcm(Box<Aes256Gcm>),
    Aes128Ccm(Box<Ccm<Aes128, U16, U12>>),
    Aes256Ccm(Box<Ccm<Aes256, U16, U12>>),
    Aes128Ccm8(Box<Ccm<Aes128, U8, U12>>),
    Aes256Ccm8(Box<Ccm<Aes256, U8, U12>>),
    ChaCha20Poly1305(Box<ChaCha20Poly1305>),
}

impl Aead {
    /// `None` if the suite's cipher is none of these, or the key's length is wrong.
    pub fn new(bulk: Bulk, key: &[u8]) -> Option<Self> {
        fn keyed<A: KeyInit>(key: &[u8]) -> Option<Box<A>> {
            A::new_from_slice(key).ok().map(Box::new)
        }
        Some(match bulk {
            Bulk::Aes128Gcm => Self::Aes128Gcm(keyed(key)?),
            Bulk::Aes256Gcm => Self::Aes256Gcm(keyed(key)?),
            Bulk::Aes128Ccm => Self::Aes128Ccm(keyed(key)?),
            Bulk::Aes256Ccm => Self::Aes256Ccm(keyed(key)?),
            Bulk::Aes128Ccm8 => Self::Aes128Ccm8(keyed(key)?),
            Bulk::Aes256Ccm8 => Self::Aes256Ccm8(keyed(key)?),
            Bulk::ChaCha20Poly1305 => Self::ChaCha20Poly1305(keyed(key)?),
            _ => return None,
        })
    }

    /// Length of the tag.
    pub fn tag(&self) -> usize {
        match self {
            Self::Aes128Ccm8(_) | Self::Aes256Ccm8(_) => 8,
            _ => 16,
        }
    }

    /// Decrypts `text` into `out`, which is as long; `false`: it is not authentic.
    pub fn open(&self, nonce: &[u8; NONCE], data: &[u8], text: &[u8], out: &mut [u8], tag: &[u8]) -> bool {
        fn open<A: AeadInOut>(
            aead: &A,
            nonce: &[u8],
            data: &[u8],
            text: &[u8],
            out: &mut [u8],
            tag: &[u8],
        ) -> bool {
            match (Array::try_from(nonce), InOutBuf::new(text, out), Array::try_from(tag)) {
                (Ok(nonce), Ok(text), Ok(tag)) => {
                    aead.decrypt_inout_detached(&nonce, data, text, &tag).is_ok()
                }
                _ => false,
            }
        }
        match self {
            Self::Aes128Gcm(aead) => open(&**aead, nonce, data, text, out, tag),
            Self::Aes256Gcm(aead) => open(&**aead, nonce, data, text, out, tag),
            Self::Aes128Ccm(aead) => open(&**aead, nonce, data, text, out, tag),
            Self::Aes256Ccm(aead) => open(&**aead, nonce, data, text, out, tag),
            Self::Aes128Ccm8(aead) => open(&**aead, nonce, data, text, out, tag),
            Self::Aes256Ccm8(aead) => open(&**aead, nonce, data, text, out, tag),
            Self::ChaCha20Poly1305(aead) => open(&**aead, nonce, data, text, out, tag),
        }
    }
}
