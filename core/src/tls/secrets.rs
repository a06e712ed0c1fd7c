//! The secrets that all conversations of a capture share. They may grow while it is read; whoever grows them sees to it
//! that no conversation is at work then, so that what is found does not depend on the number of threads.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::key_log::{ClientRandom, KeyLog, Label, Secret};
use super::rsa_key::Premasters;

/// Secrets, shared.
#[derive(Clone, Default)]
pub struct Secrets {
    log: Arc<RwLock<KeyLog>>,
    keys: Arc<RwLock<Vec<Box<dyn Premasters>>>>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// Takes the lines of a key log. The answer is how many secrets were new.
    pub fn read(&self, log: &[u8]) -> u64 {
        // A lock that was poisoned holds whole lines still.
        self.log.write().unwrap_or_else(PoisonError::into_inner).read(log)
    }

    /// Takes secrets that stand in the capture. The answer is how many were new.
    pub fn embed(&self, log: &[u8]) -> u64 {
        self.read(log)
    }

    /// Takes a master secret that follows from others.
    pub(super) fn derive(&self, random: &ClientRandom, master: &Secret) {
        self.log.write().unwrap_or_else(PoisonError::into_inner).add(random, Label::Master, master.clone());
    }

    /// Takes a server's private key.
    pub fn add_key(&self, key: impl Premasters + 'static) {
        self.keys.write().unwrap_or_else(PoisonError::into_inner).push(Box::new(key));
    }

    /// A connection's secret.
    pub fn get(&self, random: &ClientRandom, label: Label) -> Option<Secret> {
        self.known().get(random, label)
    }

    /// Whether there is any secret of a connection.
    pub fn has(&self, random: &ClientRandom) -> bool {
        self.known().has(random)
    }

    /// The premaster secret that was encrypted so, and what told it.
    pub fn premaster(&self, encrypted: &[u8]) -> Option<(Secret, &'static str)> {
        let logged = encrypted.first_chunk().and_then(|name| self.known().premaster(name));
        let opened = || {
            let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
            keys.iter().find_map(|key| key.open(encrypted)).map(|secret| (secret, "RSA private key"))
        };
        logged.map(|secret| (secret, "RSA")).or_else(opened)
    }

    /// Whether premaster secrets may be known.
    pub fn tell_premasters(&self) -> bool {
        self.known().has_premasters() || !self.keys.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.known().len()
    }

    /// Whether there is nothing that could decrypt.
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && !self.tell_premasters()
    }

    /// The lines of one connection, as a log has them.
    pub fn write(&self, random: &ClientRandom, log: &mut Vec<u8>) {
        self.known().write(random, log);
    }

    fn known(&self) -> RwLockReadGuard<'_, KeyLog> {
        self.log.read().unwrap_or_else(PoisonError::into_inner)
    }
}
