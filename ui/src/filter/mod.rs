//! What restricts the messages: the filter with its field and its chips. Beneath them *Find*, which restricts nothing.

mod candidates;
mod chips;
mod count;
mod field;
mod find;
mod find_bar;
mod history;
pub mod marks;
mod matches;
mod painted;
mod status;
mod step;
mod typed;
mod typing;

pub use count::{use_searches, use_tell_count};
pub use find::{Found, use_found, use_words};

use yew::prelude::*;

use crate::focus;

use chips::Chips;
use count::{Count, Counted, Searches};
use field::Field;
use find::Finds;
use find_bar::FindBar;

/// The field's id.
pub const FIELD: &str = "filter-input";

/// Puts the cursor into the field of the filter.
pub fn focus() {
    focus::field(FIELD);
}

/// Gives the keys back to the messages.
fn leave() {
    let document = web_sys::window().and_then(|window| window.document());
    focus::take(
        document.and_then(|document| document.query_selector(".messages [tabindex='0']").ok().flatten()),
    );
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
    let searches = Searches(use_state_eq(|| 0));
    html! {
        <ContextProvider<Counted> context={count}>
            <ContextProvider<Searches> context={searches}>
                <Finds>{props.children.clone()}</Finds>
            </ContextProvider<Searches>>
        </ContextProvider<Counted>>
    }
}

/// The line of the filter.
#[component]
pub fn FilterBar() -> Html {
    html! {
        <div class="filter-bar" role="search">
            <div class="filter-line">
                <Field />
                <Chips />
            </div>
            <FindBar />
        </div>
    }
}
