//! Rows as filters ask for them: which values of which fields each has.
//!
//! What the connection says of all its rows is a record of its own, [`Handshake`], because it is asked once and not for
//! each message.

use std::net::SocketAddr;

use super::api::{ConnectionRow, DiagnosticRow};
use crate::capture::Timestamp;
use crate::conversation::{ConnectionView, FrameView, MessageView};
use crate::diagnostic::{Code, Severity};
use crate::filter::{Field, Record, Value};
use crate::stream::Side;
use crate::websocket::frame::Opcode;

/// What asks a value.
type Holds<'h> = &'h mut dyn FnMut(Value<'_>) -> bool;

/// Fields that a connection has for all its rows.
pub(super) struct Handshake<'a> {
    number: u64,
    tcp_stream: u64,
    /// The client's first.
    ends: [Option<SocketAddr>; 2],
    host: Option<&'a str>,
    target: Option<&'a str>,
    status: Option<u16>,
    verdict: &'a str,
    subprotocol: Option<&'a str>,
    /// Who sends in it, the client first.
    sends: [bool; 2],
}

impl<'a> Handshake<'a> {
    /// That of a connection whose frames begin, for rows of one side.
    pub fn of_view(view: &'a ConnectionView<'_>, from: Side) -> Self {
        let (attempt, facts) = (view.attempt, view.facts);
        let request = attempt.request.as_ref();
        Self {
            number: attempt.number,
            tcp_stream: facts.stream,
            ends: facts.ends.map(|end| Some(SocketAddr::from(end))),
            host: request.and_then(|head| head.headers.get("Host")),
            target: request.map(|head| head.target.as_str()),
            status: attempt.response.as_ref().map(|head| head.status),
            verdict: attempt.verdict().name(),
            subprotocol: attempt.subprotocol.as_deref(),
            sends: Side::BOTH.map(|side| side == from),
        }
    }

    /// That of a connection that is over. Without a side, both send that sent a message.
    pub fn of_row(row: &'a ConnectionRow, ends: [Option<SocketAddr>; 2], from: Option<Side>) -> Self {
        let request = row.request.as_ref();
        let headers = request.map(|head| head.headers.as_slice()).unwrap_or_default();
        Self {
            number: row.connection,
            tcp_stream: row.tcp_stream,
            ends,
            host: headers
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case("Host"))
                .map(|(_, value)| value.as_str()),
            target: request.map(|head| head.target.as_str()),
            status: row.response.as_ref().map(|head| head.status),
            verdict: &row.handshake.verdict,
            subprotocol: row.handshake.subprotocol.as_deref(),
            sends: match from {
                Some(from) => Side::BOTH.map(|side| side == from),
                None => [row.client_messages > 0, row.server_messages > 0],
            },
        }
    }

    fn any_end(
        &self,
        which: [bool; 2],
        value: impl Fn(SocketAddr) -> Value<'static>,
        holds: Holds<'_>,
    ) -> bool {
        let chosen = self.ends.into_iter().zip(which).filter(|&(_, chosen)| chosen);
        chosen.filter_map(|(end, _)| end).any(|end| holds(value(end)))
    }
}

impl Record for Handshake<'_> {
    fn any(&self, field: Field, holds: Holds<'_>) -> bool {
        let address = |end: SocketAddr| Value::Address(end.ip());
        let port = |end: SocketAddr| Value::Number(end.port().into());
        let [client_sends, server_sends] = self.sends;
        let (senders, receivers) = ([client_sends, server_sends], [server_sends, client_sends]);
        match field {
            Field::Connection => holds(Value::Number(self.number)),
            Field::TcpStream => holds(Value::Number(self.tcp_stream)),
            Field::Client => self.any_end([true, false], Value::EndPoint, holds),
            Field::Server => self.any_end([false, true], Value::EndPoint, holds),
            Field::Address => self.any_end([true, true], address, holds),
            Field::Source => self.any_end(senders, address, holds),
            Field::Destination => self.any_end(receivers, address, holds),
            Field::Port => self.any_end([true, true], port, holds),
            Field::SourcePort => self.any_end(senders, port, holds),
            Field::DestinationPort => self.any_end(receivers, port, holds),
            Field::Host => self.host.is_some_and(|host| {
                let name = without_port(host);
                holds(Value::Text(host)) || (name != host && holds(Value::Text(name)))
            }),
            Field::Path => self.target.is_some_and(|target| holds(Value::Text(path(target)))),
            Field::Target => self.target.is_some_and(|target| holds(Value::Text(target))),
            Field::Status => self.status.is_some_and(|status| holds(Value::Number(status.into()))),
            Field::Verdict => holds(Value::Text(self.verdict)),
            Field::Subprotocol => self.subprotocol.is_some_and(|name| holds(Value::Text(name))),
            Field::WebSocket => holds(Value::Flag(true)),
            _ => false,
        }
    }
}

/// A connection's end points, as its row names them; the client's first.
pub(super) fn ends(row: &ConnectionRow) -> [Option<SocketAddr>; 2] {
    [row.client.parse().ok(), row.server.parse().ok()]
}

/// A row and the capture's start. It has no fields of its connection.
pub(super) struct Since<'a, R> {
    /// The row.
    pub row: &'a R,
    /// When the capture's first packet was captured.
    pub start: Option<Timestamp>,
}

impl<R> Since<'_, R> {
    fn time(&self, field: Field, time: Option<Timestamp>, holds: Holds<'_>) -> bool {
        let nanos = match (field, self.start) {
            (Field::Time, _) => time.map(|time| time.0),
            (_, Some(start)) => time.and_then(|time| time.0.checked_sub(start.0)),
            _ => None,
        };
        nanos.is_some_and(|nanos| holds(Value::Number(nanos)))
    }
}

impl Record for Since<'_, MessageView<'_>> {
    fn any(&self, field: Field, holds: Holds<'_>) -> bool {
        let view = self.row;
        match field {
            Field::From => holds(Value::Text(view.from.name())),
            Field::Opcode => holds(Value::Number(view.opcode.0.into())),
            Field::Length => holds(Value::Number(view.length)),
            Field::WireLength => holds(Value::Number(view.wire_length)),
            Field::Text => view.opcode == Opcode::TEXT && holds(Value::Bytes(view.payload.kept)),
            Field::Payload => holds(Value::Bytes(view.payload.kept)),
            Field::Time | Field::SinceStart => self.time(field, view.completed.time, holds),
            Field::Message => holds(Value::Number(view.number)),
            Field::Frames => holds(Value::Number(view.frames)),
            Field::Packet => {
                holds(Value::Number(view.started.packet)) || holds(Value::Number(view.completed.packet))
            }
            Field::Compressed => holds(Value::Flag(view.compressed)),
            Field::Complete => holds(Value::Flag(view.payload.complete)),
            Field::Code => {
                view.close.and_then(|close| close.code).is_some_and(|code| holds(Value::Number(code.into())))
            }
            Field::Reason => {
                let reason = view.close.and_then(|close| close.reason.as_deref());
                reason.filter(|reason| !reason.is_empty()).is_some_and(|reason| holds(Value::Text(reason)))
            }
            Field::Diagnostic | Field::Severity => view.codes.iter().any(|&code| of_code(field, code, holds)),
            _ => false,
        }
    }
}

impl Record for Since<'_, FrameView<'_>> {
    fn any(&self, field: Field, holds: Holds<'_>) -> bool {
        let (view, header) = (self.row, self.row.header);
        match field {
            Field::From => holds(Value::Text(view.from.name())),
            Field::Opcode => holds(Value::Number(header.opcode.0.into())),
            Field::Length | Field::WireLength => holds(Value::Number(header.length)),
            // Reserved bits mean that an extension changed the payload, so it is no text as it stands.
            Field::Text => {
                header.opcode == Opcode::TEXT && header.rsv == 0 && holds(Value::Bytes(view.payload.kept))
            }
            Field::Payload => holds(Value::Bytes(view.payload.kept)),
            Field::Time | Field::SinceStart => self.time(field, view.origin.time, holds),
            Field::Message => view.message.is_some_and(|number| holds(Value::Number(number))),
            Field::Frame => holds(Value::Number(view.number)),
            Field::Packet => view.packets.iter().any(|&packet| holds(Value::Number(packet))),
            Field::Complete => holds(Value::Flag(view.payload.complete)),
            Field::Fin => holds(Value::Flag(header.fin)),
            Field::Rsv => holds(Value::Number(header.rsv.into())),
            Field::Masked => holds(Value::Flag(header.mask.is_some())),
            Field::Mask => {
                header.mask.is_some_and(|key| holds(Value::Number(u32::from_be_bytes(key).into())))
            }
            Field::Diagnostic | Field::Severity => view.codes.iter().any(|&code| of_code(field, code, holds)),
            _ => false,
        }
    }
}

/// A connection has the fields of its handshake too; those of its messages are not here.
impl Record for Since<'_, ConnectionRow> {
    fn any(&self, field: Field, holds: Holds<'_>) -> bool {
        let row = self.row;
        match field {
            Field::Time | Field::SinceStart => {
                self.time(field, row.opened, holds) || self.time(field, row.closed, holds)
            }
            Field::Packet => holds(Value::Number(row.first_packet)) || holds(Value::Number(row.last_packet)),
            Field::Code => row
                .close
                .as_ref()
                .and_then(|close| close.code)
                .is_some_and(|code| holds(Value::Number(code.into()))),
            Field::Reason => {
                let reason = row.close.as_ref().and_then(|close| close.reason.as_deref());
                reason.is_some_and(|reason| holds(Value::Text(reason)))
            }
            Field::Diagnostic => row.diagnostics.iter().any(|name| holds(Value::Text(name))),
            Field::Severity => {
                let codes = row.diagnostics.iter().filter_map(|name| Code::from_name(name));
                codes.into_iter().any(|code| of_code(field, code, holds))
            }
            _ => Handshake::of_row(row, ends(row), None).any(field, holds),
        }
    }
}

/// What a diagnostic says itself; it has no fields of what it speaks of.
impl Record for Since<'_, DiagnosticRow> {
    fn any(&self, field: Field, holds: Holds<'_>) -> bool {
        let row = self.row;
        match field {
            Field::From => row.from.is_some_and(|from| holds(Value::Text(from.name()))),
            Field::Text => holds(Value::Text(&row.message)),
            Field::Time | Field::SinceStart => self.time(field, row.time, holds),
            Field::Connection => row.connection.is_some_and(|number| holds(Value::Number(number))),
            Field::Message => row.about_message.is_some_and(|number| holds(Value::Number(number))),
            Field::Packet => row.packet.is_some_and(|packet| holds(Value::Number(packet))),
            Field::Diagnostic => holds(Value::Text(&row.code)),
            Field::Severity => holds(Value::Severity(row.severity)),
            _ => false,
        }
    }
}

/// A diagnostic's name, or the severity that the table gives it.
fn of_code(field: Field, code: Code, holds: Holds<'_>) -> bool {
    let severity: Severity = code.entry().severity;
    match field {
        Field::Severity => holds(Value::Severity(severity)),
        _ => holds(Value::Text(code.name())),
    }
}

/// `example.com` of `example.com:8001`, `[::1]` of `[::1]:80`.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            // A bare IPv6 address has no port.
            if name.contains(':') && !name.ends_with(']') { host } else { name }
        }
        _ => host,
    }
}

/// A target without its query. A proxy is asked for a whole URI (RFC 9112 §3.2.2), of which the path is behind the host.
fn path(target: &str) -> &str {
    let target = target.split(['?', '#']).next().unwrap_or_default();
    match target.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => target,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Verdict;
    use crate::filter::Filter;

    #[test]
    fn hosts_and_paths() {
        assert_eq!(without_port("example.com:8001"), "example.com");
        assert_eq!(without_port("example.com"), "example.com");
        assert_eq!(without_port("[::1]:80"), "[::1]");
        assert_eq!(without_port("[::1]"), "[::1]");
        assert_eq!(without_port("::1"), "::1");
        assert_eq!(without_port(":80"), ":80");
        assert_eq!(path("/chat?room=1"), "/chat");
        assert_eq!(path("ws://example.com/chat?room=1"), "/chat");
        assert_eq!(path("ws://example.com"), "/");
        assert_eq!(path(""), "");
    }

    /// The grammar stands below the engine, and has lists of its own.
    #[test]
    fn the_grammar_knows_all_opcodes_and_verdicts() {
        for opcode in 0..16_u8 {
            let filter = Filter::parse(&format!("opcode == {}", Opcode(opcode).name())).unwrap();
            assert_eq!(filter.to_string(), format!("opcode == {}", Opcode(opcode).name()));
            assert_eq!(
                Filter::parse(&format!("opcode == {opcode}")).unwrap().to_string(),
                filter.to_string()
            );
        }
        let verdicts = [
            Verdict::Valid,
            Verdict::Invalid,
            Verdict::Refused,
            Verdict::Unanswered,
            Verdict::Partial,
            Verdict::Missing { confidence: 1.0 },
        ];
        for verdict in verdicts {
            Filter::parse(&format!("verdict == {}", verdict.name())).unwrap();
        }
    }
}
