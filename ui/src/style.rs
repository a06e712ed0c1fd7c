//! Geometry from Rust. The page's policy forbids `style` attributes, which a payload could smuggle in too, so lengths are set on
//! the element itself, as custom properties that the style sheet knows.

use wasm_bindgen::JsCast;
use yew::NodeRef;

/// Sets properties of a component's element.
pub fn set(node: &NodeRef, properties: &[(&str, String)]) {
    let Some(element) = node.cast::<web_sys::Element>() else { return };
    // HTML and SVG elements both have a style, in classes of their own.
    let style = match element.dyn_ref::<web_sys::HtmlElement>() {
        Some(element) => element.style(),
        None => match element.dyn_ref::<web_sys::SvgElement>() {
            Some(element) => element.style(),
            None => return,
        },
    };
    for (name, value) in properties {
        // A value that is no length is ignored, as in a style sheet.
        let _ = style.set_property(name, value);
    }
}
