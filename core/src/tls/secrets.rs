//! The secrets that all conversations of a capture share. They may grow while it is read; whoever grows them sees to it
//! that no conversation is at work then, so that what is found does not depend on the number of threads.

use std::sync::{Arc, RwLock, RwLockReadGuard};

use super::key_log::{ClientRandom, KeyLog, Label, Secret};

/// Secrets, shared.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Arc<RwLock<KeyLog>>);

impl Secrets {
    /// Takes the lines of a key log. The answer is how many secrets were new.
    pub fn read(&self, log: &[u8]) -> u64 {
        // A lock that was poisoned holds whole lines still.
        self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner()).read(log)
    }

    /// A connection's secret.
    pub fn get(&self, random: &ClientRandom, label: Label) -> Option<Secret> {
        self.known().get(random, label)
    }

    /// Whether there is any secret of a connection.
    pub fn has(&self, random: &ClientRandom) -> bool {
        self.known().has(random)
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.known().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The lines of one connection, as a log has them.
    pub fn write(&self, random: &ClientRandom, log: &mut Vec<u8>) {
        self.known().write(random, log);
    }

    fn known(&self) -> RwLockReadGuard<'_, KeyLog> {
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
