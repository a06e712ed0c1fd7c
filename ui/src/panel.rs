//! A panel that lies over the window's right side: key logs, the list of keys, what Sockscope is.

use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, MouseEvent, Node};
use yew::prelude::*;

use crate::icon::{Drawn, Icon};

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What it is called.
    pub title: AttrValue,
    /// Closes it.
    pub close: Callback<()>,
    /// What it shows.
    pub children: Html,
}

/// A panel. It has the focus while it is there, and gives it back.
#[component]
pub fn Panel(props: &Props) -> Html {
    let panel = use_node_ref();
    use_effect_with((), {
        let panel = panel.clone();
        move |()| {
            let document = web_sys::window().and_then(|window| window.document());
            let before =
                document.and_then(|document| document.active_element()?.dyn_into::<HtmlElement>().ok());
            if let Some(panel) = panel.cast::<HtmlElement>() {
                let _ = panel.focus();
            }
            move || {
                if let Some(before) = before {
                    let _ = before.focus();
                }
            }
        }
    });
    let close = props.close.reform(|_: MouseEvent| ());
    // What lies beneath cannot be seen well enough to have the focus.
    let onfocusout = {
        let (panel, close) = (panel.clone(), props.close.clone());
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
            let is_inside = panel.cast::<Node>().is_some_and(|panel| panel.contains(to.as_ref()));
            if to.is_some() && !is_inside {
                close.emit(());
            }
        })
    };
    html! {
        <>
            <div class="panel-behind" onclick={close.clone()}></div>
            <div class="panel" role="dialog" aria-label={props.title.clone()} tabindex="-1" ref={panel} {onfocusout}>
                <div class="panel-head">
                    <h2>{&props.title}</h2>
                    <span class="grow"></span>
                    <button class="button plain" aria-label="Close" title="Close (Esc)" onclick={close}><Drawn icon={Icon::X} /></button>
                </div>
                <div class="panel-body" role="group" aria-label={props.title.clone()} tabindex="0">{props.children.clone()}</div>
            </div>
        </>
    }
}
