//! A JSON text as a tree that is never built: a container's children are read when they are asked for, a page at a
//! time, each with its byte range. What is kept of a container is one offset for every 1,024 children.
//!
//! Nodes are known by the offset of their first byte. Names that stand twice are both there; numbers are as written.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::text::{at_character, unescape};
use super::token::{Broken, Container, Lexeme, Token, Tokens};

/// Children between two landmarks.
const EVERY: u64 = 1024;
/// Children in one page at most.
pub const PAGE: usize = 1000;
/// Bytes of a name or a value that a node shows.
pub const SHOWN: usize = 200;

/// Bytes of a container whose children are counted.
pub const COUNTED: usize = 16 << 10;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number.
    Number,
    /// `true` or `false`
    Boolean,
    /// `null`
    Null,
}

impl Kind {
    /// Of the value that begins with this token.
    pub(super) fn of(token: Token) -> Self {
        match token {
            Token::OpenObject | Token::CloseObject => Self::Object,
            Token::OpenArray | Token::CloseArray => Self::Array,
            Token::Key | Token::Text => Self::String,
            Token::Number => Self::Number,
            Token::True | Token::False => Self::Boolean,
            Token::Null => Self::Null,
        }
    }
}

/// One value, as a line of a tree shows it. Offsets are bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its place among its siblings, from 0.
    pub index: u64,
    /// Its name, if it is a member of an object: its first [`SHOWN`] bytes, unescaped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Where its name stands, quotes included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_range: Option<(u64, u64)>,
    /// What it is.
    pub kind: Kind,
    /// Offset of its first byte: by this it is known.
    pub start: u64,
    /// Offset behind its last byte.
    pub end: u64,
    /// Its first [`SHOWN`] bytes: a string unescaped, anything else as written.
    pub shown: String,
    /// There is more of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// It is an array or an object with nothing in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub empty: bool,
    /// How many children an array or an object has, if it has no more than [`COUNTED`] bytes: a page of long ones
    /// would be read to their ends only to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<u64>,
}

/// A child of a container: ranges only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// Its place among its siblings, from 0.
    pub index: u64,
    /// Where its name stands, quotes included, if it has one.
    pub key: Option<Range<usize>>,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub value: Range<usize>,
}

impl Child {
    /// What a tree shows of it.
    pub fn node(&self, text: &[u8]) -> Node {
        let written = text.get(self.value.clone()).unwrap_or_default();
        let (shown, cut) = match self.kind {
            Kind::String => {
                let unescaped = unescape(written, SHOWN);
                (unescaped.text, unescaped.cut)
            }
            _ => {
                let beginning = written.get(..at_character(written, SHOWN)).unwrap_or_default();
                (String::from_utf8_lossy(beginning).into_owned(), beginning.len() < written.len())
            }
        };
        let is_container = matches!(self.kind, Kind::Object | Kind::Array);
        let inner = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
        Node {
            index: self.index,
            key: self.key.clone().map(|key| unescape(text.get(key).unwrap_or_default(), SHOWN).text),
            key_range: self.key.as_ref().map(|key| (key.start as u64, key.end as u64)),
            kind: self.kind,
            start: self.value.start as u64,
            end: self.value.end as u64,
            shown,
            cut,
            empty: is_container && inner.iter().all(u8::is_ascii_whitespace),
            children: (is_container && written.len() <= COUNTED)
                .then(|| Children::of(written, Some(0)).count() as u64),
        }
    }
}

/// The children of a container, or the values of the text, in order. Ends behind the last one, or at the first fault.
#[derive(Debug)]
pub struct Children<'a> {
    tokens: Tokens<'a>,
    /// Depth of a child's own tokens.
    depth: usize,
    next: u64,
    place: usize,
    broken: Option<Broken>,
    unfinished: Option<Child>,
}

impl<'a> Children<'a> {
    /// Of the container that begins at an offset, or, for `None`, the values that stand in the text beside each other.
    pub fn of(text: &'a [u8], container: Option<u64>) -> Self {
        let Some(start) = container.and_then(|start| usize::try_from(start).ok()) else {
            return Self {
                tokens: Tokens::new(text),
                depth: 0,
                next: 0,
                place: 0,
                broken: None,
                unfinished: None,
            };
        };
        match text.get(start) {
            Some(b'[') => Self::from(text, Some(Container::Array), start + 1, 0),
            Some(b'{') => Self::from(text, Some(Container::Object), start + 1, 0),
            // A scalar has none.
            _ => Self {
                tokens: Tokens::new(&[]),
                depth: 0,
                next: 0,
                place: start,
                broken: None,
                unfinished: None,
            },
        }
    }

    fn from(text: &'a [u8], container: Option<Container>, place: usize, next: u64) -> Self {
        let tokens = match container {
            Some(container) => Tokens::within(text, place, container),
            None => Tokens::at(text, place),
        };
        Self { depth: tokens.depth(), tokens, next, place, broken: None, unfinished: None }
    }

    /// What ended them early.
    pub fn broken(&self) -> Option<Broken> {
        self.broken
    }

    fn token(&mut self) -> Option<Lexeme> {
        self.tokens.next_token().unwrap_or_else(|broken| {
            self.broken = Some(broken);
            None
        })
    }
}

impl Iterator for Children<'_> {
    type Item = Child;

    fn next(&mut self) -> Option<Child> {
        let mut first = self.token()?;
        if self.tokens.depth() < self.depth {
            self.tokens = Tokens::new(&[]);
            return None;
        }
        let key = (first.token == Token::Key).then_some(first.start..first.end);
        self.place = first.start;
        if key.is_some() {
            first = self.token()?;
        }
        let mut child =
            Child { index: self.next, key, kind: Kind::of(first.token), value: first.start..first.end };
        while self.tokens.depth() > self.depth {
            let Some(lexeme) = self.token() else {
                child.value.end = self.broken.map_or(child.value.end, |broken| broken.offset);
                self.unfinished = Some(child);
                return None;
            };
            child.value.end = lexeme.end;
        }
        self.next += 1;
        Some(child)
    }
}

/// Where the children of one container are, so that any page of a million is found at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landmarks {
    container: Option<Container>,
    /// Offset of every 1,024th child.
    offsets: Vec<usize>,
    count: u64,
    broken: Option<Broken>,
    unfinished: Option<Child>,
}

impl Landmarks {
    /// Of the container that begins at an offset, or, for `None`, of the text's values.
    pub fn of(text: &[u8], container: Option<u64>) -> Self {
        let mut children = Children::of(text, container);
        let kind = children.tokens.container();
        let (mut offsets, mut count) = (Vec::new(), 0);
        while children.next().is_some() {
            if count % EVERY == 0 {
                offsets.push(children.place);
            }
            count += 1;
        }
        let broken = children.broken();
        Self { container: kind, offsets, count, broken, unfinished: children.unfinished }
    }

    /// How many children there are; where the text is broken, before that place.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Where the text stops being JSON within this container, and why.
    pub fn broken(&self) -> Option<Broken> {
        self.broken
    }

    /// The array or object behind those children that the text is broken in; it ends at that place.
    pub fn unfinished(&self) -> Option<&Child> {
        self.unfinished.as_ref()
    }

    /// Up to `most` children from the one with this index on; never more than [`PAGE`].
    pub fn page(&self, text: &[u8], from: u64, most: usize) -> Vec<Node> {
        let landmark = usize::try_from(from / EVERY).ok().and_then(|at| self.offsets.get(at));
        let Some(&place) = landmark else { return Vec::new() };
        let first = from / EVERY * EVERY;
        let children = Children::from(text, self.container, place, first);
        let skip = usize::try_from(from - first).unwrap_or(usize::MAX);
        children.skip(skip).take(most.min(PAGE)).map(|child| child.node(text)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#" {"a":1,"a":1.00,"b":[{},[2 ]],"ü":"\u00fc\n"} [] "#;

    /// The ranges of a container's children, as text.
    fn check(container: Option<u64>, expected: &[&str]) {
        let children: Vec<_> = Children::of(TEXT.as_bytes(), container).collect();
        let seen: Vec<_> = children.iter().map(|child| &TEXT[child.value.clone()]).collect();
        assert_eq!(seen, expected);
        assert!(children.iter().enumerate().all(|(at, child)| child.index == at as u64));
    }

    #[test]
    fn children_keep_their_order_and_their_duplicates() {
        check(None, &[r#"{"a":1,"a":1.00,"b":[{},[2 ]],"ü":"\u00fc\n"}"#, "[]"]);
        check(Some(1), &["1", "1.00", "[{},[2 ]]", r#""\u00fc\n""#]);
        check(Some(21), &["{}", "[2 ]"]);
        check(Some(6), &[]);
        check(Some(1 << 40), &[]);
    }

    #[test]
    fn nodes_show_what_they_are() {
        let page = Landmarks::of(TEXT.as_bytes(), Some(1)).page(TEXT.as_bytes(), 1, 9);
        let keys: Vec<_> = page.iter().map(|node| node.key.as_deref().unwrap()).collect();
        assert_eq!(keys, ["a", "b", "ü"]);
        assert_eq!((page[0].shown.as_str(), page[2].shown.as_str()), ("1.00", "ü\n"));
        assert_eq!(page[1].kind, Kind::Array);
        assert_eq!((page[0].children, page[1].children), (None, Some(2)));
        assert!(
            !page[1].empty && Landmarks::of(TEXT.as_bytes(), Some(21)).page(TEXT.as_bytes(), 0, 1)[0].empty
        );
    }

    #[test]
    fn any_page_of_many_children() {
        let text: Vec<u8> =
            format!("[{}]", (0..5000).map(|n| n.to_string()).collect::<Vec<_>>().join(",")).into();
        let landmarks = Landmarks::of(&text, Some(0));
        assert_eq!((landmarks.count(), landmarks.offsets.len()), (5000, 5));
        for from in [0, 1, 1023, 1024, 1025, 4999] {
            let page = landmarks.page(&text, from, 3);
            assert_eq!(page[0].shown, from.to_string());
            assert_eq!(page[0].index, from);
        }
        assert!(landmarks.page(&text, 5000, 3).is_empty());
        assert_eq!(landmarks.page(&text, 0, usize::MAX).len(), PAGE);
    }

    #[test]
    fn a_broken_text_shows_what_stands_before() {
        let landmarks = Landmarks::of(b"[1,2,x]", Some(0));
        assert_eq!((landmarks.count(), landmarks.broken().unwrap().offset), (2, 5));
        assert_eq!(Landmarks::of(b"[[[[", Some(0)).count(), 0);
        let text = br#"[1] [2,{"a":[3,x"#;
        let values = Landmarks::of(text, None);
        let unfinished = values.unfinished().unwrap();
        assert_eq!((values.count(), unfinished.index, unfinished.value.clone()), (1, 1, 4..15));
        let within = Landmarks::of(text, Some(4));
        assert_eq!(within.unfinished().unwrap().value, 7..15);
        assert_eq!(within.unfinished().unwrap().node(text).children, Some(0));
        let member = Landmarks::of(text, Some(7));
        assert_eq!(member.unfinished().unwrap().key, Some(8..11));
        assert_eq!(Landmarks::of(text, Some(12)).unfinished(), None, "it is no array that is missing");
    }
}
