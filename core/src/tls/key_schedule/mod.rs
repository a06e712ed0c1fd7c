//! From logged secrets to the keys of records.

pub mod prf;
pub mod tls13;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// What protects the records of one direction.
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop)]
pub struct Keys {
    /// Of the MAC; empty where the cipher authenticates.
    pub mac: Vec<u8>,
    /// Of the cipher.
    pub key: Vec<u8>,
    /// The fixed part of nonces, or the first initialisation vector.
    pub iv: Vec<u8>,
}
