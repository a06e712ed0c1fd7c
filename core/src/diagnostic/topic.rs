//! From a name that a person typed to the diagnostic or cause that it means.

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
        Self::all()
            .find(|topic| topic.name() == name)
            .ok_or_else(|| UnknownName { typed: typed.to_owned(), suggestions: suggestions(&name) })
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

/// How many names are suggested at most.
const SUGGESTIONS: usize = 3;

/// Longer input is a mistake of another kind, and comparing it would be wasted work.
const LONGEST_NAME: usize = 64;

fn did_you_mean(suggestions: &[&str]) -> String {
    match suggestions {
        [] => String::new(),
        [only] => format!("; did you mean {only}?"),
        [most @ .., last] => format!("; did you mean {} or {last}?", most.join(", ")),
    }
}

/// The names nearest to what was typed: few edits away, else those that contain it.
fn suggestions(typed: &str) -> Vec<&'static str> {
    let length = typed.chars().count();
    if length == 0 || length > LONGEST_NAME {
        return Vec::new();
    }
    let close_enough = (length / 4).max(2);
    let mut near: Vec<(usize, &'static str)> = Topic::all()
        .map(Topic::name)
        .filter_map(|name| {
            let distance = edit_distance(typed, name);
            let contains = length >= 3 && name.contains(typed);
            (distance <= close_enough || contains).then_some((distance, name))
        })
        .collect();
    near.sort();
    near.into_iter().take(SUGGESTIONS).map(|(_, name)| name).collect()
}

/// How many insertions, deletions, substitutions and swaps of neighbours lead from one text to the other.
fn edit_distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, letter) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in to.iter().enumerate() {
            let substituted = last[column] + usize::from(letter != other);
            let mut cost = substituted.min(last[column + 1] + 1).min(current[column] + 1);
            if column > 0 && previous == Some(other) && letter == to[column - 1] {
                cost = cost.min(before_last[column - 1] + 1);
            }
            current.push(cost);
        }
        before_last = std::mem::replace(&mut last, current);
        previous = Some(letter);
    }
    last[to.len()]
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

    #[test]
    fn a_swap_of_neighbours_is_one_edit() {
        assert_eq!(edit_distance("abcd", "abcd"), 0);
        assert_eq!(edit_distance("abdc", "abcd"), 1);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
    }
}
