//! How many letters of the fixed width fit beside each other in an element.

use std::cell::OnceCell;

use web_sys::Element;
use yew::prelude::*;

use crate::resized::use_resized;

/// Letters of the probe.
const PROBE: usize = 64;

/// Letters that fit beside each other in an element; 0 before it was measured.
#[hook]
pub fn use_columns(node: &NodeRef) -> u64 {
    let columns = use_state_eq(|| 0_u64);
    use_resized(node, {
        let columns = columns.clone();
        // The font stays; a probe would change the element each time.
        let letter = OnceCell::new();
        move |element| {
            let letter = *letter.get_or_init(|| width_of_letter(element));
            if letter > 0.0 {
                columns.set((f64::from(element.client_width()) / letter).floor() as u64);
            }
        }
    });
    *columns
}

/// Width of a letter in the element's font, in pixels.
fn width_of_letter(element: &Element) -> f64 {
    let measure = || {
        let document = web_sys::window()?.document()?;
        let probe = document.create_element("span").ok()?;
        probe.set_class_name("payload-probe");
        probe.set_text_content(Some(&"0".repeat(PROBE)));
        element.append_child(&probe).ok()?;
        let width = probe.get_bounding_client_rect().width() / PROBE as f64;
        probe.remove();
        Some(width)
    };
    measure().unwrap_or_default()
}
