//! What is shown of connections and is in no row of them: sparklines, and why an Accept is wrong.

use std::collections::HashMap;
use std::rc::Rc;

use sockscope_core::session::api::{Answer, Request, Span};
use yew::prelude::*;

use super::sparkline::SLICES;
use crate::engine::{use_answer, use_progress};
use crate::findings::{Findings, use_findings};

/// Causes that are asked for.
const CAUSES: u64 = 2_000;

/// What is known beside the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// What codes mean.
    pub findings: Findings,
    /// By connection, the recognised cause of its wrong Accept.
    pub causes: HashMap<u64, String>,
    /// By connection, its messages in each slice of the capture's time, the client's first.
    pub lines: HashMap<u64, Vec<[u64; 2]>>,
}

/// The facts of these connections; asked for again while the capture is read, `fresh` being how far it is.
#[hook]
pub fn use_facts(connections: Vec<u64>, fresh: u64) -> Rc<Facts> {
    let progress = use_progress();
    let findings = use_findings();
    let rows = Span { start: 0, length: CAUSES };
    let mismatches = Request::Diagnostics { rows, code: Some("accept-mismatch".into()), connection: None };
    let causes = use_answer(Some(mismatches), progress.errors);
    let lines = (!connections.is_empty()).then_some(Request::Sparklines { connections, slices: SLICES });
    let lines = use_answer(lines, fresh);
    use_memo((findings, causes.answer, lines.answer), |(findings, causes, lines)| Facts {
        findings: findings.clone(),
        causes: match causes.as_deref() {
            Some(Answer::Diagnostics(page)) => {
                let cause = |row: &sockscope_core::session::api::DiagnosticRow| {
                    Some((row.connection?, row.cause_code.clone()?))
                };
                page.rows.iter().filter_map(cause).collect()
            }
            _ => HashMap::new(),
        },
        lines: match lines.as_deref() {
            Some(Answer::Sparklines(all)) => {
                all.lines.iter().map(|line| (line.connection, line.messages.clone())).collect()
            }
            _ => HashMap::new(),
        },
    })
}
