//! The secrets that all conversations of a capture share: logs that were given, and what stands in the capture itself. Both
//! may grow while it is read; whoever grows them sees to it that no conversation is at work then, so that what is found
//! does not depend on the number of threads.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::key_log::{ClientRandom, KeyLog, Label, Secret};

/// Secrets, shared.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    given: Arc<RwLock<Vec<KeyLog>>>,
    embedded: Arc<RwLock<KeyLog>>,
}

impl Secrets {
    /// Takes a whole log. The answer is how many of its secrets were new.
    pub fn read(&self, log: &[u8]) -> u64 {
        let number = self.add_log();
        self.read_on(number, log) + self.end(number)
    }

    /// Makes room for one more log; the answer is its number.
    pub fn add_log(&self) -> usize {
        let mut given = self.given.write().unwrap_or_else(PoisonError::into_inner);
        given.push(KeyLog::default());
        given.len() - 1
    }

    /// Takes the next bytes of the log with that number, cut anywhere. The answer is how many of its secrets were new.
    pub fn read_on(&self, log: usize, bytes: &[u8]) -> u64 {
        // A lock that was poisoned holds whole lines still.
        let mut given = self.given.write().unwrap_or_else(PoisonError::into_inner);
        given.get_mut(log).map_or(0, |log| log.push(bytes))
    }

    /// Takes the last line of the log with that number, which needs no end.
    pub fn end(&self, log: usize) -> u64 {
        let mut given = self.given.write().unwrap_or_else(PoisonError::into_inner);
        given.get_mut(log).map_or(0, KeyLog::end)
    }

    /// Takes secrets that stand in the capture. The answer is how many were new.
    pub fn embed(&self, log: &[u8]) -> u64 {
        self.embedded.write().unwrap_or_else(PoisonError::into_inner).read(log)
    }

    /// The same logs, and nothing of the capture: for one who reads it from its start.
    pub fn without_embedded(&self) -> Self {
        Self { given: Arc::clone(&self.given), embedded: Arc::default() }
    }

    /// A connection's secret.
    pub fn get(&self, random: &ClientRandom, label: Label) -> Option<Secret> {
        self.look(|log| log.get(random, label))
    }

    /// Whether there is any secret of a connection.
    pub fn has(&self, random: &ClientRandom) -> bool {
        self.look(|log| log.has(random).then_some(())).is_some()
    }

    /// How many secrets of a connection there are; one that stands in two logs counts twice.
    pub fn count(&self, random: &ClientRandom) -> usize {
        let mut count = 0;
        let _: Option<()> = self.look(|log| {
            count += log.count(random);
            None
        });
        count
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        let mut count = 0;
        let _: Option<()> = self.look(|log| {
            count += log.len();
            None
        });
        count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each log that was given, in the order of their numbers, and behind them what stands in the capture: how many secrets it
    /// has, and of how many of these connections it has any.
    pub fn logs(&self, randoms: &[ClientRandom]) -> Vec<(u64, u64)> {
        let mut all = Vec::new();
        let _: Option<()> = self.look(|log| {
            all.push((log.len(), randoms.iter().filter(|random| log.has(random)).count() as u64));
            None
        });
        all
    }

    /// The lines of one connection, as a log has them.
    pub fn write(&self, random: &ClientRandom, lines: &mut Vec<u8>) {
        let _ = self.look(|log| log.has(random).then(|| log.write(random, lines)));
    }

    /// What `look` finds in the first log that has it, those that were given before what stands in the capture.
    fn look<T>(&self, mut look: impl FnMut(&KeyLog) -> Option<T>) -> Option<T> {
        let given = self.given.read().unwrap_or_else(PoisonError::into_inner);
        given.iter().find_map(&mut look).or_else(|| look(&self.known()))
    }

    fn known(&self) -> RwLockReadGuard<'_, KeyLog> {
        self.embedded.read().unwrap_or_else(PoisonError::into_inner)
    }
}
