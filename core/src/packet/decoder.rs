//! Runs the layers of a packet, from its link type down to the TCP header.

use super::fragment::Fragments;
use super::layer::{Layer, Stop};
use super::span::Span;
use super::tunnel::{self, Tunnel};
use super::{Decoded, NotTcp, Segment, ethernet, gre, ip, link, ppp, segment, udp};
use crate::capture::CapturedPacket;
use crate::limits::Limits;
use etherparse::IpNumber;
use std::mem;

/// IP headers in one packet: more is an attack or a routing loop.
const MAX_DEPTH: usize = 8;

/// Layers in one packet, VLAN tags included.
const MAX_LAYERS: usize = 40;

/// Decodes packets one by one. What it remembers between them is unfinished IP datagrams.
#[derive(Debug)]
pub struct PacketDecoder {
    fragments: Fragments,
    /// The datagrams joined in the packet at hand, the outermost first: a tunnel's fragments may carry fragments.
    joined: [Vec<u8>; MAX_DEPTH],
}

impl PacketDecoder {
    /// A decoder that holds at most `limits.datagrams` unfinished datagrams, the oldest given up first.
    pub fn new(limits: &Limits) -> Self {
        Self { fragments: Fragments::new(limits.datagrams), joined: Default::default() }
    }

    /// Decodes one packet. Packets are given in file order; a segment borrows from its packet, or from the decoder
    /// where fragments were joined.
    pub fn decode<'a>(&'a mut self, packet: &CapturedPacket<'a>) -> Decoded<'a> {
        match self.walk(packet) {
            Ok((segment, tunnel)) => Decoded::Tcp(segment, tunnel),
            Err(stop) => stop.into(),
        }
    }

    /// How many IP datagrams lack fragments: those still held, and those given up.
    pub fn unfinished_datagrams(&self) -> u64 {
        self.fragments.unfinished()
    }

    fn walk<'a>(&'a mut self, packet: &CapturedPacket<'a>) -> Result<(Segment<'a>, Option<Tunnel>), Stop> {
        let mut layer =
            link::first_layer(packet.link_type, Span::captured(packet.data, packet.original_length))?;
        let mut tunnel = None;
        let mut depth = 0;
        let mut free = self.joined.as_mut_slice();
        for _ in 0..MAX_LAYERS {
            let span = match layer {
                Layer::Ethernet(span) => {
                    layer = ethernet::frame(span)?;
                    continue;
                }
                Layer::EtherType(ether_type, span) => {
                    layer = ethernet::payload(ether_type, span)?;
                    continue;
                }
                Layer::Llc(span) => {
                    layer = ethernet::llc(span)?;
                    continue;
                }
                Layer::Ppp(span) => {
                    layer = ppp::frame(span)?;
                    continue;
                }
                Layer::Ip(span) => span,
            };
            depth += 1;
            if depth > MAX_DEPTH {
                return Err(Stop::Malformed);
            }
            let mut datagram = ip::datagram(span)?;
            while let Some(fragment) = datagram.fragment.take() {
                let whole = self.fragments.add(&datagram, fragment, tunnel, packet.time)?;
                let (slot, rest) = mem::take(&mut free).split_first_mut().ok_or(Stop::Malformed)?;
                free = rest;
                *slot = whole.bytes;
                datagram.protocol = whole.protocol;
                datagram.hop_limit = whole.hop_limit;
                datagram.span = Span::whole(slot);
                datagram.skip_extensions()?;
            }
            let (inner, next) = match datagram.protocol {
                IpNumber::TCP => return Ok((segment::open(&datagram, tunnel)?, tunnel)),
                IpNumber::UDP => udp::tunnel(datagram.span)?,
                IpNumber::GRE => gre::tunnel(datagram.span)?,
                IpNumber::IPV4 | IpNumber::IPV6 => (Tunnel::IP_IN_IP, Layer::Ip(datagram.span)),
                IpNumber::ICMP | IpNumber::IPV6_ICMP => return Err(Stop::NotTcp(NotTcp::Icmp)),
                IpNumber::ENCAPSULATING_SECURITY_PAYLOAD => return Err(Stop::NotTcp(NotTcp::Encrypted)),
                IpNumber(other) => return Err(Stop::NotTcp(NotTcp::IpProtocol(other))),
            };
            tunnel = Some(tunnel::nested(tunnel, inner));
            layer = next;
        }
        Err(Stop::Malformed)
    }
}
