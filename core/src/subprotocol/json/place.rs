//! Turns a byte offset into the node that holds it and the node's path, and a path into its node: JSON Pointer
//! (RFC 6901), and as JavaScript writes it. Every question is one pass over the text, however deep it nests.

use std::fmt::Write as _;
use std::ops::Range;

use super::text::unescape;
use super::token::{Lexeme, Token, Tokens};
use super::tree::{Child, Kind};

/// Levels of a path at most: what is deeper belongs to the node at this depth.
pub const DEEPEST: usize = 4096;
/// Bytes of a name in a path at most.
const NAME: usize = 64 << 10;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into an array, or to one of several values that stand beside each other.
    Index(u64),
    /// Into an object.
    Name(String),
}

/// A node and the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The steps from the text's value; where the text holds several, the first step is the number of one.
    pub steps: Vec<Step>,
    /// The node.
    pub node: Child,
}

impl Place {
    /// As JSON Pointer (RFC 6901): `/a~1b/0`; empty for the whole value.
    pub fn pointer(&self) -> String {
        let mut out = String::new();
        for step in &self.steps {
            let _ = match step {
                Step::Index(index) => write!(out, "/{index}"),
                Step::Name(name) => write!(out, "/{}", name.replace('~', "~0").replace('/', "~1")),
            };
        }
        out
    }

    /// As JavaScript goes there from the value: `items[0]["odd name"]`; empty for the whole value.
    pub fn javascript(&self) -> String {
        let mut out = String::new();
        for step in &self.steps {
            let _ = match step {
                Step::Index(index) => write!(out, "[{index}]"),
                Step::Name(name) if is_identifier(name) => {
                    write!(out, "{}{name}", if out.is_empty() { "" } else { "." })
                }
                Step::Name(name) => write!(out, "[{}]", serde_json::to_string(name).unwrap_or_default()),
            };
        }
        out
    }
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
}

/// The innermost node that holds the byte at an offset. A member's name belongs to its value; white space, commas
/// and colons belong to the container. `None` outside of every value, and where the text is broken before the node
/// ends.
pub fn at_offset(text: &[u8], offset: u64) -> Option<Place> {
    let offset = usize::try_from(offset).ok()?;
    let mut way = Way { text, tokens: Tokens::new(text), open: Vec::new(), values: 0 };
    let mut key: Option<Range<usize>> = None;
    loop {
        let depth = way.tokens.depth();
        let lexeme = way.tokens.next_token().ok()??;
        let is_reached = lexeme.end > offset;
        let is_behind = lexeme.start > offset;
        match lexeme.token {
            Token::CloseArray | Token::CloseObject => {
                if is_reached {
                    return way.place(Some(lexeme.end).filter(|_| depth <= DEEPEST));
                }
                way.open.truncate(depth.saturating_sub(1));
            }
            _ if depth >= DEEPEST => {
                if is_reached {
                    return way.place(None);
                }
            }
            Token::Key if is_behind => return way.place(None),
            Token::Key => key = Some(lexeme.start..lexeme.end),
            _ => {
                let in_name = key.as_ref().is_some_and(|key| key.contains(&offset));
                if is_behind && !in_name {
                    return way.place(None);
                }
                way.enter(lexeme, key.take());
                let is_scalar = way.tokens.depth() == depth;
                if is_reached {
                    return way.place(Some(lexeme.end).filter(|_| is_scalar));
                }
                if is_scalar {
                    way.open.pop();
                }
            }
        }
    }
}

/// A value that has begun and not ended.
struct Open {
    start: usize,
    kind: Kind,
    index: u64,
    key: Option<Range<usize>>,
    /// Children begun so far.
    children: u64,
}

/// The way down to where the tokens are.
struct Way<'a> {
    text: &'a [u8],
    tokens: Tokens<'a>,
    /// `open.len() <= DEEPEST + 1`
    open: Vec<Open>,
    /// Values begun that nothing encloses.
    values: u64,
}

impl Way<'_> {
    fn enter(&mut self, lexeme: Lexeme, key: Option<Range<usize>>) {
        let counter = self.open.last_mut().map_or(&mut self.values, |open| &mut open.children);
        let index = *counter;
        *counter += 1;
        self.open.push(Open { start: lexeme.start, kind: Kind::of(lexeme.token), index, key, children: 0 });
    }

    /// The innermost value that has begun; its end, if it is known already.
    fn place(mut self, end: Option<usize>) -> Option<Place> {
        let depth = self.open.len().checked_sub(1)?;
        let end = match end {
            Some(end) => end,
            None => self.end_at(depth)?,
        };
        let is_one_of_several = self.open.first()?.index > 0 || self.is_followed();
        let steps = self.open.iter().skip(usize::from(!is_one_of_several));
        let steps = steps.map(|open| match &open.key {
            Some(key) => Step::Name(unescape(self.text.get(key.clone()).unwrap_or_default(), NAME).text),
            None => Step::Index(open.index),
        });
        let steps = steps.collect();
        let Open { start, kind, index, key, .. } = self.open.pop()?;
        Some(Place { steps, node: Child { index, key, kind, value: start..end } })
    }

    /// Where the container ends that is `depth` levels down.
    fn end_at(&mut self, depth: usize) -> Option<usize> {
        loop {
            let lexeme = self.tokens.next_token().ok()??;
            if self.tokens.depth() <= depth {
                return Some(lexeme.end);
            }
        }
    }

    /// Whether another value stands behind the one that the tokens are in.
    fn is_followed(&mut self) -> bool {
        while self.tokens.depth() > 0 {
            if !matches!(self.tokens.next_token(), Ok(Some(_))) {
                return false;
            }
        }
        matches!(self.tokens.next_token(), Ok(Some(_)))
    }
}

/// The node that a JSON Pointer names (RFC 6901). Of members with the same name the last counts, as in `JSON.parse`.
/// Where the text holds several values, the first step is the number of one.
pub fn at_pointer(text: &[u8], pointer: &str) -> Option<Child> {
    let mut steps = steps(pointer)?;
    let mut search = Search { tokens: Tokens::new(text), children: vec![0], found: None };
    if !is_several(text) {
        steps.insert(0, "0".to_owned());
    }
    search.run(text, &steps);
    search.found
}

/// The steps of a pointer (RFC 6901 §3, §4).
fn steps(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let steps = pointer.strip_prefix('/')?.split('/');
    Some(steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect())
}

fn is_several(text: &[u8]) -> bool {
    let (mut tokens, mut values) = (Tokens::new(text), 0);
    while let Ok(Some(_)) = tokens.next_token() {
        values += u32::from(tokens.depth() == 0);
        if values == 2 {
            return true;
        }
    }
    false
}

/// A pass over a text along the steps of a pointer.
struct Search<'a> {
    tokens: Tokens<'a>,
    /// Children begun, of the text and of each open container on the way; never empty.
    children: Vec<u64>,
    found: Option<Child>,
}

impl Search<'_> {
    fn run(&mut self, text: &[u8], steps: &[String]) {
        let mut key = None;
        // The node has begun and not ended.
        let mut unfinished = false;
        loop {
            let depth = self.tokens.depth();
            let Ok(Some(lexeme)) = self.tokens.next_token() else {
                if unfinished {
                    self.found = None;
                }
                return;
            };
            match lexeme.token {
                Token::CloseArray | Token::CloseObject => {
                    if unfinished && depth == steps.len() {
                        unfinished = false;
                        if let Some(found) = &mut self.found {
                            found.value.end = lexeme.end;
                        }
                    }
                    self.children.truncate(depth.max(1));
                }
                // Off the way: what encloses it is not on it.
                _ if depth + 1 != self.children.len() => {}
                Token::Key => key = Some(lexeme.start..lexeme.end),
                _ => {
                    let Some(counter) = self.children.last_mut() else { return };
                    let index = *counter;
                    *counter += 1;
                    let key = key.take();
                    let Some(step) = steps.get(depth) else { continue };
                    let is_on_the_way = match &key {
                        Some(key) => names(text.get(key.clone()).unwrap_or_default(), step),
                        None => *step == index.to_string(),
                    };
                    if !is_on_the_way {
                        continue;
                    }
                    // What was found in an earlier member of the same name does not count any more.
                    self.found = None;
                    let is_container = self.tokens.depth() > depth;
                    if depth + 1 == steps.len() {
                        let kind = Kind::of(lexeme.token);
                        self.found = Some(Child { index, key, kind, value: lexeme.start..lexeme.end });
                        unfinished = is_container;
                    } else if is_container {
                        self.children.push(0);
                    }
                }
            }
        }
    }
}

/// Whether a name, as written, means this one.
fn names(written: &[u8], name: &str) -> bool {
    unescape(written, name.len() + 1).text == name
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"a": [10, {"b/c~d": "x", "é e": null}], "a": {"_x$": -1.0, "": []}, "n": 1e400}"#;

    fn check(within: &str, pointer: &str, javascript: &str, node: &str) {
        let offset = TEXT.find(within).unwrap();
        let place = at_offset(TEXT.as_bytes(), offset as u64).unwrap();
        assert_eq!(place.pointer(), pointer, "{within}");
        assert_eq!(place.javascript(), javascript, "{within}");
        assert_eq!(&TEXT[place.node.value], node, "{within}");
    }

    #[test]
    fn offsets_become_paths() {
        check("{\"a", "", "", TEXT);
        check("10", "/a/0", "a[0]", "10");
        check("b/c", "/a/1/b~1c~0d", r#"a[1]["b/c~d"]"#, "\"x\"");
        check("x\", ", "/a/1/b~1c~0d", r#"a[1]["b/c~d"]"#, "\"x\"");
        check("null", "/a/1/é e", r#"a[1]["é e"]"#, "null");
        check("}], ", "/a/1", "a[1]", r#"{"b/c~d": "x", "é e": null}"#);
        check("], ", "/a", "a", r#"[10, {"b/c~d": "x", "é e": null}]"#);
        check(", {", "/a", "a", r#"[10, {"b/c~d": "x", "é e": null}]"#);
        check("_x$", "/a/_x$", "a._x$", "-1.0");
        check("[]", "/a/", r#"a[""]"#, "[]");
        check(": 1e4", "", "", TEXT);
        check("1e400", "/n", "n", "1e400");
        check("a\": {", "/a", "a", r#"{"_x$": -1.0, "": []}"#);
    }

    #[test]
    fn pointers_become_nodes() {
        let at = |pointer: &str| at_pointer(TEXT.as_bytes(), pointer).map(|node| &TEXT[node.value]);
        assert_eq!(at(""), Some(TEXT));
        assert_eq!(at("/n"), Some("1e400"));
        // Two members are called `a`, and the last counts.
        assert_eq!(at("/a"), Some(r#"{"_x$": -1.0, "": []}"#));
        assert_eq!(at("/a/_x$"), Some("-1.0"));
        assert_eq!(at("/a/"), Some("[]"));
        assert_eq!(at("/a/1"), None);
        assert_eq!(at("/a//0"), None);
        assert_eq!(at("n"), None);
        let list = br#"[[1,[2]],{"a~1":[3]}]"#;
        let at = |pointer: &str| at_pointer(list, pointer).map(|node| node.value);
        assert_eq!(
            (at("/0/1/0"), at("/1/a~01/0"), at("/00"), at("/2")),
            (Some(5..6), Some(17..18), None, None)
        );
    }

    #[test]
    fn several_values_are_numbered() {
        let text = b"{\"a\":1}\n{\"a\":[2]}";
        let place = at_offset(text, 14).unwrap();
        assert_eq!((place.pointer(), place.javascript()), ("/1/a/0".into(), "[1].a[0]".into()));
        assert_eq!(at_offset(text, 5).unwrap().pointer(), "/0/a");
        assert_eq!(at_pointer(text, "/1/a/0").unwrap().value, 14..15);
        assert_eq!(at_offset(text, 7), None);
        assert_eq!(at_offset(text, 99), None);
    }

    #[test]
    fn depth_is_bounded() {
        let text =
            [b'['].repeat(DEEPEST + 9).into_iter().chain([b']'].repeat(DEEPEST + 9)).collect::<Vec<_>>();
        let place = at_offset(&text, (DEEPEST + 5) as u64).unwrap();
        assert_eq!((place.steps.len(), place.node.value.start), (DEEPEST - 1, DEEPEST - 1));
        assert_eq!(place.node.value.end, text.len() - DEEPEST + 1);
        assert_eq!(at_offset(&text, DEEPEST as u64 + 12).unwrap(), place);
        assert_eq!(at_offset(&text, text.len() as u64 - 2).unwrap().pointer(), "/0");
    }
}
