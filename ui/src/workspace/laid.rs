//! What lies over the window: key logs, the list of keys, or what Sockscope is.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;
use yew::prelude::*;

use super::decode_as::DecodeAs;
use super::secrets::Secrets;
use crate::desk::{Act, Over, use_desk};
use crate::keys::{DESKTOP, KEYS, Key};
use crate::panel::Panel;
use crate::shell;

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
        Some(Over::DecodeAs) => {
            html! { <Panel title="Decode as WebSocket" {close} key="decode-as"><DecodeAs /></Panel> }
        }
        Some(Over::Keys) => html! { <Panel title="Keyboard" {close} key="keys">{keys()}</Panel> },
        Some(Over::About) => html! { <Panel title="About Sockscope" {close} key="about"><About /></Panel> },
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
            { for KEYS.iter().chain(shell::is_there().then_some(&DESKTOP)).map(|(title, keys)| html! {
                <section><h3>{*title}</h3><table><tbody>{ for keys.iter().map(row) }</tbody></table></section>
            }) }
        </div>
    }
}

/// `Ctrl+O` as two keys.
fn combination(written: &str) -> Html {
    html! { <span class="combination">{ for written.split('+').map(|key| html! { <kbd>{key.to_owned()}</kbd> }) }</span> }
}

#[component]
fn About() -> Html {
    let others = use_state(|| None::<Result<String, String>>);
    let show = {
        let others = others.clone();
        Callback::from(move |_: MouseEvent| {
            let others = others.clone();
            spawn_local(async move { others.set(Some(licences().await)) });
        })
    };
    html! {
        <div class="about">
            <p><b>{"Sockscope "}{env!("CARGO_PKG_VERSION")}</b>{" opens captured traffic and shows the WebSocket conversations in it."}</p>
            <p>{"Nothing leaves this machine. The page asks its own host for itself and for the samples that you choose, and for nothing else; captures, filters and places are never sent."}</p>
            <p>{"Free software under the MIT licence or the Apache licence 2.0, as you prefer."}</p>
            <h3>{"Icons"}</h3>
            <pre class="licence">{ICONS}</pre>
            <h3>{"Packages"}</h3>
            { match &*others {
                None => html! { <button class="button" onclick={show}>{"Show what it is made of, and the licences"}</button> },
                Some(Ok(text)) => html! { <pre class="licence" tabindex="0" aria-label="Licences of packages">{text.clone()}</pre> },
                Some(Err(problem)) => html! { <p class="bad" role="alert">{problem.clone()}</p> },
            } }
        </div>
    }
}

/// The licences of packages, from beside the page.
async fn licences() -> Result<String, String> {
    let text = async {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let response = JsFuture::from(window.fetch_with_str("./samples/licences.txt")).await?;
        let response: Response = response.dyn_into()?;
        let text = if response.ok() { JsFuture::from(response.text()?).await? } else { JsValue::NULL };
        text.as_string().ok_or(JsValue::NULL)
    };
    text.await.map_err(|_: JsValue| "They are not beside this page.".to_owned())
}
