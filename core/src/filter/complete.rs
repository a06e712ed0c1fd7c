//! What can be typed next: fields, operators that fit the field, values of enumerations, and the words between.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::field::{FIELDS, Field, Kind, Presence};
use super::lexer::{Lexed, Token, lex};
use super::literal::{OPCODES, SEVERITIES, VERDICTS};
use super::operator::Operator;
use crate::diagnostic::Code;

/// What fits at a place of an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The bytes of the expression that a candidate replaces; empty where nothing is typed yet.
    pub range: Range<usize>,
    /// Those that begin with what is typed come first, and then those that contain it.
    pub candidates: Vec<Candidate>,
}

/// Something that can be typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// As it is typed.
    pub text: String,
    /// What it is.
    pub what: What,
    /// A few words about it.
    pub about: String,
}

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// A field.
    Field,
    /// An operator.
    Operator,
    /// A value.
    Value,
    /// `and`, `or`, `not`
    Word,
}

/// What fits at the cursor, which is a place in bytes. Nothing does within quotes.
pub fn complete(expression: &str, cursor: usize) -> Completion {
    let cursor = expression.floor_char_boundary(cursor);
    let nothing = Completion { range: cursor..cursor, candidates: Vec::new() };
    if expression.len() > super::LONGEST {
        return nothing;
    }
    let tokens = lex(expression);
    let before = tokens.iter().take_while(|lexed| lexed.range.end < cursor || is_sign_before(lexed, cursor));
    let awaited = before.clone().fold(Awaited::Part, |awaited, lexed| awaited.after(lexed.token));
    let current = tokens.get(before.count()).filter(|lexed| lexed.range.start < cursor);
    let (range, typed) = match current {
        None => (cursor..cursor, ""),
        Some(Lexed { token: Token::Word(_) | Token::And | Token::Or | Token::Not, range }) => {
            (range.clone(), expression.get(range.start..cursor).unwrap_or_default())
        }
        Some(_) => return nothing,
    };
    let typed = typed.to_ascii_lowercase();
    let mut candidates = awaited.candidates(&typed);
    candidates.retain(|candidate| candidate.text.contains(&typed) && candidate.text != typed);
    let (mut candidates, others): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|candidate| candidate.text.starts_with(&typed));
    candidates.extend(others);
    Completion { range, candidates }
}

/// A sign ends where the next thing begins; a word may go on.
fn is_sign_before(lexed: &Lexed<'_>, cursor: usize) -> bool {
    let may_go_on =
        matches!(lexed.token, Token::Word(_) | Token::Unclosed | Token::And | Token::Or | Token::Not);
    lexed.range.end == cursor && !may_go_on
}

/// What the grammar awaits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// A field, a term, `not`.
    Part,
    /// An operator of this field.
    Operator(Field),
    /// A value of this field; with `None` a text that is searched for.
    Value(Option<Field>),
    /// The `{` of a list.
    List(Field),
    /// A value in a list.
    Member(Field),
    /// A comma, or the list's end.
    Comma(Field),
    /// `and`, `or`.
    Joint,
}

impl Awaited {
    /// What is awaited behind this token.
    pub fn after(self, token: Token<'_>) -> Self {
        match (self, token) {
            (Self::List(field), Token::BraceOpen) | (Self::Comma(field), Token::Comma) => Self::Member(field),
            (Self::Member(field), Token::Word(_) | Token::Quoted(_)) => Self::Comma(field),
            (Self::Member(field), Token::Comma) => Self::Member(field),
            (Self::Value(_), Token::Word(_) | Token::Quoted(_)) => Self::Joint,
            (Self::Operator(field), Token::Sign(operator)) => Self::behind(field, operator),
            (Self::Operator(field), Token::Word(word)) => match Operator::from_word(word) {
                Some(operator) => Self::behind(field, operator),
                None => Self::Joint,
            },
            (_, Token::And | Token::Or | Token::Not | Token::Open) => Self::Part,
            (_, Token::Word(word)) => Field::from_name(word).map_or(Self::Joint, Self::Operator),
            _ => Self::Joint,
        }
    }

    fn behind(field: Field, operator: Operator) -> Self {
        match operator {
            Operator::In => Self::List(field),
            Operator::Contains | Operator::Matches => Self::Value(None),
            _ => Self::Value(Some(field)),
        }
    }

    fn candidates(self, typed: &str) -> Vec<Candidate> {
        match self {
            Self::Part => {
                let mut all = fields(typed);
                all.push(candidate("not", What::Word, "the opposite"));
                all
            }
            Self::Operator(field) => {
                let (kind, presence) = (field.entry().kind, field.entry().presence);
                let operator =
                    |operator: Operator| candidate(operator.name(), What::Operator, operator.about());
                let operators = kind.operators().into_iter().map(operator);
                let stands_alone = kind == Kind::Flag || presence == Presence::Sometimes;
                let joints = if stands_alone { joints() } else { Vec::new() };
                operators.chain(joints).collect()
            }
            Self::Value(Some(field)) | Self::Member(field) => values(field.entry().kind),
            Self::List(_) => vec![candidate("{", What::Operator, "begins a list")],
            Self::Joint => joints(),
            Self::Value(None) | Self::Comma(_) => Vec::new(),
        }
    }
}

/// Wireshark's names are offered only to who has begun to type one.
fn fields(typed: &str) -> Vec<Candidate> {
    let own = FIELDS.iter().map(|entry| candidate(entry.name, What::Field, entry.about));
    let theirs = FIELDS.iter().flat_map(|entry| entry.wireshark.iter().map(|name| (name, entry.about)));
    let theirs = theirs.filter(|(name, _)| !typed.is_empty() && name.starts_with(typed));
    own.chain(theirs.map(|(name, about)| candidate(name, What::Field, about))).collect()
}

fn joints() -> Vec<Candidate> {
    vec![candidate("and", What::Word, "both hold"), candidate("or", What::Word, "one holds")]
}

fn values(kind: Kind) -> Vec<Candidate> {
    let value = |text: &str| candidate(text, What::Value, "");
    match kind {
        Kind::Flag => ["true", "false"].map(value).into(),
        Kind::Side => vec![
            candidate("client", What::Value, "who asked for the connection"),
            candidate("server", What::Value, "who was asked"),
        ],
        // The reserved ones are written by number.
        Kind::Opcode => {
            OPCODES.iter().filter(|name| !name.starts_with("reserved")).map(|name| value(name)).collect()
        }
        Kind::Severity => SEVERITIES.iter().map(|severity| value(severity.name())).collect(),
        Kind::Verdict => VERDICTS.map(value).into(),
        Kind::Diagnostic | Kind::Code => {
            Code::ALL.iter().map(|code| candidate(code.name(), What::Value, code.entry().title)).collect()
        }
        _ => Vec::new(),
    }
}

fn candidate(text: &str, what: What, about: &str) -> Candidate {
    Candidate { text: text.to_owned(), what, about: about.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` is the cursor. The first candidates, and what they replace.
    #[track_caller]
    fn check(marked: &str, replaced: &str, first: &[&str]) {
        let cursor = marked.find('|').unwrap();
        let expression = marked.replacen('|', "", 1);
        let completion = complete(&expression, cursor);
        let texts: Vec<&str> =
            completion.candidates.iter().map(|candidate| candidate.text.as_str()).collect();
        assert!(texts.starts_with(first), "{marked}: {texts:?}");
        assert!(!first.is_empty() || texts.is_empty(), "{marked}: {texts:?}");
        assert_eq!(&expression[completion.range], replaced, "{marked}");
    }

    #[test]
    fn fields_stand_where_a_part_begins() {
        check("|", "", &["from", "opcode"]);
        check("op|", "op", &["opcode"]);
        check("op|code == 1", "opcode", &["opcode"]);
        check("not (len|", "len", &["length", "wire_length"]);
        check("from == client and t|", "t", &["text", "time", "tcp_stream", "target"]);
        check("websocket.p|", "websocket.p", &["websocket.payload_length", "websocket.payload.text"]);
        check("n|", "n", &["not"]);
    }

    #[test]
    fn operators_fit_the_field() {
        check("text |", "", &["contains", "matches", "==", "!=", "in", "and"]);
        check("from |", "", &["==", "!=", "in"]);
        check("length |", "", &["==", "!=", "<"]);
        check("text con|", "con", &["contains"]);
        check("compressed |", "", &["==", "!=", "in", "and", "or"]);
        check("opcode in |", "", &["{"]);
    }

    #[test]
    fn values_are_those_of_the_field() {
        check("from == |", "", &["client", "server"]);
        check("from==|", "", &["client", "server"]);
        check("from == s|", "s", &["server"]);
        check("opcode in {text, |}", "", &["continuation", "text"]);
        check("severity >= |", "", &["note", "warning", "error"]);
        check("diagnostic == mask|", "mask", &["mask-zero", "mask-reused", "client-frame-unmasked"]);
        check("code != accept-mi|", "accept-mi", &["accept-missing", "accept-mismatch"]);
        check("verdict == |", "", &["valid"]);
        check("length > |", "", &[]);
        check("host contains |", "", &[]);
    }

    #[test]
    fn joints_stand_behind_a_part() {
        check("from == client |", "", &["and", "or"]);
        check("(a) o|", "o", &["or"]);
        check("\"x y\" |", "", &["and", "or"]);
        check("opcode in {text} |", "", &["and", "or"]);
    }

    #[test]
    fn within_quotes_nothing_is_offered() {
        check("text contains \"fr|om", "", &[]);
        check("\"fr|om\"", "", &[]);
    }
}
