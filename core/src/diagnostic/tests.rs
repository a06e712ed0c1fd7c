//! What must hold for every row of the table and for every cause.

use std::collections::BTreeSet;

use super::{CHAPTERS, Cause, Code, Finding, Severity};
use crate::limits::Limits;

#[track_caller]
fn check_sentences(name: &str, text: &str) {
    assert!(text.ends_with('.'), "{name}: no full stop: {text}");
    assert!(text.starts_with(|letter: char| !letter.is_lowercase()), "{name}: a small letter first: {text}");
    assert!(
        !text.contains("  ") && !text.contains('\n') && text.trim() == text,
        "{name}: white space: {text}"
    );
}

fn is_kebab_case(name: &str) -> bool {
    let letters = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    // A version of HTTP keeps its point.
    name.split(['-', '.']).all(|word| !word.is_empty() && letters(word))
}

/// Full stops that end a sentence: those of `1.1` or `nginx.conf` have no space behind them.
fn sentence_count(text: &str) -> usize {
    text.matches(". ").count() + 1
}

#[test]
fn every_row_says_all_that_it_should() {
    for code in Code::ALL {
        let entry = code.entry();
        assert_eq!(entry.code, *code);
        check_sentences(code.name(), entry.title);
        check_sentences(code.name(), entry.explanation);
        check_sentences(code.name(), entry.usual_cause);
        check_sentences(code.name(), entry.fix);
        assert_eq!(sentence_count(entry.title), 1, "{}", code.name());
        assert_eq!(sentence_count(entry.fix), 1, "{}: `check` prints one sentence", code.name());
        assert!(entry.title.chars().count() <= 100, "{}: the title is long", code.name());
        for ground in entry.grounds {
            check_sentences(code.name(), ground.sentence());
            assert_eq!(entry.grounds.iter().filter(|other| *other == ground).count(), 1, "{}", code.name());
        }
    }
}

#[test]
fn every_row_names_a_section_or_none() {
    for code in Code::ALL {
        let rfc = code.entry().rfc;
        let well_formed =
            rfc.is_empty() || (rfc.starts_with("RFC ") || rfc.starts_with("draft-")) && rfc.contains(" §");
        assert!(well_formed, "{}: {rfc}", code.name());
    }
    assert_eq!(Code::AcceptMismatch.entry().rfc, "RFC 6455 §4.1, §4.2.2");
    assert_eq!(Code::SnaplenCut.entry().rfc, "");
}

#[test]
fn every_cause_says_why_and_what_to_do() {
    for cause in Cause::ALL {
        check_sentences(cause.name(), cause.sentence());
        check_sentences(cause.name(), cause.fix());
        assert_eq!(sentence_count(cause.sentence()), 1, "{}", cause.name());
        assert_eq!(sentence_count(cause.fix()), 1, "{}", cause.name());
        assert_eq!(Cause::from_name(cause.name()), Some(*cause));
    }
    assert_eq!(Cause::ALL.len(), 23);
    assert!(Cause::of(Code::CloseCodeUnassigned).eq([Cause::ReasonWithoutCode]));
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    let names: Vec<_> =
        Code::ALL.iter().map(|code| code.name()).chain(Cause::ALL.iter().map(|cause| cause.name())).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "codes and causes share one space");
    for name in names {
        assert!(is_kebab_case(name), "{name}");
    }
}

#[test]
fn names_lead_back_to_their_codes() {
    assert_eq!(Code::ALL.len(), 97);
    for code in Code::ALL {
        assert_eq!(Code::from_name(code.name()), Some(*code));
    }
    assert_eq!(Code::from_name("http-version-below-1.1"), Some(Code::HttpVersionBelow11));
    assert_eq!(Code::from_name("101-without-request"), Some(Code::SwitchingWithoutRequest));
    assert_eq!(Code::from_name("close-body-1-byte"), Some(Code::CloseBody1Byte));
    assert_eq!(Code::from_name("Accept-Mismatch"), None);
}

#[test]
fn chapters_hold_every_code_once() {
    let rows: Vec<_> = CHAPTERS.iter().flat_map(|chapter| chapter.entries).map(|entry| entry.code).collect();
    assert_eq!(rows, Code::ALL);
    for chapter in CHAPTERS {
        check_sentences(chapter.title, chapter.about);
    }
}

#[test]
fn a_finding_has_the_severity_of_its_row() {
    let finding = Finding::new(Code::NoCloseFrame, "it ended");
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(finding.severity(Severity::Note).cause(Cause::NoGuid).severity, Severity::Note);
}

/// The texts give the defaults in numbers; whoever changes a default changes the text too.
#[test]
fn texts_give_the_default_limits() {
    let limits = Limits::default();
    let mebibytes = |bytes: usize| format!("{} MiB", bytes >> 20);
    let inflated = format!("{} MiB", limits.inflated >> 20);
    for (code, number) in [
        (Code::HttpHeadLimit, mebibytes(limits.http_head)),
        (Code::ConnectionsLimit, thousands(limits.connections)),
        (Code::PayloadLimit, mebibytes(limits.payload)),
        (Code::PendingLimit, mebibytes(limits.pending)),
        (Code::DeflateLimit, inflated),
        (Code::MemoryLimit, format!("{} GiB", limits.memory >> 30)),
        (Code::TcpGap, mebibytes(limits.out_of_order)),
        (Code::TcpLateSegment, mebibytes(limits.out_of_order)),
    ] {
        let text = code.entry().explanation;
        assert!(text.contains(&number), "{} does not say {number}: {text}", code.name());
    }
    assert!(Code::CaptureDamaged.entry().usual_cause.contains(&mebibytes(limits.block)));
    assert!(super::Ground::EarlierRequest.sentence().contains(&thousands(limits.requests)));
}

fn thousands(number: usize) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}
