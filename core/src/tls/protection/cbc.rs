//! Block ciphers in CBC mode with an HMAC (RFC 5246 §6.2.3.2), before or behind encryption (RFC 7366).

use aes::{Aes128, Aes256};
use cbc::Decryptor;
use cbc::cipher::array::Array;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, InnerIvInit, KeyInit};
use des::TdesEde3;
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha384};

use super::Failure;
use crate::tls::cipher_suite::{Bulk, Hash};

/// A block cipher with its key.
pub enum Cipher {
    Aes128(Box<Aes128>),
    Aes256(Box<Aes256>),
    TripleDes(Box<TdesEde3>),
}

impl Cipher {
    /// `None` if the suite's cipher is none of these, or the key's length is wrong.
    pub fn new(bulk: Bulk, key: &[u8]) -> Option<Self> {
        Some(match bulk {
            Bulk::Aes128Cbc(_) => Self::Aes128(Box::new(Aes128::new_from_slice(key).ok()?)),
            Bulk::Aes256Cbc(_) => Self::Aes256(Box::new(Aes256::new_from_slice(key).ok()?)),
            Bulk::TripleDesCbc(_) => Self::TripleDes(Box::new(TdesEde3::new_from_slice(key).ok()?)),
            _ => return None,
        })
    }

    /// Length of a block.
    pub fn block(&self) -> usize {
        match self {
            Self::TripleDes(_) => 8,
            _ => 16,
        }
    }

    /// Decrypts in place, and says how long the text before the padding is. The padding's bytes are not looked at where
    /// a MAC stands before them: a wrong length fails there.
    pub fn open(&self, iv: &[u8], text: &mut [u8]) -> Result<usize, Failure> {
        let whole = match self {
            Self::Aes128(cipher) => decrypt(&**cipher, iv, text),
            Self::Aes256(cipher) => decrypt(&**cipher, iv, text),
            Self::TripleDes(cipher) => decrypt(&**cipher, iv, text),
        };
        let padding = text.last().filter(|_| whole).map(|last| usize::from(*last) + 1);
        padding.and_then(|padding| text.len().checked_sub(padding)).ok_or(Failure::Padding)
    }
}

/// `false` if it is no whole number of blocks.
fn decrypt<C: BlockCipherDecrypt + Clone>(cipher: &C, iv: &[u8], text: &mut [u8]) -> bool {
    let (Ok(mut cbc), (blocks, [])) =
        (Decryptor::inner_iv_slice_init(cipher.clone(), iv), Array::slice_as_chunks_mut(text))
    else {
        return false;
    };
    cbc.decrypt_blocks(blocks);
    true
}

/// Whether `mac` is that of what follows each other in `parts`.
pub fn is_mac(hash: Hash, key: &[u8], parts: &[&[u8]], mac: &[u8]) -> bool {
    fn verify<M: Mac + hmac::KeyInit>(key: &[u8], parts: &[&[u8]], expected: &[u8]) -> bool {
        let Ok(mut mac) = <M as hmac::KeyInit>::new_from_slice(key) else { return false };
        parts.iter().for_each(|part| mac.update(part));
        mac.verify_slice(expected).is_ok()
    }
    match hash {
        Hash::Md5 => verify::<Hmac<Md5>>(key, parts, mac),
        Hash::Sha1 => verify::<Hmac<Sha1>>(key, parts, mac),
        Hash::Sha256 => verify::<Hmac<Sha256>>(key, parts, mac),
        Hash::Sha384 => verify::<Hmac<Sha384>>(key, parts, mac),
    }
}
