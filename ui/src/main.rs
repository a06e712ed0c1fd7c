//! One module in two roles: the page, and the worker that the engine runs in.

use js_sys::global;
use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

fn main() {
    match global().dyn_into::<DedicatedWorkerGlobalScope>() {
        Ok(scope) => sockscope_ui::worker::run(scope),
        Err(_) => {
            yew::Renderer::<sockscope_ui::app::App>::new().render();
            if !sockscope_ui::shell::is_there() {
                sockscope_ui::engine::worker::prepare();
            }
        }
    }
}
