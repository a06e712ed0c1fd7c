//! The whole window: captures that are open, each in a tab, or the empty window that asks for one.

use sockscope_core::session::api::sanitise;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::desk::{Act, Capture, Desk, Over};
use crate::engine::Client;
use crate::keys::{Command, use_commands};
use crate::opening::{FileInput, Given, Opening, Sample, arrive, choose, use_drops};
use crate::place::fragment::Source;
use crate::place::{Placed, address};
use crate::settings::Preferring;
use crate::shell::use_shell;
use crate::workspace::{Laid, Tabs, Workspace};

/// The window.
#[component]
pub fn App() -> Html {
    html! { <Preferring><Window /></Preferring> }
}

#[component]
fn Window() -> Html {
    let desk = use_reducer(|| Desk::expecting(address::read()));
    let is_over = use_drops(desk.dispatcher()) | use_shell(&desk);
    address::use_address(desk.clone());
    use_expected_sample(&desk);
    use_title(&desk);
    use_commands({
        let desk = desk.clone();
        Callback::from(move |command| act(&desk, command))
    });
    let window = match desk.capture() {
        None => html! { <Opening {is_over} /> },
        Some(capture) => html! { <Open capture={capture.clone()} {is_over} /> },
    };
    html! {
        <ContextProvider<UseReducerHandle<Desk>> context={desk.clone()}>
            <FileInput desk={desk.dispatcher()} />
            {window}
            <Laid />
        </ContextProvider<UseReducerHandle<Desk>>>
    }
}

#[derive(Properties, PartialEq)]
struct OpenProps {
    capture: Capture,
    is_over: bool,
}

/// The capture that is looked at, and the tabs of all.
#[component]
fn Open(props: &OpenProps) -> Html {
    let OpenProps { capture, is_over } = props;
    let desk = crate::desk::use_desk();
    let placed = Placed {
        place: capture.place.clone(),
        change: {
            let (id, desk) = (capture.id, desk.dispatcher());
            Callback::from(move |change| desk.dispatch(Act::Move(id, change)))
        },
    };
    html! {
        <div class="window">
            <Tabs />
            <ContextProvider<Capture> context={capture.clone()} key={capture.id}>
                <ContextProvider<Client> context={capture.client.clone()}>
                    <ContextProvider<Placed> context={placed}>
                        <Workspace />
                    </ContextProvider<Placed>>
                </ContextProvider<Client>>
            </ContextProvider<Capture>>
            if *is_over {
                <div class="drop-over" role="status"><p>{"Drop captures or key logs to open them"}</p></div>
            }
        </div>
    }
}

/// Does what a key of the whole window asks for; what is about one capture is its workspace's.
fn act(desk: &UseReducerHandle<Desk>, command: Command) -> bool {
    let act = match command {
        Command::Open => {
            choose();
            return true;
        }
        Command::Help => Act::Lay((desk.over != Some(Over::Keys)).then_some(Over::Keys)),
        Command::Leave if desk.over.is_some() => Act::Lay(None),
        Command::NextTab => Act::Step(1),
        Command::PreviousTab => Act::Step(-1),
        Command::Tab(number) => Act::ChooseNth(usize::from(number).saturating_sub(1)),
        _ => return false,
    };
    desk.dispatch(act);
    true
}

/// Fetches the sample that is expected.
#[hook]
fn use_expected_sample(desk: &UseReducerHandle<Desk>) {
    let sample = match desk.expected.as_deref().map(|expected| &expected.source) {
        Some(Source::Sample(name)) => Sample::named(name),
        _ => None,
    };
    let dispatch = desk.dispatcher();
    use_effect_with(sample, move |sample| {
        if let Some(sample) = *sample {
            spawn_local(async move {
                let file = match sample.file().await {
                    Ok(file) => Ok(Box::new(arrive(Given::Browser(file)).await)),
                    Err(problem) => Err(problem),
                };
                dispatch.dispatch(Act::Sample(sample, file));
            });
        }
    });
}

/// Names the browser's window after the capture.
#[hook]
fn use_title(desk: &Desk) {
    let title = match desk.capture() {
        Some(capture) => format!("{} — Sockscope", sanitise::line(&capture.origin.name())),
        None => "Sockscope".to_owned(),
    };
    use_effect_with(title, |title| {
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            document.set_title(title);
        }
    });
}
