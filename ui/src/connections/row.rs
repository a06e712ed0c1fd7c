//! A row of the list.

use std::rc::Rc;

use sockscope_core::session::api::{ConnectionRow, sanitise};
use yew::prelude::*;

use super::ends;
use super::facts::Facts;
use super::sparkline::Sparkline;
use super::verdict::{closed, reason, verdict};
use crate::grid::Held;
use crate::words;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its place.
    pub at: u64,
    /// How many there are.
    pub total: u64,
    /// The connection.
    pub row: Held<ConnectionRow>,
    /// What is known beside the rows.
    pub facts: Rc<Facts>,
    /// Its messages are those that are shown.
    pub is_selected: bool,
    /// Keys are at it.
    pub is_active: bool,
}

/// A row.
#[component]
pub fn Row(props: &Props) -> Html {
    let (row, facts, at) = (&*props.row, &*props.facts, props.at);
    let (sign, class, meaning) = verdict(row);
    let target = row.request.as_ref().map(|request| sanitise::line(&request.target).into_owned());
    let duration = row.opened.zip(row.closed).map(|(opened, closed)| words::duration(closed.since(opened)));
    let clean = |text: &Option<String>| {
        text.as_deref().filter(|text| !text.is_empty()).map(|text| sanitise::line(text).into_owned())
    };
    let extensions = clean(&row.handshake.extensions);
    let is_deflate = extensions.as_deref().is_some_and(|names| names.contains("permessage-deflate"));
    let reason = reason(row, &facts.findings, &facts.causes);
    let (closed, closed_class, closed_title) = closed(row);
    let messages = row.client_messages + row.server_messages;
    let drawn = (messages > 0).then(|| {
        let messages = facts.lines.get(&row.connection).cloned().unwrap_or_default();
        html! { <Sparkline {messages} /> }
    });
    // Where there is something to say, there is room above.
    let (above, below) = if reason.is_some() { (drawn, None) } else { (None, drawn) };
    let bytes = format!(
        "client: {}, {}; server: {}, {}",
        words::counted(row.client_messages, "message"),
        words::size(row.client_bytes),
        words::counted(row.server_messages, "message"),
        words::size(row.server_bytes)
    );
    html! {
        <div class={classes!("connection", props.is_selected.then_some("selected"), props.is_active.then_some("active"))} role="option"
            id={format!("connection-{at}")} aria-selected={props.is_selected.to_string()} aria-setsize={(props.total + 1).to_string()}
            aria-posinset={(at + 2).to_string()} data-row={at.to_string()} data-connection={row.connection.to_string()}>
            <span class={classes!("connection-sign", class)} role="img" aria-label={meaning} title={meaning}>{sign}</span>
            <span class="connection-line">
                <span class="connection-ends" title={ends::whole(&row.client, &row.server)}>{ends::short(&row.client, &row.server)}</span>
                if above.is_some() { {above} } else { <span class="grow"></span> }
                <span class="connection-duration" title={duration.is_none().then_some("Its end is not in the capture")}>{duration.unwrap_or_else(|| "–".to_owned())}</span>
            </span>
            <span class="connection-line connection-facts">
                if row.transport.contains("tls") {
                    <span class="good">{"TLS"}</span>
                }
                if row.transport.contains("h2") {
                    <span class="dim">{"HTTP/2"}</span>
                }
                if let Some(target) = target {
                    <span class="connection-target" title={target.clone()}>{target.clone()}</span>
                }
                if let Some(name) = clean(&row.handshake.subprotocol) {
                    <span class="connection-subprotocol" title={name.clone()}>{name.clone()}</span>
                }
                if let Some(names) = extensions {
                    <span class="connection-extensions" title={names.clone()}>{if is_deflate { "deflate".to_owned() } else { names.clone() }}</span>
                }
                if row.protocol != "rfc6455" {
                    <span class="warn">{&row.protocol}</span>
                }
                <span class="grow"></span>
                if messages > 0 {
                    <span class={classes!("connection-closed", closed_class)} title={sanitise::line(&closed_title).into_owned()}>{closed}</span>
                }
            </span>
            <span class="connection-line">
                if let Some((words, class)) = &reason {
                    <span class={classes!("connection-reason", *class)} title={words.clone()}>{words}</span>
                }
                if messages > 0 {
                    {below}
                    <span class="connection-counts" title={bytes}>
                        <span class="client" role="img" aria-label="client">{"▲"}</span>{words::short_count(row.client_messages)}
                        {" "}
                        <span class="server" role="img" aria-label="server">{"▼"}</span>{words::short_count(row.server_messages)}
                    </span>
                }
            </span>
        </div>
    }
}
