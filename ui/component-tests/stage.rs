//! Puts components on the page as a workspace would, and waits for what they do.

use std::rc::Rc;

use js_sys::Promise;
use sockscope_core::session::api::transport::Opening as How;
use sockscope_ui::desk::{Capture, Origin};
use sockscope_ui::engine::Client;
use sockscope_ui::place::{Change, Place, Placed};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, HtmlElement};
use yew::prelude::*;

/// Frames of the display within which something must come about.
const FRAMES: u32 = 600;

/// What a component of a workspace finds around it.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine's client.
    pub client: Client,
    /// What is tested.
    pub children: Html,
}

/// A workspace without anything else in it.
#[component]
pub fn Stage(props: &Props) -> Html {
    let place = use_state(Place::default);
    let placed = Placed {
        place: Rc::new((*place).clone()),
        change: Callback::from(move |change: Change| {
            let mut changed = (*place).clone();
            change(&mut changed);
            place.set(changed);
        }),
    };
    let capture = Capture {
        id: 0,
        origin: Origin { files: Rc::default(), sample: None, how: How::default() },
        client: props.client.clone(),
        place: placed.place.clone(),
    };
    html! {
        <ContextProvider<Capture> context={capture}>
        <ContextProvider<Client> context={props.client.clone()}>
            <ContextProvider<Placed> context={placed}>
                <main class="stage panes">{props.children.clone()}</main>
            </ContextProvider<Placed>>
        </ContextProvider<Client>>
        </ContextProvider<Capture>>
    }
}

/// Shows components.
pub fn show(client: &Client, children: Html) -> AppHandle<Stage> {
    let root: Element = document().body().expect("a body").into();
    yew::Renderer::<Stage>::with_root_and_props(root, Props { client: client.clone(), children }).render()
}

/// Waits until something holds.
pub async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..FRAMES {
        if holds() {
            return;
        }
        frame().await;
    }
    panic!("waited in vain for {what}");
}

/// Waits until all that was begun is drawn.
pub async fn settled() {
    frame().await;
    frame().await;
}

async fn frame() {
    let next = Promise::new(&mut |resolve, _| {
        let window = web_sys::window().expect("a window");
        window.request_animation_frame(&resolve).expect("a frame");
    });
    JsFuture::from(next).await.expect("a frame");
}

/// The elements that a selector finds.
pub fn all(selector: &str) -> Vec<HtmlElement> {
    use wasm_bindgen::JsCast;
    let found = document().query_selector_all(selector).expect("a selector");
    (0..found.length()).filter_map(|place| found.item(place)?.dyn_into().ok()).collect()
}

/// What is written in the elements that a selector finds.
pub fn texts(selector: &str) -> Vec<String> {
    all(selector).iter().map(HtmlElement::inner_text).collect()
}

fn document() -> Document {
    web_sys::window().and_then(|window| window.document()).expect("a document")
}
