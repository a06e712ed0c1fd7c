//! IEEE 802.11 data frames (802.11-2020 §9.2, §9.3.2), bare or behind radiotap, Prism or AVS headers.
//!
//! Decrypts nothing. Of several packets aggregated into one frame (A-MSDU) only the first is read, and frames in
//! fragments are not joined.

use super::NotTcp;
use super::ethernet;
use super::layer::{Layer, Stop};
use super::span::Span;
use etherparse::EtherType;

/// Radiotap's flag for padding between the 802.11 header and the body.
#[derive(Clone, Copy, Debug)]
pub(super) struct DataPad;

const TO_DS: u8 = 0x01;
const FROM_DS: u8 = 0x02;
const PROTECTED: u8 = 0x40;
const HT_CONTROL: u8 = 0x80;

/// Reads a radiotap header (<https://www.radiotap.org>) and the frame behind it.
pub(super) fn radiotap(span: Span<'_>) -> Result<Layer<'_>, Stop> {
    let [version, _, low, high, ..] = *span.head::<8>()?;
    if version != 0 {
        return Err(Stop::Malformed);
    }
    let length = usize::from(u16::from_le_bytes([low, high]));
    let frame_span = span.skip(length)?;
    frame(frame_span, radiotap_flags(span).filter(|flags| flags & 0x20 != 0).map(|_| DataPad))
}

/// Reads a Prism monitor header, which gives its length; some drivers write AVS under its link type.
pub(super) fn prism(span: Span<'_>) -> Result<Layer<'_>, Stop> {
    let [code @ .., a, b, c, d] = *span.head::<8>()?;
    if code == [0x80, 0x21, 0x10, 0x01] {
        return avs(span);
    }
    let little = u32::from_le_bytes([a, b, c, d]);
    let length = if little <= 0xffff { little } else { u32::from_be_bytes([a, b, c, d]) };
    frame(span.skip(usize::try_from(length).unwrap_or(usize::MAX))?, None)
}

/// Reads an AVS header: a version, and its length.
pub(super) fn avs(span: Span<'_>) -> Result<Layer<'_>, Stop> {
    let [_, _, _, _, length @ ..] = *span.head::<8>()?;
    frame(span.skip(usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX))?, None)
}

/// Reads an 802.11 header.
pub(super) fn frame(span: Span<'_>, pad: Option<DataPad>) -> Result<Layer<'_>, Stop> {
    let [kind, flags] = *span.head::<2>()?;
    // Version 0, type 2: data. Of its subtypes bit 2 means without data, bit 3 QoS (§9.2.4.1.3).
    if kind & 0b0000_1111 != 0b0000_1000 || kind & 0b0100_0000 != 0 {
        return Err(Stop::NotTcp(NotTcp::LinkControl));
    }
    if flags & PROTECTED != 0 {
        return Err(Stop::NotTcp(NotTcp::Encrypted));
    }
    // Sequence control: a later fragment begins in the middle of a packet.
    if span.head::<24>()?[22] & 0x0f != 0 {
        return Err(Stop::NotTcp(NotTcp::LinkControl));
    }
    let mut length = 24;
    if flags & (TO_DS | FROM_DS) == TO_DS | FROM_DS {
        length += 6;
    }
    let mut aggregated = false;
    if kind & 0b1000_0000 != 0 {
        let control = span.skip(length)?.head::<2>()?[0];
        aggregated = control & 0x80 != 0;
        length += 2;
        if flags & HT_CONTROL != 0 {
            length += 4;
        }
    }
    if pad.is_some() {
        length = length.next_multiple_of(4);
    }
    let body = span.skip(length)?;
    if !aggregated {
        return Ok(Layer::Llc(body));
    }
    // Destination, source, length (§9.3.2.2.2): the shape of an 802.3 frame.
    ethernet::type_or_length(EtherType(body.be16(12)?), body.skip(14)?)
}

/// Radiotap's Flags field: only the TSFT may stand before it, aligned to 8 bytes.
fn radiotap_flags(span: Span<'_>) -> Option<u8> {
    let mut at = 4;
    let word = |at: usize| span.bytes().get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    let present = word(at)?;
    // Bit 31: another word of presence bits follows.
    while word(at)? & 1 << 31 != 0 {
        at += 4;
    }
    at += 4;
    if present & 0b10 == 0 {
        return None;
    }
    if present & 0b01 != 0 {
        at = at.next_multiple_of(8) + 8;
    }
    span.bytes().get(at).copied()
}
