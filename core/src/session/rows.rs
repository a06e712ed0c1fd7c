//! Turns what conversations tell into rows.

use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::api::{
    CloseRow, ConnectionRow, DiagnosticRow, FrameRow, HandshakeRow, LockedRow, MessageRow, PayloadColumns,
    RequestRow, ResponseRow, TlsRow,
};
use crate::capture::Timestamp;
use crate::conversation::{
    ConnectionView, DiagnosticView, FrameView, Locked, MessageView, PayloadView, Verdict,
};
use crate::diagnostic::{Cause, Code};
use crate::stream::Side;
use crate::subprotocol::Handshake;
use crate::tcp::EndPoint;
use crate::tls;
use crate::websocket::message::{PREVIEW, PayloadWanted};

impl MessageView<'_> {
    /// Its connection's number.
    pub fn connection(&self) -> u64 {
        self.connection
    }

    /// The bytes kept of its payload, from the first.
    pub fn payload(&self) -> &[u8] {
        self.payload.kept
    }

    /// Its row.
    pub fn to_row(&self, wanted: PayloadWanted) -> MessageRow {
        MessageRow {
            capture: None,
            connection: self.connection,
            message: self.number,
            from: Some(self.from),
            opcode: self.opcode.name().to_owned(),
            time: self.completed.time,
            started: self.started.time,
            first_packet: self.started.packet,
            last_packet: self.completed.packet,
            frames: self.frames,
            length: self.length,
            wire_length: self.wire_length,
            compressed: self.compressed,
            code: self.close.and_then(|close| close.code),
            reason: self.close.and_then(|close| close.reason.clone()).filter(|reason| !reason.is_empty()),
            payload: columns(&self.payload, wanted),
            complete: (!self.payload.complete).then_some(false),
            holes: self.payload.holes.to_vec(),
            truncated: self.payload.truncated,
            diagnostics: names(self.codes),
            decoded: self.decoded.filter(|_| wanted == PayloadWanted::Full).cloned(),
        }
    }
}

impl FrameView<'_> {
    /// Its connection's number.
    pub fn connection(&self) -> u64 {
        self.connection
    }

    /// The bytes kept of its payload, from the first.
    pub fn payload(&self) -> &[u8] {
        self.payload.kept
    }

    /// Its row.
    pub fn to_row(&self, wanted: PayloadWanted) -> FrameRow {
        FrameRow {
            capture: None,
            connection: self.connection,
            frame: self.number,
            from: Some(self.from),
            time: self.origin.time,
            packet: self.origin.packet,
            packets: self.packets.to_vec(),
            fin: self.header.fin,
            rsv: self.header.rsv,
            opcode: self.header.opcode.0,
            opcode_name: self.header.opcode.name().to_owned(),
            masked: self.header.mask.is_some(),
            mask: self.header.mask.map(|key| hexadecimal(&key)),
            header_length: self.header.header_length,
            length: self.header.length,
            message: self.message,
            payload: columns(&self.payload, wanted),
            complete: (!self.payload.complete).then_some(false),
            holes: self.payload.holes.to_vec(),
            truncated: self.payload.truncated,
            diagnostics: names(self.codes),
        }
    }
}

/// What a connection's handshake tells of its sub-protocol.
pub fn handshake<'a>(view: &ConnectionView<'a>) -> Handshake<'a> {
    let attempt = view.attempt;
    let request = attempt.request.as_ref();
    let offered = || request.and_then(|head| head.headers.get("Sec-WebSocket-Protocol"));
    Handshake {
        target: request.map(|head| head.target.as_str()),
        subprotocol: attempt.subprotocol.as_deref().or_else(offered),
    }
}

impl ConnectionRow {
    /// What the handshake tells of the sub-protocol.
    pub fn subprotocol_handshake(&self) -> Handshake<'_> {
        let request = self.request.as_ref();
        let offered = || {
            let is_offer =
                |(name, _): &&(String, String)| name.eq_ignore_ascii_case("Sec-WebSocket-Protocol");
            request.and_then(|head| head.headers.iter().find(is_offer)).map(|(_, value)| value.as_str())
        };
        Handshake {
            target: request.map(|head| head.target.as_str()),
            subprotocol: self.handshake.subprotocol.as_deref().or_else(offered),
        }
    }
}

/// A connection's row; `more` are codes that speak of it beside those that its conversation found.
pub fn connection_row(view: &ConnectionView<'_>, more: &[Code]) -> ConnectionRow {
    let (attempt, facts) = (view.attempt, view.facts);
    let [client, server] = &attempt.counts;
    let last = attempt.last.unwrap_or(facts.last);
    let mut codes = attempt.codes.clone();
    codes.extend(more.iter().filter(|code| !attempt.codes.contains(code)));
    ConnectionRow {
        capture: None,
        connection: attempt.number,
        client: name(facts.ends[Side::Client.index()]),
        server: name(facts.ends[Side::Server.index()]),
        tcp_stream: facts.stream,
        opened: attempt.first.time,
        closed: attempt.last.and_then(|last| last.time),
        open: attempt.last.is_none(),
        first_packet: attempt.first.packet,
        last_packet: last.packet,
        transport: if attempt.tls.is_some() { "tls" } else { "tcp" }.to_owned(),
        tls: attempt.tls.as_deref().map(tls_row),
        protocol: attempt.protocol.name().to_owned(),
        request: attempt.request.as_ref().map(|head| RequestRow {
            method: head.method.clone(),
            target: head.target.clone(),
            version: head.version.clone(),
            headers: head.headers.to_pairs(),
            latin1: head.latin1,
        }),
        response: attempt.response.as_ref().map(|head| ResponseRow {
            status: head.status,
            reason: head.reason.clone(),
            version: head.version.clone(),
            headers: head.headers.to_pairs(),
            latin1: head.latin1,
        }),
        handshake: HandshakeRow {
            verdict: attempt.verdict().name().to_owned(),
            confidence: match attempt.verdict() {
                Verdict::Missing { confidence } => Some((confidence * 10_000.0).round() / 10_000.0),
                _ => None,
            },
            key: attempt
                .request
                .as_ref()
                .and_then(|head| head.headers.get("Sec-WebSocket-Key"))
                .map(str::to_owned),
            accept: attempt.accept.clone(),
            accept_expected: attempt.accept_expected.clone(),
            accept_ok: attempt.accept_ok,
            subprotocol: attempt.subprotocol.clone(),
            extensions: attempt.extensions.clone(),
        },
        client_frames: client.frames,
        server_frames: server.frames,
        client_messages: client.messages,
        server_messages: server.messages,
        client_bytes: client.bytes,
        server_bytes: server.bytes,
        client_wire_bytes: client.wire_bytes,
        server_wire_bytes: server.wire_bytes,
        close: attempt.close.as_ref().map(|close| CloseRow {
            from: close.from,
            code: close.code,
            reason: Some(close.reason.clone()).filter(|reason| !reason.is_empty()),
            clean: close.answered,
        }),
        diagnostics: names(&codes),
    }
}

/// A TLS connection that cannot be read.
pub fn locked_row(locked: &Locked) -> LockedRow {
    let facts = &locked.facts;
    LockedRow {
        client: locked.ends[0].to_string(),
        server: locked.ends[1].to_string(),
        first_packet: locked.first.packet,
        last_packet: locked.last.packet,
        opened: locked.first.time,
        version: facts.version.map(|version| version.name().to_owned()),
        cipher: facts.cipher.clone(),
        sni: facts.server_name.clone(),
        alpn_offered: locked.offered.clone(),
        encrypted_client_hello: locked.encrypted_hello,
        may_be_websocket: locked.may_be_websocket(),
    }
}

fn tls_row(facts: &tls::Facts) -> TlsRow {
    let certificate = facts.certificate.as_ref();
    TlsRow {
        version: facts.version.map(|version| version.name().to_owned()),
        cipher: facts.cipher.clone(),
        sni: facts.server_name.clone(),
        alpn: facts.alpn.clone(),
        decrypted: true,
        certificate_subject: certificate.map(|certificate| certificate.subject.clone()),
        certificate_expires: certificate
            .map(|certificate| Timestamp(certificate.expires.saturating_mul(1_000_000_000))),
        secrets: facts.secrets.iter().map(|label| (*label).to_owned()).collect(),
    }
}

/// A diagnostic's row, with the cause that was found for it.
pub fn diagnostic_row(view: &DiagnosticView<'_>, cause: Option<Cause>) -> DiagnosticRow {
    let finding = view.finding;
    DiagnosticRow {
        capture: None,
        severity: finding.severity,
        code: finding.code.name().to_owned(),
        connection: view.connection,
        from: view.from,
        packet: Some(view.origin.packet).filter(|packet| *packet > 0),
        time: view.origin.time,
        rfc: finding.code.entry().rfc.to_owned(),
        message: finding.message.clone(),
        cause_code: cause.map(|cause| cause.name().to_owned()),
        cause: Some(cause.map_or(finding.code.entry().usual_cause, Cause::sentence).to_owned()),
        fix: Some(cause.map_or(finding.code.entry().fix, Cause::fix).to_owned()),
        about_message: view.message,
    }
}

/// What a row says of a payload.
pub(super) fn columns(payload: &PayloadView<'_>, wanted: PayloadWanted) -> PayloadColumns {
    let mut columns = PayloadColumns::default();
    match wanted {
        PayloadWanted::None => {}
        PayloadWanted::Hash => columns.sha256 = payload.sha256.map(|hash| hexadecimal(&hash)),
        PayloadWanted::Full => match std::str::from_utf8(payload.kept) {
            Ok(text) if payload.is_text && !payload.truncated => columns.text = Some(text.to_owned()),
            _ => columns.base64 = Some(STANDARD.encode(payload.kept)),
        },
        PayloadWanted::Preview => {
            let first = payload.kept.get(..PREVIEW).unwrap_or(payload.kept);
            if payload.is_text {
                let text = match std::str::from_utf8(first) {
                    Ok(text) => text,
                    Err(error) => std::str::from_utf8(first.get(..error.valid_up_to()).unwrap_or_default())
                        .unwrap_or_default(),
                };
                columns.preview = Some(text.to_owned());
            } else {
                columns.preview_base64 = Some(STANDARD.encode(first));
            }
        }
    }
    columns
}

/// Bytes in hexadecimal.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The names of codes, each once.
pub(super) fn names(codes: &[Code]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for code in codes {
        if !names.iter().any(|name| name == code.name()) {
            names.push(code.name().to_owned());
        }
    }
    names
}

/// An end point as rows name it.
pub(super) fn name(end: EndPoint) -> String {
    SocketAddr::from(end).to_string()
}
