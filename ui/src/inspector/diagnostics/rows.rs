//! The diagnostics of one code, each a jump to its place.

use std::rc::Rc;

use sockscope_core::session::api::{Answer, DiagnosticRow, Request, Span, sanitise};
use yew::prelude::*;

use crate::engine::{Client, use_answer, use_client};
use crate::grid::{self, Named, Window};
use crate::place::jump::go;
use crate::place::{Placed, use_place};
use crate::settings::{Zone, use_settings};
use crate::{moment, sign, words};

/// Height of a row of a long list, in pixels.
const ROW: f64 = 48.0;
/// The same, where causes are recognised, each with its fix.
const ROW_WITH_CAUSE: f64 = 84.0;
/// Rows that are shown in full; of more, only those on the screen are drawn.
const SHORT: u64 = 40;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Of this code.
    pub code: AttrValue,
    /// Of this connection only.
    pub connection: Option<u64>,
    /// How many there are.
    pub total: u64,
    /// Changes when there may be more.
    pub fresh: u64,
}

/// The rows.
#[component]
pub fn Rows(props: &Props) -> Html {
    let placed = use_place();
    let client = use_client();
    let zone = use_settings().settings.zone;
    let window = use_state_eq(Window::default);
    let is_long = props.total > SHORT;
    let rows = match is_long {
        true => Span { start: window.first.saturating_sub(20), length: window.count + 40 },
        false => Span { start: 0, length: SHORT },
    };
    let request =
        Request::Diagnostics { rows, code: Some(props.code.to_string()), connection: props.connection };
    let answered = use_answer(Some(request), props.fresh);
    let Some(Answer::Diagnostics(page)) = answered.answer.as_deref() else {
        return html! { <p class="dim" aria-busy="true">{"Reading …"}</p> };
    };
    if !is_long {
        return html! {
            <ul class="diagnostic-rows">{ for page.rows.iter().map(|row| html! { <li>{draw(row, &client, &placed, zone)}</li> }) }</ul>
        };
    }
    let page = Rc::new(page.clone());
    let has_causes = page.rows.iter().any(|row| row.cause_code.is_some());
    let draw = {
        let (page, total) = (page.clone(), page.total);
        Callback::from(move |at: u64| {
            let found = at.checked_sub(page.start).and_then(|at| page.rows.get(usize::try_from(at).ok()?));
            html! {
                <div class="diagnostic-slot" role="listitem" aria-posinset={(at + 1).to_string()} aria-setsize={total.to_string()}>
                    if let Some(row) = found { {draw(row, &client, &placed, zone)} }
                </div>
            }
        })
    };
    let seen = {
        let window = window.clone();
        Callback::from(move |seen| window.set(seen))
    };
    let named = Named { role: "list", label: props.code.clone(), ..Named::default() };
    html! {
        <div class={classes!("diagnostic-rows", "is-long", has_causes.then_some("has-causes"))}>
            <grid::Rows {named} total={page.total} row={if has_causes { ROW_WITH_CAUSE } else { ROW }} {draw} {seen} />
        </div>
    }
}

fn draw(row: &DiagnosticRow, client: &Client, placed: &Placed, zone: Zone) -> Html {
    let (sign, tone, name) = sign::of_severity(row.severity);
    let onclick = {
        let (client, placed, row) = (client.clone(), placed.clone(), row.clone());
        Callback::from(move |_| go(&client, &placed, &row))
    };
    let (arrow, side, _) = sign::of_side(row.from);
    let mut at = Vec::new();
    at.extend(row.connection.map(|connection| format!("connection {}", words::count(connection))));
    at.extend(row.about_message.map(|message| format!("message {}", words::count(message))));
    at.extend(row.packet.map(|packet| format!("packet {}", words::count(packet))));
    at.extend(row.time.map(|time| moment::clock(time, zone)));
    let message = sanitise::line(&row.message).into_owned();
    // Else the explanation above says it once for all.
    let is_recognised = row.cause_code.is_some();
    let is_here = row.connection.is_some()
        && row.connection == placed.place.connection_in_view()
        && row.about_message == placed.place.message.map(|message| message.message);
    html! {
        <button class={classes!("diagnostic", is_here.then_some("selected"))} {onclick} disabled={row.connection.is_none() && row.packet.is_none()}
            data-code={row.code.clone()} data-packet={row.packet.map(|packet| packet.to_string())} title={message.clone()}>
            <span class={tone} role="img" aria-label={name}>{sign}</span>
            <span class="diagnostic-message">{message}</span>
            <span class="diagnostic-at faint mono">
                if !arrow.is_empty() { <span class={side}>{arrow}{" "}</span> }
                {at.join(" · ")}
            </span>
            if let Some(cause) = row.cause.as_ref().filter(|_| is_recognised) { <span class="diagnostic-why dim">{sanitise::line(cause).into_owned()}</span> }
            if let Some(fix) = row.fix.as_ref().filter(|_| is_recognised) { <span class="diagnostic-why dim">{"Fix: "}{sanitise::line(fix).into_owned()}</span> }
        </button>
    }
}
