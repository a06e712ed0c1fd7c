//! The server's own certificate in a Certificate message (RFC 8446 §4.4.2, RFC 5246 §7.4.2).

use x509_cert::Certificate as X509;
use x509_cert::der::Decode;

use super::facts::{Certificate, Version};
use super::name;
use super::reader::Reader;

/// The first certificate of a message; `None` if there is none that can be read.
pub fn first(body: &[u8], version: Version) -> Option<Certificate> {
    let mut reader = Reader(body);
    if version == Version::Tls13 {
        reader.vector8()?;
    }
    let bytes = Reader(reader.vector24()?).vector24()?;
    let certificate = X509::from_der(bytes).ok()?;
    let certificate = certificate.tbs_certificate();
    let expires = certificate.validity().not_after.to_unix_duration().as_secs();
    Some(Certificate { subject: name::text(certificate.subject()), expires })
}
