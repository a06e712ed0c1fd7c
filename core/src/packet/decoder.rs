//! Runs the layers of a packet, from its link type down to the TCP header.
//!
//! What nearly every packet is, IP and TCP at once behind the link layer, stays in registers; the rest is kept out of
//! line (`inline(never)`), since every struct that such a call returns goes through memory and stalls the next read.

use super::fragment::Fragments;
use super::ip::{self, Datagram};
use super::layer::{Layer, Stop};
use super::span::{Base, Span};
use super::tunnel::{self, Tunnel};
use super::{Decoded, NotTcp, Piece, ethernet, gre, link, ppp, segment, udp};
use crate::capture::{CapturedPacket, Timestamp};
use crate::limits::Limits;
use etherparse::IpNumber;
use std::mem;

/// IP headers in one packet: more is an attack or a routing loop.
const MAX_DEPTH: usize = 8;

/// Layers above one IP header, each VLAN tag counted.
const MAX_LAYERS: usize = 16;

/// Decodes packets one by one. What it remembers between them is unfinished IP datagrams.
#[derive(Debug)]
pub struct PacketDecoder {
    fragments: Fragments,
    /// The datagrams joined in the packet at hand, the outermost first: a tunnel's fragments may carry fragments.
    joined: [Vec<u8>; MAX_DEPTH],
    /// Where the joined datagrams' bytes stand.
    pieces: Vec<Piece>,
    /// The place of the next joined datagram.
    next_place: u64,
}

impl PacketDecoder {
    /// A decoder that holds at most `limits.datagrams` unfinished datagrams, the oldest given up first.
    pub fn new(limits: &Limits) -> Self {
        Self {
            fragments: Fragments::new(limits.datagrams),
            joined: Default::default(),
            pieces: Vec::new(),
            next_place: Piece::JOINED,
        }
    }

    /// Decodes one packet. Packets are given in file order; a segment borrows from its packet, or from the decoder
    /// where fragments were joined.
    pub fn decode<'a>(&'a mut self, packet: &CapturedPacket<'a>) -> Decoded<'a> {
        let Self { fragments, joined, pieces, next_place } = self;
        let mut joining = Joining { fragments, free: joined.as_mut_slice(), pieces, next_place };
        if !joining.pieces.is_empty() {
            joining.pieces.clear();
        }
        let mut base = Base::new(packet.data, packet.offset);
        let mut tunnel = None;
        let frame = Span::captured(packet.data, packet.original_length);
        let mut next = match link::ip(packet.link_type, frame) {
            Some(span) => Ok(span),
            None => link::first_layer(packet.link_type, frame).and_then(down_to_ip),
        };
        for _ in 0..MAX_DEPTH {
            let mut datagram = match next.and_then(ip::datagram) {
                Ok(datagram) => datagram,
                Err(stop) => return stop.into(),
            };
            if datagram.fragment.is_some() {
                (datagram, base) = match join(&mut joining, datagram, base, tunnel, packet.time) {
                    Ok(joined) => joined,
                    Err(stop) => return stop.into(),
                };
            }
            if datagram.protocol == IpNumber::TCP {
                return segment::open(&datagram, tunnel, base);
            }
            next = match open_tunnel(datagram) {
                Ok((inner, layer)) => {
                    tunnel = Some(tunnel::nested(tunnel, inner));
                    down_to_ip(layer)
                }
                Err(stop) => return stop.into(),
            };
        }
        Decoded::Malformed
    }

    /// Where the bytes of datagrams stand that the latest packet completed.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// How many IP datagrams lack fragments: those still held, and those given up.
    pub fn unfinished_datagrams(&self) -> u64 {
        self.fragments.unfinished()
    }
}

/// What joining fragments needs.
struct Joining<'a, 'f> {
    fragments: &'f mut Fragments,
    /// A buffer for each datagram that is joined in this packet.
    free: &'a mut [Vec<u8>],
    pieces: &'f mut Vec<Piece>,
    next_place: &'f mut u64,
}

/// Joins fragments, and the fragments that the joined datagram may be in turn, into one of the free buffers each.
#[inline(never)]
fn join<'a>(
    joining: &mut Joining<'a, '_>,
    mut datagram: Datagram<'a>,
    mut base: Base<'a>,
    tunnel: Option<Tunnel>,
    time: Option<Timestamp>,
) -> Result<(Datagram<'a>, Base<'a>), Stop> {
    while let Some(fragment) = datagram.fragment.take() {
        let place = base.place(datagram.span.bytes());
        let whole = joining.fragments.add(&datagram, fragment, place, tunnel, time)?;
        let (slot, rest) = mem::take(&mut joining.free).split_first_mut().ok_or(Stop::Malformed)?;
        joining.free = rest;
        *slot = whole.bytes;
        let joined = *joining.next_place;
        *joining.next_place += slot.len() as u64;
        let moved = whole.pieces.into_iter().map(|piece| Piece { joined: joined + piece.joined, ..piece });
        joining.pieces.extend(moved);
        datagram.protocol = whole.protocol;
        datagram.hop_limit = whole.hop_limit;
        datagram.span = Span::whole(slot);
        base = Base::new(slot, joined);
        datagram = datagram.skip_extensions()?;
    }
    Ok((datagram, base))
}

/// Passes over the layers between the link, or a tunnel, and IP.
#[inline(never)]
fn down_to_ip(mut layer: Layer<'_>) -> Result<Span<'_>, Stop> {
    for _ in 0..MAX_LAYERS {
        layer = match layer {
            Layer::Ip(span) => return Ok(span),
            Layer::Ethernet(span) => ethernet::frame(span)?,
            Layer::EtherType(ether_type, span) => ethernet::payload(ether_type, span)?,
            Layer::Llc(span) => ethernet::llc(span)?,
            Layer::Ppp(span) => ppp::frame(span)?,
        };
    }
    Err(Stop::Malformed)
}

/// Opens the tunnel that a datagram is.
#[inline(never)]
fn open_tunnel(datagram: Datagram<'_>) -> Result<(Tunnel, Layer<'_>), Stop> {
    match datagram.protocol {
        IpNumber::UDP => udp::tunnel(datagram.span),
        IpNumber::GRE => gre::tunnel(datagram.span),
        IpNumber::IPV4 | IpNumber::IPV6 => Ok((Tunnel::IP_IN_IP, Layer::Ip(datagram.span))),
        IpNumber::ICMP | IpNumber::IPV6_ICMP => Err(Stop::NotTcp(NotTcp::Icmp)),
        IpNumber::ENCAPSULATING_SECURITY_PAYLOAD => Err(Stop::NotTcp(NotTcp::Encrypted)),
        IpNumber(other) => Err(Stop::NotTcp(NotTcp::IpProtocol(other))),
    }
}
