//! What a search found, as far as it is: each message with its place among them.

use std::collections::HashMap;

use sockscope_core::session::api::MessageName;

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Later.
    Next,
    /// Earlier.
    Previous,
}

/// Messages that were found, in the order in which they became final.
#[derive(Clone, Debug, Default)]
pub struct Matches {
    order: Vec<MessageName>,
    places: HashMap<MessageName, usize>,
}

impl Matches {
    /// Adds what was found since.
    pub fn extend(&mut self, found: &[MessageName]) {
        for &name in found {
            self.places.entry(name).or_insert(self.order.len());
            self.order.push(name);
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether it was found.
    pub fn contains(&self, name: MessageName) -> bool {
        self.places.contains_key(&name)
    }

    /// Its place among them, from 0.
    pub fn place(&self, name: MessageName) -> Option<usize> {
        self.places.get(&name).copied()
    }

    /// The one beside `from`, round at the ends. If `from` is none of them: the nearest one of its connection, else the
    /// first or last of all.
    pub fn beside(&self, from: Option<MessageName>, step: Step) -> Option<MessageName> {
        let count = self.order.len();
        let last = count.checked_sub(1)?;
        let place = match (from.and_then(|from| self.place(from)), step) {
            (Some(place), Step::Next) => (place + 1) % count,
            (Some(place), Step::Previous) => (place + last) % count,
            (None, step) => {
                let near = |name: &MessageName| {
                    from.is_some_and(|from| {
                        name.connection == from.connection
                            && (name.message > from.message) == (step == Step::Next)
                    })
                };
                match step {
                    Step::Next => self.order.iter().position(near).unwrap_or(0),
                    Step::Previous => self.order.iter().rposition(near).unwrap_or(last),
                }
            }
        };
        self.order.get(place).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(connection: u64, message: u64) -> MessageName {
        MessageName { connection, message }
    }

    #[test]
    fn one_steps_round_at_the_ends() {
        let mut matches = Matches::default();
        assert_eq!(matches.beside(None, Step::Next), None);
        matches.extend(&[name(0, 3), name(1, 0)]);
        matches.extend(&[name(0, 8)]);
        assert_eq!((matches.len(), matches.place(name(0, 8))), (3, Some(2)));
        assert_eq!(matches.beside(None, Step::Next), Some(name(0, 3)));
        assert_eq!(matches.beside(Some(name(0, 3)), Step::Next), Some(name(1, 0)));
        assert_eq!(matches.beside(Some(name(0, 8)), Step::Next), Some(name(0, 3)));
        assert_eq!(matches.beside(Some(name(0, 3)), Step::Previous), Some(name(0, 8)));
    }

    #[test]
    fn one_that_was_not_found_is_near_to_others() {
        let mut matches = Matches::default();
        matches.extend(&[name(1, 2), name(0, 3), name(0, 8)]);
        assert_eq!(matches.beside(Some(name(0, 5)), Step::Next), Some(name(0, 8)));
        assert_eq!(matches.beside(Some(name(0, 5)), Step::Previous), Some(name(0, 3)));
        assert_eq!(matches.beside(Some(name(7, 5)), Step::Next), Some(name(1, 2)));
        assert!(!matches.contains(name(0, 5)) && matches.contains(name(0, 3)));
    }
}
