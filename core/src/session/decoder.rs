//! The streaming decoder: capture bytes in, rows out as soon as they are final. No payload is held for longer than
//! its message, and memory is bounded by what is open at once.

use std::sync::Arc;

use hashbrown::HashMap;

use super::api::{ConnectionRow, DiagnosticRow, LockedRow, SummaryRow};
use super::collector::{Collector, CutPackets, State};
use super::lane::{BATCH, Lane};
#[cfg(feature = "threads")]
use super::parallel::Crew;
use super::registry::Registry;
use crate::capture::{
    CaptureError, CaptureEvent, CaptureReader, CapturedPacket, Fault, Rereading, TLS_KEY_LOG, Timestamp,
};
use crate::conversation::{
    self, ConnectionView, DecodeAs, DiagnosticView, FrameView, MessageView, Opened, Settings,
};
use crate::diagnostic::{Code, Finding};
use crate::limits::Limits;
#[cfg(feature = "threads")]
use crate::packet::Glance;
use crate::packet::{Decoded, PacketDecoder, Piece};
use crate::stream::Origin;
use crate::tls::key_log::ClientRandom;
use crate::tls::{Sealed, Secrets, Session};
use crate::websocket::message::PayloadWanted;

/// How to decode.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Bounds on memory and work.
    pub limits: Limits,
    /// What is kept of payloads.
    pub payload: PayloadWanted,
    /// Which rows are made beside those of connections and diagnostics.
    pub rows: RowsWanted,
    /// Servers that are read as WebSocket although no handshake was captured.
    pub decode_as: Vec<DecodeAs>,
    /// What decrypts TLS; secrets that stand in the capture are added to it.
    pub secrets: Secrets,
    /// Only what TLS connections say of their sessions is asked for: they are let go of behind their handshakes.
    pub handshakes_only: bool,
    /// Whether payloads are read again later: then messages tell how.
    pub rereading: Rereading,
    /// Threads that decode at most, this one included; more than one only with the feature `threads`. What is told is the
    /// same for every number.
    pub threads: usize,
}

/// Rows that cost something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowsWanted {
    /// Messages.
    pub messages: bool,
    /// Frames.
    pub frames: bool,
    /// What messages mean in their sub-protocols, where whole payloads are kept.
    pub decoded: bool,
    /// Messages are told as JSON lines ([`Sink::line`]), which are written by the threads that decode them; as views
    /// ([`Sink::message`]) only where much waits to be told.
    pub lines: bool,
}

/// Takes rows in the order in which they become final.
pub trait Sink {
    /// A packet was read; its places are counted over all captures of the decoder.
    fn packet(&mut self, _: &CapturedPacket<'_>) {}
    /// A part of the capture that tells how to read the packets behind it.
    fn structure(&mut self, _place: u64, _bytes: &[u8]) {}
    /// Plain bytes of a compressed capture that can be had only once.
    fn plain(&mut self, _: &[u8]) {}
    /// Where the bytes of a datagram stand that was joined from fragments.
    fn pieces(&mut self, _: &[Piece]) {}
    /// A connection has become known; its number.
    fn opened(&mut self, _: &Opened<'_>, _number: u64) {}
    /// A connection's frames begin: what its handshake said is known. Its messages come after this.
    fn upgraded(&mut self, _: &ConnectionView<'_>) {}
    /// Whether [`Sink::connection`] does anything: a row has some thirty texts, which are not made in vain.
    fn wants_connections(&self) -> bool {
        true
    }
    /// A connection is over, or the capture is.
    fn connection(&mut self, _: &ConnectionRow) {}
    /// A message is complete, or was given up.
    fn message(&mut self, _: &MessageView<'_>) {}
    /// The same as a line of JSON, where [`RowsWanted::lines`] asks for that: what follows its connection's number. What
    /// comes before is [`JsonLines::head`](super::JsonLines::head).
    fn line(&mut self, _connection: u64, _behind_number: &[u8]) {}
    /// A frame is complete, or was given up.
    fn frame(&mut self, _: &FrameView<'_>) {}
    /// A record of TLS whose plain bytes come next, where payloads are read again later.
    fn sealed(&mut self, _: &Sealed<'_>) {}
    /// A TLS connection cannot be read; the random that its secrets would be logged with.
    fn locked(&mut self, _: Option<ClientRandom>) {}
    /// The same connection as a row.
    fn tls(&mut self, _: &LockedRow) {}
    /// A TLS connection can be read, with secrets that are logged with this random.
    fn unlocked(&mut self, _: ClientRandom) {}
    /// What a TLS connection said of its session.
    fn session(&mut self, _: &Session) {}
    /// Something was found.
    fn diagnostic(&mut self, _: &DiagnosticRow) {}
}

/// Decodes one capture, or several as one.
pub struct Decoder {
    reader: CaptureReader,
    rereading: Rereading,
    pipeline: Pipeline,
}

impl Decoder {
    /// A decoder that awaits a capture's first byte.
    pub fn new(options: Options) -> Self {
        let Options { limits, payload, rows, decode_as, secrets, handshakes_only, rereading, threads } =
            options;
        #[cfg(not(feature = "threads"))]
        let _ = threads;
        let settings = Settings {
            limits: limits.clone(),
            payload,
            messages: rows.messages,
            frames: rows.frames,
            traced: rereading == Rereading::AtRandom,
            decode_as,
            secrets,
            handshakes_only,
        };
        Self {
            reader: CaptureReader::rereading(rereading, &limits),
            rereading,
            pipeline: Pipeline {
                packets: PacketDecoder::new(&limits),
                #[cfg(feature = "threads")]
                crew: (threads > 1).then(|| Crew::new(threads, &settings, rows)),
                state: State {
                    registry: Registry::new(&limits),
                    more_codes: HashMap::new(),
                    summary: SummaryRow::default(),
                    line: Vec::new(),
                    cut: None,
                    cut_told: false,
                },
                lane: Lane::new(settings, rows),
                block: None,
                told: 0,
                read_before: 0,
                packets_before: 0,
            },
        }
    }

    /// Takes the next bytes of the capture.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl Sink) -> Result<(), CaptureError> {
        let pipeline = &mut self.pipeline;
        let result = self.reader.push(bytes, &mut |event| pipeline.take(event, sink));
        self.pipeline.state.summary.bytes = self.pipeline.read_before + self.reader.offset();
        result
    }

    /// The same for a block that is handed over, which saves copying it. The answer is one to be filled again, if there
    /// is one.
    pub fn push_block(
        &mut self,
        block: Vec<u8>,
        sink: &mut impl Sink,
    ) -> Result<Option<Vec<u8>>, CaptureError> {
        self.push_shared(Arc::new(block), sink)?;
        #[cfg(feature = "threads")]
        if let Some(crew) = &mut self.pipeline.crew {
            return Ok(crew.spare());
        }
        Ok(self.pipeline.lane.history.spare())
    }

    /// The same for a block that others have, too.
    pub fn push_shared(&mut self, block: Arc<Vec<u8>>, sink: &mut impl Sink) -> Result<(), CaptureError> {
        self.pipeline.block = Some(Arc::clone(&block));
        let result = self.push(&block, sink);
        self.pipeline.block = None;
        result
    }

    /// Tells all that is final so far: with several threads, rows are on their way for a while.
    pub fn settle(&mut self, sink: &mut impl Sink) {
        self.pipeline.settle(sink);
    }

    /// The capture has ended, and another one that goes on with it begins.
    pub fn next_capture(&mut self, sink: &mut impl Sink) -> Result<(), CaptureError> {
        self.end_capture(sink)?;
        self.pipeline.read_before += self.reader.offset();
        self.pipeline.told = 0;
        self.pipeline.packets_before += self.reader.last_number();
        let limits = &self.pipeline.lane.settings.limits;
        self.reader = CaptureReader::rereading(self.rereading, limits);
        Ok(())
    }

    /// The capture has ended: tells what was still open, and what there was in all.
    pub fn finish(mut self, sink: &mut impl Sink) -> Result<SummaryRow, CaptureError> {
        let result = self.end_capture(sink);
        self.pipeline.finish(sink);
        result.map(|()| self.pipeline.state.summary)
    }

    /// How the capture at hand is read.
    pub(super) fn reader(&mut self) -> &mut CaptureReader {
        &mut self.reader
    }

    /// What there was so far.
    pub fn summary(&self) -> &SummaryRow {
        &self.pipeline.state.summary
    }

    fn end_capture(&mut self, sink: &mut impl Sink) -> Result<(), CaptureError> {
        let pipeline = &mut self.pipeline;
        let mut sink: &mut dyn FnMut(CaptureEvent<'_>) = &mut |event| pipeline.take(event, sink);
        self.reader.finish(&mut sink)?;
        self.pipeline.state.summary.bytes = self.pipeline.read_before + self.reader.offset();
        Ok(())
    }
}

/// The time of the first packet, if the capture's beginning holds it.
pub fn first_time(head: &[u8]) -> Option<Timestamp> {
    let mut first: Option<Option<Timestamp>> = None;
    let mut reader = CaptureReader::new(&Limits::default());
    let mut take = |event: CaptureEvent<'_>| {
        if let CaptureEvent::Packets([packet, ..]) = event {
            first.get_or_insert(packet.time);
        }
    };
    // What is no capture has no first packet either.
    let mut take: &mut dyn FnMut(CaptureEvent<'_>) = &mut take;
    let _ = reader.push(head, &mut take);
    first.flatten()
}

struct Pipeline {
    packets: PacketDecoder,
    lane: Lane,
    /// Where there are several threads, their lanes take the place of the one above.
    #[cfg(feature = "threads")]
    crew: Option<Crew>,
    state: State,
    /// The block at hand, if it was handed over.
    block: Option<Arc<Vec<u8>>>,
    /// Bytes of the capture at hand so far.
    told: u64,
    read_before: u64,
    packets_before: u64,
}

impl Pipeline {
    #[inline(always)]
    fn take(&mut self, event: CaptureEvent<'_>, sink: &mut impl Sink) {
        match event {
            CaptureEvent::Packets(packets) => self.packets(packets, sink),
            CaptureEvent::Bytes(bytes) => self.bytes(bytes, sink),
            CaptureEvent::Fault(fault) => self.fault(&fault, sink),
            CaptureEvent::Secrets { kind: TLS_KEY_LOG, data } => {
                // No lane is at work while they change, so all of them see them from the same packet on.
                self.settle(sink);
                self.lane.settings.secrets.embed(data);
            }
            CaptureEvent::Secrets { .. } => {}
            CaptureEvent::Structure { offset, bytes } => sink.structure(self.read_before + offset, bytes),
            CaptureEvent::Plain(bytes) => sink.plain(bytes),
        }
    }

    fn bytes(&mut self, bytes: &[u8], sink: &mut impl Sink) {
        let place = self.read_before + self.told;
        self.told += bytes.len() as u64;
        #[cfg(feature = "threads")]
        if let Some(crew) = &mut self.crew {
            let mut told = Collector { sink, state: &mut self.state };
            return crew.bytes(bytes, self.block.as_ref(), place, &mut told);
        }
        let _ = sink;
        self.lane.history.push(bytes, self.block.as_ref(), place);
    }

    fn packets(&mut self, packets: &[CapturedPacket<'_>], sink: &mut impl Sink) {
        self.state.summary.packets += packets.len() as u64;
        #[cfg(feature = "threads")]
        if self.crew.is_some() {
            return self.share_out(packets, sink);
        }
        for batch in packets.chunks(BATCH) {
            let mut seen = [None; BATCH];
            self.lane.look(batch.iter().map(|packet| self.moved(packet)), &mut seen);
            for (packet, seen) in batch.iter().zip(&seen) {
                sink.packet(&self.moved(packet));
                match seen {
                    Some((glance, place)) => {
                        let number = packet.number + self.packets_before;
                        let origin = Origin { packet: number, time: packet.time };
                        let mut told = Collector { sink, state: &mut self.state };
                        self.lane.glance(origin, glance, *place, &mut told);
                    }
                    None => self.other_packet(&self.moved(packet), sink),
                }
            }
        }
    }

    #[cfg(feature = "threads")]
    fn share_out(&mut self, packets: &[CapturedPacket<'_>], sink: &mut impl Sink) {
        for packet in packets {
            let packet = self.moved(packet);
            sink.packet(&packet);
            match (Glance::of(&packet), &mut self.crew) {
                (Some(glance), Some(crew)) => crew.glance(&packet, &glance),
                _ => self.other_packet(&packet, sink),
            }
        }
    }

    /// Several captures are read as one: places, like packet numbers, go on.
    #[inline(always)]
    fn moved<'a>(&self, packet: &CapturedPacket<'a>) -> CapturedPacket<'a> {
        CapturedPacket {
            number: packet.number + self.packets_before,
            offset: packet.offset + self.read_before,
            record: packet.record + self.read_before,
            ..*packet
        }
    }

    #[inline(never)]
    fn other_packet(&mut self, packet: &CapturedPacket<'_>, sink: &mut impl Sink) {
        let State { summary, cut, .. } = &mut self.state;
        match self.packets.decode(packet) {
            Decoded::Tcp(segment, _) => {
                if segment.cut > 0 {
                    cut.get_or_insert(CutPackets { first: packet.number, count: 0 }).count += 1;
                }
                let origin = Origin { packet: packet.number, time: packet.time };
                #[cfg(feature = "threads")]
                let shared_out = self.crew.as_mut().map(|crew| crew.segment(origin, &segment)).is_some();
                #[cfg(not(feature = "threads"))]
                let shared_out = false;
                if !shared_out {
                    let mut told = Collector { sink, state: &mut self.state };
                    self.lane.segment(origin, &segment, &mut told);
                }
            }
            Decoded::UnknownLinkType(link_type) => {
                match summary.unknown_link_types.iter_mut().find(|(known, _)| *known == link_type) {
                    Some((_, count)) => *count += 1,
                    None => summary.unknown_link_types.push((link_type, 1)),
                }
            }
            _ => summary.other_packets += 1,
        }
        let pieces = self.packets.pieces();
        if !pieces.is_empty() {
            sink.pieces(pieces);
        }
    }

    /// Tells all that is final so far.
    fn settle(&mut self, sink: &mut impl Sink) {
        #[cfg(feature = "threads")]
        if let Some(crew) = &mut self.crew {
            crew.settle(&mut Collector { sink, state: &mut self.state });
        }
        let _ = sink;
    }

    fn fault(&mut self, fault: &Fault, sink: &mut impl Sink) {
        self.settle(sink);
        self.state.summary.damaged = true;
        let entry = fault.code.entry();
        self.state.count(entry.severity);
        sink.diagnostic(&DiagnosticRow {
            capture: None,
            severity: entry.severity,
            code: fault.code.name().to_owned(),
            connection: None,
            from: None,
            packet: None,
            time: None,
            rfc: entry.rfc.to_owned(),
            message: fault.message.clone(),
            cause_code: None,
            cause: Some(entry.usual_cause.to_owned()),
            fix: Some(entry.fix.to_owned()),
            about_message: None,
        });
    }

    fn finish(&mut self, sink: &mut impl Sink) {
        let mut told = Collector { sink, state: &mut self.state };
        #[cfg(feature = "threads")]
        if let Some(crew) = &mut self.crew {
            crew.finish(&mut told);
        }
        self.lane.finish(&mut told, |_| true);
        self.tell_cut(sink);
        self.tell_without_secrets(sink);
    }

    /// Once a capture: nobody can know whether these were WebSockets.
    fn tell_without_secrets(&mut self, sink: &mut impl Sink) {
        let count = self.state.summary.tls_without_secrets;
        if count == 0 {
            return;
        }
        let secrets = &self.lane.settings.secrets;
        let missing = match secrets.len() {
            0 if secrets.is_empty() => "no secrets were given".to_owned(),
            0 => "the private key at hand does not open them".to_owned(),
            known => format!(
                "none of the {known} secrets at hand is theirs, or their handshakes are not in the capture whole"
            ),
        };
        let connections = if count == 1 { "TLS connection" } else { "TLS connections" };
        let text = format!("{count} {connections} cannot be read: {missing}");
        self.tell(Origin { packet: 0, time: None }, &Finding::new(Code::TlsNoSecrets, text), sink);
    }

    fn tell(&mut self, origin: Origin, finding: &Finding, sink: &mut impl Sink) {
        let view =
            DiagnosticView { connection: None, from: None, origin, finding, message: None, accept: None };
        conversation::Sink::diagnostic(&mut Collector { sink, state: &mut self.state }, &view);
    }

    /// Where no connection could say so: nothing of a conversation may be left of cut packets.
    fn tell_cut(&mut self, sink: &mut impl Sink) {
        let Some(cut) = self.state.cut.filter(|_| !self.state.cut_told) else { return };
        let text = format!(
            "the snap length cut the TCP payload of {} packets, first in packet {}",
            cut.count, cut.first
        );
        self.tell(Origin { packet: cut.first, time: None }, &Finding::new(Code::SnaplenCut, text), sink);
    }
}
