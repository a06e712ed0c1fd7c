//! The place as an address's fragment, which no host ever sees: `#sample=long&message=3.12&tab=frames`. What is as it is by
//! default is left out. Whatever somebody else wrote into an address may come back here, so lengths are bounded, and what is not
//! understood is as by default.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sockscope_core::session::api::{ConnectionOrder, Direction, MessageName, MessageOrder, TimeSpan};

use super::{Panes, Place, Shown, Tab, View};
use crate::hidden;
use crate::inspector::payload::Choices;
use crate::opening::Mark;

/// The longest fragment that is read.
const LONGEST: usize = 16 << 10;
/// The longest filter, and the longest name of a file, in bytes.
const FILTER: usize = 4096;
const NAME: usize = 255;
/// The view that is not the usual one.
const CONVERSATION: &str = "conversation";
/// The most files, and the most ports.
const FILES: usize = 16;
const PORTS: usize = 64;

/// What an address says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fragment {
    /// The capture.
    pub source: Source,
    /// Servers' ports that are read as WebSocket although no handshake was captured.
    pub decode_as: Vec<u16>,
    /// The place in it.
    pub place: Place,
}

/// Where a capture comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Source {
    /// From nowhere: nothing is open.
    #[default]
    None,
    /// A sample, by its name.
    Sample(String),
    /// Files that somebody has to give again.
    Files(Vec<Mark>),
}

impl Fragment {
    /// As it stands behind the `#`; empty if nothing is open.
    pub fn encode(&self) -> String {
        let mut pairs = Pairs(Vec::new());
        match &self.source {
            Source::None => return String::new(),
            Source::Sample(name) => pairs.add("sample", name),
            Source::Files(marks) => {
                for mark in marks.iter().take(FILES) {
                    pairs.add("file", &format!("{}-{}-{}", mark.size, mark.sha256, mark.name));
                }
            }
        }
        let (place, usual) = (&self.place, Place::default());
        if !self.decode_as.is_empty() {
            let ports: Vec<String> = self.decode_as.iter().take(PORTS).map(u16::to_string).collect();
            pairs.add("decode-as", &ports.join(","));
        }
        if !place.filter.is_empty() && place.filter.len() <= FILTER {
            pairs.add("filter", &place.filter);
        }
        let hidden: Vec<&str> = PARTS
            .iter()
            .filter(|(_, part)| !*part(&mut place.shown.clone()))
            .map(|(name, _)| *name)
            .collect();
        if !hidden.is_empty() {
            pairs.add("hidden", &hidden.join(","));
        }
        if place.shown.only_diagnostics {
            pairs.add("only", "diagnostics");
        }
        if let Some(TimeSpan { start, end }) = place.span {
            pairs.add("span", &format!("{start}-{end}"));
        }
        if let Some(connection) = place.connection {
            pairs.add("connection", &connection.to_string());
        }
        if place.connection_order != usual.connection_order {
            let ConnectionOrder { key, direction } = place.connection_order;
            pairs.add("connections-by", &format!("{}.{}", word(&key), word(&direction)));
        }
        if let Some(MessageName { connection, message }) = place.message {
            pairs.add("message", &format!("{connection}.{message}"));
        }
        if place.view == View::Conversation {
            pairs.add("view", CONVERSATION);
        }
        if place.order != usual.order {
            let MessageOrder { key, direction } = place.order;
            pairs.add("messages-by", &format!("{}.{}", word(&key), word(&direction)));
        }
        if place.tab != usual.tab {
            pairs.add("tab", &place.tab.name().to_ascii_lowercase());
        }
        let words = place.payload.words();
        if !words.is_empty() {
            pairs.add("payload", &words.join(","));
        }
        if place.panes != usual.panes {
            pairs.add("panes", &format!("{}.{}", place.panes.connections, place.panes.inspector));
        }
        pairs.0.join("&")
    }

    /// What a fragment says, with or without its `#`.
    pub fn decode(fragment: &str) -> Self {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let mut read = Self::default();
        if fragment.len() > LONGEST {
            return read;
        }
        for pair in fragment.split('&') {
            let Some((key, value)) = pair.split_once('=') else { continue };
            if let Some(value) = unescape(value) {
                // What is not understood leaves what is there.
                let _ = read.take(key, &value);
            }
        }
        read
    }

    /// What a link says that somebody pasted, whatever page it was copied from; `None`: it is no link to a place.
    pub fn of_link(link: &str) -> Option<Self> {
        let (_, fragment) = link.trim().split_once('#')?;
        let read = Self::decode(fragment);
        (read.source != Source::None).then_some(read)
    }

    fn take(&mut self, key: &str, value: &str) -> Option<()> {
        let place = &mut self.place;
        match key {
            "sample" if value.len() <= NAME => self.source = Source::Sample(value.to_owned()),
            "file" => {
                let mark = mark(value)?;
                match &mut self.source {
                    Source::Files(marks) if marks.len() < FILES => marks.push(mark),
                    Source::Files(_) => {}
                    source => *source = Source::Files(vec![mark]),
                }
            }
            "decode-as" => {
                self.decode_as = value.split(',').filter_map(|port| port.parse().ok()).take(PORTS).collect()
            }
            // A link may hide letters in it.
            "filter" if value.len() <= FILTER => {
                place.filter = hidden::escaped(value, 0).map_or_else(|| value.to_owned(), |(shown, _)| shown);
            }
            "hidden" => {
                for name in value.split(',').take(PARTS.len()) {
                    if let Some((_, part)) = PARTS.iter().find(|(part, _)| *part == name) {
                        *part(&mut place.shown) = false;
                    }
                }
            }
            "only" => place.shown.only_diagnostics = value == "diagnostics",
            "span" => {
                let (start, end) = numbers(value, '-')?;
                place.span = (start < end).then_some(TimeSpan { start, end });
            }
            "connection" => place.connection = Some(value.parse().ok()?),
            "connections-by" => {
                let (key, direction) = value.split_once('.')?;
                place.connection_order =
                    ConnectionOrder { key: from_word(key)?, direction: from_word::<Direction>(direction)? };
            }
            "message" => {
                let (connection, message) = numbers(value, '.')?;
                place.message = Some(MessageName { connection, message });
            }
            "view" if value == CONVERSATION => place.view = View::Conversation,
            "messages-by" => {
                let (key, direction) = value.split_once('.')?;
                place.order = MessageOrder { key: from_word(key)?, direction: from_word(direction)? };
            }
            "tab" => place.tab = Tab::ALL.into_iter().find(|tab| tab.name().eq_ignore_ascii_case(value))?,
            "payload" => place.payload = Choices::from_words(value.split(',')),
            "panes" => {
                let (connections, inspector) = numbers(value, '.')?;
                place.panes = Panes::new(connections as f64, inspector as f64);
            }
            _ => {}
        }
        Some(())
    }
}

/// The part of a [`Shown`] that a name in an address stands for.
type Part = fn(&mut Shown) -> &mut bool;

const PARTS: [(&str, Part); 5] = [
    ("client", |shown| &mut shown.client),
    ("server", |shown| &mut shown.server),
    ("text", |shown| &mut shown.text),
    ("binary", |shown| &mut shown.binary),
    ("control", |shown| &mut shown.control),
];

struct Pairs(Vec<String>);

impl Pairs {
    fn add(&mut self, key: &str, value: &str) {
        self.0.push(format!("{key}={}", escape(value)));
    }
}

fn mark(value: &str) -> Option<Mark> {
    let mut parts = value.splitn(3, '-');
    let size = parts.next()?.parse().ok()?;
    let sha256 = parts.next()?.to_owned();
    let name = parts.next()?.to_owned();
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (is_hash && !name.is_empty() && name.len() <= NAME).then_some(Mark { name, size, sha256 })
}

fn numbers(value: &str, between: char) -> Option<(u64, u64)> {
    let (first, second) = value.split_once(between)?;
    Some((first.parse().ok()?, second.parse().ok()?))
}

/// The word that a value without fields has in the api's JSON.
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn from_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// Percent-encodes what has a meaning in a fragment, or that a program that finds addresses in text would end at (RFC 3986 §2).
fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' | b':' | b'/' => {
                out.push(char::from(byte))
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Takes [`escape`] back; `None`: it is cut, or no UTF-8.
fn unescape(value: &str) -> Option<String> {
    let mut out = Vec::with_capacity(value.len());
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let (high, low) = (digit(bytes.next()?)?, digit(bytes.next()?)?);
                high << 4 | low
            }
            byte => byte,
        });
    }
    String::from_utf8(out).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use sockscope_core::session::api::{ConnectionKey, MessageKey};

    use super::*;

    fn everything() -> Fragment {
        let place = Place {
            filter: "text contains \"a&b=c#d%\" and from == client é".into(),
            shown: Shown { client: false, control: false, only_diagnostics: true, ..Shown::default() },
            span: Some(TimeSpan { start: 1_700_000_000_000_000_005, end: u64::MAX }),
            connection: Some(7),
            connection_order: ConnectionOrder {
                key: ConnectionKey::Verdict,
                direction: Direction::Descending,
            },
            message: Some(MessageName { connection: 7, message: 1204 }),
            view: View::Conversation,
            order: MessageOrder { key: MessageKey::WireLength, direction: Direction::Descending },
            tab: Tab::Handshake,
            payload: Choices::from_words(["json:text", "bytes:hex", "wire", "wrapped", "pretty"].into_iter()),
            panes: Panes::new(300.0, 512.0),
        };
        let files =
            vec![Mark::of("a b&c-d.pcap".into(), 12, b"abc"), Mark::of("ä.pcapng".into(), u64::MAX, b"")];
        Fragment { source: Source::Files(files), decode_as: vec![8001, 65535], place }
    }

    #[test]
    fn a_place_comes_back_as_it_was() {
        let fragment = everything();
        let encoded = fragment.encode();
        assert_eq!(Fragment::decode(&encoded), fragment);
        assert_eq!(Fragment::decode(&format!("#{encoded}")), fragment);
        assert!(encoded.is_ascii() && !encoded.contains(['#', '"', ' ']), "{encoded}");
    }

    #[test]
    fn letters_that_are_not_seen_become_escapes() {
        let fragment = Fragment::decode("filter=text%20contains%20%22%E2%80%AEx%22");
        assert_eq!(fragment.place.filter, "text contains \"\\u{202e}x\"");
    }

    #[test]
    fn what_is_usual_is_left_out() {
        let mut fragment = Fragment { source: Source::Sample("long".into()), ..Fragment::default() };
        assert_eq!(fragment.encode(), "sample=long");
        fragment.place.message = Some(MessageName { connection: 3, message: 12 });
        fragment.place.tab = Tab::Frames;
        assert_eq!(fragment.encode(), "sample=long&message=3.12&tab=frames");
        assert_eq!(Fragment::default().encode(), "");
    }

    #[test]
    fn a_link_names_a_capture() {
        for nothing in ["", "1204", "#", "#12", "https://example.org/#tab=frames"] {
            assert_eq!(Fragment::of_link(nothing), None, "{nothing}");
        }
        let expected = Fragment { source: Source::Sample("long".into()), ..Fragment::default() };
        for link in ["#sample=long", " https://example.org/a?b#sample=long\n", "sockscope:#sample=long"] {
            assert_eq!(Fragment::of_link(link), Some(expected.clone()), "{link}");
        }
    }

    #[test]
    fn what_is_not_understood_is_as_by_default() {
        let hash = "0".repeat(64);
        for fragment in [
            "",
            "#",
            "&&&==&",
            "tab=everything&message=1&message=a.b&connection=-1&connection=99999999999999999999",
            "span=5-5&span=9-1&span=x",
            "filter=%&filter=%4&filter=%zz&filter=%ff&filter=%c3",
            "messages-by=found&messages-by=size.ascending&connections-by=number.sideways",
            "decode-as=http,99999",
            "payload=everything,json:,:hex,json:tree,WIRE",
            "hidden=everything&only=errors&unknown=1",
            "view=table&view=everything",
            &format!("file=1-{hash}-&file=-{hash}-a&file=1-00-a&file=1-{}-a", "Z".repeat(64)),
            &format!("file=1-{hash}-{}", "a".repeat(NAME + 1)),
            &format!("filter={}", "a".repeat(FILTER + 1)),
            &format!("sample={}", "a".repeat(LONGEST)),
        ] {
            assert_eq!(Fragment::decode(fragment), Fragment::default(), "{fragment}");
        }
    }

    #[test]
    fn what_is_taken_is_bounded() {
        let mark = format!("file=1-{}-a", "0".repeat(64));
        let many = Fragment::decode(&vec![mark; 100].join("&"));
        assert!(matches!(many.source, Source::Files(marks) if marks.len() == FILES));
        let ports = Fragment::decode(&format!("decode-as={}", vec!["1"; 1000].join(",")));
        assert_eq!(ports.decode_as.len(), PORTS);
        let wide = Fragment::decode("panes=0.18446744073709551615").place.panes;
        assert_eq!(wide, Panes { connections: Panes::LEAST, inspector: Panes::MOST });
    }
}
