//! What codes of diagnostics mean: rows have the codes only.

use std::collections::HashMap;
use std::rc::Rc;

use sockscope_core::session::api::{Answer, DiagnosticGroup, Request, SessionState};
use yew::prelude::*;

use crate::engine::{use_answer, use_progress};

/// Every code that was found, with its title and its worst severity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings(Rc<HashMap<String, DiagnosticGroup>>);

impl Findings {
    /// Those of these groups.
    pub fn new(groups: &[DiagnosticGroup]) -> Self {
        Self(Rc::new(groups.iter().map(|group| (group.code.clone(), group.clone())).collect()))
    }

    /// The worst of these codes, the first of those that are equally bad.
    pub fn worst(&self, codes: &[String]) -> Option<&DiagnosticGroup> {
        let known = codes.iter().filter_map(|code| self.0.get(code));
        known.reduce(|worst, group| if group.severity > worst.severity { group } else { worst })
    }
}

/// What was found so far.
#[hook]
pub fn use_findings() -> Findings {
    let progress = use_progress();
    let fresh = progress.errors + progress.warnings + u64::from(progress.state != SessionState::Reading);
    let answered = use_answer(Some(Request::DiagnosticGroups), fresh);
    let findings = use_memo(answered.answer, |answer| match answer.as_deref() {
        Some(Answer::DiagnosticGroups(groups)) => Findings::new(groups),
        _ => Findings::default(),
    });
    (*findings).clone()
}
