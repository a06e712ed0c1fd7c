//! The columns of `--format csv`: one table a command, read by the writer and by `--help`.

use crate::session::api::{ConnectionRow, Decoded, DiagnosticRow, FrameRow, MessageRow};
use crate::stream::Side;

/// One column.
#[derive(Debug)]
pub struct Column<R> {
    /// Its name; that of a nested key has dots.
    pub name: &'static str,
    /// Its cell in a row.
    pub cell: fn(&R) -> Cell<'_>,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// The key does not apply.
    Empty,
    /// A number.
    Number(u64),
    /// A number with a fraction.
    Fraction(f64),
    /// Yes or no.
    Yes(bool),
    /// Text of the row.
    Text(&'a str),
    /// Text that is made of it.
    Owned(String),
}

/// The columns' names, in order.
pub fn names<R>(columns: &'static [Column<R>]) -> impl Iterator<Item = &'static str> {
    columns.iter().map(|column| column.name)
}

macro_rules! columns {
    ($($(#[$doc:meta])* $table:ident: $row:ty = [$($name:literal $cell:expr;)*];)*) => {
        $($(#[$doc])* pub const $table: &[Column<$row>] = &[$(Column { name: $name, cell: $cell },)*];)*
    };
}

columns! {
    /// `connections`, and the overview.
    CONNECTION: ConnectionRow = [
        "capture" |r| text(&r.capture);
        "connection" |r| Cell::Number(r.connection);
        "client" |r| Cell::Text(&r.client);
        "server" |r| Cell::Text(&r.server);
        "tcp_stream" |r| Cell::Number(r.tcp_stream);
        "opened" |r| shown(&r.opened);
        "closed" |r| shown(&r.closed);
        "open" |r| Cell::Yes(r.open);
        "first_packet" |r| Cell::Number(r.first_packet);
        "last_packet" |r| Cell::Number(r.last_packet);
        "transport" |r| Cell::Text(&r.transport);
        "protocol" |r| Cell::Text(&r.protocol);
        "request.method" |r| r.request.as_ref().map_or(Cell::Empty, |q| Cell::Text(&q.method));
        "request.target" |r| r.request.as_ref().map_or(Cell::Empty, |q| Cell::Text(&q.target));
        "request.version" |r| r.request.as_ref().map_or(Cell::Empty, |q| Cell::Text(&q.version));
        "request.headers" |r| r.request.as_ref().map_or(Cell::Empty, |q| headers(&q.headers));
        "response.status" |r| r.response.as_ref().map_or(Cell::Empty, |s| Cell::Number(s.status.into()));
        "response.reason" |r| r.response.as_ref().map_or(Cell::Empty, |s| Cell::Text(&s.reason));
        "response.version" |r| r.response.as_ref().map_or(Cell::Empty, |s| Cell::Text(&s.version));
        "response.headers" |r| r.response.as_ref().map_or(Cell::Empty, |s| headers(&s.headers));
        "handshake.verdict" |r| Cell::Text(&r.handshake.verdict);
        "handshake.confidence" |r| r.handshake.confidence.map_or(Cell::Empty, Cell::Fraction);
        "handshake.key" |r| text(&r.handshake.key);
        "handshake.accept" |r| text(&r.handshake.accept);
        "handshake.accept_expected" |r| text(&r.handshake.accept_expected);
        "handshake.accept_ok" |r| r.handshake.accept_ok.map_or(Cell::Empty, Cell::Yes);
        "handshake.subprotocol" |r| text(&r.handshake.subprotocol);
        "handshake.extensions" |r| text(&r.handshake.extensions);
        "client_frames" |r| Cell::Number(r.client_frames);
        "server_frames" |r| Cell::Number(r.server_frames);
        "client_messages" |r| Cell::Number(r.client_messages);
        "server_messages" |r| Cell::Number(r.server_messages);
        "client_bytes" |r| Cell::Number(r.client_bytes);
        "server_bytes" |r| Cell::Number(r.server_bytes);
        "client_wire_bytes" |r| Cell::Number(r.client_wire_bytes);
        "server_wire_bytes" |r| Cell::Number(r.server_wire_bytes);
        "close.from" |r| r.close.as_ref().map_or(Cell::Empty, |c| Cell::Text(c.from.name()));
        "close.code" |r| r.close.as_ref().map_or(Cell::Empty, |c| number(c.code.map(u64::from)));
        "close.reason" |r| r.close.as_ref().map_or(Cell::Empty, |c| text(&c.reason));
        "close.clean" |r| r.close.as_ref().map_or(Cell::Empty, |c| Cell::Yes(c.clean));
        "diagnostics" |r| list(&r.diagnostics);
        "tls.version" |r| r.tls.as_ref().map_or(Cell::Empty, |t| text(&t.version));
        "tls.cipher" |r| r.tls.as_ref().map_or(Cell::Empty, |t| text(&t.cipher));
        "tls.sni" |r| r.tls.as_ref().map_or(Cell::Empty, |t| text(&t.sni));
        "tls.alpn" |r| r.tls.as_ref().map_or(Cell::Empty, |t| text(&t.alpn));
    ];
    /// `messages`.
    MESSAGE: MessageRow = [
        "capture" |r| text(&r.capture);
        "connection" |r| Cell::Number(r.connection);
        "message" |r| Cell::Number(r.message);
        "from" |r| side(r.from);
        "opcode" |r| Cell::Text(&r.opcode);
        "time" |r| shown(&r.time);
        "started" |r| shown(&r.started);
        "first_packet" |r| Cell::Number(r.first_packet);
        "last_packet" |r| Cell::Number(r.last_packet);
        "frames" |r| Cell::Number(r.frames);
        "length" |r| Cell::Number(r.length);
        "wire_length" |r| Cell::Number(r.wire_length);
        "compressed" |r| Cell::Yes(r.compressed);
        "code" |r| number(r.code.map(u64::from));
        "reason" |r| text(&r.reason);
        "text" |r| text(&r.payload.text);
        "base64" |r| text(&r.payload.base64);
        "sha256" |r| text(&r.payload.sha256);
        "preview" |r| text(&r.payload.preview);
        "preview_base64" |r| text(&r.payload.preview_base64);
        "complete" |r| r.complete.map_or(Cell::Empty, Cell::Yes);
        "holes" |r| holes(&r.holes);
        "truncated" |r| Cell::Yes(r.truncated);
        "diagnostics" |r| list(&r.diagnostics);
        "decoded.protocol" |r| r.decoded.as_ref().map_or(Cell::Empty, |d| Cell::Text(&d.protocol));
        "decoded.packet" |r| decoded(r, |d| d.packet.as_deref());
        "decoded.event" |r| decoded(r, |d| d.text("event"));
        "decoded" |r| r.decoded.as_ref().map_or(Cell::Empty, |d| Cell::Owned(d.to_json()));
    ];
    /// `frames`.
    FRAME: FrameRow = [
        "capture" |r| text(&r.capture);
        "connection" |r| Cell::Number(r.connection);
        "frame" |r| Cell::Number(r.frame);
        "from" |r| side(r.from);
        "time" |r| shown(&r.time);
        "packet" |r| Cell::Number(r.packet);
        "packets" |r| list(&r.packets);
        "fin" |r| Cell::Yes(r.fin);
        "rsv" |r| Cell::Number(r.rsv.into());
        "opcode" |r| Cell::Number(r.opcode.into());
        "opcode_name" |r| Cell::Text(&r.opcode_name);
        "masked" |r| Cell::Yes(r.masked);
        "mask" |r| text(&r.mask);
        "header_length" |r| Cell::Number(r.header_length.into());
        "length" |r| Cell::Number(r.length);
        "message" |r| number(r.message);
        "text" |r| text(&r.payload.text);
        "base64" |r| text(&r.payload.base64);
        "sha256" |r| text(&r.payload.sha256);
        "preview" |r| text(&r.payload.preview);
        "preview_base64" |r| text(&r.payload.preview_base64);
        "complete" |r| r.complete.map_or(Cell::Empty, Cell::Yes);
        "holes" |r| holes(&r.holes);
        "truncated" |r| Cell::Yes(r.truncated);
        "diagnostics" |r| list(&r.diagnostics);
    ];
    /// `check`.
    DIAGNOSTIC: DiagnosticRow = [
        "capture" |r| text(&r.capture);
        "severity" |r| Cell::Text(r.severity.name());
        "code" |r| Cell::Text(&r.code);
        "connection" |r| number(r.connection);
        "from" |r| side(r.from);
        "packet" |r| number(r.packet);
        "time" |r| shown(&r.time);
        "rfc" |r| Cell::Text(&r.rfc);
        "message" |r| Cell::Text(&r.message);
        "cause_code" |r| text(&r.cause_code);
        "cause" |r| text(&r.cause);
        "fix" |r| text(&r.fix);
        "about_message" |r| number(r.about_message);
    ];
}

fn text(value: &Option<String>) -> Cell<'_> {
    value.as_deref().map_or(Cell::Empty, Cell::Text)
}

fn decoded(row: &MessageRow, text: fn(&Decoded) -> Option<&str>) -> Cell<'_> {
    row.decoded.as_ref().and_then(text).map_or(Cell::Empty, Cell::Text)
}

fn number(value: Option<u64>) -> Cell<'static> {
    value.map_or(Cell::Empty, Cell::Number)
}

fn side(value: Option<Side>) -> Cell<'static> {
    value.map_or(Cell::Empty, |side| Cell::Text(side.name()))
}

fn shown<T: std::fmt::Display>(value: &Option<T>) -> Cell<'static> {
    value.as_ref().map_or(Cell::Empty, |value| Cell::Owned(value.to_string()))
}

fn list<T: ToString>(values: &[T]) -> Cell<'static> {
    Cell::Owned(values.iter().map(T::to_string).collect::<Vec<_>>().join(" "))
}

fn holes(values: &[(u64, u64)]) -> Cell<'static> {
    Cell::Owned(
        values.iter().map(|(offset, length)| format!("{offset}+{length}")).collect::<Vec<_>>().join(" "),
    )
}

fn headers(values: &[(String, String)]) -> Cell<'static> {
    Cell::Owned(values.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n"))
}
