//! What decrypts TLS: the key logs of `--keylog`, else the one that the environment names, and the keys of `--rsa-key`.

use std::ffi::OsString;
use std::path::Path;

use sockscope_core::session::Secrets;
use sockscope_core::tls::RsaKey;

use crate::args::SecretArgs;
use crate::say::Say;

/// Where browsers and libraries write their secrets.
const VARIABLE: &str = "SSLKEYLOGFILE";

/// Reads all of them. What cannot be read is said, and is an error if it was asked for.
pub fn read(args: &SecretArgs, say: &Say) -> Result<Secrets, ()> {
    let given = &args.keylog;
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
    for path in &args.rsa_key {
        let key = std::fs::read(path).map_err(|error| error.to_string()).and_then(read_key);
        match key {
            Ok(key) => secrets.add_key(key),
            Err(error) => {
                say.error(&format!("cannot read the private key {}: {error}", path.display()));
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

/// The file's own bytes are wiped.
fn read_key(mut pem: Vec<u8>) -> Result<RsaKey, String> {
    let key = RsaKey::from_pem(&String::from_utf8_lossy(&pem)).map_err(|error| error.to_string());
    pem.fill(0);
    key
}

/// The log's own bytes are wiped.
fn add(secrets: &Secrets, mut log: Vec<u8>) -> u64 {
    let new = secrets.read(&log);
    log.fill(0);
    new
}
