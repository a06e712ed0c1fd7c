//! The first line: the capture, and what was found in it.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::engine::use_progress;
use crate::icon::{Drawn, Icon};
use crate::opening::{Opened, listed, open_each};
use crate::words;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The capture's name.
    pub name: AttrValue,
    /// Takes another capture.
    pub open: Callback<Opened>,
    /// Closes this one.
    pub close: Callback<()>,
}

/// The first line.
#[component]
pub fn Header(props: &Props) -> Html {
    let progress = use_progress();
    let onchange = {
        let opened = props.open.clone();
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            open_each(listed(input.and_then(|input| input.files())), &opened);
        })
    };
    let facts = [
        progress.size.map(words::size),
        Some(words::counted(progress.connections, "connection")),
        Some(words::counted(progress.messages, "message")),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    html! {
        <header class="header">
            <span class="brand"><img src="./icon.svg" alt="" width="20" height="20" />{"Sockscope"}</span>
            <span class="file">{&props.name}</span>
            <span class="dim">{facts.join(" · ")}</span>
            if progress.errors > 0 {
                <span class="bad">{"✗ "}{words::counted(progress.errors, "error")}</span>
            }
            if progress.warnings > 0 {
                <span class="warn">{"⚠ "}{words::counted(progress.warnings, "warning")}</span>
            }
            <span class="grow"></span>
            <label class="button">
                <Drawn icon={Icon::Open} />{"Open…"}
                <input class="unseen" type="file" multiple=true {onchange} />
            </label>
            <button class="button" onclick={props.close.reform(|_| ())} aria-label="Close this capture"><Drawn icon={Icon::X} /></button>
        </header>
    }
}
