//! What lies over the window: key logs, the list of keys, or what Sockscope is.

use yew::prelude::*;

use super::secrets::Secrets;
use crate::desk::{Act, Over, use_desk};
use crate::keys::{KEYS, Key};
use crate::panel::Panel;

/// Lucide's licence, which asks to be kept with the icons.
const ICONS: &str = include_str!("../../icons/LICENSE");

/// The panel that is open, if one is.
#[component]
pub fn Laid() -> Html {
    let desk = use_desk();
    let close = {
        let desk = desk.clone();
        Callback::from(move |()| desk.dispatch(Act::Lay(None)))
    };
    match desk.over {
        None => html! {},
        Some(Over::Secrets) => html! { <Panel title="Keys of TLS" {close} key="secrets"><Secrets /></Panel> },
        Some(Over::Keys) => html! { <Panel title="Keyboard" {close} key="keys">{keys()}</Panel> },
        Some(Over::About) => html! { <Panel title="About Sockscope" {close} key="about">{about()}</Panel> },
    }
}

fn keys() -> Html {
    let row = |key: &Key| {
        html! {
            <tr>
                <th scope="row">{ for key.keys.iter().map(|written| combination(written)) }</th>
                <td>{key.does}</td>
            </tr>
        }
    };
    html! {
        <div class="key-table">
            { for KEYS.iter().map(|(title, keys)| html! {
                <section><h3>{*title}</h3><table><tbody>{ for keys.iter().map(row) }</tbody></table></section>
            }) }
        </div>
    }
}

/// `Ctrl+O` as two keys.
fn combination(written: &str) -> Html {
    html! { <span class="combination">{ for written.split('+').map(|key| html! { <kbd>{key.to_owned()}</kbd> }) }</span> }
}

fn about() -> Html {
    html! {
        <div class="about">
            <p><b>{"Sockscope "}{env!("CARGO_PKG_VERSION")}</b>{" opens captured traffic and shows the WebSocket conversations in it."}</p>
            <p>{"Nothing leaves this machine. The page asks its own host for itself and for the samples that you choose, and for nothing else; captures, filters and places are never sent."}</p>
            <p>{"Free software under the MIT licence or the Apache licence 2.0, as you prefer."}</p>
            <h3>{"Icons"}</h3>
            <pre class="licence">{ICONS}</pre>
        </div>
    }
}
