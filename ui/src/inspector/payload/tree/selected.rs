//! The value that somebody stands on: its path, and copies of it and of its value.

use sockscope_core::session::api::{Answer, JsonKind, JsonNode, MessageName, Request, Stage, sanitise};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::engine::{use_answer, use_client};
use crate::icon::Icon;
use crate::inspector::payload::copy::copy_text;
use crate::inspector::payload::reading::each_part;
use crate::menu::{Item, MenuButton};
use crate::words;

/// Bytes of a value that is copied at most.
const COPIED: u64 = 16 << 20;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which message.
    pub message: MessageName,
    /// The value.
    pub node: JsonNode,
    /// Shows a byte in hexadecimal.
    pub show_byte: Callback<u64>,
    /// Told what was copied.
    pub tell: Callback<String>,
}

/// The line below the tree.
#[component]
pub fn Selected(props: &Props) -> Html {
    let client = use_client();
    let node = &props.node;
    let (message, start, end) = (props.message, node.start, node.end);
    let request = Request::JsonPlace { message, offset: start };
    let answered = use_answer(Some(request.clone()), 0);
    let place = match answered.answer.as_deref() {
        Some(Answer::JsonPlace(Some(place))) if answered.to.as_deref() == Some(&request) => {
            Some(place.clone())
        }
        _ => None,
    };
    let copy_value = {
        let (tell, is_string) = (props.tell.clone(), node.kind == JsonKind::String);
        Callback::from(move |()| {
            let (client, tell) = (client.clone(), tell.clone());
            spawn_local(async move {
                let mut bytes = Vec::new();
                let until = end.min(start + COPIED);
                let read = each_part(&client, message, Stage::Application, (start, until), |part| {
                    bytes.extend_from_slice(&part.bytes);
                    true
                });
                if let Err(problem) = read.await {
                    return tell.emit(problem);
                }
                let written = String::from_utf8_lossy(&bytes).into_owned();
                // A string as what it says; anything else as it was written.
                let value = is_string.then(|| serde_json::from_str::<String>(&written).ok()).flatten();
                copy_text(value.unwrap_or(written), "the value".to_owned(), tell);
            });
        })
    };
    let show = {
        let show = props.show_byte.clone();
        Callback::from(move |_: MouseEvent| show.emit(start))
    };
    let copies = {
        let (place, tell) = (place.clone(), props.tell.clone());
        Callback::from(move |()| {
            let mut items = vec![Item::Do("Copy the value".into(), copy_value.clone())];
            if let Some(place) = place.clone() {
                let copied = |text: String| {
                    let tell = tell.clone();
                    Callback::from(move |()| copy_text(text.clone(), "the path".to_owned(), tell.clone()))
                };
                items.push(Item::Do("Copy the path as JavaScript".into(), copied(place.javascript)));
                items.push(Item::Do("Copy the path as JSON Pointer".into(), copied(place.pointer)));
            }
            items
        })
    };
    let path = place.as_ref().map(|place| written(&place.javascript));
    let pointer = place.as_ref().map(|place| format!("JSON Pointer: {}", sanitise::line(&place.pointer)));
    html! {
        <div class="payload-foot tree-selected">
            <span class="foot-line">
                <code class="tree-path" role="status" aria-label="Path of the selected value" title={pointer}>{path}</code>
                <span class="grow"></span>
                <button class="link" onclick={show} title="Show it in hexadecimal">{format!("bytes {}–{}", words::count(start), words::count(end.saturating_sub(1)))}</button>
                <MenuButton label="Copy the value or its path" icon={Icon::Copy} items={copies} />
            </span>
        </div>
    }
}

/// `$.payload.data[0]`, which begins at the whole.
fn written(javascript: &str) -> String {
    let dot = if javascript.starts_with('[') || javascript.is_empty() { "" } else { "." };
    format!("${dot}{}", sanitise::line(javascript))
}
