//! Key logs that were given, and how to get them.

use sockscope_core::session::api::{
    Answer, KEY_LOGS, LockedRow, Request, SecretsView, SessionState, sanitise,
};
use yew::prelude::*;

use crate::clipboard::CopyButton;
use crate::desk::{KeyLog, use_desk};
use crate::engine::{Client, use_answer, use_progress};
use crate::icon::{Drawn, Icon};
use crate::opening::choose;
use crate::words;

/// Lines to copy, for whoever captures.
#[component]
pub fn HowToGet() -> Html {
    html! {
        <ul class="how-to-get">
            { for KEY_LOGS.iter().map(|(who, line)| html! {
                <li><span class="dim">{*who}</span><code>{*line}</code><CopyButton text={*line} label={format!("Copy the line for {who}")} /></li>
            }) }
        </ul>
    }
}

/// TLS connections that look as a WebSocket would from outside: both sides said something, and the client offered nothing but
/// HTTP/1.1.
#[component]
pub fn Likely() -> Html {
    let progress = use_progress();
    let is_over = progress.state != SessionState::Reading;
    let fresh = u64::from(progress.pass) << 1 | u64::from(is_over);
    let answered = use_answer(Some(Request::Secrets), fresh);
    match answered.answer.as_deref() {
        Some(Answer::Secrets(view)) => likely(view),
        _ => html! {},
    }
}

fn likely(view: &SecretsView) -> Html {
    if view.likely.is_empty() {
        return html! {};
    }
    let all = view.likely.len() as u64 + view.likely_more;
    let row = |row: &LockedRow| {
        let told = [row.version.as_deref(), row.cipher.as_deref()].into_iter().flatten();
        let told: Vec<_> = told.map(|told| sanitise::line(told).into_owned()).collect();
        let hello = if row.encrypted_client_hello { " (the outer one: its hello is encrypted)" } else { "" };
        let name = row.sni.as_deref().map(|name| format!("{}{hello}", sanitise::line(name)));
        html! {
            <tr>
                <td class="mono">{format!("{} → {}", row.client, row.server)}</td>
                <td>{name.unwrap_or_else(|| "–".to_owned())}</td>
                <td class="dim">{told.join(", ")}</td>
                <td class="number">{format!("packets {}–{}", words::count(row.first_packet), words::count(row.last_packet))}</td>
            </tr>
        }
    };
    html! {
        <details class="likely" open=true>
            <summary>{match all {
                1 => "One of them may be a WebSocket:".to_owned(),
                all => format!("{} of them may be WebSockets:", words::count(all)),
            }}</summary>
            <table><tbody>{ for view.likely.iter().map(row) }</tbody></table>
            if view.likely_more > 0 { <p class="dim">{format!("and {} more", words::count(view.likely_more))}</p> }
        </details>
    }
}

/// The panel's body.
#[component]
pub fn Secrets() -> Html {
    let desk = use_desk();
    let of_capture = desk.capture().map(|capture| {
        html! { <ContextProvider<Client> context={capture.client.clone()} key={capture.id}><OfCapture /></ContextProvider<Client>> }
    });
    html! {
        <>
            if let Some(of_capture) = of_capture {
                {of_capture}
            } else if desk.key_logs.is_empty() {
                <p class="dim">{"No key log was opened. Drop one anywhere on the window, before or after its capture."}</p>
            } else {
                <ul class="key-logs">{ for desk.key_logs.iter().map(|log| key_log(log, None)) }</ul>
            }
            <button class="button" onclick={Callback::from(|_| choose())}><Drawn icon={Icon::Open} />{"Open a key log…"}</button>
            <h3>{"How to get one"}</h3>
            <p class="dim">{"Programs write their TLS secrets to a file while they talk. Capture at the same time, then keep the two together."}</p>
            <HowToGet />
        </>
    }
}

/// The secrets that the capture's engine has, and what they opened.
#[component]
fn OfCapture() -> Html {
    let desk = use_desk();
    let progress = use_progress();
    // How many connections they opened is certain once all is read.
    let is_over = progress.state != SessionState::Reading;
    let fresh = u64::from(progress.pass) << 32 | (desk.key_logs.len() as u64) << 1 | u64::from(is_over);
    let answered = use_answer(Some(Request::Secrets), fresh);
    let Some(Answer::Secrets(view)) = answered.answer.as_deref() else { return html! {} };
    // Of logs of one name, each has its own place among them.
    let opened_by = |at: usize, log: &KeyLog| {
        let name = log.mark.name.as_str();
        let before = desk.key_logs.iter().take(at).filter(|log| log.mark.name == name).count();
        let sources = view.sources.iter().filter(|source| source.name.as_deref() == Some(name));
        sources.map(|source| source.opened).nth(before)
    };
    let embedded = view.sources.iter().find(|source| source.name.is_none());
    let opened = words::counted(view.opened, "TLS connection");
    let without = words::counted(view.without, "TLS connection");
    html! {
        <>
            if view.opened > 0 { <p class="decrypted"><Drawn icon={Icon::Check} /><span>{opened}{" decrypted."}</span></p> }
            if view.without > 0 {
                <p class="note"><Drawn icon={Icon::Info} /><span>{without}{" of this capture cannot be read: their secrets are missing. Drop a key log on the window: what was read already is read again with it."}</span></p>
            }
            {likely(view)}
            if view.opened + view.without == 0 && is_over {
                <p class="dim">{"This capture holds no TLS connection that needs secrets."}</p>
            }
            <ul class="key-logs">
                { for desk.key_logs.iter().enumerate().map(|(at, log)| key_log(log, opened_by(at, log))) }
                if let Some(source) = embedded {
                    <li class="key-log">
                        <div class="key-log-head">
                            <Drawn icon={Icon::Key} /><b>{"In the capture itself"}</b>
                            <span class="dim">{words::counted(source.secrets, "secret")}{opened_words(source.opened)}</span>
                        </div>
                    </li>
                }
            </ul>
        </>
    }
}

fn opened_words(opened: u64) -> String {
    match opened {
        0 => " · opened no connection of this capture".to_owned(),
        opened => format!(" · opened {}", words::counted(opened, "connection")),
    }
}

/// A key log; `opened`: how many of the capture's connections it opened.
fn key_log(log: &KeyLog, opened: Option<u64>) -> Html {
    let secrets = &log.secrets;
    html! {
        <li class="key-log">
            <div class="key-log-head">
                <Drawn icon={Icon::Key} /><b>{sanitise::line(&log.mark.name).into_owned()}</b>
                <span class="dim">{words::counted(secrets.secrets(), "secret")}{opened.map(opened_words)}</span>
            </div>
            <table>
                <tbody>
                    { for secrets.labels.iter().map(|(label, count)| html! {
                        <tr><th scope="row" class="mono">{*label}</th><td class="number">{words::count(*count)}</td></tr>
                    }) }
                    if secrets.others > 0 {
                        <tr class="warn"><th scope="row">{"⚠ lines that are not understood"}</th><td class="number">{words::count(secrets.others)}</td></tr>
                    }
                </tbody>
            </table>
        </li>
    }
}
