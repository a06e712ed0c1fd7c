//! Every link type and encapsulation around the same segment.

mod fragments;

use super::*;
use crate::capture::CapturedPacket;
use crate::limits::Limits;
use etherparse::PacketBuilder;
use proptest::prelude::*;

const PAYLOAD: &[u8] = b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";
const LINK_TYPES: [u16; 20] =
    [0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 108, 113, 119, 127, 163, 204, 228, 229, 276, 4711];

/// One way to carry the segment of [`ipv4`] or [`ipv6`].
struct Stack {
    name: &'static str,
    link_type: u16,
    bytes: Vec<u8>,
    /// `Display` of the tunnel.
    tunnel: Option<&'static str>,
}

fn stack(name: &'static str, link_type: u16, parts: &[&[u8]], tunnel: Option<&'static str>) -> Stack {
    Stack { name, link_type, bytes: parts.concat(), tunnel }
}

/// An IPv4 packet with the segment.
fn ipv4() -> Vec<u8> {
    let mut bytes = Vec::new();
    PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 63)
        .tcp(4711, 80, 0xffff_fff0, 1024)
        .ack(77)
        .options_raw(&[1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8])
        .unwrap()
        .write(&mut bytes, PAYLOAD)
        .unwrap();
    bytes
}

/// An IPv6 packet with the segment.
fn ipv6() -> Vec<u8> {
    let mut bytes = Vec::new();
    PacketBuilder::ipv6([0x20; 16], [0x21; 16], 63)
        .tcp(4711, 80, 0xffff_fff0, 1024)
        .ack(77)
        .options_raw(&[1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8])
        .unwrap()
        .write(&mut bytes, PAYLOAD)
        .unwrap();
    bytes
}

/// The packet of [`ipv6`] with extension headers, of which `first` is the first.
fn ipv6_with(first: u8, extensions: &[u8]) -> Vec<u8> {
    let mut bytes = ipv6();
    let length = u16::from_be_bytes([bytes[4], bytes[5]]) + extensions.len() as u16;
    bytes[4..6].copy_from_slice(&length.to_be_bytes());
    bytes[6] = first;
    bytes.splice(40..40, extensions.iter().copied());
    bytes
}

/// An IPv4 packet of that protocol.
fn ipv4_around(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let mut header = etherparse::Ipv4Header::new(
        payload.len() as u16,
        64,
        etherparse::IpNumber(protocol),
        [192, 0, 2, 1],
        [192, 0, 2, 2],
    )
    .unwrap();
    header.header_checksum = header.calc_header_checksum();
    [&header.to_bytes(), payload].concat()
}

/// An IPv4 packet with a UDP datagram.
fn udp_around(port: u16, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() + 8) as u16;
    let header = [40_000_u16.to_be_bytes(), port.to_be_bytes(), length.to_be_bytes(), [0, 0]].concat();
    ipv4_around(17, &[&header, payload].concat())
}

fn ethernet(ether_type: u16, payload: &[u8]) -> Vec<u8> {
    [&[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2], &ether_type.to_be_bytes()[..], payload].concat()
}

/// An Ethernet frame with a length in place of the EtherType.
fn ieee_802_3(payload: &[u8]) -> Vec<u8> {
    ethernet(payload.len() as u16, payload)
}

const SNAP_IPV4: [u8; 8] = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];

/// An 802.11 header of 24 bytes: frame control, and a sequence number.
fn wifi(kind: u8, flags: u8) -> Vec<u8> {
    let mut header = vec![0; 24];
    header[..2].copy_from_slice(&[kind, flags]);
    header[22] = 0x50;
    header
}

fn stacks() -> Vec<Stack> {
    let v4 = &ipv4()[..];
    let v6 = &ipv6()[..];
    let frame = &ethernet(0x0800, v4)[..];
    let snap = &[&SNAP_IPV4[..], v4].concat()[..];
    let mut sll = [0; 16];
    sll[15] = 0;
    sll[14] = 8;
    let mut sll2 = [0; 20];
    sll2[0..2].copy_from_slice(&[0x86, 0xdd]);
    let pppoe = &[&[0x11, 0, 0, 7, 0, v4.len() as u8 + 2, 0, 0x21][..], v4].concat()[..];
    let prism = &[&[0, 0, 0, 0x44, 0, 0, 0, 144][..], &[0; 136]].concat()[..];
    let little_prism = &[&[0x44, 0, 0, 0, 144, 0, 0, 0][..], &[0; 136]].concat()[..];
    let avs = &[&[0x80, 0x21, 0x10, 1, 0, 0, 0, 64][..], &[0; 56]].concat()[..];
    let routed = {
        // The header leads over another node first, and names the real destination last.
        let mut bytes = ipv6_with(43, &[&[6, 2, 0, 1, 0, 0, 0, 0][..], &[0x21; 16]].concat());
        bytes[24..40].fill(0x99);
        bytes
    };
    let segment_routed = {
        let list = [&[6, 4, 4, 1, 1, 0, 0, 0][..], &[0x21; 16], &[0x98; 16]].concat();
        let mut bytes = ipv6_with(43, &list);
        bytes[24..40].fill(0x98);
        bytes
    };
    let offloaded = {
        let mut bytes = ipv4();
        bytes[2..4].fill(0);
        bytes
    };
    let offloaded_v6 = {
        let mut bytes = ipv6();
        bytes[4..6].fill(0);
        bytes
    };
    let ah = [6, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1];
    let ah_over_v4 = {
        let mut bytes = ipv4();
        bytes[3] += 12;
        bytes[9] = 51;
        bytes.splice(20..20, ah);
        bytes
    };
    let options_v4 = {
        let mut bytes = ipv4();
        bytes[0] = 0x46;
        bytes[3] += 4;
        bytes.splice(20..20, [1, 1, 1, 0]);
        bytes
    };
    let vxlan = [8, 0, 0, 0, 0, 0, 42, 0];
    let gtp_length = |extra: usize| (v4.len() + extra) as u8;
    let erspan_ii = [0x10, 0x08, 88, 0xbe, 0, 0, 0, 9, 0x10, 1, 0, 5, 0, 0, 0, 1];
    vec![
        stack("Ethernet", 1, &[frame], None),
        stack("Ethernet, IPv6", 1, &[&ethernet(0x86dd, v6)], None),
        stack("Ethernet, padded", 1, &[frame, &[0; 9]], None),
        stack("Ethernet, IPv6, padded", 1, &[&ethernet(0x86dd, v6), &[0; 9]], None),
        stack("802.1Q", 1, &[&ethernet(0x8100, &[0, 5, 8, 0]), v4], None),
        stack("802.1ad", 1, &[&ethernet(0x88a8, &[0, 5, 0x81, 0, 0, 6, 8, 0]), v4], None),
        stack("three tags", 1, &[&ethernet(0x9100, &[0, 5, 0x91, 0, 0, 6, 0x81, 0, 0, 7, 8, 0]), v4], None),
        stack("SNAP", 1, &[&ieee_802_3(snap)], None),
        stack("SNAP, padded", 1, &[&ieee_802_3(snap), &[0; 9]], None),
        stack("SNAP in 802.1Q", 1, &[&ethernet(0x8100, &[0, 5, 0, snap.len() as u8]), snap], None),
        stack("LLC of IP", 1, &[&ieee_802_3(&[&[6, 6, 3][..], v4].concat())], None),
        stack("MPLS", 1, &[&ethernet(0x8847, &[0, 1, 0, 64, 0, 2, 1, 64]), v4], None),
        stack("MPLS pseudowire", 1, &[&ethernet(0x8847, &[0, 2, 1, 64, 0, 0, 0, 0]), frame], None),
        stack("MPLS pseudowire, no control word", 1, &[&ethernet(0x8848, &[0, 2, 1, 64]), frame], None),
        stack("PPPoE", 1, &[&ethernet(0x8864, pppoe)], None),
        stack("PPPoE, padded", 1, &[&ethernet(0x8864, pppoe), &[0; 9]], None),
        stack("raw", 101, &[v4], None),
        stack("raw, IPv6", 101, &[v6], None),
        stack("raw, 12", 12, &[v4], None),
        stack("raw, 14", 14, &[v6], None),
        stack("IPv4", 228, &[v4], None),
        stack("IPv6", 229, &[v6], None),
        stack("NULL, little-endian", 0, &[&[2, 0, 0, 0], v4], None),
        stack("NULL, big-endian", 0, &[&[0, 0, 0, 2], v4], None),
        stack("NULL, Linux IPv6", 0, &[&[10, 0, 0, 0], v6], None),
        stack("NULL, NetBSD IPv6", 0, &[&[24, 0, 0, 0], v6], None),
        stack("NULL, FreeBSD IPv6", 0, &[&[28, 0, 0, 0], v6], None),
        stack("NULL, macOS IPv6", 0, &[&[30, 0, 0, 0], v6], None),
        stack("NULL, Windows IPv6", 0, &[&[23, 0, 0, 0], v6], None),
        stack("LOOP", 108, &[&[0, 0, 0, 24], v6], None),
        stack("cooked", 113, &[&sll, v4], None),
        stack("cooked, VLAN", 113, &[&sll[..14], &[0x81, 0, 0, 5, 8, 0], v4], None),
        stack("cooked v2", 276, &[&sll2, v6], None),
        stack("PPP", 9, &[&[0, 0x21], v4], None),
        stack("PPP, HDLC-like", 9, &[&[0xff, 3, 0, 0x57], v6], None),
        stack("PPP, compressed protocol", 9, &[&[0x21], v4], None),
        stack("PPP, MPLS", 9, &[&[2, 0x81, 0, 2, 1, 64], v4], None),
        stack("PPP over serial", 50, &[&[0xff, 3, 0, 0x21], v4], None),
        stack("Cisco HDLC", 104, &[&[0x0f, 0, 8, 0], v4], None),
        stack("PPP with direction", 204, &[&[1, 0xff, 3, 0, 0x21], v4], None),
        stack("PPPoE link", 51, &[pppoe], None),
        stack("802.11", 105, &[&wifi(0x08, 1), snap], None),
        stack("802.11, checksum behind", 105, &[&wifi(0x08, 2), snap, &[1, 2, 3, 4]], None),
        stack("802.11, four addresses", 105, &[&wifi(0x08, 3), &[0; 6], snap], None),
        stack("802.11, QoS", 105, &[&wifi(0x88, 1), &[0, 0], snap], None),
        stack("802.11, HT control", 105, &[&wifi(0x88, 0x81), &[0, 0, 0, 0, 0, 0], snap], None),
        stack("802.11, aggregated", 105, &[&wifi(0x88, 1), &[0x80, 0], &ieee_802_3(snap)], None),
        stack("radiotap", 127, &[&[0, 0, 8, 0, 0, 0, 0, 0], &wifi(0x08, 1), snap], None),
        stack(
            "radiotap, padded body",
            127,
            &[
                &[0, 0, 25, 0, 3, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20],
                &wifi(0x88, 1),
                &[0, 0, 0, 0],
                snap,
            ],
            None,
        ),
        stack("Prism", 119, &[prism, &wifi(0x08, 1), snap], None),
        stack("Prism, little-endian", 119, &[little_prism, &wifi(0x08, 1), snap], None),
        stack("Prism with AVS", 119, &[avs, &wifi(0x08, 1), snap], None),
        stack("AVS", 163, &[avs, &wifi(0x08, 1), snap], None),
        stack("IPv4 options", 101, &[&options_v4], None),
        stack("IPv4 offload", 101, &[&offloaded], None),
        stack("IPv6 offload", 101, &[&offloaded_v6], None),
        stack("AH", 101, &[&ah_over_v4], None),
        stack("IPv6 AH", 101, &[&ipv6_with(51, &ah)], None),
        stack("hop-by-hop", 101, &[&ipv6_with(0, &[6, 0, 1, 4, 0, 0, 0, 0])], None),
        stack("destination options", 101, &[&ipv6_with(60, &[6, 0, 1, 4, 0, 0, 0, 0])], None),
        stack("mobility", 101, &[&ipv6_with(135, &[6, 0, 1, 4, 0, 0, 0, 0])], None),
        stack("atomic fragment", 101, &[&ipv6_with(44, &[6, 0, 0, 0, 0, 0, 0, 1])], None),
        stack(
            "several extensions",
            101,
            &[&ipv6_with(0, &[60, 0, 1, 4, 0, 0, 0, 0, 44, 0, 1, 4, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 1])],
            None,
        ),
        stack("routing header", 101, &[&routed], None),
        stack("segment routing header", 101, &[&segment_routed], None),
        stack("IP in IP", 101, &[&ipv4_around(4, v4)], Some("IP in IP")),
        stack("6in4", 101, &[&ipv4_around(41, v6)], Some("IP in IP")),
        stack("GRE", 101, &[&ipv4_around(47, &[&[0, 0, 8, 0], v4].concat())], Some("GRE")),
        stack(
            "GRE with everything",
            101,
            &[&ipv4_around(
                47,
                &[
                    &[0xf0, 0, 0x86, 0xdd, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 9][..],
                    &[0, 0x02, 0, 4, 1, 1, 1, 1, 0, 0, 0, 0],
                    v6,
                ]
                .concat(),
            )],
            Some("GRE key 7"),
        ),
        stack(
            "GRE bridging",
            101,
            &[&ipv4_around(47, &[&[0x20, 0, 0x65, 0x58, 0, 0, 0, 7], frame].concat())],
            Some("GRE key 7"),
        ),
        stack(
            "GRE, MPLS",
            101,
            &[&ipv4_around(47, &[&[0, 0, 0x88, 0x47, 0, 2, 1, 64], v4].concat())],
            Some("GRE"),
        ),
        stack(
            "PPTP",
            101,
            &[&ipv4_around(
                47,
                &[&[0x30, 0x81, 0x88, 0x0b, 0, v4.len() as u8 + 1, 0, 5, 0, 0, 0, 1, 0, 0, 0, 1, 0x21], v4]
                    .concat(),
            )],
            Some("PPTP call 5"),
        ),
        stack("ERSPAN I", 101, &[&ipv4_around(47, &[&[0, 0, 0x88, 0xbe], frame].concat())], Some("GRE")),
        stack(
            "ERSPAN II",
            101,
            &[&ipv4_around(47, &[&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 9], &erspan_ii[8..], frame].concat())],
            Some("ERSPAN session 5"),
        ),
        stack(
            "ERSPAN III",
            101,
            &[&ipv4_around(
                47,
                &[
                    &[0x10, 0, 0x22, 0xeb, 0, 0, 0, 9, 0x20, 1, 0, 5, 0, 0, 0, 1, 0, 0, 0, 1][..],
                    &[0; 8],
                    frame,
                ]
                .concat(),
            )],
            Some("ERSPAN session 5"),
        ),
        stack(
            "VXLAN",
            1,
            &[&ethernet(0x0800, &udp_around(4789, &[&vxlan, frame].concat()))],
            Some("VXLAN VNI 42"),
        ),
        stack(
            "VXLAN, old port, padded inside",
            101,
            &[&udp_around(8472, &[&vxlan, frame, &[0; 9]].concat())],
            Some("VXLAN VNI 42"),
        ),
        stack(
            "Geneve",
            101,
            &[&udp_around(6081, &[&[2, 0, 0x65, 0x58, 0, 0, 43, 0], &[0; 8], frame].concat())],
            Some("Geneve VNI 43"),
        ),
        stack(
            "Geneve, IPv6",
            101,
            &[&udp_around(6081, &[&[0, 0, 0x86, 0xdd, 0, 0, 43, 0], v6].concat())],
            Some("Geneve VNI 43"),
        ),
        stack(
            "GTP-U",
            101,
            &[&udp_around(2152, &[&[0x30, 255, 0, gtp_length(0), 0, 0, 0, 42], v4].concat())],
            Some("GTP-U TEID 0x0000002a"),
        ),
        stack(
            "GTP-U, extension header",
            101,
            &[&udp_around(
                2152,
                &[&[0x34, 255, 0, gtp_length(8), 0, 0, 0, 42, 0, 0, 0, 0x85, 1, 0, 1, 0], v4].concat(),
            )],
            Some("GTP-U TEID 0x0000002a"),
        ),
        stack(
            "GTP-U, sequence number",
            101,
            &[&udp_around(2152, &[&[0x32, 255, 0, gtp_length(4), 0, 0, 0, 42, 0, 1, 0, 0x85], v4].concat())],
            Some("GTP-U TEID 0x0000002a"),
        ),
        stack(
            "IP in IP in VXLAN: the id names it",
            101,
            &[&udp_around(4789, &[&vxlan[..], &ethernet(0x0800, &ipv4_around(4, v4))].concat())],
            Some("VXLAN VNI 42"),
        ),
        stack(
            "VXLAN in GTP-U: the inner one names it",
            101,
            &[&udp_around(
                2152,
                &[
                    &[0x30, 255, 0, gtp_length(28 + 8 + 14), 0, 0, 0, 42],
                    &udp_around(4789, &[&vxlan, frame].concat())[..],
                ]
                .concat(),
            )],
            Some("VXLAN VNI 42"),
        ),
    ]
}

fn captured(link_type: u16, data: &[u8], original_length: usize) -> CapturedPacket<'_> {
    CapturedPacket {
        number: 1,
        time: None,
        link_type,
        interface: 0,
        offset: 0,
        record: 0,
        data,
        original_length: original_length as u32,
    }
}

fn decoder() -> PacketDecoder {
    PacketDecoder::new(&Limits::default())
}

/// The segment in all of [`stacks`], without what cutting changes.
fn check_header(name: &str, segment: &Segment<'_>) {
    let v6 = segment.flow.source.0.is_ipv6();
    let addresses: (IpAddr, IpAddr) = match v6 {
        true => ([0x20; 16].into(), [0x21; 16].into()),
        false => ([10, 0, 0, 1].into(), [10, 0, 0, 2].into()),
    };
    assert_eq!(segment.flow.source, (addresses.0, 4711), "{name}");
    assert_eq!(segment.flow.destination, (addresses.1, 80), "{name}");
    assert_eq!((segment.sequence, segment.acknowledgement), (0xffff_fff0, 77), "{name}");
    assert_eq!(segment.flags, Flags { ack: true, ..Flags::default() }, "{name}");
    assert_eq!((segment.window, segment.hop_limit), (1024, 63), "{name}");
}

#[test]
fn every_stack_yields_the_segment() {
    for Stack { name, link_type, bytes, tunnel } in stacks() {
        let mut decoder = decoder();
        let decoded = decoder.decode(&captured(link_type, &bytes, bytes.len()));
        let Decoded::Tcp(segment, found) = decoded else { panic!("{name}: {decoded:?}") };
        check_header(name, &segment);
        assert_eq!((segment.payload, segment.cut), (PAYLOAD, 0), "{name}");
        assert_eq!(segment.checksum_right(), Some(true), "{name}");
        assert_eq!(found.map(|tunnel| tunnel.to_string()).as_deref(), tunnel, "{name}");
        assert_eq!(segment.flow.tunnel, found.map_or(0, Tunnel::key), "{name}");
    }
}

#[test]
fn cut_packets_are_decoded_as_far_as_they_go() {
    for Stack { name, link_type, bytes, .. } in stacks() {
        let mut decoder = decoder();
        let mut segments = 0;
        for length in 0..bytes.len() {
            let Decoded::Tcp(segment, _) =
                decoder.decode(&captured(link_type, &bytes[..length], bytes.len()))
            else {
                continue;
            };
            segments += 1;
            check_header(name, &segment);
            assert!(PAYLOAD.starts_with(segment.payload), "{name} at {length}");
            assert_eq!(segment.payload.len() + segment.cut as usize, PAYLOAD.len(), "{name} at {length}");
            assert_eq!(segment.tcp.is_some(), segment.cut == 0, "{name} at {length}");
        }
        // From the end of the fixed header on: 12 bytes of options and the payload.
        assert!(segments >= 12 + PAYLOAD.len(), "{name}: {segments}");
    }
}

#[test]
fn the_ip_length_is_believed_and_not_the_captured_one() {
    let bytes = ipv4();
    let cut = &bytes[..bytes.len() - 10];
    let mut decoder = decoder();
    // The capture says that nothing is missing.
    let Decoded::Tcp(segment, _) = decoder.decode(&captured(101, cut, cut.len())) else { panic!() };
    assert_eq!((segment.payload.len(), segment.cut), (PAYLOAD.len() - 10, 10));
    assert_eq!(segment.checksum_right(), None);
}

#[test]
fn a_wrong_checksum_is_told() {
    let mut bytes = ipv4();
    *bytes.last_mut().unwrap() ^= 1;
    let mut decoder = decoder();
    let Decoded::Tcp(segment, _) = decoder.decode(&captured(101, &bytes, bytes.len())) else { panic!() };
    assert_eq!(segment.checksum_right(), Some(false));
}

#[test]
fn what_is_no_tcp_is_named() {
    use NotTcp::*;
    let check = |link_type: u16, bytes: &[u8], expect: NotTcp| {
        let mut decoder = decoder();
        let decoded = decoder.decode(&captured(link_type, bytes, bytes.len()));
        assert_eq!(decoded, Decoded::NotTcp(expect), "{bytes:02x?}");
    };
    check(101, &udp_around(53, b"query"), Udp);
    check(101, &udp_around(4789, b"\x17no VXLAN"), Udp);
    check(101, &udp_around(6081, b"\xff no Geneve"), Udp);
    check(101, &udp_around(2152, &[0x32, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0]), Udp);
    check(101, &ipv4_around(1, &[8, 0, 0, 0]), Icmp);
    check(101, &ipv6_with(58, &[]), Icmp);
    check(101, &ipv6_with(50, &[]), Encrypted);
    check(101, &ipv4_around(50, &[0; 20]), Encrypted);
    check(101, &ipv4_around(132, &[0; 20]), IpProtocol(132));
    check(101, &ipv4_around(47, &[0x20, 0x01, 0x88, 0x0b, 0, 0, 0, 5]), IpProtocol(47));
    check(101, &ipv6_with(59, &[]), IpProtocol(59));
    check(1, &ethernet(0x0806, &[0; 28]), Arp);
    check(1, &ethernet(0x88cc, &[0; 28]), EtherType(0x88cc));
    check(1, &ethernet(1510, &[0; 28]), EtherType(1510));
    check(1, &ieee_802_3(&[0x42, 0x42, 3, 0, 0]), LinkControl);
    check(0, &[7, 0, 0, 0, 1, 2, 3, 4], LinkControl);
    check(9, &[0xc0, 0x21, 1, 1, 0, 4], LinkControl);
    check(105, &wifi(0x80, 0), LinkControl);
    check(105, &wifi(0x48, 1), LinkControl);
    check(105, &wifi(0x08, 0x41), Encrypted);
}

#[test]
fn contradictory_packets_are_malformed() {
    let check = |name: &str, bytes: &[u8]| {
        let mut decoder = decoder();
        assert_eq!(decoder.decode(&captured(101, bytes, bytes.len())), Decoded::Malformed, "{name}");
    };
    let patched = |at: usize, value: u8| {
        let mut bytes = ipv4();
        bytes[at] = value;
        bytes
    };
    check("nothing", &[]);
    check("version 5", &patched(0, 0x55));
    check("IP header of 4 words", &patched(0, 0x44));
    check("total length within the header", &{
        let mut bytes = ipv4();
        bytes[2..4].copy_from_slice(&[0, 19]);
        bytes
    });
    check("data offset 4", &patched(32, 0x40));
    check("data offset beyond the packet", &{
        let mut bytes = ipv4();
        bytes.truncate(20 + 32);
        bytes[3] = 52;
        bytes[32] = 0xf0;
        bytes
    });
    check("TCP header cut", &ipv4()[..39]);
    let nested = (0..9).fold(ipv4(), |inner, _| ipv4_around(4, &inner));
    check("nine IP headers around", &nested);
    assert_eq!(decoder().decode(&captured(147, &ipv4(), 100)), Decoded::UnknownLinkType(147));
}

#[test]
fn tunnel_keys_are_equal_in_both_directions_and_name_themselves() {
    let check = |tunnel: Tunnel, text: &str, from_key: &str| {
        assert_eq!(tunnel.to_string(), text);
        assert_ne!(tunnel.key(), 0);
        assert_eq!(
            Tunnel::from_key(tunnel.key()).map(|tunnel| tunnel.to_string()).as_deref(),
            Some(from_key)
        );
    };
    check(Tunnel::new(TunnelKind::Vxlan, 42), "VXLAN VNI 42", "VXLAN VNI 42");
    check(Tunnel::new(TunnelKind::Geneve, 0), "Geneve VNI 0", "Geneve VNI 0");
    check(Tunnel::new(TunnelKind::GtpU, 0xabcd), "GTP-U TEID 0x0000abcd", "GTP-U");
    check(Tunnel::new(TunnelKind::Gre, 0), "GRE", "GRE");
    check(Tunnel::new(TunnelKind::GreKey, u32::MAX), "GRE key 4294967295", "GRE key 4294967295");
    check(Tunnel::new(TunnelKind::Pptp, 5), "PPTP call 5", "PPTP");
    check(Tunnel::new(TunnelKind::Erspan, 5), "ERSPAN session 5", "ERSPAN session 5");
    check(Tunnel::new(TunnelKind::IpInIp, 0), "IP in IP", "IP in IP");
    assert_eq!(Tunnel::from_key(0), None);
    assert_eq!(Tunnel::from_key(99 << 32), None);
}

proptest! {
    #[test]
    fn random_bytes_never_panic(
        packets in prop::collection::vec((prop::sample::select(&LINK_TYPES[..]), prop::collection::vec(any::<u8>(), 0..200), any::<u32>()), 1..20),
    ) {
        let mut decoder = decoder();
        for (link_type, bytes, original_length) in &packets {
            let packet = CapturedPacket { original_length: *original_length, ..captured(*link_type, bytes, 0) };
            if let Decoded::Tcp(segment, _) = decoder.decode(&packet) {
                segment.checksum_right();
            }
        }
    }

    #[test]
    fn damaged_stacks_never_panic(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        length in any::<prop::sample::Index>(),
    ) {
        let mut decoder = decoder();
        for Stack { link_type, mut bytes, .. } in stacks() {
            for (at, value) in &damage {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            let data = &bytes[..length.index(bytes.len())];
            if let Decoded::Tcp(segment, _) = decoder.decode(&captured(link_type, data, bytes.len())) {
                segment.checksum_right();
                prop_assert!(segment.payload.len() <= data.len() || decoder.unfinished_datagrams() > 0);
            }
        }
    }
}
