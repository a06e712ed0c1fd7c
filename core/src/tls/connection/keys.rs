//! The keys of a connection's directions: which hold where, and which follow.

use std::sync::Arc;

use super::{Connection, Step, Whole};
use crate::stream::Side;
use crate::tls::cipher_suite::CipherSuite;
use crate::tls::direction::{Direction, Hole, Protection, Stage, Tls13};
use crate::tls::handshake::Kind;
use crate::tls::handshake::facts::Version;
use crate::tls::key_log::Label;
use crate::tls::key_schedule::prf::Prf;
use crate::tls::key_schedule::tls13::TrafficSecret;
use crate::tls::protection::{Chain, Failure, MacOrder, Opener, lengths};
use crate::tls::record::ContentType;
use crate::tls::secrets::Secrets;

impl Connection {
    /// Opens a record of TLS 1.3 with the keys at hand, or with those that follow: what changes them may be lost, and
    /// early data may be refused. `Err(None)`: it is passed over.
    pub(super) fn open_tls13(
        &mut self,
        side: Side,
        hole: Option<&Hole>,
        record: &Whole<'_>,
        secrets: &Secrets,
        plain: &mut Vec<u8>,
    ) -> Result<((u64, ContentType), u64), Option<Failure>> {
        let mut failure = None;
        let mut sequence = self.directions[side.index()].sequence;
        let mut next: Option<Tls13> = None;
        for _ in 0..3 {
            let direction = &self.directions[side.index()];
            let state = match (&next, &direction.protection) {
                (Some(next), _) => next,
                (None, Protection::Tls13(state)) => state,
                (None, _) => break,
            };
            if let Some((_, opener)) = &state.keys {
                match Direction::open(
                    opener,
                    sequence,
                    Chain::First,
                    hole,
                    &record.header,
                    record.body,
                    plain,
                ) {
                    Ok(opened) => {
                        let overhead = opener.overhead();
                        if let Some(next) = next {
                            self.use_keys(side, next);
                        }
                        return Ok((opened, overhead));
                    }
                    // In the stage of early data, and without its keys, nothing is wrong with that.
                    Err(error) if state.stage != Stage::Early => failure = failure.or(Some(error)),
                    Err(_) => {}
                }
            }
            let Some(following) = self.after(side, next.as_ref(), secrets) else { break };
            next = Some(following);
            sequence = 0;
        }
        let passed = match &self.directions[side.index()].protection {
            Protection::Tls13(state) => state.keys.is_none() || state.stage == Stage::Early,
            _ => false,
        };
        Err(failure.filter(|_| !passed || record.candidate))
    }

    /// The keys behind `state`, or behind those in use.
    fn after(&self, side: Side, state: Option<&Tls13>, secrets: &Secrets) -> Option<Tls13> {
        let suite = self.suite()?;
        let state = match (state, &self.directions[side.index()].protection) {
            (Some(state), _) | (None, Protection::Tls13(state)) => state,
            _ => return None,
        };
        let (stage, secret) = match state.stage {
            Stage::Early => (Stage::Handshake, self.secret(Stage::Handshake, side, secrets)),
            Stage::Handshake => (Stage::Application, self.secret(Stage::Application, side, secrets)),
            Stage::Application => {
                (Stage::Application, state.keys.as_ref().and_then(|(secret, _)| secret.next()))
            }
        };
        Some(Tls13::new(stage, secret, suite))
    }

    fn use_keys(&mut self, side: Side, state: Tls13) {
        if state.keys.is_some() {
            self.facts.use_secret(label(state.stage, side).name());
        }
        self.lacks_secret |= state.keys.is_none() && state.stage != Stage::Early;
        let direction = &mut self.directions[side.index()];
        direction.protection = Protection::Tls13(state);
        direction.sequence = 0;
    }

    /// Whether the first protected record of the client waits: the server's tells whose secrets are theirs.
    pub(super) fn awaits_server(&self, side: Side, secrets: &Secrets) -> bool {
        let is_undecided = matches!(self.directions[Side::Server.index()].protection, Protection::None);
        side == Side::Client
            && is_undecided
            && self.negotiation.is_hidden()
            && !self.has_secrets(secrets)
            && !secrets.is_empty()
    }

    fn has_secrets(&self, secrets: &Secrets) -> bool {
        self.client_random().is_some_and(|random| secrets.has_keys(&random))
    }

    /// Secrets are logged with the random of the hello that the server took. Where that is encrypted and the log does not open
    /// it, as those of Chrome and Go do not, the server's first protected record tells which of the log's secrets are its own.
    fn find_random(&mut self, record: &Whole<'_>, secrets: &Secrets) -> bool {
        let direction = &self.directions[Side::Server.index()];
        let is_hidden = self.negotiation.is_hidden() && direction.hole.is_none();
        let end = record.body.last_chunk();
        let (Some(suite), Some(seen), Some(end), true) = (self.suite(), self.client_random(), end, is_hidden)
        else {
            return false;
        };
        let mut plain = Vec::new();
        let found = secrets.find_random(&seen, end, suite, |opener| {
            opener.open(0, Chain::First, &record.header, record.body, &mut plain).is_ok()
        });
        found.into_iter().for_each(|random| self.negotiation.reveal(random));
        found.is_some()
    }

    /// The first protected record of a direction comes.
    pub(super) fn begin_tls13(&mut self, side: Side, record: &Whole<'_>, secrets: &Secrets) {
        let known = self.has_secrets(secrets) || (side == Side::Server && self.find_random(record, secrets));
        let Some(suite) = self.suite().filter(|_| known) else {
            self.without_secrets |= !known;
            self.directions[side.index()].protection = Protection::Unreadable;
            return;
        };
        let early =
            side == Side::Client && self.negotiation.client.as_ref().is_some_and(|hello| hello.early_data);
        let stage = if early { Stage::Early } else { Stage::Handshake };
        let state = Tls13::new(stage, self.secret(stage, side, secrets), suite);
        self.use_keys(side, state);
    }

    fn secret(&self, stage: Stage, side: Side, secrets: &Secrets) -> Option<TrafficSecret> {
        let secret = secrets.get(&self.client_random()?, label(stage, side))?;
        TrafficSecret::new(secret, self.suite()?)
    }

    pub(super) fn suite(&self) -> Option<&'static CipherSuite> {
        self.negotiation.suite()
    }

    /// TLS 1.2 and before: what follows is protected by what was agreed on (RFC 5246 §7.1).
    pub(super) fn change_cipher_spec(&mut self, side: Side, secrets: &Secrets) -> Step {
        let Some(server) = &self.negotiation.server else {
            return if self.negotiation.retried { Step::Read } else { Step::Wait };
        };
        let (version, random, encrypt_then_mac) = (server.version, server.random, server.encrypt_then_mac);
        if version == Version::Tls13 {
            return Step::Read;
        }
        if side == Side::Client && self.negotiation.awaits_messages(secrets) {
            return Step::Wait;
        }
        let client = self.client_random();
        let master = client.and_then(|client| Some((client, self.negotiation.master(secrets)?)));
        self.without_secrets |= master.is_none();
        let opener = match (&master, self.suite()) {
            (Some((client, (master, _))), Some(suite)) => {
                let prf = Prf::of(version, suite);
                let [a, b] = prf.keys(master.bytes(), client, &random, lengths(suite.bulk, version));
                let keys = if side == Side::Client { a } else { b };
                let order = if encrypt_then_mac { MacOrder::Last } else { MacOrder::First };
                Opener::tls12(suite, version, order, keys)
            }
            _ => None,
        };
        if let Some((_, (_, source))) = master.filter(|_| opener.is_some()) {
            self.facts.use_secret(source);
        }
        let direction = &mut self.directions[side.index()];
        direction.protection =
            opener.map_or(Protection::Unreadable, |opener| Protection::Tls12(Arc::new(opener)));
        (direction.sequence, direction.chain) = (0, Chain::First);
        direction.messages.clear();
        Step::Read
    }

    /// A message after which its sender uses other keys (RFC 8446 §4.4.4, §4.5, §4.6.3).
    pub(super) fn advance(&mut self, side: Side, kind: Kind, secrets: &Secrets) {
        let Protection::Tls13(state) = &self.directions[side.index()].protection else { return };
        let due = match state.stage {
            Stage::Early => kind == Kind::END_OF_EARLY_DATA,
            Stage::Handshake => kind == Kind::FINISHED,
            Stage::Application => kind == Kind::KEY_UPDATE,
        };
        if let Some(state) = self.after(side, None, secrets).filter(|_| due) {
            self.use_keys(side, state);
        }
    }
}

fn label(stage: Stage, side: Side) -> Label {
    match (stage, side) {
        (Stage::Early, _) => Label::ClientEarly,
        (Stage::Handshake, Side::Client) => Label::ClientHandshake,
        (Stage::Handshake, Side::Server) => Label::ServerHandshake,
        (Stage::Application, Side::Client) => Label::ClientTraffic,
        (Stage::Application, Side::Server) => Label::ServerTraffic,
    }
}
