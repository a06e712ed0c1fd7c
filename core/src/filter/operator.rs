//! The words between a field and a value.

/// What stands between a field and a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `==`: a value is equal.
    Equal,
    /// `!=`: there are values, and all of them differ.
    Different,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `contains`: ignores case.
    Contains,
    /// `matches`: a regular expression, which does not ignore case.
    Matches,
    /// `in {…}`: values, and ranges such as `1..5`.
    In,
}

impl Operator {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Equal,
        Self::Different,
        Self::Less,
        Self::AtMost,
        Self::Greater,
        Self::AtLeast,
        Self::Contains,
        Self::Matches,
        Self::In,
    ];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Different => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Contains => "contains",
            Self::Matches => "matches",
            Self::In => "in",
        }
    }

    /// What it asks.
    pub fn about(self) -> &'static str {
        match self {
            Self::Equal => "is equal",
            Self::Different => "differs, in every value",
            Self::Less => "is less",
            Self::AtMost => "is at most",
            Self::Greater => "is greater",
            Self::AtLeast => "is at least",
            Self::Contains => "contains a text, ignoring case",
            Self::Matches => "matches a regular expression",
            Self::In => "is one of {…}; ranges as 1..5",
        }
    }

    /// An operator that is a word, Wireshark's too.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "contains" => Self::Contains,
            "matches" => Self::Matches,
            "in" => Self::In,
            "eq" => Self::Equal,
            "ne" => Self::Different,
            "lt" => Self::Less,
            "le" => Self::AtMost,
            "gt" => Self::Greater,
            "ge" => Self::AtLeast,
            _ => return None,
        })
    }
}
