//! Finds where a frame begins in bytes whose start is unknown: after a gap, or in a capture that begins in the middle.
//!
//! A place is believed when a chain of well-formed headers starts there: defined opcodes, no reserved bit that nobody
//! agreed on, the mask bit of the direction, minimal lengths (RFC 6455 §5.2), control frames that are short and whole
//! (§5.5), fragments in order (§5.4), text that is UTF-8 (§5.6). How much each of these says against chance is counted
//! in bits; the places tried count against it.
//!
//! The first header of a chain is the least certain: noise that looks like one, and whose length happens to lead to a
//! true one, borrows all that speaks for that. So frames are taken up only where a chain is [`firm`].

use super::frame::{FrameHeader, Opcode};
use super::mask::unmask;

/// What is known of a direction before its frames are found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expectation {
    /// Whether its frames are masked, if that is known.
    pub masked: Option<bool>,
    /// RSV1 may be set on the first frame of a message.
    pub deflate: bool,
}

/// A place where frames begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Offset in the bytes searched.
    pub at: usize,
    /// Well-formed headers in a row from there.
    pub headers: u32,
    /// The frames are masked.
    pub masked: bool,
    /// Evidence against chance, in bits.
    pub bits: f64,
    /// The chain ends just where the bytes end.
    pub fills: bool,
}

impl Found {
    /// How sure it is, 0 to 1.
    pub fn confidence(&self) -> f64 {
        (1.0 - (-self.bits).exp2()).clamp(0.0, 0.9999)
    }
}

/// Bits of evidence from which a place is believed without waiting for more bytes.
pub const CERTAIN: f64 = 20.0;
/// Bits of evidence that suffice when no more bytes will come, or when the other direction confirms it.
pub const LIKELY: f64 = 10.0;

/// Bits by which the places up to the one where frames are taken up outweigh those behind it.
const FIRM: f64 = 10.0;

/// Headers that are followed from one place: more would add no certainty.
const LONGEST_CHAIN: u32 = 32;
/// Payload bytes of a text frame that are looked at.
const TEXT_PROBE: usize = 64;

/// The best place at which frames begin in `bytes`; `starts` are the places where segments begin, which are likelier.
pub fn find(bytes: &[u8], starts: &[usize], expectation: Expectation) -> Option<Found> {
    let mut best: Option<Found> = None;
    let mut scratch = Vec::new();
    // Bytes made for it could lead a long chain from every place: the work stays in proportion to the bytes.
    let mut headers = bytes.len() * 4 + 4096;
    for at in 0..bytes.len() {
        let Some(found) = weighed(bytes, at, starts, expectation, LONGEST_CHAIN, &mut scratch) else {
            continue;
        };
        headers = headers.saturating_sub(found.headers as usize);
        if headers == 0 {
            break;
        }
        if found.bits > best.map_or(0.0, |best| best.bits) {
            best = Some(found);
        }
        // The frames of the chain itself need not be tried: their chains are its tails.
        if found.bits >= CERTAIN * 2.0 {
            break;
        }
    }
    best
}

/// The first header of the chain that is `found` in `bytes` from which on it is to be believed, with what speaks for that
/// one: what the headers in front of it say is not its own.
///
/// Frames begin at one of its headers, and what stands before that is noise. A header is firm when it is so likely that
/// they begin there or before that the headers behind it need not be thought of.
pub fn firm(bytes: &[u8], starts: &[usize], found: Found, expectation: Expectation) -> Option<Found> {
    let mut scratch = Vec::new();
    let mut links = Vec::new();
    follow(bytes, found.at, expectation, LONGEST_CHAIN, &mut scratch, &mut |link| links.push(link));
    // How much speaks for it that frames begin at each of its headers and not before it.
    let mut said = 0.0;
    let mut begins: Vec<f64> = links
        .iter()
        .rev()
        .map(|link| {
            said += link.bits + landing(link, bytes, starts);
            said - rarity(link.at, bytes, starts)
        })
        .collect();
    begins.reverse();
    let most = |begins: &[f64]| begins.iter().copied().fold(0.0, f64::max);
    let is_firm = |passed_over: &usize| {
        let (until, behind) = begins.split_at(passed_over + 1);
        most(until) - most(behind) >= FIRM
    };
    // Nothing stands behind the last one.
    let passed_over = (0..links.len()).find(is_firm).unwrap_or(links.len().saturating_sub(1));
    let most = LONGEST_CHAIN.saturating_sub(passed_over as u32);
    weighed(bytes, links.get(passed_over)?.at, starts, expectation, most, &mut scratch)
}

/// A chain of at most so many headers from `at`, less what speaks against the place.
fn weighed(
    bytes: &[u8],
    at: usize,
    starts: &[usize],
    expectation: Expectation,
    most: u32,
    scratch: &mut Vec<u8>,
) -> Option<Found> {
    let found = follow(bytes, at, expectation, most, scratch, &mut |_| {})?;
    Some(Found { bits: found.bits - rarity(at, bytes, starts), ..found })
}

/// What it says that a length leads to the end of a segment, in bits: that of noise leads anywhere.
fn landing(link: &Link, bytes: &[u8], starts: &[usize]) -> f64 {
    let ends_segment = link.next == bytes.len() || starts.binary_search(&link.next).is_ok();
    if !ends_segment || link.bits == 0.0 {
        return 0.0;
    }
    let reach = 1_usize.checked_shl(link.length_bits.into()).unwrap_or(usize::MAX);
    let up_to = |place: usize| starts.partition_point(|&start| start <= place);
    let in_reach = up_to(link.at.saturating_add(reach)) - up_to(link.at) + 1;
    (f64::from(link.length_bits) - (in_reach as f64).log2()).max(0.0)
}

/// How much speaks against a place before its bytes are looked at, in bits: frames mostly begin with a segment, and every
/// other time with the first one.
fn rarity(at: usize, bytes: &[u8], starts: &[usize]) -> f64 {
    let segments = starts.len() + 1;
    if at == 0 {
        (segments.min(2) as f64).log2()
    } else if starts.binary_search(&at).is_ok() {
        (segments as f64).log2()
    } else {
        (bytes.len() as f64).log2() + 2.0
    }
}

/// Whether well-formed headers lead from `at` to the end of `bytes`.
pub fn covers(bytes: &[u8], at: usize, expectation: Expectation) -> bool {
    follow(bytes, at, expectation, u32::MAX, &mut Vec::new(), &mut |_| {}).is_some()
}

/// The chain of headers that begins at `at`.
pub fn chain(bytes: &[u8], at: usize, expectation: Expectation, scratch: &mut Vec<u8>) -> Option<Found> {
    follow(bytes, at, expectation, LONGEST_CHAIN, scratch, &mut |_| {})
}

/// One header of a chain.
struct Link {
    at: usize,
    /// What it says against chance.
    bits: f64,
    /// The form of its length: 7, 16 or 64 bits.
    length_bits: u8,
    /// Where the next one stands.
    next: usize,
}

fn follow(
    bytes: &[u8],
    at: usize,
    expectation: Expectation,
    most: u32,
    scratch: &mut Vec<u8>,
    each: &mut impl FnMut(Link),
) -> Option<Found> {
    let mut masked = expectation.masked;
    let mut inside: Option<bool> = None;
    let mut before: Option<FrameHeader> = None;
    let (mut bits, mut headers, mut place) = (0.0, 0, at);
    let fills = loop {
        let rest = bytes.get(place..).unwrap_or_default();
        if rest.is_empty() {
            break true;
        }
        let Some(header) = FrameHeader::parse(rest) else {
            // Part of a header: what is there must not contradict.
            break rest.first().is_some_and(|first| plausible_start(*first, inside, expectation));
        };
        let payload_at = usize::from(header.header_length);
        let payload = rest.get(payload_at..).unwrap_or_default();
        let mut evidence = weigh(&header, payload, masked, inside, expectation, scratch)?;
        if header.mask.is_none() && is_within_text(bytes, place) {
            evidence.text = 0.0;
        }
        // Runs of one value, which any data may hold, say nothing more with every repetition.
        let repeats = before.is_some_and(|before: FrameHeader| {
            before == header && (header.length <= 1 || header.mask.is_some())
        });
        let said = if repeats { 0.0 } else { evidence.header + evidence.text };
        bits += said;
        before = Some(header);
        headers += 1;
        masked = Some(header.mask.is_some());
        if !header.opcode.is_control() {
            inside = Some(!header.fin);
        }
        let length = usize::try_from(header.length).unwrap_or(usize::MAX);
        let next = place.saturating_add(payload_at).saturating_add(length);
        each(Link { at: place, bits: said, length_bits: header.length_bits(), next });
        place = next;
        if place > bytes.len() {
            break false;
        }
        if headers >= most {
            break false;
        }
    };
    if fills {
        bits += 4.0;
    }
    Some(Found { at, headers, masked: masked?, bits, fills })
}

fn plausible_start(first: u8, inside: Option<bool>, expectation: Expectation) -> bool {
    let opcode = Opcode(first & 0xf);
    let rsv = first >> 4 & 0x7;
    opcode.is_defined()
        && (rsv == 0 || (rsv == FrameHeader::RSV1 && expectation.deflate))
        && (!opcode.is_control() || first & 0x80 != 0)
        && (opcode.is_control() || inside.is_none_or(|inside| inside == (opcode == Opcode::CONTINUATION)))
}

/// Whether a header would stand in the middle of text: the last bytes of a code point look like its first byte.
fn is_within_text(bytes: &[u8], at: usize) -> bool {
    let around =
        bytes.get(at.saturating_sub(TEXT_PROBE)..bytes.len().min(at + TEXT_PROBE)).unwrap_or_default();
    let is_inside = |byte: &u8| matches!(byte, 0x80..=0xbf);
    let cut = around.iter().take(3).take_while(|byte| is_inside(byte)).count();
    let before = at.min(TEXT_PROBE);
    let Some(whole) = around.get(cut..) else { return false };
    let valid = match std::str::from_utf8(whole) {
        Ok(text) => text.len(),
        Err(error) => error.valid_up_to(),
    };
    cut < before && cut + valid >= (before + 2).min(around.len())
}

/// What one header says against chance, in bits.
struct Evidence {
    header: f64,
    /// Its payload is text, as it should be.
    text: f64,
}

/// What one header says; `None` if no sound sender writes it here.
fn weigh(
    header: &FrameHeader,
    payload: &[u8],
    masked: Option<bool>,
    inside: Option<bool>,
    expectation: Expectation,
    scratch: &mut Vec<u8>,
) -> Option<Evidence> {
    let opcode = header.opcode;
    let first = (u8::from(header.fin) << 7) | (header.rsv << 4) | opcode.0;
    if !plausible_start(first, inside, expectation)
        || !header.length_is_minimal()
        || header.length >> 63 != 0
        || masked.is_some_and(|masked| masked != header.mask.is_some())
        || (opcode.is_control() && (header.length > 125 || header.rsv != 0))
    {
        return None;
    }
    if header.length == 0 && !header.fin && opcode == Opcode::CONTINUATION {
        return Some(Evidence { header: 0.0, text: 0.0 }); // Zeros look like this.
    }
    // Six of sixteen opcodes, three reserved bits (one may be free), one mask bit where it is known.
    let mut header_bits = 1.4 + if expectation.deflate { 2.0 } else { 3.0 };
    header_bits += if masked.is_some() { 1.0 } else { 0.0 };
    header_bits += if opcode.is_control() { 2.0 } else { 0.0 };
    header_bits += if inside.is_some() && !opcode.is_control() { 0.5 } else { 0.0 };
    let mut text_bits = 0.0;
    if opcode == Opcode::TEXT && header.rsv == 0 {
        let probe = payload.get(..payload.len().min(TEXT_PROBE)).unwrap_or_default();
        let length = usize::try_from(header.length).unwrap_or(usize::MAX);
        let probe = probe.get(..probe.len().min(length)).unwrap_or_default();
        let text = match header.mask {
            Some(key) => unmask(probe, key, 0, scratch),
            None => probe,
        };
        let valid = match std::str::from_utf8(text) {
            Ok(text) => text.len(),
            // A code point may be cut at the end of what is looked at.
            Err(error) if error.error_len().is_none() && (text.len() < length || !header.fin) => {
                error.valid_up_to()
            }
            Err(_) => return None,
        };
        let printable =
            text.iter().filter(|byte| !byte.is_ascii_control() || b"\t\r\n".contains(byte)).count();
        text_bits = if printable == text.len() { valid.min(24) as f64 } else { 0.0 };
    }
    Some(Evidence { header: header_bits, text: text_bits })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server_frames() -> Vec<u8> {
        let mut bytes = Vec::new();
        for text in ["one", "two, a longer one", "", "four"] {
            bytes.extend([0x81, text.len() as u8]);
            bytes.extend(text.as_bytes());
        }
        bytes
    }

    #[test]
    fn finds_the_start_behind_the_rest_of_a_frame() {
        let mut bytes = b"rest of a lost text frame".to_vec();
        let start = bytes.len();
        bytes.extend(server_frames());
        let found = find(&bytes, &[], Expectation::default()).unwrap();
        assert_eq!((found.at, found.masked, found.fills), (start, false, true));
        assert!(found.bits >= CERTAIN && found.headers == 4);
    }

    fn taken_up(bytes: &[u8], starts: &[usize]) -> Option<Found> {
        firm(bytes, starts, find(bytes, starts, Expectation::default())?, Expectation::default())
    }

    #[test]
    fn passes_over_noise_that_leads_to_a_header() {
        let noise = [0x82, 0x0a, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7];
        let bytes = [&[7; 30][..], &noise, &server_frames()].concat();
        let found = find(&bytes, &[], Expectation::default()).unwrap();
        assert_eq!((found.at, found.headers), (30, 5));
        let firm = taken_up(&bytes, &[]).unwrap();
        assert_eq!((firm.at, firm.headers), (42, 4));
    }

    #[test]
    fn keeps_a_header_that_stands_where_segments_do() {
        // Four compressed messages right behind a gap, a segment each: the first is as true as the others.
        let lengths = [5, 37, 7, 1];
        let (mut bytes, mut starts) = (Vec::new(), Vec::new());
        for length in lengths {
            starts.push(bytes.len());
            bytes.extend([0xc1, length]);
            bytes.extend(vec![0xaa; length.into()]);
        }
        let expectation = Expectation { masked: Some(false), deflate: true };
        let found = find(&bytes, &starts, expectation).unwrap();
        assert_eq!((found.at, found.headers), (0, 4));
        assert_eq!(firm(&bytes, &starts, found, expectation), Some(found));
    }

    #[test]
    fn believes_a_header_no_more_than_it_says_itself() {
        // Together they would do, but the first may be noise, and then nothing speaks for the last but itself.
        let bytes = [&[7; 30][..], &[0x81, 5], b"hello", &[0x82, 2, 7, 7]].concat();
        let found = find(&bytes, &[], Expectation::default()).unwrap();
        assert!((found.at, found.headers) == (30, 2) && found.bits >= LIKELY);
        let last = taken_up(&bytes, &[]).unwrap();
        assert!((last.at, last.headers) == (37, 1) && last.bits < LIKELY, "{last:?}");
    }

    #[test]
    fn takes_no_header_out_of_a_text() {
        let text = "час восьмой, и все мы ждём".as_bytes();
        // The last byte of a letter and a blank: the header of a text of 32 bytes.
        let at = text.windows(2).position(|pair| pair == [0x81, b' ']).unwrap();
        assert!(is_within_text(text, at));
        assert!(!is_within_text(&text[at..], 0), "nothing stands before it");
        assert!(!is_within_text(&[b"text", &server_frames()[..]].concat(), 4));
    }

    #[test]
    fn believes_neither_zeros_nor_noise() {
        assert!(find(&[0; 5000], &[], Expectation::default()).is_none_or(|found| found.bits < LIKELY));
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(20_000)
        .collect();
        let found = find(&noise, &[], Expectation::default());
        assert!(found.is_none_or(|found| found.bits < CERTAIN), "{found:?}");
    }
}
