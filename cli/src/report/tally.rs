//! Diagnostics by connection, the same code said once with how often it came again: bounded by connections and codes,
//! never by how many there are.

use std::collections::BTreeMap;

use sockscope_core::diagnostic::Severity;
use sockscope_core::session::api::DiagnosticRow;

use super::diagnostic::Again;

/// The diagnostics of one capture.
#[derive(Default)]
pub struct Tally {
    /// By connection; those of the capture itself come last.
    groups: BTreeMap<Group, Vec<(DiagnosticRow, Again)>>,
}

/// Whom a diagnostic speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Connection(u64),
    Capture,
}

impl Group {
    pub fn of(row: &DiagnosticRow) -> Self {
        row.connection.map_or(Self::Capture, Self::Connection)
    }
}

impl Tally {
    pub fn add(&mut self, row: &DiagnosticRow) {
        let group = self.groups.entry(Group::of(row)).or_default();
        let same = |seen: &DiagnosticRow| {
            seen.code == row.code && seen.cause_code == row.cause_code && seen.severity == row.severity
        };
        match group.iter_mut().find(|(seen, _)| same(seen)) {
            Some((_, again)) => again.add(row),
            None => group.push((row.clone(), Again::default())),
        }
    }

    /// Those of one connection or of the capture, the worst first.
    pub fn of(&self, group: Group) -> Vec<&(DiagnosticRow, Again)> {
        let mut rows: Vec<_> = self.groups.get(&group).into_iter().flatten().collect();
        rows.sort_by_key(|(row, _)| std::cmp::Reverse(row.severity));
        rows
    }

    /// How bad the worst of one connection is.
    pub fn worst(&self, group: Group) -> Option<Severity> {
        self.groups.get(&group).into_iter().flatten().map(|(row, _)| row.severity).max()
    }

    pub fn groups(&self) -> impl Iterator<Item = Group> {
        self.groups.keys().copied()
    }
}
