//! What connections say of sessions (RFC 5246 §7.3, RFC 5077): one that resumes another's has the same master secret, and
//! a log may have that only beside the first one's random.

use hashbrown::HashMap;
use sha2::{Digest, Sha256};

use super::key_log::{ClientRandom, Label, PremasterName, Secret};
use super::secrets::Secrets;

/// What a session is found by: the digest of its identifier, or of its ticket.
pub type SessionName = [u8; 32];

/// The name of a session with that identifier; `None` for the empty one.
pub(super) fn name_of_id(id: &[u8]) -> Option<SessionName> {
    name(b"id", id)
}

/// The name of a session with that ticket; `None` for the empty one.
pub(super) fn name_of_ticket(ticket: &[u8]) -> Option<SessionName> {
    name(b"ticket", ticket)
}

fn name(kind: &[u8], bytes: &[u8]) -> Option<SessionName> {
    (!bytes.is_empty()).then(|| Sha256::new().chain_update(kind).chain_update(bytes).finalize().into())
}

/// What a connection says of its session, told once it is over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The randoms that its secrets are logged with; a second handshake has another one.
    pub randoms: Vec<ClientRandom>,
    /// Its master secret, where that was not in the log.
    pub master: Option<Secret>,
    /// What later connections may resume it by.
    pub names: Vec<SessionName>,
    /// What it resumes.
    pub resumes: Vec<SessionName>,
    /// What its encrypted premaster secret is found by, with RSA key exchange.
    pub premaster: Option<PremasterName>,
}

/// Sessions of a capture.
#[derive(Debug)]
pub struct Sessions {
    kept: Vec<Session>,
    most: usize,
}

impl Sessions {
    /// None yet; those beyond `most` are not kept.
    pub fn new(most: usize) -> Self {
        Self { kept: Vec::new(), most }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        self.kept.clear();
    }

    /// One more.
    pub fn push(&mut self, session: Session) {
        if self.kept.len() < self.most
            && (session.master.is_some() || !session.names.is_empty() || !session.resumes.is_empty())
        {
            self.kept.push(session);
        }
    }

    /// Adds the master secrets of resumed connections, and those that came from premaster secrets. They are looked for until
    /// there are no more, since a connection may resume one that resumed another. The answer is how many were added.
    pub fn resolve(&self, secrets: &Secrets) -> u64 {
        let mut known: HashMap<SessionName, Secret> = HashMap::new();
        let mut done = vec![false; self.kept.len()];
        let (mut added, mut before) = (0, None);
        while before != Some(known.len()) {
            before = Some(known.len());
            for (session, done) in self.kept.iter().zip(&mut done).filter(|(_, done)| !**done) {
                let Some(random) = session.randoms.first() else { continue };
                let resumed = || session.resumes.iter().find_map(|name| known.get(name)).cloned();
                let logged = secrets.get(random, Label::Master);
                let Some(master) = logged.clone().or_else(|| session.master.clone()).or_else(resumed) else {
                    continue;
                };
                if logged.is_none() {
                    secrets.derive(random, &master);
                    added += 1;
                }
                *done = true;
                for name in &session.names {
                    // Who gave a name first is who it is: nothing later can change what was found.
                    known.entry(*name).or_insert_with(|| master.clone());
                }
            }
        }
        added
    }
}
