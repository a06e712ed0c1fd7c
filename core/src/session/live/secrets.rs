//! What decrypts a session's TLS, and what to do when it comes late: connections that were passed by without their secrets
//! cannot be taken up again, so the captures are read once more, but only if a new secret is one of theirs.

use hashbrown::HashMap;

use super::{Session, Work};
use crate::session::api::{Event, LockedRow, SecretsSource, SecretsView, SessionState};
use crate::session::index::Index;
use crate::tls::key_log::{ClientRandom, PremasterName};
use crate::tls::{self, Secrets, Sessions};

/// Connections that look like a WebSocket and are kept.
const LIKELY: usize = 200;

/// The secrets of a session, and whose they are.
#[derive(Debug)]
pub struct Keys {
    /// Logs that were given, and what stands in the captures.
    pub secrets: Secrets,
    /// What stands in the captures is known from their start: they are read again.
    pub is_second_pass: bool,
    /// Connections that could not be read, and how many of their secrets were known then.
    locked: HashMap<ClientRandom, usize>,
    /// Those that look like a WebSocket, the first of many, and how many more there are.
    likely: Vec<LockedRow>,
    likely_more: u64,
    /// One has a first message that is encrypted, so whose secrets it needs is not known; and how many logs
    /// there were then, and how many of their connections could be tried.
    hidden: Option<(usize, usize)>,
    /// Connections that could.
    unlocked: Vec<ClientRandom>,
    /// The names of the logs that were given.
    names: Vec<String>,
    /// What connections say of their sessions: one that resumes another's has its secret.
    sessions: Sessions,
    /// How many secrets, connections passed by and sessions there were when nothing more could be opened: where there are no
    /// more of them, nothing more can be now.
    looked_at: Option<(u64, usize, usize)>,
    /// What the premaster secrets of connections that could not be read are found by, where they were not known, and how
    /// many private keys were tried.
    premasters: Vec<(PremasterName, usize)>,
}

impl Keys {
    /// None yet; so many sessions are kept at most.
    pub fn new(most_sessions: usize) -> Self {
        Self {
            secrets: Secrets::remembering(),
            is_second_pass: false,
            locked: HashMap::new(),
            likely: Vec::new(),
            likely_more: 0,
            hidden: None,
            unlocked: Vec::new(),
            names: Vec::new(),
            sessions: Sessions::new(most_sessions),
            looked_at: None,
            premasters: Vec::new(),
        }
    }

    /// A connection cannot be read.
    pub fn locked(&mut self, random: Option<ClientRandom>) {
        if let Some(random) = random {
            self.locked.insert(random, self.secrets.count(&random));
        }
    }

    /// The same as a row.
    pub fn locked_row(&mut self, row: &LockedRow) {
        if row.encrypted_client_hello {
            self.hidden.get_or_insert((self.names.len(), self.secrets.tried_randoms()));
        }
        if !row.may_be_websocket {
            return;
        }
        match self.likely.len() < LIKELY {
            true => self.likely.push(row.clone()),
            false => self.likely_more += 1,
        }
    }

    /// A connection can be read.
    pub fn unlocked(&mut self, random: ClientRandom) {
        self.unlocked.push(random);
    }

    /// Secrets for one who reads the captures from their start and should find what the first pass found.
    pub fn as_at_the_start(&self) -> Secrets {
        if self.is_second_pass { self.secrets.clone() } else { self.secrets.as_given() }
    }

    /// A connection says something of its session.
    pub fn session(&mut self, session: &tls::Session) {
        let is_locked = session.randoms.iter().any(|random| self.locked.contains_key(random));
        let unknown = session.premaster.filter(|name| is_locked && !self.secrets.has_premaster(name));
        self.premasters.extend(unknown.map(|name| (name, self.secrets.private_keys())));
        self.sessions.push(session.clone());
    }

    /// Whether a connection that was passed by could be read now.
    fn opens_more(&mut self) -> bool {
        let state = |keys: &Self| Some((keys.secrets.len(), keys.locked.len(), keys.sessions.len()));
        if self.looked_at == state(self) {
            return false;
        }
        self.sessions.resolve(&self.secrets);
        let is_known = |(random, known): (&ClientRandom, &usize)| self.secrets.count(random) > *known;
        // A log that grows says of every connection of the client something new: each log is tried once more, and what stands in
        // the capture.
        let opens_more = self.locked.iter().any(is_known)
            || self.hidden.is_some_and(|(logs, tried)| {
                (self.names.len() > logs || !self.is_second_pass) && self.secrets.tried_randoms() > tried
            })
            || self.premasters.iter().any(|(name, tried)| {
                self.secrets.has_premaster(name) || self.secrets.private_keys() > *tried
            });
        self.looked_at = state(self).filter(|_| !opens_more);
        opens_more
    }

    fn forget_connections(&mut self) {
        self.locked.clear();
        self.likely.clear();
        self.likely_more = 0;
        self.hidden = None;
        self.secrets.forget_revealed();
        self.unlocked.clear();
        self.sessions.clear();
        self.premasters.clear();
        self.looked_at = None;
    }
}

impl Session {
    /// Takes one more key log, of that name; the answer is its number. Its bytes are given by
    /// [`read_key_log`](Self::read_key_log).
    pub fn add_key_log(&mut self, name: &str) -> usize {
        // What was found without it is told without it.
        self.settle();
        self.keys.names.push(name.to_owned());
        self.keys.secrets.add_log()
    }

    /// Takes the next bytes of a key log, cut anywhere: secrets hold from here on.
    pub fn read_key_log(&mut self, log: usize, bytes: &[u8]) {
        // Secrets change only while no thread decodes.
        self.settle();
        self.keys.secrets.read_on(log, bytes);
    }

    /// A key log has ended: its last line is whole.
    pub fn end_key_log(&mut self, log: usize) {
        self.settle();
        self.keys.secrets.end(log);
    }

    /// Reads the captures again if there are secrets now for what was passed by. Whoever gives key logs calls it once they
    /// are in.
    pub fn use_key_logs(&mut self) -> Work {
        // Of what is still pushed nothing can be read again.
        let is_pushed = self.state == SessionState::Reading && self.bytes.is_pushed();
        if is_pushed || !self.use_late_secrets() { Work::Idle } else { Work::More }
    }

    /// Reads the captures again if there are secrets now that were missing: given late, or standing in the captures behind the
    /// packets that need them. Those stay known, so that this comes to an end.
    pub(super) fn use_late_secrets(&mut self) -> bool {
        let opens_more = self.bytes.can_be_read_again() && self.keys.opens_more();
        if opens_more {
            self.keys.is_second_pass = true;
            self.start_again();
        }
        opens_more
    }

    /// What decrypts this capture's TLS.
    pub(super) fn secrets_view(&self) -> SecretsView {
        let Keys { secrets, unlocked, names, .. } = &self.keys;
        let names = names.iter().map(|name| Some(name.clone())).chain([None]);
        let sources = names.zip(secrets.logs(unlocked));
        SecretsView {
            sources: sources
                .map(|(name, (secrets, opened))| SecretsSource { name, secrets, opened })
                .filter(|source| source.name.is_some() || source.secrets > 0)
                .collect(),
            opened: unlocked.len() as u64,
            without: self.summary().tls_without_secrets,
            likely: self.keys.likely.clone(),
            likely_more: self.keys.likely_more,
        }
    }

    /// Forgets what was found, and reads from the first byte on. Nobody is answered about what was found before.
    fn start_again(&mut self) {
        let unanswered = std::mem::take(&mut self.tasks);
        self.events.extend(unanswered.iter().map(|task| Event::Cancelled { id: task.id() }));
        // Threads of whoever still reads are at an end before what they share is forgotten.
        drop(unanswered);
        self.shown.clear();
        self.decoder = None;
        self.keys.forget_connections();
        self.pass += 1;
        self.index = Index::new(&self.limits, self.spill.clone());
        self.decoder = Some(self.new_decoder());
        (self.replay, self.understood) = (None, None);
        (self.start, self.searching, self.problem) = (None, None, None);
        (self.state, self.read) = (SessionState::Reading, 0);
        let mut files = std::mem::take(&mut self.bytes).into_sources();
        files.append(&mut self.waiting);
        self.waiting = files;
        self.tell_progress();
    }
}
