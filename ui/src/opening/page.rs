//! The empty window: a drop zone with Open, samples to try, and the promise that nothing leaves this machine. Where an address
//! speaks of a file, it asks for that one.

use sockscope_core::session::api::sanitise;
use yew::prelude::*;

use super::fonts::Fonts;
use super::recent::Recents;
use super::sample::SAMPLES;
use super::{Bars, Mark, choose};
use crate::desk::{Act, Over, use_desk};
use crate::icon::{Drawn, Icon};
use crate::menu::MenuButton;
use crate::place::Place;
use crate::place::fragment::{Fragment, Source};
use crate::settings::use_settings;
use crate::words;
use crate::workspace::preferences;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Files are held over the window.
    pub is_over: bool,
}

/// The empty window.
#[component]
pub fn Opening(props: &Props) -> Html {
    let desk = use_desk();
    let lay = |over| {
        let desk = desk.clone();
        Callback::from(move |_| desk.dispatch(Act::Lay(Some(over))))
    };
    let loading = match desk.expected.as_deref() {
        Some(Fragment { source: Source::Sample(name), .. }) => Some(name.clone()),
        _ => None,
    };
    let samples = SAMPLES.iter().map(|sample| {
        let is_loading = loading.as_deref() == Some(sample.name);
        let desk = desk.clone();
        let onclick = Callback::from(move |_| {
            let source = Source::Sample(sample.name.to_owned());
            desk.dispatch(Act::Expect(Fragment { source, decode_as: Vec::new(), place: Place::default() }));
        });
        html! {
            <li>
                <button class="sample" data-sample={sample.name} aria-busy={is_loading.to_string()} {onclick}>
                    <span class="sample-icon"><Drawn icon={Icon::Play} /></span>
                    <b>{sample.title}</b>
                    <span class="dim">{if is_loading { "Opening…" } else { sample.about }}</span>
                </button>
            </li>
        }
    });
    let ask = match desk.expected.as_deref() {
        Some(Fragment { source: Source::Files(marks), place, .. }) => asking(marks, place),
        _ => html! {
            <p class="opening-lead">{"Drop a capture anywhere on this window to read the WebSocket conversations in it."}</p>
        },
    };
    let forget = {
        let desk = desk.clone();
        Callback::from(move |_| desk.dispatch(Act::Dismiss))
    };
    let is_asking = loading.is_none() && desk.expected.is_some();
    html! {
        <div class="opening">
            <Bars />
            <main class="opening-middle">
                <section class={classes!("opening-zone", props.is_over.then_some("over"))} aria-label="Open a capture">
                    <div class="opening-brand"><img src="./icon.svg" alt="" width="40" height="40" /><h1>{"Sockscope"}</h1></div>
                    {ask}
                    <div class="opening-buttons">
                        <button class="button primary large" onclick={Callback::from(|_| choose())}><Drawn icon={Icon::Open} />{"Open…"}<kbd>{"Ctrl O"}</kbd></button>
                        if is_asking { <button class="button large" onclick={forget}>{"Forget it"}</button> }
                    </div>
                    <p class="dim small">{"pcap and pcapng, plain or compressed with gzip or zstd."}</p>
                </section>
                <Recents />
                <section class="opening-samples" aria-labelledby="samples-title">
                    <h2 id="samples-title">{"Or try a sample"}</h2>
                    <ul class="samples">{ for samples }</ul>
                </section>
                <p class="opening-promise"><Drawn icon={Icon::Tick} />{"Nothing leaves this machine: captures are read in this window, and nowhere else."}</p>
            </main>
            <footer class="opening-foot">
                <button class="link" onclick={lay(Over::Keys)}>{"Keyboard "}<kbd>{"?"}</kbd></button>
                if !desk.key_logs.is_empty() {
                    <button class="link" onclick={lay(Over::Secrets)}>{words::counted(desk.key_logs.len() as u64, "key log")}</button>
                }
                <button class="link" onclick={lay(Over::About)}>{"About Sockscope"}</button>
                <Preferences />
            </footer>
            <Fonts />
        </div>
    }
}

/// Light or dark, and the clock, before anything is open.
#[component]
fn Preferences() -> Html {
    let preferred = use_settings();
    let items = Callback::from(move |()| preferences(&preferred));
    html! { <MenuButton label="Theme and times" icon={Icon::Settings} {items} /> }
}

/// Asks for the files that an address speaks of.
fn asking(marks: &[Mark], place: &Place) -> Html {
    let what = match place.message {
        Some(message) => format!(
            "message {} of connection {}",
            words::count(message.message),
            words::count(message.connection)
        ),
        None => "the place that this address speaks of".to_owned(),
    };
    let files = marks.iter().map(|mark| {
        html! {
            <li title={format!("SHA-256 of its first 64 KiB: {}", mark.sha256)}>
                <b>{sanitise::line(&mark.name).into_owned()}</b>{" "}<span class="dim">{words::size(mark.size)}</span>
            </li>
        }
    });
    html! {
        <div class="opening-expected" role="status">
            <p class="opening-lead">{if marks.len() == 1 { "Drop this file again" } else { "Drop these files again, together," }}{" to go back to "}{what}{":"}</p>
            <ul>{ for files }</ul>
            <p class="dim small">{"A page cannot open a file of yours by itself. Whether it is the same one is checked."}</p>
        </div>
    }
}
