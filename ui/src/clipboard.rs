//! Text that goes to the system's clipboard.

use std::time::Duration;

use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use crate::icon::{Drawn, Icon};

/// Copies text exactly as it is. `copied` is told whether the system took it.
pub fn copy(text: &str, copied: Callback<bool>) {
    let Some(window) = web_sys::window() else { return copied.emit(false) };
    // Pages of a plain-http host have no clipboard at all.
    if !window.is_secure_context() {
        return copied.emit(false);
    }
    let writing = window.navigator().clipboard().write_text(text);
    spawn_local(async move { copied.emit(JsFuture::from(writing).await.is_ok()) });
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is copied.
    pub text: AttrValue,
    /// What it is, for a screen reader.
    pub label: AttrValue,
}

/// A button that copies, and says for a moment that it did.
#[component]
pub fn CopyButton(props: &Props) -> Html {
    let outcome = use_state(|| None::<bool>);
    let resting = use_mut_ref(|| None::<Timeout>);
    let onclick = {
        let (text, outcome) = (props.text.clone(), outcome.clone());
        Callback::from(move |_| {
            let (outcome, resting) = (outcome.clone(), resting.clone());
            copy(
                &text,
                Callback::from(move |is_copied| {
                    outcome.set(Some(is_copied));
                    let outcome = outcome.clone();
                    let rest =
                        Timeout::new(Duration::from_secs(2).as_millis() as u32, move || outcome.set(None));
                    resting.replace(Some(rest));
                }),
            );
        })
    };
    let (icon, told) = match *outcome {
        None => (Icon::Copy, ""),
        Some(true) => (Icon::Check, "Copied"),
        Some(false) => (Icon::X, "The browser did not allow it"),
    };
    html! {
        <button class="copy" aria-label={props.label.clone()} title={props.label.clone()} {onclick}>
            <Drawn {icon} /><span class="unseen" role="status">{told}</span>
        </button>
    }
}
