//! Text that goes to the system's clipboard.

use std::time::Duration;

use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use crate::icon::{Drawn, Icon};

/// How long a button says that it copied.
const TOLD: Duration = Duration::from_secs(2);

/// Writes a text exactly as it is; whether the system took it.
pub async fn write(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    // Pages of a plain-http host have no clipboard at all.
    if !window.is_secure_context() {
        return false;
    }
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// Copies a text; `copied` is told whether the system took it.
pub fn copy(text: String, copied: Callback<bool>) {
    spawn_local(async move { copied.emit(write(&text).await) });
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is copied.
    pub text: AttrValue,
    /// What it is, for a screen reader and for whoever points at it.
    pub label: AttrValue,
    /// What stands on the button beside its icon.
    #[prop_or_default]
    pub words: Option<AttrValue>,
}

/// A button that copies, and says for a moment that it did.
#[component]
pub fn CopyButton(props: &Props) -> Html {
    let outcome = use_state(|| None::<bool>);
    let resting = use_mut_ref(|| None::<Timeout>);
    let onclick = {
        let (text, outcome) = (props.text.to_string(), outcome.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            let (outcome, resting) = (outcome.clone(), resting.clone());
            let copied = Callback::from(move |is_copied| {
                outcome.set(Some(is_copied));
                let outcome = outcome.clone();
                resting.replace(Some(Timeout::new(TOLD.as_millis() as u32, move || outcome.set(None))));
            });
            copy(text.clone(), copied);
        })
    };
    let (icon, told) = match *outcome {
        None => (Icon::Copy, ""),
        Some(true) => (Icon::Check, "Copied"),
        Some(false) => (Icon::X, "The browser did not allow it"),
    };
    let class = if props.words.is_some() { "button small" } else { "tool" };
    html! {
        <button {class} aria-label={props.label.clone()} title={props.label.clone()} {onclick}>
            <Drawn {icon} />{props.words.clone()}<span class="unseen" role="status">{told}</span>
        </button>
    }
}
