//! Holds back what is told of progress: a turn ends sixty times a second, and whatever shows progress is drawn again each time.

use crate::session::api::{Event, SessionState};

/// Progress is told again after this time, in milliseconds: digits that change more often cannot be read.
const CALM: f64 = 100.0;

/// Lets progress through now and then, and everything else at once.
#[derive(Default)]
pub struct Paced {
    /// When progress was told last.
    told: Option<f64>,
    held: Option<Event>,
}

impl Paced {
    /// What is told of these events now, at a time in milliseconds; `is_idle`: nothing comes after them by itself.
    pub fn pass(&mut self, now: f64, events: impl Iterator<Item = Event>, is_idle: bool) -> Vec<Event> {
        let mut passed = Vec::new();
        let mut is_over = false;
        for event in events {
            match event {
                Event::Progress(progress) => {
                    is_over |= progress.state != SessionState::Reading;
                    self.held = Some(Event::Progress(progress));
                }
                event => passed.push(event),
            }
        }
        if is_idle || is_over || self.told.is_none_or(|told| now - told >= CALM) {
            let held = self.held.take();
            if held.is_some() {
                self.told = Some(now);
            }
            passed.extend(held);
        }
        passed
    }
}

#[cfg(test)]
mod tests {
    use crate::session::api::{Answer, Progress};

    use super::*;

    fn progress(read: u64, state: SessionState) -> Event {
        Event::Progress(Progress { read, state, ..Progress::default() })
    }

    #[test]
    fn progress_waits_and_answers_do_not() {
        let mut paced = Paced::default();
        let mut pass = |now, events: &[&Event], is_idle| {
            paced.pass(now, events.iter().map(|event| (*event).clone()), is_idle)
        };
        let at = |read| progress(read, SessionState::Reading);
        let answer = Event::Answer { id: 1, last: true, answer: Answer::Done };
        assert_eq!(pass(0.0, &[&at(1)], false), [at(1)], "the first is told at once");
        assert_eq!(pass(12.0, &[&at(2), &answer], false), std::slice::from_ref(&answer));
        assert_eq!(pass(24.0, &[&at(3)], false), []);
        assert_eq!(pass(101.0, &[], false), [at(3)], "the latest is told");
        assert_eq!(pass(300.0, &[&answer], false), [answer], "and told once");
        assert_eq!(pass(301.0, &[&at(4)], false), [at(4)]);
        let end = progress(5, SessionState::Complete);
        assert_eq!(pass(302.0, &[&end], false), [end], "the end is told at once");
        assert_eq!(pass(303.0, &[&at(6)], false), []);
        assert_eq!(pass(304.0, &[], true), [at(6)], "as is what nothing comes after");
    }
}
