//! What is known of one message and its connection, a view a tab.

mod diagnostics;
mod finding;
mod frames;
mod handshake;
mod packets;
pub mod payload;
mod tabs;

use yew::prelude::*;

use crate::place::{Tab, use_place};
use tabs::Tabs;

/// By what the room of a view is found, to focus it.
pub const VIEW: &str = "inspector-view";

/// The inspector.
#[component]
pub fn Inspector() -> Html {
    let placed = use_place();
    let tab = placed.place.tab;
    let view = match (tab, placed.place.message, placed.place.connection_in_view()) {
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
            <Tabs />
            <div class="inspector-view" id={VIEW} role="tabpanel" aria-labelledby={tabs::id(tab)} tabindex="0">{view}</div>
        </section>
    }
}
