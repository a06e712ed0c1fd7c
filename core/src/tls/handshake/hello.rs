//! ClientHello and ServerHello (RFC 8446 §4.1, RFC 5246 §7.4.1), and the extensions that matter here.

use super::facts::Version;
use super::reader::{Reader, extensions};
use crate::tls::key_log::ClientRandom;
use crate::tls::session::{SessionName, name_of_id, name_of_ticket};

/// Numbers of extensions (IANA "TLS ExtensionType Values").
pub(in crate::tls) mod extension {
    pub const SERVER_NAME: u16 = 0;
    pub const ALPN: u16 = 16;
    pub const ENCRYPT_THEN_MAC: u16 = 22;
    pub const EXTENDED_MASTER_SECRET: u16 = 23;
    pub const SESSION_TICKET: u16 = 35;
    pub const EARLY_DATA: u16 = 42;
    pub const SUPPORTED_VERSIONS: u16 = 43;
    pub const ECH_OUTER_EXTENSIONS: u16 = 0xfd00;
    pub const ENCRYPTED_CLIENT_HELLO: u16 = 0xfe0d;
}

/// What a client asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientHello {
    /// Its secrets are logged with it.
    pub random: ClientRandom,
    /// The session that it would resume, by its identifier.
    pub session: Option<SessionName>,
    /// The same by its ticket (RFC 5077 §3.2).
    pub ticket: Option<SessionName>,
    /// The server's name (RFC 6066 §3).
    pub server_name: Option<String>,
    /// The protocols that it offers (RFC 7301), in its order.
    pub alpn: Vec<String>,
    /// Data that is encrypted before the server has answered follows (RFC 8446 §4.2.10).
    pub early_data: bool,
    /// The true message is encrypted within this one (RFC 9849).
    pub encrypted: bool,
}

impl ClientHello {
    /// `None` if it is none.
    pub fn read(body: &[u8]) -> Option<Self> {
        let mut reader = Reader(body);
        reader.u16()?;
        let mut hello = Self { random: reader.array()?, ..Self::default() };
        hello.session = name_of_id(reader.vector8()?);
        reader.vector16()?; // Suites.
        reader.vector8()?; // Compression.
        for (kind, body) in extensions(reader) {
            match kind {
                extension::SERVER_NAME => hello.server_name = server_name(body),
                extension::ALPN => hello.alpn = alpn(body),
                extension::SESSION_TICKET => hello.ticket = name_of_ticket(body),
                extension::EARLY_DATA => hello.early_data = true,
                // Of the outer message; browsers send one with random bytes where they have no key (RFC 9849 §6.2).
                extension::ENCRYPTED_CLIENT_HELLO => hello.encrypted = body.first() == Some(&0),
                _ => {}
            }
        }
        Some(hello)
    }
}

/// What a server chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// By the extension, where there is one.
    pub version: Version,
    /// Its share of the keys.
    pub random: [u8; 32],
    /// What the session can be resumed by: its identifier.
    pub session: Option<SessionName>,
    /// The cipher suite's number.
    pub suite: u16,
    /// The protocol that it chose; in TLS 1.3 EncryptedExtensions says that.
    pub alpn: Option<String>,
    /// MACs are made behind encryption (RFC 7366).
    pub encrypt_then_mac: bool,
    /// The master secret is made of the whole handshake (RFC 7627).
    pub extended_master_secret: bool,
    /// It asks for another ClientHello (RFC 8446 §4.1.4).
    pub is_retry: bool,
}

/// The random of a HelloRetryRequest (RFC 8446 §4.1.3).
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

impl ServerHello {
    /// `None` if it is none, or of a version that is not known.
    pub fn read(body: &[u8]) -> Option<Self> {
        let mut reader = Reader(body);
        let mut version = Version::of(reader.u16()?);
        let random = reader.array()?;
        let session = name_of_id(reader.vector8()?);
        let suite = reader.u16()?;
        reader.u8()?;
        let (mut alpn_chosen, mut encrypt_then_mac, mut extended_master_secret) = (None, false, false);
        for (kind, body) in extensions(reader) {
            match kind {
                extension::SUPPORTED_VERSIONS => version = Reader(body).u16().and_then(Version::of),
                extension::ALPN => alpn_chosen = alpn(body).into_iter().next(),
                extension::ENCRYPT_THEN_MAC => encrypt_then_mac = true,
                extension::EXTENDED_MASTER_SECRET => extended_master_secret = true,
                _ => {}
            }
        }
        let is_retry = random == RETRY;
        Some(Self {
            version: version?,
            random,
            session,
            suite,
            alpn: alpn_chosen,
            encrypt_then_mac,
            extended_master_secret,
            is_retry,
        })
    }
}

/// The ticket in a NewSessionTicket (RFC 5077 §3.3).
pub fn ticket(body: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader(body);
    reader.take(4)?; // How long it holds.
    reader.vector16()
}

/// The protocol that EncryptedExtensions chooses (RFC 8446 §4.3.1).
pub fn chosen_alpn(body: &[u8]) -> Option<String> {
    let (_, body) = extensions(Reader(body)).find(|(kind, _)| *kind == extension::ALPN)?;
    alpn(body).into_iter().next()
}

fn server_name(body: &[u8]) -> Option<String> {
    let mut list = Reader(Reader(body).vector16()?);
    list.u8()?;
    Some(String::from_utf8_lossy(list.vector16()?).into_owned())
}

fn alpn(body: &[u8]) -> Vec<String> {
    let mut list = Reader(Reader(body).vector16().unwrap_or_default());
    std::iter::from_fn(|| list.vector8().map(|name| String::from_utf8_lossy(name).into_owned())).collect()
}
