//! TLS 1.0 to 1.3 (RFC 2246, 4346, 5246, 8446) as it is read from outside with the secrets of one of its ends: streams
//! of records in, decrypted streams out. All cryptography is that of the RustCrypto crates; what is here is the
//! bookkeeping of records and the key schedules.

mod cipher_suite;
mod connection;
mod direction;
mod encrypted_hello;
pub mod handshake;
pub mod key_log;
mod key_schedule;
mod negotiation;
mod protection;
pub mod record;
mod rsa_key;
mod sealed;
mod secrets;
mod session;
mod tried;

pub use cipher_suite::CipherSuite;
pub use connection::{Connection, Out, Plain};
pub use handshake::facts::{Facts, Version};
pub use key_log::KeyLog;
pub use rsa_key::{KeyError, RsaKey};
pub use sealed::{Places, Seal, Sealed};
pub use secrets::Secrets;
pub use session::{Session, Sessions};
