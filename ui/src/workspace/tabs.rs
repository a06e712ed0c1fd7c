//! The tabs of several captures (ARIA Authoring Practices, tabs). One capture alone needs none.

use sockscope_core::session::api::sanitise;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

use crate::desk::{Act, Capture, use_desk};
use crate::icon::{Drawn, Icon};

/// The bar of tabs.
#[component]
pub fn Tabs() -> Html {
    let desk = use_desk();
    let bar = use_node_ref();
    // The focus goes along with the choice, if it is in the bar at all.
    use_effect_with((desk.active, bar.clone()), |(_, bar)| {
        let Some(bar) = bar.cast::<web_sys::Element>() else { return };
        let active = web_sys::window().and_then(|window| window.document()?.active_element());
        let chosen = bar.query_selector("[aria-selected=true]").ok().flatten();
        if let (true, Some(chosen)) =
            (bar.contains(active.as_deref()), chosen.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()))
        {
            let _ = chosen.focus();
        }
    });
    if desk.captures.len() < 2 {
        return html! {};
    }
    let onkeydown = {
        let desk = desk.clone();
        Callback::from(move |event: KeyboardEvent| {
            let act = match (event.key().as_str(), desk.active) {
                ("ArrowRight", _) => Act::Step(1),
                ("ArrowLeft", _) => Act::Step(-1),
                ("Home", _) => Act::ChooseNth(0),
                ("End", _) => Act::ChooseNth(desk.captures.len() - 1),
                ("Delete", Some(id)) => Act::Close(id),
                _ => return,
            };
            event.prevent_default();
            desk.dispatch(act);
        })
    };
    html! {
        <nav class="capture-tabs" aria-label="Captures" ref={bar}><div role="tablist" aria-label="Captures" {onkeydown}>
            { for desk.captures.iter().enumerate().map(|(at, capture)| html! {
                <CaptureTab key={capture.id} capture={capture.clone()} number={at + 1} is_selected={Some(capture.id) == desk.active} />
            }) }
        </div></nav>
    }
}

#[derive(Properties, PartialEq)]
struct TabProps {
    capture: Capture,
    number: usize,
    is_selected: bool,
}

#[component]
fn CaptureTab(props: &TabProps) -> Html {
    let TabProps { capture, number, is_selected } = props;
    let desk = use_desk();
    let id = capture.id;
    let name = capture.origin.name();
    let shown = sanitise::line(&name).into_owned();
    let choose = {
        let desk = desk.clone();
        Callback::from(move |_| desk.dispatch(Act::Choose(id)))
    };
    let close = Callback::from(move |event: MouseEvent| {
        // It stands in the tab, which would be chosen otherwise.
        event.stop_propagation();
        desk.dispatch(Act::Close(id));
    });
    let key = (*number < 10).then(|| format!("Alt+{number} chooses it, "));
    html! {
        <button class={classes!("capture-tab", is_selected.then_some("selected"))} role="tab" aria-selected={is_selected.to_string()}
            tabindex={if *is_selected { "0" } else { "-1" }} aria-keyshortcuts="Delete"
            title={format!("{shown}: {}Del closes it", key.unwrap_or_default())} onclick={choose}>
            <span class="capture-name">{&shown}</span>
            // For the pointer alone: by keyboard a tab is closed with Delete.
            <span class="capture-close" aria-hidden="true" onclick={close}><Drawn icon={Icon::X} /></span>
        </button>
    }
}
