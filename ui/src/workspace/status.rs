//! The last line: how far reading is, and the ways to stop it.

use sockscope_core::session::api::{Request, SessionState};
use yew::prelude::*;

use crate::engine::{use_client, use_progress};
use crate::words;

/// The last line.
#[component]
pub fn Status() -> Html {
    let client = use_client();
    let progress = use_progress();
    let state = match (progress.state, client.broken()) {
        (_, Some(why)) => format!("the engine broke down: {why}"),
        (SessionState::Reading, None) => match progress.size {
            Some(size @ 1..) => format!("reading {} %", progress.read * 100 / size),
            _ => "reading".to_owned(),
        },
        (SessionState::Complete, None) => format!("{} read", words::counted(progress.packets, "packet")),
        (SessionState::Stopped, None) => format!("stopped at {}", words::size(progress.read)),
        (SessionState::Failed, None) => progress.problem.clone().unwrap_or_default(),
    };
    let stop = {
        let client = client.clone();
        Callback::from(move |_| client.order(Request::Stop))
    };
    html! {
        <footer class="status">
            <span role="status">{state}</span>
            if progress.state == SessionState::Reading {
                <button class="button" onclick={stop}>{"Stop"}</button>
            }
        </footer>
    }
}
