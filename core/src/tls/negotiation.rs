//! What both ends of a connection agree on: takes the messages of handshakes and keeps what keys are made of.

use zeroize::Zeroizing;

use super::cipher_suite::CipherSuite;
use super::encrypted_hello::Inner;
use super::handshake::facts::{Facts, Version};
use super::handshake::hello::{ClientHello, ServerHello, chosen_alpn, ticket};
use super::handshake::{Kind, certificate};
use super::key_log::{ClientRandom, ECH_SECRET, Label, PremasterName, Secret};
use super::key_schedule::prf::Prf;
use super::secrets::Secrets;
use super::session::{Session, name_of_ticket};
use crate::stream::Side;

/// Bytes of a handshake that are kept at most, for master secrets that are made of them.
const TRANSCRIPT: usize = 1 << 20;
/// Handshakes of a connection that are remembered.
const HANDSHAKES: usize = 64;

/// What both ends agreed on.
#[derive(Debug, Default)]
pub struct Negotiation {
    pub client: Option<ClientHello>,
    pub server: Option<ServerHello>,
    /// The server asked for another ClientHello, which has not come yet.
    pub retried: bool,
    /// The hellos that were encrypted in the client's, until the server has chosen.
    inner: Inner,
    exchange: Exchange,
    session: Session,
    /// Handshakes that began.
    handshakes: usize,
}

/// A key exchange of TLS 1.2 or before.
#[derive(Debug, Default)]
struct Exchange {
    /// Its messages so far: the client's first, what the server said, what the client said then up to its share of the keys.
    transcript: [Vec<u8>; 3],
    /// The transcript is too long, or something is missing.
    incomplete: bool,
    /// The server has said all of it.
    server_done: bool,
    /// The client's share of the keys: with RSA the encrypted premaster secret.
    share: Option<Vec<u8>>,
    /// The master secret, once it was made of that.
    made: Option<(Secret, &'static str)>,
}

impl Negotiation {
    /// What is held, in bytes of memory.
    pub fn held(&self) -> usize {
        self.exchange.transcript.iter().map(Vec::capacity).sum::<usize>() + self.inner.held()
    }

    /// The random that secrets are logged with.
    pub fn client_random(&self) -> Option<ClientRandom> {
        self.client.as_ref().map(|hello| hello.random)
    }

    /// Whether the client's true first message is encrypted, and was not opened.
    pub fn is_hidden(&self) -> bool {
        self.client.as_ref().is_some_and(|hello| hello.encrypted)
    }

    /// The secrets are logged with this random, which stands in a message that cannot be opened.
    pub fn reveal(&mut self, random: ClientRandom) {
        if let Some(hello) = &mut self.client {
            hello.random = random;
        }
        self.remember(random);
    }

    /// The cipher suite, if it is one that is decrypted.
    pub fn suite(&self) -> Option<&'static CipherSuite> {
        CipherSuite::of(self.server.as_ref()?.suite)
    }

    /// The version, once the server has chosen.
    pub fn version(&self) -> Option<Version> {
        self.server.as_ref().map(|server| server.version)
    }

    /// What the connection said of its session.
    pub fn session(&self) -> Option<Session> {
        let mut session = self.session.clone();
        if self.handshakes == 1 {
            session.master = self.exchange.made.as_ref().map(|(master, _)| master.clone());
        }
        (!session.randoms.is_empty()).then_some(session)
    }

    /// Takes a message. `secrets` say whether the key exchange is of use.
    pub fn take(&mut self, side: Side, kind: Kind, body: &[u8], secrets: &Secrets, facts: &mut Facts) {
        if kind == Kind::CLIENT_HELLO && side == Side::Client {
            self.asked(body, secrets, facts);
        }
        if self.version() != Some(Version::Tls13) && secrets.tell_premasters() {
            self.exchange.keep(side, kind, body);
        }
        if kind == Kind::CLIENT_KEY_EXCHANGE && side == Side::Client && self.handshakes == 1 {
            self.session.premaster = premaster_name(body);
        }
        match (kind, side) {
            (Kind::SERVER_HELLO, Side::Server) => {
                if let Some(hello) = ServerHello::read(body) {
                    self.answered(hello, body, facts);
                }
            }
            (Kind::ENCRYPTED_EXTENSIONS, _) => facts.alpn = chosen_alpn(body),
            (Kind::CERTIFICATE, Side::Server) if facts.certificate.is_none() => {
                let version = facts.version.unwrap_or(Version::Tls12);
                facts.certificate = certificate::first(body, version);
            }
            (Kind::NEW_SESSION_TICKET, Side::Server) if self.version() != Some(Version::Tls13) => {
                self.session
                    .names
                    .extend(ticket(body).and_then(name_of_ticket).filter(|_| self.handshakes == 1));
            }
            // A whole handshake resumes nothing.
            (Kind::SERVER_HELLO_DONE, Side::Server) | (Kind::CLIENT_KEY_EXCHANGE, Side::Client)
                if self.handshakes == 1 =>
            {
                self.session.resumes.clear();
            }
            _ => {}
        }
    }

    fn asked(&mut self, body: &[u8], secrets: &Secrets, facts: &mut Facts) {
        let Some(hello) = ClientHello::read(body) else { return };
        match hello.encrypted.then(|| secrets.hello_keys(&hello.random)).flatten() {
            Some(keys) => self.inner.take(body, &keys),
            None => self.inner = Inner::default(),
        }
        facts.server_name = hello.server_name.clone().or(facts.server_name.take());
        self.remember(hello.random);
        self.handshakes += usize::from(!self.retried);
        (self.client, self.server) = (Some(hello), None);
        self.exchange = Exchange::default();
    }

    fn remember(&mut self, random: ClientRandom) {
        if !self.session.randoms.contains(&random) && self.session.randoms.len() < HANDSHAKES {
            self.session.randoms.push(random);
        }
    }

    fn answered(&mut self, hello: ServerHello, body: &[u8], facts: &mut Facts) {
        if hello.is_retry {
            self.retried = true;
            self.inner.retry(body);
            return;
        }
        self.choose_hello(&hello, body, facts);
        facts.version = Some(hello.version);
        let suite = CipherSuite::of(hello.suite);
        facts.cipher =
            Some(suite.map_or_else(|| format!("{:#06x}", hello.suite), |suite| suite.name.to_owned()));
        facts.alpn = hello.alpn.clone();
        if hello.version != Version::Tls13 && self.handshakes == 1 {
            self.session.names.extend(hello.session);
            let asked = self.client.as_ref().into_iter().flat_map(|client| [client.session, client.ticket]);
            self.session.resumes.extend(asked.flatten());
        }
        self.retried = false;
        self.server = Some(hello);
    }

    /// The encrypted ClientHello takes the place of the one around it, if that is the one that the server took.
    fn choose_hello(&mut self, answer: &ServerHello, body: &[u8], facts: &mut Facts) {
        let inner = std::mem::take(&mut self.inner);
        let Some(suite) = CipherSuite::of(answer.suite).filter(|_| answer.version == Version::Tls13) else {
            return;
        };
        let Some(hello) =
            inner.hello().filter(|_| inner.is_accepted(body, suite)).and_then(ClientHello::read)
        else {
            return;
        };
        facts.server_name = hello.server_name.clone();
        facts.use_secret(ECH_SECRET);
        self.remember(hello.random);
        self.client = Some(hello);
    }

    /// Whether the master secret will be made of messages that have not come.
    pub fn awaits_messages(&self, secrets: &Secrets) -> bool {
        let Exchange { share, server_done, incomplete, .. } = &self.exchange;
        let logged = self.client_random().is_some_and(|random| secrets.get(&random, Label::Master).is_some());
        share.is_some() && !server_done && !incomplete && !logged
    }

    /// The master secret of TLS 1.2 or before, and what it came from.
    pub fn master(&mut self, secrets: &Secrets) -> Option<(Secret, &'static str)> {
        if let Some(master) = secrets.get(&self.client_random()?, Label::Master) {
            return Some((master, Label::Master.name()));
        }
        if self.exchange.made.is_none() {
            self.exchange.made = self.make_master(secrets);
        }
        self.exchange.made.clone()
    }

    /// From the premaster secret (RFC 5246 §8.1, RFC 7627 §4).
    fn make_master(&self, secrets: &Secrets) -> Option<(Secret, &'static str)> {
        let (client, server, suite) = (self.client.as_ref()?, self.server.as_ref()?, self.suite()?);
        let Exchange { transcript, incomplete, share, .. } = &self.exchange;
        let (premaster, source) = secrets.premaster(share.as_ref()?)?;
        let prf = Prf::of(server.version, suite);
        let mut master = Zeroizing::new([0; 48]);
        if server.extended_master_secret {
            if *incomplete {
                return None;
            }
            let parts = transcript.each_ref().map(Vec::as_slice);
            let hash = prf.hash(&parts);
            prf.expand(premaster.bytes(), b"extended master secret", &[&hash], &mut *master);
        } else {
            prf.expand(premaster.bytes(), b"master secret", &[&client.random, &server.random], &mut *master);
        }
        Some((Secret::of(&*master)?, source))
    }

    /// Messages of it are lost.
    pub fn lose(&mut self) {
        self.exchange.incomplete = true;
    }
}

/// What an encrypted premaster secret is found by: the first bytes of a vector whose length takes two bytes (RFC 5246
/// §7.4.7.1). Other key exchanges have no such vector.
fn premaster_name(body: &[u8]) -> Option<PremasterName> {
    let (length, encrypted) = body.split_first_chunk()?;
    (usize::from(u16::from_be_bytes(*length)) == encrypted.len()).then(|| encrypted.first_chunk().copied())?
}

impl Exchange {
    /// Keeps a message, as far as the client's share of the keys.
    fn keep(&mut self, side: Side, kind: Kind, body: &[u8]) {
        let own_part = match (side, kind) {
            (Side::Client, Kind::CLIENT_HELLO) => 0,
            // It is no part of it (RFC 5246 §7.4.1.1).
            (Side::Server, Kind::HELLO_REQUEST) => return,
            (Side::Server, _) if !self.server_done => 1,
            (Side::Client, _) if self.share.is_none() => 2,
            _ => return,
        };
        let held: usize = self.transcript.iter().map(Vec::len).sum();
        if held + body.len() > TRANSCRIPT {
            self.incomplete = true;
        }
        if let Some(part) = self.transcript.get_mut(own_part).filter(|_| !self.incomplete) {
            kind.write(body, part);
        }
        self.server_done |= kind == Kind::SERVER_HELLO_DONE;
        if kind == Kind::CLIENT_KEY_EXCHANGE {
            // A vector whose length takes two bytes (RFC 5246 §7.4.7.1).
            self.share = Some(body.get(2..).unwrap_or_default().to_vec());
        }
    }
}
