//! Elements whose size others depend on.

use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// Tells an element as soon as it is on the page, and whenever its size has changed. What is told first stays: it must not hold
/// what a later drawing makes anew.
#[hook]
pub fn use_resized(node: &NodeRef, resized: impl Fn(&Element) + 'static) {
    use_effect_with(node.clone(), move |node| {
        let watched = node.cast::<Element>();
        let element = watched.clone();
        let told = Closure::<dyn FnMut()>::new(move || {
            if let Some(element) = &element {
                resized(element);
            }
        });
        let observer = ResizeObserver::new(told.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, &watched) {
            observer.observe(element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(told);
        }
    });
}
