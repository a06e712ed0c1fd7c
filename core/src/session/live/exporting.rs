//! Rows as a file's bytes: one pass over what is exported, a step at a time.

use hashbrown::HashMap;

use super::Session;
use super::tasks::{Progressed, Stepped};
use crate::filter::Filter;
use crate::session::api::{Answer, Event, ExportFormat, Exported};
use crate::session::csv::columns;
use crate::session::query::connections::Gathering;
use crate::session::query::diagnostics::{self, Spoken};
use crate::session::query::export::Writer;
use crate::session::query::scan::{Meaning, Scan, Step};

/// An export under way.
pub struct Export {
    what: Exported,
    connection: Option<u64>,
    filter: Option<Filter>,
    scan: Scan,
    gathering: Gathering,
    /// So many diagnostics were found when it was asked for; those are told.
    known: usize,
    /// Of diagnostics, where payloads decide: the messages that they speak of.
    spoken: Option<Spoken>,
    writer: Writer,
}

impl Session {
    /// Begins to export what holds.
    pub(super) fn begin_export(
        &self,
        what: Exported,
        connection: Option<u64>,
        filter: Option<Filter>,
        format: ExportFormat,
    ) -> Export {
        let meaning = if what == Exported::Messages { Meaning::Decoded } else { Meaning::Unasked };
        // A diagnostic may hold though its message does not.
        let of_messages = filter.clone().filter(|_| what != Exported::Diagnostics);
        let mut scan = self.scan(of_messages, connection, meaning);
        // Of a connection's messages only what was found in them matters.
        scan.seen = (what == Exported::Connections).then(HashMap::new);
        let by_payload = filter.as_ref().filter(|filter| filter.needs_payload());
        let spoken = by_payload
            .filter(|_| what == Exported::Diagnostics)
            .map(|filter| Spoken::new(&self.index, connection, filter.clone()))
            .filter(|spoken| !spoken.is_empty());
        let writer = Writer::new(what, format);
        let known = self.index.found().len();
        Export { what, connection, filter, scan, gathering: Gathering::default(), known, spoken, writer }
    }

    /// One step of it.
    pub(super) fn export(&mut self, id: u64, export: &mut Export) -> Stepped {
        let Export { what, connection, filter, scan, gathering, known, spoken, writer } = export;
        let over = self.is_over();
        let mut ends = true;
        match what {
            Exported::Messages => {
                self.bytes.verify()?;
                let step = scan.step(&mut self.bytes, &self.index, self.start, over, writer)?;
                scan.found.clear();
                ends = step != Step::More;
            }
            Exported::Connections => {
                if filter.as_ref().is_some_and(Filter::needs_payload) && scan.seen.is_some() {
                    self.bytes.verify()?;
                    if scan.step(&mut self.bytes, &self.index, self.start, over, &mut ())? == Step::More {
                        return Ok(Progressed::Goes);
                    }
                    gathering.add(scan.seen.take().unwrap_or_default());
                }
                let (index, start) = (&self.index, self.start);
                if filter.as_ref().is_some_and(|filter| gathering.look(index, filter, start)) {
                    return Ok(Progressed::Goes);
                }
                for held in index.connections() {
                    let is_other = connection.is_some_and(|connection| connection != held.row.connection);
                    let holds = |filter: &Filter| gathering.holds(held, filter, start);
                    if !is_other && filter.as_ref().is_none_or(holds) {
                        writer.row(columns::CONNECTION, &held.row);
                    }
                }
            }
            Exported::Diagnostics => {
                if let Some(spoken) = spoken {
                    self.bytes.verify()?;
                    if scan.step(&mut self.bytes, &self.index, self.start, over, spoken)? == Step::More {
                        scan.found.clear();
                        return Ok(Progressed::Goes);
                    }
                }
                let (index, start) = (&self.index, self.start);
                for found in index.found().range(0, *known) {
                    if connection.is_some() && found.connection != *connection {
                        continue;
                    }
                    let row = found.to_row();
                    let seen = spoken.as_ref().and_then(|spoken| spoken.seen(&row));
                    let holds = |filter: &Filter| diagnostics::holds(index, &row, filter, seen, start);
                    if filter.as_ref().is_none_or(holds) {
                        writer.row(columns::DIAGNOSTIC, &row);
                    }
                }
            }
        }
        if ends || writer.has_bytes() {
            let (bytes, rows) = writer.take();
            let answer = Answer::Exported { bytes, rows };
            self.events.push_back(Event::Answer { id, last: ends, answer });
        }
        Ok(if ends { Progressed::Ends } else { Progressed::Goes })
    }
}
