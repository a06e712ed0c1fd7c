//! The cipher suites that are decrypted (IANA "TLS Cipher Suites"), as one table: what protects records, and what
//! derives keys. The key exchange says nothing about records, so suites that differ only there share a row.

/// What protects records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bulk {
    Aes128Gcm,
    Aes256Gcm,
    Aes128Ccm,
    Aes256Ccm,
    /// CCM with a tag of 8 bytes (RFC 6655 §4).
    Aes128Ccm8,
    Aes256Ccm8,
    ChaCha20Poly1305,
    Aes128Cbc(Hash),
    Aes256Cbc(Hash),
    TripleDesCbc(Hash),
    /// Integrity only.
    Null(Hash),
}

/// A hash function, of the key schedule or of a record's MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
}

impl Hash {
    /// Length of what it gives, in bytes.
    pub fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
        }
    }
}

/// A cipher suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CipherSuite {
    /// Its number on the wire.
    pub id: u16,
    /// Its registered name.
    pub name: &'static str,
    /// What protects records.
    pub(super) bulk: Bulk,
    /// What derives keys (in TLS 1.2 and 1.3; earlier versions have one way of their own).
    pub(super) hash: Hash,
}

impl CipherSuite {
    /// The suite of that number, if it is one that can be decrypted.
    pub fn of(id: u16) -> Option<&'static Self> {
        TABLE.binary_search_by_key(&id, |suite| suite.id).ok().and_then(|at| TABLE.get(at))
    }
}

macro_rules! table {
    ($($id:literal $name:literal $bulk:expr, $hash:ident;)*) => {
        &[$(CipherSuite { id: $id, name: $name, bulk: $bulk, hash: Hash::$hash }),*]
    };
}

use Bulk::*;
use Hash::{Md5, Sha1, Sha256, Sha384};

/// By number.
static TABLE: &[CipherSuite] = table! {
    0x0001 "TLS_RSA_WITH_NULL_MD5" Null(Md5), Sha256;
    0x0002 "TLS_RSA_WITH_NULL_SHA" Null(Sha1), Sha256;
    0x000a "TLS_RSA_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0x000d "TLS_DH_DSS_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0x0010 "TLS_DH_RSA_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0x0013 "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0x0016 "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0x001b "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0x002c "TLS_PSK_WITH_NULL_SHA" Null(Sha1), Sha256;
    0x002d "TLS_DHE_PSK_WITH_NULL_SHA" Null(Sha1), Sha256;
    0x002e "TLS_RSA_PSK_WITH_NULL_SHA" Null(Sha1), Sha256;
    0x002f "TLS_RSA_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0x0030 "TLS_DH_DSS_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0x0031 "TLS_DH_RSA_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0x0032 "TLS_DHE_DSS_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0x0033 "TLS_DHE_RSA_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0x0034 "TLS_DH_anon_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0x0035 "TLS_RSA_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0x0036 "TLS_DH_DSS_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0x0037 "TLS_DH_RSA_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0x0038 "TLS_DHE_DSS_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0x0039 "TLS_DHE_RSA_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0x003a "TLS_DH_anon_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0x003b "TLS_RSA_WITH_NULL_SHA256" Null(Sha256), Sha256;
    0x003c "TLS_RSA_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0x003d "TLS_RSA_WITH_AES_256_CBC_SHA256" Aes256Cbc(Sha256), Sha256;
    0x003e "TLS_DH_DSS_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0x003f "TLS_DH_RSA_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0x0040 "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0x0067 "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0x0068 "TLS_DH_DSS_WITH_AES_256_CBC_SHA256" Aes256Cbc(Sha256), Sha256;
    0x0069 "TLS_DH_RSA_WITH_AES_256_CBC_SHA256" Aes256Cbc(Sha256), Sha256;
    0x006a "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256" Aes256Cbc(Sha256), Sha256;
    0x006b "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256" Aes256Cbc(Sha256), Sha256;
    0x006c "TLS_DH_anon_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0x006d "TLS_DH_anon_WITH_AES_256_CBC_SHA256" Aes256Cbc(Sha256), Sha256;
    0x008b "TLS_PSK_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0x008c "TLS_PSK_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0x008d "TLS_PSK_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0x008f "TLS_DHE_PSK_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0x0090 "TLS_DHE_PSK_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0x0091 "TLS_DHE_PSK_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0x0093 "TLS_RSA_PSK_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0x0094 "TLS_RSA_PSK_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0x0095 "TLS_RSA_PSK_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0x009c "TLS_RSA_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0x009d "TLS_RSA_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0x009e "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0x009f "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0x00a0 "TLS_DH_RSA_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0x00a1 "TLS_DH_RSA_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0x00a2 "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0x00a3 "TLS_DHE_DSS_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0x00a4 "TLS_DH_DSS_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0x00a5 "TLS_DH_DSS_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0x00a6 "TLS_DH_anon_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0x00a7 "TLS_DH_anon_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0x00a8 "TLS_PSK_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0x00a9 "TLS_PSK_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0x00aa "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0x00ab "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0x00ac "TLS_RSA_PSK_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0x00ad "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0x00ae "TLS_PSK_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0x00af "TLS_PSK_WITH_AES_256_CBC_SHA384" Aes256Cbc(Sha384), Sha384;
    0x00b0 "TLS_PSK_WITH_NULL_SHA256" Null(Sha256), Sha256;
    0x00b1 "TLS_PSK_WITH_NULL_SHA384" Null(Sha384), Sha384;
    0x00b2 "TLS_DHE_PSK_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0x00b3 "TLS_DHE_PSK_WITH_AES_256_CBC_SHA384" Aes256Cbc(Sha384), Sha384;
    0x00b4 "TLS_DHE_PSK_WITH_NULL_SHA256" Null(Sha256), Sha256;
    0x00b5 "TLS_DHE_PSK_WITH_NULL_SHA384" Null(Sha384), Sha384;
    0x00b6 "TLS_RSA_PSK_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0x00b7 "TLS_RSA_PSK_WITH_AES_256_CBC_SHA384" Aes256Cbc(Sha384), Sha384;
    0x00b8 "TLS_RSA_PSK_WITH_NULL_SHA256" Null(Sha256), Sha256;
    0x00b9 "TLS_RSA_PSK_WITH_NULL_SHA384" Null(Sha384), Sha384;
    0x1301 "TLS_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0x1302 "TLS_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0x1303 "TLS_CHACHA20_POLY1305_SHA256" ChaCha20Poly1305, Sha256;
    0x1304 "TLS_AES_128_CCM_SHA256" Aes128Ccm, Sha256;
    0x1305 "TLS_AES_128_CCM_8_SHA256" Aes128Ccm8, Sha256;
    0xc001 "TLS_ECDH_ECDSA_WITH_NULL_SHA" Null(Sha1), Sha256;
    0xc003 "TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0xc004 "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0xc005 "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0xc006 "TLS_ECDHE_ECDSA_WITH_NULL_SHA" Null(Sha1), Sha256;
    0xc008 "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0xc009 "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0xc00a "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0xc00b "TLS_ECDH_RSA_WITH_NULL_SHA" Null(Sha1), Sha256;
    0xc00d "TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0xc00e "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0xc00f "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0xc010 "TLS_ECDHE_RSA_WITH_NULL_SHA" Null(Sha1), Sha256;
    0xc012 "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0xc013 "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0xc014 "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0xc015 "TLS_ECDH_anon_WITH_NULL_SHA" Null(Sha1), Sha256;
    0xc017 "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0xc018 "TLS_ECDH_anon_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0xc019 "TLS_ECDH_anon_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0xc01a "TLS_SRP_SHA_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0xc01b "TLS_SRP_SHA_RSA_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0xc01c "TLS_SRP_SHA_DSS_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0xc01d "TLS_SRP_SHA_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0xc01e "TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0xc01f "TLS_SRP_SHA_DSS_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0xc020 "TLS_SRP_SHA_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0xc021 "TLS_SRP_SHA_RSA_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0xc022 "TLS_SRP_SHA_DSS_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0xc023 "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0xc024 "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384" Aes256Cbc(Sha384), Sha384;
    0xc025 "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0xc026 "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384" Aes256Cbc(Sha384), Sha384;
    0xc027 "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0xc028 "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384" Aes256Cbc(Sha384), Sha384;
    0xc029 "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0xc02a "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384" Aes256Cbc(Sha384), Sha384;
    0xc02b "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0xc02c "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0xc02d "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0xc02e "TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0xc02f "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0xc030 "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0xc031 "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0xc032 "TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0xc034 "TLS_ECDHE_PSK_WITH_3DES_EDE_CBC_SHA" TripleDesCbc(Sha1), Sha256;
    0xc035 "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA" Aes128Cbc(Sha1), Sha256;
    0xc036 "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA" Aes256Cbc(Sha1), Sha256;
    0xc037 "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256" Aes128Cbc(Sha256), Sha256;
    0xc038 "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384" Aes256Cbc(Sha384), Sha384;
    0xc039 "TLS_ECDHE_PSK_WITH_NULL_SHA" Null(Sha1), Sha256;
    0xc03a "TLS_ECDHE_PSK_WITH_NULL_SHA256" Null(Sha256), Sha256;
    0xc03b "TLS_ECDHE_PSK_WITH_NULL_SHA384" Null(Sha384), Sha384;
    0xc09c "TLS_RSA_WITH_AES_128_CCM" Aes128Ccm, Sha256;
    0xc09d "TLS_RSA_WITH_AES_256_CCM" Aes256Ccm, Sha256;
    0xc09e "TLS_DHE_RSA_WITH_AES_128_CCM" Aes128Ccm, Sha256;
    0xc09f "TLS_DHE_RSA_WITH_AES_256_CCM" Aes256Ccm, Sha256;
    0xc0a0 "TLS_RSA_WITH_AES_128_CCM_8" Aes128Ccm8, Sha256;
    0xc0a1 "TLS_RSA_WITH_AES_256_CCM_8" Aes256Ccm8, Sha256;
    0xc0a2 "TLS_DHE_RSA_WITH_AES_128_CCM_8" Aes128Ccm8, Sha256;
    0xc0a3 "TLS_DHE_RSA_WITH_AES_256_CCM_8" Aes256Ccm8, Sha256;
    0xc0a4 "TLS_PSK_WITH_AES_128_CCM" Aes128Ccm, Sha256;
    0xc0a5 "TLS_PSK_WITH_AES_256_CCM" Aes256Ccm, Sha256;
    0xc0a6 "TLS_DHE_PSK_WITH_AES_128_CCM" Aes128Ccm, Sha256;
    0xc0a7 "TLS_DHE_PSK_WITH_AES_256_CCM" Aes256Ccm, Sha256;
    0xc0a8 "TLS_PSK_WITH_AES_128_CCM_8" Aes128Ccm8, Sha256;
    0xc0a9 "TLS_PSK_WITH_AES_256_CCM_8" Aes256Ccm8, Sha256;
    0xc0aa "TLS_PSK_DHE_WITH_AES_128_CCM_8" Aes128Ccm8, Sha256;
    0xc0ab "TLS_PSK_DHE_WITH_AES_256_CCM_8" Aes256Ccm8, Sha256;
    0xc0ac "TLS_ECDHE_ECDSA_WITH_AES_128_CCM" Aes128Ccm, Sha256;
    0xc0ad "TLS_ECDHE_ECDSA_WITH_AES_256_CCM" Aes256Ccm, Sha256;
    0xc0ae "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8" Aes128Ccm8, Sha256;
    0xc0af "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8" Aes256Ccm8, Sha256;
    0xc0b0 "TLS_ECCPWD_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0xc0b1 "TLS_ECCPWD_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0xc0b2 "TLS_ECCPWD_WITH_AES_128_CCM_SHA256" Aes128Ccm, Sha256;
    0xc0ff "TLS_ECJPAKE_WITH_AES_128_CCM_8" Aes128Ccm8, Sha256;
    0xcc13 "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256" ChaCha20Poly1305, Sha256;
    0xcc14 "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" ChaCha20Poly1305, Sha256;
    0xcc15 "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256" ChaCha20Poly1305, Sha256;
    0xcca8 "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256" ChaCha20Poly1305, Sha256;
    0xcca9 "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" ChaCha20Poly1305, Sha256;
    0xccaa "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256" ChaCha20Poly1305, Sha256;
    0xccab "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256" ChaCha20Poly1305, Sha256;
    0xccac "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256" ChaCha20Poly1305, Sha256;
    0xccad "TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256" ChaCha20Poly1305, Sha256;
    0xccae "TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256" ChaCha20Poly1305, Sha256;
    0xd001 "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256" Aes128Gcm, Sha256;
    0xd002 "TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384" Aes256Gcm, Sha384;
    0xd003 "TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256" Aes128Ccm8, Sha256;
    0xd005 "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256" Aes128Ccm, Sha256;
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_sorted_and_finds() {
        assert!(TABLE.is_sorted_by(|a, b| a.id < b.id));
        let check = |id, name, bulk| {
            let suite = CipherSuite::of(id).unwrap();
            assert_eq!((suite.name, suite.bulk), (name, bulk));
        };
        check(0x1301, "TLS_AES_128_GCM_SHA256", Aes128Gcm);
        check(0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", Aes128Cbc(Sha1));
        check(0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", TripleDesCbc(Sha1));
        check(0xc0ae, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", Aes128Ccm8);
        assert_eq!(CipherSuite::of(0x0005), None);
    }
}
