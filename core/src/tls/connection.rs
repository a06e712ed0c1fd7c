//! One TLS connection: two streams of records in, two plain streams out. A direction that needs what the other one has
//! not said yet waits for it.

mod keys;
mod telling;

use super::direction::{Direction, Protection, Waiting};
use super::handshake::Kind;
use super::handshake::facts::{Facts, Version};
use super::handshake::hello::ClientHello;
use super::key_log::ClientRandom;
use super::negotiation::Negotiation;
use super::protection::Chain;
use super::record::{ContentType, HEADER, Record};
use super::sealed::{Places, Sealed};
use super::secrets::Secrets;
use super::session::Session;
use crate::stream::{Gap, HeldChunk, Origin, Side, StreamChunk};
use telling::Lost;

/// Bytes of one direction that wait for the other one at most.
const WAITING: usize = 1 << 20;

/// Decrypted bytes of one record.
#[derive(Clone, Copy, Debug)]
pub struct Plain<'a> {
    /// The bytes, as a chunk of the plain stream.
    pub chunk: StreamChunk<'a>,
    /// How to read them again, if that is asked for.
    pub sealed: Option<&'a Sealed<'a>>,
}

/// Takes what comes out of a connection.
pub trait Out {
    /// Plain bytes.
    fn plain(&mut self, plain: Plain<'_>, connection: &Connection);
    /// Plain bytes are missing; offset and length are those in the plain stream.
    fn gap(&mut self, gap: Gap, connection: &Connection);
    /// A record with application data cannot be opened, though no gap explains that.
    fn failed(&mut self, side: Side, origin: Origin, text: String, connection: &Connection);
}

/// One TLS connection.
#[derive(Debug, Default)]
pub struct Connection {
    directions: [Direction; 2],
    negotiation: Negotiation,
    facts: Facts,
    /// No secret of it is known.
    without_secrets: bool,
    /// A secret of it was needed and is not known.
    lacks_secret: bool,
    /// Where its plain bytes stand, if they are to be read again.
    places: Option<Places>,
    /// Room for what the record at hand says.
    scratch: Vec<u8>,
}

/// What came of a look at the next record.
enum Step {
    /// It is read.
    Read,
    /// The other direction must say something first.
    Wait,
    /// It cannot be read.
    Lost,
    /// It is none.
    NotOne,
}

/// What became of the next record of a direction.
#[derive(PartialEq, Eq)]
enum Next {
    /// It is read, or passed over.
    Read,
    /// It is not whole.
    Missing,
    /// It must wait for the other direction.
    Waits,
}

/// A record, copied out of its reader.
struct Whole<'a> {
    offset: u64,
    origin: Origin,
    acknowledged: Option<u64>,
    header: [u8; HEADER],
    body: &'a [u8],
    /// It may be none.
    candidate: bool,
}

impl Whole<'_> {
    /// Bytes of it, header and all.
    fn length(&self) -> u64 {
        (HEADER + self.body.len()) as u64
    }

    /// Stream offset behind it.
    fn end(&self) -> u64 {
        self.offset + self.length()
    }
}

impl Connection {
    /// One within so many layers of TLS that says how to read plain bytes again.
    pub fn traced(layer: usize) -> Self {
        Self {
            directions: [Direction::traced(), Direction::traced()],
            places: Some(Places::of(layer)),
            ..Self::default()
        }
    }

    /// What the handshake said.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The random that its secrets are logged with, once the client has spoken.
    pub fn client_random(&self) -> Option<ClientRandom> {
        self.negotiation.client_random()
    }

    /// What the client offers in its first message.
    pub fn client_hello(&self) -> Option<&ClientHello> {
        self.negotiation.client.as_ref()
    }

    /// What it said of its session.
    pub fn session(&self) -> Option<Session> {
        self.negotiation.session()
    }

    /// Whether nothing can be read of it: none of its secrets is known, its handshake was not captured, or its cipher suite is
    /// one that is not decrypted.
    pub fn is_without_secrets(&self) -> bool {
        self.without_secrets || self.suite().is_none()
    }

    /// Whether some of its secrets are known, and one that was needed is not.
    pub fn lacks_secret(&self) -> bool {
        self.lacks_secret
    }

    /// Whether application data was seen of that side.
    pub fn has_data(&self, side: Side) -> bool {
        self.directions[side.index()].has_data
    }

    /// Whether the first handshake has said all that sessions are known by.
    pub fn is_negotiated(&self) -> bool {
        let has_keys = |direction: &Direction| !matches!(direction.protection, Protection::None);
        self.negotiation.version() == Some(Version::Tls13) || self.directions.iter().all(has_keys)
    }

    /// Whether nothing can be read any more.
    pub fn is_unreadable(&self) -> bool {
        self.directions.iter().all(|direction| matches!(direction.protection, Protection::Unreadable))
    }

    /// What is held, in bytes of memory.
    pub fn held(&self) -> usize {
        self.directions.iter().map(Direction::held).sum::<usize>()
            + self.negotiation.held()
            + self.scratch.capacity()
    }

    /// The offset in the plain stream of `side` that an offset in its stream of records stands for.
    pub fn plain_offset(&self, side: Side, cipher: u64) -> u64 {
        self.directions[side.index()].plain_before(cipher)
    }

    /// The length of the plain stream of `side` so far.
    pub fn plain_length(&self, side: Side) -> u64 {
        self.directions[side.index()].plain
    }

    /// Takes the next bytes of a direction. `acknowledged`: what the other side has of its stream.
    pub fn push(&mut self, chunk: StreamChunk<'_>, secrets: &Secrets, out: &mut impl Out) {
        let side = chunk.side;
        let direction = &mut self.directions[side.index()];
        if !direction.waiting.is_empty() {
            direction.waiting_bytes += chunk.bytes.len();
            direction.waiting.push_back(Waiting::Chunk(HeldChunk::of(chunk)));
            if direction.waiting_bytes > WAITING {
                self.give_up(side);
            }
            return;
        }
        direction.reader.push(&chunk);
        self.run(side, secrets, out);
    }

    /// Takes a gap of a direction.
    pub fn gap(&mut self, gap: Gap, secrets: &Secrets, out: &mut impl Out) {
        let direction = &mut self.directions[gap.side.index()];
        if direction.waiting.is_empty() {
            direction.lose(gap);
            self.negotiation.lose();
        } else {
            direction.waiting.push_back(Waiting::Gap(gap));
        }
        self.run(gap.side, secrets, out);
    }

    /// Nothing more comes of a direction: tells what is lost and was not told yet.
    pub fn finish(&mut self, side: Side, out: &mut impl Out) {
        let direction = &self.directions[side.index()];
        // What it waited for did not come.
        self.without_secrets |= !direction.waiting.is_empty() && self.negotiation.is_hidden();
        if let Some(hole) = direction.hole {
            let end = hole.gap.offset.saturating_add(hole.gap.length);
            let lost = end.saturating_sub(direction.read);
            self.tell_hole(
                side,
                hole,
                Lost { records: lost, overhead: 0, exact: false, data: direction.has_data },
                out,
            );
        }
    }

    /// Reads records of a direction, and behind each of them those of the other one, if that waits for them: what waits goes
    /// on at the same record however the segments are cut.
    fn run(&mut self, side: Side, secrets: &Secrets, out: &mut impl Out) {
        loop {
            let next = self.read(side, secrets, out);
            let waiting = &mut self.directions[side.index()].waiting;
            if next == Next::Waits && waiting.is_empty() {
                // What comes next waits behind the record that does.
                waiting.push_back(Waiting::Chunk(HeldChunk::empty()));
            }
            self.go_on(side.other(), secrets, out);
            if next != Next::Read {
                break;
            }
        }
    }

    /// Reads what waits of a direction, as far as that need not wait any more.
    fn go_on(&mut self, side: Side, secrets: &Secrets, out: &mut impl Out) {
        if self.directions[side.index()].waiting.is_empty()
            || self.read_all(side, secrets, out) == Next::Waits
        {
            return;
        }
        let mut waiting = std::mem::take(&mut self.directions[side.index()].waiting);
        while let Some(item) = waiting.pop_front() {
            let direction = &mut self.directions[side.index()];
            match item {
                Waiting::Chunk(held) => {
                    direction.waiting_bytes = direction.waiting_bytes.saturating_sub(held.len());
                    direction.reader.push(&held.chunk(side));
                }
                Waiting::Gap(gap) => {
                    direction.lose(gap);
                    self.negotiation.lose();
                }
            }
            if self.read_all(side, secrets, out) == Next::Waits {
                waiting.push_front(Waiting::Chunk(HeldChunk::empty()));
                break;
            }
        }
        self.directions[side.index()].waiting = waiting;
    }

    /// Reads all records that are whole and need not wait.
    fn read_all(&mut self, side: Side, secrets: &Secrets, out: &mut impl Out) -> Next {
        loop {
            match self.read(side, secrets, out) {
                Next::Read => {}
                next => return next,
            }
        }
    }

    /// Reads the next record.
    fn read(&mut self, side: Side, secrets: &Secrets, out: &mut impl Out) -> Next {
        let direction = &mut self.directions[side.index()];
        let was_lost = direction.reader.is_lost();
        let Some(record) = direction.reader.next_record() else { return Next::Missing };
        let Record { offset, origin, acknowledged, header, body } = record;
        let lent = {
            let length = body.len();
            direction.reader.lend(length)
        };
        let candidate = was_lost || direction.reader.is_lost();
        let whole = Whole { offset, origin, acknowledged, header, body: lent.body(), candidate };
        let step = self.step(side, &whole, secrets, out);
        let end = whole.end();
        let direction = &mut self.directions[side.index()];
        direction.reader.take_back(lent);
        match step {
            Step::Read => {
                direction.reader.accept();
                direction.mark(end);
            }
            Step::Lost => direction.reader.accept(),
            Step::NotOne => direction.reader.reject(),
            Step::Wait => return Next::Waits,
        }
        Next::Read
    }

    fn step(&mut self, side: Side, record: &Whole<'_>, secrets: &Secrets, out: &mut impl Out) -> Step {
        let kind = ContentType(record.header[0]);
        let awaits_server = self.awaits_server(side, secrets);
        let direction = &mut self.directions[side.index()];
        let version = self.negotiation.version();
        match &direction.protection {
            Protection::Unreadable => {
                direction.has_data |= kind == ContentType::APPLICATION_DATA;
                Step::Read
            }
            Protection::None => match kind {
                ContentType::HANDSHAKE => {
                    direction.messages.push(record.body);
                    self.messages(side, secrets);
                    Step::Read
                }
                ContentType::CHANGE_CIPHER_SPEC => self.change_cipher_spec(side, secrets),
                ContentType::APPLICATION_DATA => match (version, &self.negotiation.client) {
                    (Some(Version::Tls13), _) if awaits_server => Step::Wait,
                    (Some(Version::Tls13), _) => {
                        self.begin_tls13(side, record, secrets);
                        self.step(side, record, secrets, out)
                    }
                    // Early data that the server did not want.
                    (None, _) if self.negotiation.retried => Step::Read,
                    (None, Some(_)) if side == Side::Client => Step::Wait,
                    // What changed the keys is lost.
                    (Some(_), _) if direction.hole.is_some() => {
                        if matches!(self.change_cipher_spec(side, secrets), Step::Wait) {
                            return Step::Wait;
                        }
                        self.directions[side.index()].chain = Chain::Lost;
                        self.step(side, record, secrets, out)
                    }
                    _ if record.candidate => Step::NotOne,
                    _ => {
                        // The handshake was not captured.
                        direction.has_data = true;
                        direction.protection = Protection::Unreadable;
                        Step::Read
                    }
                },
                _ if record.candidate => Step::NotOne,
                _ => Step::Read,
            },
            // For middleboxes (RFC 8446 §D.4); alerts and second hellos are not encrypted before keys are used.
            Protection::Tls13(_) if kind != ContentType::APPLICATION_DATA => {
                if record.candidate {
                    Step::NotOne
                } else {
                    Step::Read
                }
            }
            Protection::Tls12(_) | Protection::Tls13(_) => self.open(side, record, secrets, out),
        }
    }

    /// Opens a record, and takes what it carries.
    fn open(&mut self, side: Side, record: &Whole<'_>, secrets: &Secrets, out: &mut impl Out) -> Step {
        let mut plain = std::mem::take(&mut self.scratch);
        let step = self.open_into(&mut plain, side, record, secrets, out);
        self.scratch = plain;
        step
    }

    fn open_into(
        &mut self,
        plain: &mut Vec<u8>,
        side: Side,
        record: &Whole<'_>,
        secrets: &Secrets,
        out: &mut impl Out,
    ) -> Step {
        let direction = &mut self.directions[side.index()];
        let (hole, before) = (direction.hole, direction.chain);
        let opened = match &mut direction.protection {
            Protection::Tls12(opener) => {
                let opened = Direction::open(
                    opener,
                    direction.sequence,
                    before,
                    hole.as_ref(),
                    &record.header,
                    record.body,
                    plain,
                );
                // Behind a gap a chained record fails, for want of the one before it; what looks like one is believed.
                let chained = opener.is_chained_record(&record.header);
                if opened.is_ok() || !record.candidate || chained {
                    direction.chain = opener.chain(record.body);
                }
                if let Some(hole) = direction.hole.as_mut().filter(|_| opened.is_err() && chained) {
                    hole.records += 1;
                    return Step::Lost;
                }
                opened.map(|opened| (opened, opener.overhead())).map_err(Some)
            }
            Protection::Tls13(_) => self.open_tls13(side, hole.as_ref(), record, secrets, plain),
            Protection::None | Protection::Unreadable => return Step::Read,
        };
        let direction = &mut self.directions[side.index()];
        let ((skipped, kind), overhead) = match opened {
            Ok(opened) => opened,
            Err(None) => return Step::Read,
            Err(Some(_)) if record.candidate => return Step::NotOne,
            Err(Some(failure)) => {
                self.fail(side, record, failure, out);
                return Step::Lost;
            }
        };
        direction.sequence = direction.sequence.saturating_add(skipped + 1);
        let length = record.length();
        direction.padded |= length > overhead + plain.len() as u64;
        // Records that could not be opened are lost like those that did not come.
        let gone = skipped.saturating_add(u64::from(std::mem::take(&mut direction.failed)));
        if let Some(hole) = direction.hole.take() {
            // In TLS 1.2 a Finished is the first record that is protected, and no application data.
            let is_first =
                matches!(direction.protection, Protection::Tls12(_)) && direction.sequence <= skipped + 1;
            let lost = Lost {
                records: record.offset.saturating_sub(direction.read),
                overhead: gone.saturating_mul(overhead),
                exact: direction.has_data && !direction.padded,
                data: direction.has_data || gone > u64::from(is_first),
            };
            self.tell_hole(side, hole, lost, out);
        }
        match kind {
            ContentType::APPLICATION_DATA => self.data(side, record, before, plain, out),
            ContentType::HANDSHAKE => {
                self.directions[side.index()].messages.push(plain);
                self.messages(side, secrets);
            }
            ContentType::CHANGE_CIPHER_SPEC => return self.change_cipher_spec(side, secrets),
            _ => {}
        }
        Step::Read
    }

    /// Takes the handshake messages that are whole.
    fn messages(&mut self, side: Side, secrets: &Secrets) {
        while let Some((kind, body)) = self.directions[side.index()].messages.next_message() {
            self.negotiation.take(side, kind, &body, secrets, &mut self.facts);
            if matches!(kind, Kind::FINISHED | Kind::END_OF_EARLY_DATA | Kind::KEY_UPDATE) {
                self.advance(side, kind, secrets);
            }
        }
    }

    fn give_up(&mut self, side: Side) {
        let direction = &mut self.directions[side.index()];
        direction.waiting.clear();
        direction.waiting_bytes = 0;
        direction.protection = Protection::Unreadable;
        self.without_secrets |= self.negotiation.is_hidden();
    }
}

#[cfg(test)]
mod tests;
