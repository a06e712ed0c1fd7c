//! A server's private key, for connections whose client encrypted the premaster secret to it (RFC 5246 §7.4.7.1).
//!
//! PKCS #1 v1.5 decryption is known for oracles: who can send ciphertexts and watch answers or their timing may learn
//! plaintexts (RUSTSEC-2023-0071). There is none here: a capture is read where the key lies, and nobody is answered.
//!
//! Not in the page: everybody would load 41 kB for what few captures need.

use super::key_log::Secret;

/// Length of a premaster secret: the version that the client offered, and 46 random bytes.
const PREMASTER: usize = 48;

/// Why a text is no private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It holds a key that needs a passphrase.
    #[error("the key is encrypted; write it without a passphrase: openssl pkey -in FILE -out PLAIN")]
    Encrypted,
    /// It holds no private key, or none of RSA.
    #[error("no RSA private key in PEM (BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY)")]
    NoKey,
    /// What could use it is not in this program.
    #[error("the page cannot use private keys")]
    NotHere,
}

/// An RSA private key. It is wiped when it is dropped, and never printed.
#[derive(PartialEq)]
pub struct RsaKey(PrivateKey);

impl std::fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RsaKey")
    }
}

impl RsaKey {
    /// Reads PEM: PKCS #8, or PKCS #1.
    ///
    /// # Errors
    /// If there is no such key in it.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.contains("ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        // Text before it is what tools put there.
        let start = pem.find("-----BEGIN").ok_or(KeyError::NoKey)?;
        let pem = pem.get(start..).unwrap_or_default().trim_end();
        PrivateKey::read(pem).map(Self)
    }

    /// The premaster secret that was encrypted so.
    pub fn open(&self, encrypted: &[u8]) -> Option<Secret> {
        let plain = zeroize::Zeroizing::new(self.0.decrypt(encrypted)?);
        // Of another key's ciphertext any bytes may come out.
        (plain.len() == PREMASTER && plain.first() == Some(&3)).then(|| Secret::of(&plain)).flatten()
    }
}

#[cfg(not(target_family = "wasm"))]
#[derive(PartialEq)]
struct PrivateKey(rsa::PrivateKey);

#[cfg(not(target_family = "wasm"))]
impl PrivateKey {
    fn read(pem: &str) -> Result<Self, KeyError> {
        use rsa::pkcs1::DecodeRsaPrivateKey;
        use rsa::pkcs8::DecodePrivateKey;
        let key = rsa::PrivateKey::from_pkcs8_pem(pem).or_else(|_| rsa::PrivateKey::from_pkcs1_pem(pem));
        key.map(Self).map_err(|_| KeyError::NoKey)
    }

    fn decrypt(&self, encrypted: &[u8]) -> Option<Vec<u8>> {
        self.0.pkcs1v15_decrypt(encrypted).ok()
    }
}

/// There is none.
#[cfg(target_family = "wasm")]
#[derive(PartialEq)]
enum PrivateKey {}

#[cfg(target_family = "wasm")]
impl PrivateKey {
    fn read(_: &str) -> Result<Self, KeyError> {
        Err(KeyError::NotHere)
    }

    fn decrypt(&self, _: &[u8]) -> Option<Vec<u8>> {
        match *self {}
    }
}
