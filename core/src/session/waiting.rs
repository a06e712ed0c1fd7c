//! Diagnostics that wait until a filter can be asked about them, in the order in which they came.

use std::collections::VecDeque;

use hashbrown::HashMap;

use super::api::DiagnosticRow;
use crate::filter::Seen;
use crate::limits::Limits;

/// What a diagnostic awaits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Its connection's frames, or its end.
    AwaitsHandshake { connection: u64 },
    /// The message that it speaks of.
    AwaitsMessage { connection: u64, number: u64 },
    /// Nothing: the filter was asked.
    Judged { passes: bool },
}

/// Diagnostics in order, and the messages that later ones may speak of.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    rows: VecDeque<(DiagnosticRow, State)>,
    /// With so many rows the first one waits no longer.
    most: usize,
    /// How many rows await each message.
    awaited: HashMap<(u64, u64), usize>,
    /// What was found in Pings and Pongs, by connection and number; the last ones only.
    pings: HashMap<(u64, u64), Seen>,
    order: VecDeque<(u64, u64)>,
    most_pings: usize,
}

impl Waiting {
    pub fn new(limits: &Limits) -> Self {
        Self { most: limits.waiting_diagnostics, most_pings: limits.remembered_pings, ..Self::default() }
    }

    pub fn push(&mut self, row: DiagnosticRow, state: State) {
        if let State::AwaitsMessage { connection, number } = state {
            *self.awaited.entry((connection, number)).or_default() += 1;
        }
        self.rows.push_back((row, state));
    }

    pub fn first(&self) -> Option<(&DiagnosticRow, State)> {
        self.rows.front().map(|(row, state)| (row, *state))
    }

    pub fn pop(&mut self) -> Option<DiagnosticRow> {
        let (row, state) = self.rows.pop_front()?;
        self.forget(state);
        Some(row)
    }

    /// The first row waits no longer.
    pub fn is_over(&self) -> bool {
        self.rows.len() > self.most
    }

    /// No row waits any longer.
    pub fn close(&mut self) {
        self.most = 0;
    }

    /// Judges the rows that await this.
    pub fn judge(&mut self, awaiting: State, mut passes: impl FnMut(&DiagnosticRow) -> bool) {
        for (row, state) in self.rows.iter_mut().filter(|(_, state)| *state == awaiting) {
            *state = State::Judged { passes: passes(row) };
        }
        if let State::AwaitsMessage { connection, number } = awaiting {
            self.awaited.remove(&(connection, number));
        }
    }

    /// Whether a row awaits something of a connection.
    pub fn has_any(&self, of: u64) -> bool {
        self.rows.iter().any(|(_, state)| match *state {
            State::AwaitsHandshake { connection } | State::AwaitsMessage { connection, .. } => {
                connection == of
            }
            State::Judged { .. } => false,
        })
    }

    pub fn is_awaited(&self, connection: u64, number: u64) -> bool {
        self.awaited.contains_key(&(connection, number))
    }

    /// The messages of a connection that rows await.
    pub fn awaited(&self, of: u64) -> Vec<u64> {
        let numbers = self.rows.iter().filter_map(|(_, state)| match *state {
            State::AwaitsMessage { connection, number } if connection == of => Some(number),
            _ => None,
        });
        numbers.collect()
    }

    pub fn remember(&mut self, connection: u64, number: u64, seen: Seen) {
        if self.order.len() >= self.most_pings.max(1)
            && let Some(oldest) = self.order.pop_front()
        {
            self.pings.remove(&oldest);
        }
        self.pings.insert((connection, number), seen);
        self.order.push_back((connection, number));
    }

    pub fn remembered(&self, connection: u64, number: u64) -> Option<Seen> {
        self.pings.get(&(connection, number)).copied()
    }

    fn forget(&mut self, state: State) {
        let State::AwaitsMessage { connection, number } = state else { return };
        if let Some(count) = self.awaited.get_mut(&(connection, number)) {
            *count -= 1;
            if *count == 0 {
                self.awaited.remove(&(connection, number));
            }
        }
    }
}
