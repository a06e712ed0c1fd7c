//! One diagnostic in words: what was found, why, and what to do.

use sockscope_core::session::api::{DiagnosticRow, Severity, sanitise};
use yew::prelude::*;

/// A severity's sign, its class, and its name.
pub fn signs(severity: Severity) -> (&'static str, &'static str, &'static str) {
    match severity {
        Severity::Error => ("✗", "bad", "error"),
        Severity::Warning => ("⚠", "warn", "warning"),
        Severity::Note => ("ℹ", "dim", "note"),
    }
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The diagnostic.
    pub row: DiagnosticRow,
}

/// The diagnostic, in a box.
#[component]
pub fn Finding(props: &Props) -> Html {
    let row = &props.row;
    let (sign, tone, name) = signs(row.severity);
    html! {
        <div class={classes!("finding", format!("is-{tone}"))} data-code={row.code.clone()}>
            <p><span class={tone} role="img" aria-label={name}>{sign}</span>{" "}<b>{sanitise::line(&row.message).into_owned()}</b></p>
            if let Some(cause) = &row.cause { <p>{sanitise::line(cause).into_owned()}</p> }
            if let Some(fix) = &row.fix { <p class="dim">{"Fix: "}{sanitise::line(fix).into_owned()}</p> }
            <p class="faint"><span class="mono">{&row.code}</span>{" · "}{&row.rfc}</p>
        </div>
    }
}
