//! What has the keys.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// Gives the focus to an element; whether there is one that takes it.
pub fn take(element: Option<Element>) -> bool {
    let element = element.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// Gives the focus to the element of that id.
pub fn id(id: &str) -> bool {
    take(web_sys::window().and_then(|window| window.document()?.get_element_by_id(id)))
}

/// Gives the focus to the list within an element.
pub fn list_in(element: Option<Element>) -> bool {
    take(element.and_then(|element| element.query_selector(".rows").ok()?))
}

/// Puts the cursor into the field of that id, with all of its text selected.
pub fn field(id: &str) {
    self::id(id);
    let field = web_sys::window().and_then(|window| window.document()?.get_element_by_id(id));
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        field.select();
    }
}
