//! Captures that were open lately, as the desktop's shell remembers them. A browser remembers none.

use sockscope_core::session::api::sanitise;
use sockscope_core::session::api::shell::Recent;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::icon::{Drawn, Icon};
use crate::shell::{self, Arguments};

/// The list, if there is one.
#[component]
pub fn Recents() -> Html {
    let recents = use_state(Vec::<Recent>::new);
    use_effect_with((), {
        let recents = recents.clone();
        move |()| {
            if shell::is_there() {
                spawn_local(async move { recents.set(shell::recent().await) });
            }
        }
    });
    if recents.is_empty() {
        return html! {};
    }
    let rows = recents.iter().enumerate().map(|(place, recent)| {
        let onclick = Callback::from(move |_| {
            shell::order("open_recent", Arguments::new().with("place", &place));
        });
        html! {
            <li>
                <button class="sample" {onclick} title={format!("{}/{}", recent.folder, recent.name)}>
                    <span class="sample-icon"><Drawn icon={Icon::Clock} /></span>
                    <b>{sanitise::line(&recent.name).into_owned()}</b>
                    <span class="dim">{sanitise::line(&recent.folder).into_owned()}</span>
                </button>
            </li>
        }
    });
    html! {
        <section class="opening-samples" aria-labelledby="recent-title">
            <h2 id="recent-title">{"Open lately"}</h2>
            <ul class="samples">{ for rows.take(SHOWN) }</ul>
        </section>
    }
}

/// So many are shown: the window is not a list.
const SHOWN: usize = 6;
