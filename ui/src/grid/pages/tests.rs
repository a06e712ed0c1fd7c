use super::*;

/// A loader whose rows are their own places, of which the engine has so many.
fn loader(total: u64) -> Loader<u64> {
    let mut loader = Loader {
        of: |_| None,
        client: None,
        question: None,
        appends: true,
        is_stale: false,
        is_answered: false,
        known: Known::default(),
        total: 0,
        heard: 0,
        counted: false,
        problem: None,
        window: Window::default(),
        is_backwards: false,
        asking: None,
        redraw: Callback::noop(),
    };
    answer(&mut loader, total);
    loader
}

/// Answers what it asks for next, as the engine does that has so many rows; `false`: it asks for nothing.
fn answer(loader: &mut Loader<u64>, total: u64) -> bool {
    let Some(span) = loader.next() else { return false };
    loader.is_stale = false;
    let rows = (span.start..span.start.saturating_add(span.length).min(total)).collect();
    loader.take(&Page { total, counted: false, start: span.start, rows });
    true
}

fn stand(loader: &mut Loader<u64>, first: u64, is_end: bool) {
    loader.window = Window { first, count: 10, page: 10, is_end };
    while answer(loader, loader.heard) {}
}

fn shows_rows(loader: &Loader<u64>, range: Range<u64>) -> bool {
    range.clone().all(|row| loader.known.get(row).is_some_and(|held| **held == row))
}

#[test]
fn who_follows_the_end_sees_rows_and_never_their_places() {
    let mut loader = loader(1_000);
    stand(&mut loader, 990, true);
    assert_eq!(loader.total, 1_000);
    // More pour in than are asked for at once.
    for heard in [1_005, 1_300, 50_000, 90_000, 90_000] {
        loader.is_stale = true;
        while answer(&mut loader, heard) {
            assert!(shows_rows(&loader, loader.total - 10..loader.total), "{heard}: {}", loader.total);
        }
        assert_eq!((loader.total, loader.heard), (heard, heard));
        loader.window.first = loader.total - 10;
    }
}

#[test]
fn who_stands_elsewhere_is_told_of_all_rows() {
    let mut loader = loader(1_000);
    stand(&mut loader, 100, false);
    loader.is_stale = true;
    while answer(&mut loader, 50_000) {}
    assert_eq!(loader.total, 50_000);
    assert!(shows_rows(&loader, 100..110));
}
