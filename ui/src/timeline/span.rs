//! Time and pixels: where a time stands, what a pointer is over, and how a selected span is moved.

use sockscope_core::session::api::TimeSpan;

/// Width of a slice, in pixels.
pub const SLICE: f64 = 4.0;
/// How near a pointer is to an edge that it moves, in pixels.
const REACH: f64 = 5.0;
/// The shortest span that can be looked at, in nanoseconds.
const SHORTEST: u64 = 1_000;

/// Slices that fit side by side.
pub fn slices(width: f64) -> u32 {
    (width / SLICE).floor().clamp(1.0, 10_000.0) as u32
}

/// The span that is seen, and how wide it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ruler {
    /// What is seen; not empty.
    pub seen: TimeSpan,
    /// Its width in pixels; more than 0.
    pub width: f64,
}

/// What a pointer is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grip {
    /// The beginning of the selected span.
    Start,
    /// Its end.
    End,
    /// Neither.
    Free,
}

impl Ruler {
    /// A ruler, if there is anything to see.
    pub fn new(seen: TimeSpan, width: f64) -> Option<Self> {
        (seen.end > seen.start && width > 0.0).then_some(Self { seen, width })
    }

    fn length(self) -> f64 {
        (self.seen.end - self.seen.start) as f64
    }

    /// Where a time stands; beyond the edges for times that are not seen.
    pub fn x(self, time: u64) -> f64 {
        let offset = if time >= self.seen.start {
            (time - self.seen.start) as f64
        } else {
            -((self.seen.start - time) as f64)
        };
        offset / self.length() * self.width
    }

    /// The time at a place, within what is seen.
    pub fn time(self, x: f64) -> u64 {
        let part = (x / self.width).clamp(0.0, 1.0);
        // Rounding may lead one nanosecond beyond.
        (self.seen.start + (part * self.length()) as u64).min(self.seen.end)
    }

    /// The span between two places, widened to the slices that they lie in; `count` slices are seen.
    pub fn between(self, a: f64, b: f64, count: usize) -> TimeSpan {
        let count = count.max(1) as f64;
        let slice = |x: f64| x.clamp(0.0, self.width) / self.width * count;
        let (from, to) = (slice(a.min(b)).floor().min(count - 1.0), slice(a.max(b)).ceil());
        let border = |number: f64| self.time(number / count * self.width);
        let start = border(from);
        TimeSpan { start, end: border(to.max(from + 1.0)).max(start + 1) }
    }

    /// The border between two slices that is nearest to a place.
    pub fn border(self, x: f64, count: usize) -> u64 {
        let count = count.max(1) as f64;
        self.time((x / self.width * count).round() / count * self.width)
    }

    /// What a pointer at this place is over.
    pub fn grip(self, x: f64, selected: Option<TimeSpan>) -> Grip {
        let Some(selected) = selected else { return Grip::Free };
        let (start, end) = ((self.x(selected.start) - x).abs(), (self.x(selected.end) - x).abs());
        match start.min(end) <= REACH {
            false => Grip::Free,
            true if start < end => Grip::Start,
            true => Grip::End,
        }
    }

    /// What is seen after zooming by `factor` (below 1: nearer) around a place, within `whole`.
    pub fn zoomed(self, x: f64, factor: f64, whole: TimeSpan) -> TimeSpan {
        let part = (x / self.width).clamp(0.0, 1.0);
        let length = (self.length() * factor).max(SHORTEST as f64);
        // Offsets alone are floating: a time since 1970 would lose its nanoseconds.
        let offset = part * (self.length() - length);
        within(self.seen.start.saturating_add_signed(offset as i64), length as u64, whole)
    }

    /// What is seen after moving by so many pixels, within `whole`.
    pub fn panned(self, pixels: f64, whole: TimeSpan) -> TimeSpan {
        let by = pixels / self.width * self.length();
        within(self.seen.start.saturating_add_signed(by as i64), self.seen.end - self.seen.start, whole)
    }
}

/// A span of that length as near to `start` as `whole` has room for.
fn within(start: u64, length: u64, whole: TimeSpan) -> TimeSpan {
    let room = whole.end.saturating_sub(whole.start);
    let length = length.min(room).max(1);
    let start = start.clamp(whole.start, whole.end.saturating_sub(length).max(whole.start));
    TimeSpan { start, end: start.saturating_add(length) }
}

/// What a key does to a selected span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// By nanoseconds, later or earlier.
    By(i64),
    /// As far back as there is something.
    First,
    /// As far forth.
    Last,
}

/// The span after one of its ends was moved within `whole`. It keeps at least one nanosecond. All of `whole` is no selection.
pub fn resized(span: TimeSpan, grip: Grip, step: Move, whole: TimeSpan) -> Option<TimeSpan> {
    let moved = |time: u64| match step {
        Move::By(by) => time.saturating_add_signed(by).clamp(whole.start, whole.end),
        Move::First => whole.start,
        Move::Last => whole.end,
    };
    let TimeSpan { start, end } = span;
    let span = match grip {
        Grip::Start => TimeSpan { start: moved(start).min(end.saturating_sub(1)), end },
        Grip::End => TimeSpan { start, end: moved(end).max(start.saturating_add(1)) },
        Grip::Free => within(moved(start), end - start, whole),
    };
    (span != whole).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 1_700_000_000_000_000_000;

    fn span(start: u64, end: u64) -> TimeSpan {
        TimeSpan { start: START + start, end: START + end }
    }

    fn ruler(length: u64, width: f64) -> Ruler {
        Ruler::new(span(0, length), width).expect("something to see")
    }

    #[test]
    fn places_and_times_are_each_others_opposite() {
        let ruler = ruler(1_000_000, 500.0);
        for x in [0.0, 1.0, 250.0, 499.0, 500.0] {
            assert!((ruler.x(ruler.time(x)) - x).abs() < 1e-3, "{x}");
        }
        assert_eq!((ruler.time(-7.0), ruler.time(900.0)), (START, START + 1_000_000));
        assert_eq!(ruler.x(START - 1_000_000), -500.0);
        assert_eq!(Ruler::new(span(5, 5), 500.0), None);
        assert_eq!(Ruler::new(span(0, 5), 0.0), None);
    }

    #[test]
    fn a_drag_takes_whole_slices() {
        let ruler = ruler(1_000, 400.0);
        assert_eq!(ruler.between(41.0, 42.0, 100), span(100, 110));
        assert_eq!(ruler.between(42.0, 9.0, 100), span(20, 110));
        assert_eq!(ruler.between(-50.0, 1_000.0, 100), span(0, 1_000));
        assert_eq!(ruler.between(400.0, 400.0, 100), span(990, 1_000), "never empty");
        // One slice of one nanosecond.
        assert_eq!(Ruler::new(span(0, 1), 400.0).map(|ruler| ruler.between(3.0, 9.0, 1)), Some(span(0, 1)));
    }

    #[test]
    fn edges_can_be_gripped() {
        let ruler = ruler(1_000, 1_000.0);
        let selected = Some(span(100, 300));
        assert_eq!(ruler.grip(103.0, selected), Grip::Start);
        assert_eq!(ruler.grip(296.0, selected), Grip::End);
        assert_eq!(ruler.grip(200.0, selected), Grip::Free);
        assert_eq!(ruler.grip(100.0, None), Grip::Free);
        assert_eq!(ruler.grip(101.0, Some(span(100, 101))), Grip::End, "a narrow one can be widened");
    }

    #[test]
    fn zooming_stays_at_the_pointer_and_within_the_whole() {
        let whole = span(0, 1_000_000);
        let ruler = ruler(1_000_000, 1_000.0);
        assert_eq!(ruler.zoomed(0.0, 0.5, whole), span(0, 500_000));
        assert_eq!(ruler.zoomed(1_000.0, 0.5, whole).end, START + 1_000_000);
        assert_eq!(ruler.zoomed(500.0, 2.0, whole), whole);
        assert_eq!(ruler.zoomed(500.0, 1e-9, whole).end - ruler.zoomed(500.0, 1e-9, whole).start, SHORTEST);
        let near = Ruler { seen: span(200_000, 400_000), width: 1_000.0 };
        assert_eq!(near.panned(-5_000.0, whole), span(0, 200_000));
        assert_eq!(near.panned(9_000.0, whole), span(800_000, 1_000_000));
    }

    #[test]
    fn keys_move_one_end_and_never_past_the_other() {
        let whole = span(0, 1_000);
        let moved = |grip, step| resized(span(400, 600), grip, step, whole);
        assert_eq!(moved(Grip::Start, Move::By(50)), Some(span(450, 600)));
        assert_eq!(moved(Grip::Start, Move::By(500)), Some(span(599, 600)));
        assert_eq!(moved(Grip::End, Move::By(-500)), Some(span(400, 401)));
        assert_eq!(moved(Grip::End, Move::Last), Some(span(400, 1_000)));
        assert_eq!(moved(Grip::Free, Move::By(700)), Some(span(800, 1_000)));
        assert_eq!(moved(Grip::Free, Move::First), Some(span(0, 200)));
        assert_eq!(moved(Grip::Free, Move::Last), Some(span(800, 1_000)));
        assert_eq!(
            resized(span(10, 1_000), Grip::Start, Move::First, whole),
            None,
            "all of it is no selection"
        );
    }
}
