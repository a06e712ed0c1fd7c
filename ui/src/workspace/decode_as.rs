//! Servers' ports that are read as WebSocket though no handshake was captured: for whoever knows better than the bytes tell.

use yew::prelude::*;

use crate::desk::{Act, use_desk};

/// The ports of the capture that is looked at, to take back, and a field for another one.
#[component]
pub fn DecodeAs() -> Html {
    let desk = use_desk();
    let Some(capture) = desk.capture() else { return html! {} };
    let take_back = use_decode_as(false);
    let ports = capture.origin.how.decode_as.iter().map(|&port| {
        let onclick = take_back.reform(move |_: MouseEvent| port);
        html! { <li><b class="mono">{port}</b><button class="link" {onclick}>{"take back"}</button></li> }
    });
    html! {
        <div class="decode-as">
            <p class="dim">{"Connections to a port can be read as WebSocket from their first byte on. The capture is then read again."}</p>
            if !capture.origin.how.decode_as.is_empty() { <ul class="decoded-ports">{ for ports }</ul> }
            <AnyPort id="decode-as-panel" />
        </div>
    }
}

/// What a field for a port is given.
#[derive(Properties, PartialEq)]
pub struct PortProps {
    /// What the field is found by: it may be there twice.
    #[prop_or("decode-as".into())]
    pub id: AttrValue,
}

/// A field for any port.
#[component]
pub fn AnyPort(props: &PortProps) -> Html {
    let decode = use_decode_as(true);
    let field = use_node_ref();
    let onsubmit = {
        let field = field.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = field.cast::<web_sys::HtmlInputElement>().map(|field| field.value());
            if let Some(port) = typed.and_then(|typed| typed.trim().parse().ok()).filter(|port| *port > 0) {
                decode.emit(port);
            }
        })
    };
    html! {
        <form class="nothing-part any-port" {onsubmit}>
            <label for={&props.id}>{"If you know the port of a WebSocket server whose handshake was not captured:"}</label>
            <span><input id={&props.id} class="field" ref={field} type="number" min="1" max="65535" required=true placeholder="8080" />
            <button class="button" type="submit">{"Decode as WebSocket"}</button></span>
        </form>
    }
}

/// Reads the capture that is looked at anew, with a server's port as WebSocket, or no longer.
#[hook]
pub fn use_decode_as(is_wanted: bool) -> Callback<u16> {
    let desk = use_desk();
    Callback::from(move |port| {
        if let Some(id) = desk.active {
            desk.dispatch(Act::DecodeAs(id, port, is_wanted));
        }
    })
}
