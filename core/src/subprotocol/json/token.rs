//! Turns JSON text into tokens with their byte ranges (RFC 8259). Builds nothing, recurses nowhere, and keeps one bit
//! for each open bracket, so that a payload of nothing but brackets costs an eighth of itself.
//!
//! Our own, and not `serde_json`'s: that one gives no byte ranges, rounds numbers or keeps whole values, and stops for
//! good at the first fault. What it accepts is the oracle of the tests.

use std::fmt;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `{`
    OpenObject,
    /// `}`
    CloseObject,
    /// `[`
    OpenArray,
    /// `]`
    CloseArray,
    /// A member's name, with its quotes.
    Key,
    /// A string, with its quotes.
    Text,
    /// A number, as written.
    Number,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
}

/// A token and its place: `start < end <= length of the text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexeme {
    /// What it is.
    pub token: Token,
    /// Offset of its first byte.
    pub start: usize,
    /// Offset behind its last byte.
    pub end: usize,
}

/// Why a text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Something else stands where a value must.
    Value,
    /// Something else stands where a member's name must.
    Key,
    /// No colon behind a member's name.
    Colon,
    /// No comma and no closing bracket behind a value.
    Comma,
    /// Something stands directly behind a value.
    Behind,
    /// A number breaks RFC 8259 §6.
    Number,
    /// A backslash with nothing that can be escaped (§7).
    Escape,
    /// A control character within a string (§7).
    Control,
    /// The text ends within a string.
    UnfinishedString,
    /// The text ends within an array or an object.
    Unfinished,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Value => "a value must stand here",
            Self::Key => "a member's name must stand here",
            Self::Colon => "a colon must stand here",
            Self::Comma => "a comma or a closing bracket must stand here",
            Self::Behind => "something stands directly behind a value",
            Self::Number => "this is no number",
            Self::Escape => "this escape does not exist",
            Self::Control => "a control character within a string",
            Self::UnfinishedString => "the text ends within a string",
            Self::Unfinished => "the text ends within an array or an object",
        })
    }
}

/// Where a text stops being JSON, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Offset of the byte that cannot stand there.
    pub offset: usize,
    /// Why.
    pub fault: Fault,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no JSON at byte {}: {}", self.offset, self.fault)
    }
}

/// What encloses a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// An array.
    Array,
    /// An object.
    Object,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// Between values that nothing encloses.
    Top,
    Value,
    ValueOrClose,
    Key,
    KeyOrClose,
    Colon,
    CommaOrClose,
}

/// The tokens of a text, in order. Ends after the text, or after the first fault.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    bytes: &'a [u8],
    /// `at <= bytes.len()`
    at: usize,
    open: Nesting,
    expect: Expect,
    broken: bool,
}

impl<'a> Tokens<'a> {
    /// Of a whole text, which may hold several values: NDJSON, or values that follow one another with or without white
    /// space or the record separator (RFC 7464, and SignalR behind each of its messages). Scalars need one between them.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, open: Nesting::default(), expect: Expect::Top, broken: false }
    }

    /// From a place within a text at which a token begins, as if nothing enclosed it.
    pub fn at(bytes: &'a [u8], at: usize) -> Self {
        Self { at: at.min(bytes.len()), ..Self::new(bytes) }
    }

    /// From a place within a container at which a child begins; the first close ends the container itself.
    pub fn within(bytes: &'a [u8], at: usize, container: Container) -> Self {
        let mut tokens = Self::at(bytes, at);
        tokens.open.push(container);
        tokens.expect = tokens.first_of(container);
        tokens
    }

    /// How many containers are open.
    pub fn depth(&self) -> usize {
        self.open.depth
    }

    /// What encloses what comes next.
    pub fn container(&self) -> Option<Container> {
        self.open.top()
    }

    /// The next token.
    #[inline]
    pub fn next_token(&mut self) -> Result<Option<Lexeme>, Broken> {
        if self.broken {
            return Ok(None);
        }
        self.step().inspect_err(|_| self.broken = true)
    }

    fn step(&mut self) -> Result<Option<Lexeme>, Broken> {
        loop {
            self.skip_space();
            let start = self.at;
            let Some(&byte) = self.bytes.get(start) else {
                return if self.expect == Expect::Top {
                    Ok(None)
                } else {
                    self.fault(start, Fault::Unfinished)
                };
            };
            match self.expect {
                Expect::Colon if byte == b':' => {
                    self.at += 1;
                    self.expect = Expect::Value;
                }
                Expect::Colon => return self.fault(start, Fault::Colon),
                Expect::CommaOrClose if byte == b',' => {
                    self.at += 1;
                    let is_object = self.open.top() == Some(Container::Object);
                    self.expect = if is_object { Expect::Key } else { Expect::Value };
                }
                Expect::CommaOrClose => return self.close(byte, start, Fault::Comma),
                Expect::KeyOrClose if byte == b'}' => return self.close(byte, start, Fault::Key),
                Expect::Key | Expect::KeyOrClose if byte == b'"' => {
                    let end = self.string(start)?;
                    self.expect = Expect::Colon;
                    return self.token(Token::Key, start, end);
                }
                Expect::Key | Expect::KeyOrClose => return self.fault(start, Fault::Key),
                Expect::ValueOrClose if byte == b']' => return self.close(byte, start, Fault::Value),
                Expect::Top | Expect::Value | Expect::ValueOrClose => return self.value(byte, start),
            }
        }
    }

    fn value(&mut self, byte: u8, start: usize) -> Result<Option<Lexeme>, Broken> {
        let (token, end) = match byte {
            b'{' => return self.opened(Token::OpenObject, Container::Object, start),
            b'[' => return self.opened(Token::OpenArray, Container::Array, start),
            b'"' => (Token::Text, self.string(start)?),
            b't' => (Token::True, self.literal(start, b"true")?),
            b'f' => (Token::False, self.literal(start, b"false")?),
            b'n' => (Token::Null, self.literal(start, b"null")?),
            b'-' | b'0'..=b'9' => (Token::Number, self.number(start)?),
            _ => return self.fault(start, Fault::Value),
        };
        self.after_value();
        // Within a container the grammar sees to it; here nothing else would part `1` from `"a"`.
        if self.expect == Expect::Top && self.bytes.get(end).is_some_and(|byte| !is_separator(*byte)) {
            return self.fault(end, Fault::Behind);
        }
        self.token(token, start, end)
    }

    fn opened(&mut self, token: Token, container: Container, start: usize) -> Result<Option<Lexeme>, Broken> {
        self.open.push(container);
        self.expect = self.first_of(container);
        self.token(token, start, start + 1)
    }

    fn first_of(&self, container: Container) -> Expect {
        match container {
            Container::Array => Expect::ValueOrClose,
            Container::Object => Expect::KeyOrClose,
        }
    }

    fn close(&mut self, byte: u8, start: usize, fault: Fault) -> Result<Option<Lexeme>, Broken> {
        let token = match (byte, self.open.top()) {
            (b']', Some(Container::Array)) => Token::CloseArray,
            (b'}', Some(Container::Object)) => Token::CloseObject,
            _ => return self.fault(start, fault),
        };
        self.open.pop();
        self.after_value();
        self.token(token, start, start + 1)
    }

    fn after_value(&mut self) {
        self.expect = if self.open.depth == 0 { Expect::Top } else { Expect::CommaOrClose };
    }

    fn token(&mut self, token: Token, start: usize, end: usize) -> Result<Option<Lexeme>, Broken> {
        self.at = end;
        Ok(Some(Lexeme { token, start, end }))
    }

    fn fault<T>(&self, offset: usize, fault: Fault) -> Result<T, Broken> {
        Err(Broken { offset, fault })
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.bytes.get(self.at)
            && (is_space(*byte) || (*byte == RECORD_SEPARATOR && self.expect == Expect::Top))
        {
            self.at += 1;
        }
    }

    fn rest(&self, at: usize) -> &'a [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    /// The end of a string that begins with its quote at `start` (§7).
    fn string(&self, start: usize) -> Result<usize, Broken> {
        let mut at = start + 1;
        loop {
            at += plain(self.rest(at));
            match self.bytes.get(at) {
                Some(b'"') => return Ok(at + 1),
                Some(b'\\') => at += self.escape(at)?,
                Some(_) => return self.fault(at, Fault::Control),
                None => return self.fault(at, Fault::UnfinishedString),
            }
        }
    }

    /// The length of an escape. A lone surrogate is one too: the grammar of §7 allows it.
    fn escape(&self, at: usize) -> Result<usize, Broken> {
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
            Some(b'u') => {
                let digits =
                    self.rest(at + 2).iter().take(4).take_while(|byte| byte.is_ascii_hexdigit()).count();
                match digits {
                    4 => Ok(6),
                    _ if at + 2 + digits >= self.bytes.len() => {
                        self.fault(self.bytes.len(), Fault::UnfinishedString)
                    }
                    _ => self.fault(at, Fault::Escape),
                }
            }
            Some(_) => self.fault(at, Fault::Escape),
            None => self.fault(at + 1, Fault::UnfinishedString),
        }
    }

    fn literal(&self, start: usize, word: &[u8]) -> Result<usize, Broken> {
        match self.rest(start).starts_with(word) {
            true => Ok(start + word.len()),
            false => self.fault(start, Fault::Value),
        }
    }

    /// The end of a number (§6).
    fn number(&self, start: usize) -> Result<usize, Broken> {
        let mut at = start + usize::from(self.bytes.get(start) == Some(&b'-'));
        match self.bytes.get(at) {
            Some(b'0') => at += 1,
            _ => at += self.digits(at)?,
        }
        if self.bytes.get(at) == Some(&b'.') {
            at += 1;
            at += self.digits(at)?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(at) {
            at += 1;
            at += usize::from(matches!(self.bytes.get(at), Some(b'+' | b'-')));
            at += self.digits(at)?;
        }
        Ok(at)
    }

    /// At least one digit.
    fn digits(&self, at: usize) -> Result<usize, Broken> {
        match self.rest(at).iter().take_while(|byte| byte.is_ascii_digit()).count() {
            0 => self.fault(at, Fault::Number),
            count => Ok(count),
        }
    }
}

/// Bytes before the first quote, backslash or control character, eight at a time.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    // The highest bit of each byte that is below a bound, which holds for the lowest such byte and those before it.
    let below = |word: u64, bound: u8| word.wrapping_sub(ONES * u64::from(bound)) & !word & (ONES << 7);
    let mut at = 0;
    for chunk in bytes.chunks_exact(8) {
        let word = chunk.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte));
        let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
        let found = is(b'"') | is(b'\\') | below(word, 0x20);
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let found = rest.iter().position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\'));
    at + found.unwrap_or(rest.len())
}

const RECORD_SEPARATOR: u8 = 0x1e;

/// White space (§2).
#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn is_separator(byte: u8) -> bool {
    is_space(byte) || byte == RECORD_SEPARATOR
}

/// Which containers are open: a bit for each, the outermost first.
#[derive(Clone, Debug, Default)]
struct Nesting {
    /// A set bit is an object.
    bits: Vec<u64>,
    depth: usize,
}

impl Nesting {
    fn push(&mut self, container: Container) {
        let (word, bit) = (self.depth / 64, self.depth % 64);
        if word == self.bits.len() {
            self.bits.push(0);
        }
        if let Some(word) = self.bits.get_mut(word) {
            *word &= !(1 << bit);
            *word |= u64::from(container == Container::Object) << bit;
        }
        self.depth += 1;
    }

    fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn top(&self) -> Option<Container> {
        let last = self.depth.checked_sub(1)?;
        let word = self.bits.get(last / 64)?;
        Some(if (word >> (last % 64)) & 1 == 1 { Container::Object } else { Container::Array })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut tokens = Tokens::new(text.as_bytes());
        let mut seen = Vec::new();
        let end = loop {
            match tokens.next_token() {
                Ok(Some(lexeme)) => seen.push(text[lexeme.start..lexeme.end].to_owned()),
                Ok(None) => break String::new(),
                Err(broken) => break format!(" !{}:{:?}", broken.offset, broken.fault),
            }
        };
        assert_eq!(format!("{}{end}", seen.join(" ")), expected, "{text}");
        assert_eq!(tokens.next_token(), Ok(None), "nothing comes after the end");
    }

    #[test]
    fn tokens_and_their_faults() {
        check(
            r#"{"a":[1,-2.5e+3,true,null,{}],"a":"\u0041\ud800"}"#,
            r#"{ "a" [ 1 -2.5e+3 true null { } ] "a" "\u0041\ud800" }"#,
        );
        check(" [ ] ", "[ ]");
        check("", "");
        check("0 1\n2", "0 1 2");
        check("{}[]\"a\"\x1e", "{ } [ ] \"a\"");
        check("12\"a\"", " !2:Behind");
        check("01", " !1:Behind");
        check("[01]", "[ 0 !2:Comma");
        check("-", " !1:Number");
        check("[1.]", "[ !3:Number");
        check("1e+", " !3:Number");
        check("[1,]", "[ 1 !3:Value");
        check("{\"a\":1,}", "{ \"a\" 1 !7:Key");
        check("{\"a\" 1}", "{ \"a\" !5:Colon");
        check("{1:2}", "{ !1:Key");
        check("[1}", "[ 1 !2:Comma");
        check("[}", "[ !1:Value");
        check("]", " !0:Value");
        check("[[", "[ [ !2:Unfinished");
        check("\"a\nb\"", " !2:Control");
        check("\"\\x\"", " !1:Escape");
        check("\"\\u12", " !5:UnfinishedString");
        check("\"\\u12g4\"", " !1:Escape");
        check("\"\\", " !2:UnfinishedString");
        check("\"abc", " !4:UnfinishedString");
        check("nul", " !0:Value");
        check("[\x1e1]", "[ !1:Value");
        check("{hello}", "{ !1:Key");
    }

    #[test]
    fn plain_bytes_end_where_one_by_one_they_do() {
        for length in 0..20 {
            for at in 0..length {
                for byte in [b'"', b'\\', 0, 0x1f, b' ', b'!', b'#', 0x7f, 0x80, 0xa2, 0xdc, 0xff] {
                    let mut bytes = vec![b'a'; length];
                    bytes[at] = byte;
                    let expected = if byte < 0x20 || byte == b'"' || byte == b'\\' { at } else { length };
                    assert_eq!(plain(&bytes), expected, "{bytes:?}");
                }
            }
        }
    }

    #[test]
    fn a_million_brackets_cost_a_bit_each() {
        let text = [b'['].repeat(1 << 20);
        let mut tokens = Tokens::new(&text);
        while let Ok(Some(_)) = tokens.next_token() {}
        assert_eq!(tokens.depth(), 1 << 20);
        assert_eq!(tokens.open.bits.len(), (1 << 20) / 64);
    }

    #[test]
    fn a_container_can_be_entered_at_any_child() {
        let text = br#"{"a":1,"b":[2]}"#;
        let mut tokens = Tokens::within(text, 7, Container::Object);
        let mut seen = Vec::new();
        while let Ok(Some(lexeme)) = tokens.next_token() {
            seen.push(lexeme.token);
        }
        assert_eq!(
            seen,
            [Token::Key, Token::OpenArray, Token::Number, Token::CloseArray, Token::CloseObject]
        );
    }
}
