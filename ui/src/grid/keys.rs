//! Where a key leads to in a list.

/// The row that a key leads to from the current one, if it is a key that moves: arrows, j and k, pages, the ends.
pub fn step(key: &str, current: Option<u64>, total: u64, page: u64) -> Option<u64> {
    let last = total.checked_sub(1)?;
    // A page key leaves one row in view.
    let page = page.saturating_sub(1).max(1);
    let to = match (key, current) {
        ("Home", _) => 0,
        ("End", _) => last,
        ("ArrowDown" | "j" | "ArrowUp" | "k" | "PageDown" | "PageUp", None) => 0,
        ("ArrowDown" | "j", Some(row)) => row.saturating_add(1),
        ("ArrowUp" | "k", Some(row)) => row.saturating_sub(1),
        ("PageDown", Some(row)) => row.saturating_add(page),
        ("PageUp", Some(row)) => row.saturating_sub(page),
        _ => return None,
    };
    Some(to.min(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_in_the_list() {
        let check =
            |key, from, expected| assert_eq!(step(key, from, 100, 20), expected, "{key} from {from:?}");
        check("j", Some(3), Some(4));
        check("ArrowDown", Some(99), Some(99));
        check("k", Some(0), Some(0));
        check("PageDown", Some(3), Some(22));
        check("PageUp", Some(3), Some(0));
        check("End", None, Some(99));
        check("Home", Some(50), Some(0));
        check("ArrowUp", None, Some(0));
        check("x", Some(3), None);
        assert_eq!(step("End", None, 0, 20), None, "there is no row");
    }
}
