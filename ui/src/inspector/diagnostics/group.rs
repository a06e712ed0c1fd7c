//! One code: how often it was found, and behind it what it means and where.

use sockscope_core::session::api::{Answer, DiagnosticGroup, Request, Span};
use yew::prelude::*;

use super::explanation::Explanation;
use super::rows::Rows;
use crate::engine::use_answer;
use crate::{sign, words};

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The code.
    pub group: DiagnosticGroup,
    /// Of this connection only.
    pub connection: Option<u64>,
    /// It is unfolded.
    pub is_open: bool,
    /// Folds and unfolds it.
    pub toggle: Callback<()>,
    /// Changes when there may be more.
    pub fresh: u64,
}

/// The group; nothing, if the connection has none of it.
#[component]
pub fn Group(props: &Props) -> Html {
    let DiagnosticGroup { code, severity, count, connections, title, rfc } = &props.group;
    let counting = props.connection.map(|connection| Request::Diagnostics {
        rows: Span { start: 0, length: 0 },
        code: Some(code.clone()),
        connection: Some(connection),
    });
    let counted = use_answer(counting, props.fresh);
    let total = match (props.connection, counted.answer.as_deref()) {
        (None, _) => *count,
        (Some(_), Some(Answer::Diagnostics(page))) => page.total,
        (Some(_), _) => 0,
    };
    if total == 0 {
        return html! {};
    }
    let (sign, tone, name) = sign::of_severity(*severity);
    let onclick = {
        let toggle = props.toggle.clone();
        Callback::from(move |_| toggle.emit(()))
    };
    let many = (props.connection.is_none() && *connections > 1)
        .then(|| format!(" · {}", words::counted(*connections, "connection")));
    let id = format!("diagnostics-{code}");
    html! {
        <section class="diagnostic-group" data-code={code.clone()}>
            <h3>
                <button class="diagnostic-head" aria-expanded={props.is_open.to_string()} aria-controls={id.clone()} {onclick}>
                    <span class="fold faint" aria-hidden="true">{if props.is_open { "▾" } else { "▸" }}</span>
                    <span class={tone} role="img" aria-label={name}>{sign}</span>
                    <span class="diagnostic-code mono">{code}</span>
                    <span class="diagnostic-count number">{words::count(total)}<span class="unseen">{" found"}</span></span>
                    <span class="diagnostic-title dim">{title}</span>
                    <span class="diagnostic-rfc faint">{rfc.replace("RFC 6455 ", "")}{many}</span>
                </button>
            </h3>
            if props.is_open {
                <div class="diagnostic-body" {id}>
                    <Explanation code={code.clone()} />
                    <Rows code={code.clone()} connection={props.connection} {total} fresh={props.fresh} />
                </div>
            }
        </section>
    }
}
