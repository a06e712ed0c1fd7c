//! Places in captures that were open lately, as the desktop keeps them: it opens a file again by itself, and has no address that
//! says where somebody stood in it. A browser keeps none: what was looked at there is nobody's business but the address's.

use web_sys::Storage;

use super::fragment::{Fragment, Source};
use crate::opening::Mark;

/// The name under which they are kept.
const STORED: &str = "sockscope-places";
/// The most that are kept.
const MOST: usize = 64;

/// Keeps a place, in the stead of an earlier one in the same capture.
pub fn keep(fragment: String) {
    let Some(storage) = storage() else { return };
    let kept = storage.get_item(STORED).ok().flatten().unwrap_or_default();
    // Where there is no room for it, it is forgotten.
    let _ = storage.set_item(STORED, &with(&kept, fragment));
}

/// The place that is kept for a capture.
pub fn of(source: &Source) -> Option<Fragment> {
    found(&storage()?.get_item(STORED).ok()??, source)
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// A line each, the latest first.
fn with(kept: &str, fragment: String) -> String {
    let source = Fragment::decode(&fragment).source;
    let others = kept.lines().filter(|line| !is_same(&Fragment::decode(line).source, &source));
    let lines: Vec<&str> = std::iter::once(fragment.as_str()).chain(others).take(MOST).collect();
    lines.join("\n")
}

fn found(kept: &str, source: &Source) -> Option<Fragment> {
    kept.lines().map(Fragment::decode).find(|fragment| is_same(&fragment.source, source))
}

/// A capture that has grown since is the same one.
fn is_same(known: &Source, source: &Source) -> bool {
    let is_same = |(known, mark): (&Mark, &Mark)| known.name == mark.name && known.sha256 == mark.sha256;
    match (known, source) {
        (Source::Files(known), Source::Files(marks)) => {
            known.len() == marks.len() && known.iter().zip(marks).all(is_same)
        }
        (known, source) => known == source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Place;

    fn fragment(name: &str, size: u64, filter: &str) -> Fragment {
        let mark = Mark { name: name.into(), size, sha256: "0".repeat(64) };
        let place = Place { filter: filter.into(), ..Place::default() };
        Fragment { source: Source::Files(vec![mark]), decode_as: vec![8080], place }
    }

    #[test]
    fn the_latest_place_in_a_capture_is_kept() {
        let mut kept = String::new();
        for at in [fragment("a", 1, "first"), fragment("b", 1, "other"), fragment("a", 9, "second")] {
            kept = with(&kept, at.encode());
        }
        assert_eq!(kept.lines().count(), 2);
        let of = |name: &str| found(&kept, &fragment(name, 5, "").source).map(|found| found.place.filter);
        assert_eq!(of("a").as_deref(), Some("second"), "though it has grown");
        assert_eq!(of("b").as_deref(), Some("other"));
        assert_eq!(of("c"), None);
    }

    #[test]
    fn no_more_are_kept_than_are_needed() {
        let mut kept = String::new();
        for at in 0..200 {
            kept = with(&kept, fragment(&format!("{at}.pcap"), 1, "").encode());
        }
        assert_eq!(kept.lines().count(), MOST);
        assert!(found(&kept, &fragment("199.pcap", 1, "").source).is_some());
        assert!(found(&kept, &fragment("100.pcap", 1, "").source).is_none());
    }
}
