//! The inspector's tabs: chosen by a click or by the arrow keys.

use sockscope_core::session::api::Progress;
use yew::prelude::*;

use super::VIEW;
use crate::engine::use_progress;
use crate::focus;
use crate::place::{Tab, use_place};
use crate::words;

/// The tabs.
#[component]
pub fn Tabs() -> Html {
    let placed = use_place();
    let progress = use_progress();
    let chosen = placed.place.tab;
    let choose = {
        let placed = placed.clone();
        Callback::from(move |tab: Tab| placed.set(move |place| place.tab = tab))
    };
    let onkeydown = {
        let choose = choose.clone();
        Callback::from(move |event: KeyboardEvent| {
            let Some(tab) = beside(chosen, &event.key()) else { return };
            event.prevent_default();
            event.stop_propagation();
            choose.emit(tab);
            focus::id(&id(tab));
        })
    };
    let tabs = Tab::ALL.into_iter().map(|tab| {
        let is_selected = tab == chosen;
        let choose = choose.clone();
        let onclick = Callback::from(move |_| choose.emit(tab));
        html! {
            <button role="tab" id={id(tab)} aria-selected={is_selected.to_string()} aria-controls={VIEW}
                tabindex={if is_selected { "0" } else { "-1" }} class={classes!("tab", is_selected.then_some("selected"))} {onclick}>
                {tab.name()}
                if tab == Tab::Diagnostics { {count(&progress)} }
            </button>
        }
    });
    html! {
        <div class="tabs" role="tablist" aria-label="Views of the selection" {onkeydown}>{ for tabs }</div>
    }
}

/// A tab's element.
pub fn id(tab: Tab) -> String {
    format!("tab-{}", tab.name())
}

/// How many errors and warnings there are, in the colour of the worst.
fn count(progress: &Progress) -> Html {
    let (errors, warnings) = (progress.errors, progress.warnings);
    if errors + warnings == 0 {
        return html! {};
    }
    let tone = if errors > 0 { "bad" } else { "warn" };
    let said = format!("{}, {}", words::counted(errors, "error"), words::counted(warnings, "warning"));
    html! {
        <><sup class={tone} aria-hidden="true" title={said.clone()}>{words::count(errors + warnings)}</sup><span class="unseen">{format!(": {said}")}</span></>
    }
}

/// The tab that a key leads to.
fn beside(tab: Tab, key: &str) -> Option<Tab> {
    let at = Tab::ALL.iter().position(|of| *of == tab)?;
    let count = Tab::ALL.len();
    let to = match key {
        "ArrowRight" => (at + 1) % count,
        "ArrowLeft" => (at + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return None,
    };
    Tab::ALL.get(to).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrow_keys_go_round() {
        assert_eq!(beside(Tab::Payload, "ArrowRight"), Some(Tab::Frames));
        assert_eq!(beside(Tab::Payload, "ArrowLeft"), Some(Tab::Diagnostics));
        assert_eq!(beside(Tab::Frames, "End"), Some(Tab::Diagnostics));
        assert_eq!(beside(Tab::Frames, "Enter"), None);
    }
}
