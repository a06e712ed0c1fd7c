//! Looks through a capture for what decrypts it, before it is decoded: secrets that stand behind the packets that need them,
//! and those of connections that resume another's session (RFC 5246 §7.3, RFC 5077), which a log may have only beside the
//! first one's random.
//!
//! A connection's conversation cannot wait for what another one says, or its rows would depend on which thread is ahead. So
//! this is a pass of its own, and all is known before the one that tells rows.

use hashbrown::HashSet;

use super::decoder::{Decoder, Options, RowsWanted, Sink};
use crate::capture::CaptureError;
use crate::tls::key_log::ClientRandom;
use crate::tls::{Secrets, Session, Sessions};
use crate::websocket::message::PayloadWanted;

/// A pass over a capture, or over several that are read as one.
pub struct Survey {
    decoder: Decoder,
    found: Found,
    secrets: Secrets,
}

/// What a survey found.
#[derive(Debug, Default)]
pub struct Surveyed {
    /// Secrets that followed from others.
    pub derived: u64,
    /// The randoms that secrets of the capture's connections are logged with, each once; of a whole survey only.
    pub randoms: Vec<ClientRandom>,
}

struct Found {
    sessions: Sessions,
    whole: bool,
    seen: HashSet<ClientRandom>,
    randoms: Vec<ClientRandom>,
}

impl Survey {
    /// With the options of the pass that comes then; what is found is added to their secrets.
    pub fn new(options: &Options) -> Self {
        Self::of(options, false)
    }

    /// One that decrypts, and tells all randoms: a second handshake of a connection lies within the first one's protection.
    pub fn whole(options: &Options) -> Self {
        Self::of(options, true)
    }

    fn of(options: &Options, whole: bool) -> Self {
        let sessions = Sessions::new(options.limits.tls_sessions);
        let found = Found { sessions, whole, seen: HashSet::new(), randoms: Vec::new() };
        let decoder = Decoder::new(Options {
            rows: RowsWanted::default(),
            payload: PayloadWanted::None,
            handshakes_only: !whole,
            ..options.clone()
        });
        Self { decoder, found, secrets: options.secrets.clone() }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// If the bytes are no capture.
    pub fn push_block(&mut self, block: Vec<u8>) -> Result<Option<Vec<u8>>, CaptureError> {
        self.decoder.push_block(block, &mut self.found)
    }

    /// The capture has ended, and another one that goes on with it begins.
    ///
    /// # Errors
    /// If the bytes were no capture.
    pub fn next_capture(&mut self) -> Result<(), CaptureError> {
        self.decoder.next_capture(&mut self.found)
    }

    /// The capture has ended: adds the secrets that follow from what is known.
    ///
    /// # Errors
    /// If the bytes were no capture.
    pub fn finish(self) -> Result<Surveyed, CaptureError> {
        let Self { decoder, mut found, secrets } = self;
        decoder.finish(&mut found)?;
        Ok(Surveyed { derived: found.sessions.resolve(&secrets), randoms: found.randoms })
    }
}

impl Sink for Found {
    fn wants_connections(&self) -> bool {
        false
    }

    fn session(&mut self, session: &Session) {
        if self.whole {
            self.randoms.extend(session.randoms.iter().filter(|random| self.seen.insert(**random)));
        }
        self.sessions.push(session.clone());
    }
}
