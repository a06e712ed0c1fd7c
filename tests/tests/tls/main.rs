//! Real TLS: OpenSSL's client and server hold WebSocket conversations through a relay that writes down the bytes of their
//! sockets, and what the engine decrypts with their key log must be what they said.
//!
//! The environment may name a folder in `SOCKSCOPE_RECORDINGS`, where the recordings are then kept.

mod events;
mod gnutls;
mod held;
mod loss;
mod openssl;
mod relay;
mod secrets;
mod speech;
mod suites;

use std::path::PathBuf;

/// Keeps a recording, if that is asked for.
fn keep(name: &str, capture: &[u8], log: &[u8]) {
    let Some(folder) = std::env::var_os("SOCKSCOPE_RECORDINGS").map(PathBuf::from) else { return };
    let name = name.replace([' ', '/'], "-");
    for (suffix, bytes) in [("pcap", capture), ("log", log)] {
        std::fs::write(folder.join(format!("{name}.{suffix}")), bytes).expect("the folder can be written");
    }
}
