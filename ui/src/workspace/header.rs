//! The first line: the capture, what was found in it, and what can be done with the whole window.

use gloo_timers::callback::Timeout;
use sockscope_core::session::api::sanitise;
use yew::prelude::*;

use crate::clipboard;
use crate::desk::{Act, Over, use_capture, use_desk};
use crate::engine::use_progress;
use crate::icon::{Drawn, Icon};
use crate::menu::{Group, Item, Menu};
use crate::opening::choose;
use crate::place::{Tab, address, use_place};
use crate::settings::{Settings, Theme, Zone, use_settings};
use crate::words;

/// How long it is told that something was done, in milliseconds.
const TOLD: u32 = 2500;

/// The first line.
#[component]
pub fn Header() -> Html {
    let desk = use_desk();
    let capture = use_capture();
    let progress = use_progress();
    let placed = use_place();
    let facts = [
        progress.size.map(words::size),
        Some(words::counted(progress.connections, "connection")),
        Some(words::counted(progress.messages, "message")),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let name = capture.origin.name();
    let see = Callback::from(move |_: MouseEvent| placed.set(|place| place.tab = Tab::Diagnostics));
    let keys = {
        let desk = desk.clone();
        Callback::from(move |_| desk.dispatch(Act::Lay(Some(Over::Secrets))))
    };
    let key_logs = desk.key_logs.len() as u64;
    html! {
        <header class="header">
            <span class="brand"><img src="./icon.svg" alt="" width="20" height="20" /><span class="brand-name">{"Sockscope"}</span></span>
            <h1 class="file" title={name.clone()}>{sanitise::line(&name).into_owned()}</h1>
            <span class="facts dim">{facts.join(" · ")}</span>
            if progress.errors > 0 {
                <button class="finding bad" onclick={see.clone()} title="Show the diagnostics">{"✗ "}{words::counted(progress.errors, "error")}</button>
            }
            if progress.warnings > 0 {
                <button class="finding warn" onclick={see} title="Show the diagnostics">{"⚠ "}{words::counted(progress.warnings, "warning")}</button>
            }
            <span class="grow"></span>
            <button class="button" onclick={Callback::from(|_| choose())} title="Open a capture or a key log (Ctrl+O)"><Drawn icon={Icon::Open} />{"Open…"}</button>
            <button class="button" onclick={keys} title="Key logs, and how to get them"><Drawn icon={Icon::Key} />{"Keys"}
                if key_logs > 0 { <span class="badge">{key_logs}<span class="unseen">{" key logs"}</span></span> }
            </button>
            <More />
        </header>
    }
}

/// The menu of everything else.
#[component]
fn More() -> Html {
    let desk = use_desk();
    let capture = use_capture();
    let lay = |over| {
        let desk = desk.clone();
        Callback::from(move |()| desk.dispatch(Act::Lay(Some(over))))
    };
    let close = {
        let (desk, id) = (desk.clone(), capture.id);
        Callback::from(move |()| desk.dispatch(Act::Close(id)))
    };
    let told = use_state(|| None::<&'static str>);
    let link = {
        let told = told.clone();
        Callback::from(move |()| {
            let told = told.clone();
            let copied = Callback::from(move |is_copied| {
                let words =
                    if is_copied { "✓ link copied" } else { "✗ the browser did not let it be copied" };
                told.set(Some(words));
            });
            clipboard::copy(&address::with(&capture.fragment()), copied);
        })
    };
    use_effect_with(*told, {
        let told = told.clone();
        move |now| {
            let rest = now.map(|_| Timeout::new(TOLD, move || told.set(None)));
            move || drop(rest)
        }
    });
    html! {
        <>
        <span role="status" class="dim">{*told}</span>
        <Menu label="More" icon={Icon::More}>
            <Item label="Copy link to this place" icon={Icon::Link} onclick={link} />
            <Preferences />
            <Group label="Sockscope">
                <Item label="Keys" icon={Icon::Keyboard} key_name="?" onclick={lay(Over::Keys)} />
                <Item label="About and licences" icon={Icon::Info} onclick={lay(Over::About)} />
                <Item label="Close this capture" icon={Icon::X} onclick={close} />
            </Group>
        </Menu>
        </>
    }
}

/// What is preferred, to choose from.
#[component]
fn Preferences() -> Html {
    let preferred = use_settings();
    let settings = preferred.settings;
    let prefer = |wish: Settings| preferred.prefer.reform(move |()| wish);
    html! {
        <>
            <Group label="Theme">
                { for Theme::ALL.map(|theme| html! {
                    <Item label={theme.name()} chosen={theme == settings.theme} onclick={prefer(Settings { theme, ..settings })} />
                }) }
            </Group>
            <Group label="Times">
                { for Zone::ALL.map(|zone| html! {
                    <Item label={zone.name()} chosen={zone == settings.zone} onclick={prefer(Settings { zone, ..settings })} />
                }) }
            </Group>
        </>
    }
}
