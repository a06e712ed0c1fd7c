//! TLS secrets as clients and servers log them: `SSLKEYLOGFILE` (RFC 9850), a line each with a label, the client's
//! random and a secret. Labels that are not known, and lines that are none, are passed over. Older logs have lines for RSA
//! key exchange too, with the first bytes of an encrypted premaster secret in the random's place. A server's private key in PEM is taken as well, alone or
//! among the lines: what opens old captures may be dropped like any log.

use hashbrown::HashMap;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::rsa_key::RsaKey;
use super::tried::Tried;

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// `CLIENT_RANDOM`: the master secret (TLS 1.2 and before).
    Master,
    /// `CLIENT_EARLY_TRAFFIC_SECRET`
    ClientEarly,
    /// `CLIENT_HANDSHAKE_TRAFFIC_SECRET`
    ClientHandshake,
    /// `SERVER_HANDSHAKE_TRAFFIC_SECRET`
    ServerHandshake,
    /// `CLIENT_TRAFFIC_SECRET_0`
    ClientTraffic,
    /// `SERVER_TRAFFIC_SECRET_0`
    ServerTraffic,
}

/// Their names in the log, by their number.
const LABELS: [&[u8]; 6] = [
    b"CLIENT_RANDOM",
    b"CLIENT_EARLY_TRAFFIC_SECRET",
    b"CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    b"SERVER_HANDSHAKE_TRAFFIC_SECRET",
    b"CLIENT_TRAFFIC_SECRET_0",
    b"SERVER_TRAFFIC_SECRET_0",
];

impl Label {
    /// As the log names it.
    pub fn name(self) -> &'static str {
        std::str::from_utf8(LABELS[self as usize]).unwrap_or_default()
    }
}

/// What a client's first message says at random; all of its connection's secrets stand beside it.
pub type ClientRandom = [u8; 32];

/// The longest secret: a master secret, or what SHA-384 gives.
const LONGEST: usize = 48;

/// The first bytes of an encrypted premaster secret: what a line `RSA` is found by.
pub type PremasterName = [u8; 8];

/// How a line with a premaster secret begins.
const RSA: &[u8] = b"RSA";

/// The label of what opens an encrypted ClientHello.
pub const ECH_SECRET: &str = "ECH_SECRET";

/// How lines begin that open an encrypted ClientHello, beside the random of the one that everybody sees.
const ECH: [&[u8]; 2] = [ECH_SECRET.as_bytes(), b"ECH_CONFIG"];

/// What opens an encrypted ClientHello (RFC 9850 §2.3).
#[derive(Clone, Default)]
pub struct HelloKeys {
    /// `ECH_SECRET`: the shared secret of the key encapsulation (RFC 9180 §4).
    pub secret: Option<Zeroizing<Vec<u8>>>,
    /// `ECH_CONFIG`: the server's ECHConfig.
    pub config: Option<Zeroizing<Vec<u8>>>,
}

impl std::fmt::Debug for HelloKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HelloKeys")
    }
}

impl HelloKeys {
    /// In the order of [`ECH`].
    fn values(&self) -> [&Option<Zeroizing<Vec<u8>>>; 2] {
        [&self.secret, &self.config]
    }
}

/// A secret. It is wiped when it is dropped, and never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret {
    length: u8,
    bytes: [u8; LONGEST],
}

impl Secret {
    /// `None` if there are no bytes, or too many.
    pub fn of(secret: &[u8]) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        let length = u8::try_from(secret.len()).ok().filter(|length| *length > 0)?;
        bytes.get_mut(..secret.len())?.copy_from_slice(secret);
        Some(Self { length, bytes })
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// The secrets of one connection.
type Entry = [Option<Secret>; LABELS.len()];

/// All secrets of some logs.
#[derive(Debug, Default)]
pub struct KeyLog {
    entries: HashMap<ClientRandom, Box<Entry>>,
    /// The secrets of servers' handshakes once more.
    pub(super) tried: Tried,
    premasters: HashMap<PremasterName, Secret>,
    hellos: HashMap<ClientRandom, HelloKeys>,
    /// Private keys of servers.
    keys: Vec<RsaKey>,
    /// They are not taken.
    without_keys: bool,
    /// The PEM of one that has not ended.
    pem: Option<Zeroizing<String>>,
    lines: u64,
    /// A line that has not ended.
    begun: Zeroizing<Vec<u8>>,
    /// The line at hand is too long to be one of a log.
    passing: bool,
}

/// Bytes of a line at most; those of secrets that are known have 191 or fewer.
const LINE: usize = 4096;
/// Bytes of a private key's PEM at most: more than one of 16,384 bits has.
const PEM: usize = 16 << 10;

impl KeyLog {
    /// One that takes no private keys: checking and trying them costs much, and what stands in a capture may be hostile.
    pub fn without_keys() -> Self {
        Self { without_keys: true, ..Self::default() }
    }

    /// Takes whole lines. The answer is how many secrets were new.
    pub fn read(&mut self, log: &[u8]) -> u64 {
        self.push(log) + self.end()
    }

    /// Takes the next bytes, cut anywhere. The answer is how many secrets were new.
    pub fn push(&mut self, bytes: &[u8]) -> u64 {
        let before = self.lines;
        let mut pieces = bytes.split(|byte| *byte == b'\n');
        let last = pieces.next_back().unwrap_or_default();
        for piece in pieces {
            self.begin(piece);
            self.end_line();
        }
        self.begin(last);
        self.lines - before
    }

    /// The line that has begun ends. The answer is how many secrets were new: one or none.
    pub fn end(&mut self) -> u64 {
        // Of a key that is still being written a part of a line is no line.
        let is_part = self.pem.is_some() && !self.begun.starts_with(b"-----END ");
        self.passing |= is_part;
        self.end_line()
    }

    fn end_line(&mut self) -> u64 {
        let before = self.lines;
        let mut line = std::mem::take(&mut self.begun);
        if !std::mem::take(&mut self.passing) {
            self.line(&line);
        }
        line.zeroize();
        self.begun = line;
        self.lines - before
    }

    fn begin(&mut self, piece: &[u8]) {
        if self.begun.capacity() == 0 {
            // Growing would leave copies of secrets behind.
            self.begun.reserve_exact(LINE);
        }
        if self.begun.len() + piece.len() > LINE {
            self.passing = true;
        } else {
            self.begun.extend_from_slice(piece);
        }
    }

    /// How many secrets there are.
    pub fn len(&self) -> u64 {
        self.lines
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lines == 0
    }

    /// A connection's secret.
    pub fn get(&self, random: &ClientRandom, label: Label) -> Option<Secret> {
        self.entries.get(random)?[label as usize].clone()
    }

    /// A premaster secret.
    pub fn premaster(&self, name: &PremasterName) -> Option<Secret> {
        self.premasters.get(name).cloned()
    }

    /// What opens the encrypted ClientHello within the one with this random.
    pub fn hello_keys(&self, random: &ClientRandom) -> Option<HelloKeys> {
        self.hellos.get(random).cloned()
    }

    /// Whether premaster secrets may be known.
    pub fn has_premasters(&self) -> bool {
        !self.premasters.is_empty() || !self.keys.is_empty()
    }

    /// How many private keys there are.
    pub fn private_keys(&self) -> usize {
        self.keys.len()
    }

    /// The premaster secret that was encrypted so, by a private key.
    pub fn open_premaster(&self, encrypted: &[u8]) -> Option<Secret> {
        self.keys.iter().find_map(|key| key.open(encrypted))
    }

    /// Adds a private key, unless it is there.
    pub fn add_key(&mut self, key: RsaKey) {
        if !self.keys.contains(&key) {
            self.keys.push(key);
            self.lines += 1;
        }
    }

    /// Adds a connection's secret, unless there is one.
    pub fn add(&mut self, random: &ClientRandom, label: Label, secret: Secret) {
        let entry = self.entries.entry(*random).or_insert_with(no_secrets);
        if let Some(place @ None) = entry.get_mut(label as usize) {
            if label == Label::ServerHandshake {
                self.tried.add(random, &secret);
            }
            *place = Some(secret);
            self.lines += 1;
        }
    }

    /// Whether there is any secret of a connection.
    pub fn has(&self, random: &ClientRandom) -> bool {
        self.entries.contains_key(random) || self.hellos.contains_key(random)
    }

    /// Whether there is a secret of a connection itself, and not only of its hello.
    pub fn has_keys(&self, random: &ClientRandom) -> bool {
        self.entries.contains_key(random)
    }

    /// How many secrets of a connection there are.
    pub fn count(&self, random: &ClientRandom) -> usize {
        let of_hello = self.hellos.get(random).map_or(0, |keys| keys.values().into_iter().flatten().count());
        of_hello + self.entries.get(random).map_or(0, |entry| entry.iter().flatten().count())
    }

    /// The lines of one connection, as a log has them.
    pub fn write(&self, random: &ClientRandom, log: &mut Vec<u8>) {
        let mut line = |label: &[u8], secret: &[u8]| {
            log.extend_from_slice(label);
            log.push(b' ');
            write_hexadecimal(random, log);
            log.push(b' ');
            write_hexadecimal(secret, log);
            log.push(b'\n');
        };
        for (label, value) in self.hellos.get(random).iter().flat_map(|keys| ECH.iter().zip(keys.values())) {
            value.iter().for_each(|value| line(label, value));
        }
        for (label, secret) in
            self.entries.get(random).iter().flat_map(|entry| LABELS.iter().zip(entry.iter()))
        {
            secret.iter().for_each(|secret| line(label, secret.bytes()));
        }
    }

    fn line(&mut self, line: &[u8]) -> Option<()> {
        let line = line.trim_ascii();
        let begins_key = line.starts_with(b"-----BEGIN ") && line.ends_with(b" PRIVATE KEY-----");
        if self.pem.is_some() || (begins_key && !self.without_keys) {
            return self.pem_line(line);
        }
        if line.starts_with(RSA) {
            return self.premaster_line(line);
        }
        if let Some(at) = ECH.iter().position(|label| starts_with_label(line, label)) {
            return self.hello_line(at, line.get(ECH.get(at)?.len()..)?.trim_ascii_start());
        }
        let (at, label) = LABELS.iter().enumerate().find(|(_, label)| starts_with_label(line, label))?;
        let rest = line.get(label.len()..)?.trim_ascii_start();
        let (random, secret) = read_pair(rest)?;
        let entry = self.entries.entry(random).or_insert_with(no_secrets);
        let place = entry.get_mut(at)?;
        let is_new = place.is_none();
        if at == Label::ServerHandshake as usize && place.as_ref() != Some(&secret) {
            if is_new { self.tried.add(&random, &secret) } else { self.tried.change(&random, &secret) }
        }
        self.lines += u64::from(is_new);
        *place = Some(secret);
        Some(())
    }

    /// What opens an encrypted ClientHello: the secret or the config, behind its label.
    fn hello_line(&mut self, at: usize, rest: &[u8]) -> Option<()> {
        let mut random = [0; 32];
        let (digits, rest) = rest.split_at_checked(2 * random.len())?;
        read_hexadecimal(digits, &mut random)?;
        let digits = rest.first()?.is_ascii_whitespace().then(|| rest.trim_ascii_start())?;
        let mut value = Zeroizing::new(vec![0; digits.len() / 2]);
        read_hexadecimal(digits, &mut value).filter(|length| *length > 0)?;
        let keys = self.hellos.entry(random).or_default();
        let place = if at == 0 { &mut keys.secret } else { &mut keys.config };
        self.lines += u64::from(place.is_none());
        *place = Some(value);
        Some(())
    }

    /// A line of a private key's PEM (RFC 7468). What is too long, or no key of RSA, is passed over.
    fn pem_line(&mut self, line: &[u8]) -> Option<()> {
        let mut pem = self.pem.take().unwrap_or_else(|| Zeroizing::new(String::with_capacity(PEM)));
        let line = std::str::from_utf8(line).ok().filter(|line| pem.len() + line.len() < PEM)?;
        pem.push_str(line);
        pem.push('\n');
        if line.starts_with("-----END ") {
            self.add_key(RsaKey::from_pem(&pem).ok()?);
        } else {
            self.pem = Some(pem);
        }
        Some(())
    }

    /// `RSA`, the first bytes of an encrypted premaster secret, and what it is.
    fn premaster_line(&mut self, line: &[u8]) -> Option<()> {
        let rest = line.get(RSA.len()..).filter(|rest| rest.first().is_some_and(u8::is_ascii_whitespace))?;
        let (name, secret) = read_pair(rest.trim_ascii_start())?;
        self.lines += u64::from(self.premasters.insert(name, secret).is_none());
        Some(())
    }
}

fn starts_with_label(line: &[u8], label: &[u8]) -> bool {
    line.starts_with(label) && line.get(label.len()).is_some_and(u8::is_ascii_whitespace)
}

fn no_secrets() -> Box<Entry> {
    Box::new([const { None }; LABELS.len()])
}

/// What a secret is found by, and the secret.
fn read_pair<const N: usize>(text: &[u8]) -> Option<([u8; N], Secret)> {
    let (mut name, mut secret) = ([0; N], [0; LONGEST]);
    let (first, digits) = text.split_at_checked(2 * N)?;
    read_hexadecimal(first, &mut name)?;
    let digits = digits.first()?.is_ascii_whitespace().then(|| digits.trim_ascii_start())?;
    let length = read_hexadecimal(digits, &mut secret)?;
    let kept = Secret::of(secret.get(..length)?);
    secret.zeroize();
    Some((name, kept?))
}

/// Reads pairs of digits; the answer is how many bytes they are.
fn read_hexadecimal(digits: &[u8], into: &mut [u8]) -> Option<usize> {
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let room = into.get_mut(..pairs.len())?;
    for (byte, [high, low]) in room.iter_mut().zip(pairs) {
        let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(pairs.len())
}

fn write_hexadecimal(bytes: &[u8], text: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_end_takes_no_memory() {
        let mut keys = KeyLog::default();
        for _ in 0..100 {
            keys.push(&[b'C'; 1000]);
        }
        assert!(keys.begun.capacity() <= 2 * LINE);
        let good = format!("\nCLIENT_RANDOM {} 01\n", "5a".repeat(32));
        assert_eq!(keys.push(good.as_bytes()), 1);
    }

    #[test]
    fn reads_lines_and_passes_over_the_rest() {
        let random = "5a".repeat(32);
        let log = format!(
            "# a comment\nCLIENT_RANDOM {random} {}\r\n\nCLIENT_RANDOMS {random} 00\nEXPORTER_SECRET {random} 00\n\
             RSA 0102030405060708 {}\nSERVER_TRAFFIC_SECRET_0  {random}\t{}\nCLIENT_TRAFFIC_SECRET_0 {random} 0\nCLIENT_RANDOM {random} {}",
            "Ab".repeat(48),
            "03".repeat(48),
            "01".repeat(32),
            "00".repeat(49),
        );
        let mut keys = KeyLog::default();
        assert_eq!(keys.read(log.as_bytes()), 3);
        assert_eq!(keys.premaster(&[1, 2, 3, 4, 5, 6, 7, 8]).unwrap().bytes(), [3; 48]);
        assert_eq!(keys.get(&[0x5a; 32], Label::Master).unwrap().bytes(), [0xab; 48]);
        assert_eq!(keys.get(&[0x5a; 32], Label::ServerTraffic).unwrap().bytes(), [1; 32]);
        assert!(keys.get(&[0x5a; 32], Label::ClientTraffic).is_none());
        assert!(!format!("{keys:?}").contains("171"));
        for size in [1, 7, 100, 5000] {
            let mut pieces = KeyLog::default();
            let taken: u64 = log.as_bytes().chunks(size).map(|piece| pieces.push(piece)).sum();
            assert_eq!(taken + pieces.end(), 3, "in pieces of {size}");
            assert_eq!(pieces.count(&[0x5a; 32]), 2);
        }
        let mut again = Vec::new();
        keys.write(&[0x5a; 32], &mut again);
        assert_eq!(KeyLog::default().read(&again), 2);
    }

    #[test]
    fn what_looks_like_a_private_key_costs_no_lines_behind_it() {
        let good = format!("CLIENT_RANDOM {} 01\n", "5a".repeat(32));
        for pem in [
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_owned(),
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n".to_owned(),
            format!("-----BEGIN RSA PRIVATE KEY-----\n{}", "QUFB\n".repeat(PEM)),
        ] {
            let mut keys = KeyLog::default();
            assert_eq!(keys.read((pem + &good).as_bytes()), 1);
            assert_eq!(keys.private_keys(), 0);
        }
        let key = include_str!("../../../samples/tls12-private-key/server.pem");
        assert_eq!(
            (KeyLog::default().read(key.as_bytes()), KeyLog::without_keys().read(key.as_bytes())),
            (1, 0)
        );
        // It is looked at while it is written: the line that had not ended is read again.
        let mut watched = KeyLog::default();
        let (first, _) = key.split_at(200);
        let line = first.rfind('\n').unwrap() + 1;
        assert_eq!(watched.push(first.as_bytes()) + watched.end(), 0);
        assert_eq!(watched.push(&key.as_bytes()[line..]) + watched.end(), 1);
    }

    #[test]
    fn reads_and_writes_what_opens_an_encrypted_hello() {
        let random = "5a".repeat(32);
        let config = "0f".repeat(1_500);
        let log = format!("ECH_SECRET {random} {}\nECH_CONFIG {random} {config}\n", "a1".repeat(64));
        let bad = format!(
            "ECH_SECRET {random}\nECH_CONFIG {random} 0g\nECH_SECRETS {random} 00\nECH_CONFIG {random} \n"
        );
        let mut keys = KeyLog::default();
        assert_eq!(keys.read(bad.as_bytes()), 0);
        assert!(!keys.has(&[0x5a; 32]));
        assert_eq!(keys.read(log.as_bytes()), 2);
        assert_eq!((keys.count(&[0x5a; 32]), keys.has(&[0x5a; 32])), (2, true));
        let of_hello = keys.hello_keys(&[0x5a; 32]).unwrap();
        assert_eq!(of_hello.secret.as_deref().unwrap()[..], [0xa1; 64]);
        assert_eq!(of_hello.config.as_deref().unwrap().len(), 1_500);
        assert!(!format!("{of_hello:?}{keys:?}").contains("161"));
        let mut again = Vec::new();
        keys.write(&[0x5a; 32], &mut again);
        assert_eq!(String::from_utf8(again).unwrap(), log);
    }
}
