//! The pseudorandom function of TLS 1.2 (RFC 5246 §5) and of TLS 1.0 and 1.1 (RFC 2246 §5), and the keys made with it.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384};

use super::Keys;
use crate::tls::cipher_suite::{CipherSuite, Hash};
use crate::tls::handshake::facts::Version;

/// Which function it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prf {
    /// MD5 and SHA-1 together (TLS 1.0, 1.1).
    Legacy,
    /// The suite's hash (TLS 1.2).
    Tls12(Hash),
}

impl Prf {
    /// Of a connection.
    pub fn of(version: Version, suite: &CipherSuite) -> Self {
        if version == Version::Tls12 { Self::Tls12(suite.hash) } else { Self::Legacy }
    }

    /// The digest of a handshake (RFC 7627 §3).
    pub fn hash(self, parts: &[&[u8]]) -> Vec<u8> {
        fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            parts.iter().fold(D::new(), |digest, part| digest.chain_update(part)).finalize().to_vec()
        }
        match self {
            Self::Tls12(Hash::Sha384) => digest::<Sha384>(parts),
            Self::Tls12(_) => digest::<Sha256>(parts),
            Self::Legacy => [digest::<Md5>(parts), digest::<Sha1>(parts)].concat(),
        }
    }

    /// Fills `out`.
    pub fn expand(self, secret: &[u8], label: &[u8], seed: &[&[u8]], out: &mut [u8]) {
        out.fill(0);
        match self {
            Self::Tls12(Hash::Sha384) => p_hash::<Hmac<Sha384>>(secret, label, seed, out),
            Self::Tls12(_) => p_hash::<Hmac<Sha256>>(secret, label, seed, out),
            Self::Legacy => {
                // The halves share a byte where the length is odd (RFC 2246 §5).
                let half = secret.len().div_ceil(2);
                let (first, second) = (secret.get(..half), secret.get(secret.len() - half..));
                p_hash::<Hmac<Md5>>(first.unwrap_or_default(), label, seed, out);
                p_hash::<Hmac<Sha1>>(second.unwrap_or_default(), label, seed, out);
            }
        }
    }

    /// The keys of both directions, the client's first (RFC 5246 §6.3).
    pub fn keys(self, master: &[u8], client: &[u8; 32], server: &[u8; 32], lengths: Lengths) -> [Keys; 2] {
        let Lengths { mac, key, iv } = lengths;
        let mut block = zeroize::Zeroizing::new(vec![0; 2 * (mac + key + iv)]);
        self.expand(master, b"key expansion", &[server, client], &mut block);
        let mut rest = block.as_slice();
        let mut take = |length: usize| {
            let (taken, left) = rest.split_at(length.min(rest.len()));
            rest = left;
            taken.to_vec()
        };
        let mut keys = [Keys::default(), Keys::default()];
        keys.iter_mut().for_each(|keys| keys.mac = take(mac));
        keys.iter_mut().for_each(|keys| keys.key = take(key));
        keys.iter_mut().for_each(|keys| keys.iv = take(iv));
        keys
    }
}

/// Lengths of the keys of one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    pub mac: usize,
    pub key: usize,
    pub iv: usize,
}

/// P_hash, exclusive-or'ed into `out`.
fn p_hash<M: Mac + KeyInit>(secret: &[u8], label: &[u8], seed: &[&[u8]], out: &mut [u8]) {
    let mac = |parts: &[&[u8]]| {
        // A key of HMAC may have any length.
        let Ok(mut mac) = <M as KeyInit>::new_from_slice(secret) else { return None };
        parts.iter().for_each(|part| mac.update(part));
        Some(mac.finalize().into_bytes())
    };
    let seeded = |first: &[u8]| {
        let mut parts = vec![first, label];
        parts.extend_from_slice(seed);
        mac(&parts)
    };
    let Some(mut a) = seeded(&[]) else { return };
    let length = a.len();
    for chunk in out.chunks_mut(length) {
        let Some(block) = seeded(&a) else { return };
        chunk.iter_mut().zip(block.iter()).for_each(|(out, byte)| *out ^= byte);
        match mac(&[&a]) {
            Some(next) => a = next,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prf: Prf, secret: &str, seed: &str, label: &str, expected: &str) {
        let bytes = |text: &str| -> Vec<u8> {
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
        };
        let expected = bytes(expected);
        let mut out = vec![0; expected.len()];
        prf.expand(&bytes(secret), label.as_bytes(), &[&bytes(seed)], &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn agrees_with_the_vector_of_the_tls_working_group() {
        // https://mailarchive.ietf.org/arch/msg/tls/fzVCzk-z3FShgGJ6DOXqM1ydxms/
        check(
            Prf::Tls12(Hash::Sha256),
            "9bbe436ba940f017b17652849a71db35",
            "a0ba9f936cda311827a6f796ffd5198c",
            "test label",
            "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af\
             0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701\
             87347b66",
        );
    }
}
