//! Where a list of rows is scrolled to. A browser's elements end somewhere above ten million pixels, so of longer lists the
//! scroll bar is scaled, while wheel and keys still move by single rows.

/// The greatest height of the element that is scrolled over, in pixels.
const HIGHEST: f64 = 8_000_000.0;

/// A list's measures. Lengths are in pixels, places in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scroll {
    /// Rows in all.
    pub total: u64,
    /// Height of a row.
    pub row: f64,
    /// Height of what is seen.
    pub viewport: f64,
}

impl Scroll {
    /// Height of the element that is scrolled over.
    pub fn height(self) -> f64 {
        (self.total as f64 * self.row).min(HIGHEST)
    }

    /// The scroll bar moves by more than the rows do.
    pub fn is_scaled(self) -> bool {
        self.total as f64 * self.row > HIGHEST
    }

    /// Rows that are seen whole.
    pub fn page(self) -> u64 {
        if self.row > 0.0 { (self.viewport / self.row).floor().max(1.0) as u64 } else { 1 }
    }

    /// The last place that can be scrolled to.
    pub fn last(self) -> f64 {
        if self.row > 0.0 { (self.total as f64 - self.viewport / self.row).max(0.0) } else { 0.0 }
    }

    /// The place at the top, if the element is scrolled by `top`.
    pub fn place(self, top: f64) -> f64 {
        let range = self.height() - self.viewport;
        if range <= 0.0 { 0.0 } else { (top / range).clamp(0.0, 1.0) * self.last() }
    }

    /// Whether that place is the last one, or nearly.
    pub fn is_end(self, place: f64) -> bool {
        self.last() > 0.0 && place >= self.last() - 0.5
    }

    /// How far the element is scrolled, if this place is at the top.
    pub fn top(self, place: f64) -> f64 {
        let last = self.last();
        if last <= 0.0 { 0.0 } else { (place / last).clamp(0.0, 1.0) * (self.height() - self.viewport) }
    }

    /// The place nearest to `place` at which this row is seen whole.
    pub fn reveal(self, place: f64, row: u64) -> f64 {
        let row = row as f64;
        let lowest = row + 1.0 - self.viewport / self.row.max(1.0);
        place.clamp(lowest.min(row), row).clamp(0.0, self.last())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_list_is_not_scaled() {
        let scroll = Scroll { total: 100, row: 20.0, viewport: 400.0 };
        assert!(!scroll.is_scaled());
        assert_eq!((scroll.height(), scroll.last(), scroll.page()), (2000.0, 80.0, 20));
        assert_eq!((scroll.place(200.0), scroll.top(10.0)), (10.0, 200.0));
    }

    #[test]
    fn a_long_list_reaches_its_last_row() {
        let scroll = Scroll { total: 100_000_000, row: 24.0, viewport: 600.0 };
        assert!(scroll.is_scaled());
        assert_eq!(scroll.place(scroll.height() - scroll.viewport), 99_999_975.0);
        for place in [0.0, 1.0, 5_000_000.0, 99_999_974.0] {
            assert!((scroll.place(scroll.top(place)) - place).abs() < 1e-3, "{place}");
        }
    }

    #[test]
    fn a_row_is_revealed_with_the_least_movement() {
        let scroll = Scroll { total: 100, row: 20.0, viewport: 390.0 };
        assert_eq!(scroll.reveal(10.0, 15), 10.0, "it is seen already");
        assert_eq!(scroll.reveal(10.0, 5), 5.0);
        assert_eq!(scroll.reveal(10.0, 40), 21.5);
        assert_eq!(scroll.reveal(10.0, 99), 80.5);
        assert_eq!(Scroll::default().reveal(0.0, 3), 0.0);
    }
}
