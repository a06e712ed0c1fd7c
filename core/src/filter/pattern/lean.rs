//! A regular expression of two parts of `regex-automata`: a DFA whose states are made as they are reached, and, where that
//! gives up (a Unicode word boundary beside a letter that is not ASCII, more states than there is room for), the NFA itself.

use std::sync::{Mutex, PoisonError};

use regex_automata::hybrid::dfa::{self, DFA};
use regex_automata::nfa::thompson::pikevm::{self, PikeVM};
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind};

use super::{PATTERN, no_pattern, too_large};

/// Bytes of states that the DFA keeps, as in `regex`.
const STATES: usize = 2 << 20;

/// The expression, and what its engines remember from one search to the next.
#[derive(Debug)]
pub struct Engine {
    /// `None`: there is no room for any state.
    dfa: Option<DFA>,
    nfa: PikeVM,
    caches: Mutex<Caches>,
}

#[derive(Debug)]
struct Caches {
    dfa: Option<dfa::Cache>,
    nfa: pikevm::Cache,
}

impl Engine {
    /// Reads one; why not, in words.
    pub fn new(pattern: &str) -> Result<Self, String> {
        // Payloads are bytes: an expression may match what is no UTF-8.
        let syntax = syntax::Config::new().utf8(false);
        let config = thompson::Config::new()
            .utf8(false)
            .nfa_size_limit(Some(PATTERN))
            .which_captures(WhichCaptures::None);
        let nfa = NFA::compiler().syntax(syntax).configure(config).build(pattern);
        let nfa = nfa.map_err(|error| match error.size_limit() {
            Some(_) => too_large(),
            None => {
                let inner = std::error::Error::source(&error).map(ToString::to_string);
                no_pattern(&inner.unwrap_or_else(|| error.to_string()))
            }
        })?;
        Self::of(nfa)
    }

    fn of(nfa: NFA) -> Result<Self, String> {
        let config = dfa::Config::new()
            .match_kind(MatchKind::LeftmostFirst)
            .unicode_word_boundary(true)
            .cache_capacity(STATES)
            // It gives up where it makes states faster than it uses them.
            .minimum_cache_clear_count(Some(3))
            .minimum_bytes_per_state(Some(10));
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa.clone()).ok();
        let nfa = PikeVM::new_from_nfa(nfa).map_err(|error| no_pattern(&error.to_string()))?;
        let caches = Caches { dfa: dfa.as_ref().map(DFA::create_cache), nfa: nfa.create_cache() };
        Ok(Self { dfa, nfa, caches: Mutex::new(caches) })
    }

    /// Whether it matches anywhere in these bytes.
    pub fn is_match(&self, bytes: &[u8]) -> bool {
        let mut caches = self.caches.lock().unwrap_or_else(PoisonError::into_inner);
        let input = Input::new(bytes).earliest(true);
        if let (Some(dfa), Some(cache)) = (&self.dfa, &mut caches.dfa)
            && let Ok(found) = dfa.try_search_fwd(cache, &input)
        {
            return found.is_some();
        }
        self.nfa.is_match(&mut caches.nfa, input)
    }
}

impl Clone for Engine {
    fn clone(&self) -> Self {
        let caches = Caches { dfa: self.dfa.as_ref().map(DFA::create_cache), nfa: self.nfa.create_cache() };
        Self { dfa: self.dfa.clone(), nfa: self.nfa.clone(), caches: Mutex::new(caches) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::filter::pattern::Pattern;

    const PATTERNS: [&str; 17] = [
        "",
        "a",
        "^a",
        "a$",
        "(?i)\\berror\\b",
        "\\bgröße\\b",
        "a+b*c?",
        "(a|b)*abb",
        "[^a]{3}",
        "(?i)ÄÖ",
        "\\w+\\s\\d+",
        "(?-u)\\xff+",
        "(?s-u:.)\\x00",
        "(?m)^b$",
        "\\W",
        "a.*?b",
        "(?x) a \\ b # so",
    ];

    #[test]
    fn faults_are_told_as_by_regex() {
        for pattern in ["(", "[z-a]", "a{3,1}", "(?<a>x)(?<a>y)", "x{1000}{1000}{1000}", "*"] {
            let expected = Pattern::new(pattern).expect_err(pattern);
            assert_eq!(Engine::new(pattern).expect_err(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn what_the_dfa_gives_up_is_found_all_the_same() {
        let pattern = Engine::new("\\bend\\b").expect("a pattern");
        assert!(pattern.is_match("größe é end".as_bytes()));
        assert!(!pattern.is_match("größe éend".as_bytes()));
        // A state for every set of places, which is more than there is room for.
        let pattern = Engine::new("[ab]*a[ab]{18}c").expect("a pattern");
        let text: Vec<u8> = (0..60_000_u32)
            .map(|at| if at.wrapping_mul(2_654_435_761) >> 31 == 0 { b'a' } else { b'b' })
            .collect();
        assert!(!pattern.is_match(&text));
        assert!(pattern.clone().is_match(&[&text[..], b"abbbbbbbbbbbbbbbbbbc"].concat()));
    }

    proptest! {
        #[test]
        fn it_matches_what_regex_matches(
            texts in prop::collection::vec(prop_oneof![
                Just("a"), Just("b"), Just("c"), Just(" "), Just("1"), Just("\n"), Just("error"), Just("ä"),
                Just("Ö"), Just("größe"), Just("abb"),
            ], 0..12),
            noise in prop::collection::vec(any::<u8>(), 0..4),
        ) {
            let bytes = [texts.concat().into_bytes(), noise].concat();
            for pattern in PATTERNS {
                let (full, lean) = (Pattern::new(pattern).unwrap(), Engine::new(pattern).unwrap());
                prop_assert_eq!(lean.is_match(&bytes), full.is_match(&bytes), "{}", pattern);
                prop_assert_eq!(lean.is_match(&bytes), full.is_match(&bytes), "{}, again", pattern);
            }
        }
    }
}
