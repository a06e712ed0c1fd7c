//! The tabs of several captures (ARIA Authoring Practices, tabs). One capture alone needs none.

use sockscope_core::session::api::sanitise;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

use crate::desk::{Act, Capture, use_desk};
use crate::focus;
use crate::icon::{Drawn, Icon};
use crate::messages::TABLE;

/// The bar of tabs.
#[component]
pub fn Tabs() -> Html {
    let desk = use_desk();
    let bar = use_node_ref();
    // A tab that is closed takes the focus with it.
    let had_focus = use_mut_ref(|| false);
    // The focus goes along with the choice, if it is in the bar at all.
    use_effect_with((desk.active, desk.captures.len(), bar.clone()), {
        let had_focus = had_focus.clone();
        move |(_, _, bar): &(Option<u64>, usize, NodeRef)| {
            let goes_along = had_focus.replace(false) || has_focus(bar);
            let bar = bar.cast::<web_sys::Element>();
            let chosen = bar.and_then(|bar| bar.query_selector("[aria-selected=true]").ok().flatten());
            match chosen.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
                Some(chosen) if goes_along => {
                    let _ = chosen.focus();
                }
                // One capture alone has no tab.
                None if goes_along => {
                    focus::id(TABLE);
                }
                _ => {}
            }
        }
    });
    if desk.captures.len() < 2 {
        return html! {};
    }
    let close = {
        let (desk, bar) = (desk.clone(), bar.clone());
        Callback::from(move |id| {
            had_focus.replace(has_focus(&bar));
            desk.dispatch(Act::Close(id));
        })
    };
    let onkeydown = {
        let (desk, close) = (desk.clone(), close.clone());
        Callback::from(move |event: KeyboardEvent| {
            let act = match (event.key().as_str(), desk.active) {
                ("ArrowRight", _) => Act::Step(1),
                ("ArrowLeft", _) => Act::Step(-1),
                ("Home", _) => Act::ChooseNth(0),
                ("End", _) => Act::ChooseNth(desk.captures.len() - 1),
                ("Delete", Some(id)) => {
                    event.prevent_default();
                    return close.emit(id);
                }
                _ => return,
            };
            event.prevent_default();
            desk.dispatch(act);
        })
    };
    let owned: Vec<String> = desk.captures.iter().map(|capture| id_of(capture.id)).collect();
    let owned = owned.join(" ");
    html! {
        <nav class="capture-tabs" aria-label="Captures" ref={bar}>
            // Beside each tab stands a button, which no list of tabs may hold.
            <span role="tablist" aria-label="Captures" aria-owns={owned}></span>
            <div {onkeydown}>
                { for desk.captures.iter().enumerate().map(|(at, capture)| html! {
                    <CaptureTab key={capture.id} capture={capture.clone()} number={at + 1} is_selected={Some(capture.id) == desk.active} close={close.clone()} />
                }) }
            </div>
        </nav>
    }
}

/// Whether the focus is in it.
fn has_focus(bar: &NodeRef) -> bool {
    let active = web_sys::window().and_then(|window| window.document()?.active_element());
    let bar = bar.cast::<web_sys::Element>();
    active.is_some_and(|active| bar.is_some_and(|bar| bar.contains(Some(&active))))
}

fn id_of(capture: u64) -> String {
    format!("capture-tab-{capture}")
}

#[derive(Properties, PartialEq)]
struct TabProps {
    capture: Capture,
    number: usize,
    is_selected: bool,
    close: Callback<u64>,
}

#[component]
fn CaptureTab(props: &TabProps) -> Html {
    let TabProps { capture, number, is_selected, close } = props;
    let desk = use_desk();
    let id = capture.id;
    let name = capture.origin.name();
    let shown = sanitise::line(&name).into_owned();
    let choose = Callback::from(move |_| desk.dispatch(Act::Choose(id)));
    let close = close.reform(move |_: MouseEvent| id);
    let tabindex = if *is_selected { "0" } else { "-1" };
    let key = (*number < 10).then(|| format!("Alt+{number} chooses it, "));
    html! {
        <div class={classes!("capture-tab", is_selected.then_some("selected"))}>
            <button id={id_of(id)} class="capture-name" role="tab" aria-selected={is_selected.to_string()} {tabindex} aria-keyshortcuts="Delete"
                title={format!("{shown}: {}Del closes it", key.unwrap_or_default())} onclick={choose}>{&shown}</button>
            <button class="capture-close" {tabindex} aria-label={format!("Close {shown}")} title="Close (Del)" onclick={close}><Drawn icon={Icon::X} /></button>
        </div>
    }
}
