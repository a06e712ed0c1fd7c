//! The empty window: a drop zone with Open, samples to try, and the promise that nothing leaves this machine.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, File, HtmlInputElement, Response};
use yew::prelude::*;

use super::files::{listed, open_each};
use super::{Opened, open};
use crate::engine::wire::Opening as How;
use crate::icon::{Drawn, Icon};
use crate::place::Place;

/// Samples that come with the page: file, title, and what it shows.
const SAMPLES: [(&str, &str, &str); 3] = [
    ("accept-without-guid.pcap", "A wrong Accept", "Two upgrades; one server hashes the key alone."),
    (
        "deflate-context-takeover.pcap",
        "Compressed messages",
        "permessage-deflate, whose window goes on from message to message.",
    ),
    ("long.pcap", "A busy chat", "Some hundred thousand messages, to feel the speed."),
];

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Takes what was opened.
    pub open: Callback<Opened>,
}

/// The empty window.
#[component]
pub fn Opening(props: &Props) -> Html {
    let problem = use_state(|| None::<String>);
    let onchange = {
        let opened = props.open.clone();
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            open_each(listed(input.and_then(|input| input.files())), &opened);
        })
    };
    let samples = SAMPLES.iter().map(|(file, title, about)| {
        let (opened, problem) = (props.open.clone(), problem.clone());
        let onclick = Callback::from(move |_| {
            let (opened, problem) = (opened.clone(), problem.clone());
            spawn_local(async move {
                match sample(file).await {
                    Ok(file) => opened.emit(open(&[file], How::default(), Place::default())),
                    Err(_) => problem.set(Some(format!("The sample {file} is not beside this page."))),
                }
            });
        });
        html! {
            <button class="sample" {onclick}>
                <b>{*title}</b>
                <span class="dim">{*about}</span>
            </button>
        }
    });
    html! {
        <main class="opening">
            <div class="opening-zone">
                <h1>{"Sockscope"}</h1>
                <p>{"Drop a capture here to read the WebSocket conversations in it."}</p>
                <label class="button primary">
                    <Drawn icon={Icon::Open} />{"Open…"}
                    <input class="unseen" type="file" multiple=true {onchange} />
                </label>
                <p class="dim">{"pcap and pcapng, plain or compressed with gzip or zstd. Nothing leaves this machine."}</p>
            </div>
            <div class="samples">{ for samples }</div>
            if let Some(problem) = &*problem {
                <p class="bad" role="alert">{problem}</p>
            }
        </main>
    }
}

/// A sample's file, from beside the page.
async fn sample(file: &str) -> Result<File, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response = JsFuture::from(window.fetch_with_str(&format!("./samples/{file}"))).await?;
    let response: Response = response.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    let blob: Blob = JsFuture::from(response.blob()?).await?.dyn_into()?;
    File::new_with_blob_sequence(&js_sys::Array::of1(&blob), file)
}
