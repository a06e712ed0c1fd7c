//! Key logs: those of `--keylog`, else the one that the environment names.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use sockscope_core::session::Secrets;

use crate::say::Say;

/// Where browsers and libraries write their secrets.
const VARIABLE: &str = "SSLKEYLOGFILE";

/// Reads all of them. What cannot be read is said, and is an error if it was asked for.
pub fn read(given: &[PathBuf], say: &Say) -> Result<Secrets, ()> {
    let secrets = Secrets::default();
    let mut result = Ok(());
    for path in given.iter().filter(|path| path.as_os_str() != "none") {
        match std::fs::read(path) {
            Ok(log) => {
                if add(&secrets, log) == 0 {
                    say.note(&format!("{}: there are no secrets in it", path.display()));
                }
            }
            Err(error) => {
                say.error(&format!("cannot read the key log {}: {error}", path.display()));
                result = Err(());
            }
        }
    }
    let named = std::env::var_os(VARIABLE).filter(|name| given.is_empty() && !name.is_empty());
    if let Some(path) = named {
        from_environment(&path, &secrets, say);
    }
    result.map(|()| secrets)
}

fn from_environment(path: &OsString, secrets: &Secrets, say: &Say) {
    let path = Path::new(path);
    match std::fs::read(path) {
        Ok(log) => {
            add(secrets, log);
            say.note(&format!("using the TLS secrets in {} ({VARIABLE})", path.display()));
        }
        Err(error) => {
            say.note(&format!("{VARIABLE} names {}, which cannot be read: {error}", path.display()))
        }
    }
}

/// The log's own bytes are wiped.
fn add(secrets: &Secrets, mut log: Vec<u8>) -> u64 {
    let new = secrets.read(&log);
    log.fill(0);
    new
}
