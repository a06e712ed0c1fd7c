//! Turns the data of an Engine.IO message into a Socket.IO packet (protocols 2 to 5:
//! github.com/socketio/socket.io-protocol), `<type>[<attachments>-][<namespace>,][<ack id>][JSON]`. Whatever is broken
//! in it, the rest is read.

use super::super::json::token::{Token, Tokens};
use super::super::json::unescape;

/// Bytes of an event's name that are shown.
pub const NAME: usize = 1024;

/// Names that the libraries keep for themselves.
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// The type of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `0`: to a namespace; from the server: done.
    Connect,
    /// `1`: from a namespace.
    Disconnect,
    /// `2`: an event with its arguments.
    Event,
    /// `3`: the answer to an event that asked for one.
    Ack,
    /// `4`: the server refuses a namespace; up to protocol 4, any error.
    Error,
    /// `5`: an event with attachments.
    BinaryEvent,
    /// `6`: an answer with attachments.
    BinaryAck,
}

impl Kind {
    fn of(digit: u8) -> Option<Self> {
        Some(match digit {
            b'0' => Self::Connect,
            b'1' => Self::Disconnect,
            b'2' => Self::Event,
            b'3' => Self::Ack,
            b'4' => Self::Error,
            b'5' => Self::BinaryEvent,
            b'6' => Self::BinaryAck,
            _ => return None,
        })
    }

    /// As the protocol of this version names it.
    pub fn name(self, version: Option<u8>) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Disconnect => "disconnect",
            Self::Event => "event",
            Self::Ack => "ack",
            Self::Error if version.is_some_and(|version| version < 5) => "error",
            Self::Error => "connect_error",
            Self::BinaryEvent => "binary_event",
            Self::BinaryAck => "binary_ack",
        }
    }

    /// Whether it is an event, with or without attachments.
    pub fn is_event(self) -> bool {
        matches!(self, Self::Event | Self::BinaryEvent)
    }

    /// Whether it answers an event, with or without attachments.
    pub fn is_ack(self) -> bool {
        matches!(self, Self::Ack | Self::BinaryAck)
    }

    /// Whether attachments follow it.
    pub fn is_binary(self) -> bool {
        matches!(self, Self::BinaryEvent | Self::BinaryAck)
    }
}

/// A packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Its type.
    pub kind: Kind,
    /// How many binary messages follow it.
    pub attachments: u64,
    /// Its namespace, without a query; `/` where none is written.
    pub namespace: &'a str,
    /// What stands behind the `?` of the namespace.
    pub query: Option<&'a str>,
    /// Of an event: the answer that it asks for. Of an ack: the one that it gives.
    pub ack: Option<u64>,
    /// The event's name, if it is text and short enough.
    pub event: Option<String>,
    /// What is left: JSON, or nothing.
    pub data: &'a str,
    /// What is wrong before its data.
    pub problems: Vec<String>,
}

/// The packet of a message's data. `None`: it is none.
pub fn read(text: &str) -> Option<Packet<'_>> {
    let kind = Kind::of(*text.as_bytes().first()?)?;
    let mut rest = text.get(1..)?;
    let mut problems = Vec::new();
    let mut attachments = 0;
    if kind.is_binary() {
        match number(rest) {
            Some((digits, behind)) if behind.starts_with('-') => {
                attachments = digits.parse().unwrap_or_else(|_| {
                    problems.push(format!("the number of attachments is too large: {}", shortened(digits)));
                    0
                });
                rest = behind.get(1..).unwrap_or_default();
            }
            _ => problems.push("the number of attachments and its “-” are missing".to_owned()),
        }
    }
    let (mut namespace, mut query) = ("/", None);
    if rest.starts_with('/') {
        // Without data the comma may be missing.
        let (name, behind) = rest.split_once(',').unwrap_or((rest, ""));
        (namespace, query) = name.split_once('?').map_or((name, None), |(name, query)| (name, Some(query)));
        rest = behind;
    }
    let mut ack = None;
    if let Some((digits, behind)) = number(rest) {
        match digits.parse() {
            Ok(id) => ack = Some(id),
            Err(_) => problems.push(format!("the ack id is too large: {}", shortened(digits))),
        }
        rest = behind;
    }
    if ack.is_none() && kind.is_ack() && problems.is_empty() {
        problems.push("an ack without its id".to_owned());
    }
    let event = kind.is_event().then(|| name(rest)).flatten();
    Some(Packet { kind, attachments, namespace, query, ack, event, data: rest, problems })
}

/// The digits that a text begins with, if there are some, and what stands behind them.
fn number(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(digits).filter(|_| digits > 0)
}

fn shortened(digits: &str) -> String {
    match digits.get(..40) {
        Some(beginning) => format!("{beginning}…"),
        None => digits.to_owned(),
    }
}

/// The event's name: the first element of the data, if it is text.
fn name(data: &str) -> Option<String> {
    let mut tokens = Tokens::new(data.as_bytes());
    let is_array = tokens.next_token().ok()?.is_some_and(|first| first.token == Token::OpenArray);
    let name = tokens.next_token().ok()?.filter(|name| is_array && name.token == Token::Text)?;
    let name = unescape(data.as_bytes().get(name.start..name.end)?, NAME);
    Some(name.text).filter(|_| !name.cut)
}

/// What a packet's data is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Data {
    /// The arguments as an array: of an event, without its name. Broken data has none.
    pub args: Option<String>,
    /// Containers within each other at most.
    pub depth: usize,
    /// What is wrong with it.
    pub problems: Vec<String>,
}

/// Checks a packet's whole data, `before` bytes behind its message's beginning.
pub fn data(packet: &Packet<'_>, before: usize) -> Data {
    let mut out = Data::default();
    let bytes = packet.data.as_bytes();
    let (is_event, is_ack) = (packet.kind.is_event(), packet.kind.is_ack());
    if bytes.is_empty() {
        if is_event || is_ack {
            out.problems.push("the data is missing".to_owned());
        }
        return out;
    }
    let mut tokens = Tokens::new(bytes);
    let mut placeholders = Placeholders::default();
    let (mut first, mut name, mut behind_name, mut values, mut end) = (None, None, None, 0u64, 0);
    loop {
        let lexeme = match tokens.next_token() {
            Ok(Some(lexeme)) => lexeme,
            Ok(None) => break,
            Err(broken) => {
                out.problems.push(format!(
                    "the data is no JSON at byte {}: {}",
                    before + broken.offset,
                    broken.fault
                ));
                return out;
            }
        };
        out.depth = out.depth.max(tokens.depth());
        if first.is_none() {
            first = Some(lexeme.token);
        } else if name.is_none() {
            name = Some(lexeme.token);
            behind_name = Some(lexeme.end);
        }
        placeholders.token(lexeme.token, bytes.get(lexeme.start..lexeme.end).unwrap_or_default());
        if tokens.depth() == 0 {
            values += 1;
            end = if values == 1 { lexeme.end } else { end };
        }
    }
    if values > 1 {
        out.problems.push(format!("{values} values stand in the data, where one can"));
        return out;
    }
    let is_array = first == Some(Token::OpenArray);
    let whole = packet.data.get(..end).unwrap_or_default().trim();
    if is_event && is_array {
        match name {
            Some(Token::Text) => {}
            Some(Token::Number) => out.problems.push("the event's name is a number".to_owned()),
            Some(Token::CloseArray) => out.problems.push("the event has no name".to_owned()),
            _ => out.problems.push("the event's name is no text".to_owned()),
        }
        if let Some(name) = packet.event.as_deref().filter(|name| RESERVED.contains(name)) {
            out.problems.push(format!("the event's name “{name}” is reserved"));
        }
        let is_plain = matches!(name, Some(Token::Text | Token::Number));
        let arguments = packet.data.get(behind_name.unwrap_or(end)..end).unwrap_or_default().trim_start();
        out.args = is_plain.then(|| format!("[{}", arguments.strip_prefix(',').unwrap_or(arguments).trim()));
    } else if (is_event || is_ack) && !is_array {
        out.problems.push("the data is no array".to_owned());
    } else {
        out.args = Some(whole.to_owned());
    }
    placeholders.compare(packet, &mut out.problems);
    out
}

/// Counts `{"_placeholder":true,"num":0}`.
#[derive(Default)]
struct Placeholders {
    count: u64,
    /// Numbers beyond the attachments would point nowhere.
    greatest: Option<u64>,
    key: Key,
    is_one: bool,
    number: Option<u64>,
}

#[derive(Default)]
enum Key {
    #[default]
    Other,
    Placeholder,
    Number,
}

impl Placeholders {
    fn token(&mut self, token: Token, text: &[u8]) {
        match token {
            Token::OpenObject | Token::OpenArray => (self.is_one, self.number) = (false, None),
            Token::Key => {
                self.key = match text {
                    b"\"_placeholder\"" => Key::Placeholder,
                    b"\"num\"" => Key::Number,
                    _ => Key::Other,
                };
                return;
            }
            Token::True => self.is_one |= matches!(self.key, Key::Placeholder),
            Token::Number if matches!(self.key, Key::Number) => {
                self.number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
            }
            Token::CloseObject => {
                if self.is_one {
                    self.count += 1;
                    self.greatest = self.greatest.max(self.number);
                }
                self.is_one = false;
            }
            _ => {}
        }
        self.key = Key::Other;
    }

    fn compare(&self, packet: &Packet<'_>, problems: &mut Vec<String>) {
        if !packet.kind.is_binary() || packet.problems.iter().any(|problem| problem.contains("attachments")) {
            return;
        }
        let announced = packet.attachments;
        if let Some(beyond) = self.greatest.filter(|greatest| *greatest >= announced) {
            problems.push(format!(
                "a placeholder asks for attachment {beyond}; attachments announced: {announced}"
            ));
        } else if self.count != announced {
            let count = self.count;
            problems.push(format!("attachments announced: {announced}, placeholders in the data: {count}"));
        }
    }
}
