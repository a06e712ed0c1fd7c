//! The secrets that all conversations of a capture share: logs and private keys that were given, what stands in the capture
//! itself, and what follows from those. They may grow while it is read; whoever grows them sees to it that no conversation is
//! at work then, so that what is found does not depend on the number of threads.

use std::sync::{Arc, PoisonError, RwLock};

use hashbrown::HashMap;

use super::cipher_suite::CipherSuite;
use super::key_log::{ClientRandom, HelloKeys, KeyLog, Label, PremasterName, Secret};
use super::protection::Opener;
use super::rsa_key::RsaKey;

/// Secrets, shared.
#[derive(Clone, Default)]
pub struct Secrets {
    given: Arc<RwLock<Vec<KeyLog>>>,
    /// Whose secrets are needed where the hello does not say, once that was found out or not: whoever reads the capture again
    /// finds the same, however the logs have grown.
    revealed: Option<Arc<RwLock<Revealed>>>,
    of_capture: Arc<RwLock<OfCapture>>,
}

/// Connections of which that is kept.
const REVEALED: usize = 1 << 16;

/// Randoms of logs, by those that everybody sees and the end of the server's first protected record: whichever connection is
/// first, each finds what its own record says.
type Revealed = HashMap<(ClientRandom, RecordEnd), Option<ClientRandom>>;

/// The last bytes of a record, which authenticate it.
pub(super) type RecordEnd = [u8; 16];

/// What a capture told.
struct OfCapture {
    /// Secrets that stand in it.
    embedded: KeyLog,
    /// Master secrets that follow from others.
    derived: KeyLog,
}

impl Default for OfCapture {
    fn default() -> Self {
        Self { embedded: KeyLog::without_keys(), derived: KeyLog::default() }
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// Takes a whole log. The answer is how many of its secrets were new.
    pub fn read(&self, log: &[u8]) -> u64 {
        let number = self.add_log();
        self.read_on(number, log) + self.end(number)
    }

    /// Makes room for one more log; the answer is its number.
    pub fn add_log(&self) -> usize {
        self.with_given(|given| {
            given.push(KeyLog::default());
            given.len() - 1
        })
    }

    /// Takes the next bytes of the log with that number, cut anywhere. The answer is how many of its secrets were new.
    pub fn read_on(&self, log: usize, bytes: &[u8]) -> u64 {
        self.with_given(|given| given.get_mut(log).map_or(0, |log| log.push(bytes)))
    }

    /// Takes the last line of the log with that number, which needs no end.
    pub fn end(&self, log: usize) -> u64 {
        self.with_given(|given| given.get_mut(log).map_or(0, KeyLog::end))
    }

    /// Takes secrets that stand in the capture. The answer is how many were new.
    pub fn embed(&self, log: &[u8]) -> u64 {
        self.with_capture(|of| of.embedded.read(log))
    }

    /// Takes a master secret that follows from others.
    pub(super) fn derive(&self, random: &ClientRandom, master: &Secret) {
        self.with_capture(|of| of.derived.add(random, Label::Master, master.clone()));
    }

    /// Takes a server's private key, as a log of its own.
    pub fn add_key(&self, key: RsaKey) {
        let mut log = KeyLog::default();
        log.add_key(key);
        self.with_given(|given| given.push(log));
    }

    /// How many private keys there are.
    pub fn private_keys(&self) -> usize {
        let mut count = 0;
        self.each(|log| count += log.private_keys());
        count
    }

    /// What was given, and nothing of the capture: for one who reads it from its start.
    pub fn as_given(&self) -> Self {
        Self { given: Arc::clone(&self.given), revealed: self.revealed.clone(), of_capture: Arc::default() }
    }

    /// A connection's secret.
    pub fn get(&self, random: &ClientRandom, label: Label) -> Option<Secret> {
        self.look(|log| log.get(random, label))
    }

    /// What opens the encrypted ClientHello within the one with this random.
    pub fn hello_keys(&self, random: &ClientRandom) -> Option<HelloKeys> {
        self.look(|log| log.hello_keys(random))
    }

    /// Whether there is any secret of a connection.
    pub fn has(&self, random: &ClientRandom) -> bool {
        self.look(|log| log.has(random).then_some(())).is_some()
    }

    /// None yet, of one who reads a capture again and is to find the same each time.
    pub fn remembering() -> Self {
        Self { revealed: Some(Arc::default()), ..Self::default() }
    }

    /// The capture is read anew, with all that is known now.
    pub fn forget_revealed(&self) {
        if let Some(revealed) = &self.revealed {
            revealed.write().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    /// The random beside which a server's handshake traffic secret stands whose keys open something, for a connection that
    /// shows another one.
    pub(super) fn find_random(
        &self,
        seen: &ClientRandom,
        end: &RecordEnd,
        suite: &CipherSuite,
        mut opens: impl FnMut(&Opener) -> bool,
    ) -> Option<ClientRandom> {
        let known = self.revealed.as_ref().and_then(|revealed| {
            revealed.read().unwrap_or_else(PoisonError::into_inner).get(&(*seen, *end)).copied()
        });
        known.unwrap_or_else(|| {
            let found = self.look(|log| log.tried.find(suite, &mut opens));
            if let Some(revealed) = &self.revealed {
                let mut revealed = revealed.write().unwrap_or_else(PoisonError::into_inner);
                if revealed.len() < REVEALED {
                    revealed.insert((*seen, *end), found);
                }
            }
            found
        })
    }

    /// Whether there is a secret of a connection itself, and not only of its hello.
    pub fn has_keys(&self, random: &ClientRandom) -> bool {
        self.look(|log| log.has_keys(random).then_some(())).is_some()
    }

    /// How many connections of the logs can be tried so.
    pub fn tried_randoms(&self) -> usize {
        let mut count = 0;
        self.each(|log| count += log.tried.count());
        count
    }

    /// How many secrets of a connection there are; one that stands in two logs counts twice.
    pub fn count(&self, random: &ClientRandom) -> usize {
        let mut count = 0;
        self.each(|log| count += log.count(random));
        count
    }

    /// The premaster secret that was encrypted so, and what told it.
    pub fn premaster(&self, encrypted: &[u8]) -> Option<(Secret, &'static str)> {
        let logged = encrypted.first_chunk().and_then(|name| self.look(|log| log.premaster(name)));
        let opened =
            || self.look(|log| log.open_premaster(encrypted)).map(|secret| (secret, "RSA private key"));
        logged.map(|secret| (secret, "RSA")).or_else(opened)
    }

    /// Whether a log has the premaster secret of that name.
    pub fn has_premaster(&self, name: &PremasterName) -> bool {
        self.look(|log| log.premaster(name)).is_some()
    }

    /// Whether premaster secrets may be known.
    pub fn tell_premasters(&self) -> bool {
        self.look(|log| log.has_premasters().then_some(())).is_some()
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        let mut count = 0;
        self.each(|log| count += log.len());
        count
    }

    /// Whether there is nothing that could decrypt.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each log that was given, in the order of their numbers, and behind them what stands in the capture: how many secrets it
    /// has, and of how many of these connections it has any.
    pub fn logs(&self, randoms: &[ClientRandom]) -> Vec<(u64, u64)> {
        let mut all = Vec::new();
        self.each(|log| {
            all.push((log.len(), randoms.iter().filter(|random| log.has(random)).count() as u64));
        });
        all.pop(); // What was derived stands nowhere.
        all
    }

    /// The lines of one connection, as a log has them.
    pub fn write(&self, random: &ClientRandom, lines: &mut Vec<u8>) {
        self.look(|log| log.has(random).then(|| log.write(random, lines)));
    }

    /// What `look` finds in the first log that has it: those that were given, what stands in the capture, what was derived.
    fn look<T>(&self, mut look: impl FnMut(&KeyLog) -> Option<T>) -> Option<T> {
        let given = self.given.read().unwrap_or_else(PoisonError::into_inner);
        let found = given.iter().find_map(&mut look);
        drop(given);
        found.or_else(|| {
            let of = self.of_capture.read().unwrap_or_else(PoisonError::into_inner);
            look(&of.embedded).or_else(|| look(&of.derived))
        })
    }

    fn each(&self, mut each: impl FnMut(&KeyLog)) {
        let none: Option<()> = self.look(|log| {
            each(log);
            None
        });
        debug_assert!(none.is_none());
    }

    // A lock that was poisoned holds whole lines still.
    fn with_given<T>(&self, change: impl FnOnce(&mut Vec<KeyLog>) -> T) -> T {
        change(&mut self.given.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn with_capture<T>(&self, change: impl FnOnce(&mut OfCapture) -> T) -> T {
        change(&mut self.of_capture.write().unwrap_or_else(PoisonError::into_inner))
    }
}
