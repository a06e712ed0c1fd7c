//! What was found wrong in the capture, grouped by code.

mod explanation;
mod group;
mod rows;

use std::rc::Rc;

use sockscope_core::session::api::{Answer, Request, SessionState, Severity, Span};
use yew::prelude::*;

use crate::engine::{use_answer, use_progress};
use crate::place::use_place;
use crate::words;
use group::Group;

/// The view.
#[component]
pub fn Diagnostics() -> Html {
    let placed = use_place();
    let progress = use_progress();
    // Notes are not counted by the progress: the end of reading asks once more.
    let fresh = progress.errors + progress.warnings + u64::from(progress.state != SessionState::Reading);
    let only_this = use_state_eq(|| false);
    let in_view = placed.place.connection_in_view();
    let connection = in_view.filter(|_| *only_this);
    let answered = use_answer(Some(Request::DiagnosticGroups), fresh);
    let counting = connection.map(|connection| Request::Diagnostics {
        rows: Span { start: 0, length: 0 },
        code: None,
        connection: Some(connection),
    });
    let counted = use_answer(counting, fresh);
    // Codes that were folded or unfolded by hand.
    let folds = use_state_eq(|| Rc::new(Vec::<(String, bool)>::new()));
    let groups = match answered.answer.as_deref() {
        Some(Answer::DiagnosticGroups(groups)) => groups,
        _ => {
            return html! { <p class="dim" aria-busy="true">{answered.problem.map(|problem| problem.message)}</p> };
        }
    };
    let total = |severity| -> u64 {
        groups.iter().filter(|group| group.severity == severity).map(|group| group.count).sum()
    };
    let counts: Vec<String> =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
            .into_iter()
            .filter(|(severity, _)| total(*severity) > 0)
            .map(|(severity, name)| words::counted(total(severity), name))
            .collect();
    let is_none = match (connection, counted.answer.as_deref()) {
        (None, _) => groups.is_empty(),
        (Some(_), Some(Answer::Diagnostics(page))) => page.total == 0,
        (Some(_), _) => false,
    };
    let onchange = {
        let only_this = only_this.clone();
        Callback::from(move |_: Event| only_this.set(!*only_this))
    };
    html! {
        <div class="diagnostics">
            <div class="diagnostics-head">
                <span class="dim">{counts.join(" · ")}</span>
                <span class="grow"></span>
                <label class="only-this">
                    <input type="checkbox" checked={*only_this} disabled={in_view.is_none()} {onchange} />
                    { match in_view {
                        Some(connection) => format!("connection {} only", words::count(connection)),
                        None => "this connection only".to_owned(),
                    } }
                </label>
            </div>
            if is_none {
                <p class="dim nothing">
                    <span class="good" aria-hidden="true">{"✓ "}</span>
                    { match (progress.state, connection) {
                        (SessionState::Reading, _) => "Nothing was found so far.",
                        (_, Some(_)) => "Nothing was found in this connection.",
                        (_, None) => "Nothing was found: no rule is broken, and nothing is missing.",
                    } }
                </p>
            }
            { for groups.iter().map(|group| {
                let by_hand = folds.iter().find(|(code, _)| *code == group.code).map(|(_, is_open)| *is_open);
                let is_open = by_hand.unwrap_or(groups.len() == 1);
                let toggle = {
                    let (folds, code) = (folds.clone(), group.code.clone());
                    Callback::from(move |()| {
                        let mut changed = (**folds).clone();
                        changed.retain(|(of, _)| *of != code);
                        changed.push((code.clone(), !is_open));
                        folds.set(Rc::new(changed));
                    })
                };
                html! { <Group key={group.code.clone()} group={group.clone()} {connection} {is_open} {toggle} {fresh} /> }
            }) }
        </div>
    }
}
