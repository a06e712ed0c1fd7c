//! Opens protected records: a sequence number, a header and what is behind it in, plain bytes out, or why not.

pub(super) mod aead;
mod cbc;

use super::cipher_suite::{Bulk, CipherSuite};
use super::handshake::facts::Version;
use super::key_schedule::Keys;
use super::key_schedule::prf::Lengths;
use super::record::{ContentType, HEADER};
use aead::{Aead, NONCE};
use cbc::{Cipher, is_mac};

/// Why a record cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Its tag is not that of its bytes.
    #[error("its authentication tag does not fit")]
    Tag,
    /// Its MAC is not that of its bytes.
    #[error("its MAC does not fit")]
    Mac,
    /// What it decrypts to does not end as padding does.
    #[error("it is no whole number of blocks, or its padding is longer than itself")]
    Padding,
    /// It is shorter than what protects it.
    #[error("it is shorter than what would protect it")]
    Short,
    /// In TLS 1.0 its first block needs the last one before it (RFC 2246 §6.2.3.2).
    #[error("the record before it, which it needs, is lost")]
    Chain,
    /// It holds nothing but padding (RFC 8446 §5.4).
    #[error("it decrypts to nothing but padding, without a type")]
    Empty,
}

/// Lengths of the keys that a suite needs before TLS 1.3.
pub fn lengths(bulk: Bulk, version: Version) -> Lengths {
    let (mac, key, block) = match bulk {
        Bulk::Aes128Gcm | Bulk::Aes128Ccm | Bulk::Aes128Ccm8 => (0, 16, 4),
        Bulk::Aes256Gcm | Bulk::Aes256Ccm | Bulk::Aes256Ccm8 => (0, 32, 4),
        Bulk::ChaCha20Poly1305 => (0, 32, NONCE),
        Bulk::Aes128Cbc(hash) => (hash.length(), 16, 16),
        Bulk::Aes256Cbc(hash) => (hash.length(), 32, 16),
        Bulk::TripleDesCbc(hash) => (hash.length(), 24, 8),
        Bulk::Null(hash) => (hash.length(), 0, 0),
    };
    // From TLS 1.1 on every record has an initialisation vector of its own (RFC 4346 §6.2.3.2).
    let chained = version == Version::Tls10;
    let iv = if mac > 0 && !chained { 0 } else { block };
    Lengths { mac, key, iv }
}

/// When the MAC is made (RFC 7366).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacOrder {
    /// Before encryption, as TLS began.
    First,
    /// Behind it.
    Last,
}

/// Bytes of the longest block.
const BLOCK: usize = 16;

/// What the record before left to the next one, which needs it in TLS 1.0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chain {
    /// There was none.
    #[default]
    First,
    /// Its last block, which fills it from the front.
    Block([u8; BLOCK]),
    /// It is lost.
    Lost,
}

/// What opens the records of one direction with one set of keys.
pub struct Opener(Construction);

enum Construction {
    Tls13 {
        aead: Aead,
        iv: [u8; NONCE],
    },
    /// The nonce is the fixed part, and 8 bytes that stand in the record (RFC 5288 §3).
    Explicit {
        aead: Aead,
        salt: [u8; 4],
    },
    /// The nonce is made of the sequence number (RFC 7905 §2).
    Implicit {
        aead: Aead,
        iv: [u8; NONCE],
    },
    Block {
        cipher: Cipher,
        mac: Keys,
        hash: super::cipher_suite::Hash,
        order: MacOrder,
        /// The first record's initialisation vector is a key, and every other one's is the end of the record before it.
        chained: bool,
    },
    Null {
        mac: Keys,
        hash: super::cipher_suite::Hash,
    },
}

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opener")
    }
}

impl Opener {
    /// Of TLS 1.3.
    pub fn tls13(suite: &CipherSuite, keys: &Keys) -> Option<Self> {
        let (aead, iv) = (Aead::new(suite.bulk, &keys.key)?, keys.iv.as_slice().try_into().ok()?);
        Some(Self(Construction::Tls13 { aead, iv }))
    }

    /// Of TLS 1.2 and before.
    pub fn tls12(suite: &CipherSuite, version: Version, order: MacOrder, keys: Keys) -> Option<Self> {
        let chained = version == Version::Tls10;
        Some(Self(match suite.bulk {
            Bulk::ChaCha20Poly1305 => {
                let (aead, iv) = (Aead::new(suite.bulk, &keys.key)?, keys.iv.as_slice().try_into().ok()?);
                Construction::Implicit { aead, iv }
            }
            Bulk::Aes128Cbc(hash) | Bulk::Aes256Cbc(hash) | Bulk::TripleDesCbc(hash) => {
                let cipher = Cipher::new(suite.bulk, &keys.key)?;
                Construction::Block { cipher, mac: keys, hash, order, chained }
            }
            Bulk::Null(hash) => Construction::Null { mac: keys, hash },
            _ => {
                let (aead, salt) = (Aead::new(suite.bulk, &keys.key)?, keys.iv.as_slice().try_into().ok()?);
                Construction::Explicit { aead, salt }
            }
        }))
    }

    /// Bytes that protection adds to a record, its header included; at least, where padding may add more.
    pub fn overhead(&self) -> u64 {
        let added = match &self.0 {
            Construction::Tls13 { aead, .. } => aead.tag() + 1,
            Construction::Explicit { aead, .. } => aead.tag() + 8,
            Construction::Implicit { aead, .. } => aead.tag(),
            Construction::Block { cipher, hash, chained, .. } => {
                hash.length() + 1 + if *chained { 0 } else { cipher.block() }
            }
            Construction::Null { hash, .. } => hash.length(),
        };
        (HEADER + added) as u64
    }

    /// Whether a record needs the one before it to be opened, and this is the header of such a one: all that tells it from
    /// other bytes where the one before is lost.
    pub fn is_chained_record(&self, header: &[u8; HEADER]) -> bool {
        let Construction::Block { cipher, hash, order, chained: true, .. } = &self.0 else { return false };
        let [kind, major, minor, high, low] = *header;
        let behind = if *order == MacOrder::Last { hash.length() } else { 0 };
        let text = usize::from(u16::from_be_bytes([high, low])).checked_sub(behind);
        let whole = text.is_some_and(|text| text > 0 && text.is_multiple_of(cipher.block()));
        whole && ContentType(kind) == ContentType::APPLICATION_DATA && [major, minor] == [3, 1]
    }

    /// Opens a record into `out`, which is overwritten, and says what it carries. `before`: what [`Opener::chain`] says of
    /// the record before it.
    pub fn open(
        &self,
        sequence: u64,
        before: Chain,
        header: &[u8; HEADER],
        body: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<ContentType, Failure> {
        let [kind, major, minor, ..] = *header;
        // What the record's MAC or tag covers beside its bytes (RFC 5246 §6.2.3.1, §6.2.3.3).
        let covered = |length: usize| {
            let [.., high, low] = length.to_be_bytes();
            let mut covered = [0; 13];
            covered[..8].copy_from_slice(&sequence.to_be_bytes());
            covered[8..].copy_from_slice(&[kind, major, minor, high, low]);
            covered
        };
        match &self.0 {
            Construction::Tls13 { aead, iv } => {
                open_aead(aead, &numbered(iv, sequence), |_| *header, body, out)?;
                // Zeros behind the type are padding (RFC 8446 §5.4).
                let end = out.iter().rposition(|byte| *byte != 0).ok_or(Failure::Empty)?;
                let kind = out.get(end).copied().ok_or(Failure::Empty)?;
                out.truncate(end);
                return Ok(ContentType(kind));
            }
            Construction::Explicit { aead, salt } => {
                let (explicit, body) = body.split_first_chunk::<8>().ok_or(Failure::Short)?;
                let mut nonce = [0; NONCE];
                nonce[..4].copy_from_slice(salt);
                nonce[4..].copy_from_slice(explicit);
                open_aead(aead, &nonce, covered, body, out)?;
            }
            Construction::Implicit { aead, iv } => {
                open_aead(aead, &numbered(iv, sequence), covered, body, out)?;
            }
            Construction::Block { cipher, mac, hash, order, chained } => {
                let body = match order {
                    MacOrder::First => body,
                    MacOrder::Last => {
                        let (body, tag) = split_end(body, hash.length()).ok_or(Failure::Short)?;
                        let parts: [&[u8]; 2] = [&covered(body.len()), body];
                        is_mac(*hash, &mac.mac, &parts, tag).then_some(body).ok_or(Failure::Mac)?
                    }
                };
                let (iv, text) = match (*chained, &before) {
                    (true, Chain::Block(last)) => (last.get(..cipher.block()).ok_or(Failure::Short)?, body),
                    (true, Chain::First) => (mac.iv.as_slice(), body),
                    // Where the MAC covers what is encrypted it would fit, and the first block be nonsense.
                    (true, Chain::Lost) => return Err(Failure::Chain),
                    (false, _) => body.split_at_checked(cipher.block()).ok_or(Failure::Short)?,
                };
                out.clear();
                out.extend_from_slice(text);
                let mut length = cipher.open(iv, out)?;
                if *order == MacOrder::First {
                    let text = out.get(..length).unwrap_or_default();
                    let (text, tag) = split_end(text, hash.length()).ok_or(Failure::Short)?;
                    if !is_mac(*hash, &mac.mac, &[&covered(text.len()), text], tag) {
                        return Err(Failure::Mac);
                    }
                    length = text.len();
                }
                out.truncate(length);
            }
            Construction::Null { mac, hash } => {
                let (text, tag) = split_end(body, hash.length()).ok_or(Failure::Short)?;
                if !is_mac(*hash, &mac.mac, &[&covered(text.len()), text], tag) {
                    return Err(Failure::Mac);
                }
                out.clear();
                out.extend_from_slice(text);
            }
        }
        Ok(ContentType(kind))
    }

    /// What the next record needs of this one, opened or not: in TLS 1.0 its last block is that one's initialisation vector.
    pub fn chain(&self, body: &[u8]) -> Chain {
        let Construction::Block { cipher, hash, order, chained: true, .. } = &self.0 else {
            return Chain::First;
        };
        let body = match order {
            MacOrder::First => Some(body),
            MacOrder::Last => split_end(body, hash.length()).map(|(body, _)| body),
        };
        let last = body.and_then(|body| split_end(body, cipher.block()));
        last.map_or(Chain::Lost, |(_, last)| {
            let mut block = [0; BLOCK];
            block.iter_mut().zip(last).for_each(|(to, from)| *to = *from);
            Chain::Block(block)
        })
    }
}

fn open_aead<D: AsRef<[u8]>>(
    aead: &Aead,
    nonce: &[u8; NONCE],
    covered: impl FnOnce(usize) -> D,
    body: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Failure> {
    let (text, tag) = split_end(body, aead.tag()).ok_or(Failure::Short)?;
    // What stands there from before is overwritten.
    out.resize(text.len(), 0);
    aead.open(nonce, covered(text.len()).as_ref(), text, out, tag).then_some(()).ok_or(Failure::Tag)
}

/// The nonce of a record (RFC 8446 §5.3).
fn numbered(iv: &[u8; NONCE], sequence: u64) -> [u8; NONCE] {
    let mut nonce = *iv;
    nonce[4..].iter_mut().zip(sequence.to_be_bytes()).for_each(|(byte, number)| *byte ^= number);
    nonce
}

fn split_end(bytes: &[u8], length: usize) -> Option<(&[u8], &[u8])> {
    bytes.split_at_checked(bytes.len().checked_sub(length)?)
}
