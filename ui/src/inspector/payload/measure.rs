//! How many letters of the fixed width fit beside each other in an element.

use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// Letters of the probe.
const PROBE: usize = 64;

/// Letters that fit beside each other in an element; 0 before it was measured.
#[hook]
pub fn use_columns(node: &NodeRef) -> u64 {
    let columns = use_state_eq(|| 0_u64);
    use_effect_with(node.clone(), {
        let columns = columns.clone();
        move |node| {
            let element = node.cast::<Element>();
            let letter = element.as_ref().map_or(0.0, width_of_letter);
            let measured = element.clone();
            let resized = Closure::<dyn FnMut()>::new(move || {
                let width = measured.as_ref().map_or(0.0, |element| f64::from(element.client_width()));
                if letter > 0.0 {
                    columns.set((width / letter).floor() as u64);
                }
            });
            let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(element)) = (&observer, &element) {
                observer.observe(element);
            }
            move || {
                if let Some(observer) = observer {
                    observer.disconnect();
                }
                drop(resized);
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
