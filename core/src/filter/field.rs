//! The fields that a filter can ask for: one table feeds the parser, completion, `--help` and the documentation.

use super::operator::Operator;

/// What a field's values are, and so how they are written and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Number,
    /// Bytes: `1500`, `10k`, `1.5M`, `64Ki`.
    Size,
    /// A moment: RFC 3339, seconds since 1970, or seconds since the capture's start.
    Time,
    /// Seconds since the capture's start.
    Seconds,
    /// Yes or no; the field's name alone asks for yes.
    Flag,
    /// `text`, `binary`, `close` …, or a number.
    Opcode,
    /// `client` or `server`.
    Side,
    /// `note`, `warning`, `error`, in this order.
    Severity,
    /// A Close's code, or a diagnostic's name.
    Code,
    /// A diagnostic's name.
    Diagnostic,
    /// What came of an upgrade.
    Verdict,
    /// Text.
    Text,
    /// Bytes: text, or `hex:` and digits.
    Bytes,
    /// Four bytes in hexadecimal.
    Mask,
    /// An IP address, or a network such as `10.0.0.0/8`.
    Address,
    /// An address with or without a port.
    EndPoint,
}

/// When a field's value is known, and what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The connection: the same for all its rows, and known when its frames begin. The fields that begin with
    /// `source` and `destination` differ by side.
    Connection,
    /// The row's own header facts.
    Row,
    /// The row's payload.
    Payload,
}

/// Which rows have a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// All of them. A connection has those of its messages, a diagnostic those of what it speaks of.
    All,
    /// All but frames.
    NotFrames,
    /// Frames.
    Frames,
}

impl Rows {
    /// In words, for tables.
    pub fn words(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::NotFrames => "all but frames",
            Self::Frames => "frames",
        }
    }
}

/// Whether a row can lack a field, so that its name alone can ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Every row has it.
    Always,
    /// Some have it.
    Sometimes,
}

/// What the table says of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The field.
    pub field: Field,
    /// Its name.
    pub name: &'static str,
    /// Names that it has in Wireshark.
    pub wireshark: &'static [&'static str],
    /// What its values are.
    pub kind: Kind,
    /// When they are known.
    pub holder: Holder,
    /// Which rows have it.
    pub rows: Rows,
    /// Whether all of these do.
    pub presence: Presence,
    /// What it is, in a few words.
    pub about: &'static str,
}

macro_rules! fields {
    ($($variant:ident = $name:literal [$($wireshark:literal),*] $kind:ident, $holder:ident, $rows:ident, $presence:ident, $about:literal;)*) => {
        /// Something that a filter can ask a row for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $(#[doc = concat!("`", $name, "`: ", $about)] $variant,)*
        }

        /// All fields, in the order of the documentation.
        pub const FIELDS: &[Entry] = &[$(Entry {
            field: Field::$variant,
            name: $name,
            wireshark: &[$($wireshark),*],
            kind: Kind::$kind,
            holder: Holder::$holder,
            rows: Rows::$rows,
            presence: Presence::$presence,
            about: $about,
        },)*];
    };
}

fields! {
    From = "from" [] Side, Row, All, Always, "who sent it";
    Opcode = "opcode" ["websocket.opcode"] Opcode, Row, All, Always, "what kind of message or frame it is";
    Length = "length" [] Size, Row, All, Always, "payload bytes; of a message inflated";
    WireLength = "wire_length" ["websocket.payload_length"] Size, Row, All, Always, "payload bytes on the wire";
    Text = "text" ["websocket.payload.text"] Bytes, Payload, All, Sometimes, "a text message's payload; a diagnostic's sentence";
    Payload = "payload" ["websocket.payload"] Bytes, Payload, All, Always, "the payload of any message";
    Time = "time" ["frame.time", "frame.time_epoch"] Time, Row, All, Always, "when it was captured; opened, closed";
    SinceStart = "since_start" ["frame.time_relative"] Seconds, Row, All, Always, "the same, counted from the capture's first packet";
    Connection = "connection" [] Number, Connection, All, Always, "the connection's number";
    Message = "message" [] Number, Row, All, Sometimes, "the message's number in its connection";
    Frame = "frame" [] Number, Row, Frames, Always, "the frame's number in its connection";
    Frames = "frames" [] Number, Row, NotFrames, Always, "how many frames a message has";
    Packet = "packet" ["frame.number"] Number, Row, All, Always, "the first or last packet that carried it";
    TcpStream = "tcp_stream" ["tcp.stream"] Number, Connection, All, Always, "the TCP connection, counted as Wireshark does";
    Client = "client" [] EndPoint, Connection, All, Always, "the client's address and port";
    Server = "server" [] EndPoint, Connection, All, Always, "the server's address and port";
    Address = "address" ["ip.addr", "ipv6.addr"] Address, Connection, All, Always, "the address of either";
    Source = "source" ["ip.src", "ipv6.src"] Address, Connection, All, Sometimes, "the sender's address";
    Destination = "destination" ["ip.dst", "ipv6.dst"] Address, Connection, All, Sometimes, "the receiver's address";
    Port = "port" ["tcp.port"] Number, Connection, All, Always, "the port of either";
    SourcePort = "source_port" ["tcp.srcport"] Number, Connection, All, Sometimes, "the sender's port";
    DestinationPort = "destination_port" ["tcp.dstport"] Number, Connection, All, Sometimes, "the receiver's port";
    Host = "host" ["http.host"] Text, Connection, All, Sometimes, "the Host header, with and without its port";
    Path = "path" ["http.request.uri.path"] Text, Connection, All, Sometimes, "the request's path, without its query";
    Target = "target" ["http.request.uri"] Text, Connection, All, Sometimes, "the request's target, with its query";
    Status = "status" ["http.response.code"] Number, Connection, All, Sometimes, "the status of the answer to the upgrade";
    Verdict = "verdict" [] Verdict, Connection, All, Always, "what came of the upgrade";
    Subprotocol = "subprotocol" ["http.sec_websocket_protocol"] Text, Connection, All, Sometimes, "the sub-protocol that the server chose";
    Compressed = "compressed" [] Flag, Row, NotFrames, Always, "the message was compressed";
    Complete = "complete" [] Flag, Row, All, Always, "no byte of it is lost";
    Code = "code" ["websocket.payload.close.status_code"] Code, Row, NotFrames, Sometimes, "a Close's code; with a name, the same as diagnostic";
    // An index keeps a Close's code and not its reason, which it reads again.
    Reason = "reason" ["websocket.payload.close.reason"] Text, Payload, NotFrames, Sometimes, "a Close's reason";
    Diagnostic = "diagnostic" [] Diagnostic, Row, All, Sometimes, "a diagnostic that speaks of it";
    Severity = "severity" [] Severity, Row, All, Sometimes, "how bad such a diagnostic is";
    Fin = "fin" ["websocket.fin"] Flag, Row, Frames, Always, "the last frame of its message";
    Rsv = "rsv" ["websocket.rsv"] Number, Row, Frames, Always, "the three reserved bits, RSV1 is 4";
    Masked = "masked" ["websocket.mask"] Flag, Row, Frames, Always, "whether it has a masking key";
    Mask = "mask" ["websocket.masking_key"] Mask, Row, Frames, Sometimes, "the masking key";
    WebSocket = "websocket" [] Flag, Connection, All, Always, "every row; so that Wireshark's filters work";
}

/// Where Wireshark's names begin: such a word is a field, and one that is unknown is a mistake.
pub(super) const WIRESHARK: [&str; 6] = ["websocket.", "tcp.", "ip.", "ipv6.", "http.", "frame."];

impl Field {
    /// This field's row of the table.
    pub fn entry(self) -> &'static Entry {
        // The macro writes both in the same order.
        &FIELDS[self as usize]
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The field of that name, its own or Wireshark's. Case makes no difference.
    pub fn from_name(name: &str) -> Option<Self> {
        let is_name = |known: &&str| known.eq_ignore_ascii_case(name);
        let entry = FIELDS.iter().find(|entry| [entry.name].iter().chain(entry.wireshark).any(&is_name));
        entry.map(|entry| entry.field)
    }

    /// All names of all fields.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        let own = FIELDS.iter().map(|entry| entry.name);
        own.chain(FIELDS.iter().flat_map(|entry| entry.wireshark.iter().copied()))
    }
}

impl Kind {
    /// How a value is written, for the sentence of an error.
    pub fn words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Size => "a number of bytes, such as 1500, 10k or 1M",
            Self::Time => {
                "a time, such as 2026-11-22T06:44:54Z, or seconds since the capture's start, such as 12.5"
            }
            Self::Seconds => "seconds since the capture's start, such as 12.5",
            Self::Flag => "true or false",
            Self::Opcode => "text, binary, close, ping, pong, continuation, or a number from 0 to 15",
            Self::Side => "client or server",
            Self::Severity => "note, warning or error",
            Self::Code => "a Close's code, such as 1006, or a diagnostic, such as accept-mismatch",
            Self::Diagnostic => "a diagnostic, such as accept-mismatch",
            Self::Verdict => "valid, invalid, refused, unanswered, partial or missing",
            Self::Text => "text",
            Self::Bytes => "text, or bytes such as hex:0a1b",
            Self::Mask => "a masking key, such as a1b2c3d4",
            Self::Address => "an IP address or a network, such as 10.0.0.0/8",
            Self::EndPoint => {
                "an address, a network or an address with its port, such as 10.0.0.1, 10.0.0.0/8 or 10.0.0.1:80"
            }
        }
    }

    /// The type's name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Size => "size",
            Self::Time => "time",
            Self::Seconds => "seconds",
            Self::Flag => "flag",
            Self::Opcode => "opcode",
            Self::Side => "client|server",
            Self::Severity => "severity",
            Self::Code => "code",
            Self::Diagnostic => "diagnostic",
            Self::Verdict => "verdict",
            Self::Text => "text",
            Self::Bytes => "text or bytes",
            Self::Mask => "4 bytes",
            Self::Address => "address",
            Self::EndPoint => "end point",
        }
    }

    /// Whether values come one after the other.
    pub fn is_ordered(self) -> bool {
        use Kind::{Code, Mask, Number, Opcode, Seconds, Severity, Size, Time};
        matches!(self, Number | Size | Time | Seconds | Opcode | Severity | Code | Mask)
    }

    /// Whether values can be searched.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::Text
                | Self::Bytes
                | Self::Diagnostic
                | Self::Verdict
                | Self::Code
                | Self::EndPoint
                | Self::Address
        )
    }

    /// The operators that fit, the likeliest first.
    pub fn operators(self) -> Vec<Operator> {
        let fits = |operator: &Operator| match operator {
            Operator::Equal | Operator::Different | Operator::In => true,
            Operator::Contains | Operator::Matches => self.is_text(),
            _ => self.is_ordered(),
        };
        let is_likely = |operator: &Operator| {
            matches!(self, Self::Text | Self::Bytes)
                && matches!(operator, Operator::Contains | Operator::Matches)
        };
        let all = Operator::ALL.into_iter().filter(fits);
        let (mut operators, others): (Vec<_>, Vec<_>) = all.partition(is_likely);
        operators.extend(others);
        operators
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_consistent() {
        for entry in FIELDS {
            assert_eq!(entry.field.entry(), entry);
            for name in [entry.name].iter().chain(entry.wireshark) {
                assert_eq!(Field::from_name(name), Some(entry.field), "{name} is no second field's");
            }
            for name in entry.wireshark {
                assert!(WIRESHARK.iter().any(|start| name.starts_with(start)), "{name}");
            }
        }
    }
}
