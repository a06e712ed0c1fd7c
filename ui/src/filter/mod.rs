//! What restricts the messages: the filter with its field and its chips. Beneath them *Find*, which restricts nothing.

mod candidates;
mod chips;
mod count;
mod field;
mod find;
mod find_bar;
mod history;
mod matches;
mod painted;
mod status;
mod typed;
mod typing;

pub use count::use_tell_count;
pub use find::{Found, use_found};

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use chips::Chips;
use count::{Count, Counted};
use field::Field;
use find::Finds;
use find_bar::FindBar;

/// The field's id.
pub const FIELD: &str = "filter-input";

/// Puts the cursor into the field of the filter.
pub fn focus() {
    if let Some(field) = element(FIELD) {
        // What cannot be focused is not there any more.
        let _ = field.focus();
        if let Ok(field) = field.dyn_into::<HtmlInputElement>() {
            field.select();
        }
    }
}

/// Gives the keys back to the table.
fn leave(field: &HtmlInputElement) {
    let _ = field.blur();
    let document = web_sys::window().and_then(|window| window.document());
    let table =
        document.and_then(|document| document.query_selector(".messages [tabindex='0']").ok().flatten());
    if let Some(table) = table.and_then(|table| table.dyn_into::<HtmlElement>().ok()) {
        let _ = table.focus();
    }
}

fn element(id: &str) -> Option<HtmlElement> {
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Those that see it.
    pub children: Html,
}

/// What of filter and *Find* the whole workspace knows.
#[component]
pub fn Filtering(props: &Props) -> Html {
    let count = use_state_eq(Count::default);
    html! {
        <ContextProvider<Counted> context={count}>
            <Finds>{props.children.clone()}</Finds>
        </ContextProvider<Counted>>
    }
}

/// The line of the filter.
#[component]
pub fn FilterBar() -> Html {
    html! {
        <div class="filter-bar">
            <div class="filter-line">
                <Field />
                <Chips />
            </div>
            <FindBar />
        </div>
    }
}
