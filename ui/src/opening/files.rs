//! Files from the system's chooser, and files that are dropped anywhere on the window.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, File, FileList, HtmlInputElement};
use yew::prelude::*;

use super::{Given, arrive_each};
use crate::desk::{Act, Dispatch};
use crate::shell::{self, Arguments};

/// The one element that a chooser can be opened by.
const INPUT: &str = "open-file";

/// Shows the system's chooser. The browser asks for a key or a press that has just been.
pub fn choose() {
    if shell::is_there() {
        return shell::order("choose", Arguments::new());
    }
    let document = web_sys::window().and_then(|window| window.document());
    let input =
        document.and_then(|document| document.get_element_by_id(INPUT)?.dyn_into::<HtmlInputElement>().ok());
    if let Some(input) = input {
        input.click();
    }
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Takes what is chosen.
    pub desk: Dispatch,
}

/// The element behind [`choose`], which nobody sees.
#[component]
pub fn FileInput(props: &Props) -> Html {
    let onchange = {
        let desk = props.desk.clone();
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            take(listed(input.files()), &desk);
            // So that the same file can be chosen again.
            input.set_value("");
        })
    };
    html! { <input id={INPUT} type="file" multiple=true hidden=true aria-label="Captures and key logs" {onchange} /> }
}

/// Opens what is dropped on the window; tells whether files are held over it.
#[hook]
pub fn use_drops(desk: Dispatch) -> bool {
    let is_over = use_state_eq(|| false);
    use_effect_with((), {
        let is_over = is_over.clone();
        move |()| {
            let listeners = web_sys::window().map(|window| {
                let options = EventListenerOptions::enable_prevent_default;
                let entered = is_over.clone();
                // Without this the browser would show the file instead of the page.
                let over = EventListener::new_with_options(&window, "dragover", options(), move |event| {
                    event.prevent_default();
                    entered.set(has_files(event));
                });
                let left = is_over.clone();
                let leave = EventListener::new(&window, "dragleave", move |event| {
                    let to = event.dyn_ref::<DragEvent>().and_then(|event| event.related_target());
                    if to.is_none() {
                        left.set(false);
                    }
                });
                let dropped = EventListener::new_with_options(&window, "drop", options(), move |event| {
                    event.prevent_default();
                    is_over.set(false);
                    let transfer = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
                    take(listed(transfer.and_then(|transfer| transfer.files())), &desk);
                });
                (over, leave, dropped)
            });
            move || drop(listeners)
        }
    });
    *is_over
}

fn has_files(event: &Event) -> bool {
    let transfer = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    transfer.is_some_and(|transfer| {
        transfer.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files"))
    })
}

fn listed(list: Option<FileList>) -> Vec<File> {
    let list = list.as_ref();
    (0..list.map_or(0, FileList::length)).filter_map(|place| list?.item(place)).collect()
}

fn take(files: Vec<File>, desk: &Dispatch) {
    let desk = desk.clone();
    let files = files.into_iter().map(Given::Browser).collect();
    spawn_local(async move { desk.dispatch(Act::Arrive(arrive_each(files).await)) });
}
