//! Tests of components and hooks against an engine that answers what a test has it answer. They need a document, so a browser
//! runs them: the address's fragment names one, and the document's body says under `data-outcome` what came of it. Without a
//! fragment it names them all.

mod answers;
mod rows;
mod stage;

use std::future::Future;
use std::pin::Pin;

use wasm_bindgen_futures::spawn_local;

/// A name, and what is done.
type Case = (&'static str, fn() -> Pin<Box<dyn Future<Output = ()>>>);

fn main() {
    let cases: Vec<Case> = [answers::CASES, rows::CASES].concat();
    let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    let name = hash.trim_start_matches('#');
    if name.is_empty() {
        let names: Vec<&str> = cases.iter().map(|(name, _)| *name).collect();
        return tell(&names.join("\n"));
    }
    yew::set_custom_panic_hook(Box::new(|panic| tell(&format!("failed: {panic}"))));
    let Some((_, case)) = cases.into_iter().find(|(known, _)| *known == name) else {
        return tell(&format!("failed: there is no test {name}"));
    };
    spawn_local(async move {
        case().await;
        tell("passed");
    });
}

fn tell(outcome: &str) {
    let body = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body());
    // The test that waits for the outcome fails without it.
    let _ = body.map(|body| body.set_attribute("data-outcome", outcome));
}
