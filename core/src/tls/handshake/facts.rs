//! What is known of a TLS connection beside its bytes.

/// Which TLS it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// RFC 2246.
    Tls10,
    /// RFC 4346.
    Tls11,
    /// RFC 5246.
    Tls12,
    /// RFC 8446.
    Tls13,
}

impl Version {
    /// By its number on the wire (RFC 8446 §4.1.2).
    pub fn of(number: u16) -> Option<Self> {
        match number {
            0x0301 => Some(Self::Tls10),
            0x0302 => Some(Self::Tls11),
            0x0303 => Some(Self::Tls12),
            0x0304 => Some(Self::Tls13),
            _ => None,
        }
    }

    /// `TLS 1.3`
    pub fn name(self) -> &'static str {
        match self {
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

/// What the handshake said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The version, once the server has chosen.
    pub version: Option<Version>,
    /// The cipher suite by its registered name, or its number.
    pub cipher: Option<String>,
    /// The server's name as the client asked for it.
    pub server_name: Option<String>,
    /// The protocol that the server chose.
    pub alpn: Option<String>,
    /// The server's certificate.
    pub certificate: Option<Certificate>,
    /// The labels of the secrets that were used, in the order in which they were.
    pub secrets: Vec<&'static str>,
}

impl Facts {
    /// A secret with this label was used.
    pub fn use_secret(&mut self, label: &'static str) {
        if !self.secrets.contains(&label) {
            self.secrets.push(label);
        }
    }
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is.
    pub subject: String,
    /// When it expires, in seconds since 1970.
    pub expires: u64,
}
