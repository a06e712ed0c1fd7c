//! One capture's window: header, filter, timeline, and three panes beside each other.

mod decode_as;
mod diagnostics;
mod focus;
mod header;
mod laid;
mod nothing;
mod secrets;
mod splitter;
mod status;
mod tabs;
mod unreadable;

use sockscope_core::session::api::{Answer, Request, SessionState};
use yew::prelude::*;

use crate::connections::Connections;
use crate::desk::{Act, use_capture, use_desk};
use crate::engine::{use_answer, use_progress};
use crate::filter::{FilterBar, Filtering};
use crate::inspector::Inspector;
use crate::keys::{Command, use_commands};
use crate::messages::Messages;
use crate::opening::Bars;
use crate::pause::use_turns;
use crate::place::{Panes, Tab, use_place};
use crate::style;
use crate::timeline::Timeline;
use diagnostics::use_steps;
use header::Header;
pub use header::preferences;
pub use laid::Laid;
use nothing::Nothing;
use splitter::{Edge, Splitter};
use status::Status;
pub use tabs::Tabs;
use unreadable::{Damaged, Unreadable};

/// Where the engine reads once more, everything is asked again.
#[hook]
fn use_pass(pass: u32) {
    let (desk, capture) = (use_desk(), use_capture());
    use_effect_with((capture.id, pass), move |_| {
        if capture.client.pass() != pass {
            desk.dispatch(Act::Pass(capture.id, pass));
        }
    });
}

/// A capture that is looked at.
#[component]
pub fn Workspace() -> Html {
    let placed = use_place();
    let progress = use_progress();
    let panes = use_node_ref();
    use_pass(progress.pass);
    // The rows first; all at once would take the first drawing too long.
    let turn = use_turns(3);
    let (step, stepped) = use_steps();
    use_commands(Callback::from(move |command| match command {
        Command::Filter => focus::filter(),
        Command::NextDiagnostic => step.emit(1),
        Command::PreviousDiagnostic => step.emit(-1),
        Command::NextPane => focus::step(1),
        Command::PreviousPane => focus::step(-1),
        Command::Leave => focus::leave(),
        _ => false,
    }));
    use_effect_with((panes.clone(), placed.place.panes), |(node, panes)| {
        // What nobody chose, the style sheet does: it knows how much room there is.
        let usual = Panes::default();
        let chosen = |width: u16, usual: u16| match width == usual {
            true => String::new(),
            false => format!("{width}px"),
        };
        style::set(
            node,
            &[
                ("--connections", chosen(panes.connections, usual.connections)),
                ("--inspector", chosen(panes.inspector, usual.inspector)),
            ],
        );
    });
    // What a capture holds is known once reading is over.
    let is_over = progress.state != SessionState::Reading;
    let answered = use_answer(is_over.then_some(Request::Summary), 0);
    let summary = match answered.answer.as_deref() {
        Some(Answer::Summary(summary)) if is_over => Some((**summary).clone()),
        _ => None,
    };
    if progress.state == SessionState::Failed && progress.packets == 0 {
        return html! {
            <div class="workspace">
                <Header />
                <Bars />
                <Unreadable />
                <Status {stepped} />
            </div>
        };
    }
    let found_nothing =
        summary.as_ref().filter(|summary| summary.connections == 0 && progress.connections == 0);
    html! {
        <Filtering>
        <div class="workspace">
            <Header />
            <Bars />
            if let Some(summary) = summary.clone().filter(|summary| summary.damaged || progress.problem.is_some()) {
                <Damaged {summary} see={{
                    let placed = placed.clone();
                    Callback::from(move |()| placed.set(|place| place.tab = Tab::Diagnostics))
                }} />
            }
            if turn >= 2 { <FilterBar /> } else { <div class="filter-bar awaited"></div> }
            if turn >= 2 { <Timeline /> } else { <div class="timeline awaited"></div> }
            <main class="panes" ref={panes}>
                if turn >= 1 { <Connections /> } else { <section></section> }
                <Splitter edge={Edge::Connections} />
                if let Some(summary) = found_nothing {
                    <Nothing summary={summary.clone()} />
                } else {
                    <Messages />
                }
                <Splitter edge={Edge::Inspector} />
                if turn >= 3 { <Inspector /> } else { <section></section> }
            </main>
            <Status {stepped} />
        </div>
        </Filtering>
    }
}
