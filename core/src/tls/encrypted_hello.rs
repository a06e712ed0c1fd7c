//! Encrypted Client Hello (RFC 9849): the ClientHello within the one that everybody sees, opened with what a key log
//! says of it (RFC 9850 §2.3), and whether the server took it.

use hkdf::Hkdf;
use sha2::{Digest, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::cipher_suite::{Bulk, CipherSuite, Hash};
use super::handshake::Kind;
use super::handshake::hello::extension;
use super::handshake::reader::{Reader, extensions};
use super::key_log::HelloKeys;
use super::protection::aead::{Aead, NONCE};

/// A version of ECHConfig: the only one (RFC 9849 §4).
const CONFIG: u16 = 0xfe0d;
/// Length of the random's part that says whether the inner hello was taken (RFC 9849 §7.2).
const CONFIRMATION: usize = 8;
/// Where that part stands in a ServerHello: behind the version, and at the random's end.
const CONFIRMED: std::ops::Range<usize> = 2 + 32 - CONFIRMATION..2 + 32;

/// The hellos within those of one handshake.
#[derive(Debug, Default)]
pub struct Inner {
    /// The bodies of the messages so far: one, or two where the server asked for another.
    hellos: Vec<Vec<u8>>,
    /// What the server asked for another with.
    retry: Option<Vec<u8>>,
}

impl Inner {
    /// What is held, in bytes of memory.
    pub fn held(&self) -> usize {
        self.hellos.iter().chain(&self.retry).map(Vec::capacity).sum()
    }

    /// The last hello that was opened.
    pub fn hello(&self) -> Option<&[u8]> {
        self.hellos.last().map(Vec::as_slice)
    }

    /// Takes the next hello that everybody sees. Where the one within it cannot be opened, there is none.
    pub fn take(&mut self, outer: &[u8], keys: &HelloKeys) {
        if self.hellos.len() > usize::from(self.retry.is_some()) {
            *self = Self::default();
        }
        match open(outer, keys, self.hellos.len() as u64) {
            Some(hello) => self.hellos.push(hello),
            None => *self = Self::default(),
        }
    }

    /// Takes the server's request for another hello.
    pub fn retry(&mut self, body: &[u8]) {
        self.retry = (!self.hellos.is_empty()).then(|| body.to_vec());
    }

    /// Whether the server took the inner hello, as its ServerHello says (RFC 9849 §7.2).
    pub fn is_accepted(&self, server_hello: &[u8], suite: &CipherSuite) -> bool {
        let confirmation = match suite.hash {
            Hash::Sha384 => self.confirmation::<Sha384>(server_hello),
            _ => self.confirmation::<Sha256>(server_hello),
        };
        confirmation.is_some_and(|bytes| server_hello.get(CONFIRMED) == Some(&bytes[..]))
    }

    fn confirmation<D: Kdf>(&self, server_hello: &[u8]) -> Option<[u8; CONFIRMATION]> {
        let mut zeroed = server_hello.to_vec();
        zeroed.get_mut(CONFIRMED)?.fill(0);
        let mut transcript = Vec::new();
        match (&self.hellos[..], &self.retry) {
            ([hello], None) => Kind::CLIENT_HELLO.write(hello, &mut transcript),
            ([first, second], Some(retry)) => {
                let mut begun = Vec::new();
                Kind::CLIENT_HELLO.write(first, &mut begun);
                Kind::MESSAGE_HASH.write(&D::hash(&begun), &mut transcript);
                Kind::SERVER_HELLO.write(retry, &mut transcript);
                Kind::CLIENT_HELLO.write(second, &mut transcript);
            }
            _ => return None,
        }
        Kind::SERVER_HELLO.write(&zeroed, &mut transcript);
        let random = self.hellos.first()?.get(2..34)?;
        let hash = D::hash(&transcript);
        let label = b"tls13 ech accept confirmation";
        let lengths = [u8::try_from(label.len()).ok()?, u8::try_from(hash.len()).ok()?];
        let info: [&[u8]; 5] = [&[0, CONFIRMATION as u8], &lengths[..1], label, &lengths[1..], &hash];
        let mut confirmation = [0; CONFIRMATION];
        D::expand(D::extract(None, &[random]), &info, &mut confirmation)?;
        Some(confirmation)
    }
}

/// The body of the ClientHello within this one (RFC 9849 §5). `number`: how many were opened before with the same keys.
fn open(outer: &[u8], keys: &HelloKeys, number: u64) -> Option<Vec<u8>> {
    let sealed =
        extensions(fields(outer)?.extensions).find(|(kind, _)| *kind == extension::ENCRYPTED_CLIENT_HELLO)?.1;
    let mut reader = Reader(sealed);
    if reader.u8()? != 0 {
        return None;
    }
    let (kdf, aead) = (reader.u16()?, reader.u16()?);
    reader.u8()?; // Which config: the log has it.
    reader.vector16()?; // The share of the secret.
    let payload = reader.vector16()?;
    let config = keys.config.as_deref()?;
    let secret = keys.secret.as_deref()?;
    let context = match kdf {
        1 => Context::new::<Sha256>(secret, config, kdf, aead)?,
        2 => Context::new::<Sha384>(secret, config, kdf, aead)?,
        3 => Context::new::<Sha512>(secret, config, kdf, aead)?,
        _ => return None,
    };
    // What is authenticated is the outer message, with zeros in the payload's place (§5.2).
    let at = payload.as_ptr().addr().checked_sub(outer.as_ptr().addr())?;
    let mut data = outer.to_vec();
    data.get_mut(at..at + payload.len())?.fill(0);
    let encoded = context.open(number, &data, payload)?;
    decode(&encoded, outer)
}

/// A ClientHello's parts.
struct Fields<'a> {
    version_and_random: &'a [u8],
    session: &'a [u8],
    suites: &'a [u8],
    compression: &'a [u8],
    /// From the length of the extensions on.
    extensions: Reader<'a>,
}

fn fields(body: &[u8]) -> Option<Fields<'_>> {
    let mut reader = Reader(body);
    Some(Fields {
        version_and_random: reader.take(34)?,
        session: reader.vector8()?,
        suites: reader.vector16()?,
        compression: reader.vector8()?,
        extensions: reader,
    })
}

/// EncodedClientHelloInner as a ClientHello (§5.1): what it has of the outer one is taken from there.
fn decode(encoded: &[u8], outer: &[u8]) -> Option<Vec<u8>> {
    let (inner, outer) = (fields(encoded)?, fields(outer)?);
    let mut list = Vec::new();
    let mut others = extensions(outer.extensions);
    for (kind, body) in extensions(inner.extensions) {
        if kind == extension::ECH_OUTER_EXTENSIONS {
            let mut named = Reader(Reader(body).vector8()?);
            while let Some(name) = named.u16() {
                // In the outer one's order, and each once.
                let (_, body) =
                    others.find(|(kind, _)| *kind == name && name != extension::ENCRYPTED_CLIENT_HELLO)?;
                write_extension(name, body, &mut list);
            }
        } else {
            write_extension(kind, body, &mut list);
        }
    }
    let mut hello = inner.version_and_random.to_vec();
    hello.push(u8::try_from(outer.session.len()).ok()?);
    hello.extend_from_slice(outer.session);
    hello.extend_from_slice(&u16::try_from(inner.suites.len()).ok()?.to_be_bytes());
    hello.extend_from_slice(inner.suites);
    hello.push(u8::try_from(inner.compression.len()).ok()?);
    hello.extend_from_slice(inner.compression);
    hello.extend_from_slice(&u16::try_from(list.len()).ok()?.to_be_bytes());
    hello.extend_from_slice(&list);
    Some(hello)
}

fn write_extension(kind: u16, body: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(&kind.to_be_bytes());
    // It came with a length of two bytes.
    into.extend_from_slice(&(body.len() as u16).to_be_bytes());
    into.extend_from_slice(body);
}

/// A context of HPKE for the one who opens (RFC 9180 §5.1), from the shared secret on.
struct Context {
    aead: Aead,
    nonce: [u8; NONCE],
}

impl Context {
    fn new<D: Kdf>(secret: &[u8], config: &[u8], kdf: u16, aead: u16) -> Option<Self> {
        let mut reader = Reader(config);
        if reader.u16()? != CONFIG {
            return None;
        }
        let mut key_config = Reader(reader.vector16()?);
        key_config.u8()?;
        let kem = key_config.u16()?;
        Self::with_info::<D>(secret, &[b"tls ech\0", config], [kem, kdf, aead])
    }

    fn with_info<D: Kdf>(secret: &[u8], info: &[&[u8]], suite: [u16; 3]) -> Option<Self> {
        let (bulk, length) = match suite[2] {
            1 => (Bulk::Aes128Gcm, 16_u8),
            2 => (Bulk::Aes256Gcm, 32),
            3 => (Bulk::ChaCha20Poly1305, 32),
            _ => return None,
        };
        let suite = suite.map(u16::to_be_bytes).concat();
        let labeled = |label: &'static [u8]| -> [&[u8]; 4] { [b"HPKE-v1", b"HPKE", &suite, label] };
        let no_id = D::extract_hash(&labeled(b"psk_id_hash"));
        let info = D::extract_hash(&[&labeled(b"info_hash")[..], info].concat());
        // The base mode, without a shared key.
        let schedule: [&[u8]; 3] = [&[0], &no_id, &info];
        let expand = |label, out: &mut [u8]| {
            let length = [0, u8::try_from(out.len()).ok()?];
            let info = [&[&length[..]], &labeled(label)[..], &schedule[..]].concat();
            D::expand(D::extract(Some(secret), &labeled(b"secret")), &info, out)
        };
        let mut key = Zeroizing::new([0; 32]);
        let key = key.get_mut(..usize::from(length))?;
        let mut nonce = [0; NONCE];
        expand(b"key", key)?;
        expand(b"base_nonce", &mut nonce)?;
        Some(Self { aead: Aead::new(bulk, key)?, nonce })
    }

    /// Opens the message with that number.
    fn open(&self, number: u64, data: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = self.nonce;
        for (byte, number) in nonce.iter_mut().rev().zip(number.to_le_bytes()) {
            *byte ^= number;
        }
        let (text, tag) = sealed.split_at_checked(sealed.len().checked_sub(self.aead.tag())?)?;
        let mut plain = vec![0; text.len()];
        self.aead.open(&nonce, data, text, &mut plain, tag).then_some(plain)
    }
}

/// A hash and its HKDF (RFC 5869).
trait Kdf {
    type Prk;
    fn hash(bytes: &[u8]) -> Vec<u8>;
    fn extract(salt: Option<&[u8]>, material: &[&[u8]]) -> Self::Prk;
    /// What is extracted, itself, without a salt.
    fn extract_hash(material: &[&[u8]]) -> Vec<u8>;
    fn expand(prk: Self::Prk, info: &[&[u8]], out: &mut [u8]) -> Option<()>;
}

macro_rules! kdfs {
    ($($hash:ty),*) => {$(
        impl Kdf for $hash {
            type Prk = Hkdf<$hash>;

            fn hash(bytes: &[u8]) -> Vec<u8> {
                <$hash>::digest(bytes).to_vec()
            }

            fn extract(salt: Option<&[u8]>, material: &[&[u8]]) -> Self::Prk {
                Hkdf::<$hash>::new(salt, &Zeroizing::new(material.concat()))
            }

            fn extract_hash(material: &[&[u8]]) -> Vec<u8> {
                Hkdf::<$hash>::extract(None, &material.concat()).0.to_vec()
            }

            fn expand(prk: Self::Prk, info: &[&[u8]], out: &mut [u8]) -> Option<()> {
                prk.expand_multi_info(info, out).ok()
            }
        }
    )*};
}

kdfs!(Sha256, Sha384, Sha512);

#[cfg(test)]
mod tests;
