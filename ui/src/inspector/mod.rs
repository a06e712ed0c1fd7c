//! What is known of one message and its connection, a view a tab.

mod diagnostics;
mod frames;
mod handshake;
mod packets;
pub mod payload;

use yew::prelude::*;

use crate::place::{Tab, use_place};

/// The inspector.
#[component]
pub fn Inspector() -> Html {
    let placed = use_place();
    let tab = placed.place.tab;
    let tabs = Tab::ALL.into_iter().map(|name| {
        let is_selected = name == tab;
        let placed = placed.clone();
        let onclick = Callback::from(move |_| placed.set(move |place| place.tab = name));
        html! {
            <button role="tab" id={format!("tab-{}", name.name())} aria-selected={is_selected.to_string()} aria-controls="inspector-view"
                class={classes!("tab", is_selected.then_some("selected"))} {onclick}>{name.name()}</button>
        }
    });
    let message = placed.place.message;
    let view = match (tab, message, placed.place.connection_in_view()) {
        (Tab::Diagnostics, ..) => html! { <diagnostics::Diagnostics /> },
        (Tab::Handshake, _, Some(connection)) => html! { <handshake::Handshake {connection} /> },
        (Tab::Handshake, ..) => html! { <p class="dim">{"Select a connection to see its handshake."}</p> },
        (_, None, _) => html! { <p class="dim">{"Select a message to look into it."}</p> },
        (Tab::Payload, Some(message), _) => html! { <payload::Payload {message} /> },
        (Tab::Frames, Some(message), _) => html! { <frames::Frames {message} /> },
        (Tab::Packets, Some(message), _) => html! { <packets::Packets {message} /> },
    };
    html! {
        <section class="inspector" aria-label="Inspector">
            <div class="tabs" role="tablist" aria-label="Views of the selection">{ for tabs }</div>
            <div class="inspector-view" id="inspector-view" role="tabpanel" aria-labelledby={format!("tab-{}", tab.name())} tabindex="0">{view}</div>
        </section>
    }
}
