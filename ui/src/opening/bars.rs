//! Questions that stand in a line of the window instead of a dialog over it: what becomes of several files, of a file that is not
//! the expected one, and what went wrong.

use yew::prelude::*;

use super::choose;
use crate::desk::{Act, Desk, use_desk};
use crate::icon::{Drawn, Icon};
use crate::place::fragment::Source;
use crate::words;
use sockscope_core::session::api::sanitise;

/// All that is asked now.
#[component]
pub fn Bars() -> Html {
    let desk = use_desk();
    let act = |act: fn() -> Act| {
        let desk = desk.clone();
        Callback::from(move |_: MouseEvent| desk.dispatch(act()))
    };
    let dismiss = html! {
        <button class="button plain" aria-label="Dismiss" onclick={act(|| Act::Dismiss)}><Drawn icon={Icon::X} /></button>
    };
    let is_asking = desk.undecided.len() > 1 || desk.expected.is_some() || desk.problem.is_some();
    if !is_asking {
        return html! {};
    }
    html! {
        <section class="bars" aria-label="Questions and notices">
            if desk.undecided.len() > 1 {
                <div class="bar" role="group" aria-label="Several captures">
                    <Drawn icon={Icon::FileUp} />
                    <span class="bar-words"><b>{words::counted(desk.undecided.len() as u64, "capture")}</b>{" came at once. Open them"}</span>
                    <button class="button primary" onclick={act(|| Act::OpenEach)}>{"In tabs"}</button>
                    <button class="button" onclick={act(|| Act::OpenJoined)}
                        title="For files that a capture was cut into, as dumpcap does">{"As one capture, in order of their names"}</button>
                    <span class="grow"></span>
                    {dismiss.clone()}
                </div>
            }
            if let Some(found) = &desk.mistaken {
                <div class="bar warn-bar" role="alert">
                    <Drawn icon={Icon::Warning} />
                    <span class="bar-words"><b>{sanitise::line(&found.mark.name).into_owned()}</b>{" is not the file that this address speaks of. "}{difference(&desk)}</span>
                    <button class="button" onclick={act(|| Act::OpenMistaken)}>{"Open it all the same"}</button>
                    <button class="button" onclick={Callback::from(|_| choose())}>{"Choose another…"}</button>
                    <span class="grow"></span>
                    {dismiss.clone()}
                </div>
            } else if desk.capture().is_some() && desk.expected.is_some() {
                <div class="bar" role="status">
                    <Drawn icon={Icon::Link} />
                    <span class="bar-words">{"The address speaks of another capture: "}<b>{expected(&desk)}</b>{". Drop it here, or open it."}</span>
                    <button class="button" onclick={Callback::from(|_| choose())}>{"Open…"}</button>
                    <span class="grow"></span>
                    {dismiss.clone()}
                </div>
            }
            if let Some(problem) = &desk.problem {
                <div class="bar warn-bar" role="alert">
                    <Drawn icon={Icon::Warning} />
                    <span class="bar-words">{problem}</span>
                    <span class="grow"></span>
                    {dismiss}
                </div>
            }
        </section>
    }
}

/// What an address asks for, by name.
fn expected(desk: &Desk) -> String {
    match desk.expected.as_deref().map(|expected| &expected.source) {
        Some(Source::Files(marks)) => {
            let names: Vec<_> = marks.iter().map(|mark| sanitise::line(&mark.name)).collect();
            names.join(", ")
        }
        Some(Source::Sample(name)) => name.clone(),
        _ => String::new(),
    }
}

fn difference(desk: &Desk) -> String {
    let marks = match desk.expected.as_deref().map(|expected| &expected.source) {
        Some(Source::Files(marks)) => marks.as_slice(),
        _ => &[],
    };
    match (marks, &desk.mistaken) {
        ([mark], Some(found)) => mark.difference(&found.mark),
        _ => String::new(),
    }
}
