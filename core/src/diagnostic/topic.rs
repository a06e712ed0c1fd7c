//! From a name that a person typed to the diagnostic or cause that it means.

use super::nearest::{self, did_you_mean};
use super::{Cause, Code};

/// Something that can be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// A diagnostic.
    Code(Code),
    /// A recognised cause of one.
    Cause(Cause),
}

impl Topic {
    /// Everything that can be explained, the diagnostics first.
    pub fn all() -> impl Iterator<Item = Self> {
        Code::ALL.iter().copied().map(Self::Code).chain(Cause::ALL.iter().copied().map(Self::Cause))
    }

    /// The topic of that name. Case, surrounding white space, and `_` for `-` make no difference.
    pub fn find(typed: &str) -> Result<Self, UnknownName> {
        let name = typed.trim().to_ascii_lowercase().replace('_', "-");
        Self::all().find(|topic| topic.name() == name).ok_or_else(|| UnknownName {
            typed: typed.to_owned(),
            suggestions: nearest::of(&name, Self::all().map(Self::name)),
        })
    }

    /// The stable name that scripts rely on.
    pub fn name(self) -> &'static str {
        match self {
            Self::Code(code) => code.name(),
            Self::Cause(cause) => cause.name(),
        }
    }
}

/// No diagnostic and no cause has that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no diagnostic and no cause called \"{}\"{}", typed.escape_debug(), did_you_mean(suggestions))]
pub struct UnknownName {
    /// The name as it was typed.
    pub typed: String,
    /// The names that come nearest, the nearest first; may be empty.
    pub suggestions: Vec<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_it_is_typed() {
        assert_eq!(Topic::find("accept-mismatch"), Ok(Topic::Code(Code::AcceptMismatch)));
        assert_eq!(Topic::find(" Accept_Mismatch\n"), Ok(Topic::Code(Code::AcceptMismatch)));
        assert_eq!(Topic::find("101-without-request"), Ok(Topic::Code(Code::SwitchingWithoutRequest)));
        assert_eq!(Topic::find("no-guid"), Ok(Topic::Cause(Cause::NoGuid)));
    }

    #[track_caller]
    fn check_suggestions(typed: &str, expected: &[&str]) {
        let error = Topic::find(typed).unwrap_err();
        assert_eq!(error.suggestions, expected, "{error}");
    }

    #[test]
    fn a_mistyped_name_gets_the_nearest_ones() {
        check_suggestions("accept-mismacth", &["accept-mismatch"]);
        check_suggestions("acept-missing", &["accept-missing"]);
        check_suggestions("mask-zeros", &["mask-zero"]);
        check_suggestions("guid-typos", &["guid-typo"]);
        check_suggestions("tls", &["tls-no-secrets", "tls-decrypt-failed"]);
    }

    #[test]
    fn a_name_like_no_other_gets_none() {
        check_suggestions("", &[]);
        check_suggestions("electroencephalography", &[]);
        check_suggestions(&"accept-mismatch".repeat(1000), &[]);
        assert_eq!(
            Topic::find("zz\u{1b}zzzz").unwrap_err().to_string(),
            "there is no diagnostic and no cause called \"zz\\u{1b}zzzz\""
        );
    }

    #[test]
    fn the_error_names_the_nearest_ones() {
        let error = UnknownName { typed: "x".to_owned(), suggestions: vec!["a", "b", "c"] };
        assert_eq!(
            error.to_string(),
            "there is no diagnostic and no cause called \"x\"; did you mean a, b or c?"
        );
    }
}
