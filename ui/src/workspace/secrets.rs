//! Key logs that were given, and how to get them.

use sockscope_core::session::api::sanitise;
use yew::prelude::*;

use crate::clipboard::CopyButton;
use crate::desk::{KeyLog, use_desk};
use crate::icon::{Drawn, Icon};
use crate::opening::choose;
use crate::words;

/// How programs are made to write their secrets: who, and the line to copy.
const HOW: [(&str, &str); 7] = [
    ("Chrome, Edge", "chromium --ssl-key-log-file=keys.log"),
    ("Firefox", "SSLKEYLOGFILE=keys.log firefox"),
    ("curl", "SSLKEYLOGFILE=keys.log curl https://example.com"),
    ("Node", "node --tls-keylog=keys.log app.js"),
    ("Python", "SSLKEYLOGFILE=keys.log python3 app.py"),
    ("Go", "tls.Config{KeyLogWriter: file}"),
    ("Java", "java -javaagent:jSSLKeyLog.jar=keys.log -jar app.jar"),
];

/// Lines to copy, for whoever captures.
#[component]
pub fn HowToGet() -> Html {
    html! {
        <ul class="how-to-get">
            { for HOW.iter().map(|(who, line)| html! {
                <li><span class="dim">{*who}</span><code>{*line}</code><CopyButton text={*line} label={format!("Copy the line for {who}")} /></li>
            }) }
        </ul>
    }
}

/// The panel's body.
#[component]
pub fn Secrets() -> Html {
    let desk = use_desk();
    html! {
        <>
            <p class="note"><Drawn icon={Icon::Info} /><span>{"Decryption of TLS is not built yet: key logs are looked at and counted, and not used. The secrets that a pcapng file may carry itself are not used either."}</span></p>
            if desk.key_logs.is_empty() {
                <p class="dim">{"No key log was opened. Drop one anywhere on the window, before or after its capture."}</p>
            } else {
                <ul class="key-logs">{ for desk.key_logs.iter().map(key_log) }</ul>
            }
            <button class="button" onclick={Callback::from(|_| choose())}><Drawn icon={Icon::Open} />{"Open a key log…"}</button>
            <h3>{"How to get one"}</h3>
            <p class="dim">{"Programs write their TLS secrets to a file while they talk. Capture at the same time, then keep the two together."}</p>
            <HowToGet />
        </>
    }
}

fn key_log(log: &KeyLog) -> Html {
    let secrets = &log.secrets;
    html! {
        <li class="key-log">
            <div class="key-log-head">
                <Drawn icon={Icon::Key} /><b>{sanitise::line(&log.mark.name).into_owned()}</b>
                <span class="dim">{words::counted(secrets.secrets(), "secret")}{" · not used yet: decryption is not built"}</span>
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
