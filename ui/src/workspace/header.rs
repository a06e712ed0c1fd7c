//! The first line: the capture, what was found in it, and what can be done with the whole window.

use sockscope_core::session::api::sanitise;
use yew::prelude::*;

use crate::clipboard;
use crate::desk::{Act, Capture, Desk, Over, use_capture, use_desk};
use crate::engine::use_progress;
use crate::icon::{Drawn, Icon};
use crate::menu::{Item, MenuButton};
use crate::messages::export::{self, ExportNote, use_exports};
use crate::opening::choose;
use crate::place::{Tab, address, use_place};
use crate::settings::{Preferred, Settings, Theme, Zone, use_settings};
use crate::told::use_told;
use crate::{shell, words};

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
                <button class="found bad" onclick={see.clone()} title="Show the diagnostics">{"✗ "}{words::counted(progress.errors, "error")}</button>
            }
            if progress.warnings > 0 {
                <button class="found warn" onclick={see} title="Show the diagnostics">{"⚠ "}{words::counted(progress.warnings, "warning")}</button>
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
    let placed = use_place();
    let preferred = use_settings();
    let exports = use_exports();
    let (told, tell) = use_told();
    let items = {
        let exports = exports.clone();
        Callback::from(move |()| {
            let act = |act: fn(u64) -> Act| {
                let (desk, id) = (desk.clone(), capture.id);
                Callback::from(move |()| desk.dispatch(act(id)))
            };
            let mut items = vec![Item::Do("Copy link to this place".into(), link(&capture, &tell))];
            items.push(Item::Do(
                "Decode a port as WebSocket…".into(),
                act(|_| Act::Lay(Some(Over::DecodeAs))),
            ));
            if desk.can_join() {
                items.push(Item::Do("Join the open captures".into(), act(|_| Act::JoinOpen)));
            }
            items.extend(file(&desk, &capture));
            items.extend(export::items(&placed.place, &exports));
            items.extend(preferences(&preferred));
            items.extend([
                Item::Title("Sockscope".into()),
                Item::Key("Keyboard".into(), "?", act(|_| Act::Lay(Some(Over::Keys)))),
                Item::Do("About and licences".into(), act(|_| Act::Lay(Some(Over::About)))),
                Item::Do("Close this capture".into(), act(Act::Close)),
            ]);
            items
        })
    };
    html! {
        <div class="more">
            <span role="status" class="dim">{told}</span>
            <ExportNote {exports} />
            <MenuButton label="More" icon={Icon::More} class="button" {items} />
        </div>
    }
}

/// Copies the address of the place, and says whether it did.
fn link(capture: &Capture, tell: &Callback<AttrValue>) -> Callback<()> {
    let (capture, tell) = (capture.clone(), tell.clone());
    Callback::from(move |()| {
        let tell = tell.clone();
        let copied = Callback::from(move |is_copied| {
            tell.emit(
                if is_copied { "✓ link copied" } else { "✗ the browser did not let it be copied" }.into(),
            );
        });
        clipboard::copy(address::with(&capture.fragment()), copied);
    })
}

/// What can be done with the capture's file, where the engine can read it again.
fn file(desk: &UseReducerHandle<Desk>, capture: &Capture) -> Vec<Item> {
    if !shell::is_there() || capture.origin.sample.is_some() {
        return Vec::new();
    }
    let (id, dispatch, files) = (capture.id, desk.dispatcher(), capture.origin.files.clone());
    let reload = Callback::from(move |()| shell::reload(dispatch.clone(), id, &files));
    let dispatch = desk.dispatcher();
    let follow = Callback::from(move |()| dispatch.dispatch(Act::Follow(id)));
    vec![
        Item::Title("File".into()),
        Item::Key("Read the file again".into(), "F5", reload),
        Item::Choice("Follow while it is written".into(), capture.origin.how.follow, follow),
    ]
}

/// What is preferred, to choose from.
pub fn preferences(preferred: &Preferred) -> Vec<Item> {
    let settings = preferred.settings;
    let choice = |name: &'static str, wish: Settings| {
        Item::Choice(name.into(), wish == settings, preferred.prefer.reform(move |()| wish))
    };
    let mut items = vec![Item::Title("Theme".into())];
    items.extend(Theme::ALL.map(|theme| choice(theme.name(), Settings { theme, ..settings })));
    items.push(Item::Title("Times".into()));
    items.extend(Zone::ALL.map(|zone| choice(zone.name(), Settings { zone, ..settings })));
    items
}
