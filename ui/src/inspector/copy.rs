//! A button that copies a text, and says that it did.

use wasm_bindgen_futures::JsFuture;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::icon::{Drawn, Icon};

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is copied, exactly.
    pub text: AttrValue,
    /// What the button says.
    pub label: AttrValue,
    /// What it does, for whoever hovers over it.
    #[prop_or_default]
    pub title: Option<AttrValue>,
}

/// The button.
#[component]
pub fn Copy(props: &Props) -> Html {
    // The text that was copied last: another one is not copied yet.
    let copied = use_state_eq(|| None::<AttrValue>);
    let is_copied = copied.as_ref() == Some(&props.text);
    let onclick = {
        let (copied, text) = (copied.clone(), props.text.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            let Some(window) = web_sys::window() else { return };
            let writing = window.navigator().clipboard().write_text(&text);
            let (copied, text) = (copied.clone(), text.clone());
            spawn_local(async move {
                if JsFuture::from(writing).await.is_ok() {
                    copied.set(Some(text));
                }
            });
        })
    };
    let (icon, label) = match is_copied {
        true => (Icon::Check, AttrValue::Static("Copied")),
        false => (Icon::Copy, props.label.clone()),
    };
    html! {
        <button class="button copy" {onclick} title={props.title.clone()}><Drawn {icon} /><span aria-live="polite">{label}</span></button>
    }
}
